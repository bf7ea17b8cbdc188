"""The levels of each column as codes, and the table as different combinations of values with how often they occur."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sudare.measures.kernel import Column, classes_of
from sudare.measures.kernel.grouping import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Real, Truth, Whole
    from sudare.optimizer.hierarchy import Hierarchy

Levels: TypeAlias = tuple[int, ...]

_DENSE = 8  # times as many possible classes as combinations: up to there counting into places is quicker than sorting
_ALWAYS_DENSE = 1 << 16


@dataclass(frozen=True)
class Ladder:
    """One column's levels: the group of each leaf on each level, and how much of the column the group stands for.

    A missing cell is a leaf of its own, after those of the hierarchy. It stays missing on every level (so that its
    share stays that of one leaf), but for a level with one group only: there the column tells nothing, of missing
    cells neither.
    """

    name: str
    up: tuple[Whole, ...] = field(repr=False)  # per level: the group of each leaf
    groups: Levels  # per level: how many groups there are
    share: tuple[Real, ...] = field(repr=False)  # per level and leaf: leaves of the group, of all leaves
    leaves: int  # rows of the hierarchy, without the missing cell

    @classmethod
    def of(cls, name: str, hierarchy: Hierarchy) -> Ladder:
        """Encode a hierarchy."""
        leaves = len(hierarchy.rows)
        up, groups, share = [], [], []
        for level in range(hierarchy.height):
            number = {group: n for n, group in enumerate(dict.fromkeys(hierarchy.groups(level)))}
            codes = np.array([number[group] for group in hierarchy.groups(level)], np.int64)
            sizes = np.bincount(codes)[codes] / leaves
            only = len(number) == 1 and level > 0
            up.append(np.append(codes, 0 if only else len(number)))
            groups.append(len(number) + (not only))
            share.append(np.append(sizes, 1.0 if only else 1.0 / leaves))
        return cls(name, tuple(up), tuple(groups), tuple(share), leaves)

    @property
    def height(self) -> int:
        """How many levels there are."""
        return len(self.up)

    @cached_property
    def member(self) -> tuple[Whole, ...]:
        """Per level: for each leaf the first leaf of its group, which stands for all of them from there on."""
        firsts = []
        for codes, groups in zip(self.up, self.groups, strict=True):
            first = np.zeros(groups, np.int64)
            first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
            firsts.append(first[codes])
        return tuple(firsts)


@dataclass(frozen=True)
class Combinations:
    """The different combinations of leaves (and of the sensitive value, where there is one), with their counts.

    Memory: 8 bytes for each combination, column and level that is looked at.
    """

    ladders: tuple[Ladder, ...]
    leaf: tuple[Whole, ...] = field(repr=False)  # per column: the leaf of each combination
    counts: Whole = field(repr=False)
    sensitive: Whole | None = field(default=None, repr=False)
    values: int = 1  # sensitive values there are
    _codes: dict[tuple[int, int], Whole] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        ladders: Sequence[Ladder],
        leaf: Sequence[Whole],
        counts: Whole | None = None,
        sensitive: Column | None = None,
    ) -> Combinations:
        """Bring equal records together."""
        columns = [
            Column(one.name, codes.astype(np.int32), one.leaves + 1) for one, codes in zip(ladders, leaf, strict=True)
        ]
        columns += [] if sensitive is None else [sensitive]
        classes = classes_of(columns, counts=counts)
        lines = classes.order[classes.starts]
        return cls(
            tuple(ladders),
            tuple(codes[lines].astype(np.int64) for codes in leaf),
            classes.records.astype(np.int64),
            None if sensitive is None else sensitive.codes[lines].astype(np.int64),
            1 if sensitive is None else sensitive.levels,
        )

    def __len__(self) -> int:
        return len(self.counts)

    @cached_property
    def records(self) -> int:
        """How many records there are."""
        return int(self.counts.sum())

    @cached_property
    def _weights(self) -> Real:
        return self.counts.astype(np.float64)  # exact below 2^53, and what bincount makes of them each time

    @cached_property
    def overall(self) -> Real:
        """How many records have each sensitive value."""
        return _sums(self._sensitive, self._weights, self.values)

    def rolled_up(self, levels: Levels) -> Combinations:
        """Return what is left to tell apart from these levels on: fewer combinations, told by leaves that stand for all."""
        leaf = [
            ladder.member[level][codes] for ladder, level, codes in zip(self.ladders, levels, self.leaf, strict=True)
        ]
        sensitive = None if self.sensitive is None else Column("", self.sensitive.astype(np.int32), self.values)
        return Combinations.of(self.ladders, leaf, self.counts, sensitive)

    def only(self, chosen: Truth) -> Combinations:
        """Return some of the combinations."""
        sensitive = None if self.sensitive is None else self.sensitive[chosen]
        leaf = tuple(codes[chosen] for codes in self.leaf)
        return Combinations(self.ladders, leaf, self.counts[chosen], sensitive, self.values)

    def classes(self, levels: Levels) -> tuple[Whole, int]:
        """Return the class of each combination on these levels, and a number that all classes lie below."""
        key: Whole | None = None
        space = 1
        for column, level in enumerate(levels):
            groups = self.ladders[column].groups[level]
            if groups == 1:
                continue
            if (space * groups) >> 63:
                key, space = numbered(key if key is not None else self._none, space)
            codes = self._code(column, level)
            key = codes if key is None else key * groups + codes
            space *= groups
        if key is None:
            return self._none, 1
        if space > max(_ALWAYS_DENSE, _DENSE * len(key)):
            key, space = numbered(key, space)
        return key, space

    def sizes(self, classes: Whole, space: int) -> Real:
        """Return how many records each class has."""
        return _sums(classes, self._weights, space)

    def pairs(self, classes: Whole) -> tuple[Whole, Whole, Real]:
        """Return the different pairs of class and sensitive value, and how many records have each."""
        both, place = np.unique(classes * self.values + self._sensitive, return_inverse=True)
        return both // self.values, both % self.values, _sums(place, self._weights, len(both))

    def spread(self, column: int, chosen: Whole | slice = slice(None)) -> Real:
        """Return how many records, of all or of chosen combinations, have each leaf of a column."""
        places = self.ladders[column].leaves + 1
        return _sums(self.leaf[column][chosen], self._weights[chosen], places)

    @cached_property
    def _none(self) -> Whole:
        return np.zeros(len(self), np.int64)

    @property
    def _sensitive(self) -> Whole:
        return self._none if self.sensitive is None else self.sensitive

    def _code(self, column: int, level: int) -> Whole:
        if (column, level) not in self._codes:
            self._codes[column, level] = self.ladders[column].up[level][self.leaf[column]]
        return self._codes[column, level]


def _sums(places: Whole, weights: Real, length: int) -> Real:
    """Add up the weights of each place."""
    return np.bincount(places, weights, minlength=length).astype(np.float64, copy=False)
