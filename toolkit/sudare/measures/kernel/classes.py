"""Equivalence classes: lines that are alike in all the columns that somebody may know."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sudare.measures.kernel.grouping import by_key, lengths, packed, starts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Column, Whole


@dataclass(frozen=True)
class Classes:
    """The classes of a table, numbered from 0, in no order that means anything.

    `order` holds the lines class by class and `starts` where each class begins in it; `records` and `sizes` have one
    number for each class. A size is in people where units were given, else in records.
    """

    order: Whole = field(repr=False)
    starts: Whole = field(repr=False)
    records: Whole = field(repr=False)
    sizes: Whole = field(repr=False)

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def of_line(self) -> Whole:
        """The class of each line."""
        numbers = np.empty(len(self.order), np.int64)
        numbers[self.order] = np.repeat(np.arange(len(self)), lengths(self.starts, len(self.order)))
        return numbers

    @property
    def size_of_line(self) -> Whole:
        """The size of the class of each line: fk in the words of the literature."""
        return self.sizes[self.of_line]


def classes_of(columns: Sequence[Column], *, counts: Whole | None = None, unit: Column | None = None) -> Classes:
    """Group the lines that agree in every column; a missing cell agrees with a missing one only.

    `counts` says how many records each line stands for (one by default). With `unit`, sizes count the different
    units in a class; lines whose unit is missing count as one unit together. An empty table has no class.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel.encoding import encode
    >>> classes_of([encode("sex", pa.array(["f", "m", "f"])), encode("age", pa.array([1, None, 1]))]).sizes.tolist()
    [2, 1]
    """
    key, space = packed(columns)
    order = by_key(key, space)
    starts = starts_of(key[order])
    records = lengths(starts, len(order)) if counts is None else _sums(counts[order], starts)
    sizes = records if unit is None else _different(order, starts, unit)
    return Classes(order, starts, records, sizes)


def _sums(values: Whole, starts: Whole) -> Whole:
    return np.add.reduceat(values, starts) if len(starts) else np.empty(0, np.int64)


def _different(order: Whole, starts: Whole, unit: Column) -> Whole:
    """Count the different units of each class."""
    count = len(starts)
    number = np.repeat(np.arange(count, dtype=np.int64), lengths(starts, len(order)))
    # Classes and units are at most as many as lines, so that no pair passes 2^62 below 2^31 lines.
    pairs = number * unit.levels + unit.codes[order]
    pairs.sort()
    firsts = starts_of(pairs)
    return np.bincount(pairs[firsts] // unit.levels, minlength=count).astype(np.int64)
