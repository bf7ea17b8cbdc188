"""The bars of a column of the loaded table: as a report's distribution, with the places where each begins and ends."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sudare.design.sharers import sharers
from sudare.profiles.distribution import MOST as MOST_BARS

# The one rule for bins, which the report's charts follow too.
from sudare.profiles.distribution import REACH, bar_of, categories, finite, gathered, nice_width
from sudare.profiles.small_counts import LIMIT, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from sudare.design.levels import Levels
    from sudare.language import Text
    from sudare.measures.kernel import Column
    from sudare.profiles.distribution import Bar


@dataclass(frozen=True)
class Bin:
    """One bar of at least as many people as the limit, from `low` up to but not including `high`.

    An end of None is open: nothing tells how far the values reach. Categories have neither end.
    """

    label: Text
    count: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Bins:
    """The bars of one column. `step` is what a cut moves by; None where the values lie on no scale.

    Dates are shown in years. `missing` is "<10" where few.
    """

    bars: tuple[Bin, ...]
    missing: int | str
    step: float | None = None
    hidden: int | str = 0


def bins_of(levels: Levels, unit: Column | None) -> Bins:
    """Return the bars of a column; each stands for at least the small-count limit of people (of records, without a unit)."""
    counts = np.bincount(levels.codes.codes, minlength=levels.codes.levels).astype(np.int64)
    there, missing = counts[: len(levels.values)], counts[len(levels.values) :].sum()
    told = shown(int(missing))
    if not levels.ordered:
        bars = tuple(Bin(bar.label, bar.count) for bar in _category_bars(levels, there, unit))
        return Bins(bars, told)
    if not len(there):
        return Bins((), told, 1.0)
    places = levels.places()
    whole = levels.declared.type != "decimal"
    low, high = _middle(places, there)
    step = nice_width(high / 12 - low / 12, whole=whole)
    near = np.clip(places, low - REACH * step, high + REACH * step)
    steps = np.floor(near / step).astype(np.int64)
    sizes, people = _by_step(steps, there), _by_step(steps, _first_seen(levels, unit, there))
    counted = [(place, size, people[place]) for place, size in sizes.items()]
    bars = tuple(_bin(start, end, size, step) for start, end, size in gathered(counted, LIMIT))
    return Bins(bars, told, 1.0 if whole else step / 10)


def _bin(start: float, end: float, size: int, step: float) -> Bin:
    low, high = (None if math.isinf(edge) else float(f"{finite(edge * step):.15g}") for edge in (start, end))
    return Bin(bar_of(start, end, size, step).label, size, low, high)


def _middle(places: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Return where the lowest and the highest twentieth of the values end, between two values by share."""
    ends = np.cumsum(counts)

    def at(share: float) -> float:
        place = share * (int(ends[-1]) - 1)
        below, above = (places[np.searchsorted(ends, n, "right")] for n in (math.floor(place), math.ceil(place)))
        return float(below + (above - below) * (place - math.floor(place)))

    return at(0.05), at(0.95)


def _by_step(steps: npt.NDArray[np.int64], weights: npt.NDArray[np.int64]) -> dict[int, int]:
    found, place = np.unique(steps, return_inverse=True)
    sums = np.bincount(place, weights)
    return {int(step): int(count) for step, count in zip(found, sums, strict=True)}


def _first_seen(levels: Levels, unit: Column | None, counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Count each person at their lowest value, so that nobody counts twice where bins are joined; nobody's rows never."""
    if unit is None:
        return counts
    lowest = np.full(unit.levels, levels.codes.levels, np.int64)
    np.minimum.at(lowest, unit.codes, levels.codes.codes)
    if unit.missing is not None:
        lowest[unit.missing] = levels.codes.levels
    return np.bincount(lowest, minlength=len(counts) + 2)[: len(counts)].astype(np.int64)


def _category_bars(levels: Levels, counts: npt.NDArray[np.int64], unit: Column | None) -> list[Bar]:
    people = counts if unit is None else sharers(levels.codes.codes, unit, levels.codes.levels)[: len(counts)]
    texts = levels.texts()
    enough = [(texts[n], int(counts[n])) for n in np.flatnonzero(people >= LIMIT)]
    common = sorted(enough, key=lambda one: (-one[1], one[0]))[:MOST_BARS]
    outside = None if unit is None else functools.partial(_outside, levels, unit, texts)
    return categories(common, int(counts.sum()), LIMIT, outside)


def _outside(levels: Levels, unit: Column, texts: Sequence[str], bars: Sequence[Bar]) -> int:
    """Return how many people share the values that got no bar of their own."""
    named = {bar.label.ja for bar in bars}
    others = np.array([text not in named for text in texts] + [False] * (levels.codes.levels - len(texts)), bool)
    people = np.unique(unit.codes[others[levels.codes.codes]])
    return len(people) - int(unit.missing is not None and unit.missing in people)
