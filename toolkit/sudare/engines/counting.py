"""Counts what a step did, without working the step out twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from sudare.engines import sql

if TYPE_CHECKING:
    from sudare.engines.engine import Engine
    from sudare.engines.relation import Cell, Change, Field, Relation


def rows_of(engine: Engine, relation: Relation) -> int:
    """Return the number of rows."""
    [row] = engine.ask(relation.select(exp.alias_(exp.Count(this=exp.Star()), "rows")))
    return int(row["rows"])


def people_of(engine: Engine, relation: Relation, unit: sql.Term) -> int:
    """Return the number of different units."""
    counted = exp.Count(this=exp.Distinct(expressions=[unit]))
    [row] = engine.ask(relation.select(exp.alias_(counted, "people")))
    return int(row["people"])


def cells_changed(engine: Engine, before: Relation, change: Change) -> int:
    """Return how many cells got another value or were hidden. Cells of columns that go are not counted here."""
    flags = []
    for n, (name, cell) in enumerate(change.cells.items()):
        old = before.field(name)
        hidden = cell.hidden.copy() if cell.hidden is not None else exp.false()
        differs = sql.not_(_equal(old, cell))
        newly = exp.and_(exp.paren(hidden), sql.not_(old.hidden))
        flag = sql.one_where(sql.all_of([sql.not_(old.hidden), sql.any_of([newly, differs])]))
        flags.append(exp.alias_(flag, f"n{n}"))
    if not flags:
        return 0
    inner = exp.select(*flags).from_(before.query.subquery("t"))
    for lookup in change.lookups:
        inner = inner.join(exp.to_table(lookup.table), on=lookup.on(), join_type="left")
    totals = [exp.alias_(exp.Sum(this=exp.column(f"n{n}")), f"n{n}") for n in range(len(flags))]
    [row] = engine.ask(exp.select(*totals).from_(inner.subquery("f")))
    return sum(int(total or 0) for total in row.values())


def _equal(old: Field, cell: Cell) -> sql.Term:
    """Compare values of one type as they are: writing a decimal as text is slow."""
    if old.type == cell.type:
        return sql.same(old.value, cell.value.copy())
    return sql.same(old.text, sql.number_text(cell.value.copy(), cell.type))
