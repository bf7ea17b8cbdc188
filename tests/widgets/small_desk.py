"""A small table for the desk, quickly read: a unique age, an identifying code, and two columns that tell one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.widgets.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.language import Language

HEADER = "管理番号,年齢,性別,判定,区分"
DATA, COLUMNS, DISTRIBUTION, TECHNIQUES, SAFETY, RECORD = range(6)


def row(number: int) -> str:
    verdict = ("良", "可", "要")[number % 3]
    age = 116 if number == 119 else 40 + number % 50
    return f"A{100 + number},{age},{'男女'[number % 2]},{verdict},{'甲乙丙'[number % 3]}"


def lay(folder: Path, rows: list[str] | None = None) -> Path:
    """Write the table and return its path."""
    path = folder / "健診.csv"
    lines = [HEADER, *(rows if rows is not None else [row(number) for number in range(120)])]
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8", newline="")
    return path


def small_desk(folder: Path, lang: Language = "ja") -> Desk:
    """Open the desk on the table."""
    return Desk(lay(folder), lang=lang)
