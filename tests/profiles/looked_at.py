"""Profiles of small tables, for the tests of this room."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from sudare.engines.engine import Engine
from sudare.profiles import Profile, profile_of
from sudare.profiles.sample import LOOKED_AT
from sudare.reports.plain_table import plain_table
from sudare.tables.guessing import open_guessed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def texts(columns: Mapping[str, Sequence[object]]) -> pa.Table:
    """Return a table of texts; None is missing."""
    return pa.table(
        {name: pa.array([None if v is None else str(v) for v in cells], pa.string()) for name, cells in columns.items()}
    )


def profiled(
    columns: Mapping[str, Sequence[object]] | pa.Table, most: int = LOOKED_AT, engine: Engine | None = None
) -> Profile:
    """Return the profile of columns of texts, or of a table, by an engine or one of its own."""
    guess = open_guessed(columns if isinstance(columns, pa.Table) else texts(columns))
    with contextlib.ExitStack() as stack:
        if engine is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            engine = stack.enter_context(Engine(Path(folder), threads=1))
        relation = engine.load(guess.batches(), guess.schema, guess.arrow_schema)
        return profile_of(engine, relation, guess.schema, misfits=guess.misfits, most=most)


def everything_told(profile: Profile) -> str:
    """Return all that a profile tells anywhere: as JSON, as text, in a notebook and to a debugger."""
    parts = [profile._repr_html_(), repr(profile)]
    for lang in ("ja", "en"):
        parts += [json.dumps(profile.to_dict(lang), ensure_ascii=False), *profile.remarks(lang)]
        parts += plain_table(*profile.grid(lang))
    return "\n".join(parts)
