"""Tables as detectors look at them, for the tests of this room."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from sudare.engines.engine import Engine
from sudare.findings import View
from sudare.tables.guessing import open_guessed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@contextmanager
def view_of(columns: Mapping[str, Sequence[str | None]] | pa.Table | Path) -> Iterator[View]:
    """Load columns of texts (blank: missing), a table or a file, and look at them."""
    if not isinstance(columns, pa.Table | Path):
        columns = pa.table({name: pa.array([v or None for v in cells], pa.string()) for name, cells in columns.items()})
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "spill") as engine:
        reading = open_guessed(columns)
        relation = engine.load(reading.batches(), reading.schema, reading.arrow_schema)
        yield View(engine, relation, reading.schema)
