"""Holds back the end of a stream of records, where totals and blank rows stand."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class TailRows:
    """Lets through what surely is no total row and no blank row at the end. `blank` are the blank rows between."""

    def __init__(self, total_rows: int) -> None:
        """Take how many rows at the end hold totals."""
        self.blank = array("q")
        self._totals = total_rows
        self._held: pa.RecordBatch | None = None
        self._start = 0

    def passed(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """Take the next records, and yield those that can go on."""
        held = batch if self._held is None else _joined(self._held, batch)
        blank = _blank(held)
        sure = _filled(blank, held.num_rows) - self._totals
        yield from self._cut(held, blank, _filled(blank, max(sure, 0)))

    def rest(self, last: int, number: Callable[[int], int]) -> Iterator[pa.RecordBatch]:
        """Yield what is left at the end: no totals, counted back from row number `last`, and no blank rows."""
        if self._held is None:
            return
        held, start, blank = self._held, self._start, _blank(self._held)
        rows = range(_filled(blank, held.num_rows))
        kept = bisect_right(rows, last - self._totals, key=lambda row: number(start + row))
        yield from self._cut(held, blank, _filled(blank, kept))

    def last_filled(self) -> int | None:
        """Return the position of the last row held that is not blank, or None."""
        filled = 0 if self._held is None else _filled(_blank(self._held), self._held.num_rows)
        return self._start + filled - 1 if filled else None

    def _cut(self, held: pa.RecordBatch, blank: pa.Array | None, rows: int) -> Iterator[pa.RecordBatch]:
        if blank is not None:
            self.blank.extend(self._start + row for row in pc.indices_nonzero(blank.slice(0, rows)).to_pylist())
        self._held = held.slice(rows) if rows < held.num_rows else None
        self._start += rows
        if rows:
            yield held.slice(0, rows)


def _joined(first: pa.RecordBatch, second: pa.RecordBatch) -> pa.RecordBatch:
    columns = [pa.concat_arrays(pair) for pair in zip(first.columns, second.columns, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=first.schema)


def _blank(batch: pa.RecordBatch) -> pa.Array | None:
    """Return which rows have nothing written in any cell, or None where no row has."""
    if not batch.num_rows or any(not column.null_count for column in batch.columns):
        return None
    blank = pc.is_null(batch.column(0))
    for column in batch.columns[1:]:
        blank = pc.and_(blank, pc.is_null(column))
    return blank if pc.any(blank).as_py() else None


def _filled(blank: pa.Array | None, rows: int) -> int:
    """Return how many of the first rows are left when the blank ones at their end are taken off."""
    if blank is None:
        return rows
    written = pc.indices_nonzero(pc.invert(blank.slice(0, rows)))
    return int(written[-1].as_py()) + 1 if len(written) else 0
