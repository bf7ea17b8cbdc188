"""The limit for SUDA2 in a spec: how many records few facts single out, or how surely the worst of them is found."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Self

import numpy as np
from pydantic import model_validator

from sudare.language import Text
from sudare.measures.kernel.from_engine import combinations_of
from sudare.measures.measure import Measure, Scope, Verdict
from sudare.measures.suda import EXPLAINED, MOST, suda
from sudare.measures.verdicts import count_no_more_than, no_more_than
from sudare.models import Words, fault, field

_FRACTION = Decimal("0.01")


class SudaCheck(Measure):
    """A limit for records that up to `largest` of the columns single out, or for their chance of being found (DIS).

    With `kind: records` people with a score are counted, or records where the spec names no person; a number below 10
    is told as "<10". With `kind: dis` the highest DIS of a record is looked at, told rounded up to three places. A
    missing value counts as a value of its own, and so does a hidden one. An empty table keeps every limit.
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["suda"] = field(Text("指標", "measure"))
    columns: tuple[Words, ...] = field(Text("列", "columns"), role="columns", min_length=1, max_length=MOST)
    kind: Literal["records", "dis"] = field(
        Text("種類", "kind"),
        Text(
            "records は点のある人（行）の数、dis は最も目立つ行の人が本人である確率を見ます。",
            "records counts people (records) with a score; dis looks at the chance that the most special one is found.",
        ),
        default="records",
    )
    at_most: Decimal = field(
        Text("上限", "at most"),
        Text("records は整数、dis は 0 から 1 まで。", "A whole number for records, from 0 to 1 for dis."),
        ge=0,
        decimal_places=3,
    )
    largest: int | None = field(
        Text("調べる列数", "largest set"),
        Text("何列までの組を調べるか。省くとすべて。", "Sets of up to so many columns; all when left out."),
        default=None,
        ge=1,
        le=MOST,
    )
    fraction: Decimal | None = field(
        Text("抽出率", "fraction"),
        Text(
            "dis だけに書きます。表が母集団の何割か。省くと 0.01。", "For dis only: the share of the population, 0.01."
        ),
        default=None,
        gt=0,
        lt=1,
        decimal_places=6,
    )

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "records" and self.fraction is not None:
            raise fault("missing-key", Text("fraction は dis だけで使います。", "`fraction` goes with `dis` only."))
        if self.kind == "records" and self.at_most != self.at_most.to_integral_value():
            raise fault("bad-value", Text("at_most は整数にしてください。", "`at_most` must be a whole number."))
        if self.kind == "dis" and self.at_most > 1:
            raise fault("bad-value", Text("at_most は 1 以下にしてください。", "`at_most` must be at most 1."))
        return self

    def limit(self) -> Text:
        """How many records, or the greatest chance allowed."""
        words = {
            "records": Text("点のある数が {limit} 以下", "at most {limit} with a score"),
            "dis": Text("DIS が {limit} 以下", "DIS at most {limit}"),
        }
        return words[self.kind].fill(limit=self.at_most)

    def evaluate(self, scope: Scope) -> Verdict:
        """Score the records."""
        found = combinations_of(scope.engine, scope.relation, self.columns, people=scope.people, apart=scope.people)
        if not len(found):
            return Verdict(ok=True, value=None)
        fraction = float(self.fraction if self.fraction is not None else _FRACTION)
        counts = None if scope.people else found.records  # a person's records in a class count once
        scores = suda(found.columns, largest=self.largest, counts=counts, unit=found.unit, fraction=fraction)
        if self.kind == "dis":
            return no_more_than(float(scores.dis.max()), self.at_most)
        if found.unit is not None:
            return count_no_more_than(len(np.unique(found.unit.codes[scores.score > 0])), self.at_most)
        return count_no_more_than(scores.records, self.at_most)
