"""Granularity: which part of a column's detail is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import AS_COARSENED, HIDDEN_IS_ANYTHING, Explained
from sudare.measures.utility.loss import loss

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Truth, Whole

EXPLAINED: Final = Explained(
    Text("残った細かさ", "granularity left"),
    Text(
        "列の細かさがどれだけ残っているかを、1（元のまま）から 0（全部隠れた）で表します。区分が広いほど小さくなります。",
        "How much of a column's detail is left, from 1 (as it was) to 0 (all hidden). The broader the groups, the "
        "smaller it is.",
    ),
    "Iyengar 2002; ARX",
    AS_COARSENED,
    HIDDEN_IS_ANYTHING,
)


def granularity(original: Whole, released: Whole, hidden: Truth) -> float | None:
    """Return 1 - Loss, the leaves being the different original values of the rows given: from 1 to 0.

    `original` and `released` are codes of the same rows, missing cells with a code of their own, `hidden` says where
    a step hid the cell. A released value stands for as many leaves as there are different originals on its rows, so
    that no hierarchy is needed; a value that no row has is unknown to it. None without rows. Valid after
    generalization and suppression: noise and swaps are not seen by it. Source: as `loss`.

    >>> round(granularity(np.array([0, 1, 2]), np.array([0, 0, 1]), np.array([False, False, True])), 3)
    0.333
    """
    leaves = len(np.unique(original))
    shares = np.ones(len(original))
    seen = ~hidden
    if seen.any():
        groups, group = np.unique(released[seen], return_inverse=True)
        width = int(original.max()) + 1
        different = np.unique(group * width + original[seen]) // width
        shares[seen] = np.bincount(different, minlength=len(groups))[group] / leaves
    lost = loss(shares, leaves)
    return None if lost is None else 1 - lost


def is_coarsening(original: Whole, released: Whole, hidden: Truth, own: Truth) -> bool:
    """Say whether the released values look like groups of the original ones, and not like noise or swaps.

    They do where each original value became a single one, or where a released value that is itself an original one
    stands on no other's rows. `own` says where the released value is the row's own original one.

    >>> original = np.array([0, 1, 0, 1])
    >>> is_coarsening(original, np.array([1, 0, 0, 1]), np.zeros(4, bool), np.array([False, False, True, True]))
    False
    """
    seen = ~hidden
    old, new = original[seen], released[seen]
    together = np.unique(old * (int(new.max(initial=0)) + 1) + new)
    if len(together) == len(np.unique(old)):
        return True
    mine = own[seen]
    return not np.intersect1d(new[mine], new[~mine]).size
