"""Pitman's model of how many people are unique in the population, from the classes of a sample."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sudare.language import Text
from sudare.measures.explained import OF_ITS_OWN, Explained

if TYPE_CHECKING:
    from sudare.measures.class_sizes import ClassSizes
    from sudare.measures.kernel.encoding import Real

EXPLAINED: Final = Explained(
    Text("母集団一意（Pitman）", "population uniques (Pitman)"),
    Text(
        "母集団でも一人だけになる人の割合の見積もりです。母集団に比べて小さな標本でよく当たります。",
        "An estimate of the share of people who are alone in the population too. It does well for samples that are "
        "small beside the population.",
    ),
    "Hoshino 2001",
    Text(
        "母集団の 1 割以下の無作為標本で使えます。ノイズや入れ替えの後では使えません。",
        "For random samples of a tenth of the population or less. Not after noise or swaps.",
    ),
    OF_ITS_OWN,
)
_ROUNDS: Final = 100
_CLOSE: Final = 1e-12  # relative change of a parameter at which the search ends


class _Fit(NamedTuple):
    theta: float
    alpha: float


def pitman_uniqueness(sizes: ClassSizes, population: int) -> float | None:
    """Return the share of the population that is unique in it, or None where the model does not fit the table.

    Under the Pitman sampling formula with 0 < alpha < 1 and theta > -alpha, fitted by greatest likelihood to the
    table's class sizes, a population of N has about Gamma(theta + 1) / Gamma(theta + alpha) * N^alpha uniques.
    Missing cells are as the sizes were counted. Valid for random samples of a tenth of the population or less (Dankar
    et al. 2012). Source: Hoshino, Applying Pitman's sampling formula to microdata disclosure risk assessment, Journal
    of Official Statistics 17(4), 2001.

    >>> from sudare.measures.class_sizes import class_sizes
    >>> sizes = np.repeat([1, 2, 3, 4, 5], [50, 20, 10, 5, 3])
    >>> round(pitman_uniqueness(class_sizes(sizes, sizes), 10_000), 4)
    0.0074
    """
    if not sizes.uniques:
        return 0.0
    fit = _fit(sizes)
    if fit is None:
        return None
    logs = math.lgamma(fit.theta + 1) - math.lgamma(fit.theta + fit.alpha) + fit.alpha * math.log(population)
    share = math.exp(min(logs, math.log(population) + 1)) / population
    return share if share <= 1 else None


def _fit(sizes: ClassSizes) -> _Fit | None:
    """Find the parameters of greatest likelihood by Newton's method, with steps halved where they leave the range."""
    equations = _Equations(sizes)
    fit = _start(sizes)
    for _ in range(_ROUNDS):
        slope, bend = equations.at(fit)
        if not (np.isfinite(slope).all() and np.isfinite(bend).all()) or abs(np.linalg.det(bend)) == 0:
            return None
        step = np.linalg.solve(bend, slope)
        scale = 1.0
        while not _allowed(after := _Fit(fit.theta - scale * step[0], fit.alpha - scale * step[1])):
            scale /= 2
        if abs(after.theta - fit.theta) <= _CLOSE * max(1, abs(after.theta)) and abs(after.alpha - fit.alpha) <= _CLOSE:
            return after
        fit = after
    return None


def _allowed(fit: _Fit) -> bool:
    return 0 < fit.alpha < 1 and fit.theta > -fit.alpha


def _start(sizes: ClassSizes) -> _Fit:
    """Return Hoshino's moment estimates, from the numbers of records, classes, uniques and pairs."""
    n, u, ones = sizes.total, int(sizes.classes.sum()), sizes.uniques
    twos = max(int(sizes.classes[sizes.size == 2].sum()), 1)  # noqa: PLR2004 - a pair
    c = ones * (ones - 1) / twos
    below = 2 * ones * u + ones * c - n * c
    theta = (n * u * c - ones * (n - 1) * (2 * u + c)) / below if below else 1.0
    alpha = (theta * (ones - n) + (n - 1) * ones) / (n * u)
    fit = _Fit(theta, alpha)
    return fit if _allowed(fit) else _Fit(1.0, 0.5)


class _Equations:
    """The slope of the log likelihood and its bend, as plain sums: they stay true where closed forms cancel out."""

    def __init__(self, sizes: ClassSizes) -> None:
        self._classes = np.arange(1, int(sizes.classes.sum()), dtype=np.float64)
        self._records = np.arange(1, sizes.total, dtype=np.float64)
        larger = np.zeros(int(sizes.size[-1]), np.int64)  # classes of more than j records, j from 1
        np.add.at(larger, sizes.size - 1, sizes.classes)
        self._larger = (np.cumsum(larger[::-1])[::-1])[1:]
        self._inner = np.arange(1, len(self._larger) + 1, dtype=np.float64)

    def at(self, fit: _Fit) -> tuple[Real, Real]:
        """Return both at some parameters."""
        i, one = self._classes, 1 / (fit.theta + self._classes * fit.alpha)
        two = one * one
        other, inner = 1 / (fit.theta + self._records), 1 / (self._inner - fit.alpha)
        slope = np.array([one.sum() - other.sum(), (i * one).sum() - (self._larger * inner).sum()])
        mixed = -(i * two).sum()
        bend = np.array(
            [
                [(other * other).sum() - two.sum(), mixed],
                [mixed, -(i * i * two).sum() - (self._larger * inner * inner).sum()],
            ]
        )
        return slope, bend
