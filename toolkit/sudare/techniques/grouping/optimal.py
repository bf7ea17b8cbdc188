"""The best grouping of one column (Hansen, Mukherjee 2003, https://doi.org/10.1109/TKDE.2003.1208020)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]

AT_ONCE = 2**22  # costs held at a time (32 MB)


def optimal(values: Numbers, k: int, tell: Callable[[int], None] = lambda _: None) -> NDArray[np.int64]:
    """Return the group of each value, so that the squared errors within groups are least of all groupings.

    `values` stand in ascending order. Groups hold k to 2k-1 neighbours: a larger one would split without loss. With
    fewer than 2k values there is one group. The work grows with n times k. `tell` hears how many values are done.

    >>> optimal(np.array([1.0, 2.0, 9.0, 10.0, 11.0]), 2).tolist()
    [0, 0, 1, 1, 1]
    """
    n = len(values)
    if n < 2 * k:
        return np.zeros(n, np.int64)
    sizes = _last_group_sizes(values, k, tell)
    starts = np.zeros(n, np.int64)
    end = n
    while end > 0:
        end -= sizes[end]
        starts[end] = 1
    return np.cumsum(starts) - 1


def _last_group_sizes(values: Numbers, k: int, tell: Callable[[int], None]) -> list[int]:
    """Return, for each number of first values, the size of the last group when these are grouped at best.

    The best of the first j values needs the best of the first j-k and fewer: k ends are worked out at a time.
    """
    n, before = len(values), 2 * k - 1
    best = np.full(before + n + 1, np.inf)  # of the first j values at [before + j]; what lies before cannot be reached
    best[before] = 0.0
    reached = sliding_window_view(best, k)  # [j]: the best of the first j-2k+1 … j-k values, as it stands by then
    sizes = [0] * (n + 1)
    chunk = max(k, AT_ONCE // k // k * k)
    for first in range(k, n + 1, chunk):
        costs = _costs(values, k, first, min(first + chunk, n + 1))
        for j in range(first, first + len(costs), k):
            total = costs[j - first : j - first + k] + reached[j : j + k][: first + len(costs) - j]
            choice = total.argmin(axis=1)
            best[before + j : before + j + len(total)] = total[np.arange(len(total)), choice]
            sizes[j : j + len(total)] = (before - choice).tolist()
        tell(len(costs))
    return sizes


def _costs(values: Numbers, k: int, first: int, stop: int) -> Numbers:
    """Return the squared errors of the groups that end before `first` … `stop`-1, of 2k-1 down to k values each.

    Each group grows by one value at a time (Welford), for all ends at once: unlike differences of running sums, this
    stays exact where values lie close together and far from zero.
    """
    ends = np.arange(first, stop)
    mean, errors = values[ends - 1].copy(), np.zeros(len(ends))
    costs = np.full((len(ends), k), np.inf)
    for size in range(1, 2 * k):
        if size > 1:
            apart = values[np.maximum(ends - size, 0)] - mean
            mean += apart / size
            errors += apart * apart * ((size - 1) / size)
        if size >= k:
            costs[:, 2 * k - 1 - size] = np.where(ends >= size, errors, np.inf)
    return costs
