"""A second table that a step takes in: a file beside the spec, read against what is declared like the main one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.tables.beside import beside
from sudare.tables.table import open_table

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Relation
    from sudare.tables.reading import Facts
    from sudare.tables.schema import Input, Schema

# There is no `out_of_scope` within a step, which the main file's message names.
_EXTRA = Text(
    "使わない列も、手順の input: の columns: に書き足してください。",
    "Declare them under `columns:` of the step's `input:`, also those that are not used.",
)


@dataclass(frozen=True)
class SideTable:
    """A table beside the spec, inside the engine. Its rows are numbered by themselves; they are no people."""

    file: str
    schema: Schema
    relation: Relation
    facts: Facts


def take_in(engine: Engine, folder: Path | None, file: str, declared: Input, where: str) -> SideTable:
    r"""Read a file that lies in the spec's folder into the engine.

    Missing cells are NULL. Errors: those of `sudare.tables.beside`, and of the reader; what does not fit is told
    under `where`, the step's place in the spec, with the file's name and row numbers, never with a value.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sudare.engines.engine import Engine
    >>> from sudare.tables.schema import Input
    >>> declared = Input.model_validate({"columns": [{"name": "no"}, {"name": "grade"}]})
    >>> with TemporaryDirectory() as folder, Engine(Path(folder, "spill")) as engine:
    ...     size = Path(folder, "exams.csv").write_text("no,grade\n007,A\n", encoding="utf-8")
    ...     table = take_in(engine, Path(folder), "exams.csv", declared, "steps[0]")
    >>> table.facts.rows, table.relation.names
    (1, ('no', 'grade'))
    """
    path = beside(folder, file, where)
    try:
        reading = open_table(path, declared)
        relation = engine.load(reading.batches(), reading.schema, reading.arrow_schema)
    except Refused as refused:
        raise Refused(_within(file, where, problem) for problem in refused.problems) from None
    facts = reading.facts
    warnings = tuple(_within(file, where, problem) for problem in facts.warnings)
    return SideTable(file, reading.schema, relation, replace(facts, warnings=warnings))


def _within(file: str, where: str, problem: Problem) -> Problem:
    """Tell a problem of the second file so that it is not taken for one of the main file."""
    place = f"{where}.{problem.where}" if problem.where.startswith("input") else where
    what = Text("ファイル「{file}」: {what}", "the file '{file}': {what}").fill(file=file, what=problem.what)
    return replace(problem, where=place, what=what, now=_EXTRA if problem.code == "extra-column" else problem.now)
