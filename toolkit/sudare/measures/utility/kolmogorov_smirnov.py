"""Kolmogorov-Smirnov: the widest gap between two distributions along a scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import LEFT_OUT, NUMBERS_ON_BOTH_SIDES, Explained

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Whole

EXPLAINED: Final = Explained(
    Text("累積割合の最大の差", "largest gap of cumulative shares"),
    Text(
        "「ある値以下の人は何割か」という答えが、加工の前と後で最大どれだけ食い違うかです。0.05 なら、どこで区切っても 5 ポイント以内の違いです。",
        "By how much the answer to “which share lies at or below this number” differs at most. At 0.05 it is never off "
        "by more than five points, wherever one cuts.",
    ),
    "Smirnov 1948",
    NUMBERS_ON_BOTH_SIDES,
    LEFT_OUT,
)


def largest_gap(before: Real, after: Real) -> float | None:
    """Return the largest |F(x) - F'(x)| of the two distributions of numbers: 0 to 1.

    Missing and hidden cells are NaN and left out. Rows need not align. None where a side has no number. Valid for
    numbers on both sides; `largest_gap_of_bins` is for groups in order. Source: Smirnov 1948.

    >>> largest_gap(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.5
    """
    old, new = np.sort(before[~np.isnan(before)]), np.sort(after[~np.isnan(after)])
    if not len(old) or not len(new):
        return None
    ends = np.concatenate((old, new))
    below = np.searchsorted(old, ends, "right") / len(old) - np.searchsorted(new, ends, "right") / len(new)
    return float(np.abs(below).max())


def largest_gap_of_bins(before: Whole, after: Whole) -> float | None:
    """Return the same of counts in bins that come in order, at the ends of the bins.

    >>> largest_gap_of_bins(np.array([1, 1]), np.array([2, 0]))
    0.5
    """
    if not before.sum() or not after.sum():
        return None
    return float(np.abs(np.cumsum(before) / before.sum() - np.cumsum(after) / after.sum()).max())
