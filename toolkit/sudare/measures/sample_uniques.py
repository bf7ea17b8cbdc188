"""Sample uniques: how many are alone with their combination."""

from __future__ import annotations

from typing import Final, Literal

from sudare.language import Text
from sudare.measures.class_sizes import class_sizes
from sudare.measures.explained import AS_OBSERVED, HIDDEN_IS_A_VALUE, Explained
from sudare.measures.measure import Measure, Scope, Verdict
from sudare.measures.sampled import sampled
from sudare.measures.verdicts import count_no_more_than
from sudare.models import field

EXPLAINED: Final = Explained(
    Text("一人だけの組", "sample uniques"),
    Text(
        "その組合せの人が一人だけという人の数です。組合せを知る人には、どの行がその人か分かります。",
        "How many people are alone with their combination. Whoever knows it knows which row is theirs.",
    ),
    "Samarati and Sweeney 1998",
    AS_OBSERVED,
    HIDDEN_IS_A_VALUE,
)


class SampleUniques(Measure):
    """A limit for how many people (records where the spec names no person) are alone with their combination.

    A missing value counts as a value of its own, and so does a hidden one. An empty table keeps every limit. A number
    below 10 is told as "<10". Source: Samarati and Sweeney 1998.

    >>> SampleUniques(measure="sample-uniques", columns=["age"], at_most=0).limit().en
    'at most 0'
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["sample-uniques"] = field(Text("指標", "measure"))
    at_most: int = field(Text("上限", "at most"), ge=0)

    def limit(self) -> Text:
        """How many are allowed."""
        return Text("{n} 以下", "at most {n}").fill(n=self.at_most)

    def evaluate(self, scope: Scope) -> Verdict:
        """Count the classes of one."""
        found = sampled(scope, self.columns, None)
        return count_no_more_than(class_sizes(found.sizes, found.records).uniques, self.at_most)
