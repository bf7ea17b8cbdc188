"""そのまま残す: leave columns as they are, as a decision with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from typing_extensions import override

from sudare.engines.relation import Change
from sudare.language import Text
from sudare.models import field
from sudare.techniques.technique import Example, Technique, cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.engines.relation import Relation
    from sudare.techniques.technique import Context, Row


class Keep(Technique):
    """Leave columns as they are: doing nothing is a decision too, with a reason (guideline 2017-03, 3-2-1, p. 10)."""

    law = "note/keep"
    label = Text("そのまま残す", "keep")
    about = Text(
        "列を加工せずに残すという決定です。何も守らず、何も失いません。欠測も隠したセルもそのままです。",
        "The decision to leave columns unprocessed. Protects nothing and costs nothing; missing and hidden cells stay.",
    )
    promise = Text("列の値は一つも変わりません。", "No value of the columns changes.")
    example = Example(
        types={"性別": "text", "年齢": "integer"},
        before=[("女", "45"), (None, "46")],
        step={"technique": "keep", "columns": ["性別"], "standards": [1], "because": "単独では識別しない"},
        after_names=["性別", "年齢"],
        after=[("女", "45"), (None, "46")],
    )

    technique: Literal["keep"] = field(Text("手法", "technique"))

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Change nothing."""
        return Change()

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Every cell is as it was."""
        return all(old == new for name in self.columns for old, new in cells(before, after, name))
