"""SSE and SST: which part of a table's variation the change is as large as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import LEFT_OUT, ROWS_ALIGNED, Explained
from sudare.measures.utility.spread import added, deviation, mean, pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sudare.measures.kernel.encoding import Real

EXPLAINED: Final = Explained(
    Text("SSE/SST（失われたばらつき）", "SSE/SST, variation lost"),
    Text(
        "数値のばらつきのうち、加工で失われた部分の大きさです。0 は何も失われず、1 は全員を平均値に置き換えたのと同じです。",
        "How large the change is beside the variation of the numbers. At 0 nothing is lost; at 1 as much as if every "
        "number had been replaced by the mean.",
    ),
    "Domingo-Ferrer and Mateo-Sanz 2002",
    ROWS_ALIGNED,
    LEFT_OUT,
)


@dataclass(frozen=True)
class SquaredError:
    """Squared changes and the squared variation they are measured by, both in squared deviations of the original."""

    sse: float
    sst: float

    @property
    def ratio(self) -> float | None:
        """SSE/SST, 0 and up; None where nothing varies."""
        return self.sse / self.sst if self.sst else None


def squared_error(before: Real, after: Real, whole: Real | None = None) -> SquaredError | None:
    """Return SSE and SST of one column on z-scores: sums of ((x - x') / sd)^2 and ((x - mean) / sd)^2.

    Rows as in `il1s`; both sums are over the rows that have a number on both sides. Mean and deviation (n - 1) are
    those of `whole`, by default of `before`. None where the column has no spread, or a double cannot hold the sums.
    Valid wherever rows align. Source: Domingo-Ferrer and Mateo-Sanz, Practical data-oriented microaggregation, IEEE
    TKDE 14, 2002.

    >>> squared_error(np.array([1.0, 3.0]), np.array([2.0, 2.0])).ratio
    1.0
    """
    original = before if whole is None else whole
    sd, middle = deviation(original), mean(original)
    if not sd or middle is None:
        return None
    old, new = pairs(before, after)
    with np.errstate(over="ignore"):
        sse, sst = added(((old - new) / sd) ** 2), added(((old - middle) / sd) ** 2)
    return None if sse is None or sst is None else SquaredError(sse, sst)


def together(columns: Iterable[SquaredError]) -> SquaredError:
    """Add the columns of a table up.

    >>> together([SquaredError(1.0, 4.0), SquaredError(1.0, 4.0)]).ratio
    0.25
    """
    held = list(columns)
    return SquaredError(sum(one.sse for one in held), sum(one.sst for one in held))
