"""What is left of one column: a few figures, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sudare.measures.utility.granularity import granularity, is_coarsening
from sudare.measures.utility.il1 import il1
from sudare.measures.utility.il1s import il1s
from sudare.measures.utility.kolmogorov_smirnov import largest_gap, largest_gap_of_bins
from sudare.measures.utility.non_uniform_entropy import entropy_lost
from sudare.measures.utility.spread import deviation
from sudare.measures.utility.squared_error import SquaredError, squared_error
from sudare.measures.utility.total_variation import counts_of, total_variation
from sudare.measures.utility.wasserstein import wasserstein

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Whole
    from sudare.measures.utility.sides import Read, Side, Sides


@dataclass(frozen=True)
class RowWise:
    """Figures of a column that take the same record on both sides.

    `changed` counts cells whose value differs or is hidden, `hidden` those that are hidden, both of the `cells` whose
    original was not missing. The others are null where they have no meaning: `il1s`, `il1` and `error` for other
    than numbers, `granularity` and `entropy_lost` for what does not look like coarsening.
    """

    cells: int
    changed: int
    hidden: int
    il1s: float | None
    il1: float | None
    error: SquaredError | None = field(repr=False)
    granularity: float | None
    entropy_lost: float | None


@dataclass(frozen=True)
class ColumnUtility:
    """Figures of one column. `wasserstein` is in standard deviations of the original column.

    Distances leave hidden cells out and count missing ones as a group. `read` says how the two sides were compared;
    see `Sides`.
    """

    name: str
    read: Read
    cells_before: int
    missing: tuple[int, int]
    hidden: int
    rows_after: int
    total_variation: float | None
    largest_gap: float | None
    wasserstein: float | None
    by_row: RowWise | None


def column_utility(column: Sides, rows: tuple[Whole, Whole] | None = None) -> ColumnUtility:
    """Measure one column; with `rows`, the places of the same records on each side, by row too."""
    before, after = column.before, column.after
    counts = counts_of(before.codes, column.groups), counts_of(after.codes, column.groups)
    numbers, scaled = column.read == "numbers", column.read in {"numbers", "intervals"}
    gap = moved = None
    if numbers:
        gap = largest_gap(before.numbers, after.numbers)
        distance, sd = wasserstein(before.numbers, after.numbers), deviation(before.numbers)
        moved = distance / sd if distance is not None and sd else None
    elif scaled:
        gap = largest_gap_of_bins(counts[0][:-1], counts[1][:-1])
    return ColumnUtility(
        name=column.name,
        read=column.read,
        cells_before=int((~before.missing).sum()),
        missing=(int(before.missing.sum()), int(after.missing.sum())),
        hidden=int(after.hidden.sum()),
        rows_after=len(after),
        total_variation=total_variation(*counts),
        largest_gap=gap,
        wasserstein=moved,
        by_row=None if rows is None else _by_row(before.take(rows[0]), after.take(rows[1]), before, numbers=numbers),
    )


def _by_row(old: Side, new: Side, whole: Side, *, numbers: bool) -> RowWise:
    there = ~old.missing
    differs = there & (old.values != new.values)
    coarse = is_coarsening(old.values, new.values, new.hidden, ~differs)
    return RowWise(
        cells=int(there.sum()),
        changed=int(differs.sum()),
        hidden=int((there & new.hidden).sum()),
        il1s=il1s(old.numbers, new.numbers, deviation(whole.numbers)) if numbers else None,
        il1=il1(old.numbers, new.numbers) if numbers else None,
        error=squared_error(old.numbers, new.numbers, whole.numbers) if numbers else None,
        granularity=granularity(old.values, new.values, new.hidden) if coarse else None,
        entropy_lost=entropy_lost(old.values, new.values, new.hidden) if coarse else None,
    )
