"""Individual risk: the chance that a record of a survey is recognised, given how rare it seems in the population."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as kept
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from sudare.language import Text
from sudare.measures.explained import AS_SAMPLED, OF_ITS_OWN_OR_ANY, Explained
from sudare.measures.kernel.sums import total
from sudare.measures.sampled import ABOUT_WEIGHT, WEIGHT, WeightedRiskCheck, sampled
from sudare.models import Words, field

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Whole
    from sudare.measures.measure import Scope

EXPLAINED: Final = Explained(
    Text("個人リスクと全体リスク", "individual and global risk"),
    Text(
        "標本調査で、その記録が誰のものか当たる確率を、抽出の重みから見積もります。全員分を足すと、当たる人数の見込みです。",
        "For a survey, the chance that a record's person is found, estimated from the sampling weights. Summed over "
        "all records it is the number of people expected to be found.",
    ),
    "Benedetti and Franconi 1998",
    AS_SAMPLED,
    OF_ITS_OWN_OR_ANY,
)
_STEPS: Final = 60  # sizes up to which the recursion is run; above them the series ends within a few terms
_SMALL: Final = 1e-17  # relative to the sum: terms below it change no digit
_LAST: Final = 2  # sizes 1 and 2, of which the approximation has exact formulas


@dataclass(frozen=True)
class IndividualRisk:
    """The risk of each class's records, and of the whole table: the mean and the expected number of people found."""

    each: Real = kept(repr=False)
    mean: float | None
    expected: float


def individual_risk(sizes: Whole, weighted: Real, records: Whole, *, exact: bool = False) -> IndividualRisk:
    """Return E(1 / F | f) for each class of f sampled people, F being negative binomial with p = f / sum of weights.

    With q = 1 - p: (p / q) ln(1 / p) for f = 1; p / q - (p / q)^2 ln(1 / p) for f = 2; above that the approximation
    p / (f - q), or with `exact` the recursion r(f) = p / (q (f - 1)) - (p / q) r(f - 1), which is
    p^f / f * 2F1(f, f; f + 1; q). Where the weights say that everybody was sampled it is 1 / f, and so it is where
    they sum to less. Missing cells are as the sizes were counted. Valid for a random sample whose weights are true.
    Source: Benedetti and Franconi, Statistical and technological solutions for controlled data dissemination, 1998;
    Polettini, Some remarks on the individual risk methodology, 2003.

    >>> individual_risk(np.array([1]), np.array([17.0]), np.array([1])).each.round(9).tolist()
    [0.177075834]
    """
    f = sizes.astype(np.float64)
    p = np.minimum(f / weighted, 1.0)
    each = _exact(f, p) if exact else np.where(f <= _LAST, _exact(np.minimum(f, _LAST), p), p / (f - (1 - p)))
    count = int(records.sum())
    expected = total(each, records)
    return IndividualRisk(each, expected / count if count else None, expected)


def _exact(f: Real, p: Real) -> Real:
    """Return the exact risk: by recursion where that is stable, else by a series of positive terms."""
    risk = np.empty(len(f))
    stable = (p <= 1 / 2) & (f <= _STEPS)  # each step multiplies its error by p / q
    risk[stable] = _recursion(f[stable], p[stable])
    risk[~stable] = _series(f[~stable], p[~stable])
    return risk


def _recursion(f: Real, p: Real) -> Real:
    odds = p / (1 - p)
    now = -odds * np.log(p)
    found = now.copy()
    for size in range(2, int(f.max(initial=1)) + 1):
        now = odds * (1 / (size - 1) - now)
        found[f == size] = now[f == size]
    return found


def _series(f: Real, p: Real) -> Real:
    """Return (p / f) * 2F1(1, 1; f + 1; q), whose terms shrink by n q / (f + n)."""
    term = np.ones(len(f))
    found = np.ones(len(f))
    n = 0
    while np.any(term > _SMALL * found):
        n += 1
        term = term * (n * (1 - p) / (f + n))
        found = found + term
    return p / f * found


class IndividualRiskCheck(WeightedRiskCheck):
    """A limit for the individual risk of a survey's records, or with `kind: mean` for the global risk.

    Missing and hidden cells, people and empty tables: as `RecordRiskCheck` says; weights: as `WeightedRiskCheck` says.
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["individual-risk"] = field(Text("指標", "measure"))
    weight: Words = field(WEIGHT, ABOUT_WEIGHT, role="column")

    def chances(self, scope: Scope) -> tuple[Real, Whole]:
        """Return the individual risk of each class, and its records."""
        found = sampled(scope, self.columns, self.weight)
        return individual_risk(found.sizes, found.weighted, found.records).each, found.records
