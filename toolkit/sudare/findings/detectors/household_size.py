"""Households that have far more members in this file than all others (rule item 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.findings.detector import Detector
from sudare.findings.finding import Finding
from sudare.findings.household import key_of
from sudare.findings.numbers import apart
from sudare.findings.usual_steps import delete
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.findings.view import View

_FEWEST = 30  # households


class HouseholdSize(Detector):
    """Finds households set apart by the number of their members."""

    kind = "household-size"
    label = Text("人数の離れた世帯", "households of unusual size")
    about = Text(
        "世帯番号ごとの行数を数え、ほかのすべての世帯から離れて多い世帯を探します。世帯番号が残ると、人数から世帯が分かります。",
        "Counts the rows of each household number and looks for households that have far more than all others. As long as "
        "the number is there, the count tells which household it is.",
    )
    standard = 5
    level = "must"

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        key = key_of(view)
        if key is None or key.distinct < _FEWEST:
            return
        asked = view.relation.select(exp.alias_(sql.row_count(), "members")).where(sql.is_there(key.field.text))
        sizes = np.array([row["members"] for row in view.engine.ask(asked.group_by(key.field.text))], np.float64)
        count = apart(sizes, largest=True)
        if not count:
            return
        message = Text(
            "ほかの世帯から人数の離れた世帯があります（世帯の数で数えています）。",
            "Some households have far more members than all others (counted in households).",
        )
        yield Finding(
            self.kind,
            (key.name,),
            self.standard,
            self.level,
            message,
            confidence=0.8,
            count=count,
            suggestions=(delete(key.name, standard=5),),
        )
