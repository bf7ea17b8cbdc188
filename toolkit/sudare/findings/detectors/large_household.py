"""Households with many children (rule item 4): counted from the members where no column says the number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.findings.detector import Detector
from sudare.findings.finding import Finding, Suggestion
from sudare.findings.header import says
from sudare.findings.household import key_of
from sudare.findings.usual_steps import delete
from sudare.japan.widths import plain
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sudare.findings.view import ColumnView, View
    from sudare.law import Threshold

_RELATION = ("続柄", "続き柄", "relation", "relationship")
_CHILDREN = frozenset(
    [
        "子",
        "長男",
        "長女",
        "二男",
        "次男",
        "二女",
        "次女",
        "三男",
        "三女",
        "四男",
        "四女",
        "五男",
        "五女",
        "六男",
        "六女",
        "七男",
        "七女",
        "八男",
        "八女",
        "養子",
        "child",
        "son",
        "daughter",
    ]
)
_NTH_CHILD = re.compile(r"第([0-9]{1,2})子")
_BIRTH_ORDER = ("childnum", "child num", "birth order", "出生順", "出生順位", "第何子")


class LargeHousehold(Detector):
    """Finds households in which as many children are counted as outside figures call rare."""

    kind = "large-household"
    label = Text("子どもの多い世帯", "households with many children")
    about = Text(
        "世帯番号と続柄（または出生の順）から世帯ごとの子どもを数え、外の資料で珍しい人数になる世帯を探します。",
        "Counts the children of each household from its number and the relation (or the order of birth) and looks for as "
        "many as outside figures call rare.",
    )
    standard = 4
    level = "must"

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        threshold = next((one for one in view.outside if one.id == "children"), None)
        key = key_of(view)
        if threshold is None:
            return
        for column in view:
            if column.column.type == "text" and _latest_born(column) >= threshold.unusual:
                yield self._born(column, threshold)
        if key is None:
            return
        for column in view:
            if says(column.header, _RELATION):
                yield from self._by_relation(key, column, threshold)
            elif says(column.header, _BIRTH_ORDER) and column.column.type == "integer":
                yield from self._by_order(key, column, threshold)

    def _by_relation(self, key: ColumnView, relation: ColumnView, threshold: Threshold) -> Iterator[Finding]:
        known = sorted(text for text, _ in relation.sample if text in _CHILDREN)
        if not known:
            return
        is_child = sql.one_of(relation.field.text, [exp.Literal.string(text) for text in known])
        houses = _houses(key, is_child, threshold)
        if houses:
            where = {
                "group": {
                    "by": key.name,
                    "where": {"column": relation.name, "in": known},
                    "count_at_least": str(threshold.unusual),
                }
            }
            yield self._told((key.name, relation.name), houses, where, threshold)

    def _by_order(self, key: ColumnView, order: ColumnView, threshold: Threshold) -> Iterator[Finding]:
        nth = sql.at_least(order.field.value, sql.literal(str(threshold.unusual), "integer"))
        asked = key.view.relation.select(exp.alias_(sql.distinct_count(key.field.text), "n")).where(nth)
        [row] = key.view.engine.ask(asked)
        if row["n"]:
            where = {
                "group": {
                    "by": key.name,
                    "where": {"column": order.name, "at_least": str(threshold.unusual)},
                    "count_at_least": "1",
                }
            }
            yield self._told((key.name, order.name), int(row["n"]), where, threshold)

    def _born(self, column: ColumnView, threshold: Threshold) -> Finding:
        """Tell that an order of birth gives away how many children there are, without the order."""
        message = Text(
            "第{n}子以降の記載があり、子どもの多い世帯だと分かります。",
            "An order of birth of {n} or later tells that a household has many children.",
        ).fill(n=threshold.unusual)
        return Finding(
            self.kind,
            (column.name,),
            self.standard,
            self.level,
            message,
            confidence=0.9,
            suggestions=(delete(column.name, standard=4),),
        )

    def _told(
        self, columns: tuple[str, ...], houses: int, where: Mapping[str, object], threshold: Threshold
    ) -> Finding:
        message = Text(
            "子どもが {n} 人以上の世帯があります（世帯の数で数えています）。資料: {source}。",
            "There are households with {n} or more children (counted in households). Source: {source}.",
        ).fill(n=threshold.unusual, source=threshold.source)
        step = {"technique": "delete-records", "where": where, "standards": [4]}
        when = Text("世帯の全員の行を除くとき", "to remove the rows of everybody in the household")
        return Finding(
            self.kind,
            columns,
            self.standard,
            self.level,
            message,
            confidence=0.9,
            count=houses,
            suggestions=(Suggestion(step, when),),
        )


def _latest_born(column: ColumnView) -> int:
    """Return the latest order of birth (第11子) that a column of texts tells; 0 where it is no such column."""
    if column.share(lambda text: _NTH_CHILD.search(plain(text)) is not None).hits == 0:
        return 0
    return max((int(nth[1]) for text in column.texts() if (nth := _NTH_CHILD.search(plain(text)))), default=0)


def _houses(key: ColumnView, is_child: sql.Term, threshold: Threshold) -> int:
    counted = (
        key.view.relation.select(exp.alias_(key.field.text, "house"), exp.alias_(sql.row_count(), "children"))
        .where(is_child, sql.is_there(key.field.text))
        .group_by(key.field.text)
    )
    many = sql.at_least(exp.column("children"), sql.count(int(threshold.unusual)))
    asked = exp.select(exp.alias_(sql.row_count(), "n")).from_(counted.subquery("h")).where(many)
    [row] = key.view.engine.ask(asked)
    return int(row["n"])
