"""Reads a column's header: Japanese words anywhere in it, Latin words as whole words."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sudare.japan.widths import plain

if TYPE_CHECKING:
    from collections.abc import Collection

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+")


def folded(header: str) -> str:
    """Return a header as it is compared with words: widths folded, spaces gone, small letters.

    >>> folded("Ｐｏｓｔ　Code")
    'postcode'
    """
    return plain(header).casefold()


def latin_words(header: str) -> tuple[str, ...]:
    """Return the words in Latin letters of a header, small, in order.

    >>> latin_words("fake_firstName2")
    ('fake', 'first', 'name')
    """
    text = unicodedata.normalize("NFKC", header)
    return tuple(_WORD.findall(_CAMEL.sub(" ", text).casefold()))


def says(header: str, words: Collection[str], but: Collection[str] = ()) -> bool:
    """Say whether a header holds one of the words and none of the others.

    A word in Latin letters counts where it stands as a whole word, or as all of the header; several with a space
    between, where they follow one another. Any other word counts anywhere.

    >>> says("subject_id", ["id"]), says("width", ["id"]), says("宛名番号（旧）", ["宛名番号"])
    (True, False, True)
    """
    text, latin = folded(header), f" {' '.join(latin_words(header))} "

    def holds(word: str) -> bool:
        return f" {word} " in latin or word == text if word.isascii() else word in text

    return any(map(holds, words)) and not any(map(holds, but))
