"""IL1s: how far the numbers moved, in deviations of the original."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import ADDS_NOTHING, ROWS_ALIGNED, Explained
from sudare.measures.utility.spread import added, deviation, pairs

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real

EXPLAINED: Final = Explained(
    Text("IL1s（数値のずれの合計）", "IL1s, how far numbers moved"),
    Text(
        "数値のセルが元の値からどれだけ動いたかを、列のばらつきを物差しにして足した値です。"
        "0 なら一つも動いておらず、大きいほど元の値から離れています。",
        "How far the numbers lie from where they were, measured by the spread of each column and added up over all "
        "cells. At 0 nothing moved; the larger it is, the further the numbers are from the true ones.",
    ),
    "Mateo-Sanz, Sebe and Domingo-Ferrer 2004",
    ROWS_ALIGNED,
    ADDS_NOTHING,
)


def il1s(before: Real, after: Real, spread: float | None = None) -> float | None:
    """Return the sum over a column's cells of |x - x'| / (sqrt(2) sd), without a unit; 0 and up.

    `before` and `after` hold one number for each row, in the same order, NaN where missing or hidden; a row without a
    number on either side adds nothing (the share of hidden cells tells of it). `spread` is the standard deviation with
    n - 1 of the original, by default of `before`: give that of the whole column where rows were removed. A table's
    IL1s is the sum over its columns; it grows with the number of cells, so compare outputs of one table only. None
    where the column has no spread and yet moved. Source: Mateo-Sanz, Sebe and Domingo-Ferrer, Outlier protection in
    continuous microdata masking, PSD 2004; sdcMicro's IL1s.

    >>> round(il1s(np.array([1.0, 3.0, np.nan]), np.array([2.0, 3.0, 7.0])), 12)
    0.5
    """
    sd = deviation(before) if spread is None else spread
    old, new = pairs(before, after)
    if np.array_equal(old, new):
        return 0.0
    with np.errstate(over="ignore"):
        return added(np.abs(old - new) / (math.sqrt(2) * sd)) if sd else None
