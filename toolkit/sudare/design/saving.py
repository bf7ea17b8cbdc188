"""The file of a spec on disk: which revision was read, and that no other writer's work is written over."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from sudare.errors import Problem, Refused, SudareError
from sudare.language import Text
from sudare.tables.new_file import problem_of, put_in_place

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE = 5.0  # seconds to wait for another writer, who needs some thousandths of one


def revision_of(path: Path) -> str | None:
    """Return the hash of a file's bytes as it stands on disk, None where there is no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SudareError(problem_of(error, path.name)) from None


def save_text(path: Path, text: str, known: str | None) -> str:
    """Write a spec in one move and return its new revision, unless the file is not the `known` one any more.

    `known` is None where there must be no file yet. Two writers on one machine take turns, so that the second one
    is always refused: `stale-spec` where the file was changed or removed, `spec-exists` where there is one already.
    """
    content = text.encode("utf-8")
    if not path.parent.is_dir():  # the lock would make it, and a slip of the pen would leave a folder behind
        raise SudareError(problem_of(FileNotFoundError(), path.name))
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=_PATIENCE, mode=0o600):
            found = revision_of(path)
            if found != known:
                raise Refused(_exists(path) if known is None else _stale(path))
            put_in_place(path, content)
    except Timeout:
        raise SudareError(_held(path)) from None
    except OSError as error:
        raise SudareError(problem_of(error, path.name)) from None
    return hashlib.sha256(content).hexdigest()


def _stale(path: Path) -> Problem:
    what = Text(
        "開いた後に、ファイルがほかで変えられました。保存していません。",
        "the file was changed elsewhere after it was opened here. Nothing was saved.",
    )
    now = Text(
        "読み直してからやり直すか、別の名前で保存してください。",
        "Reload it and make your changes again, or save under another name.",
    )
    return Problem("stale-spec", path.name, what, now)


def _exists(path: Path) -> Problem:
    what = Text("同じ名前のファイルがすでにあります。", "a file of that name exists already.")
    now = Text("別の名前で保存するか、それを開いてください。", "Save under another name, or open that file.")
    return Problem("spec-exists", path.name, what, now)


def _held(path: Path) -> Problem:
    what = Text("ほかの画面が保存している最中です。", "it is just being saved elsewhere.")
    return Problem("spec-locked", path.name, what, Text("もう一度保存してください。", "Save again."))
