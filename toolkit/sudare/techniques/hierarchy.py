"""Generalization hierarchies as ARX writes them: a CSV without header, each value of the data followed by its groups.

::

    Bachelors;Undergraduate;Higher education;*
    11th;High School;Secondary education;*
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from sudare.errors import Problem, Refused
from sudare.language import NOTHING, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

DELIMITERS = ";,\t|"
ENCODINGS = ("utf-8-sig", "cp932")


def hierarchy_rows(path: Path, where: str = "") -> list[tuple[str, ...]]:
    r"""Read a hierarchy: one row per value of the data, the value first, then its groups from narrow to broad.

    The delimiter is the one of `;`, `,`, tab and `|` that gives every row the same number of cells, two at least.
    The encoding is UTF-8 or cp932. Empty lines are passed over. Raises `Refused` with `bad-hierarchy`, which names
    rows and never values: rows of different length, an empty cell, a value that stands twice.

    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "age.csv"
    >>> write_hierarchy(file, [("1", "0-4", "*"), ("7", "5-9", "*")])
    >>> hierarchy_rows(file)
    [('1', '0-4', '*'), ('7', '5-9', '*')]
    """
    text = _decoded(path, where)
    readings = [_read(text, delimiter) for delimiter in DELIMITERS]
    rows = next((rows for rows in readings if rows and {len(row) for row in rows} == {len(rows[0])} - {1}), None)
    if rows is None:
        what = Text(
            "行ごとに列の数が違うか、区切りが見つかりません。", "rows differ in length, or no delimiter was found."
        )
        raise _bad(path, where, what)
    empty = next((n for n, row in enumerate(rows, start=1) if "" in row), None)
    if empty is not None:
        raise _bad(path, where, Text("{n} 行目に空のセルがあります。", "row {n} has an empty cell.").fill(n=empty))
    seen: set[str] = set()
    for n, row in enumerate(rows, start=1):
        if row[0] in seen:
            what = Text("{n} 行目の値は前にも出ています。", "the value of row {n} stands above already.")
            raise _bad(path, where, what.fill(n=n))
        seen.add(row[0])
    return rows


def write_hierarchy(path: Path, rows: Iterable[Sequence[str]], delimiter: str = ";") -> None:
    """Write a hierarchy that ARX and `hierarchy_rows` read back: UTF-8, no header, one row per value of the data.

    Raises `Refused` with `bad-hierarchy` where rows differ in length; nothing is written then.
    """
    given = [tuple(row) for row in rows]
    if len({len(row) for row in given}) > 1:
        raise _bad(path, "", Text("行ごとに列の数が違います。", "rows differ in length."))
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(given)
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")


def _decoded(path: Path, where: str) -> str:
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _bad(path, where, Text("文字コードが UTF-8 でも cp932 でもありません。", "it is neither UTF-8 nor cp932."))


def _read(text: str, delimiter: str) -> list[tuple[str, ...]] | None:
    try:
        return [
            tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row
        ]
    except csv.Error:
        return None


def _bad(path: Path, where: str, what: Text) -> Refused:
    named = Text("階層ファイル「{name}」: ", "the hierarchy file '{name}': ").fill(name=path.name)
    return Refused(Problem("bad-hierarchy", where, Text(named.ja + what.ja, named.en + what.en), NOTHING))
