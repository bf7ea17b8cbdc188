"""Says whether the header of a file looks like a record: then its names are data, and are not shown."""

from __future__ import annotations

import itertools
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sudare.errors import Problem
from sudare.japan.widths import digits
from sudare.language import Text
from sudare.profiles.patterns import pattern
from sudare.tables.text_values import Typing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sudare.profiles.sample import Looked
    from sudare.tables.schema import Type

_DIGITS: Final = 3  # in a header whose form is that of its column; Q1 or 2回目 is a usual header
_HALF: Final = 0.5
_SERIES: Final = 3  # numbers at equal distances are a header: years, or question numbers


def looks_like_a_record(headers: Sequence[str], columns: Sequence[Looked]) -> bool:
    """Say whether a header is probably a record of the data, read from the wrong row.

    So it is where a header is itself a number or a date above a column of such, or one of the column's own values, or
    has the form that half of the column has. Years and question numbers above columns are a usual header; so is one
    that the file repeats, row for row. Names and places alone give no sign.
    """
    pairs = [(header, column) for header, column in zip(headers, columns, strict=True) if header.strip()]
    typed = [header for header, column in pairs if column.type != "text" and _is_of(header, column.type)]
    if typed and not _is_series(typed):
        return True
    texts = [(header, column) for header, column in pairs if column.type == "text"]
    return any(_has_its_form(*pair) for pair in texts) or _is_among_its_values(texts)


def doubt() -> Problem:
    """Return what is said then."""
    what = Text(
        "見出しの行がデータの行のように見えます。データかもしれないので、列の名前を出さずに位置で示します。",
        "the header row looks like a row of data. Its names may be data, so that columns are called by position.",
    )
    now = Text("見出しが何行目かを --header-row で指定してください。", "Say with --header-row which row the header is.")
    return Problem("header-like-data", "header_row", what, now)


def _is_of(header: str, kind: Type) -> bool:
    misfits: int = Typing(kind).typed(pa.array([header])).values.null_count
    return not misfits


def _is_series(headers: Sequence[str]) -> bool:
    try:
        numbers = [Decimal(digits(header)) for header in headers]
    except InvalidOperation:  # dates
        return False
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    return len(steps) == 1 and steps != {0} and (len(numbers) >= _SERIES or steps == {1})


def _has_its_form(header: str, column: Looked) -> bool:
    if sum(map(str.isdigit, header)) < _DIGITS:
        return False
    forms = column.forms()
    return forms[pattern(header)] > _HALF * forms.total()


def _is_among_its_values(texts: Sequence[tuple[str, Looked]]) -> bool:
    # A column of one value only is a box that was ticked: "糖尿病" under 糖尿病.
    ticked = [(header, column) for header, column in texts if column.distinct > 1]
    places = [found for header, column in ticked if (found := _places(header, column)).any()]
    repeated = len(places) == len(ticked) and len(places) > 1 and all(map(np.array_equal, places, places[1:]))
    return bool(places) and not repeated


def _places(header: str, column: Looked) -> NDArray[np.bool_]:
    code: int = pc.index(column.values, header).as_py()
    return np.equal(column.codes, code)
