"""Prosecutor risk: somebody who knows that a person is in the table looks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from sudare.language import Text
from sudare.measures.explained import AS_OBSERVED, OF_ITS_OWN_OR_ANY, Explained
from sudare.measures.record_risk import THRESHOLD, RecordRisk, RecordRiskCheck, record_risk
from sudare.measures.sampled import sampled
from sudare.models import field

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Whole
    from sudare.measures.measure import Scope

EXPLAINED: Final = Explained(
    Text("検察官リスク", "prosecutor risk"),
    Text(
        "その人が表にいると知っている人が、組合せから一行を当てる確率です。同じ組合せが5人なら 0.2 です。",
        "The chance that somebody who knows a person to be in the table picks the right row by the combination. With "
        "five people alike it is 0.2.",
    ),
    "El Emam 2013",
    AS_OBSERVED,
    OF_ITS_OWN_OR_ANY,
)


def prosecutor_risk(sizes: Whole, records: Whole, threshold: float = THRESHOLD) -> RecordRisk:
    """Return the chance 1 / size over all records.

    `sizes` and `records` have one number for each class; with units the sizes are people. Missing cells are as the
    sizes were counted. Valid where the table's combinations are true; after noise or swaps the right row may not look
    right. Source: El Emam, Guide to the De-Identification of Personal Health Information, 2013, chapter 16.

    >>> import numpy as np
    >>> prosecutor_risk(np.array([1, 5]), np.array([1, 5])).highest
    1.0
    """
    return record_risk(1.0 / sizes, records, threshold)


class ProsecutorRiskCheck(RecordRiskCheck):
    """A limit for the chance of somebody who knows that a person is in the table.

    Missing and hidden cells, people and empty tables: as `RecordRiskCheck` says.
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["prosecutor-risk"] = field(Text("指標", "measure"))

    def chances(self, scope: Scope) -> tuple[Real, Whole]:
        """Return 1 / size of each class, and its records."""
        found = sampled(scope, self.columns, None)
        return 1.0 / found.sizes, found.records
