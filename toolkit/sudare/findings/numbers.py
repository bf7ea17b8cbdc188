"""The numbers of a column as detectors need them: in memory, with the groups they fall into. None goes into a message."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.profiles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sudare.engines.sql import Term
    from sudare.findings.view import ColumnView

NUMBERS = frozenset({"integer", "decimal"})
_TO_SIGMA = 1.4826  # the median absolute deviation of a normal distribution, times this, is its standard deviation
_FAR = 4.0  # robust standard deviations from the median, beyond which a gap counts
_GAP = 0.75  # robust standard deviations without a single value
_MEAN_TO_SIGMA = 1.2533  # and so is its mean absolute deviation, times this


@dataclass(frozen=True)
class Middle:
    """The median of some numbers and their robust standard deviation (from the median absolute deviation)."""

    median: float
    sigma: float

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Middle:
        """Return the middle of at least one number."""
        median = float(np.median(values))
        distances = np.abs(values - median)
        sigma = float(np.median(distances)) * _TO_SIGMA
        # Where more than half the values are the same, the mean distance says more.
        return cls(median, sigma or float(distances.mean()) * _MEAN_TO_SIGMA)


@dataclass(frozen=True)
class Numbers:
    """The numbers of one column that are not missing, and for each group column the code of each number's group."""

    values: NDArray[np.float64]
    groups: dict[str, NDArray[np.int64]]

    def within(self, group: str, fewest: int) -> Iterator[NDArray[np.float64]]:
        """Walk over the numbers of each group that has enough of them."""
        codes = self.groups[group]
        order = np.argsort(codes, kind="stable")
        ends = np.flatnonzero(np.diff(codes[order])) + 1
        for places in np.split(order, ends):
            if len(places) >= fewest:
                yield self.values[places]


def numbers_of(column: ColumnView, groups: Sequence[ColumnView] = ()) -> Numbers:
    """Fetch a column's numbers, and the groups of each by other columns, in one pass."""
    value = exp.alias_(sql.cast(column.field.value, "decimal"), "v")
    more = [exp.alias_(group.field.text, f"g{n}") for n, group in enumerate(groups)]
    asked = column.view.relation.select(value, *more).where(sql.is_there(column.field.value))
    batches: list[Any] = list(column.view.engine.stream(asked))
    if not batches:
        return Numbers(np.empty(0), {group.name: np.empty(0, np.int64) for group in groups})
    table = pa.Table.from_batches(batches)
    coded = {}
    for n, group in enumerate(groups):
        codes = table.column(f"g{n}").combine_chunks().dictionary_encode("encode").indices
        coded[group.name] = codes.to_numpy(zero_copy_only=False).astype(np.int64)
    return Numbers(table.column("v").to_numpy(), coded)


def median_of(column: ColumnView) -> float | None:
    """Return the median of a column's numbers; None where there is none."""
    order = exp.Order(expressions=[exp.Ordered(this=sql.cast(column.field.value, "decimal"), nulls_first=False)])
    within = exp.WithinGroup(this=exp.PercentileCont(this=exp.Literal.number(0.5)), expression=order)
    [row] = column.view.engine.ask(column.view.relation.select(exp.alias_(within, "q")))
    return None if row["q"] is None else float(row["q"])


def count_where(column: ColumnView, condition: Term) -> int:
    """Count the rows that meet a condition."""
    asked = column.view.relation.select(exp.alias_(sql.row_count(), "n")).where(condition)
    [row] = column.view.engine.ask(asked)
    return int(row["n"])


def apart(values: NDArray[np.float64], *, largest: bool) -> int:
    """Return how many values lie beyond a gap at one end; 0 where none does, or where they are not few."""
    centre = Middle.of(values)
    if not centre.sigma:
        return 0
    few = min(LIMIT, len(values) - 1)
    ends = np.sort(np.partition(values if not largest else -values, few)[: few + 1])
    ends = np.abs(ends - (-centre.median if largest else centre.median)) / centre.sigma
    return next((n for n, (outer, inner) in enumerate(pairwise(ends), 1) if outer - inner >= _GAP and outer >= _FAR), 0)
