"""Counts a table and a register of its population side by side, combination by combination."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from sudare.measures.kernel.classes import classes_of
from sudare.measures.kernel.encoding import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Cells, Column, Whole


@dataclass(frozen=True)
class Beside:
    """For every combination of either: how many records the table has of it, and how many the population."""

    table: Whole = field(repr=False)
    population: Whole = field(repr=False)


def encode_both(name: str, table: Cells, population: Cells) -> Column:
    """Encode a column of a table and of its population together, the table's lines first.

    Cells are compared as texts where the two are stored in different types.

    >>> encode_both("sex", pa.array(["f", "m"]), pa.array(["m"])).codes.tolist()
    [0, 1, 1]
    """
    both = [pa.chunked_array([cells]) if isinstance(cells, pa.Array) else cells for cells in (table, population)]
    both = [cells.cast(cells.type.value_type) if pa.types.is_dictionary(cells.type) else cells for cells in both]
    if both[0].type != both[1].type:
        both = [cells.cast(pa.string()) for cells in both]
    return encode(name, pa.chunked_array([*both[0].chunks, *both[1].chunks], both[0].type))


def count_beside(columns: Sequence[Column], lines: int, counts: Whole | None = None) -> Beside:
    """Count the first `lines` lines as the table, the others as the population; missing equals missing.

    `counts` says how many records (or people) a line stands for.

    >>> found = count_beside([encode_both("sex", pa.array(["f", "m"]), pa.array(["m", "m", "x"]))], 2)
    >>> found.table.tolist(), found.population.tolist()
    ([1, 1, 0], [0, 2, 1])
    """
    classes = classes_of(columns, counts=counts)
    if not len(classes):
        return Beside(np.empty(0, np.int64), np.empty(0, np.int64))
    times = np.ones(len(classes.order), np.int64) if counts is None else counts[classes.order]
    table = np.add.reduceat(np.where(classes.order < lines, times, 0), classes.starts)
    return Beside(table, classes.records - table)
