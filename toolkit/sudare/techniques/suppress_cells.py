"""セル削除: hide single cells, with a mark that tells them from missing ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from typing_extensions import override

from sudare.engines import sql
from sudare.engines.by_hand import met
from sudare.engines.predicates import Predicate
from sudare.engines.relation import Cell, Change
from sudare.language import Text
from sudare.models import field
from sudare.techniques.technique import HIDDEN, Example, Technique, cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.engines.relation import Relation
    from sudare.errors import Problem
    from sudare.tables.schema import Schema
    from sudare.techniques.technique import Context, Row


class SuppressCells(Technique):
    """Hide the cells of columns in the rows that meet a condition (guideline 2017-03, table 1, p. 16)."""

    law = "table1/deletion"
    label = Text("セル削除", "suppress cells")
    about = Text(
        "条件に合う行で、選んだ列のセルだけを消し、印を付けます。行と他の列は残ります。"
        "印は、値があったことを示します。もともと欠測のセルは欠測のままです。",
        "Hides the chosen columns in the rows that meet a condition and marks them; the row and its other columns "
        "stay. The mark says that there was a value. A cell that was missing stays missing.",
    )
    promise = Text(
        "条件に合う行の値はすべて隠れ、ほかのセルは変わりません。",
        "Every value in the rows that meet the condition is hidden; no other cell changes.",
    )
    example = Example(
        types={"傷病": "text", "年齢": "integer"},
        before=[("かぜ", "45"), ("希少な病", "46"), (None, "47")],
        step={
            "technique": "suppress-cells",
            "columns": ["傷病", "年齢"],
            "where": {"any": [{"column": "傷病", "equals": "希少な病"}, {"column": "年齢", "at_least": "47"}]},
            "standards": [4],
            "because": "社会でも珍しい",
        },
        after_names=["傷病", "年齢"],
        after=[("かぜ", "45"), ("*", "*"), (None, "*")],
    )

    technique: Literal["suppress-cells"] = field(Text("手法", "technique"))
    where: Predicate = field(
        Text("条件", "where"), Text("セルを隠す行の条件。", "In which rows the cells are hidden."), role="condition"
    )

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
        """Hide what is there where the condition holds."""
        return Change(
            cells={
                column.name: Cell(
                    column.value,
                    column.type,
                    sql.all_of([self.where.condition(relation), sql.is_there(column.value)]),
                )
                for column in relation.named(self.columns)
            }
        )

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """A cell is hidden if it was, or if it held a value in a row that meets the condition; else it is as it was."""
        there = [
            {name: None if cell is HIDDEN else cell for name, cell in row.items()} for row in before if row is not None
        ]
        chosen = met(self.where, there)
        return all(
            new is HIDDEN if hides and old is not None else new == old
            for name in self.columns
            for hides, (old, new) in zip(chosen, cells(before, after, name), strict=True)
        )
