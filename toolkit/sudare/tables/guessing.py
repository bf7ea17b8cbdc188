"""Reads a file about which nothing is declared yet: the types of its columns are guessed from their cells, and said so.

A guess is for looking at a table and for drafting a spec. A run never guesses: there the types are declared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sudare.tables.table import describe_input, open_table
from sudare.tables.text_values import ARROW_TYPES, Typing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sudare.tables.reading import Facts, Reading
    from sudare.tables.schema import Input, Schema, Type
    from sudare.tables.table import Given

_LOOKED_AT: Final = 50_000  # rows by which a type is guessed
_FITTING: Final = 0.98  # of the cells; the others are counted as misfits and looked at as missing
_ORDER: Final[tuple[Type, ...]] = ("integer", "decimal", "date", "datetime")
_LEADING_ZERO: Final = r"^[+-]?0[0-9]"
_LONG_CODE: Final = 7  # digits; numbers that all have this many or more are codes, not amounts
_SOME: Final = 1000  # values looked at for that, and at a time
_DIGITS: Final = re.compile(r"[0-9]+")


@dataclass
class Guess:
    """One source under guessed types: batches to load, and how many cells did not fit their column's type."""

    declared: Input
    _first: list[pa.RecordBatch]
    _rest: Iterator[pa.RecordBatch]
    _reading: Reading
    misfits: dict[str, int]

    @property
    def schema(self) -> Schema:
        """The columns with their guessed types."""
        return self.declared.schema_

    @property
    def arrow_schema(self) -> pa.Schema:
        """The types of the batches."""
        return pa.schema([(column.called, ARROW_TYPES[column.type]) for column in self.schema])

    @property
    def facts(self) -> Facts:
        """What is known of the source once the batches were taken."""
        return self._reading.facts

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield typed batches; a cell that does not fit is missing and counted. Can be taken once."""
        typing = {column.called: Typing(column.type) for column in self.schema}
        for batch in self._first:
            yield self._typed(batch, typing)
        for batch in self._rest:
            yield self._typed(batch, typing)

    def _typed(self, batch: pa.RecordBatch, typing: Mapping[str, Typing]) -> pa.RecordBatch:
        arrays = []
        for column, array in zip(self.schema, batch.columns, strict=True):
            if array.type == ARROW_TYPES[column.type]:
                arrays.append(array)
                continue
            typed = typing[column.called].typed(array)
            faults = sum(len(places) for _, places in typed.faults)
            if faults:
                self.misfits[column.called] = self.misfits.get(column.called, 0) + faults
            arrays.append(typed.values)
        return pa.record_batch(arrays, schema=self.arrow_schema)


def open_guessed(
    source: Given,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
    sheet: str | None = None,
) -> Guess:
    """Open a file or frame and guess the types of its columns from the first 50,000 rows.

    Text is a number or a date where 98 % of the cells are; codes with leading zeros, and numbers that all have the
    same seven digits or more, stay text. Files and frames that know their types keep them. Missing cells are NULL.
    Errors: as `open_table`.

    >>> import pyarrow as pa
    >>> table = pa.table({"年齢": ["34", "７１"], "コード": ["01", "20"], "受診日": ["R7.6.2", "令和7年6月3日"]})
    >>> [column.type for column in open_guessed(table).schema]
    ['integer', 'text', 'date']
    """
    declared = describe_input(source, encoding=encoding, delimiter=delimiter, header_row=header_row, sheet=sheet)
    reading = open_table(source, declared)
    rest = reading.batches()
    first: list[pa.RecordBatch] = []
    seen = 0
    for batch in rest:
        first.append(batch)
        seen += batch.num_rows
        if seen >= _LOOKED_AT:
            break
    columns = []
    for place, column in enumerate(declared.columns):
        texts = pa.chunked_array([batch.column(place) for batch in first], ARROW_TYPES[column.type])
        kind = _guessed(texts.slice(0, _LOOKED_AT)) if column.type == "text" else column.type
        columns.append(column.model_copy(update={"type": kind}))
    return Guess(declared.model_copy(update={"columns": tuple(columns)}), first, rest, reading, {})


def _guessed(texts: pa.ChunkedArray) -> Type:
    """Guess the type of a column of texts; text where nothing else fits nearly all of them."""
    counted = pc.value_counts(texts.drop_null())
    words, sizes = counted.field("values"), counted.field("counts")
    total = pc.sum(sizes).as_py() or 0
    if not total or _looks_like_codes(words):
        return "text"
    fitting: dict[Type, int] = {}
    for kind in _ORDER:
        fitting[kind] = _fitting(words, sizes, kind)
        if fitting[kind] == total:  # nothing fits better
            return kind
    best = max(_ORDER, key=lambda kind: fitting[kind])  # the first of those that fit equally well
    return best if fitting[best] else "text"


def _fitting(words: pa.Array, sizes: pa.Array, kind: Type) -> int:
    """Count the cells that fit a type; 0 as soon as too many do not, since most types fit no cell of a column."""
    total = pc.sum(sizes).as_py() or 0
    misfits = 0
    typing = Typing(kind)
    for start in range(0, len(words), _SOME):
        missing = pc.is_null(typing.typed(words.slice(start, _SOME)).values)
        misfits += pc.sum(sizes.slice(start, _SOME).filter(missing)).as_py() or 0
        if total - misfits < _FITTING * total:
            return 0
    return int(total - misfits)


def _looks_like_codes(words: pa.Array) -> bool:
    if pc.any(pc.match_substring_regex(words, _LEADING_ZERO)).as_py():
        return True
    lengths = pc.min_max(pc.utf8_length(words))
    if not lengths["min"].as_py() == lengths["max"].as_py() >= _LONG_CODE or len(words) == 1:
        return False
    return all(map(_DIGITS.fullmatch, words.slice(0, _SOME).to_pylist())) and not _are_days(words)


def _are_days(words: pa.Array) -> bool:
    return bool(_fitting(words, pa.array(np.ones(len(words), np.int64)), "date"))
