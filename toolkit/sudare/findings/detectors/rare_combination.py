"""Combinations of two and three columns that single records alone have (rule item 5)."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.codes import alone, codes_of
from sudare.findings.detector import Detector
from sudare.findings.finding import Finding, Suggestion
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sudare.findings.view import ColumnView, View
    from sudare.measures.kernel import Column

_COLUMNS = 8  # columns combined; more are for a measure of risk over chosen columns
_MOST = 120  # different values of what others may know about somebody
_FEWEST = 100  # records
_K = 5


class RareCombination(Detector):
    """Finds the pair and the triple of columns that single out the most records."""

    kind = "rare-combination"
    label = Text("少数の組み合わせ", "rare combinations")
    about = Text(
        "値の種類が120までの列から二つと三つを組み合わせ、一件だけの組が最も多い組み合わせを一つずつ示します。どの列を人が知りうるかは、"
        "想定する閲覧者に照らして人が決めます。",
        "Combines two and three columns of at most 120 values and names the pair and the triple with the most records that "
        "are alone. Which columns others may know is for a person to say (the assumed reader).",
    )
    standard = 5
    level = "must"
    turn = 1

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        taken = {name for finding in found if finding.standard in {1, 2, 3} for name in finding.columns}
        columns = [column for column in view if column.name not in taken and _is_known(column)][:_COLUMNS]
        if view.rows < _FEWEST or len(columns) < 2:  # noqa: PLR2004 - a pair
            return
        codes = codes_of(view, columns)
        for together in (2, 3):
            if len(columns) >= together:
                yield from self._worst(view, codes, together)

    def _worst(self, view: View, codes: Mapping[str, Column], together: int) -> Iterator[Finding]:
        single = {names: alone([codes[name] for name in names]) for names in combinations(codes, together)}
        names = max(single, key=lambda one: single[one])
        if not single[names]:
            return
        message = Text(
            "この{n}列の組み合わせでは、一件しかない組に入る行があります。",
            "By these {n} columns together, some records are alone.",
        ).fill(n=len(names))
        yield Finding(
            self.kind,
            names,
            self.standard,
            self.level,
            message,
            confidence=0.7,
            count=single[names],
            share=single[names] / view.rows,
            suggestions=(_remove(names),),
        )


def _is_known(column: ColumnView) -> bool:
    return column.column.type in {"text", "integer", "boolean"} and 2 <= column.distinct <= _MOST  # noqa: PLR2004


def _remove(names: tuple[str, ...]) -> Suggestion:
    step = {
        "technique": "delete-small-classes",
        "columns": list(names),
        "below": str(_K),
        "at_most": "5%",
        "standards": [5],
    }
    when = Text(
        "先に一般化してから、残る少数の組を除きます",
        "generalize first, then remove the small classes that are left",
    )
    return Suggestion(step, when)
