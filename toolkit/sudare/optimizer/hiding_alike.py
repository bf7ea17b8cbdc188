"""Which cells to hide where a hidden cell is a value of its own: rows that are rare hide the same keys together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sudare.measures.kernel import Column, classes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from sudare.measures.kernel.encoding import Truth, Whole

ANY = -1  # the code of a missing or hidden cell


def hide_alike(codes: npt.NDArray[np.int32], k: int, ranks: Whole) -> list[Truth]:
    """Return for each key which rows lose their cell, so that every class has `k` rows, missing a value of its own.

    Rare rows that agree but for one key hide that one where they are enough, then but for two, and so on; the keys of
    high rank come first. What is left hides all its keys; where those are too few, a class that can spare rows gives
    some, or goes along as a whole.
    """
    after = codes.copy()
    sizes = _sizes(after)
    keys = range(len(codes))
    for count in range(1, len(codes) + 1):
        for chosen in sorted(combinations(keys, count), key=lambda some: sorted(-ranks[list(some)])):
            rare = sizes < k
            if not rare.any():
                return _hidden(codes, after)
            tried = after.copy()
            _hide(tried, chosen, rare)
            settled = rare & (_sizes(tried) >= k)
            if settled.any():
                _hide(after, chosen, settled)
                sizes = _sizes(after)
    _gather(after, sizes, k)
    return _hidden(codes, after)


def _hide(codes: npt.NDArray[np.int32], keys: Iterable[int], rows: Truth) -> None:
    for key in keys:
        codes[key, rows] = ANY


def _gather(after: npt.NDArray[np.int32], sizes: Whole, k: int) -> None:
    """Hide all keys of the rows that are left, with as many others as they need."""
    left = np.flatnonzero(sizes < k)
    if not len(left):
        return
    there = int((after == ANY).all(axis=0).sum() - (after[:, left] == ANY).all(axis=0).sum())
    need = k - len(left) - there
    if need > 0:
        order = np.lexsort((*after[::-1], -sizes))  # the largest class, whatever the order of the rows
        order = order[(sizes[order] >= k) & ~(after[:, order] == ANY).all(axis=0)]
        size = int(sizes[order[0]])
        # A class that cannot spare so many goes along as a whole.
        left = np.concatenate([left, order[: need if size - need >= k else size]])
    after[:, left] = ANY


def _sizes(codes: npt.NDArray[np.int32]) -> Whole:
    return classes_of([Column("", key + 1, int(key.max(initial=ANY)) + 2) for key in codes]).size_of_line


def _hidden(before: npt.NDArray[np.int32], after: npt.NDArray[np.int32]) -> list[Truth]:
    return [(new == ANY) & (old != ANY) for old, new in zip(before, after, strict=True)]
