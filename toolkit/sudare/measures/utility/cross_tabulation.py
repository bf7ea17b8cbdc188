"""Cross-tabulation: whether two columns together still tell the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import GROUP_OF_ITS_OWN, SAME_GROUPS, Explained
from sudare.measures.utility.total_variation import counts_of, total_variation

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Whole

EXPLAINED: Final = Explained(
    Text("クロス集計の差", "difference of cross-tabulations"),
    Text(
        "二つの列のクロス集計が、加工の前と後でどれだけ食い違うかです。列ごとの分布が同じでも、組合せが崩れていればここに表れます。",
        "How much the cross-tabulation of two columns differs before and after processing. Where each column looks the "
        "same but they no longer fit together, it shows here.",
    ),
    "Gibbs and Su 2002",
    SAME_GROUPS,
    GROUP_OF_ITS_OWN,
)
_MOST: Final = 20  # groups of a column in a cross-tabulation; rarer ones are gathered


def cross_tabulation_difference(before: tuple[Whole, Whole], after: tuple[Whole, Whole]) -> float | None:
    """Return the total variation of the joint distributions of two columns, in `folded` groups: 0 to 1.

    Each side gives the codes of the two columns row by row; rows need not align between the sides. None where a side
    is empty. Missing cells have a group of their own. Valid for groups that mean the same on both sides. Source: as
    `total_variation`.

    >>> x = np.array([0, 1])
    >>> cross_tabulation_difference((x, x), (x, x[::-1]))
    1.0
    """
    width = 1 + max((int(codes.max(initial=0)) for codes in (before[1], after[1])), default=0)
    old, new = before[0] * width + before[1], after[0] * width + after[1]
    groups = 1 + max(int(old.max(initial=0)), int(new.max(initial=0)))
    return total_variation(counts_of(old, groups), counts_of(new, groups))


def folded(before: Whole, after: Whole, groups: int, *, in_order: bool) -> tuple[Whole, Whole]:
    """Number the commonest 20 groups of a column anew, and gather the others as 0, alike on both sides.

    Groups are ranked by records before and after together. Where they come `in_order` (bins of a scale, the last one
    for missing cells), neighbours are gathered instead, so that about as many are left.

    >>> folded(np.array([5, 5, 7]), np.array([5, 7, 7]), 8, in_order=False)[0].tolist()
    [8, 8, 7]
    """
    if in_order:
        step, last = -(-(groups - 1) // _MOST) or 1, groups - 1
        gathered = [np.where(codes == last, last // step + 1, codes // step) for codes in (before, after)]
        return gathered[0], gathered[1]
    counts = np.bincount(np.concatenate((before, after)), minlength=groups)
    order = np.lexsort((np.arange(groups), -counts))[:_MOST]
    new = np.zeros(groups, np.int64)
    new[order] = np.arange(len(order), 0, -1)
    return new[before], new[after]
