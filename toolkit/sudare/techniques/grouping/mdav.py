"""Grouping in several columns by MDAV (Domingo-Ferrer, Torra 2005, https://doi.org/10.1007/s10618-005-0007-5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sudare.techniques.grouping.blocks import Blocks
from sudare.techniques.grouping.shells import Shells

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]


def mdav(points: Numbers, k: int, tell: Callable[[int], None] = lambda _: None) -> NDArray[np.int64]:
    """Return the group of each point: groups of k, the last of k to 2k-1 (of all, where there are fewer than 2k).

    While 3k are left: the point farthest from the centroid of those left, the point farthest from that one, and a
    group of the k nearest around each. One more such group if 2k are left; the rest is the last group. `points` has
    one row per coordinate, z-scores. `tell` hears how many points were grouped.

    >>> mdav(np.array([[0.0, 9.0, 1.0, 8.0, 4.0, 5.0]]), 2).tolist()
    [0, 1, 0, 1, 2, 2]
    """
    blocks, shells = Blocks(points), Shells(points)
    groups = np.full(points.shape[1], -1, np.int64)
    made = 0

    def group_around(point: int) -> None:
        nonlocal made
        members = blocks.nearest(point, k)
        groups[members] = made
        blocks.remove(members)
        shells.remove(members)
        made += 1
        tell(k)

    while blocks.left >= 3 * k:
        far = shells.farthest()
        across = blocks.farthest(far)
        group_around(far)
        group_around(across)
    if blocks.left >= 2 * k:
        group_around(shells.farthest())
    groups[groups < 0] = made
    return groups
