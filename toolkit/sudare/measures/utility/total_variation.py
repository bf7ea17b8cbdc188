"""Total variation: how many records would have to change their group for two distributions to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import GROUP_OF_ITS_OWN, SAME_GROUPS, Explained

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Whole

EXPLAINED: Final = Explained(
    Text("分布の差", "distance of distributions"),
    Text(
        "加工の前と後で、区分ごとの割合がどれだけ食い違うかです。0.05 なら、記録の 5% が別の区分へ移ったのと同じ違いです。",
        "How much the shares of the groups differ before and after processing. At 0.05 they differ as if 5 % of the "
        "records had moved to another group.",
    ),
    "Gibbs and Su 2002",
    SAME_GROUPS,
    GROUP_OF_ITS_OWN,
)


def total_variation(before: Whole, after: Whole) -> float | None:
    """Return half the sum of the differences of shares, |p - q| / 2: from 0 (alike) to 1 (nothing in common).

    `before` and `after` count the records of the same groups, in the same order; a group for missing cells is one of
    them, hidden cells are none. Rows need not align and totals may differ. None where a side is empty. Valid for
    groups that mean the same on both sides. Source: Gibbs and Su, On choosing and bounding probability metrics, 2002.

    >>> total_variation(np.array([5, 5]), np.array([4, 4]))
    0.0
    >>> total_variation(np.array([5, 5, 0]), np.array([5, 4, 1]))
    0.1
    """
    old, new = int(before.sum()), int(after.sum())
    if not old or not new:
        return None
    # In whole numbers up to the division, so that equal shares differ by nothing.
    gaps = [abs(int(a) * new - int(b) * old) for a, b in zip(before.tolist(), after.tolist(), strict=True) if a or b]
    return sum(gaps) / (2 * old * new)


def counts_of(codes: Whole, groups: int) -> Whole:
    """Count the records of each group; codes from `groups` on are not counted.

    >>> counts_of(np.array([0, 2, 0, 3]), 3).tolist()
    [2, 0, 1]
    """
    return np.bincount(codes, minlength=groups)[:groups]
