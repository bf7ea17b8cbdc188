"""Makes columns of different units comparable."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]


def standardized(columns: Numbers) -> Numbers:
    """Return z-scores: less the mean, by the standard deviation with n-1; a column of one value becomes zeros.

    `columns` has one row per column of the table; no value is missing or infinite. Sums are exact before they are
    rounded once, so that the order of the records changes nothing, and no size of number overflows.

    >>> standardized(np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]])).tolist()
    [[-1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    """
    return np.stack([_z(column) for column in columns]) if len(columns) else columns


def _z(column: Numbers) -> Numbers:
    if not len(column) or column.min() == column.max():
        return np.zeros(len(column))
    _, exponent = np.frexp(np.abs(column).max())
    shrunk = np.ldexp(column, -exponent)  # a power of two: nothing but the exponent changes
    apart = shrunk - math.fsum(shrunk) / len(column)
    deviation = math.sqrt(math.fsum(apart * apart) / (len(column) - 1))
    return np.asarray(apart / deviation, np.float64)
