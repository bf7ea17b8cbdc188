"""The table as it stands between two steps, and the change that a step makes to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from sudare.engines import sql
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sudare.engines.sql import Term
    from sudare.tables.schema import Type

ROW = "rid"  # the row of the source, 0-based; never leaves the engine
UNIT = "unit"  # the person (or other unit) that the row belongs to, as a dense code; never leaves the engine


@dataclass(frozen=True)
class Field:
    """One column between two steps: the name people see, its type, and what it is called inside the engine."""

    name: str
    type: Type
    id: str
    masked: bool = False

    @property
    def value(self) -> exp.Column:
        """The value; missing both where the file had none and where a step hid it."""
        return sql.column(self.id)

    @property
    def mask(self) -> str:
        """The internal name of the mask that tells a hidden cell from a missing one."""
        return f"{self.id}_hidden"

    @property
    def hidden(self) -> Term:
        """True where a step hid the cell."""
        return sql.column(self.mask) if self.masked else exp.false()

    @property
    def text(self) -> Term:
        """The value as text, missing where missing or hidden."""
        return sql.number_text(self.value, self.type)


@dataclass(frozen=True)
class Relation:
    """A table inside the engine: the query that gives it, and its columns. Nothing of it is computed yet."""

    query: exp.Select
    fields: tuple[Field, ...]
    given: int  # internal names given so far, also to columns that went: none is given twice

    def field(self, name: str) -> Field:
        """Return the column people call `name`; it must exist (a spec is checked before it runs)."""
        wanted = same_name(name)
        return next(field for field in self.fields if field.name == wanted)

    def named(self, names: Iterable[str]) -> list[Field]:
        """Return the columns of these names, in the order of the names."""
        return [self.field(name) for name in names]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(field.name for field in self.fields)

    def select(self, *values: Term, lookups: Sequence[Lookup] = ()) -> exp.Select:
        """Ask something of the table, and of lookups joined to it."""
        query = exp.select(*(value.copy() for value in values)).from_(self.query.subquery("t"))
        for lookup in lookups:
            query = query.join(exp.to_table(lookup.table), on=lookup.on(), join_type="left")
        return query


@dataclass(frozen=True)
class Cell:
    """What a step puts into a column: a value, its type, and where it hides the cell (never unknown)."""

    value: Term
    type: Type
    hidden: Term | None = None


@dataclass(frozen=True)
class Lookup:
    """A small table that was worked out in Python once per distinct value, to be joined back."""

    table: str
    keys: tuple[Term, ...]

    def value(self, output: str) -> exp.Column:
        """Name one of the columns that were worked out."""
        return sql.column(output, self.table)

    def select(self, *values: Term) -> exp.Select:
        """Ask something of what was worked out."""
        return exp.select(*values).from_(exp.to_table(self.table))

    def on(self) -> Term:
        """Return the condition that joins it to the rows it was worked out from; missing equals missing."""
        return sql.all_of(sql.same(key.copy(), sql.column(f"key{n}", self.table)) for n, key in enumerate(self.keys))


@dataclass(frozen=True)
class Addition:
    """Rows that a step puts in, kept by the engine: cells under their internal names, masks beside them."""

    table: str
    rows: int


@dataclass(frozen=True)
class Change:
    """All that one step does: new cells, columns that come and go, new names, which rows stay, and rows put in."""

    cells: Mapping[str, Cell] = field(default_factory=dict)
    add: Mapping[str, Cell] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    rename: Mapping[str, str] = field(default_factory=dict)
    keep: Term | None = None
    lookups: tuple[Lookup, ...] = ()
    append: Addition | None = None


def changed(relation: Relation, change: Change) -> Relation:
    """Return the relation after a step. A condition on rows may hold windows; it is worked out before it filters."""
    fields: list[Field] = []
    values: list[Term] = [sql.column(ROW, "t"), sql.column(UNIT, "t")]
    for old in relation.fields:
        if old.name in change.drop:
            continue
        name = change.rename.get(old.name, old.name)
        cell = change.cells.get(old.name)
        if cell is None:
            values.append(sql.column(old.id, "t"))
            values += [sql.column(old.mask, "t")] if old.masked else []
            fields.append(replace(old, name=name))
            continue
        new = Field(name, cell.type, old.id, old.masked or cell.hidden is not None)
        values += _filled(new, cell, [old.hidden] if old.masked else [])
        fields.append(new)
    for n, (name, cell) in enumerate(change.add.items(), start=relation.given):
        new = Field(name, cell.type, f"c{n}", cell.hidden is not None)
        values += _filled(new, cell, [])
        fields.append(new)
    if change.keep is not None:
        values.append(exp.alias_(sql.certain(change.keep), "stays", quoted=True))
    query = relation.select(*values, lookups=change.lookups)
    if change.keep is not None:
        query = _all_of(fields).from_(query.subquery("u")).where(sql.column("stays"))
    if change.append is not None:
        added = _all_of(fields).from_(exp.to_table(change.append.table))
        query = _all_of(fields).from_(exp.union(query, added, distinct=False).subquery("a"))
    return Relation(query, tuple(fields), relation.given + len(change.add))


def _all_of(fields: Iterable[Field]) -> exp.Select:
    """Select the columns of a relation, whatever they come from."""
    columns = [sql.column(ROW), sql.column(UNIT)]
    for one in fields:
        columns += [sql.column(one.id)] + ([sql.column(one.mask)] if one.masked else [])
    return exp.select(*columns)


def _filled(new: Field, cell: Cell, hidden_before: Sequence[Term]) -> list[Term]:
    """Write a cell under its column's internal name, and its mask beside it where the column has one."""
    if not new.masked:
        return [exp.alias_(cell.value, new.id, quoted=True)]
    hidden = sql.any_of([*hidden_before, *([cell.hidden] if cell.hidden is not None else [])])
    value = sql.first_true([(hidden, sql.missing(cell.type))], cell.value)
    return [exp.alias_(value, new.id, quoted=True), exp.alias_(hidden, new.mask, quoted=True)]
