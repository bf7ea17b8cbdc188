"""Paths that a page names: always below the server's root, and through no link."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sudare.errors import Problem, Refused, UsageError
from sudare.language import Text

if TYPE_CHECKING:
    from pathlib import Path


def place(root: Path, named: object, where: str, *, there: bool = True) -> Path:
    """Return the file or folder that a page names, as the file browser names it: parts with "/" between them.

    Errors: `UsageError` with `bad-path` for what is no path; `Refused` with `outside-root` for one that leaves the
    root or passes through a link; with `no-such-file` where it must be `there` and is not. No message repeats the path.
    """
    parts = PurePosixPath(named.strip("/")).parts if isinstance(named, str) and "\0" not in named else ()
    if not parts:
        what = Text("場所が書かれていません。", "no path is given.")
        raise UsageError(Problem("bad-path", where, what))
    if any(part in {"..", "."} or "\\" in part or ":" in part for part in parts):
        raise Refused(_outside(where))
    found = root
    for part in parts:
        found /= part
        if found.is_symlink() or (found.exists() and not found.resolve().is_relative_to(root.resolve())):
            raise Refused(_outside(where))
    if there and not found.exists():
        what = Text("ファイルがありません。", "there is no such file.")
        raise Refused(Problem("no-such-file", where, what, Text("場所を確かめてください。", "Check the path.")))
    return found


def named(root: Path, path: Path) -> str:
    """Return a path below the root as the file browser names it."""
    return path.relative_to(root).as_posix()


def _outside(where: str) -> Problem:
    what = Text("この場所は使えません。", "this place cannot be used.")
    now = Text(
        "ファイルブラウザーに見える、リンクではない場所にしてください。",
        "Choose a place that the file browser shows and that is no link.",
    )
    return Problem("outside-root", where, what, now)
