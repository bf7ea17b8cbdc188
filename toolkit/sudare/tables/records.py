"""Looks at the first records of a CSV file, and at the quotes of all of them where that is needed."""

from __future__ import annotations

import csv
import io
import itertools
import re
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.tables.gzip_file import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO, Final

_HEAD: Final = 1 << 20
_SAMPLE: Final = 200
_CANDIDATES: Final = (",", ";", "\t", "|")
_TAIL: Final = 1 << 16
_LONGEST_CELL: Final = 2**31 - 1
_LINE_END: Final = re.compile(rb"[\r\n]")
_ONE_AT_A_TIME: Final = threading.Lock()


@dataclass(frozen=True)
class Head:
    """The delimiter and the header of a CSV file. `ends` is true where nothing follows the header."""

    delimiter: str
    header: tuple[str, ...]
    ends: bool


def head_of(path: Path, encoding: str, delimiter: str | None, header_row: int) -> Head:
    """Find the delimiter, where it is not declared, and the header.

    The delimiter is the one of , ; tab | in which the header has several cells and the following records have as
    many; where none does, the file has a single column. Errors: `no-header`, `bad-delimiter`, `unclear-delimiter`.
    """
    with unpacked(path) as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, newline="").read(_HEAD)
    chosen = _detected(text, header_row) if delimiter is None else _usable(delimiter)
    records = list(itertools.islice(_records(text, chosen), header_row + 1))
    header = records[header_row - 1] if len(records) >= header_row else []
    if not any(cell.strip() for cell in header):
        raise Refused(_no_header(header_row))
    return Head(chosen, tuple(header), ends=len(records) == header_row and len(text) < _HEAD)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:  # a cell too long for a header: what was read so far is all there is to look at
        return


def _detected(text: str, header_row: int) -> str:
    fits = [fit for sign in _CANDIDATES if (fit := _fit(text, sign, header_row)) is not None]
    if not fits:
        return ","
    share, _, sign = max(fits, key=lambda fit: fit[:2])
    if share == 1 and sum(fit[0] == 1 for fit in fits) > 1:
        raise Refused(
            Problem(
                "unclear-delimiter",
                "input.delimiter",
                Text("区切りが二通りに読めます。", "the file reads alike with two delimiters."),
                Text("delimiter: に書いてください。", "Declare it as `delimiter:`."),
            )
        )
    return sign


def _fit(text: str, sign: str, header_row: int) -> tuple[float, int, str] | None:
    records = list(itertools.islice(_records(text, sign), header_row + _SAMPLE))
    if len(text) == _HEAD and len(records) < header_row + _SAMPLE:
        records = records[:-1]  # the last one is cut off
    if len(records) < header_row or len(records[header_row - 1]) < 2:  # noqa: PLR2004 - one cell shows no delimiter
        return None
    width = len(records[header_row - 1])
    widths = Counter(len(record) for record in records[header_row:] if record)
    share = widths[width] / widths.total() if widths else 1.0
    return (share, width, sign) if 2 * share >= 1 else None


def _usable(delimiter: str) -> str:
    if not delimiter.isascii() or delimiter in '"\r\n\0':
        raise Refused(
            Problem(
                "bad-delimiter",
                "input.delimiter",
                Text("この文字は区切りに使えません。", "this character cannot be a delimiter."),
                Text(
                    "カンマ、セミコロン、タブなど、半角の一文字にしてください。",
                    "Use a comma, semicolon, tab or the like.",
                ),
            )
        )
    return delimiter


def _no_header(header_row: int) -> Problem:
    return Problem(
        "no-header",
        "input.header_row",
        Text("{row} 行目に見出しがありません。", "there is no header in row {row}.").fill(row=header_row),
        Text("空のファイルでなければ header_row: を直してください。", "If the file is not empty, mend `header_row:`."),
    )


def quote_problem(path: Path, encoding: str, delimiter: str, *, one_line_each: bool) -> Problem | None:
    """Return the problem of a quote that is not closed, or that closes in the middle of a cell, else None.

    Such a quote can swallow rows in silence, because a quoted cell may hold line breaks. Where every record is one
    line (`one_line_each`), only the last line can hide one; else every record is looked at.
    """
    if one_line_each:
        line = _last_line(path)
        if line is not None and (b'"' not in line or _closed(line.decode(encoding), delimiter)):
            return None
    row = _first_broken_row(path, encoding, delimiter)
    if row is None:
        return None
    what = Text(
        '行 {row} の引用符（"）が閉じていないか、セルの途中で閉じています。',
        'row {row}: a quote (") is not closed, or closes in the middle of a cell.',
    ).fill(row=row)
    now = Text(
        '引用符を直すか、セルの中の引用符は "" と二つ重ねてください。',
        'Mend the quote; inside a quoted cell it is written twice, as "".',
    )
    return Problem("unclosed-quote", "input", what, now)


def _last_line(path: Path) -> bytes | None:
    with unpacked(path) as stream:
        size, end = _end_of(stream)
    tail = end.rstrip(b"\r\n")
    starts = [end.end() for end in _LINE_END.finditer(tail)]
    if starts:
        return tail[starts[-1] :]
    return tail if size <= _TAIL else None


def _end_of(stream: BinaryIO) -> tuple[int, bytes]:
    """Return how many bytes there are, and the last of them."""
    if stream.seekable():
        size = stream.seek(0, io.SEEK_END)
        stream.seek(max(0, size - _TAIL))
        return size, stream.read()
    size, end = 0, b""
    while chunk := stream.read(_HEAD):  # packed by gzip: there is no way to the end but through all of it
        size += len(chunk)
        end = (end + chunk)[-_TAIL:]
    return size, end


def _closed(line: str, delimiter: str) -> bool:
    try:
        list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _first_broken_row(path: Path, encoding: str, delimiter: str) -> int | None:
    row = 0
    with _ONE_AT_A_TIME, unpacked(path) as stream:
        usual = csv.field_size_limit(_LONGEST_CELL)  # the module's own limit is 128 KB; a broken quote makes more
        try:
            text = io.TextIOWrapper(stream, encoding=encoding, newline="")
            for _ in csv.reader(text, delimiter=delimiter, strict=True):
                row += 1
        except csv.Error:
            return row + 1
        finally:
            csv.field_size_limit(usual)
    return None
