"""Marketer risk: somebody matches the whole table with a register and is content with many right matches."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003 - the type of a field, which pydantic reads
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from sudare.language import Text
from sudare.measures.explained import AS_OBSERVED, OF_ITS_OWN_OR_ANY, Explained
from sudare.measures.kernel.sums import total
from sudare.measures.sampled import WeightedCheck, sampled
from sudare.measures.verdicts import AT_MOST, no_more_than, upper_limit
from sudare.models import field

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Whole
    from sudare.measures.measure import Scope, Verdict

EXPLAINED: Final = Explained(
    Text("業者リスク", "marketer risk"),
    Text(
        "表全体を名簿と突き合わせたとき、正しく当たる行の割合の見込みです。誰か一人ではなく、全体を狙う人のリスクです。",
        "The share of rows that a match of the whole table with a register is expected to get right. It is the risk "
        "from somebody who wants many people, not one.",
    ),
    "El Emam 2013",
    AS_OBSERVED,
    OF_ITS_OWN_OR_ANY,
)


def marketer_risk(sizes: Whole, weighted: Real, records: Whole) -> float | None:
    """Return the expected share of right matches: the mean over the records of 1 / F. None for an empty table.

    `weighted` is F, how many of the register share the combination, and never less than the class. Where the register
    holds just the people of the table, F is the class size and the risk is classes / records. Missing cells are as
    the sizes were counted. Source: El Emam, Guide to the De-Identification of Personal Health Information, 2013,
    chapter 16; Dankar and El Emam 2010.

    >>> marketer_risk(np.array([1, 3]), np.array([1.0, 3.0]), np.array([1, 3]))
    0.5
    """
    count = int(records.sum())
    return total(1.0 / np.maximum(weighted, sizes), records) / count if count else None


class MarketerRiskCheck(WeightedCheck):
    """A limit for the share of rows that a match of the whole table with a register gets right.

    A missing value counts as a value of its own, and so does a hidden one. Class sizes are in people where the spec
    names a person, the share is of records. Weights: as `WeightedCheck` says. An empty table keeps every limit.
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["marketer-risk"] = field(Text("指標", "measure"))
    at_most: Decimal = upper_limit()

    def limit(self) -> Text:
        """The greatest share allowed."""
        return AT_MOST.fill(limit=self.at_most)

    def evaluate(self, scope: Scope) -> Verdict:
        """Find the expected share of right matches."""
        found = sampled(scope, self.columns, self.weight)
        return no_more_than(marketer_risk(found.sizes, found.weighted, found.records), self.at_most)
