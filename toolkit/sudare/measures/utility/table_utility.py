"""What comparing two tables found: figures of the whole, and of each column."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sudare.measures.utility.loss import mean_loss
from sudare.measures.utility.squared_error import together
from sudare.measures.utility.suppression import suppression_share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sudare.errors import Problem
    from sudare.measures.utility.column_utility import ColumnUtility, RowWise
    from sudare.measures.utility.correlations import CorrelationChange
    from sudare.measures.utility.task import TaskScore


@dataclass(frozen=True)
class ClassChange:
    """Equivalence classes over the columns that somebody may know, before and after."""

    average: tuple[float | None, float | None]
    average_kept: float | None
    discernibility: tuple[int, int]
    discernibility_kept: float | None


@dataclass(frozen=True)
class TableUtility:
    """Figures of a table before and after. Only records that have an ID in common are compared row by row.

    Counts are as they are, small ones too: whoever shows them must not. Figures are None where they were not asked
    for, or have no meaning for the tables; `problems` says why where that is not plain.
    """

    rows: tuple[int, int]
    matched: int | None
    columns: tuple[ColumnUtility, ...]
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    correlation: CorrelationChange | None = None
    eigenvalues: float | None = None
    pairs: tuple[tuple[str, str, float], ...] = ()
    classes: ClassChange | None = None
    task: TaskScore | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def il1s(self) -> float | None:
        """IL1s of the table: the sum over the columns of numbers; None without an ID or such a column."""
        return _sum(one.il1s for one in self._numbers())

    @property
    def il1(self) -> float | None:
        """IL1 of the table, likewise."""
        return _sum(one.il1 for one in self._numbers())

    @property
    def sse_over_sst(self) -> float | None:
        """SSE/SST over the columns of numbers that vary; None without an ID or such a column."""
        return together(one.error for one in self._numbers() if one.error is not None).ratio

    @property
    def loss(self) -> float | None:
        """The mean over the columns of 1 - granularity, rows that were removed counting as hidden."""
        kept = [one.by_row.granularity for one in self.columns if one.by_row is not None]
        there = [value for value in kept if value is not None]
        if self.matched is None or not there or not self.rows[0]:
            return None
        share = self.matched / self.rows[0]
        return mean_loss(1 - value * share for value in there)

    @property
    def suppressed(self) -> float | None:
        """The share of the original's cells that were hidden or went with their row; None without an ID."""
        hidden = sum(row.hidden for row in self._by_row())
        return None if self.matched is None else suppression_share(hidden, self._cells(), self.cells_gone - hidden)

    @property
    def cells_gone(self) -> int:
        """How many cells of the original were hidden or went with their row; 0 without an ID."""
        if self.matched is None:
            return 0
        with_rows = sum(one.cells_before for one in self.columns) - self._cells()
        return sum(row.hidden for row in self._by_row()) + with_rows

    def _by_row(self) -> list[RowWise]:
        return [one.by_row for one in self.columns if one.by_row is not None]

    def _cells(self) -> int:
        return sum(row.cells for row in self._by_row())

    def _numbers(self) -> list[RowWise]:
        return [one.by_row for one in self.columns if one.by_row is not None and one.read == "numbers"]


def _sum(values: Iterable[float | None]) -> float | None:
    held = list(values)
    there = [value for value in held if value is not None]
    return math.fsum(there) if held and len(there) == len(held) else None
