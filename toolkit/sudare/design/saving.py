"""The file of a spec on disk: which revision was read, and that no other writer's work is written over."""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from sudare.errors import Problem, Refused, SudareError
from sudare.language import Text
from sudare.tables.new_file import OWNER_ONLY, problem_of, put_in_place

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE = 5.0  # seconds to wait for another writer, who needs some thousandths of one
_WRITES = {0o020: 0o060, 0o002: 0o006}  # whoever may write the spec may open its lock, which takes reading and writing


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
    lock, rights = path.with_name(f".{path.name}.lock"), _rights(path)
    try:
        with FileLock(lock, timeout=_PATIENCE, mode=rights):
            _open_to(lock, path, rights)
            found = revision_of(path)
            if found != known:
                raise Refused(_exists(path) if known is None else _stale(path))
            put_in_place(path, content)
    except Timeout:
        raise SudareError(_held(path)) from None
    except OSError as error:
        denied = isinstance(error, PermissionError) and lock.exists() and not os.access(lock, os.R_OK | os.W_OK)
        raise SudareError(_denied(lock) if denied else problem_of(error, path.name)) from None
    return hashlib.sha256(content).hexdigest()


def _rights(path: Path) -> int:
    """Return the rights of the lock: the owner's, and those of whoever may write the spec."""
    try:
        mode = path.stat().st_mode
    except OSError:  # a new file is its owner's only
        return OWNER_ONLY
    return OWNER_ONLY | sum(both for write, both in _WRITES.items() if mode & write)


def _open_to(lock: Path, path: Path, rights: int) -> None:
    """Let those lock who may write the spec; a lock that is older than the spec's rights is mended by its owner."""
    if os.name == "nt":
        return  # the folder's rights hold
    with contextlib.suppress(OSError):  # another person's lock, which could be opened all the same
        found, spec = lock.stat(), path.stat()
        if found.st_gid != spec.st_gid:
            os.chown(lock, -1, spec.st_gid)
        if found.st_mode & 0o777 != rights:
            lock.chmod(rights)


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


def _denied(lock: Path) -> Problem:
    what = Text(
        "保存の順番を待つためのファイルが、ほかの人だけのものになっています。保存していません。",
        "the file by which writers take turns is another person's only. Nothing was saved.",
    )
    now = Text(
        "その持ち主が仕様を一度保存すると直ります。または、だれも保存していない時に消してください。",
        "It is mended once its owner saves the spec; or remove it while nobody is saving.",
    )
    return Problem("spec-locked", lock.name, what, now)
