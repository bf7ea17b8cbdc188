"""Columns whose values stand in another table of the project too: keys that link registers in use (rule item 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.findings.detector import Detector
from sudare.findings.finding import Finding
from sudare.findings.usual_steps import delete, pseudonymize
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.findings.view import ColumnView, View

_FEWEST = 20  # different values; codes of categories have fewer
_MOST = 0.5  # of them stand in the other table too
_ONES = 0.5  # different values among the cells, in one of the two tables


class SharedKey(Detector):
    """Finds columns that another table given beside this one has too."""

    kind = "shared-key"
    label = Text("ほかの表と共通の番号", "keys shared with another table")
    about = Text(
        "並べて渡された別の表の列と値を比べ、種類の半分以上が共通で、どちらかの表でほぼ一行に一つの値である列を探します。小数と日付は見ません。",
        "Compares the values with those of other tables given beside this one and looks for columns of which half or more "
        "are shared and that are nearly one for each row in one of the two. Decimals and dates are not looked at.",
    )
    standard = 3
    level = "must"
    turn = 1

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        for column in view:
            if column.column.type not in {"text", "integer"} or column.distinct < _FEWEST:
                continue
            shares = [_shared(column, other) for table in view.beside for other in table if _may_link(column, other)]
            share = max(shares, default=0.0)
            if share < _MOST:
                continue
            message = Text(
                "別の表の列と、値の種類の {share} が共通です。",
                "{share} of its different values stand in another table too.",
            )
            yield Finding(
                self.kind,
                (column.name,),
                self.standard,
                self.level,
                message.fill(share=f"{share:.0%}"),
                confidence=0.5 + 0.5 * share,
                count=column.present,
                suggestions=(delete(column.name, standard=3), pseudonymize(column.name, standard=3)),
            )


def _may_link(one: ColumnView, other: ColumnView) -> bool:
    if other.column.type not in {"text", "integer"} or other.distinct < _FEWEST:
        return False
    return any(column.distinct >= _ONES * column.present for column in (one, other))


def _shared(one: ColumnView, other: ColumnView) -> float:
    left, right = (
        column.view.relation.select(exp.alias_(column.field.text, "v"))
        .where(sql.is_there(column.field.text))
        .distinct()
        for column in (one, other)
    )
    same = exp.EQ(this=exp.column("v", "a"), expression=exp.column("v", "b"))
    both = exp.select(exp.alias_(sql.row_count(), "n")).from_(left.subquery("a")).join(right.subquery("b"), on=same)
    [row] = one.view.engine.ask(both)
    return int(row["n"]) / one.distinct
