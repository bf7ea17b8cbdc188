"""Sums that come out the same in whatever order the lines stand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Whole

_EXACT = 2.0**53  # whole numbers below it are exact as float64, and so are their sums


def sums_by(group: Whole, values: Real, groups: int) -> Real:
    """Add up values by group number.

    Whole numbers are exact in any order. Other values are added from the smallest on, since a float sum differs in
    its last digit with the order of its terms.

    >>> sums_by(np.array([1, 0, 1]), np.array([0.1, 2.0, 0.2]), 2).tolist()
    [2.0, 0.30000000000000004]
    """
    if not len(values):
        return np.zeros(groups)
    if np.all(values == np.floor(values)) and float(np.abs(values).sum()) < _EXACT:
        return np.bincount(group, values, groups).astype(np.float64)
    order = np.lexsort((values, group))
    ordered = group[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    found = np.zeros(groups)
    found[ordered[starts]] = np.add.reduceat(values[order], starts)
    return found


def total(values: Real, times: Whole | None = None) -> float:
    """Add values up, each as many times as said, rounded once at the end.

    >>> total(np.array([0.1, 0.2]), np.array([10, 5]))
    2.0
    """
    return math.fsum((values if times is None else values * times).tolist())
