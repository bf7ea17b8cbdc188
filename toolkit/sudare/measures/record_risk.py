"""The chance of naming a record right, told in three numbers: the highest, the mean, the share of high ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sudare.measures.kernel.sums import total

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Whole

THRESHOLD: Final = 0.2  # a class of five; El Emam, Guide to the De-Identification of Personal Health Information, 2013


@dataclass(frozen=True)
class RecordRisk:
    """Chances over the records of a table; None where it has no record. `above` is strictly above the threshold."""

    highest: float | None
    mean: float | None
    threshold: float
    above: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys `max`, `mean` and `above`."""
        share = {"threshold": self.threshold, "share": self.above}
        return {"max": self.highest, "mean": self.mean, "above": share}


def record_risk(risks: Real, records: Whole, threshold: float = THRESHOLD) -> RecordRisk:
    """Sum up the chance of each class, weighted by its records.

    >>> import numpy as np
    >>> record_risk(np.array([1.0, 0.2]), np.array([1, 5]))
    RecordRisk(highest=1.0, mean=0.3333333333333333, threshold=0.2, above=0.16666666666666666)
    """
    count = int(records.sum())
    if not count:
        return RecordRisk(None, None, threshold, None)
    high = int(records[risks > threshold].sum())
    return RecordRisk(float(risks.max()), total(risks, records) / count, threshold, high / count)
