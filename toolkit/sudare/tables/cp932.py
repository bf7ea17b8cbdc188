"""Fits texts to cp932, the code page that Excel and municipal systems in Japan still read, without guessing."""

from __future__ import annotations

import functools
import re

import pyarrow as pa
import pyarrow.compute as pc

from sudare.tables.cells import content

GETA = "〓"  # U+3013, the sign that Japanese printers set where a character is lacking

# Characters that share one place of the code page with a look-alike: the left one is what Unicode tables other than
# Microsoft's give, the right one is what every Windows program reads back. Python writes some of the left ones without
# a word and refuses U+2014; writing the right one ourselves makes both alike, and lets the search for formulas see it.
TWINS = {
    "\u00a2": "\uffe0",  # ¢
    "\u00a3": "\uffe1",  # £
    "\u00ac": "\uffe2",  # ¬
    "\u2014": "\u2015",  # dash
    "\u2016": "\u2225",  # double bar
    "\u2212": "\uff0d",  # minus
    "\u301c": "\uff5e",  # wave
}


def with_twins(cells: pa.LargeStringArray) -> pa.LargeStringArray:
    """Give the cells with every look-alike written as the character that cp932 reads back.

    Takes and gives one column; a missing cell stays missing.

    >>> with_twins(pa.array(["9時\u301c17時", None], pa.large_string())).to_pylist()
    ['9時～17時', None]
    """
    if (
        content(cells).tobytes().isascii()
        or not pc.any(pc.match_substring_regex(cells, _class("".join(TWINS)))).as_py()
    ):
        return cells
    for character, twin in TWINS.items():
        cells = pc.replace_substring(cells, character, twin)
    return cells


def with_geta(cells: pa.LargeStringArray) -> tuple[pa.LargeStringArray, int]:
    """Write 〓 for each character that cp932 lacks, and count the cells in which that happened.

    Takes and gives one column; a missing cell stays missing.

    >>> cells, changed = with_geta(pa.array(["𠮷野", "吉野", None], pa.large_string()))
    >>> cells.to_pylist(), changed
    (['〓野', '吉野', None], 1)
    """
    text = str(content(pc.drop_null(cells)), "utf-8")
    if _writable(text):
        return cells, 0
    lacking = "".join(sorted(character for character in set(text) if not _writable(character)))
    changed = pc.sum(pc.match_substring_regex(cells, _class(lacking))).as_py()
    return pc.replace_substring_regex(cells, _class(lacking), GETA), changed


def _writable(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


@functools.cache
def _class(characters: str) -> str:
    return "[" + re.sub(".", lambda found: rf"\x{{{ord(found[0]):x}}}", characters, flags=re.DOTALL) + "]"
