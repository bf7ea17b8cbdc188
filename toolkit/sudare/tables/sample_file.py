"""Writes generated rows as a municipality writes its CSV, and refuses impossible sizes."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from sudare.errors import Problem, UsageError
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Sequence


def write_rows(path: str | Path, rows: Sequence[dict[str, str]], encoding: str) -> None:
    """Write rows with a header row and CRLF. A file of that name is written over; `OSError` names a bad folder."""
    with Path(path).open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def refuse_unless_between(count: int, most: int, name: str = "rows") -> None:
    """Raise `UsageError` with `bad-rows` unless a wished number of rows, people or devices is from 1 to `most`."""
    if not 1 <= count <= most:
        what = Text("件数は 1 から {most} までです。", "the number must be from 1 to {most}.").fill(most=most)
        raise UsageError(Problem("bad-rows", name, what))
