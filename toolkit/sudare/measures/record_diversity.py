"""How many sensitive values stay possible for each record's combination: l-diversity, class by class."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import AS_OBSERVED, OF_ITS_OWN, Explained

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Whole
    from sudare.measures.kernel.values import Values

EXPLAINED: Final = Explained(
    Text("ℓ-多様性（記録ごと）", "l-diversity of each record"),
    Text(
        "その記録と同じ組合せの人の中に、知られたくない項目の値が何通りあるか。1 なら、組合せが分かるだけでその値も分かります。",
        "How many values of the sensitive column occur among people of the same combination. At 1, whoever knows the "
        "combination knows the value.",
    ),
    "Machanavajjhala et al. 2007",
    AS_OBSERVED,
    OF_ITS_OWN,
)
C: Final = Fraction(2)


@dataclass(frozen=True)
class Diversity:
    """For each class: how many values it has, exp of their entropy, and the largest recursive l."""

    distinct: Whole = field(repr=False)
    entropy: Real = field(repr=False)
    recursive: Whole = field(repr=False)
    c: Fraction = C


def record_diversity(values: Values, c: Fraction = C) -> Diversity:
    """Return the diversity of each class.

    With n_1 >= n_2 >= ... the numbers of each value in a class and p_i their shares: `distinct` is how many there
    are, `entropy` is exp(-sum p_i ln p_i), `recursive` the largest l with n_1 < c (n_l + n_(l+1) + ...), and at least
    1. A missing value counts as a value of its own. Counts of people are as `values_of` says. Source:
    Machanavajjhala, Kifer, Gehrke and Venkitasubramaniam, l-Diversity, ACM TKDD 1(1), 2007, section 4.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import classes_of, encode
    >>> from sudare.measures.kernel.values import values_of
    >>> classes = classes_of([encode("sex", pa.array(["f"] * 3))])
    >>> found = record_diversity(values_of(classes, encode("ill", pa.array(["x", "x", "y"]))))
    >>> found.distinct.tolist(), found.entropy.round(4).tolist(), found.recursive.tolist()
    ([2], [1.8899], [1])
    """
    starts, of_class = values.starts, values.of_class
    if not len(starts):
        return Diversity(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64), c)
    # Within a class from the most frequent value on: a float sum differs in its last digit with its order.
    n = values.count[np.lexsort((-values.count, of_class))]
    size = values.sizes
    distinct = np.diff(np.append(starts, len(n)))
    entropy = np.exp(np.log(size) - np.add.reduceat(n * np.log(n), starts) / size)
    entropy = np.maximum(entropy, 1.0)  # of one value; its logarithms may not cancel to the last digit
    before = np.cumsum(n) - n
    rest = size[of_class] - (before - before[starts][of_class])  # n_l + n_(l+1) + ...
    holds = n[starts][of_class] * c.denominator < rest * c.numerator
    return Diversity(distinct, entropy, np.maximum(np.add.reduceat(holds.astype(np.int64), starts), 1), c)
