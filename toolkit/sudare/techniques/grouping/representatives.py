"""What stands for a group: its mean, median, most frequent value, or the record in its middle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]
    Column: TypeAlias = NDArray[Any]  # float64 or int64

HALF = 2**62  # whole numbers up to here are added up in 64 bits


class Groups:
    """Records in groups, and what stands for each: one value per group and column, of the column's own type.

    Whole numbers stay whole: a mean or median between two is rounded, ties away from zero (四捨五入). Whole numbers are
    added up exactly, decimals in ascending order, so that neither the order of records nor their number matters.
    """

    def __init__(self, labels: Places) -> None:
        """Take the group of each record: 0, 1, 2 … without a gap."""
        self.labels = labels
        self._order = labels.argsort(kind="stable")
        self.sizes = np.bincount(labels)
        self._starts = _starts_of(self.sizes)

    def mean(self, column: Column) -> Column:
        """Return each group's mean.

        >>> Groups(np.array([0, 0, 1, 1])).mean(np.array([1, 2, -1, -2])).tolist()
        [2, -2]
        """
        return _means(self._ascending(column), self._starts, self.sizes)

    def median(self, column: Column) -> Column:
        """Return each group's median: of an even number of records, the mean of the two in the middle.

        >>> Groups(np.array([0, 0, 0, 0])).median(np.array([1, 2, 3, 50])).tolist()
        [3]
        """
        ascending = self._ascending(column)
        middle = self._starts + np.stack([(self.sizes - 1) // 2, self.sizes // 2])
        two = np.full(len(self.sizes), 2)
        return _means(ascending[middle.ravel(order="F")], _starts_of(two), two)

    def mode(self, column: Column) -> Column:
        """Return each group's most frequent value: of several, the one in their middle (of two, the smaller).

        >>> Groups(np.array([0, 0, 0, 1, 1, 1])).mode(np.array([7, 9, 9, 5, 4, 6])).tolist()
        [9, 5]
        """
        ascending, labels = self._ascending(column), self.labels[self._order]
        runs = self._runs(ascending)
        times = np.diff(runs, append=len(labels))
        most = np.zeros(len(self.sizes), np.int64)
        np.maximum.at(most, labels[runs], times)
        frequent = runs[times == most[labels[runs]]]
        choices = np.bincount(labels[frequent])
        return np.asarray(ascending[frequent[_starts_of(choices) + (choices - 1) // 2]])

    def medoid(self, points: Numbers) -> Places:
        """Return each group's record that is nearest to all the others, by the sum of distances; the first of several.

        `points` has one row per coordinate.

        >>> Groups(np.array([0, 0, 0])).medoid(np.array([[1.0, 9.0, 2.0]])).tolist()
        [2]
        """
        return np.array([self._medoid(points, start, size) for start, size in self._spans()], np.int64)

    def _medoid(self, points: Numbers, start: int, size: int) -> int:
        members = self._order[start : start + size]
        at = points[:, members]
        total = np.zeros(size)
        for n in range(size):
            total += np.sqrt(np.square(at - at[:, n, None]).sum(axis=0))
        return int(members[total.argmin()])

    def _spans(self) -> zip[tuple[int, int]]:
        return zip(self._starts.tolist(), self.sizes.tolist(), strict=True)

    def different(self, codes: Places) -> Places:
        """Count the different codes, such as people, in each group.

        >>> Groups(np.array([0, 0, 1])).different(np.array([5, 5, 5])).tolist()
        [1, 1]
        """
        return np.bincount(self.labels[self._order][self._runs(self._ascending(codes))], minlength=len(self.sizes))

    def _ascending(self, column: Column) -> Column:
        """Return the column group by group, in ascending order within each."""
        return np.asarray(column[np.lexsort((column, self.labels))])

    def _runs(self, ascending: Column) -> Places:
        """Return where, group by group, another value begins."""
        labels = self.labels[self._order]
        new = np.ones(len(labels), np.bool_)
        new[1:] = (ascending[1:] != ascending[:-1]) | (labels[1:] != labels[:-1])
        return np.flatnonzero(new)


def _starts_of(sizes: Places) -> Places:
    return np.cumsum(sizes) - sizes


def _means(ascending: Column, starts: Places, sizes: Places) -> Column:
    means = _whole_means if ascending.dtype.kind == "i" else _decimal_means
    return means(ascending, starts, sizes) if len(starts) else ascending


def _decimal_means(ascending: Numbers, starts: Places, sizes: Places) -> Numbers:
    # A power of two is taken out of each group, or the largest doubles would not add up.
    _, exponents = np.frexp(np.maximum(np.abs(ascending[starts]), np.abs(ascending[starts + sizes - 1])))
    shrunk = np.ldexp(ascending, -np.repeat(exponents, sizes))
    means = np.add.reduceat(shrunk, starts) / sizes
    within = np.clip(means, shrunk[starts], shrunk[starts + sizes - 1])  # the mean of 0.1, 0.1, 0.1 is 0.1
    return np.asarray(np.ldexp(within, exponents), np.float64)


def _whole_means(ascending: Places, starts: Places, sizes: Places) -> Places:
    largest = max(abs(int(ascending.min())), abs(int(ascending.max())))
    fits = 2 * largest * int(sizes.max()) < HALF
    totals = np.add.reduceat(ascending if fits else ascending.astype(object), starts)
    rounded = (2 * np.abs(totals) + sizes) // (2 * sizes)
    return np.where(totals < 0, -rounded, rounded).astype(np.int64)
