"""Wasserstein distance: how far numbers must be carried to turn one distribution into the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import LEFT_OUT, NUMBERS_ON_BOTH_SIDES, Explained
from sudare.measures.utility.spread import added

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real

EXPLAINED: Final = Explained(
    Text("分布の移動量", "how far the distribution moved"),
    Text(
        "元の分布を加工後の分布に重ねるには、値を平均してどれだけ動かす必要があるかです。"
        "列のばらつき（標準偏差）を 1 とした値で、0.1 なら小さなずれです。",
        "How far numbers must be moved, on average, to turn the original distribution into the released one. One is "
        "the standard deviation of the column: 0.1 is a small shift.",
    ),
    "Vallender 1974",
    NUMBERS_ON_BOTH_SIDES,
    LEFT_OUT,
)


def wasserstein(before: Real, after: Real) -> float | None:
    """Return the integral of |F(x) - F'(x)|, in the unit of the column; divide by a deviation to compare columns.

    Missing and hidden cells are NaN and left out. Rows need not align. None where a side has no number, or a double
    cannot hold the answer. Valid for numbers on both sides. Source: Vallender, Calculation of the Wasserstein distance
    between probability distributions on the line, 1974.

    >>> wasserstein(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    1.0
    """
    old, new = np.sort(before[~np.isnan(before)]), np.sort(after[~np.isnan(after)])
    if not len(old) or not len(new):
        return None
    ends = np.unique(np.concatenate((old, new)))
    below = np.searchsorted(old, ends[:-1], "right") / len(old) - np.searchsorted(new, ends[:-1], "right") / len(new)
    with np.errstate(over="ignore"):
        return added(np.abs(below) * np.diff(ends))
