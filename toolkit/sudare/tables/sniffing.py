"""Tells by its first bytes what kind of file this is, whatever its name says."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Literal

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.tables.gzip_file import SIGN, unpacked, unpacked_size
from sudare.tables.opening import opening

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Final

Found = Literal["csv", "parquet", "excel"]

_PARQUET: Final = b"PAR1"
_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"  # the container of old Office files, and of encrypted new ones
_WORKBOOK: Final = "xl/workbook.xml"
_NOW: Final = Text(
    "Excel で「Excel ブック（.xlsx）」か「CSV UTF-8」として保存し直してください。",
    "Save it from Excel as 'Excel Workbook (.xlsx)' or 'CSV UTF-8'.",
)
_NO_ZIP: Final = (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError)
_PDF: Final = (b"%PDF", Text("PDF", "a PDF"), Text("元の表を CSV で受け取ってください。", "Ask for the table as CSV."))
_OLD: Final = Text(
    "古い形式の Excel（.xls）か、Excel でない Office のファイル", "an old Excel file (.xls) or another Office file"
)
_BINARY: Final = Text("バイナリ形式の Excel（.xlsb）", "a binary Excel file (.xlsb)")
_OPEN_DOCUMENT: Final = Text("OpenDocument（.ods など）", "an OpenDocument file (.ods or the like)")
_OTHER_ZIP: Final = Text(
    "Excel のブックではない zip か、壊れた Excel（.xlsx）", "a zip that is no Excel workbook, or a damaged .xlsx"
)
_INSIDE: Final = Text("CSV でないものを圧縮した gzip", "a gzip file of something that is no CSV")


def sniff(path: Path) -> Found:
    """Return `excel`, `parquet` or `csv` (packed by gzip or not) for a file; refuse what is known to be none of them.

    Errors: `cannot-open` (missing, a folder, locked), `encrypted` (a workbook with a password), `not-a-table` (another
    zip, an old or binary Excel file, PDF), `damaged` (a gzip file that cannot be unpacked).
    """
    with opening(path) as stream:
        start = stream.read(8)
    if start.startswith(_PARQUET):
        return "parquet"
    if start.startswith(_ZIP):
        _is_workbook(path)
        return "excel"
    if start.startswith(_COMPOUND):
        raise Refused(_compound(path))
    if start.startswith(SIGN):
        _holds_text(path)
    if start.startswith(_PDF[0]):
        raise Refused(_not_a_table(path, *_PDF[1:]))
    return "csv"


def encrypted(path: Path) -> Problem:
    """Tell that a workbook opens only with a password."""
    return Problem(
        "encrypted",
        path.name,
        Text("パスワードの付いたブックです。", "the workbook is protected by a password."),
        Text(
            "Excel で開き、パスワードを外して保存し直してください。",
            "Open it in Excel, remove the password and save it again.",
        ),
    )


def table_size(path: Path) -> int:
    """Return about how many bytes a file holds once it is unpacked: a CSV packed by gzip, or the parts of a workbook.

    A gzip file is judged by its first part, a workbook by what it says of its parts. A file that cannot be unpacked
    counts as it lies: reading it will say what is wrong. Errors: `cannot-open`.
    """
    with opening(path) as stream:
        size = stream.seek(0, io.SEEK_END)
        try:
            return max(size, sum(part.file_size for part in zipfile.ZipFile(stream).infolist()))
        except _NO_ZIP:
            return max(size, unpacked_size(path))


def _is_workbook(path: Path) -> None:
    with opening(path) as stream:
        try:
            names = zipfile.ZipFile(stream).namelist()
        except _NO_ZIP:
            names = []
    if _WORKBOOK in names:
        return
    if "xl/workbook.bin" in names:
        raise Refused(_not_a_table(path, _BINARY, _NOW))
    if "content.xml" in names:
        raise Refused(_not_a_table(path, _OPEN_DOCUMENT, _NOW))
    raise Refused(_not_a_table(path, _OTHER_ZIP, _NOW))


def _compound(path: Path) -> Problem:
    """Tell an encrypted new workbook from an old one, by the name of the stream that holds it."""
    sign, held = "EncryptedPackage".encode("utf-16-le"), b""
    with opening(path) as stream:
        while chunk := stream.read(1 << 20):
            if sign in held + chunk:
                return encrypted(path)
            held = chunk[-len(sign) :]
    return _not_a_table(path, _OLD, _NOW)


def _holds_text(path: Path) -> None:
    with unpacked(path) as stream:
        start = stream.read(8)
    if start.startswith((_PARQUET, _ZIP, _COMPOUND, SIGN, _PDF[0])):
        now = Text("展開してから指定してください。", "Unpack it first.")
        raise Refused(_not_a_table(path, _INSIDE, now))


def _not_a_table(path: Path, kind: Text, now: Text) -> Problem:
    return Problem(
        "not-a-table", path.name, Text("このファイルは{kind}です。", "this file is {kind}.").fill(kind=kind), now
    )
