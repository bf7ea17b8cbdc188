"""Values that are unusual in society at large (rule item 4), by outside figures: never by the file's own distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.engines import sql
from sudare.findings.detector import Detector
from sudare.findings.finding import Finding, Suggestion
from sudare.findings.header import says
from sudare.findings.numbers import NUMBERS, count_where, median_of
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.findings.view import ColumnView, View
    from sudare.law import Threshold


class UnusualInSociety(Detector):
    """Finds numbers that outside figures call rare, such as ages of 100 and above."""

    kind = "unusual-in-society"
    label = Text("社会で珍しい値", "values unusual in society")
    about = Text(
        "年齢や子どもの数など、外の資料に照らして珍しい値を持つ列を探します。ファイルの分布は使いません。珍しいとみる値と、切る位置は"
        "別の数です。半分以上の値が珍しいことになる列は、単位が違うものとして扱いません。",
        "Looks for values that outside figures call rare, such as great ages. The file's own distribution is never used. What "
        "is unusual and where to cut are two numbers. A column of which half would be unusual is in another unit, and is "
        "passed over.",
    )
    standard = 4
    level = "must"
    after = True

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        for column in view:
            if column.column.type not in NUMBERS:
                continue
            for threshold in view.outside:
                if says(column.header, threshold.words, threshold.but):
                    yield from self._beyond(column, threshold)

    def _beyond(self, column: ColumnView, threshold: Threshold) -> Iterator[Finding]:
        median = median_of(column)
        if median is None or median >= threshold.unusual:
            return
        limit = sql.literal(str(threshold.unusual), "decimal")
        count = count_where(column, sql.at_least(sql.cast(column.field.value, "decimal"), limit))
        if not count:
            return
        message = Text(
            "{title}が {limit}{unit}以上の値があります。資料: {source}（{date}）。",
            "There are values of {title} of {limit} or more. Source: {source} ({date}).",
        ).fill(
            title=threshold.title,
            limit=threshold.unusual,
            unit=threshold.unit,
            source=threshold.source,
            date=threshold.date,
        )
        yield Finding(
            self.kind,
            (column.name,),
            self.standard,
            self.level,
            message.join(threshold.share),
            confidence=0.95,
            count=count,
            share=count / column.present,
            suggestions=(_cut(column, threshold),),
        )


def _cut(column: ColumnView, threshold: Threshold) -> Suggestion:
    step = {
        "technique": "top-code",
        "columns": [column.name],
        "at_least": str(threshold.cut),
        "standards": [4],
    }
    return Suggestion(step, threshold.cut_share or threshold.share)
