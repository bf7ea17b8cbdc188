"""The table as detectors look at it: each column with its header, its facts and its values, read once and kept."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from sudare.engines import sql
from sudare.engines.counting import rows_of
from sudare.engines.relation import ROW
from sudare.law import thresholds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation
    from sudare.law import Threshold
    from sudare.tables.schema import Column, Schema

SAMPLE = 20_000  # rows looked at where a share decides; a hit that counts alone is looked for in every row


@dataclass(frozen=True)
class Share:
    """How many cells of a column have some form: the hits, and the cells looked at that are not missing."""

    hits: int
    cells: int

    @property
    def share(self) -> float:
        """The hits as a share of the cells; 0 where there is none."""
        return self.hits / self.cells if self.cells else 0.0


@dataclass(frozen=True)
class View:
    """A loaded table under its declared (or guessed) schema. `people` where the engine knows the persons."""

    engine: Engine
    relation: Relation
    schema: Schema
    person: str | None = None  # the column that names the person, where one is known
    outside: tuple[Threshold, ...] = field(default_factory=thresholds)  # what is unusual in society, by sources
    beside: tuple[View, ...] = ()  # other tables of the project, whose keys this one may share
    _kept: dict[str, ColumnView] = field(default_factory=dict, repr=False, compare=False)

    @functools.cached_property
    def rows(self) -> int:
        """How many records the table has."""
        return rows_of(self.engine, self.relation)

    def column(self, name: str) -> ColumnView:
        """Return one column as detectors look at it."""
        found = self.relation.field(name)
        if found.name not in self._kept:
            declared = self.schema.get(found.name)
            if declared is None:  # a relation's columns are those of its schema
                raise KeyError
            self._kept[found.name] = ColumnView(self, declared, found)
        return self._kept[found.name]

    def __iter__(self) -> Iterator[ColumnView]:
        """Walk over the columns in order."""
        return (self.column(column.called) for column in self.schema)


@dataclass(frozen=True)
class ColumnView:
    """One column: how it is declared, and its values."""

    view: View = field(repr=False)
    column: Column
    field: Field

    @property
    def name(self) -> str:
        """The name that steps use."""
        return self.column.called

    @property
    def header(self) -> str:
        """The header in the file; the name that steps use where the header is blank."""
        return self.column.name or self.name

    @functools.cached_property
    def sample(self) -> tuple[tuple[str, int], ...]:
        """The texts of the column with how many of the rows looked at hold each, missing cells left out.

        At most `SAMPLE` rows are looked at, evenly spread over the table, always the same ones.
        """
        relation, value = self.view.relation, self.field.text
        stride = max(1, -(-self.view.rows // SAMPLE))
        grouped = relation.select(exp.alias_(value, "value"), exp.alias_(sql.row_count(), "size")).where(
            sql.is_there(value.copy())
        )
        if stride > 1:
            grouped = grouped.where(sql.every_nth(ROW, stride))
        rows = self.view.engine.ask(grouped.group_by(value.copy()))
        return tuple(sorted((str(row["value"]), int(row["size"])) for row in rows))

    def share(self, has_form: Callable[[str], bool]) -> Share:
        """Return how many cells of the sample have a form; asked once per distinct text."""
        cells = sum(size for _, size in self.sample)
        return Share(sum(size for text, size in self.sample if has_form(text)), cells)

    def texts(self) -> Iterator[str]:
        """Walk over every distinct text of the column, in batches, missing ones left out."""
        value = self.field.text
        distinct = self.view.relation.select(exp.alias_(value, "value")).where(sql.is_there(value.copy())).distinct()
        for batch in self.view.engine.stream(distinct):
            yield from batch.column(0).to_pylist()

    @functools.cached_property
    def distinct(self) -> int:
        """How many different values the column has, exactly; missing is none."""
        asked = self.view.relation.select(exp.alias_(sql.distinct_count(self.field.value), "n"))
        [row] = self.view.engine.ask(asked)
        return int(row["n"])

    @functools.cached_property
    def present(self) -> int:
        """How many cells are not missing."""
        asked = self.view.relation.select(exp.alias_(sql.row_count(), "n")).where(sql.is_there(self.field.value))
        [row] = self.view.engine.ask(asked)
        return int(row["n"])
