"""Journalist risk: somebody who does not know whether a person is in the table looks for anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from sudare.language import Text
from sudare.measures.explained import AS_SAMPLED, OF_ITS_OWN_OR_ANY, Explained
from sudare.measures.record_risk import THRESHOLD, RecordRisk, record_risk
from sudare.measures.sampled import WeightedRiskCheck, sampled
from sudare.models import field

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Whole
    from sudare.measures.measure import Scope

EXPLAINED: Final = Explained(
    Text("記者リスク", "journalist risk"),
    Text(
        "その人が表にいるかどうか知らない人が当てる確率です。母集団で同じ組合せの人が多いほど小さくなります。",
        "The chance of somebody who does not know whether the person is in the table. It falls with the number of "
        "people in the population who are alike.",
    ),
    "El Emam 2013",
    AS_SAMPLED,
    OF_ITS_OWN_OR_ANY,
)


def journalist_risk(sizes: Whole, weighted: Real, records: Whole, threshold: float = THRESHOLD) -> RecordRisk:
    """Return the chance 1 / F over all records, F being how many of the population share the combination.

    `weighted` estimates F as the sum of the sampling weights of a class; it is never taken for less than the class
    itself. Without weights the class is all that is known of the population, and the risk is the prosecutor's, the
    highest it could be. Missing cells are as the sizes were counted. Valid for a random sample whose weights are true.
    Source: El Emam, Guide to the De-Identification of Personal Health Information, 2013, chapter 16.

    >>> journalist_risk(np.array([1, 2]), np.array([10.0, 40.0]), np.array([1, 2])).highest
    0.1
    """
    return record_risk(1.0 / np.maximum(weighted, sizes), records, threshold)


class JournalistRiskCheck(WeightedRiskCheck):
    """A limit for the chance of somebody who does not know whether a person is in the table.

    Without weights it is the prosecutor's. Missing and hidden cells, people and empty tables: as `RecordRiskCheck`
    says; weights: as `WeightedRiskCheck` says.
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["journalist-risk"] = field(Text("指標", "measure"))

    def chances(self, scope: Scope) -> tuple[Real, Whole]:
        """Return 1 / how many of the population share each class, and its records."""
        found = sampled(scope, self.columns, self.weight)
        return 1.0 / np.maximum(found.weighted, found.sizes), found.records
