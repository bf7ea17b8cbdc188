"""How safe a table is while it is designed: the smallest class over some columns, and the people in small ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import UNIT
from sudare.profiles import shown
from sudare.profiles.small_counts import shown_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Relation


@dataclass(frozen=True)
class Safety:
    """The classes over some columns: the smallest one, and how many people are in those below a limit.

    People where the spec names a person, else records. Counts below ten are told as "<10", and those that leave so
    few over as ">=10"; `k` is told as it is, and is None for a table without rows.
    """

    columns: tuple[str, ...]
    limit: int
    k: int | None
    below: int | str
    uniques: int | str
    people: int | str

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys `columns`, `limit`, `k`, `below`, `uniques` and `people`."""
        return {**vars(self), "columns": list(self.columns)}


def safety(engine: Engine, relation: Relation, columns: Sequence[str], limit: int) -> Safety:
    """Count the classes over some columns of a table; a missing value and a hidden one each count as a value.

    A person with several records counts once in a class, and once among the people below the limit.
    """
    fields = [relation.field(name) for name in columns]
    parts = [part for field in fields for part in ([field.value, field.hidden] if field.masked else [field.value])]
    named = [exp.alias_(part, f"key{n}", quoted=True) for n, part in enumerate(parts)]
    each = relation.select(exp.alias_(sql.column(UNIT), "who", quoted=True), *named).distinct()
    alike = exp.Window(this=exp.Count(this=exp.Star()), partition_by=[sql.column(f"key{n}") for n in range(len(parts))])
    sized = exp.select(sql.column("who"), exp.alias_(alike, "size", quoted=True)).from_(each.subquery("d"))
    size = sql.column("size")
    asked = {
        "k": exp.Min(this=size.copy()),
        "below": _people(sql.less_than(size.copy(), sql.count(limit))),
        "uniques": _people(sql.less_than(size.copy(), sql.count(2))),
        "people": sql.distinct_count(sql.column("who")),
    }
    counted = exp.select(*(exp.alias_(term, name, quoted=True) for name, term in asked.items()))
    [row] = engine.ask(counted.from_(sized.subquery("s")))
    below, uniques, people = (int(row[name]) for name in ("below", "uniques", "people"))
    k = None if row["k"] is None else int(row["k"])
    return Safety(
        tuple(columns), limit, k, shown_part(below, people), shown_part(uniques, people), people=shown(people)
    )


def _people(condition: sql.Term) -> sql.Term:
    return sql.distinct_count(sql.first_true([(condition, sql.column("who"))], sql.missing("integer")))
