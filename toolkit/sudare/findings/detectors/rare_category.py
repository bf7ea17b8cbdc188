"""Categories of this file that few records share (rule item 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.codes import codes_of, sizes_of
from sudare.findings.detector import Detector
from sudare.findings.finding import Finding, Suggestion
from sudare.language import Text
from sudare.profiles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.findings.view import ColumnView, View

_MOST = 200  # different values of what is still a list of categories
_OFTEN = 20  # records for each value, on the average
_FEWEST = 100  # records


class RareCategory(Detector):
    """Finds categories that fewer than ten records share."""

    kind = "rare-category"
    label = Text("少数の区分", "rare categories")
    about = Text(
        "区分の列（200種類まで）のうち、10件未満しかない区分を持つものを探します。区分の名前は示しません。",
        "Looks in columns of categories (up to 200) for those that fewer than 10 records share. The categories are not named.",
    )
    standard = 5
    level = "must"

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        taken = {name for finding in found if finding.standard in {1, 2, 3} for name in finding.columns}
        if view.rows < _FEWEST:
            return
        for column in view:
            if column.name in taken or not _is_category(column):
                continue
            sizes = sizes_of(codes_of(view, [column])[column.name])
            rare = sizes[sizes < LIMIT]
            if not len(rare):
                continue
            message = Text(
                "{few}件未満の区分が {n} 種類あります（全 {all} 種類）。",
                "{n} of {all} categories have fewer than {few} records.",
            ).fill(few=LIMIT, n=len(rare), all=len(sizes))
            yield Finding(
                self.kind,
                (column.name,),
                self.standard,
                self.level,
                message,
                confidence=0.9,
                count=int(rare.sum()),
                suggestions=(_remove(column),),
            )


def _is_category(column: ColumnView) -> bool:
    return (
        column.column.type in {"text", "boolean"}
        and 2 <= column.distinct <= _MOST  # noqa: PLR2004 - one category tells nobody apart
        and column.present >= _OFTEN * column.distinct
    )


def _remove(column: ColumnView) -> Suggestion:
    step = {
        "technique": "delete-small-classes",
        "columns": [column.name],
        "below": str(LIMIT),
        "at_most": "5%",
        "standards": [5],
    }
    when = Text(
        "その行を除いてよいとき。残すなら map-values で上位の区分にまとめます",
        "when those records may go; to keep them, gather categories with `map-values`",
    )
    return Suggestion(step, when)
