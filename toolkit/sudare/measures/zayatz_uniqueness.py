"""Zayatz's estimate of how many people are unique in the population, from the classes of a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import OF_ITS_OWN, Explained

if TYPE_CHECKING:
    from sudare.measures.class_sizes import ClassSizes
    from sudare.measures.kernel.encoding import Real

EXPLAINED: Final = Explained(
    Text("母集団一意（Zayatz）", "population uniques (Zayatz)"),
    Text(
        "表で一人だけの人のうち、母集団でも一人だけの人がどれだけいるかの見積もりです。標本の組の大きさが母集団と同じだと仮定します。",
        "An estimate of how many of those alone in the table are alone in the population too. It takes the classes of "
        "the population to be as large as those of the table.",
    ),
    "Zayatz 1991",
    Text(
        "単純無作為標本で使えます。小さな標本では多めに見積もります。ノイズや入れ替えの後では使えません。",
        "For simple random samples; it tends to overstate for small ones. Not after noise or swaps.",
    ),
    OF_ITS_OWN,
)


def zayatz_uniqueness(sizes: ClassSizes, population: int) -> float:
    """Return the share of the population that is unique in it.

    A class of j in the population would show one member in a simple random sample of n out of N with the
    hypergeometric chance P(j); Bayes' rule then gives the share of the sample's uniques that come from a class of
    one. Missing cells are as the sizes were counted. Valid for simple random samples; it tends to overstate for small
    fractions. Source: Zayatz, Estimation of the percent of unique population elements on a microdata file using the
    sample, 1991.

    >>> from sudare.measures.class_sizes import class_sizes
    >>> round(zayatz_uniqueness(class_sizes(np.array([1, 1, 2]), np.array([1, 1, 2])), 100), 6)
    0.253846
    """
    n = sizes.total
    if not sizes.uniques:
        return 0.0
    share = sizes.classes / int(sizes.classes.sum())
    chances = _one_seen(sizes.size.astype(np.float64), n, population)
    truly = share[0] * chances[0] / float(np.sum(share * chances))
    return float(sizes.uniques * truly / n)


def _one_seen(size: Real, n: int, population: int) -> Real:
    """Return the chance that a sample of n holds just one of `size` out of a population."""
    others = np.arange(int(size[-1]) - 1)  # members after the first: each must be among those not sampled
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.maximum(population - n - others, 0) / (population - 1 - others))
    none_more = np.concatenate(([0.0], np.cumsum(logs)))
    return size * (n / population) * np.exp(none_more[size.astype(np.int64) - 1])
