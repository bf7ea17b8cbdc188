"""Lets the engine group a table that does not fit into memory; what is measured is its different combinations."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import UNIT
from sudare.measures.kernel.classes import Classes
from sudare.measures.kernel.encoding import Column, encode
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation
    from sudare.measures.kernel.encoding import Truth, Whole


@dataclass(frozen=True)
class Combinations:
    """The different combinations of some columns, each a line.

    `cells` and `hidden` have one entry for each column, by name: the cells, NULL where missing or hidden, and which
    are hidden. `records` and `sizes` say how many records, and people where asked, have each; `unit` whose a line is
    where people were kept apart.
    """

    cells: Mapping[str, pa.ChunkedArray] = field(repr=False)
    hidden: Mapping[str, Truth] = field(repr=False)
    records: Whole = field(repr=False)
    sizes: Whole = field(repr=False)
    unit: Column | None = field(repr=False, default=None)

    def __len__(self) -> int:
        return len(self.records)

    def column(self, name: str, *, in_order: bool = False) -> Column:
        """Return a column in codes; a hidden cell has a code of its own, after that of a missing one."""
        coded = encode(name, self.cells[same_name(name)], in_order=in_order)
        return with_hidden(coded, self.hidden[same_name(name)])

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All columns in codes."""
        return tuple(self.column(name) for name in self.cells)

    @cached_property
    def classes(self) -> Classes:
        """Each line as a class of its own."""
        lines = np.arange(len(self), dtype=np.int64)
        return Classes(lines, lines, self.records, self.sizes)


def with_hidden(coded: Column, hidden: Truth) -> Column:
    """Return a column in which hidden cells, encoded as missing, have a code of their own.

    >>> import pyarrow as pa
    >>> with_hidden(encode("sex", pa.array(["f", None, None])), np.array([False, False, True])).codes.tolist()
    [0, 1, 2]
    """
    if not hidden.any():
        return coded
    missing = coded.missing if np.any(coded.codes[~hidden] == coded.missing) else None
    codes = np.where(hidden, coded.levels, coded.codes).astype(np.int32)
    return Column(coded.name, codes, coded.levels + 1, missing)


def combinations_of(  # noqa: PLR0913 - how to group, each by name
    engine: Engine,
    relation: Relation,
    names: Sequence[str],
    *,
    people: bool,
    apart: bool = False,
    as_text: bool = False,
) -> Combinations:
    """Group a relation by columns in the engine.

    Sizes are in people where `people` says so; with `apart` lines of different people are kept apart. `as_text` has
    cells written as texts, so that tables of different types can be compared. Only the different combinations come
    into memory; errors are those of the engine.
    """
    fields = list({f.name: f for f in relation.named(names)}.values())
    keys = [part for f in fields for part in _parts(f, as_text=as_text)] + ([sql.column(UNIT)] if apart else [])
    named = [exp.alias_(key.copy(), f"key{n}", quoted=True) for n, key in enumerate(keys)]
    size = sql.distinct_count(sql.column(UNIT)) if people else sql.row_count()
    counts = [exp.alias_(sql.row_count(), "records", quoted=True), exp.alias_(size, "size", quoted=True)]
    query = relation.select(*named, *counts).group_by(*(key.copy() for key in keys))
    batches = [_compact(batch) for batch in engine.stream(query)]
    cells, hidden, place = {}, {}, 0
    records, sizes = _whole(batches, len(keys)), _whole(batches, len(keys) + 1)
    for f in fields:
        cells[f.name] = _chunks(batches, place)
        hidden[f.name] = _truth(batches, place + 1) if f.masked else np.zeros(len(records), bool)
        place += 2 if f.masked else 1
    unit = encode(UNIT, _chunks(batches, place)) if apart else None
    return Combinations(cells, hidden, records, sizes, unit)


def _parts(column: Field, *, as_text: bool) -> list[sql.Term]:
    value = column.text if as_text else column.value
    return [value, column.hidden] if column.masked else [value]


def _compact(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Hold texts as codes: a value takes its room once in a batch."""
    columns = [cells.dictionary_encode() if pa.types.is_string(cells.type) else cells for cells in batch.columns]
    return pa.record_batch(columns, names=batch.schema.names)


def _chunks(batches: Sequence[pa.RecordBatch], place: int) -> pa.ChunkedArray:
    return pa.chunked_array([batch.column(place) for batch in batches] or [pa.nulls(0)])


def _whole(batches: Sequence[pa.RecordBatch], place: int) -> Whole:
    found = [batch.column(place).to_numpy(zero_copy_only=False).astype(np.int64) for batch in batches]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _truth(batches: Sequence[pa.RecordBatch], place: int) -> Truth:
    found = [batch.column(place).to_numpy(zero_copy_only=False).astype(bool) for batch in batches]
    return np.concatenate(found) if found else np.empty(0, bool)
