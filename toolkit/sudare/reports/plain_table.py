"""A table as lines of plain text, its columns aligned where wide signs take two places."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = "  "
_WIDE = {"W", "F"}  # by Unicode's East Asian Width; ambiguous signs are narrow in most fonts of today's screens


def places(text: str) -> int:
    """Return how many places a text takes on a screen of fixed-width signs.

    >>> places("90歳以上"), places("abc"), places("が")
    (8, 3, 2)
    """
    signs = [sign for sign in unicodedata.normalize("NFC", text) if not unicodedata.combining(sign)]
    return sum(2 if unicodedata.east_asian_width(sign) in _WIDE else 1 for sign in signs)


def plain_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a header, a rule and one line for each row; no line ends in spaces.

    >>> plain_table(["年齢", "x"], [["90歳以上", "1"], ["", "2"]])
    ['年齢      x', '--------  -', '90歳以上  1', '          2']
    """
    widths = [max(places(line[n]) for line in (columns, *rows)) for n in range(len(columns))]
    lines = [columns, ["-" * width for width in widths], *rows]
    return [_BETWEEN.join(map(_padded, line, widths)).rstrip() for line in lines]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - places(text))
