"""Brings a spec of an older version up to date, one function per version; refuses a newer one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.specs.spec import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

# From version n to n + 1. Version 1 is the first.
STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def upgraded(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data as the present version says it. Raises Refused for a version that is newer or unknown."""
    written = str(data.get("sudare", ""))
    if not written.isascii() or not written.isdecimal() or int(written) < 1:
        raise Refused(
            Problem(
                "missing-version",
                "sudare",
                Text("書式の版がありません。", "the version of the format is missing."),
                Text("最初の行に sudare: 1 と書いてください。", "Write `sudare: 1` in the first line."),
            )
        )
    version = int(written)
    if version > VERSION:
        raise Refused(
            Problem(
                "newer-version",
                "sudare",
                Text("この仕様は新しい版の sudare で書かれています。", "the spec was written by a newer sudare."),
                Text("sudare を更新してください。", "Update sudare."),
            )
        )
    while version < VERSION:
        data = STEPS[version](data)
        version += 1
    return data
