"""The run log: one line per run, each bound to the one before by its hash, so that a changed line is noticed."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from sudare.errors import Problem
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "run-log.jsonl"
_START = "0" * 64


def append(folder: Path, entry: dict[str, Any]) -> None:
    """Append one run; a run that is already the last line is not noted twice (a commit may be finished later)."""
    path = folder / NAME
    lines = _lines(path)
    if lines and json.loads(lines[-1]).get("run") == entry["run"]:
        return
    before = _hash(lines[-1]) if lines else _START
    line = json.dumps({**entry, "before": before}, ensure_ascii=False, separators=(",", ":"))
    with path.open("a", encoding="utf-8", newline="\n") as file:
        path.chmod(0o600)
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def verify(folder: Path) -> Iterator[Problem]:
    """Say which lines do not follow from the line before: changed, removed or put in later.

    The last line binds nothing after it: keep its hash elsewhere to notice that lines were cut off at the end.
    """
    before = _START
    for n, line in enumerate(_lines(folder / NAME), start=1):
        try:
            told = json.loads(line).get("before")
        except (ValueError, AttributeError):
            told = None
        if told != before:
            yield Problem(
                "log-broken",
                f"{NAME}:{n}",
                Text("この行は前の行とつながっていません。", "this line does not follow from the one before."),
                Text("控えと比べてください。", "Compare it with a copy."),
            )
        before = _hash(line)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _hash(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
