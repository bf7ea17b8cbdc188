"""Files that a spec names: they lie in the spec's own folder, and a name leads nowhere else, on any system."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.models import Words, fault

if TYPE_CHECKING:
    from pathlib import Path

# Names that Windows takes for a device in every folder, with any ending; reading one may wait for ever.
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))})


def stays_inside(name: str) -> bool:
    """Say whether a file name leads no further than the folder it is relative to, on every system.

    A folder within that folder is inside, written with `/`. Drives, devices, streams of a file and signs that no
    name may hold are not.

    >>> stays_inside("lists/rare.csv"), stays_inside("../rare.csv"), stays_inside("C:/rare.csv")
    (True, False, False)
    """
    if not name.isprintable() or any(sign in name for sign in '\\:*?"<>|'):
        return False
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor:
        return False
    parts = name.split("/")
    return all(part.strip(" .") and part.partition(".")[0].strip().upper() not in _DEVICES for part in parts)


def _inside(name: str) -> str:
    if not stays_inside(name):
        raise fault(
            "outside-folder",
            Text("仕様のフォルダーの中のファイルだけを使えます。", "only files inside the spec's folder can be used."),
        )
    return name


FileName = Annotated[Words, AfterValidator(_inside)]
"""The name of a file beside the spec, as a field of a model."""


def beside(folder: Path | None, name: str, where: str) -> Path:
    """Return the path of a file that a spec names; refuse one outside the spec's folder, through a link too.

    `folder` is None where the spec was not read from a file: then nothing lies beside it. `where` is the place in the
    spec. Raises `Refused` with `outside-folder`, or `no-file` where there is none.

    >>> from pathlib import Path
    >>> beside(Path(), "../names.csv", "steps[0]")
    Traceback (most recent call last):
    ...
    sudare.errors.Refused: ...
    """
    if folder is None or not stays_inside(name):
        raise Refused(_outside(name, where))
    try:
        path = (folder / name).resolve()
        inside, there = path.is_relative_to(folder.resolve()), path.is_file()
    except (OSError, RuntimeError):  # a name that is too long; links in a circle
        raise Refused(_no_file(name, where)) from None
    if not inside:
        raise Refused(_outside(name, where))
    if not there:
        raise Refused(_no_file(name, where))
    return path


def _outside(name: str, where: str) -> Problem:
    what = Text("ファイル「{name}」は仕様のフォルダーの外です。", "the file '{name}' lies outside the spec's folder.")
    now = Text(
        "仕様と同じフォルダーに置き、名前だけを書いてください。", "Put it in the spec's folder and write its name only."
    )
    return Problem("outside-folder", where, what.fill(name=name), now)


def _no_file(name: str, where: str) -> Problem:
    what = Text("ファイル「{name}」がありません。", "there is no file '{name}'.").fill(name=name)
    return Problem("no-file", where, what, Text("仕様と同じ場所に置いてください。", "Put it beside the spec."))
