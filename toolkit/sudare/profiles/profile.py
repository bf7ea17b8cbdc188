"""The profile of a table: facts about every column and what columns tell of one another. Facts, never a judgement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sudare.display import html_grid
from sudare.engines.counting import rows_of
from sudare.language import Language, Text, preferred
from sudare.profiles.facts import ColumnFacts, column_facts
from sudare.profiles.header_doubt import doubt, looks_like_a_record
from sudare.profiles.pairs import Pair, pairs_of
from sudare.profiles.sample import LOOKED_AT, look_at
from sudare.profiles.telling import HEADS, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Relation
    from sudare.errors import Problem
    from sudare.tables.schema import Schema

    Progress: TypeAlias = Callable[[Text, float], None]


@dataclass(frozen=True)
class Profile:
    """What can be said of a table that was only looked at: of each column, and of columns together.

    It holds the names of columns, since it is asked of a file by name; where the header looks like a record, columns
    are called by position. It holds no value, form or length that fewer than ten records have. Records are counted,
    not people: a value of one person who has ten records may be among the frequent ones.
    """

    rows: int
    columns: tuple[ColumnFacts, ...]
    pairs: tuple[Pair, ...] = ()
    looked_at: int = 0  # rows by which forms and pairs were found: all of them, or an evenly spread sample
    problems: tuple[Problem, ...] = ()  # what is odd about the file or its header

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the stable keys; counts of few are "<10"."""
        lang = lang or preferred()
        return {
            "rows": self.rows,
            "columns": [column.to_dict(lang) for column in self.columns],
            "pairs": [pair.to_dict(lang) for pair in self.pairs],
            "looked_at": self.looked_at,
            "problems": [problem.to_dict(lang) for problem in self.problems],
        }

    def grid(self, lang: Language) -> tuple[list[str], list[list[str]]]:
        """Return the columns as a table of short texts: its heads, and a row for each column."""
        return [head.pick(lang) for head in HEADS], [row_of(column, lang) for column in self.columns]

    def remarks(self, lang: Language) -> list[str]:
        """Return what stands below the table: what columns tell of one another, and by how many rows that was found."""
        said = [pair.message for pair in self.pairs]
        if self.looked_at < self.rows:
            said.append(_SAMPLED.fill(rows=f"{self.looked_at:,}"))
        return [text.pick(lang) for text in said]

    def title(self) -> Text:
        """Return the size of the table in words."""
        return _SIZE.fill(rows=f"{self.rows:,}", columns=f"{len(self.columns):,}")

    def _repr_html_(self) -> str:
        lang = preferred()
        below = [*self.remarks(lang), *(problem.line(lang) for problem in self.problems)]
        shown = html_grid(self.title(), *self.grid(lang), lang)
        return shown + (html_grid(_BELOW, (), ([line] for line in below), lang) if below else "")


_SIZE = Text("{rows} 行 {columns} 列", "{rows} rows, {columns} columns")
_BELOW = Text("列どうしの関係など", "what columns tell of one another, and remarks")
_SAMPLED = Text(
    "形と列の組は、均等に選んだ {rows} 行で調べました。",
    "Forms and pairs of columns were found by {rows} rows, evenly spread.",
)
READING = Text("表を読んでいます", "reading the table")
COLUMNS = Text("列を調べています", "looking at the columns")
PAIRS = Text("列の組を調べています", "comparing the columns")


def silent(_stage: Text, _share: float) -> None:
    """Tell nobody."""


def profile_of(  # noqa: PLR0913 - what is known of the source, and how to look at it
    engine: Engine,
    relation: Relation,
    schema: Schema,
    *,
    misfits: Mapping[str, int],
    progress: Progress = silent,
    most: int = LOOKED_AT,
) -> Profile:
    """Look at a loaded table under its declared or guessed schema.

    `misfits` says how many cells of each column were not of its type. What takes rows side by side is found by at most
    `most` rows, evenly spread and always the same; counts of values are of all rows.
    """
    rows = rows_of(engine, relation)
    progress(COLUMNS, 0.0)
    looked = look_at(engine, relation, rows, most)
    forms = {one.name: one.forms() for one in looked}
    columns: list[ColumnFacts] = []
    for found in column_facts(engine, relation, rows, misfits=misfits, patterns=forms):
        columns.append(found)
        progress(COLUMNS, len(columns) / len(relation.fields))
    progress(PAIRS, 0.0)
    profile = Profile(rows, tuple(columns), pairs_of(looked), len(looked[0].codes) if looked else 0)
    if not looks_like_a_record([column.name for column in schema], looked):
        return profile
    return _by_position(profile, schema.names)


def _by_position(profile: Profile, names: Sequence[str]) -> Profile:
    """Call the columns by their places from the left."""
    called = {name: f"列{place}" for place, name in enumerate(names, 1)}
    return replace(
        profile,
        columns=tuple(replace(column, name=called[column.name]) for column in profile.columns),
        pairs=tuple(replace(pair, columns=tuple(called[name] for name in pair.columns)) for pair in profile.pairs),
        problems=(*profile.problems, doubt()),
    )
