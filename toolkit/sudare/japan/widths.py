"""Full-width and half-width writing: the same value written two ways becomes one."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# U+2212 is what some programs write for the full-width minus of a cp932 file.
_BETWEEN = "\0"
_DIGITS = str.maketrans("０１２３４５６７８９＋－−．，", "0123456789+--.,")


def plain(text: str) -> str:
    """Write a value in the one form in which identifiers are compared.

    NFKC (full-width letters and digits become half-width, half-width kana become full-width), then every
    whitespace is removed, U+3000 too. Frozen in version 1: pseudonyms are derived from this form, so a change
    would give every person a new one. Unicode promises that NFKC never changes for characters once assigned.
    Hyphens other than the full-width one, and ヶ, stay as they are. An empty text stays empty.

    >>> plain("ﾔﾏﾀﾞ　Ｈａｎａ ０１")
    'ヤマダHana01'
    """
    if text.isascii():  # nothing to normalise, and most codes are
        return "".join(text.split())
    joined = "".join(unicodedata.normalize("NFKC", text).split())
    # A removed space can bring a letter and its voiced mark together; normalising again makes one letter of them.
    return unicodedata.normalize("NFKC", joined)


def plain_all(texts: Sequence[str]) -> list[str]:
    """Return `plain` of each text, worked out on all of them as one long text, which takes a tenth of the time.

    >>> plain_all(["ﾔﾏﾀﾞ　Ｈａｎａ ０１", "", "か ゙"])
    ['ヤマダHana01', '', 'が']
    """
    if not texts:
        return []
    # Between them stands a character that is no space, that nothing is composed with, and that is in no usual text.
    folded = plain(_BETWEEN.join(texts)).split(_BETWEEN)
    return folded if len(folded) == len(texts) else [plain(text) for text in texts]


def digits(text: str) -> str:
    """Write full-width digits, signs, period and comma in ASCII, and leave everything else untouched.

    >>> digits("－１，２３４．５㎝")
    '-1,234.5㎝'
    """
    return text.translate(_DIGITS)
