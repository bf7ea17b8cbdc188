"""Sums, means and deviations of numbers that may be missing, the same in whatever order the rows stand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real


def added(values: Real) -> float | None:
    """Add numbers up, rounded once at the end; None where the sum is no number that a double can hold.

    >>> added(np.array([0.1] * 10)), added(np.array([np.inf]))
    (1.0, None)
    """
    if not np.isfinite(values).all():
        return None
    try:
        return math.fsum(values.tolist())
    except OverflowError:
        return None


def mean(values: Real) -> float | None:
    """Return the mean of the numbers that are there; None where there is none."""
    there = values[~np.isnan(values)]
    scale = _scale(there)
    whole = added(there / scale)
    return None if whole is None or not len(there) else whole / len(there) * scale


def deviation(values: Real) -> float | None:
    """Return the standard deviation with n - 1 of the numbers that are there; None where fewer than two are.

    >>> deviation(np.array([1.0, 3.0, np.nan])) == 2**0.5
    True
    """
    there = values[~np.isnan(values)]
    middle = mean(there)
    if middle is None or len(there) < 2:  # noqa: PLR2004 - one number has no deviation
        return None
    scale = _scale(there)
    squares = added((there / scale - middle / scale) ** 2)
    return None if squares is None else math.sqrt(squares / (len(there) - 1)) * scale


def _scale(values: Real) -> float:
    """Return a power of two about as large as the largest number, so that dividing by it loses no digit."""
    largest = float(np.abs(values).max(initial=0.0))
    return 2.0 ** (math.frexp(largest)[1] - 1) if 0 < largest < math.inf else 1.0


def pairs(before: Real, after: Real) -> tuple[Real, Real]:
    """Return the numbers of the rows that have one on both sides."""
    both = ~(np.isnan(before) | np.isnan(after))
    return before[both], after[both]
