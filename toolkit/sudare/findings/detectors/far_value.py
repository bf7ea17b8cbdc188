"""Numbers that lie far from all others of this file (rule item 5), in the whole table or within a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.detector import Detector
from sudare.findings.finding import Finding, Suggestion
from sudare.findings.header import says
from sudare.findings.numbers import NUMBERS, Numbers, apart, numbers_of
from sudare.findings.safe_cut import safe_cut
from sudare.language import Text
from sudare.profiles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.findings.view import ColumnView, View

_FEWEST = 30  # numbers, before their middle and spread mean something
_DIFFERENT = 10  # different values; fewer are codes or grades
_GROUPS = 20  # groups of a column at most
_STRATA = (
    "学年",
    "学級",
    "年齢",
    "年代",
    "性別",
    "学校",
    "職種",
    "区分",
    "grade",
    "sex",
    "gender",
    "age",
    "school",
    "class",
)
_NO_STRATA = ("番号", "コード", "id")


class FarValue(Detector):
    """Finds values that few have and that a gap separates from all others."""

    kind = "far-value"
    label = Text("ほかから離れた値", "values far from all others")
    about = Text(
        "数の列で、10件未満の値が、ほかのすべての値から離れている所を探します。中央値と MAD による標準偏差で測り、全体のほか、"
        "学年や性別のような列の組ごとにも見ます。外の資料は使いません。一号から四号までの処理の後の表に当てはまるかは、出力の点検でもう一度"
        "見ます。",
        "Looks in columns of numbers for fewer than 10 values that lie apart from all others, measured by median and MAD, in "
        "the whole table and within the groups of columns such as grade or sex. No outside figure is used. The processed "
        "table is looked at again.",
    )
    standard = 5
    level = "must"

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        taken = {name for finding in found if finding.standard in {1, 2, 3} for name in finding.columns}
        cut = {name for finding in found if finding.kind == "unusual-in-society" for name in finding.columns}
        strata = [column for column in view if column.name not in taken and _is_stratum(column)]
        for column in view:
            if column.name in taken or not _is_measure(column):
                continue
            numbers = numbers_of(column, [one for one in strata if one.name != column.name])
            for largest in (False, True):
                if largest and column.name in cut:
                    continue  # standard 4 cuts there already; item 5 looks at the table as it stands afterwards
                count = apart(numbers.values, largest=largest)
                inside = None if count else _apart_in_groups(numbers, largest=largest)
                if count or inside:
                    yield self._told(column, numbers, count, inside, largest=largest)

    def _told(
        self, column: ColumnView, numbers: Numbers, count: int, inside: tuple[str, int] | None, *, largest: bool
    ) -> Finding:
        side = Text("大きい側", "large") if largest else Text("小さい側", "small")
        whole = Text(
            "{side}に、ほかから離れた値があります。", "There are values far from all others, on the {side} side."
        )
        within = Text(
            "「{group}」の組の中で、{side}にほかから離れた値があります。",
            "Within groups of '{group}' there are values far from the others, on the {side} side.",
        )
        message = within.fill(group=inside[0], side=side) if inside else whole.fill(side=side)
        return Finding(
            f"{self.kind}-{'above' if largest else 'below'}",
            (column.name,),
            self.standard,
            self.level,
            message,
            confidence=0.8,
            count=inside[1] if inside else count,
            suggestions=_steps(column, numbers, largest=largest),
        )


def _is_measure(column: ColumnView) -> bool:
    return column.column.type in NUMBERS and column.present >= _FEWEST and column.distinct >= _DIFFERENT


def _is_stratum(column: ColumnView) -> bool:
    return says(column.header, _STRATA, _NO_STRATA) and 2 <= column.distinct <= _GROUPS  # noqa: PLR2004 - one is no group


def _apart_in_groups(numbers: Numbers, *, largest: bool) -> tuple[str, int] | None:
    """Return the first column within whose groups values lie apart, and how many."""
    for group in numbers.groups:
        count = sum(apart(values, largest=largest) for values in numbers.within(group, _FEWEST))
        if count:
            return group, count
    return None


def _steps(column: ColumnView, numbers: Numbers, *, largest: bool) -> tuple[Suggestion, ...]:
    edge = safe_cut(numbers.values, whole=column.column.type == "integer", largest=largest)
    if edge is None:
        return ()
    step = {
        "technique": "top-code" if largest else "bottom-code",
        "columns": [column.name],
        "at_least" if largest else "at_most": edge,
        "standards": [5],
    }
    when = Text(
        "{n}件以上がまとまる位置で切ります。層ごとの人数も確かめてください。",
        "cuts where at least {n} records share the group; check the groups too",
    )
    return (Suggestion(step, when.fill(n=LIMIT)),)
