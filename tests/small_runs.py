"""Runs small specs in process, as the production notebook does, and reads back what they wrote."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from sudare.engines.engine import Engine
from sudare.errors import Refused
from sudare.execution.job import Job, Outcome
from sudare.keystore import KeyName, KeyStore
from sudare.specs import Document, dump_spec, parse_spec
from sudare.specs.reading import build

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

TODAY = dt.date(2026, 6, 30)
KEY = "試験@2026"


def declared(name: str, kind: str = "text", /, **about: Any) -> dict[str, Any]:
    """Declare a column of a type."""
    return {"name": name, "type": kind, **about}


def step(technique: str, *columns: str, **about: Any) -> dict[str, Any]:
    """Write a step with a reason that says nothing."""
    named = {"columns": list(columns)} if columns else {}
    return {"technique": technique, **named, "because": "試験のため", **about}


def document(columns: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]], **parts: Any) -> Document:
    """Make a spec of plain data, through its text."""
    given = dict(parts.pop("input", {}))
    data = {
        "sudare": 1,
        "title": "試験用の表",
        "input": {**given, "columns": list(columns)},
        "steps": list(steps),
        **parts,
    }
    return parse_spec(dump_spec(build(data)))


def texts(**columns: Sequence[str | None]) -> pa.Table:
    """Make a table of texts."""
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def key_store(folder: Path, name: str = KEY) -> KeyStore:
    """Make a store with one key."""
    store = KeyStore(folder / "keys")
    store.new(KeyName.parse(name))
    return store


@dataclass(frozen=True)
class Ran:
    """A finished run: what it told, and the bytes it wrote."""

    outcome: Outcome
    content: bytes

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The rows of the processed CSV file, the header left out."""
        return [tuple(row) for row in self._lines[1:]]

    @property
    def header(self) -> list[str]:
        """The header of the processed CSV file."""
        return self._lines[0]

    @property
    def receipt(self) -> dict[str, Any]:
        """The receipt as it stands in receipt.json."""
        return self.outcome.receipt.to_dict("en")

    @cached_property
    def _lines(self) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.content.decode("utf-8-sig"), newline="")))


def run(folder: Path, spec: Document, source: Any, *, store: KeyStore | None = None, threads: int | None = None) -> Ran:
    """Run a spec on a table or file through all four stages."""
    n = len(list(folder.glob("run*")))
    work = folder / f"run{n}"
    with Engine(work, threads=threads) as engine:
        job = Job(spec, source, engine=engine, store=store, today=TODAY)
        job.read()
        job.process()
        job.check()
        out = work / "out"
        out.mkdir()
        outcome = job.write(out)
        [written] = out.iterdir()
        return Ran(outcome, written.read_bytes())


def refused(action: Callable[[], object], *planted: str) -> dict[str, list[str]]:
    """Return the places of a refusal by code; nothing it says in either language holds a planted value."""
    with pytest.raises(Refused) as raised:
        action()
    told = str(raised.value) + "".join(p.where + p.message.ja + p.message.en for p in raised.value.problems)
    assert not [value for value in planted if value in told]
    found: dict[str, list[str]] = {}
    for problem in raised.value.problems:
        found.setdefault(problem.code, []).append(problem.where)
    return found
