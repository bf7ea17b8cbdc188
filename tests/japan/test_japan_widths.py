from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.japan.widths import digits, plain, plain_all


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("０１２３ＡＢＣ", "0123ABC"),
        ("ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダハナコ"),
        ("山田　花子", "山田花子"),
        ("\t山田\r\n花子\u00a0", "山田花子"),
        ("か \u3099", "が"),  # the space between a letter and its mark goes, and they are one letter
        ("①㈱㍼", "1(株)昭和"),
        ("茅ヶ崎‐1", "茅ヶ崎‐1"),  # this hyphen and the small ke stay as they are
        ("﨑髙", "﨑髙"),
        ("", ""),
    ],
)
def test_plain_is_frozen_in_version_1(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text())
def test_plain_of_plain_is_itself_and_holds_no_whitespace(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert re.search(r"\s", once) is None


@given(st.lists(st.text() | st.text(" \0ﾞ゙ｶか\u3099①Ａa", max_size=5)))
def test_many_texts_at_once_are_folded_as_each_alone(texts: list[str]) -> None:
    assert plain_all(texts) == [plain(text) for text in texts]


def test_digits_touches_digits_signs_period_and_comma_only() -> None:
    assert digits("＋１，２３４．５－６−７㎝　ＡＢｶﾅ％") == "+1,234.5-6-7㎝　ＡＢｶﾅ％"
    assert digits("〇一二") == "〇一二"
