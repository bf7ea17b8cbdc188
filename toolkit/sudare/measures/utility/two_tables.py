"""Takes in the two tables that are to be compared, about which nothing is declared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from sudare.errors import Problem, UsageError
from sudare.language import Text
from sudare.measures.utility.sides import texts
from sudare.tables.guessing import open_guessed
from sudare.tables.schema import same_name
from sudare.tables.table import describe_input, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.tables.reading import Facts
    from sudare.tables.table import Given


@dataclass(frozen=True)
class TwoTables:
    """The original under guessed types, the output as it is stored, and the IDs of both where a column was named."""

    before: pa.Table = field(repr=False)
    after: pa.Table = field(repr=False)
    ids: tuple[pa.ChunkedArray, pa.ChunkedArray] | None = field(repr=False)
    facts: tuple[Facts, Facts]


def read_two(  # noqa: PLR0913 - two sources and how they are to be read, each by name
    before: Given,
    after: Given,
    *,
    id_column: str | None,
    asked: Sequence[tuple[str, str]] = (),
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
) -> TwoTables:
    """Read two tables into memory; the column of the IDs is compared no further.

    A number or date column of the original may hold some cells of other text; these count as missing, and so do equal
    ones of the output. `asked` are further columns that both sides must have, each with the word it was asked by. Errors: as
    `read`; `missing-column`.
    """
    old = read(
        before, describe_input(before, sheet=sheet, encoding=encoding, delimiter=delimiter, header_row=header_row)
    )
    new = read(after, describe_input(after, sheet=sheet, encoding=encoding, delimiter=delimiter, header_row=header_row))
    named = [("id", id_column)] if id_column is not None else []
    _all_there([*named, *asked], old.data, new.data)
    guess = open_guessed(old.data)
    typed = pa.Table.from_batches(guess.batches(), guess.arrow_schema)
    released = _same_misfits(old.data, typed, new.data)
    if id_column is None:
        return TwoTables(typed, released, None, (old.facts, new.facts))
    name = same_name(id_column)
    ids = old.data[name], new.data[name]
    return TwoTables(typed.drop_columns([name]), released.drop_columns([name]), ids, (old.facts, new.facts))


def _same_misfits(stored: pa.Table, typed: pa.Table, after: pa.Table) -> pa.Table:
    """Let what did not fit a column of the original be missing in the output too."""
    for place, name in enumerate(after.column_names):
        if name not in stored.column_names or stored[name].null_count == typed[name].null_count:
            continue
        odd = pc.unique(texts(stored[name].filter(pc.is_null(typed[name]))).drop_null())
        cells = texts(after[name])
        kept = pc.if_else(pc.is_in(cells, value_set=odd), pa.scalar(None, pa.string()), cells)
        after = after.set_column(place, name, kept)
    return after


def _all_there(wanted: Sequence[tuple[str, str]], *tables: pa.Table) -> None:
    absent = [
        (where, name) for where, name in wanted if not all(same_name(name) in table.column_names for table in tables)
    ]
    if absent:
        raise UsageError([_no_column(where, name) for where, name in absent])


def _no_column(where: str, name: str) -> Problem:
    what = Text("両方の表に列「{name}」が要ります。", "both tables need a column '{name}'.").fill(name=name)
    now = Text("見出しの書き方と、見出しの行を確かめてください。", "Look at the headers, and at the row they stand in.")
    return Problem("missing-column", where, what, now)
