"""Looks through the XML of a sheet for what its values do not tell: errors, formulas without a result, what is hidden.

A reader of values gives an empty cell for all of these, and makes room for the whole rectangle that a sheet spans.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO, Final

_CHUNK: Final = 1 << 20
_PLACE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_LETTERS: Final = 26
_ROWS: Final = 1_048_576  # a sheet's last row; its last column is XFD
_COLUMNS: Final = 16_384
_TRUE: Final = {"1", "true", "on"}


class NotASheetError(Exception):
    """The XML is broken, or not that of a sheet."""


@dataclass
class Marks:
    """What a sheet holds beside its values; rows and columns count from 0.

    `rows` and `columns` are how many the cells span from the first on. `errors` and `unsolved` are the places of
    error cells and of formulas without a result.
    """

    rows: int = 0
    columns: int = 0
    errors: list[tuple[int, int]] = field(default_factory=list)
    unsolved: list[tuple[int, int]] = field(default_factory=list)
    hidden_rows: array[int] = field(default_factory=lambda: array("q"))
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)  # first and last


def marks_of(stream: BinaryIO) -> Marks:
    """Read the XML of a sheet to its end. Memory does not grow with the cells. Errors: `NotASheetError`."""
    parser, found = expat.ParserCreate(), Marks()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler = _Root(parser, found)
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)  # noqa: FBT003 - expat's own argument
        parser.Parse(b"", True)  # noqa: FBT003 - expat's own argument
    except (expat.ExpatError, ValueError, LookupError):  # an unknown encoding is a LookupError
        raise NotASheetError from None
    return found


def _no_doctype(*_: object) -> None:
    raise NotASheetError  # workbooks have none; one is the door of XML's own attacks


class _Root:
    """Meets the first element, which tells how the names of all others begin."""

    def __init__(self, parser: expat.XMLParserType, found: Marks) -> None:
        self._parser = parser
        self._found = found

    def __call__(self, name: str, _attributes: Mapping[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        if local != "worksheet":
            raise NotASheetError
        cells = _Cells(self._parser, self._found, f"{prefix}:" if prefix else "")
        self._parser.StartElementHandler = cells.start


class _Cells:
    """Walks over rows and cells. A cell without an address follows the one before it, as the format says."""

    def __init__(self, parser: expat.XMLParserType, found: Marks, prefix: str) -> None:
        self._parser = parser
        self._found = found
        self._c, self._f, self._v = f"{prefix}c", f"{prefix}f", f"{prefix}v"
        self._row_name, self._col = f"{prefix}row", f"{prefix}col"
        self._row = self._column = -1
        self._digits = ""  # the number of the row as an address ends with it
        self._known: dict[str, int] = {}  # columns by their letters
        self._kind: str | None = None
        self._in_value = self._written = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == self._c:
            self._cell(attributes)
        elif name == self._v:
            self._in_value = True
        elif name == self._f:
            # Texts and ends are listened to only inside a formula's cell: most sheets have millions of others.
            self._written = False
            self._parser.CharacterDataHandler = self._text
            self._parser.EndElementHandler = self._end
        elif name == self._row_name:
            self._begin_row(attributes)
        elif name == self._col and attributes.get("hidden") in _TRUE:
            first, last = int(attributes.get("min", "")), int(attributes.get("max", ""))
            self._found.hidden_columns.append((first - 1, last - 1))

    def _text(self, _text: str) -> None:
        self._written = self._written or self._in_value

    def _end(self, name: str) -> None:
        if name == self._v:
            self._in_value = False
        elif name == self._c:
            # An empty text as the result is written without a value too, but said to be a text.
            if not self._written and self._kind not in {"str", "e"}:
                self._found.unsolved.append((self._row, self._column))
            self._parser.CharacterDataHandler = None
            self._parser.EndElementHandler = None

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        given = attributes.get("r")
        self._row = self._row + 1 if given is None else int(given) - 1
        self._column, self._digits = -1, ""
        if not 0 <= self._row < _ROWS:
            raise NotASheetError
        if attributes.get("hidden") in _TRUE:
            self._found.hidden_rows.append(self._row)

    def _cell(self, attributes: Mapping[str, str]) -> None:
        address, self._kind = attributes.get("r"), attributes.get("t")
        self._in_value = False
        # Nearly every cell stands in the row of the cell before it and in a column that was met: no more is looked at.
        column = self._known.get(address.removesuffix(self._digits)) if address and self._digits else None
        if column is None:
            self._new_place(address)
        else:
            self._column = column
        if self._kind == "e":
            self._found.errors.append((self._row, self._column))

    def _new_place(self, address: str | None) -> None:
        if address is None:
            self._column += 1
        else:
            self._row, self._column = _place(address)
            self._digits = str(self._row + 1)
            self._known[address.removesuffix(self._digits)] = self._column
        self._found.rows = max(self._found.rows, self._row + 1)
        self._found.columns = max(self._found.columns, self._column + 1)


def _place(address: str) -> tuple[int, int]:
    """Return the row and column of an address.

    >>> _place("AB12")
    (11, 27)
    """
    found = _PLACE.fullmatch(address)
    if found is None:
        raise NotASheetError
    column = 0
    for letter in found[1]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    row = int(found[2])
    if row > _ROWS or column > _COLUMNS:
        raise NotASheetError
    return row - 1, column - 1
