"""Knows common Japanese surnames, to tell a column of names from one of other words."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Final

_LONGEST: Final = 4  # characters of a surname in the list


@functools.cache
def surnames() -> frozenset[str]:
    """Return about 1,900 common surnames, as written in kanji.

    >>> "佐藤" in surnames()
    True
    """
    text = resources.files("sudare.japan").joinpath("surnames.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def begins_with_surname(text: str) -> str | None:
    """Return what follows the longest common surname at the beginning of a text, or None where there is none.

    >>> begins_with_surname("佐藤花子"), begins_with_surname("高血圧")
    ('花子', None)
    """
    known = surnames()
    for length in range(min(_LONGEST, len(text)), 0, -1):
        if text[:length] in known:
            return text[length:]
    return None
