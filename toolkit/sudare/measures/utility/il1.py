"""IL1: how far the numbers moved, as shares of what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import ADDS_NOTHING, ROWS_ALIGNED, Explained
from sudare.measures.utility.spread import added, pairs

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real

EXPLAINED: Final = Explained(
    Text("IL1（元の値に対するずれ）", "IL1, how far numbers moved for their size"),
    Text(
        "数値のセルが元の値に対して何割動いたかを足した値です。"
        "0 に近い値は少し動いただけで大きく数えられるので、そのような列では IL1s を見てください。",
        "By what share of itself each number moved, added up over all cells. Numbers near 0 weigh heavily when they "
        "move a little: look at IL1s for columns that have such.",
    ),
    "Domingo-Ferrer and Torra 2001",
    ROWS_ALIGNED,
    ADDS_NOTHING,
)


def il1(before: Real, after: Real) -> float | None:
    """Return the sum over a column's cells of |x - x'| / |x|, without a unit; 0 and up.

    Rows as in `il1s`. A cell whose original is 0 has no such share and adds nothing. sdcMicro's IL1 is this in percent.
    None where a double cannot hold it. Source: Domingo-Ferrer and Torra, A quantitative comparison of disclosure
    control methods for microdata, 2001.

    >>> il1(np.array([2.0, 4.0, 0.0]), np.array([3.0, 4.0, 9.0]))
    0.5
    """
    old, new = pairs(before, after)
    there = old != 0
    with np.errstate(over="ignore"):
        return added(np.abs(old[there] - new[there]) / np.abs(old[there]))
