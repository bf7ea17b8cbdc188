"""What techniques share that put one new column in the place of several."""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.errors import Problem
from sudare.language import Text
from sudare.models import Words, field
from sudare.tables.schema import same_name
from sudare.techniques.technique import Technique

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sudare.tables.schema import Column, Schema


class OneColumn(Technique, ABC):
    """The first column becomes the new one, under its own name or another; the others go."""

    replaces = True

    as_: Words | None = field(
        Text("新しい列の名前", "as"),
        Text("省くと最初の列の名前。", "The first column's name if left out."),
        default=None,
        alias="as",
        role="new-column",
    )

    @property
    def new_name(self) -> str:
        """The name of the new column."""
        return same_name(self.as_ or self.columns[0])

    @override
    def renames(self) -> dict[str, str]:
        """The first column's place goes on under the new name."""
        first = same_name(self.columns[0])
        return {first: self.new_name} if self.new_name != first else {}

    @override
    def gives(self, column: Column) -> Column | None:
        """The first column becomes a text without unit, the others go."""
        if column.called != same_name(self.columns[0]):
            return None
        return column.model_copy(update={"as_": self.new_name, "type": "text", "unit": None})

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: a name that is taken."""
        yield from super().problems(schema, where)
        mine = {same_name(name) for name in self.columns}
        if self.new_name not in mine and schema.get(self.new_name) is not None:
            what = Text("列「{name}」はすでにあります。", "there already is a column '{name}'.")
            yield Problem("name-taken", where, what.fill(name=self.new_name))
