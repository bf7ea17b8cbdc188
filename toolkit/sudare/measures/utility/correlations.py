"""Correlations: whether numbers still go together as they did."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import NUMBERS_ON_BOTH_SIDES, ROWS_WITH_BOTH, Explained
from sudare.measures.utility.spread import pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Real

EXPLAINED: Final = Explained(
    Text("相関の差", "differences of correlations"),
    Text(
        "数値の列どうしの関係（一方が大きいと他方も大きいか）が、加工でどれだけ変わったかです。"
        "0 なら関係は元のままで、1 に近いほど別の結論になりかねません。",
        "How much processing changed the way in which numbers go together, such as weight with height. At 0 they go "
        "together as before; near 1 an analysis may come to another conclusion.",
    ),
    "Domingo-Ferrer and Torra 2001",
    NUMBERS_ON_BOTH_SIDES,
    ROWS_WITH_BOTH,
)


@dataclass(frozen=True)
class CorrelationChange:
    """The largest and the mean absolute difference of the correlations of pairs of columns, each from 0 to 2."""

    largest: float
    mean: float
    by_column: tuple[float, ...] = field(repr=False)
    """The largest difference in which each column takes part; NaN where it is in no pair that has a correlation."""


def correlations(columns: Sequence[Real]) -> Real:
    """Return the matrix of Pearson correlations, each over the rows that have both numbers.

    NaN where a column is constant on these rows, or fewer than two rows have both.
    """
    found = np.eye(len(columns))
    for a, b in itertools.combinations(range(len(columns)), 2):
        found[a, b] = found[b, a] = _correlation(*pairs(columns[a], columns[b]))
    return found


def correlation_change(before: Sequence[Real], after: Sequence[Real]) -> CorrelationChange | None:
    """Compare the correlations of the same columns before and after; rows need not align between the two tables.

    Missing and hidden cells are NaN; a pair of columns without a correlation on either side is left out. None where
    no pair is left. Valid for numbers on both sides. Source: Domingo-Ferrer and Torra 2001.

    >>> x, y = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0])
    >>> round(correlation_change([x, y], [x, -y]).largest, 6)
    1.963961
    """
    size = len(before)
    gaps = np.abs(correlations(before) - correlations(after))
    gaps[np.arange(size), np.arange(size)] = np.nan
    there = ~np.isnan(gaps)
    if not there.any():
        return None
    by_column = np.where(there.any(axis=0), np.where(there, gaps, 0.0).max(axis=0), np.nan)
    return CorrelationChange(float(gaps[there].max()), float(np.sort(gaps[there]).mean()), tuple(by_column.tolist()))


def _correlation(one: Real, other: Real) -> float:
    if len(one) < 2:  # noqa: PLR2004 - a correlation takes two rows
        return float("nan")
    (a, size_a), (b, size_b) = _centred(one), _centred(other)
    if not size_a or not size_b:
        return float("nan")
    return min(1.0, max(-1.0, float(a @ b) / (size_a * size_b)))


def _centred(values: Real) -> tuple[Real, float]:
    """Return numbers less their mean, scaled so that no square overflows, and their length; 0 for a constant."""
    scaled = values / (float(np.abs(values).max(initial=0.0)) or 1.0)
    if scaled.min() == scaled.max():
        return scaled, 0.0
    centred = scaled - scaled.mean()
    return centred, float(np.sqrt(centred @ centred))
