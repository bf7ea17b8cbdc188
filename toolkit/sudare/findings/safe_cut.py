"""Where to cut a column so that enough records share the group: a round number, never a value of a few."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sudare.findings.numbers import Middle
from sudare.profiles import LIMIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BINS = 8  # between the ends, at most twice as many
_STEPS = 40  # round numbers tried, from far out towards the middle


def safe_cut(values: NDArray[np.float64], *, whole: bool, largest: bool, at_least: int = LIMIT) -> str | None:
    """Return the round number furthest out beyond which at least `at_least` numbers lie, as text; None without one.

    `values` are the numbers that are not missing. The cut is a multiple of 1, 2 or 5 times a power of ten, at most
    half a robust standard deviation wide, so that it tells no value; with `whole` it is a whole number.

    >>> safe_cut(np.array([*range(100, 150), 170.0]), whole=True, largest=True)
    '140'
    """
    if len(values) < at_least:
        return None
    centre = Middle.of(values)
    if not centre.sigma:
        return None
    step = _round(centre.sigma / 2)
    step = max(1.0, step) if whole else step
    sign = 1 if largest else -1
    middle = math.floor(centre.median / step)
    for n in range(middle + sign * _STEPS, middle, -sign):
        edge = n * step
        beyond = values >= edge if largest else values <= edge
        if int(np.count_nonzero(beyond)) >= at_least:
            return f"{edge:.10g}"
    return None


def _round(width: float) -> float:
    power = 10.0 ** math.floor(math.log10(width))
    return max(power * factor for factor in (1, 2, 5) if power * factor <= width * 1.001)


def rounded_edges(values: NDArray[np.float64], *, whole: bool, at_least: int = LIMIT) -> list[str]:
    """Return round edges for bins of equal width, so that the open ends hold at least `at_least` numbers each.

    >>> rounded_edges(np.array([*range(100, 150), 170.0]), whole=True)
    ['110', '115', '120', '125', '130', '135', '140']
    """
    low = safe_cut(values, whole=whole, largest=False, at_least=at_least)
    high = safe_cut(values, whole=whole, largest=True, at_least=at_least)
    if low is None or high is None or float(low) >= float(high):
        return [edge for edge in (low, high) if edge is not None][:1]
    step = _round((float(high) - float(low)) / _BINS * 2.001)
    step = max(1.0, step) if whole else step
    first, last = math.ceil(float(low) / step - 1e-9), math.floor(float(high) / step + 1e-9)
    return [f"{n * step:.10g}" for n in range(first, last + 1)]
