"""列名の変更: give a column another name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from typing_extensions import override

from sudare.engines.relation import Change
from sudare.errors import Problem
from sudare.language import Text
from sudare.models import Words, field
from sudare.tables.schema import same_name
from sudare.techniques.technique import Example, Technique, cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.engines.relation import Relation
    from sudare.tables.schema import Column, Schema
    from sudare.techniques.technique import Context, Row


class RenameColumn(Technique):
    """Give a column another name. Its values stay, so that this decides nothing (product rule, no section)."""

    law = "note/rename"
    label = Text("列名の変更", "rename a column")
    about = Text(
        "列の呼び名だけを変えます。値は変わらず、何も守りません。決定は別の手順で書いてください。",
        "Changes what a column is called, not what it holds: it protects nothing, and the column still needs a "
        "decision of its own.",
    )
    promise = Text("新しい名前の列に、元の値がそのままあります。", "The column of the new name holds the same values.")
    example = Example(
        types={"判定": "text", "年齢": "integer"},
        before=[("A", "45"), (None, "46")],
        step={
            "technique": "rename-column",
            "columns": ["判定"],
            "to": "健診判定",
            "because": "提供先の呼び名に合わせる",
        },
        after_names=["健診判定", "年齢"],
        after=[("A", "45"), (None, "46")],
    )
    decides = False

    technique: Literal["rename-column"] = field(Text("手法", "technique"))
    columns: tuple[Words, ...] = field(Text("列", "columns"), role="columns", min_length=1, max_length=1)
    to: Words = field(
        Text("新しい名前", "to"), Text("まだ使われていない名前。", "A name not in use yet."), role="new-column"
    )

    @override
    def renames(self) -> dict[str, str]:
        """The column goes on under the new name."""
        return {same_name(self.columns[0]): same_name(self.to)}

    @override
    def gives(self, column: Column) -> Column:
        """The column, called differently."""
        return column.model_copy(update={"as_": same_name(self.to)})

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: the new name is taken."""
        yield from super().problems(schema, where)
        if schema.get(self.to) is not None:
            what = Text("列「{name}」はすでにあります。", "there already is a column '{name}'.").fill(name=self.to)
            yield Problem("name-taken", where, what, Text("別の名前にしてください。", "Choose another name."))

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Change the name only."""
        return Change(rename=self.renames())

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Every cell is as it was, under the new name."""
        return all(old == new for old, new in cells(before, after, self.columns[0], self.to))
