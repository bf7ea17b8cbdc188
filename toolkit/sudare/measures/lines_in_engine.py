"""Lets the engine bring records together that are alike in what a question asks, for tables that are large."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sudare.engines.engine import Engine
from sudare.measures.kernel.from_engine import combinations_of
from sudare.measures.lines import found_columns, lines_of, read_lines
from sudare.tables.schema import Schema

if TYPE_CHECKING:
    from sudare.measures.lines import Lines
    from sudare.measures.question import Question
    from sudare.tables.reading import Reading

BEYOND: Final = 256 * 2**20  # bytes of a file from which on the engine groups it: some gigabytes of cells in memory


def lines_from(source: object, reading: Reading, question: Question, beyond: int = BEYOND) -> Lines:
    """Read what a question asks for: a large file through an engine with a folder of its own, else all in memory."""
    if not isinstance(source, (str, Path)) or Path(source).stat().st_size <= beyond:
        return read_lines(reading, question)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, Engine(Path(folder, "spill")) as engine:
        return grouped_lines(engine, reading, question)


def grouped_lines(engine: Engine, reading: Reading, question: Question) -> Lines:
    """Take the columns that a question asks for into the engine and return its different lines, with their records.

    What is measured is the same as by `read_lines`. Errors: as there, and those of the engine.
    """
    places = found_columns(reading.schema, question)
    wanted = sorted(set(places.values()))
    schema = Schema(columns=tuple(reading.schema.columns[place] for place in wanted))
    arrow = pa.schema([reading.arrow_schema.field(place) for place in wanted])
    batches = (pa.record_batch([batch.column(n) for n in wanted], schema=arrow) for batch in reading.batches())
    relation = engine.load(batches, schema, arrow)
    names = {name: reading.schema.columns[place].called for name, place in places.items()}
    found = combinations_of(engine, relation, list(names.values()), people=False)
    cells = {name: found.cells[called] for name, called in names.items()}
    types = {name: reading.schema.columns[place].type for name, place in places.items()}
    return lines_of(question, cells, types, int(found.records.sum()), found.records)
