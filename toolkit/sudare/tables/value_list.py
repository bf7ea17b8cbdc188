"""Lists of values that a spec leaves out: a file beside it, one value a line, so that the spec holds none of them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import TYPE_CHECKING

from sudare.errors import Problem, Refused
from sudare.language import NOTHING, Text
from sudare.tables.beside import beside
from sudare.tables.encoding import encoding_of, scan
from sudare.tables.gzip_file import is_gzip
from sudare.tables.opening import changed, opening, stamp
from sudare.tables.sniffing import sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 8 * 1024 * 1024  # bytes; a list is read whole
MOST = 10_000  # values; each is written into the condition, and more would slow every step down


@dataclass(frozen=True)
class ListRead:
    """A list as it stands in its file: its hash, and the values with the lines they stand on."""

    file: str
    sha256: str
    values: tuple[tuple[int, str], ...] = field(repr=False)

    @property
    def texts(self) -> tuple[str, ...]:
        """The values, each once, in the order of the file."""
        return tuple(dict.fromkeys(text for _, text in self.values))


def read_list(folder: Path | None, name: str, where: str) -> ListRead:
    r"""Read the values of a file beside the spec: the first column of a CSV without a header row.

    UTF-8, with or without a byte order mark, or cp932, found as for a table. A value stands there as in the table,
    spaces included; quotes are those of CSV. Lines with an empty first cell are passed over. Raises `Refused`:
    `outside-folder`, `no-file`, `not-a-table`, those of the encoding, `empty-list`, `list-too-long`, `bad-list`;
    and `SudareError` with `cannot-open`. Lines are told by number, values never.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "rare.csv").write_text('a,a note\n\n"b, c"\n', encoding="utf-8", newline="\n")
    ...     read_list(Path(folder), "rare.csv", "steps[0].where").values
    ((1, 'a'), (3, 'b, c'))
    """
    path = beside(folder, name, where)
    try:
        return _read(path, name)
    except Refused as refused:
        raise Refused(_told(name, where, problem) for problem in refused.problems) from None


def _read(path: Path, name: str) -> ListRead:
    if stamp(path)[0] > LARGEST:
        raise Refused(_too_long())
    if sniff(path) != "csv" or is_gzip(path):
        what = Text(
            "一行に一つの値を書いた文字のファイルではありません。", "it is not a text file with one value a line."
        )
        raise Refused(Problem("bad-list", "", what))
    found = scan(path)
    codec = encoding_of(path, found)
    with opening(path) as stream:
        text = stream.read().decode(codec)
    if stamp(path) != found.stamp:
        raise Refused(changed(path))
    values = tuple(_values(text))
    if not values:
        raise Refused(Problem("empty-list", "", Text("値が一つもありません。", "it holds no value.")))
    if len(values) > MOST:
        raise Refused(_too_long())
    return ListRead(name, found.sha256, values)


def _values(text: str) -> Iterator[tuple[int, str]]:
    """Walk over the first cells with the lines they begin on."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    line = 0
    try:
        for row in reader:
            if row and row[0].strip():
                yield line + 1, row[0]
            line = reader.line_num
    except csv.Error:
        what = Text("{n} 行目の引用符が閉じていないか、読めません。", "line {n} has an open quote or cannot be read.")
        raise Refused(Problem("bad-list", "", what.fill(n=line + 1))) from None


def _too_long() -> Problem:
    what = Text("値が多すぎます（{most} 個まで）。", "it holds too many values ({most} at most).").fill(most=MOST)
    now = Text("列に区分を付けて条件にしてください。", "Mark the rows in a column, and compare with that.")
    return Problem("list-too-long", "", what, now)


_SAVE = Text("一行に一つの値を書き、UTF-8 で保存してください。", "Write one value a line, and save the file as UTF-8.")


def _told(name: str, where: str, problem: Problem) -> Problem:
    """Tell a problem of the list so that it is not taken for one of the table."""
    what = Text("一覧「{name}」: {what}", "the list '{name}': {what}").fill(name=name, what=problem.what)
    # The hints for a table's encoding name keys that a list does not have.
    keeps = problem.now != NOTHING and not problem.code.startswith("encoding-")
    return replace(problem, where=where, what=what, now=problem.now if keeps else _SAVE)
