"""Finds the nearest and the farthest of many points, exactly, by looking only where they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]

BLOCK = 64  # points per block


class Blocks:
    """Points that are taken away as they are grouped, kept in blocks of neighbours with the box around each.

    A box bounds the distance of every point in it, in floating point too: differences, squares and sums in one order
    are monotone. So what is found is what a look at every point would find. Of equally far points the first counts.
    """

    def __init__(self, points: Numbers) -> None:
        """Take points: one row per coordinate, one column per point."""
        self._points = points
        self._build(np.arange(points.shape[1]))

    def _build(self, alive: Places) -> None:
        """Lay out the points that are left. Empty places are NaN, which no comparison finds."""
        self.left = len(alive)
        cells = _cells(self._points, alive)
        self._ids = np.full((len(cells), BLOCK), -1, np.int64)
        for row, cell in zip(self._ids, cells, strict=True):
            row[: len(cell)] = cell
        there = self._ids >= 0
        self._at = np.where(there, self._points[:, self._ids], np.nan)
        self._place = np.zeros(self._points.shape[1], np.int64)
        self._place[self._ids[there]] = np.flatnonzero(there)
        self._low = np.fmin.reduce(self._at, axis=2)
        self._high = np.fmax.reduce(self._at, axis=2)

    def remaining(self) -> Places:
        """Return the points that are left."""
        return np.sort(self._ids[self._ids >= 0])

    def farthest(self, point: int) -> int:
        """Return the point that is farthest from this one."""
        here = self._points[:, point, None]
        most = squares(np.maximum(self._high - here, here - self._low))
        np.fmax(most, -1.0, out=most)  # an emptied block
        seen = squares(self._at[:, most.argmax()] - here)
        blocks = (most >= np.fmax.reduce(seen)).nonzero()[0]
        far = squares(self._at[:, blocks] - here[:, None])
        return int(self._ids[blocks][far == np.fmax.reduce(far, axis=None)].min())

    def nearest(self, point: int, k: int) -> Places:
        """Return the k points that are nearest to this one, usually itself among them; there must be k left."""
        here = self._points[:, point, None]
        least = squares(np.maximum(np.maximum(self._low - here, here - self._high), 0.0))
        np.fmin(least, np.inf, out=least)  # an emptied block
        within = self._reach(point, k, least)
        blocks = (least <= within).nonzero()[0]
        near = squares(self._at[:, blocks] - here[:, None])
        found = near <= within
        ids = self._ids[blocks][found]
        return ids[np.lexsort((ids, near[found]))[:k]]

    def _reach(self, point: int, k: int, least: Numbers) -> float:
        """Return a distance within which k points are left, from a look at few blocks."""
        here = self._points[:, point, None]
        own = self._place[point] // BLOCK
        near = squares(self._at[:, own] - here)
        if np.count_nonzero(near >= 0) < k:
            order = least.argsort(kind="stable")
            counts = (self._ids[order] >= 0).sum(axis=1).cumsum()
            near = squares(self._at[:, order[: int(counts.searchsorted(k)) + 1]] - here[:, None]).ravel()
        near.partition(k - 1)  # what is not there, NaN, goes last
        return float(near[k - 1])

    def remove(self, points: Places) -> None:
        """Take points away; when half the places are empty, lay the rest out anew."""
        self.left -= len(points)
        places = self._place[points]
        self._ids.ravel()[places] = -1
        self._at.reshape(len(self._at), -1)[:, places] = np.nan
        touched = sorted(set((places // BLOCK).tolist()))
        self._low[:, touched] = np.fmin.reduce(self._at[:, touched], axis=2)
        self._high[:, touched] = np.fmax.reduce(self._at[:, touched], axis=2)
        if self._ids.size > 2 * self.left + BLOCK:
            self._build(self.remaining())


def squares(apart: Numbers) -> Numbers:
    """Return squared distances, always summed in the order of the coordinates; overwrites its argument."""
    apart *= apart
    total: Numbers = apart[0]
    for square in apart[1:]:
        total += square
    return total


def _cells(points: Numbers, alive: Places) -> list[Places]:
    """Halve the points along their widest coordinate until each part fits a block."""
    if len(alive) <= BLOCK:
        return [alive]
    spread = np.ptp(points[:, alive], axis=1)
    order = points[spread.argmax(), alive].argsort(kind="stable")
    # A whole number of blocks on the left, or blocks would be left half empty.
    half = (len(alive) + BLOCK - 1) // BLOCK // 2 * BLOCK
    return _cells(points, alive[order[:half]]) + _cells(points, alive[order[half:]])
