"""Makes the workbooks that the tests of Excel read: with XlsxWriter, and by changing the XML inside where it cannot."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

DATE = {"num_format": "yyyy/m/d"}
ERA = {"num_format": '[$-ja-JP]ggge"年"m"月"d"日";@'}
MOMENT = {"num_format": "yyyy/m/d h:mm:ss"}
SHEET = "xl/worksheets/sheet1.xml"


def workbook(
    path: Path,
    rows: Sequence[Sequence[Any]] = (),
    *,
    name: str | None = None,
    change: Callable[[Workbook, Worksheet], object] | None = None,
    **options: Any,
) -> Path:
    """Write rows to the first sheet: texts as texts, numbers, truths and dates as such, None as an empty cell."""
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet(name)
    day, moment = book.add_format(DATE), book.add_format(MOMENT)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(r, c, cell)
            elif isinstance(cell, bool):
                sheet.write_boolean(r, c, cell)
            elif isinstance(cell, dt.date):
                sheet.write_datetime(r, c, cell, moment if isinstance(cell, dt.datetime) else day)
            elif cell is not None:
                sheet.write_number(r, c, cell)
    if change is not None:
        change(book, sheet)
    book.close()
    return path


def edit(path: Path, *swaps: tuple[str, str], part: str = SHEET) -> Path:
    """Replace texts in one part of a workbook; each must be there."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    text = parts[part].decode("utf-8")
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    parts[part] = text.encode("utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path
