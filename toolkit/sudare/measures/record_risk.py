"""The chance of naming a record right, told in three numbers: the highest, the mean, the share of high ones."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from pydantic import model_validator

from sudare.language import NOTHING, Text
from sudare.measures.kernel.sums import total
from sudare.measures.measure import Measure, Scope, Verdict
from sudare.measures.verdicts import no_more_than, share_no_more_than, upper_limit
from sudare.models import fault, field

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Whole

_ROUNDING: Final = 1e-12
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


_LIMITS: Final = {
    "highest": Text("最大 {limit} 以下", "highest at most {limit}"),
    "mean": Text("平均 {limit} 以下", "mean at most {limit}"),
    "above": Text("{threshold} を超える行の割合が {limit} 以下", "share of records above {threshold} at most {limit}"),
}


class RecordRiskCheck(Measure, ABC):
    """A limit for the chance that a record's person is found: for the highest, the mean, or the share of high ones.

    A missing value counts as a value of its own, and so does a hidden one. Class sizes are in people where the spec
    names a person; the mean and the share are over records, as in `sudare risk`. An empty table keeps every limit.
    """

    at_most: Decimal = upper_limit()
    kind: Literal["highest", "mean", "above"] = field(
        Text("種類", "kind"),
        Text(
            "highest は最も危ない行、mean は平均、above は threshold を超える行の割合を見ます。",
            "highest looks at the record most at risk, mean at all of them, above at the share of records over "
            "`threshold`.",
        ),
        default="highest",
    )
    threshold: Decimal | None = field(
        Text("高いとみなす値", "threshold"),
        Text("above だけに書きます。", "For above only."),
        default=None,
        ge=0,
        le=1,
        decimal_places=3,
    )

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "above") != (self.threshold is not None):
            raise fault(
                "missing-key",
                Text(
                    "threshold は above に必要で、ほかでは使いません。",
                    "`threshold` goes with `above`, and only there.",
                ),
            )
        return self

    def limit(self) -> Text:
        """The highest chance allowed."""
        threshold = self.threshold if self.threshold is not None else NOTHING
        return _LIMITS[self.kind].fill(limit=self.at_most, threshold=threshold)

    def evaluate(self, scope: Scope) -> Verdict:
        """Measure the chance of every record."""
        risks, records = self.chances(scope)
        found = record_risk(risks, records)
        if self.threshold is not None:
            # A chance of 1/5 is not above 0.2, whichever float is nearest.
            high = int(records[risks > float(self.threshold) * (1 + _ROUNDING)].sum())
            return share_no_more_than(high, int(records.sum()), self.at_most)
        return no_more_than(found.highest if self.kind == "highest" else found.mean, self.at_most)

    @abstractmethod
    def chances(self, scope: Scope) -> tuple[Real, Whole]:
        """Return the chance of each class (or line), and how many records it has."""
