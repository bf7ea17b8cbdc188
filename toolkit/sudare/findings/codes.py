"""The columns of a table as integer codes, in the same order of rows: for counts over several columns at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sudare.findings.view import ColumnView, View

ALIGNED = 100_000  # rows compared before and after


@dataclass(frozen=True)
class Codes:
    """One column: a code for each row (missing is a code of its own), and how many codes there are."""

    codes: NDArray[np.int64]
    size: int
    missing: int | None = None  # the code of missing cells, where there are any

    def present_sizes(self) -> NDArray[np.int64]:
        """Return how many rows hold each value; missing cells are none."""
        sizes = np.bincount(self.codes, minlength=self.size)
        return sizes if self.missing is None else np.delete(sizes, self.missing)

    def with_(self, other: Codes) -> Codes:
        """Return the codes of the pairs that two columns make."""
        pairs, codes = np.unique(self.codes * other.size + other.codes, return_inverse=True)
        return Codes(codes.astype(np.int64), len(pairs))

    def class_sizes(self) -> NDArray[np.int64]:
        """Return for each row how many rows share its code."""
        return np.bincount(self.codes, minlength=self.size)[self.codes]

    def tells(self, other: Codes) -> float:
        """Return the share of rows in which the most frequent value beside each of our values is the right one."""
        if not len(self.codes):
            return 0.0
        pairs, counts = np.unique(self.codes * other.size + other.codes, return_counts=True)
        best = np.zeros(self.size, np.int64)
        np.maximum.at(best, pairs // other.size, counts)
        return float(best.sum()) / len(self.codes)

    def commonest(self) -> float:
        """Return the share of rows that hold the most frequent value: what anybody could guess."""
        return float(np.bincount(self.codes).max()) / len(self.codes) if len(self.codes) else 0.0


def codes_of(view: View, columns: Sequence[ColumnView]) -> dict[str, Codes]:
    """Fetch columns in one pass and code them."""
    if not columns:
        return {}
    asked = view.relation.select(*(exp.alias_(column.field.text, f"v{n}") for n, column in enumerate(columns)))
    batches = list(view.engine.stream(asked))
    return {column.name: _coded([batch.column(n) for batch in batches]) for n, column in enumerate(columns)}


def aligned_codes(
    one: View, columns: Sequence[ColumnView], other: View, more: Sequence[ColumnView]
) -> tuple[dict[str, Codes], dict[str, Codes]]:
    """Fetch columns of two states of one table, of the rows that both have, in the same order, and code them.

    At most `ALIGNED` rows of the first are looked at, evenly spread, always the same ones.
    """
    first, second = (_with_rows(view, some, _stride(one)) for view, some in ((one, columns), (other, more)))
    _, here, there = np.intersect1d(first.column(0), second.column(0), assume_unique=True, return_indices=True)
    return (
        {column.name: _coded([first.column(n).take(pa.array(here))]) for n, column in enumerate(columns, 1)},
        {column.name: _coded([second.column(n).take(pa.array(there))]) for n, column in enumerate(more, 1)},
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


def _coded(chunks: Sequence[pa.Array]) -> Codes:
    if not chunks:
        return Codes(np.empty(0, np.int64), 0)
    parts = [part for chunk in chunks for part in (chunk.chunks if isinstance(chunk, pa.ChunkedArray) else [chunk])]
    encoded = pa.chunked_array(parts, pa.string()).combine_chunks().dictionary_encode("encode")
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    words = encoded.dictionary
    return Codes(codes, len(words), words.to_pylist().index(None) if words.null_count else None)
