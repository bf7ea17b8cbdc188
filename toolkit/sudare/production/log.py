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
    if lines and _fields(lines[-1]).get("run") == entry["run"]:
        return
    torn = lines[-1] if lines and not path.read_bytes().endswith(b"\n") else ""
    if torn and _line(entry, lines[:-1]).startswith(torn):  # our own line, cut off by a crash: written again, whole
        os.truncate(path, path.stat().st_size - len(_bytes(torn)))
        lines, torn = lines[:-1], ""
    with path.open("ab") as file:
        path.chmod(0o600)
        file.write(_bytes(("\n" if torn else "") + _line(entry, lines) + "\n"))
        file.flush()
        os.fsync(file.fileno())


def verify(folder: Path) -> Iterator[Problem]:
    """Say which lines do not follow from the line before: changed, removed or put in later.

    The last line binds nothing after it: keep its hash elsewhere to notice that lines were cut off at the end.
    """
    if not (folder / NAME).exists():
        what = Text("実行記録がありません。", "there is no run log.")
        yield Problem("no-log", NAME, what, Text("フォルダを確かめてください。", "Check the folder."))
        return
    before = _START
    for n, line in enumerate(_lines(folder / NAME), start=1):
        if _fields(line).get("before") != before:
            yield Problem(
                "log-broken",
                f"{NAME}:{n}",
                Text("この行は前の行とつながっていません。", "this line does not follow from the one before."),
                Text("控えと比べてください。", "Compare it with a copy."),
            )
        before = _hash(line)


def _line(entry: dict[str, Any], lines: list[str]) -> str:
    before = _hash(lines[-1]) if lines else _START
    return json.dumps({**entry, "before": before}, ensure_ascii=False, separators=(",", ":"))


def _lines(path: Path) -> list[str]:
    if not path.exists():
        return []
    # Only the line feed ends a line: JSON leaves other separators of Unicode as they are.
    lines = path.read_bytes().decode("utf-8", "surrogateescape").split("\n")
    return lines[:-1] if not lines[-1] else lines


def _fields(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _bytes(line: str) -> bytes:
    return line.encode("utf-8", "surrogateescape")


def _hash(line: str) -> str:
    return hashlib.sha256(_bytes(line)).hexdigest()
