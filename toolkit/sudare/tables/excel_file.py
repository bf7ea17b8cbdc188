"""Reads one sheet of an Excel workbook as a stream of typed batches, with the row numbers that the sheet shows."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.limits import SMALL_COUNT
from sudare.tables.misfits import Fault, Misfits, misfit_rows
from sudare.tables.opening import changed, stamp
from sudare.tables.sheet_cells import CellTyping, Kinds, text_of
from sudare.tables.text_values import ARROW_TYPES
from sudare.tables.workbook import open_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Final

    from sudare.tables.schema import Input, Type
    from sudare.tables.sheet_cells import Cell
    from sudare.tables.workbook import Sheet

    Row = list[Cell]

_ROWS: Final = 1 << 14


@dataclass(frozen=True)
class ExaminedSheet:
    """Where the table stands in its sheet. Rows and columns count from 0; `end` is the row after the last filled one.

    `places` are the columns of the table: those with a header or with any cell below it.
    """

    sheet: Sheet
    header: tuple[str, ...]
    places: tuple[int, ...]
    first: int
    end: int
    blank: array[int]


def examine_sheet(path: Path, *, name: str | None, header_row: int) -> ExaminedSheet:
    """Open a workbook and find the table of a sheet; `header_row` is the row number that the sheet shows.

    A column in which neither the header nor any cell below it holds anything is not part of the table. Errors: as
    `open_sheet`, and `no-header`, `merged-cells` with the rows.
    """
    sheet = open_sheet(path, name)
    given = next(islice(_rows_of(sheet), header_row - 1, None), None)
    header = [] if given is None else [text_of(cell) for cell in given]
    if not any(title.strip() for title in header):
        raise Refused(_no_header(header_row))
    filled = [bool(title.strip()) for title in header]
    blank, end = _look_through(sheet, header_row, filled)
    offset = (sheet.cells.start or (0, 0))[1]
    _no_merged(sheet, header_row - 1, end)
    places = tuple(offset + place for place, one in enumerate(filled) if one)
    titles = tuple(title for title, one in zip(header, filled, strict=True) if one)
    return ExaminedSheet(sheet, titles, places, header_row, end, blank)


def types_of(examined: ExaminedSheet) -> list[Type]:
    """Return the type of each column as its cells are: text, where they differ or are texts.

    A number cell has no zeros before it any more, so that numbers are told as such; codes in text cells stay text.
    """
    kinds = [Kinds() for _ in examined.places]
    for portion in _portions(examined, examined.end):
        for kind, cells in zip(kinds, portion, strict=True):
            kind.add(cells)
    return [kind.type for kind in kinds]


class ExcelSource:
    """The rows below the header of a sheet, typed already: a cell brings its own kind."""

    encoding: str | None = None
    delimiter: str | None = None

    def __init__(self, examined: ExaminedSheet, columns: Sequence[int], declared: Input) -> None:
        """Take where among the table's columns, from 0, the declared ones stand."""
        self.types: Sequence[pa.DataType] = [ARROW_TYPES[column.type] for column in declared.columns]
        self._examined = examined
        self._places = [examined.places[column] for column in columns]
        self._columns = list(columns)
        self._declared = declared
        self._misfits = Misfits(declared.columns)
        self._typing = [CellTyping(column.type, frozenset(declared.missing)) for column in declared.columns]
        self._end = self._without_totals(declared.total_rows)

    def sha256(self) -> str:
        """Return the hash of the workbook's bytes."""
        return self._examined.sheet.sha256

    def number(self, position: int) -> int:
        """Return the row number that the sheet shows."""
        return self._examined.first + position + 1

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows; totals and blank rows at the end are left out."""
        base, marked = 0, self._marked()
        for portion in _portions(self._examined, self._end):
            rows = len(portion[0])
            columns = []
            for index, (column, typing) in enumerate(zip(self._columns, self._typing, strict=True)):
                typed = typing.typed(portion[column])
                for why, places in typed.faults:
                    self._misfits.add(index, why, places, base)
                columns.append(typed.values)
            yield pa.RecordBatch.from_arrays(columns, names=[f"c{n}" for n in range(len(columns))])
            base += rows
        for (index, why), places in marked.items():
            self._misfits.add(index, why, pa.array(places, pa.int64()), 0)

    def problems(self) -> list[Problem]:
        """Return blank rows, cells that do not fit or hold an error, and a change of the file during the reading."""
        sheet = self._examined.sheet
        if stamp(sheet.path) != sheet.stamp:
            return [changed(sheet.path)]
        blank = [row + 1 for row in self._examined.blank if row < self._end]
        rows = [misfit_rows(_BLANK, blank, _BLANK_NOW)] if blank else []
        return [*rows, *self._misfits.problems(self.number)]

    def warnings(self) -> list[Problem]:
        """Return what is hidden in the sheet and was read all the same, and codes that may have lost their zeros."""
        return list(self._warnings())

    def _without_totals(self, totals: int) -> int:
        examined = self._examined
        end = max(examined.first, examined.end - totals)
        blank = examined.blank
        while end > examined.first and (at := bisect_left(blank, end - 1)) < len(blank) and blank[at] == end - 1:
            end -= 1
        return end

    def _marked(self) -> dict[tuple[int, Fault], list[int]]:
        """Return the rows, from the first of the table, whose cell holds an error, by column and kind of error."""
        index = {place: n for n, place in enumerate(self._places)}
        marks, first = self._examined.sheet.marks, self._examined.first
        found: dict[tuple[int, Fault], list[int]] = {}
        for why, places in ((Fault.error_cell, marks.errors), (Fault.no_result, marks.unsolved)):
            for row, column in places:
                if first <= row < self._end and column in index:
                    found.setdefault((index[column], why), []).append(row - first)
        return found

    def _warnings(self) -> Iterator[Problem]:
        sheet = self._examined.sheet
        if sheet.hidden:
            yield Problem("hidden-sheet", "input.sheet", _HIDDEN_SHEET, _HIDDEN_NOW)
        rows = sum(self._examined.first <= row < self._end for row in sheet.marks.hidden_rows)
        if rows:
            count = f"<{SMALL_COUNT}" if rows < SMALL_COUNT else str(rows)
            yield Problem("hidden-rows", "input", _HIDDEN_ROWS.fill(count=count), _HIDDEN_NOW)
        called = [column.called for column in self._declared.columns]
        spans = sheet.marks.hidden_columns
        hidden = [
            name
            for name, place in zip(called, self._places, strict=True)
            if any(first <= place <= last for first, last in spans)
        ]
        if hidden:
            yield Problem("hidden-columns", "input", _named(_HIDDEN_COLUMNS, hidden), _HIDDEN_NOW)
        numbers = [name for name, typing in zip(called, self._typing, strict=True) if typing.numbers_as_text]
        if numbers:
            yield Problem("numbers-as-text", "input", _named(_NUMBERS, numbers), _NUMBERS_NOW)


def _rows_of(sheet: Sheet) -> Iterator[Row]:
    """Walk over the rows of a sheet from its first; a row begins at the first column in which anything stands."""
    return sheet.cells.iter_rows()


def _look_through(sheet: Sheet, header_row: int, filled: list[bool]) -> tuple[array[int], int]:
    """Return the blank rows below the header and the row after the last filled one; note which columns hold cells."""
    marked = {row for row, _ in (*sheet.marks.errors, *sheet.marks.unsolved)}
    offset = (sheet.cells.start or (0, 0))[1]
    for _, column in (*sheet.marks.errors, *sheet.marks.unsolved):
        if 0 <= column - offset < len(filled):
            filled[column - offset] = True
    blank, end, width = array("q"), header_row, len(filled)
    unknown = [place for place, one in enumerate(filled) if not one]
    for row, cells in enumerate(islice(_rows_of(sheet), header_row, None), header_row):
        if cells.count("") == width and row not in marked:
            blank.append(row)
            continue
        end = row + 1
        for place in unknown:
            if cells[place] != "":
                filled[place] = True
        unknown = [place for place in unknown if not filled[place]] if unknown else unknown
    del blank[bisect_left(blank, end) :]
    return blank, end


def _portions(examined: ExaminedSheet, end: int) -> Iterator[list[tuple[Cell, ...]]]:
    """Yield the columns of the table, some thousand rows at a time, up to the row `end`."""
    offset = (examined.sheet.cells.start or (0, 0))[1]
    rows = islice(_rows_of(examined.sheet), examined.first, end)
    while part := list(islice(rows, _ROWS)):
        columns = list(zip(*part, strict=True))
        yield [columns[place - offset] for place in examined.places]


def _no_merged(sheet: Sheet, header: int, end: int) -> None:
    """Refuse cells merged with others in the header or the table: all but the first of them are empty."""
    spans = sorted(
        (max(top, header), bottom + 1)
        for (top, left), (bottom, right) in sheet.cells.merged_cell_ranges or []
        if (top, left) != (bottom, right) and top < end
    )
    rows: list[int] = []
    for start, stop in spans:  # each row is told once, in however many merged cells it lies
        rows.extend(row + 1 for row in range(max(start, rows[-1] if rows else 0), stop))
    if rows:
        told = misfit_rows(_MERGED, rows, _MERGED_NOW)
        raise Refused(Problem("merged-cells", "input", told.what, told.now))


def _no_header(header_row: int) -> Problem:
    return Problem(
        "no-header",
        "input.header_row",
        Text("シートの {row} 行目に見出しがありません。", "there is no header in row {row} of the sheet.").fill(
            row=header_row
        ),
        Text(
            "header_row: に見出しの行を、sheet: にシートの名前を書いてください。",
            "Write the row of the header under `header_row:`, and the sheet under `sheet:`.",
        ),
    )


def _named(text: Text, names: Sequence[str]) -> Text:
    return text.fill(ja="」「".join(names), en="', '".join(names))


_BLANK: Final = Text("{count} 行が空です: 行 {rows}。", "{count} rows are blank: rows {rows}.")
_BLANK_NOW: Final = Text(
    "空の行を消してください。シートに表が二つないかも確かめてください。",
    "Delete the blank rows; check also whether the sheet holds two tables.",
)
_MERGED: Final = Text(
    "見出しか表の {count} 行に、結合されたセルがあります: 行 {rows}。",
    "{count} rows of the header or the table hold merged cells: rows {rows}.",
)
_MERGED_NOW: Final = Text(
    "Excel で結合を解き、それぞれのセルに値を入れてください。表題の行なら header_row: を直してください。",
    "Unmerge them in Excel and fill each cell; if it is a title, mend `header_row:`.",
)
_HIDDEN_SHEET: Final = Text("隠れたシートを読みました。", "a hidden sheet was read.")
_HIDDEN_ROWS: Final = Text(
    "隠れた行が {count} 行あり、ほかの行と同じく読みました。",
    "hidden rows were read like the others: {count}.",
)
_HIDDEN_COLUMNS: Final = Text(
    "隠れた列があり、ほかの列と同じく読みました: 列「{ja}」。",
    "hidden columns were read like the others: '{en}'.",
)
_HIDDEN_NOW: Final = Text(
    "渡す前に除いたつもりの行や列でないか確かめてください。",
    "Check that they were not meant to be left out.",
)
_NUMBERS: Final = Text(
    "文字の列に、数値として入力されたセルがあります: 列「{ja}」。",
    "columns of text hold cells that were entered as numbers: '{en}'.",
)
_NUMBERS_NOW: Final = Text(
    "番号なら、先頭の 0 がすでに失われています。文字として入力されたファイルか確かめてください。",
    "If they are codes, zeros at their beginning are lost already: ask for a file in which they are texts.",
)
