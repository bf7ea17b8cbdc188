"""Writes a table as an Excel workbook of one sheet: the same rows always give the same bytes."""

from __future__ import annotations

import zipfile
from dataclasses import fields
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.limits import SMALL_COUNT
from sudare.tables.excel_text import (
    HEADER,
    LONGEST,
    MOST_COLUMNS,
    MOST_ROWS,
    Column,
    Unholdable,
    rows_of,
    unholdable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import IO, Final

    from sudare.tables.new_file import NewFile

SHEET_NAME: Final = "データ"
_ROWS: Final = 1 << 13
# A part beyond 2 GiB would need ZIP64, which Excel does not read from a file that was written as a stream.
_LARGEST: Final = (2 << 30) - (1 << 20)
_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can tell; nothing tells when the file was made

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final[dict[str, str]] = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f'<sheets><sheet name="{SHEET_NAME}" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>"
    ),
    # In the order of excel_text: plain, header (bold), text ("@", so that a cell entered anew stays text), date, time.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}">'
        '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    ),
}
_SHEET: Final = "xl/worksheets/sheet1.xml"
_BEFORE: Final = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView tabSelected="1" workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    '<selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><sheetData>'
)
_AFTER: Final = "</sheetData></worksheet>"


def beyond_a_sheet(rows: int, columns: int) -> list[Problem]:
    """Return the problems of a table that is larger than a sheet of Excel; `rows` without the header.

    >>> [problem.code for problem in beyond_a_sheet(1_048_576, 2)]
    ['beyond-excel']
    """
    problems = []
    if rows > MOST_ROWS - 1:
        problems.append(_beyond(_TOO_MANY_ROWS.fill(most=f"{MOST_ROWS - 1:,}")))
    if columns > MOST_COLUMNS:
        problems.append(_beyond(_TOO_MANY_COLUMNS.fill(most=f"{MOST_COLUMNS:,}")))
    return problems


def write_workbook(
    batches: Iterable[pa.RecordBatch], names: Sequence[str], file: NewFile, *, mark: str, hidden: Mapping[str, str]
) -> int:
    """Write the rows, in the order they come, as the only sheet of a workbook, and return how many they are.

    Nothing is converted: a text stays a text cell, formatted as text, so that neither leading zeros nor what looks
    like a formula change, not even where a cell is entered anew. Numbers, truths and dates are cells of their kind. A
    missing cell is empty. `hidden` says for a column which boolean column tells its suppressed cells; there stands
    `mark`. The header is bold and stays in view. Memory does not grow with the rows.

    Raises:
        Refused: `beyond-excel` for what a sheet cannot hold: too many rows or columns, texts of more than 32,767
            characters, whole numbers of more than 15 digits, dates before 1900, times finer than a millisecond,
            infinite numbers; one problem per column.
    """
    shown = [name for name in names if name not in set(hidden.values())]
    _refuse(beyond_a_sheet(0, len(shown)))
    stream_of = cast("IO[bytes]", _Stream(file))  # a zip needs no more of it
    with zipfile.ZipFile(stream_of, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as parts:
        for name, text in _PARTS.items():
            parts.writestr(_part(name), (_XML + text).encode("utf-8"))
        with parts.open(_part(_SHEET), "w") as stream:
            sheet = _SheetXml(stream, shown, mark, hidden)
            sheet.begin()
            for batch in batches:
                sheet.add(batch)
            sheet.end()
    return sheet.rows


class _Stream:
    """A file that is only written to, from its start to its end."""

    def __init__(self, file: NewFile) -> None:
        self.write = file.write
        self.flush = file.flush


class _SheetXml:
    def __init__(self, stream: IO[bytes], names: Sequence[str], mark: str, hidden: Mapping[str, str]) -> None:
        self.rows = 0
        self._write = stream.write
        self._names = names
        self._mark = mark
        self._hidden = hidden
        self._written = 0
        self._faults: dict[str, Unholdable] = {}

    def begin(self) -> None:
        titles = [pa.array([name], pa.large_string()) for name in self._names]
        self._put((_XML + _BEFORE).encode("utf-8"))
        for name, title in zip(self._names, titles, strict=True):
            self._note(name, title)
        self._put(rows_of([Column(title) for title in titles], 1, style=HEADER))

    def add(self, batch: pa.RecordBatch) -> None:
        for start in range(0, batch.num_rows, _ROWS):
            part = batch.slice(start, _ROWS)
            _refuse(beyond_a_sheet(self.rows + part.num_rows, 0))
            columns = [self._column(part, name) for name in self._names]
            if not self._faults:
                self._put(rows_of(columns, self.rows + 2, mark=self._mark))
            self.rows += part.num_rows

    def end(self) -> None:
        _refuse(problem for name, faults in self._faults.items() for problem in _told(name, faults))
        self._put(_AFTER.encode("ascii"))

    def _column(self, part: pa.RecordBatch, name: str) -> Column:
        flag = self._hidden.get(name)
        values = part.column(name)
        if pa.types.is_string(values.type):
            values = values.cast(pa.large_string())
        self._note(name, values)
        return Column(values, None if flag is None else part.column(flag))

    def _note(self, name: str, values: pa.Array) -> None:
        faults = unholdable(values)
        if faults != Unholdable():
            self._faults[name] = self._faults.get(name, Unholdable()) + faults

    def _put(self, xml: bytes | memoryview) -> None:
        self._written += memoryview(xml).nbytes
        if self._written > _LARGEST:
            raise Refused(_beyond(_TOO_LARGE))
        self._write(xml)


def _part(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, _TIME)
    part.compress_type = zipfile.ZIP_DEFLATED
    part.create_system = 0  # the same on every system
    return part


def _told(name: str, faults: Unholdable) -> list[Problem]:
    counts = {one.name: getattr(faults, one.name) for one in fields(faults)}
    return [
        _beyond(text.fill(name=name, count=f"<{SMALL_COUNT}" if counts[why] < SMALL_COUNT else counts[why]))
        for why, text in _UNHOLDABLE.items()
        if counts[why]
    ]


def _beyond(what: Text) -> Problem:
    now = Text("output.format: csv か parquet にしてください。", "Write `output.format: csv` or `parquet`.")
    return Problem("beyond-excel", "output.format", what, now)


def _refuse(problems: Iterable[Problem]) -> None:
    if found := tuple(problems):
        raise Refused(found)


_TOO_MANY_ROWS: Final = Text(
    "Excel のシートに入る行数（見出しを除き {most}）を超えます。",
    "there are more rows than a sheet of Excel holds ({most} without the header).",
)
_TOO_MANY_COLUMNS: Final = Text(
    "Excel のシートに入る列数（{most}）を超えます。", "there are more columns than a sheet of Excel holds ({most})."
)
_TOO_LARGE: Final = Text("Excel のシートとしては大きすぎます（2 GB）。", "it is too large for a sheet of Excel (2 GB).")
_UNHOLDABLE: Final[dict[str, Text]] = {
    "long": Text(
        f"列「{{name}}」に {LONGEST:,} 文字を超えるセルがあります（{{count}} 個、見出しを含む）。",
        f"column '{{name}}': cells of more than {LONGEST:,} characters: {{count}} (the header counts as one).",
    ),
    "odd": Text(
        "列「{name}」に、Excel のファイルに書けない文字（U+FFFE、U+FFFF）があります（{count} 個、見出しを含む）。",
        "column '{name}': cells with a character that no Excel file holds (U+FFFE, U+FFFF): {count} "
        "(the header counts as one).",
    ),
    "large": Text(
        "列「{name}」に15桁を超える整数があり、Excel では末尾が失われます（{count} 個）。",
        "column '{name}': whole numbers of more than 15 digits, whose end Excel would lose: {count}.",
    ),
    "early": Text(
        "列「{name}」に、Excel で表せない1900年より前の日付があります（{count} 個）。",
        "column '{name}': dates before 1900, which Excel does not have: {count}.",
    ),
    "fine": Text(
        "列「{name}」に、千分の1秒より細かい時刻があります（{count} 個）。",
        "column '{name}': times finer than a millisecond: {count}.",
    ),
    "infinite": Text(
        "列「{name}」に、Excel で表せない数があります（{count} 個）。",
        "column '{name}': numbers that Excel does not have: {count}.",
    ),
}
