"""What may name a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.errors import Refused
from sudare.keystore import KeyName


@pytest.mark.parametrize(
    ("text", "name", "period"),
    [
        ("r8-3-a@2026", "r8-3-a", "2026"),
        ("株式会社A@令和8年度", "株式会社A", "令和8年度"),
        ("髙﨑_データ@2026.04", "髙﨑_データ", "2026.04"),
        ("Ｒ８＠２０２６", "R8", "2026"),  # full width is the same name
        ("か\u3099@1", "が", "1"),  # as a Mac writes it
        ("a" * 40 + "@" + "1" * 20, "a" * 40, "1" * 20),
    ],
)
def test_a_name_and_a_period_are_read(text: str, name: str, period: str) -> None:
    assert KeyName.parse(text) == KeyName(name, period)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "a@",
        "@2026",
        "a@b@c",
        "../a@2026",
        "a/b@2026",
        "a\\b@2026",
        ".a@2026",
        "-a@2026",  # would be taken for an option
        "a.@2026",
        "a@2026.",
        "a b@2026",
        "CON@2026",
        "nul.x@2026",
        "a@com1",
        "ＬＰＴ９@2026",
        "a:b@2026",  # a stream of a file, on Windows
        "a\x00@2026",
        "a\u202ex@2026",  # turns the direction of the text
        "аdmin@2026",
        "㈱A@2026",
        "a" * 41 + "@2026",
        "a@" + "1" * 21,
    ],
)
def test_what_is_unsafe_as_a_file_name_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        KeyName.parse(text)
    assert refused.value.problems[0].code == "bad-key-name"


def test_a_key_pasted_as_a_name_is_not_repeated() -> None:
    with pytest.raises(Refused) as refused:
        KeyName.parse("k3y:9f2c41be77")
    problem = refused.value.problems[0]
    assert "9f2c41be77" not in problem.line("ja") + problem.line("en") + str(refused.value)


def test_a_name_made_by_hand_is_checked_too() -> None:
    with pytest.raises(Refused):
        KeyName("../a", "2026")


@given(st.text(max_size=70))
def test_every_accepted_name_is_one_safe_file_name(text: str) -> None:
    try:
        name = KeyName.parse(text)
    except Refused:
        return
    assert KeyName.parse(str(name)) == name
    assert not set(str(name)) & set('/\\:*?"<>|\x00 ')
    assert len(f"{name}.destroyed".encode()) <= 255


def test_the_longest_name_fits_a_file_system() -> None:
    name = KeyName("𠮷" * 40, "𠮷" * 20)  # 4 bytes each
    assert len(f"{name}.destroyed".encode()) <= 255
