"""The different pairs of a group and a column's level, counted once, so that each cut is worked out from sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sudare.measures.kernel import classes_of
from sudare.measures.kernel.grouping import numbered, packed, starts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.design.levels import Stretch
    from sudare.measures.kernel import Column

Whole = npt.NDArray[np.int64]
_NEVER = np.iinfo(np.int64).max  # the smallest class of no classes


@dataclass(frozen=True)
class Crossed:
    """Pairs of group and level, by level: how many share each, and how many of a group are furthest out there.

    A group is a combination of values of other columns (or the whole table). `sizes` counts people where a unit was
    given, else records; `highest` those whose highest level within the group is this one, `lowest` the other way
    round: so a person with several records beyond a cut counts once. Lines without a level are pairs of their own.
    """

    groups: Whole = field(repr=False)
    levels: Whole = field(repr=False)
    sizes: Whole = field(repr=False)
    records: Whole = field(repr=False)
    highest: Whole = field(repr=False)
    lowest: Whole = field(repr=False)
    absent_sizes: Whole = field(repr=False)
    absent_records: Whole = field(repr=False)

    @classmethod
    def of(cls, others: Sequence[Column], column: Column, unit: Column | None = None) -> Crossed:
        """Count the pairs of a table's lines. `others` may be empty: then there is one group."""
        # The level comes last in the key, so that the lines of a group's person ascend by level.
        classes = classes_of([*others, *([unit] if unit is not None else []), column])
        lines = classes.order[classes.starts]
        groups = _groups(others, lines)
        level = column.codes[lines].astype(np.int64)
        there = level != column.missing if column.missing is not None else np.ones(len(level), bool)
        size = np.ones(len(level), np.int64) if unit is not None else classes.records
        first = last = there
        if unit is not None:
            person = np.where(there, groups * unit.levels + unit.codes[lines], -1)
            first, last = there & _changes(person), there & _changes(person[::-1])[::-1]
        pairs = _Pairs.of(groups, level, column.levels)
        weights = (size, classes.records, size * last, size * first)
        sizes, records, highest, lowest = (pairs.sums(weight) for weight in weights)
        held = pairs.levels != column.missing if column.missing is not None else np.ones(len(pairs.levels), bool)
        order = np.flatnonzero(held)[np.argsort(pairs.levels[held], kind="stable")]
        return cls(
            pairs.groups[order],
            pairs.levels[order],
            sizes[order],
            records[order],
            highest[order],
            lowest[order],
            sizes[~held],
            records[~held],
        )

    def gathered(self, beyond: Stretch, *, above: bool) -> tuple[Whole, Whole]:
        """Return the sizes and the records of each group's part beyond a cut; groups with nobody there are left out."""
        part = slice(*np.searchsorted(self.levels, (beyond.start, beyond.stop)))
        groups = self.groups[part]
        records = _by_group(groups, self.records[part])
        sizes = _by_group(groups, (self.highest if above else self.lowest)[part])
        some = records > 0
        return sizes[some], records[some]


@dataclass(frozen=True)
class Standing:
    """How the classes stand that no cut touches: for each number of pairs from either end, the smallest and the small.

    Worked out once for a limit of k, so that a cut only looks two numbers up.
    """

    crossed: Crossed = field(repr=False)
    limit: int
    _least: tuple[Whole, Whole] = field(repr=False)
    _small: Whole = field(repr=False)
    _absent: tuple[int, int] = field(repr=False)

    @classmethod
    def of(cls, crossed: Crossed, limit: int) -> Standing:
        """Look at the classes as they are before any cut."""
        small = np.concatenate(([0], np.cumsum(np.where(crossed.sizes < limit, crossed.records, 0))))
        never = np.array([_NEVER])
        upwards = np.concatenate((never, np.minimum.accumulate(crossed.sizes)))
        downwards = np.concatenate((np.minimum.accumulate(crossed.sizes[::-1])[::-1], never))
        of_absent = int(crossed.absent_sizes.min(initial=_NEVER))
        few = int(crossed.absent_records[crossed.absent_sizes < limit].sum())
        return cls(crossed, limit, (upwards, downwards), small, (of_absent, few))

    def cut(self, beyond: Stretch | None, *, above: bool) -> tuple[int | None, int]:
        """Return k and how many records are in classes below the limit, once what lies beyond a cut is one class."""
        (least, few), small = self._absent, self._small
        pairs = len(self.crossed.levels)
        if beyond is None:
            start = stop = pairs
        else:
            start, stop = (int(n) for n in np.searchsorted(self.crossed.levels, (beyond.start, beyond.stop)))
            sizes, records = self.crossed.gathered(beyond, above=above)
            least = min(least, int(sizes.min(initial=_NEVER)))
            few += int(records[sizes < self.limit].sum())
        upwards, downwards = self._least
        least = min(least, int(upwards[start]), int(downwards[stop]))
        few += int(small[start] + small[pairs] - small[stop])
        return (None if least == _NEVER else least), few


@dataclass(frozen=True)
class _Pairs:
    """The different pairs of group and level, and which of them each line belongs to."""

    groups: Whole
    levels: Whole
    of_line: Whole

    @classmethod
    def of(cls, groups: Whole, levels: Whole, count: int) -> _Pairs:
        keys = groups * count + levels  # both are at most as many as lines: no pair passes 2^62 below 2^31 lines
        of_line, _ = numbered(keys, int(keys.max(initial=0)) + 1)
        firsts = np.zeros(int(of_line.max(initial=-1)) + 1, np.int64)
        firsts[of_line] = np.arange(len(keys))
        return cls(groups[firsts], levels[firsts], of_line)

    def sums(self, weights: Whole) -> Whole:
        return np.bincount(self.of_line, weights, minlength=len(self.groups)).astype(np.int64)


def _groups(others: Sequence[Column], lines: Whole) -> Whole:
    if not others or not len(lines):
        return np.zeros(len(lines), np.int64)
    numbers, _ = numbered(*packed([column.take(lines) for column in others]))
    return numbers


def _changes(values: Whole) -> npt.NDArray[np.bool_]:
    """Say where a value differs from the one before it."""
    changes = np.zeros(len(values), bool)
    changes[starts_of(values)] = True
    return changes


def _by_group(groups: Whole, weights: Whole) -> Whole:
    return np.bincount(groups, weights).astype(np.int64) if len(groups) else np.empty(0, np.int64)
