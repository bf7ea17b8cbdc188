"""Paths that a page names: always below the server's root, not hidden, and through no link."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sudare.errors import Problem, Refused, UsageError
from sudare.language import Text

if TYPE_CHECKING:
    from pathlib import Path

# What Windows takes for something else than a name: a device, a stream, or a name that ends in a dot or a space and
# is the same as the one without. Half a character cannot be written anywhere.
_NO_NAME = re.compile(
    r'[\x00-\x1f<>:"|?*\\\ud800-\udfff]|[. ]$|^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)',
    re.IGNORECASE,
)


def place(root: Path, named: object, where: str, *, there: bool = True) -> Path:
    """Return the file or folder that a page names, as the file browser names it: parts with "/" between them.

    Errors: `UsageError` with `bad-path` for what is no path; `Refused` with `outside-root` for one that leaves the
    root, is hidden, or passes through a link; with `no-such-file` where it must be `there` and is not. No message repeats the path.
    """
    parts = PurePosixPath(named.strip("/")).parts if isinstance(named, str) and "\0" not in named else ()
    if not parts:
        what = Text("場所が書かれていません。", "no path is given.")
        raise UsageError(Problem("bad-path", where, what))
    if any(part.startswith(".") or _NO_NAME.search(part) for part in parts):
        raise Refused(_outside(where))
    try:
        found = _below(root, parts, where)
        if not there or found.exists():
            return found
    except OSError:  # a name longer than the file system takes
        raise Refused(_outside(where)) from None
    what = Text("ファイルがありません。", "there is no such file.")
    raise Refused(Problem("no-such-file", where, what, Text("場所を確かめてください。", "Check the path.")))


def _below(root: Path, parts: tuple[str, ...], where: str) -> Path:
    found = root
    for part in parts:
        found /= part
        if found.is_symlink() or (found.exists() and not found.resolve().is_relative_to(root.resolve())):
            raise Refused(_outside(where))
    return found


def named(root: Path, path: Path) -> str:
    """Return a path below the root as the file browser names it."""
    return path.relative_to(root).as_posix()


def _outside(where: str) -> Problem:
    what = Text("この場所は使えません。", "this place cannot be used.")
    now = Text(
        "ファイルブラウザーに見える、リンクではない場所にしてください。名前に使えない文字もあります。",
        "Choose a place that the file browser shows and that is no link; some characters cannot stand in a name.",
    )
    return Problem("outside-root", where, what, now)
