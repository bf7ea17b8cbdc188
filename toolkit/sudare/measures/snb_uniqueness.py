"""The shifted negative binomial model of how many people are unique in the population."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import OF_ITS_OWN, Explained

if TYPE_CHECKING:
    from sudare.measures.class_sizes import ClassSizes

EXPLAINED: Final = Explained(
    Text("母集団一意（SNB）", "population uniques (SNB)"),
    Text(
        "母集団でも一人だけになる人の割合の見積もりです。母集団のかなりの部分を含む表でよく当たります。",
        "An estimate of the share of people who are alone in the population too. It does well for tables that hold a "
        "good part of the population.",
    ),
    "Chen and Keller-McNulty 1998",
    Text(
        "母集団の 1 割を超える無作為標本で使えます。ノイズや入れ替えの後では使えません。",
        "For random samples of more than a tenth of the population. Not after noise or swaps.",
    ),
    OF_ITS_OWN,
)
_GRID: Final = 4000  # places at which the one remaining equation is looked at
_HALVINGS: Final = 80
_WIDEST: Final = 1e6  # alpha above it is no distribution that a table could tell


def snb_uniqueness(sizes: ClassSizes, population: int) -> float | None:
    """Return the share of the population that is unique in it, or None where the model does not fit the table.

    A class of the population has 1 + Y members, Y negative binomial (alpha, beta), and K classes are estimated by
    Shlosser's formula; alpha and beta are those with which a sample of fraction f is expected to show the uniques and
    pairs that the table has. The uniques are then K beta^alpha. Missing cells are as the sizes were counted. Valid
    for random samples of more than a tenth of the population (Dankar et al. 2012). Source: Chen and Keller-McNulty,
    Estimation of identification disclosure risk in microdata, Journal of Official Statistics 14(1), 1998; Shlosser
    1981.

    >>> from sudare.measures.class_sizes import class_sizes
    >>> sizes = np.repeat([1, 2, 3, 4, 5], [50, 20, 10, 5, 3])
    >>> round(snb_uniqueness(class_sizes(sizes, sizes), 400), 4)
    0.1317
    """
    if not sizes.uniques:
        return 0.0
    fraction = sizes.total / population
    if fraction >= 1:
        return sizes.uniques / population
    classes = _classes(sizes, fraction)
    pairs = int(sizes.classes[sizes.size == 2].sum())  # noqa: PLR2004 - a pair
    fit = _fit(sizes.uniques / (classes * fraction), pairs / (classes * fraction**2), fraction) if pairs else None
    if fit is None:
        return None
    alpha, beta = fit
    share = classes * beta**alpha / population
    return float(share) if 0 < share <= 1 else None


def _classes(sizes: ClassSizes, f: float) -> float:
    """Estimate the classes of the population: Shlosser's formula in the form for skewed sizes (Haas and Stokes 1998)."""
    i, many = sizes.size.astype(np.float64), sizes.classes
    unseen = (1 - f) ** i * many
    ones = float((i * f * (1 - f) ** (i - 1) * many).sum())
    twice = float((i * f**2 * (1 - f**2) ** (i - 1) * many).sum())
    grown = float((unseen * ((1 + f) ** i - 1)).sum())
    return float(many.sum()) + sizes.uniques * twice / grown * (float(unseen.sum()) / ones) ** 2


def _fit(ones: float, twos: float, f: float) -> tuple[float, float] | None:
    """Find alpha and beta; `ones` and `twos` are the uniques / (K f) and the pairs / (K f^2) that are to be expected.

    For each beta one alpha meets the ratio of the two (a quadratic equation with one positive root), which leaves one
    equation in beta. Of several solutions the one of greatest beta is taken, with the most even classes.
    """
    grid = 1 / (1 + np.exp(-np.linspace(25, -25, _GRID)))
    gaps = np.array([_gap(float(beta), ones, twos / ones, f) for beta in grid])
    turns = np.flatnonzero(np.isfinite(gaps[:-1]) & np.isfinite(gaps[1:]) & (np.sign(gaps[:-1]) != np.sign(gaps[1:])))
    if not len(turns):
        return None
    high, low = float(grid[turns[0]]), float(grid[turns[0] + 1])
    side = _gap(high, ones, twos / ones, f) > 0
    for _ in range(_HALVINGS):
        middle = (high + low) / 2
        if (_gap(middle, ones, twos / ones, f) > 0) == side:
            high = middle
        else:
            low = middle
    alpha = _alpha(high, twos / ones, f)
    return (alpha, high) if alpha < _WIDEST else None


def _alpha(beta: float, ratio: float, f: float) -> float:
    e = 1 - beta
    d = (1 - f) * e
    half = (e * (2 - d) - 2 * ratio * (1 - d) * d) / 2
    rest = 2 * ratio * (1 - d) ** 2
    root = (half * half + e * d * rest) ** 0.5
    return float(rest / (half + root) if half > 0 else (root - half) / (e * d))


def _gap(beta: float, ones: float, ratio: float, f: float) -> float:
    """Return by how much the uniques to be expected are too many, as a logarithm."""
    d = (1 - f) * (1 - beta)
    alpha = _alpha(beta, ratio, f)
    return float(alpha * np.log(beta / (1 - d)) + np.log1p(alpha * d / (1 - d)) - np.log(ones))
