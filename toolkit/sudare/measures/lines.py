"""Reads the columns that a question is about, batch after batch, into codes and weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from sudare.errors import Problem, UsageError
from sudare.language import Text
from sudare.measures.kernel.encoding import encode
from sudare.measures.kernel.weights import weights_of
from sudare.tables.schema import same_name
from sudare.tables.text_values import Typing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sudare.measures.kernel.encoding import Column, Real, Whole
    from sudare.measures.question import Question
    from sudare.tables.reading import Reading
    from sudare.tables.schema import Schema, Type

_WITH_ORDER: Final = ("integer", "decimal", "date", "datetime")


@dataclass(frozen=True)
class Lines:
    """A table in codes. `ordered` says whether the sensitive codes are in order of value.

    A line is a record, or, where `counts` says how many, all records that are alike in what is asked.
    """

    rows: int
    qi: tuple[Column, ...] = field(repr=False)
    sensitive: Column | None = field(repr=False, default=None)
    ordered: bool = False
    weight: Real | None = field(repr=False, default=None)
    unit: Column | None = field(repr=False, default=None)
    household: Column | None = field(repr=False, default=None)
    counts: Whole | None = field(repr=False, default=None)


def read_lines(reading: Reading, question: Question) -> Lines:
    """Read what a question asks for; other columns are passed over.

    Cells are compared as they are stored: in a CSV file 1 and 01 are different texts. The sensitive column has an
    order where its type has one, or where each of its texts is a number or a date. Errors: `missing-column`,
    `bad-weight` (missing, not above zero, or no number), and those of the reading.
    """
    places = found_columns(reading.schema, question)
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
    cells = {name: _whole(chunks[place], reading, place) for name, place in places.items()}
    types = {name: reading.schema.columns[place].type for name, place in places.items()}
    return lines_of(question, cells, types, rows)


def lines_of(
    question: Question,
    cells: Mapping[str, pa.ChunkedArray],
    types: Mapping[str, Type],
    rows: int,
    counts: Whole | None = None,
) -> Lines:
    """Encode the columns that a question asks for, by their names in it."""
    sensitive, ordered = None, False
    if question.sensitive is not None:
        sensitive, ordered = _sensitive(question.sensitive, cells[question.sensitive], types[question.sensitive])
    weight, unit, household = question.weight, question.unit, question.household
    return Lines(
        rows,
        tuple(encode(name, cells[name]) for name in dict.fromkeys(question.qi)),
        sensitive,
        ordered,
        weights_of(weight, cells[weight], counts) if weight is not None else None,
        encode(unit, cells[unit]) if unit is not None else None,
        encode(household, cells[household]) if household is not None else None,
        counts,
    )


def found_columns(schema: Schema, question: Question) -> dict[str, int]:
    """Return where each column asked for stands. Raises `missing-column`."""
    known = {same_name(name): place for place, name in enumerate(schema.names)}
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


def _no_column(where: str, name: str) -> Problem:
    what = Text("列「{name}」がありません。", "there is no column '{name}'.").fill(name=name)
    now = Text("見出しの書き方と、見出しの行を確かめてください。", "Look at the header, and at the row it stands in.")
    return Problem("missing-column", where, what, now)
