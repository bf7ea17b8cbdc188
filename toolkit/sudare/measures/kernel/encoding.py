"""Makes a column of cells a column of codes: equal cells have equal codes, and a missing cell has a code of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    Cells: TypeAlias = pa.Array | pa.ChunkedArray

Whole: TypeAlias = npt.NDArray[np.int64]
Codes: TypeAlias = npt.NDArray[np.int32]
Real: TypeAlias = npt.NDArray[np.float64]
Truth: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Column:
    """Codes from 0 to `levels` - 1, one for each line; `missing` is the code of a missing cell, if there is any.

    A line is a record, or a combination of values that stands for several records. The codes say nothing but which
    cells are equal, except where the column was encoded `in_order`.
    """

    name: str
    codes: Codes = field(repr=False)
    levels: int
    missing: int | None = None

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, lines: Whole) -> Column:
        """Return the column at some lines; codes stay as they are."""
        return Column(self.name, self.codes[lines], self.levels, self.missing)


def encode(name: str, cells: Cells, *, in_order: bool = False) -> Column:
    """Encode an Arrow column. NULL and NaN are missing; 0.0 and -0.0 are one value; unused categories do not count.

    `in_order` gives greater codes to greater values (texts by their code points), which ordered distances need; the
    missing code stays the last.

    >>> encode("age", pa.array([20, None, 20, 7])).codes.tolist()
    [0, 2, 0, 1]
    >>> encode("age", pa.array([20, None, 20, 7]), in_order=True).codes.tolist()
    [1, 2, 1, 0]
    """
    values, codes = _values_and_codes(pa.chunked_array([cells]) if isinstance(cells, pa.Array) else cells)
    missing = len(values)
    used = np.zeros(missing + 1, bool)
    used[codes] = True
    order = np.arange(missing)
    if in_order:
        order = pc.sort_indices(values).to_numpy().astype(np.int64)
    elif used[:missing].all():
        return Column(name, codes, max(missing + int(used[missing]), 1), missing if used[missing] else None)
    places = np.append(order, missing)
    codes_of = np.empty(missing + 1, np.int32)
    codes_of[places] = np.cumsum(used[places]) - 1
    levels = int(used.sum())
    return Column(name, codes_of[codes], max(levels, 1), levels - 1 if used[missing] else None)


def _values_and_codes(cells: pa.ChunkedArray) -> tuple[pa.Array, Codes]:
    """Return different values, and for each cell its place among them or, where it is missing, one past the last."""
    if not len(cells) or pa.types.is_null(cells.type):
        return pa.array([], pa.string()), np.zeros(len(cells), np.int32)
    if pa.types.is_dictionary(cells.type):
        words, codes = _unified(cells)
        # Categories may be repeated, missing, or numbers that are no numbers: they are encoded like cells.
        values, place = _values_and_codes(pa.chunked_array([words]))
        return values, np.append(place, len(values)).astype(np.int32)[codes]
    if pa.types.is_floating(cells.type):
        cells = _one_zero(cells)
    return _unified(cells.dictionary_encode())


def _unified(cells: pa.ChunkedArray) -> tuple[pa.Array, Codes]:
    """Return the dictionary that all chunks of a column are brought to, and the places in it, chunk after chunk."""
    unified = cells.unify_dictionaries()
    words = unified.chunk(0).dictionary
    places = [pc.fill_null(chunk.indices.cast(pa.int32()), len(words)) for chunk in unified.chunks]
    return words, np.concatenate([place.to_numpy(zero_copy_only=False) for place in places])


def _one_zero(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return numbers of which NaN is missing and zero has one sign."""
    there = pc.if_else(pc.is_nan(cells), pa.scalar(None, cells.type), cells)
    return pc.add(there, pa.scalar(0.0, cells.type))
