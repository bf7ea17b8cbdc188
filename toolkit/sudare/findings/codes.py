"""The columns of a table as integer codes, in the same order of rows: for counts over several columns at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import ROW
from sudare.measures.kernel import classes_of, encode
from sudare.measures.kernel.grouping import lengths, packed, starts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sudare.findings.view import ColumnView, View
    from sudare.measures.kernel import Column

ALIGNED = 100_000  # rows compared before and after


def alone(columns: Sequence[Column]) -> int:
    """Return how many rows share what they hold in some columns with no other; a missing cell is a value."""
    return int(np.count_nonzero(classes_of(columns).records == 1))


def sizes_of(column: Column) -> NDArray[np.int64]:
    """Return how many rows hold each value; missing cells are none."""
    sizes = np.bincount(column.codes, minlength=column.levels)
    return sizes if column.missing is None else np.delete(sizes, column.missing)


def tells(one: Column, other: Column) -> float:
    """Return the share of rows in which the most frequent value of `other` beside each value of `one` is the right one.

    A missing cell counts as a value. 0 without rows.
    """
    if not len(one):
        return 0.0
    key, _ = packed([one, other])
    key.sort()
    starts = starts_of(key)
    best = np.zeros(one.levels, np.int64)
    np.maximum.at(best, key[starts] // other.levels, lengths(starts, len(key)))
    return float(best.sum()) / len(one)


def commonest(column: Column) -> float:
    """Return the share of rows that hold the most frequent value: what anybody could guess. 0 without rows."""
    return float(np.bincount(column.codes).max()) / len(column) if len(column) else 0.0


def codes_of(view: View, columns: Sequence[ColumnView]) -> dict[str, Column]:
    """Fetch columns in one pass and code them."""
    if not columns:
        return {}
    asked = view.relation.select(*(exp.alias_(column.field.text, f"v{n}") for n, column in enumerate(columns)))
    batches = list(view.engine.stream(asked))
    return {
        column.name: _coded(column.name, [batch.column(n) for batch in batches]) for n, column in enumerate(columns)
    }


def aligned_codes(
    one: View, columns: Sequence[ColumnView], other: View, more: Sequence[ColumnView]
) -> tuple[dict[str, Column], dict[str, Column]]:
    """Fetch columns of two states of one table, of the rows that both have, in the same order, and code them.

    At most `ALIGNED` rows of the first are looked at, evenly spread, always the same ones.
    """
    first, second = (_with_rows(view, some, _stride(one)) for view, some in ((one, columns), (other, more)))
    _, here, there = np.intersect1d(first.column(0), second.column(0), assume_unique=True, return_indices=True)
    return (
        {
            column.name: _coded(column.name, [first.column(n).take(pa.array(here))])
            for n, column in enumerate(columns, 1)
        },
        {
            column.name: _coded(column.name, [second.column(n).take(pa.array(there))])
            for n, column in enumerate(more, 1)
        },
    )


def _stride(view: View) -> int:
    return max(1, -(-view.rows // ALIGNED))


def _with_rows(view: View, columns: Sequence[ColumnView], stride: int) -> pa.Table:
    values = [exp.alias_(column.field.text, f"v{n}") for n, column in enumerate(columns)]
    asked = view.relation.select(exp.alias_(sql.column(ROW), "row"), *values)
    if stride > 1:
        asked = asked.where(sql.every_nth(ROW, stride))
    batches = list(view.engine.stream(asked))
    if not batches:
        return pa.table(
            {"row": pa.array([], pa.int64())} | {f"v{n}": pa.array([], pa.string()) for n in range(len(values))}
        )
    return pa.Table.from_batches(batches).combine_chunks()


def _coded(name: str, chunks: Sequence[pa.Array | pa.ChunkedArray]) -> Column:
    parts = [part for chunk in chunks for part in (chunk.chunks if isinstance(chunk, pa.ChunkedArray) else [chunk])]
    return encode(name, pa.chunked_array(parts, pa.string()))
