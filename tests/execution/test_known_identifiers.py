"""Identifiers are found wherever they stand, and a hash is no identifier."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.execution.traces import LONGEST, SHORTEST, SHORTEST_NUMBER, Known
from sudare.japan.widths import plain

SIGNS = "あいう漢字１2- 　ｶﾞ"
LETTERS = st.text(SIGNS, max_size=12)


def known(*values: str) -> Known:
    made = Known()
    for value in values:
        made.add(value)
    return made


def stands_in(values: list[str], text: str) -> bool:
    """The same question about texts without Latin letters, asked the slow way."""
    folded = [plain(value)[:LONGEST] for value in values]
    long_enough = [one for one in folded if len(one) >= (SHORTEST_NUMBER if one.isdecimal() else SHORTEST)]
    return any(one in plain(text) for one in long_enough)


@given(values=st.lists(LETTERS, max_size=5), text=st.text(SIGNS, max_size=60))
def test_what_is_known_is_found_as_by_plain_search(values: list[str], text: str) -> None:
    assert known(*values).within(text) == stands_in(values, text)


@given(values=st.lists(LETTERS, min_size=1, max_size=5), before=LETTERS, after=LETTERS)
def test_what_is_known_is_found_within_other_text(values: list[str], before: str, after: str) -> None:
    text = before + values[0] + after
    assert known(*values).within(text) == stands_in(values, text)


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        ("例田 いちこ", "昨日、例田　いちこ様から", True),
        ("ﾚｲﾀﾞ ｲﾁｺ", "レイダイチコ", True),
        ("例田", "例田", False),  # too short to be told from other words
        ("090-0000-0001", "TEL:０９０－００００－０００１", True),
        ("12345", "12345", False),  # may be a count as well
        ("1234567", "番号1234567です", True),
        ("1234567", "12345678", True),
        ("x" * 80, "y" + "x" * 64, True),
        ("nage", "bed management center", False),
        ("alla", "clinical lab", False),
        ("nage", "nurse nage, ward b", True),
        ("Nage", "担当Nageです", True),
        ("Ann Lee", "by Ann  Lee today", True),
        ("Ann Lee", "JoAnn Lees", False),
        ("Johnathan", "MrJohnathan", True),
        ("", "", False),
    ],
)
def test_single_cases(value: str, text: str, found: bool) -> None:  # noqa: FBT001 - a row of the table
    assert known(value).within(text) is found


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        ("1234", "番号 1234 の人", True),
        ("1234", "番号12345の人", False),  # another number
        ("1234", "令和12年34号", False),
        ("123", "123", False),
    ],
)
def test_a_short_number_counts_as_a_whole_in_text_cells(value: str, text: str, found: bool) -> None:  # noqa: FBT001
    assert known(value).within(text, SHORTEST) is found
    assert not known(value).within(text)


def test_a_number_within_a_hash_is_no_identifier() -> None:
    digest = "ab1234567" + hashlib.sha256(b"x").hexdigest()[9:]
    assert not known("1234567").within(f"sha256: {digest}")
    assert known("1234567").within(f"sha256: {digest}, 1234567")
    assert known("ab1234567").within(digest)
    assert known("1234567890123456").within("1234567890123456")
