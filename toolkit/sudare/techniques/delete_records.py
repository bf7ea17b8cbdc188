"""レコード削除: remove the records that meet a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from typing_extensions import override

from sudare.engines import sql
from sudare.engines.by_hand import met
from sudare.engines.predicates import Predicate
from sudare.engines.relation import Change
from sudare.language import Text
from sudare.models import Words, field
from sudare.techniques.technique import HIDDEN, Example, Technique

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.engines.relation import Relation
    from sudare.errors import Problem
    from sudare.tables.schema import Schema
    from sudare.techniques.technique import Context, Row


class DeleteRecords(Technique):
    """Remove whole records, such as all members of an unusual household (2017-03, table 1, p. 16; 3-2-4 case 1)."""

    law = "table1/deletion"
    label = Text("レコード削除", "delete records")
    about = Text(
        "条件に合う行をまるごと除きます。その人の情報はすべて失われ、人数も減ります。"
        "値が欠測の行は比較に合わないので残ります。世帯ごと除くには group を使います。",
        "Removes the rows that meet a condition: all information on those people is lost, and counts fall. A row whose "
        "value is missing meets no comparison and stays. Use `group` to remove whole households.",
    )
    promise = Text(
        "条件に合う行は残らず、ほかの行は一つも減りません。", "No row that meets the condition stays; no other goes."
    )
    example = Example(
        types={"世帯番号": "text", "続柄": "text", "年齢": "integer"},
        before=[
            ("0001", "世帯主", "50"),
            ("0001", "子", "21"),
            ("0001", "子", "19"),
            ("0001", "子", "17"),
            ("0002", "世帯主", "48"),
            ("0002", "子", None),
            (None, "世帯主", "33"),
        ],
        step={
            "technique": "delete-records",
            "where": {"group": {"by": "世帯番号", "where": {"column": "続柄", "equals": "子"}, "count_at_least": 3}},
            "standards": [4],
            "because": "子の多い世帯は珍しい",
        },
        after_names=["世帯番号", "続柄", "年齢"],
        after=[("0002", "世帯主", "48"), ("0002", "子", None), (None, "世帯主", "33")],
    )
    decides = False

    technique: Literal["delete-records"] = field(Text("手法", "technique"))
    columns: tuple[Words, ...] = field(
        Text("列", "columns"),
        Text("書きません。行がまるごとなくなります。", "Not written: the whole row goes."),
        role="columns",
        default=(),
        max_length=0,
    )
    where: Predicate = field(Text("条件", "where"), Text("除く行の条件。", "Which rows go."), role="condition")

    @override
    def reads(self) -> tuple[str, ...]:
        """The columns of the condition."""
        return self.where.columns()

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: comparisons that do not fit."""
        yield from super().problems(schema, where)
        yield from self.where.misfits(schema, where)

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Keep the rows that do not meet the condition."""
        return Change(keep=sql.not_(self.where.condition(relation)))

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Exactly the rows that meet the condition are gone."""
        there = [
            {name: None if cell is HIDDEN else cell for name, cell in row.items()} for row in before if row is not None
        ]
        left = [row for old, row in zip(before, after, strict=True) if old is not None]
        return [row is None for row in left] == met(self.where, there)
