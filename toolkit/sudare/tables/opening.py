"""Opens a file for reading, and says what to do where that is not possible."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from sudare.errors import Problem, SudareError
from sudare.language import NOTHING, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


@contextlib.contextmanager
def opening(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading its bytes; a file that cannot be opened or read is a `cannot-open` problem."""
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise SudareError(_cannot_open(path, error)) from None


def stamp(path: Path) -> tuple[int, int]:
    """Return the size and the time of the last change, by which a file that changes while it is read is noticed."""
    try:
        found = path.stat()
    except OSError as error:
        raise SudareError(_cannot_open(path, error)) from None
    return found.st_size, found.st_mtime_ns


def changed(path: Path) -> Problem:
    """Tell that a file was not the same at the end of the reading as at its start."""
    return Problem(
        "changed-while-reading",
        path.name,
        Text("読んでいる間にファイルが変わりました。", "the file changed while it was being read."),
        Text("書き込みが終わってからやり直してください。", "Run again when nothing writes to it."),
    )


def _cannot_open(path: Path, error: OSError) -> Problem:
    now = NOTHING
    if isinstance(error, FileNotFoundError):
        what = Text("ファイルがありません。", "there is no such file.")
        now = Text("場所と名前を確かめてください。", "Check the folder and the name.")
    elif path.is_dir():
        what = Text("ファイルではなくフォルダーです。", "this is a folder, not a file.")
        now = Text("中のファイルを指定してください。", "Name a file inside it.")
    elif isinstance(error, PermissionError):
        what = Text("ファイルを開けません。", "the file cannot be opened.")
        now = Text(
            "Excelで閉じてください。閉じてあれば、読む権限を確かめてください。",
            "Close it in Excel; if it is closed, check that you may read it.",
        )
    else:
        what = Text("ファイルを読めません。", "the file cannot be read.")
        now = Text("ドライブや接続を確かめてください。", "Check the drive or the connection.")
    return Problem("cannot-open", path.name, what, now)
