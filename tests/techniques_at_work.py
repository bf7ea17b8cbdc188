"""Runs one step on a small table, as the execution does, and hands back what came of it."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sudare.engines.by_hand import text_of
from sudare.engines.engine import Engine
from sudare.engines.relation import ROW, Relation, changed
from sudare.errors import Problem, Refused
from sudare.keystore import KeyName, Secret
from sudare.language import Text
from sudare.tables.schema import Column, Schema
from sudare.tables.text_values import ARROW_TYPES
from sudare.techniques import techniques
from sudare.techniques.side_table import take_in
from sudare.techniques.technique import HIDDEN, Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlglot import exp

    from sudare.tables.schema import Type
    from sudare.techniques.technique import Technique

KEY = bytes(range(32))
RUNS_PER_ENGINE = 40  # its tables are kept until it closes, and opening one takes longer than a run


@dataclass(frozen=True)
class Outcome:
    """What came of a step. `rows` are all there are now, `aligned` has None for those that went.

    `added` are those that the step put in.
    """

    names: tuple[str, ...]
    types: dict[str, Type]
    rows: list[tuple[Any, ...]]
    refused: tuple[Problem, ...]
    relation_sql: str
    aligned: list[dict[str, Any] | None]
    added: list[dict[str, Any]]
    before: list[dict[str, Any]]
    before_again: list[dict[str, Any]]
    plan: exp.Select | None
    schema: Schema
    keys: tuple[bytes, ...]  # what was derived from the key

    @property
    def codes(self) -> list[str]:
        """The codes of what was refused."""
        return [problem.code for problem in self.refused]

    @property
    def sides(self) -> tuple[list[dict[str, Any] | None], list[dict[str, Any] | None]]:
        """The rows before and after, matched by place: None after for one that went, None before for one put in."""
        return [*self.before, *(None for _ in self.added)], [*self.aligned, *self.added]

    @property
    def texts(self) -> list[tuple[str | None, ...]]:
        """The rows as a file holds them."""
        return [tuple(_as_in_a_file(cell) for cell in row) for row in self.rows]


class WatchedSecret(Secret):
    """A secret that remembers what was derived from it, to look for it where it must not be."""

    derived: list[bytes]

    def derive(self, purpose: str, *parts: str, length: int = 32) -> bytes:
        """Derive and remember."""
        key = super().derive(purpose, *parts, length=length)
        self.derived.append(key)
        return key


class _Engines:
    """The engine that is in use, renewed now and then."""

    folder: tempfile.TemporaryDirectory[str] | None = None
    engine: Engine | None = None
    runs = 0

    def get(self) -> Engine:
        if self.engine is None or self.runs >= RUNS_PER_ENGINE:
            self.close()
            self.folder = tempfile.TemporaryDirectory()
            self.engine, self.runs = Engine(Path(self.folder.name), threads=1), 0
        self.runs += 1
        return self.engine

    def close(self) -> None:
        if self.engine is not None and self.folder is not None:
            self.engine.close()
            self.folder.cleanup()


_ENGINES = _Engines()


def typed_cell(text: Any, kind: Type) -> Any:
    """Read one cell of an example; anything that is no text is taken as it is."""
    if text is None or kind == "text" or not isinstance(text, str):
        return text
    read = {
        "integer": int,
        "decimal": float,
        "boolean": lambda word: word == "true",
        "date": date.fromisoformat,
        "datetime": datetime.fromisoformat,
    }
    return read[kind](text)


def loaded(engine: Engine, schema: Schema, rows: Sequence[Sequence[Any]]) -> Relation:
    """Load rows of Python values or of texts."""
    arrow = pa.schema([pa.field(column.called, ARROW_TYPES[column.type]) for column in schema])
    columns = [
        pa.array([typed_cell(row[n], column.type) for row in rows], ARROW_TYPES[column.type])
        for n, column in enumerate(schema)
    ]
    return engine.load([pa.record_batch(columns, schema=arrow)], schema, arrow)


def read_back(engine: Engine, relation: Relation) -> dict[int, dict[str, Any]]:
    """Return the rows by their number, a hidden cell as HIDDEN."""
    rows = {}
    for row in engine.ask(relation.query):
        cells = {field.name: HIDDEN if field.masked and row[field.mask] else row[field.id] for field in relation.fields}
        rows[row[ROW]] = cells
    return dict(sorted(rows.items()))


def run_step(  # noqa: PLR0913, PLR0917 - a step's whole surroundings
    step: Mapping[str, Any],
    types: Mapping[str, Type],
    rows: Sequence[Sequence[Any]],
    key: bytes | None = KEY,
    folder: Path | None = None,
    units: Mapping[str, str] | None = None,
    *,
    files: Mapping[str, str] | None = None,
    person: str | None = None,
    ids: Sequence[str] = (),
    kind: type[Technique] | None = None,
    hide: Mapping[str, Mapping[str, Any]] | None = None,
) -> Outcome:
    """Run one step on rows of texts or Python values.

    `units` are those of the columns; `files` lie beside the spec, in `folder` or one of their own. `person` names
    the column that says who a row belongs to, `ids` those of pseudo-IDs; `hide` hides cells beforehand: the column,
    and the condition (as in `where:`).
    """
    technique = (kind or techniques()[step["technique"]]).model_validate({"because": "試験", **step})
    schema = Schema(
        columns=tuple(Column(name=name, type=kind, unit=(units or {}).get(name)) for name, kind in types.items())
    )
    engine = _ENGINES.get()
    relation = loaded(engine, schema, rows)
    if person is not None:
        relation = engine.name_units(relation, person)
    for name, where in (hide or {}).items():
        hiding = {"technique": "suppress-cells", "columns": [name], "where": where, "because": "試験"}
        suppress = techniques()["suppress-cells"].model_validate(hiding)
        relation = engine.apply(relation, suppress.plan(relation, Context(engine, "steps[0]", _no_key)))
    before = list(read_back(engine, relation).values())
    watched = WatchedSecret(KeyName("test", "2026"), key) if key is not None else None
    if watched is not None:
        watched.derived = []

    def secret() -> Secret:
        return watched if watched is not None else _no_key()

    def outcome(after: Relation | None, plan: exp.Select | None, refused: Sequence[Problem]) -> Outcome:
        found = read_back(engine, after) if after is not None else {}
        return Outcome(
            names=after.names if after is not None else (),
            types={field.name: field.type for field in after.fields} if after is not None else {},
            rows=[tuple(row.values()) for row in found.values()],
            refused=tuple(refused),
            relation_sql=plan.sql("duckdb") if plan is not None else "",
            aligned=[found.get(n) for n in range(len(rows))],
            added=[row for n, row in found.items() if n >= len(rows)],
            before=before,
            before_again=list(read_back(engine, relation).values()),
            plan=plan,
            schema=technique.schema_after(schema),
            keys=tuple(watched.derived) if watched is not None else (),
        )

    if problems := list(technique.problems(schema, "steps[0]")):
        return outcome(None, None, problems)
    with laid_out(files or {}, folder) as beside:
        try:
            tables = {
                file: take_in(engine, beside, file, declared, "steps[0]")
                for file, declared in technique.tables().items()
            }
            context = Context(engine, "steps[0]", secret, beside, schema, tables, frozenset(ids))
            change = technique.plan(relation, context)
            return outcome(engine.apply(relation, change), changed(relation, change).query, ())
        except Refused as refused:
            return outcome(None, None, refused.problems)


@contextmanager
def laid_out(files: Mapping[str, str], folder: Path | None = None) -> Iterator[Path | None]:
    """Write files into the folder, or into one that goes again; without files nothing is made."""
    if not files:
        yield folder
        return
    with tempfile.TemporaryDirectory() as own:
        place = folder or Path(own)
        for name, content in files.items():
            (place / name).write_text(content, encoding="utf-8", newline="")
        yield place


def _no_key() -> Secret:
    raise Refused(Problem("no-key", "", Text("鍵がありません。", "there is no key.")))


def _as_in_a_file(cell: Any) -> str | None:
    if cell is None:
        return None
    return "*" if cell is HIDDEN else text_of(cell)
