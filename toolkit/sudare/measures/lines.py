"""Reads the columns that a question is about, batch after batch, into codes and weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sudare.errors import Problem, Refused, UsageError
from sudare.language import Text
from sudare.measures.kernel.encoding import encode
from sudare.tables.schema import same_name
from sudare.tables.text_values import Typing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Column, Real
    from sudare.measures.question import Question
    from sudare.tables.reading import Reading
    from sudare.tables.schema import Type

_WITH_ORDER: Final = ("integer", "decimal", "date", "datetime")


@dataclass(frozen=True)
class Lines:
    """A table in codes: one line for each record. `ordered` says whether the sensitive codes are in order of value."""

    rows: int
    qi: tuple[Column, ...] = field(repr=False)
    sensitive: Column | None = field(repr=False, default=None)
    ordered: bool = False
    weight: Real | None = field(repr=False, default=None)
    unit: Column | None = field(repr=False, default=None)


def read_lines(reading: Reading, question: Question) -> Lines:
    """Read what a question asks for; other columns are passed over.

    Cells are compared as they are stored: in a CSV file 1 and 01 are different texts. The sensitive column has an
    order where its type has one, or where each of its texts is a number or a date. Errors: `missing-column`,
    `bad-weight` (missing, not above zero, or no number), and those of the reading.
    """
    places = _found(reading, question)
    names = list(dict.fromkeys(places.values()))
    chunks: dict[int, list[pa.Array]] = {place: [] for place in names}
    rows = 0
    weighed = places.get(question.weight or "")
    for batch in reading.batches():
        rows += batch.num_rows
        for place in names:
            cells = batch.column(place)
            texts = pa.types.is_string(cells.type) and place != weighed
            chunks[place].append(cells.dictionary_encode() if texts else cells)
    types = [column.type for column in reading.schema]
    cells = {name: _whole(chunks[place], reading, place) for name, place in places.items()}
    sensitive, ordered = None, False
    if question.sensitive is not None:
        sensitive, ordered = _sensitive(
            question.sensitive, cells[question.sensitive], types[places[question.sensitive]]
        )
    return Lines(
        rows,
        tuple(encode(name, cells[name]) for name in dict.fromkeys(question.qi)),
        sensitive,
        ordered,
        _weights(question.weight, cells[question.weight]) if question.weight is not None else None,
        encode(question.unit, cells[question.unit]) if question.unit is not None else None,
    )


def _found(reading: Reading, question: Question) -> dict[str, int]:
    """Return where each column asked for stands."""
    known = {same_name(name): place for place, name in enumerate(reading.schema.names)}
    absent = [(where, name) for where, name in question.places() if same_name(name) not in known]
    if absent:
        raise UsageError([_no_column(where, name) for where, name in absent])
    return {name: known[same_name(name)] for _, name in question.places()}


def _whole(chunks: Sequence[pa.Array], reading: Reading, place: int) -> pa.ChunkedArray:
    return pa.chunked_array(chunks) if chunks else pa.chunked_array([], reading.arrow_schema.field(place).type)


def _sensitive(name: str, cells: pa.ChunkedArray, kind: Type) -> tuple[Column, bool]:
    if kind in _WITH_ORDER:
        return encode(name, cells, in_order=True), True
    if pa.types.is_dictionary(cells.type):
        typed = _read_as_numbers(cells)
        if typed is not None:
            return encode(name, typed, in_order=True), True
    return encode(name, cells), False


def _read_as_numbers(texts: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Read texts as numbers or dates where every one of them is, else None. Each different text stays different."""
    unified = texts.unify_dictionaries()
    words = unified.chunk(0).dictionary
    for kind in ("decimal", "date"):
        typed = Typing(kind).typed(words)
        if not typed.faults and len(pc.unique(typed.values)) == len(words):
            return pa.chunked_array([typed.values.take(chunk.indices) for chunk in unified.chunks])
    return None


def _weights(name: str, cells: pa.ChunkedArray) -> Real:
    faults = cells.null_count
    if pa.types.is_string(cells.type):
        read = [Typing("decimal").typed(chunk) for chunk in cells.chunks]
        faults += sum(len(places) for typed in read for _, places in typed.faults)
        cells = pa.chunked_array([typed.values for typed in read], pa.float64())
    if not (pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type)):
        raise Refused(_bad_weight(name, len(cells)))
    numbers: np.ndarray[Any, np.dtype[np.float64]] = np.array(cells.cast(pa.float64()).fill_null(1.0), np.float64)
    faults += int((~np.isfinite(numbers) | (numbers <= 0)).sum())
    if faults:
        raise Refused(_bad_weight(name, faults))
    return numbers


def _bad_weight(name: str, count: int) -> Problem:
    what = Text(
        "{count} 行で、重みが空欄か、0 以下か、数値ではありません。",
        "in {count} rows the weight is missing, not above zero, or no number.",
    ).fill(count=count)
    now = Text("重みは、その一行が代表する人数です。", "A weight is the number of people that the row stands for.")
    return Problem("bad-weight", name, what, now)


def _no_column(where: str, name: str) -> Problem:
    what = Text("列「{name}」がありません。", "there is no column '{name}'.").fill(name=name)
    now = Text("見出しの書き方と、見出しの行を確かめてください。", "Look at the header, and at the row it stands in.")
    return Problem("missing-column", where, what, now)
