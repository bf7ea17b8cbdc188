"""A table that is open for design: read once, looked at by the detectors, and held in memory for charts and previews."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from sudare.engines.engine import Engine
from sudare.findings import View, detect
from sudare.findings.draft import draft
from sudare.law import thresholds
from sudare.tables.guessing import open_guessed
from sudare.tables.table import open_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sudare.findings import Finding
    from sudare.language import Language
    from sudare.law import Threshold
    from sudare.specs import Document, Spec
    from sudare.tables.reading import Facts
    from sudare.tables.schema import Input
    from sudare.tables.table import Given


@dataclass(frozen=True)
class Looked:
    """What the detectors found in a table, and the draft of a spec made from that."""

    findings: tuple[Finding, ...]
    draft: Document


@dataclass(frozen=True)
class Opened:
    """One table in memory with how it was read. `misfits` counts, by column, the cells that did not fit a guess."""

    name: str
    declared: Input
    table: pa.Table = field(repr=False)
    facts: Facts
    misfits: Mapping[str, int] = field(default_factory=dict)
    path: Path | None = None

    @classmethod
    def guessed(
        cls,
        source: Given,
        *,
        sheet: str | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
        header_row: int = 1,
    ) -> Opened:
        """Read a table about which nothing is declared; a cell that does not fit its guessed type is missing.

        Errors: as `sudare.read`.

        >>> Opened.guessed(pa.table({"年齢": ["34", "71"]})).table.column("年齢").type
        DataType(int64)
        """
        guess = open_guessed(source, encoding=encoding, delimiter=delimiter, header_row=header_row, sheet=sheet)
        table = pa.Table.from_batches(guess.batches(), guess.arrow_schema)
        path = _path(source)
        return cls(path.name if path else "", guess.declared, table, guess.facts, guess.misfits, path)

    @classmethod
    def of_spec(cls, source: Given, spec: Spec) -> Opened:
        """Read a table as a spec declares it. Refused where it does not fit, with every misfit at once."""
        reading = open_table(source, spec.input)
        table = pa.Table.from_batches(reading.batches(), reading.arrow_schema)
        path = _path(source)
        return cls(path.name if path else "", spec.input, table, reading.facts, {}, path)

    def looked_at(
        self,
        *,
        person: str | None = None,
        proposal: Sequence[str] = (),
        outside: Sequence[Threshold] | None = None,
        lang: Language | None = None,
    ) -> Looked:
        """Ask every detector, and draft a spec; with `proposal`, the columns asked for, all others are out of scope."""
        known = tuple(thresholds() if outside is None else outside)
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
            Engine(Path(folder) / "spill") as engine,
        ):
            schema = self.declared.schema_
            relation = engine.load(self._batches(), schema, self.table.schema)
            view = View(engine, relation, schema, person=person, outside=known)
            found = detect(view)
            made = draft(
                view, self.declared, found, name=self.name, facts=self.facts, proposal=tuple(proposal), lang=lang
            )
        return Looked(found, made)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        yield from self.table.to_batches(max_chunksize=100_000)


def _path(source: Given) -> Path | None:
    return Path(source) if isinstance(source, str | Path) else None
