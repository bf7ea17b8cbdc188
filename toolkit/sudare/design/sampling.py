"""An evenly spread part of the people of a table, always the same ones, so that a preview is quick."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sudare.tables.headers import header_problems, positions
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from sudare.tables.schema import Input


@dataclass(frozen=True)
class Part:
    """Some people's rows of a table, and how large the whole of it is; `people` is None where each row is one."""

    table: pa.Table = field(repr=False)
    rows: pa.Array = field(repr=False)  # where each row stands in the whole table
    of_rows: int
    people: int | None


def part_of(table: pa.Table, declared: Input, person: str | None, rows: int) -> Part | None:
    """Return about so many rows, those of every n-th person, or None where all are to be looked at.

    Rows whose person is missing count as one person together. A table that does not bear the declared columns is left
    to the reader, who tells what is wrong with it.
    """
    if table.num_rows <= rows or header_problems(table.schema.names, declared):
        return None
    stride = -(-table.num_rows // rows)
    places = dict(zip(declared.schema_.names, positions(table.schema.names, declared), strict=True))
    if person is None or same_name(person) not in places:
        return _part(table, np.arange(0, table.num_rows, stride), None)
    column = table.column(places[same_name(person)]).combine_chunks()
    coded = pc.dictionary_encode(column, null_encoding="encode")
    return _part(table, np.flatnonzero(coded.indices.to_numpy() % stride == 0), len(coded.dictionary))


def _part(table: pa.Table, rows: np.ndarray[Any, np.dtype[np.int64]], people: int | None) -> Part:
    places = pa.array(rows, pa.int64())
    return Part(table.take(places), places, table.num_rows, people)
