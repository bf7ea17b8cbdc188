"""k-anonymity: how many people share the rarest combination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import UNIT
from sudare.language import Text
from sudare.measures.explained import AS_OBSERVED, HIDDEN_IS_A_VALUE, Explained
from sudare.measures.measure import Measure, Scope, Verdict
from sudare.models import field

if TYPE_CHECKING:
    from sudare.engines.relation import Relation

EXPLAINED: Final = Explained(
    Text("k-匿名性", "k-anonymity"),
    Text(
        "同じ組合せの人が最も少ない組でも何人いるか。1 なら、その組合せの人が一人だけいます。",
        "How many people share the rarest combination. At 1, somebody is alone with theirs.",
    ),
    "Sweeney 2002",
    AS_OBSERVED,
    HIDDEN_IS_A_VALUE,
)


class KAnonymity(Measure):
    """The size of the smallest equivalence class over the columns, in people where the spec names a person.

    A missing value counts as a value of its own, and so does a hidden one. An empty table has no class and keeps
    every limit. Source: Samarati and Sweeney 1998; rule item 5 (guideline 2017-03, 3-2-5, p. 14).
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["k-anonymity"] = field(Text("指標", "measure"))
    at_least: int = field(Text("下限", "at least"), ge=1)

    def limit(self) -> Text:
        """The smallest class allowed."""
        return Text("{k} 以上", "at least {k}").fill(k=self.at_least)

    def evaluate(self, scope: Scope) -> Verdict:
        """Count the smallest class."""
        sizes = class_sizes(scope.relation, self.columns, people=scope.people)
        smallest = exp.select(exp.alias_(exp.Min(this=exp.column("size")), "k")).from_(sizes.subquery("s"))
        [row] = scope.engine.ask(smallest)
        k = None if row["k"] is None else int(row["k"])
        return Verdict(k is None or k >= self.at_least, k)


def class_sizes(relation: Relation, columns: tuple[str, ...], *, people: bool) -> exp.Select:
    """Return the query that gives `size`, the number of people or records, of every equivalence class."""
    fields = [relation.field(name) for name in columns]
    keys = [part for field in fields for part in ([field.value, field.hidden] if field.masked else [field.value])]
    counted: sql.Term = exp.Count(this=exp.Star())
    if people:
        counted = exp.Count(this=exp.Distinct(expressions=[sql.column(UNIT)]))
    return relation.select(exp.alias_(counted, "size")).group_by(*keys)
