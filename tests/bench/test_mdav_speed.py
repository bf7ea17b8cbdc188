"""MDAV beside a plain numpy version that looks at every point, in the same run: `python -m pytest tests/bench -m bench`.

sdcMicro 5.8.1 took 0.47 s for 10,000 rows of 3 columns on the machine whose figures the issue gives.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sudare.techniques.grouping import mdav, standardized

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
ROWS, COLUMNS, K = 10_000, 3, 3


def plain(points: NDArray[np.float64], k: int) -> list[int]:
    """Group as MDAV does, by the distance of every point left from each center; return the sizes."""
    left, sizes = points.T.copy(), []

    def taken(center: NDArray[np.float64]) -> NDArray[np.float64]:
        order = np.argpartition(((left - center) ** 2).sum(axis=1), k - 1)
        sizes.append(k)
        return left[order[k:]]

    def farthest(center: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = left[((left - center) ** 2).sum(axis=1).argmax()]
        return found

    while len(left) >= 3 * k:
        far = farthest(left.mean(axis=0))
        across = farthest(far)
        left = taken(far)
        left = taken(across)
    if len(left) >= 2 * k:
        left = taken(farthest(left.mean(axis=0)))
    return [*sizes, len(left)]


def cpu(work: Callable[[], Any], rounds: int = 3) -> tuple[float, Any]:
    times, found = [], None
    for _ in range(rounds):
        start = time.process_time()
        found = work()
        times.append(time.process_time() - start)
    return min(times), found


def test_ten_thousand_rows_of_three_columns(capsys: Any) -> None:
    scores = standardized(np.random.default_rng(3).normal(size=(COLUMNS, ROWS)))
    spent, groups = cpu(lambda: mdav(scores, K))
    peer, sizes = cpu(lambda: plain(scores, K), 1)
    with capsys.disabled():
        sys.stdout.write(
            f"\nMDAV, {ROWS:,} rows x {COLUMNS} columns, k = {K}: {spent:.3f} CPU s; plain numpy {peer:.3f} CPU s,"
            f" {peer / spent:.1f} x; sdcMicro (elsewhere) 0.47 s\n"
        )
    assert sorted(np.bincount(groups).tolist()) == sorted(sizes)
    assert spent < peer
