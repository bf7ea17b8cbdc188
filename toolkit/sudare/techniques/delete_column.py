"""項目削除: remove whole columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from typing_extensions import override

from sudare.engines.relation import Change
from sudare.language import Text
from sudare.models import field
from sudare.tables.schema import same_name
from sudare.techniques.technique import Example, Technique

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.engines.relation import Relation
    from sudare.tables.schema import Column
    from sudare.techniques.technique import Context, Row


class DeleteColumn(Technique):
    """Remove whole columns from every record (guideline 2017-03, table 1, p. 16)."""

    law = "table1/deletion"
    label = Text("項目削除", "delete columns")
    about = Text(
        "列をまるごと除きます。その列の情報はすべて失われます。欠測も含めて何も残りません。",
        "Removes whole columns. All their information is lost; nothing remains, missing cells included.",
    )
    promise = Text("除いた列は出力にありません。", "The columns are absent from the output.")
    example = Example(
        types={"氏名": "text", "年齢": "integer"},
        before=[("山田花子", "45"), (None, "46")],
        step={"technique": "delete-column", "columns": ["氏名"], "standards": [1], "because": "単独で識別"},
        after_names=["年齢"],
        after=[("45",), ("46",)],
    )
    replaces = True

    technique: Literal["delete-column"] = field(Text("手法", "technique"))

    @override
    def gives(self, column: Column) -> Column | None:
        """The column goes."""
        return None

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Leave the columns out."""
        return Change(drop=frozenset(same_name(name) for name in self.columns))

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """No row has the columns."""
        gone = {same_name(name) for name in self.columns}
        return all(gone.isdisjoint(row) for row in after if row is not None)
