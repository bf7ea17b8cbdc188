"""Journalist risk: somebody who does not know whether a person is in the table looks for anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import Explained
from sudare.measures.record_risk import THRESHOLD, RecordRisk, record_risk

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Whole

EXPLAINED: Final = Explained(
    Text("記者リスク", "journalist risk"),
    Text(
        "その人が表にいるかどうか知らない人が当てる確率です。母集団で同じ組合せの人が多いほど小さくなります。",
        "The chance of somebody who does not know whether the person is in the table. It falls with the number of "
        "people in the population who are alike.",
    ),
    "El Emam 2013",
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
