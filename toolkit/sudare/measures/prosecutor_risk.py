"""Prosecutor risk: somebody who knows that a person is in the table looks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sudare.language import Text
from sudare.measures.explained import Explained
from sudare.measures.record_risk import THRESHOLD, RecordRisk, record_risk

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Whole

EXPLAINED: Final = Explained(
    Text("検察官リスク", "prosecutor risk"),
    Text(
        "その人が表にいると知っている人が、組合せから一行を当てる確率です。同じ組合せが5人なら 0.2 です。",
        "The chance that somebody who knows a person to be in the table picks the right row by the combination. With "
        "five people alike it is 0.2.",
    ),
    "El Emam 2013",
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
