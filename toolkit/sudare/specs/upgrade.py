"""Brings a spec of an older version up to date, one function per version; refuses a newer one."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ruamel.yaml.comments import CommentedMap

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.specs.spec import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Upgrade:
    """The way from one version of the format to the next: what changes, in words, and in the data itself.

    `change` works in place, on plain data as on a tree with comments; see `renamed`.
    """

    about: Text
    change: Callable[[dict[str, Any]], None]


# By the version they lead from, to the next. Version 1 is the first, so that there is none yet.
UPGRADES: dict[int, Upgrade] = {}
_LONGEST = 9  # digits of a version; Python refuses to read a number of thousands


def upgraded(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data as the present version says it. Raises Refused for a version that is newer or unknown."""
    if version_of(data) == VERSION:
        return data
    made = copy.deepcopy(data)
    bring_up(made)
    return made


def bring_up(data: dict[str, Any]) -> tuple[Upgrade, ...]:
    """Change data, or a tree with its comments, to what the present version says; return the upgrades made."""
    made = []
    for version in range(version_of(data), VERSION):
        UPGRADES[version].change(data)
        data["sudare"] = str(version + 1)
        made.append(UPGRADES[version])
    return tuple(made)


def version_of(data: dict[str, Any]) -> int:
    """Return the version that data is written in. Raises Refused for one that is newer or unknown."""
    written = str(data.get("sudare", ""))
    is_number = written.isascii() and written.isdecimal()
    version = int(written.lstrip("0")[:_LONGEST] or "0") if is_number else -1
    if version < min((VERSION, *UPGRADES)):
        raise Refused(
            Problem(
                "missing-version",
                "sudare",
                Text("書式の版がありません。", "the version of the format is missing."),
                Text("最初の行に sudare: 1 と書いてください。", "Write `sudare: 1` in the first line."),
            )
        )
    if version > VERSION:
        raise Refused(
            Problem(
                "newer-version",
                "sudare",
                Text("この仕様は新しい版の sudare で書かれています。", "the spec was written by a newer sudare."),
                Text("sudare を更新してください。", "Update sudare."),
            )
        )
    return version


def renamed(data: dict[str, Any], old: str, new: str) -> None:
    """Give a key another name in its place, with the comments that hang on it. A key that is not there is no fault.

    >>> data = {"a": 1, "b": 2}
    >>> renamed(data, "a", "c")
    >>> data
    {'c': 1, 'b': 2}
    """
    if old not in data:
        return
    comments = dict(data.ca.items) if isinstance(data, CommentedMap) else {}
    entries = [(new if key == old else key, value) for key, value in data.items()]
    data.clear()
    data.update(entries)
    if isinstance(data, CommentedMap):
        data.ca.items.update({new if key == old else key: comment for key, comment in comments.items()})
