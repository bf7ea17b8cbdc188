"""Non-uniform entropy: how much of what a column told is no longer told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import AS_COARSENED, HIDDEN_IS_ANYTHING, Explained
from sudare.measures.kernel.sums import total

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Truth, Whole

EXPLAINED: Final = Explained(
    Text("失われた情報量", "information lost"),
    Text(
        "公開された値を見ても元の値が分からない度合いで、0 なら元の値がそのまま分かり、1 なら何も分かりません。"
        "珍しい値を大きな区分に混ぜるほど増えます。",
        "How uncertain the original value is to somebody who sees the released one, from 0 (certain) to 1 (nothing is "
        "known). It grows where rare values vanish in large groups.",
    ),
    "Gionis and Tassa 2009",
    AS_COARSENED,
    HIDDEN_IS_ANYTHING,
)


def entropy_lost(original: Whole, released: Whole, hidden: Truth) -> float | None:
    """Return the sum over cells of log2(n(g) / n(x, g)), divided by what it is with all hidden: 0 to 1.

    n(g) counts the rows with the released value, n(x, g) those of them with the row's original; a hidden cell counts
    log2(n / n(x)). Rows, codes and missing cells as in `granularity`. For full-domain generalization it is the
    non-uniform entropy of Gionis and Tassa, k-anonymization with minimal loss of information, IEEE TKDE 21, 2009; after
    local recoding, the conditional entropy of the original given the released value. None where the column has one
    value only. Valid after generalization and suppression: to it, noise and swaps lose nothing.

    >>> entropy_lost(np.array([0, 1, 2, 3]), np.array([0, 0, 1, 1]), np.zeros(4, bool))
    0.5
    """
    rows = len(original)
    _, place, sizes = np.unique(original, return_inverse=True, return_counts=True)
    all_hidden = total(np.log2(rows / sizes), sizes) if rows else 0.0
    if not all_hidden:
        return None
    gone = np.bincount(place[hidden], minlength=len(sizes))
    lost = total(np.log2(rows / sizes), gone)
    seen = ~hidden
    if seen.any():
        width = int(original.max()) + 1
        together, counts = np.unique(released[seen] * width + original[seen], return_counts=True)
        groups = np.unique(together // width, return_inverse=True)[1]
        lost += total(np.log2(np.bincount(groups, counts)[groups] / counts), counts)
    return min(1.0, lost / all_hidden)
