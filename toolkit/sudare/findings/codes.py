"""The columns of a table as integer codes, in the same order of rows: for counts over several columns at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sudare.findings.view import ColumnView, View


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
    found = {}
    for n, column in enumerate(columns):
        if not batches:
            found[column.name] = Codes(np.empty(0, np.int64), 0)
            continue
        encoded = pa.chunked_array([batch.column(n) for batch in batches]).combine_chunks().dictionary_encode("encode")
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        words = encoded.dictionary
        missing = words.to_pylist().index(None) if words.null_count else None
        found[column.name] = Codes(codes, len(words), missing)
    return found
