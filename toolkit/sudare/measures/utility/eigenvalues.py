"""Eigenvalues: whether the numbers of a table still vary in the same directions together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import NUMBERS_ON_BOTH_SIDES, ROWS_WITH_BOTH, Explained
from sudare.measures.utility.correlations import correlations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Real

EXPLAINED: Final = Explained(
    Text("固有値の差", "differences of eigenvalues"),
    Text(
        "数値の列をまとめて見たときの散らばり方の形が、加工でどれだけ変わったかを一つの数で表し、0 なら同じ形です。"
        "主成分分析などに使う表で確かめてください。",
        "One number for how much the shape of the numbers, all columns taken together, has changed; at 0 it is the "
        "same. Look at it where the table goes into a principal component analysis or the like.",
    ),
    "sdcMicro (Templ, Kowarik and Meindl 2015)",
    NUMBERS_ON_BOTH_SIDES,
    ROWS_WITH_BOTH,
)
_NOTHING: Final = 1e-9  # beside eigenvalues that add up to the number of columns: a direction that does not vary


def eigenvalue_change(before: Sequence[Real], after: Sequence[Real]) -> float | None:
    """Return the sum over the eigenvalues of the correlation matrices, in order of size, of |l - l'| / l; 0 and up.

    Rows need not align. Missing and hidden cells are NaN; correlations are over the rows that have both numbers.
    Columns that vary on both sides are compared; None where fewer than two do, where two of them share no rows, or
    where the original does not vary in some direction (one column follows from others), so that l is 0. Source: the
    measure `eigen` of sdcMicro; Templ, Kowarik and Meindl, Statistical disclosure control for micro-data using the R
    package sdcMicro, JSS 67(4), 2015.

    >>> x, y = np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])
    >>> round(eigenvalue_change([x, y], [x, x]), 6)
    1.333333
    """
    varying = [n for n, (old, new) in enumerate(zip(before, after, strict=True)) if _varies(old) and _varies(new)]
    if len(varying) < 2:  # noqa: PLR2004 - one column has no correlation
        return None
    old = correlations([before[n] for n in varying])
    new = correlations([after[n] for n in varying])
    if np.isnan(old).any() or np.isnan(new).any():
        return None
    first, second = np.linalg.eigvalsh(old), np.linalg.eigvalsh(new)
    if float(first.min()) < _NOTHING:
        return None
    return float((np.abs(first - second) / first).sum())


def _varies(values: Real) -> bool:
    there = values[~np.isnan(values)]
    return len(there) > 1 and bool(there.min() < there.max())
