"""Lets the engine group a table that does not fit into memory; what is measured is its different combinations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import UNIT
from sudare.measures.kernel.classes import Classes
from sudare.measures.kernel.encoding import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Relation
    from sudare.measures.kernel.encoding import Column, Whole


@dataclass(frozen=True)
class Combinations:
    """The different combinations of some columns, each a line and a class of its own."""

    columns: tuple[Column, ...]
    classes: Classes


def combinations_of(engine: Engine, relation: Relation, names: Sequence[str], *, people: bool) -> Combinations:
    """Group a relation by columns in the engine and encode the combinations.

    A hidden cell is told from a missing one by a column of its own. Sizes are in people where `people` says so. Only
    the different combinations come into memory; errors are those of the engine.
    """
    fields = relation.named(names)
    keys = [(f.name, part) for f in fields for part in ([f.value, f.hidden] if f.masked else [f.value])]
    named = [exp.alias_(key.copy(), f"key{n}", quoted=True) for n, (_, key) in enumerate(keys)]
    size = sql.distinct_count(sql.column(UNIT)) if people else sql.row_count()
    counts = [exp.alias_(sql.row_count(), "records", quoted=True), exp.alias_(size, "size", quoted=True)]
    query = relation.select(*named, *counts).group_by(*(key.copy() for _, key in keys))
    batches = list(engine.stream(query))
    columns = tuple(encode(name, _chunks(batches, n)) for n, (name, _) in enumerate(keys))
    lines = np.arange(len(columns[0]), dtype=np.int64)
    return Combinations(columns, Classes(lines, lines, _whole(batches, len(keys)), _whole(batches, len(keys) + 1)))


def _chunks(batches: Sequence[pa.RecordBatch], place: int) -> pa.ChunkedArray:
    return pa.chunked_array([batch.column(place) for batch in batches] or [pa.nulls(0)])


def _whole(batches: Sequence[pa.RecordBatch], place: int) -> Whole:
    found = [batch.column(place).to_numpy(zero_copy_only=False).astype(np.int64) for batch in batches]
    return np.concatenate(found) if found else np.empty(0, np.int64)
