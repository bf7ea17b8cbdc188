"""Finds the point farthest from the centroid of those that are left, exactly, by looking at the outermost first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sudare.techniques.grouping.blocks import squares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]

LOOK = 64  # points looked at first
PATIENCE = 4  # looks at so many times the points pay for sorting them anew
ROUNDING = 1e-9  # far more than square roots and sums can err
# Coordinates are summed as whole multiples of 2^-36, so that the centroid is the same in every order. The absolute
# z-scores of n records sum to at most n: 64 bits hold 100 million of them.
GRAIN = 2.0**36


class Shells:
    """Points in the order of their distance from where the centroid was a while ago, farthest first.

    The centroid moves little while points are taken away. A point can be farther from it than one already seen only
    if its old distance, plus the way the centroid went, is larger: the points far down the order need no look.
    """

    def __init__(self, points: Numbers) -> None:
        """Take points of z-scores: one row per coordinate, one column per point."""
        self._points = points
        self._grains = np.rint(points * GRAIN).astype(np.int64)
        self._total = self._grains.sum(axis=1)
        self._alive = np.ones(points.shape[1], np.bool_)
        self._left = points.shape[1]
        self._sort()

    def _centroid(self) -> Numbers:
        return np.asarray(self._total / (self._left * GRAIN), np.float64)

    def _sort(self) -> None:
        alive = np.flatnonzero(self._alive)
        self._center = self._centroid()
        inwards = -np.sqrt(squares(self._points[:, alive] - self._center[:, None]))
        order = inwards.argsort(kind="stable")
        self._ids, self._inwards = alive[order], inwards[order]
        self._at = self._points[:, self._ids]
        self._first = self._looks = 0

    def farthest(self) -> int:
        """Return the point farthest from the centroid; of equally far ones the first. There must be one left."""
        if self._looks > PATIENCE * len(self._ids):
            self._sort()
        while not self._alive[self._ids[self._first : self._first + LOOK]].any():
            self._first += LOOK
        center = self._centroid()
        stop = self._first + LOOK
        far = self._look(center, stop)
        reach = math.sqrt(far.max())
        moved = math.dist(center, self._center)
        needed = (reach - moved) - ROUNDING * (reach + moved)
        if (last := int(self._inwards.searchsorted(-needed, side="right"))) > stop:
            far = self._look(center, last)
        self._looks += len(far)
        return int(self._ids[self._first : self._first + len(far)][far == far.max()].min())

    def _look(self, center: Numbers, stop: int) -> Numbers:
        far = squares(self._at[:, self._first : stop] - center[:, None])
        return np.where(self._alive[self._ids[self._first : stop]], far, -1.0)

    def remove(self, points: Places) -> None:
        """Take points away."""
        self._alive[points] = False
        self._left -= len(points)
        self._total -= self._grains[:, points].sum(axis=1)
