from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.japan.check_digits import (
    is_insurer_number,
    is_licence_number,
    is_municipality_code,
    is_my_number,
    is_passport,
    is_residence_card,
    looks_like_my_number_column,
    my_number_check_digit,
    share_of_my_numbers,
)

ELEVEN = st.text("0123456789", min_size=11, max_size=11)
WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def valid(first11: str) -> str:
    return first11 + my_number_check_digit(first11)


def numbers(count: int, *, seed: int = 1) -> list[str]:
    source = random.Random(seed)  # noqa: S311 - test data
    return [valid(f"{source.randrange(10**11):011}") for _ in range(count)]


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("123456789018", True),
        ("1234 5678 9018", True),
        ("１２３４－５６７８－９０１８", True),
        ("000000000000", True),  # the sum is 0, and so is its check digit
        ("123456789012", False),
        ("12345678901", False),
        ("1234567890188", False),
        ("12345678901８x", False),
        ("", False),
        ("一二三四五六七八九〇一八", False),
    ],
)
def test_a_my_number_has_twelve_digits_and_its_check_digit(text: str, *, passes: bool) -> None:
    assert is_my_number(text) is passes


@given(ELEVEN, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_caught_unless_both_remainders_give_zero(first11: str, place: int, shift: int) -> None:
    wrong = first11[:place] + str((int(first11[place]) + shift) % 10) + first11[place + 1 :]
    rests = {sum(int(d) * w for d, w in zip(one, WEIGHTS, strict=True)) % 11 for one in (first11, wrong)}
    assert is_my_number(wrong + my_number_check_digit(first11)) is (rests == {0, 1})


@given(ELEVEN, st.integers(1, 9))
def test_a_wrong_check_digit_is_always_caught(first11: str, shift: int) -> None:
    assert not is_my_number(first11 + str((int(my_number_check_digit(first11)) + shift) % 10))


def test_one_random_number_in_ten_passes() -> None:
    source = random.Random(2)  # noqa: S311 - test data
    share = share_of_my_numbers(f"{source.randrange(10**12):012}" for _ in range(20_000))
    assert 0.09 < share < 0.11


def test_the_share_is_of_distinct_cells_that_are_not_blank() -> None:
    assert share_of_my_numbers(["123456789018", "1234 5678 9018", "", "　", "不明"]) == 0.5
    assert share_of_my_numbers([]) == 0.0
    assert share_of_my_numbers(["", " "]) == 0.0


def test_a_column_decides_by_its_share() -> None:
    good, bad = numbers(100), ["不明", "なし", "12345678901X", "9" * 12, "未提出", "1"]
    assert looks_like_my_number_column(good)
    assert looks_like_my_number_column(good + bad[:5])  # 100 of 105
    assert not looks_like_my_number_column(good + bad)  # 100 of 106
    assert not looks_like_my_number_column([valid("12345678901")] * 1000 + ["1"] * 1000)


def test_of_few_cells_all_must_pass() -> None:
    for count in (1, 2, 3, 4):
        assert looks_like_my_number_column(numbers(count))
        assert not looks_like_my_number_column([*numbers(count), "123456789012"])
    assert not looks_like_my_number_column([])
    assert not looks_like_my_number_column(["", ""])


def test_a_column_of_random_numbers_is_not_taken_for_one() -> None:
    source = random.Random(3)  # noqa: S311 - test data
    assert not looks_like_my_number_column([f"{source.randrange(10**12):012}" for _ in range(200)])
    assert not looks_like_my_number_column([f"090{source.randrange(10**8):08}" for _ in range(200)])


def test_leading_zeros_that_a_spreadsheet_dropped_do_not_hide_a_column() -> None:
    assert looks_like_my_number_column([str(int(number)) for number in numbers(500)])


def test_every_municipality_code_passes_and_a_neighbour_does_not() -> None:
    codes = ["011002", "131016", "382019", "271004", "473821", "010006", "221309"]
    assert all(is_municipality_code(code) for code in codes)
    assert is_municipality_code("３８２０１９")
    assert not any(is_municipality_code(code[:5] + str((int(code[5]) + 1) % 10)) for code in codes)
    assert not is_municipality_code("38201")
    assert not is_municipality_code("000000")
    assert not is_municipality_code("480002")


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("06010011", True),
        ("01130012", True),  # 協会けんぽ 東京
        ("39131156", True),
        ("138016", True),
        ("01130013", False),
        ("0113001", False),
        ("", False),
    ],
)
def test_an_insurer_number_checks_by_weights_two_and_one(text: str, *, passes: bool) -> None:
    assert is_insurer_number(text) is passes


@given(st.text("0123456789", min_size=8, max_size=8), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_of_an_insurer_number_is_always_caught(code: str, place: int, shift: int) -> None:
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    assert not (is_insurer_number(code) and is_insurer_number(wrong))


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("309012345620", True),
        ("459803358720", True),
        ("459803358730", False),
        ("45980335872", False),
        ("", False),
    ],
)
def test_a_licence_number_checks_its_eleventh_digit(text: str, *, passes: bool) -> None:
    assert is_licence_number(text) is passes


def test_residence_cards_and_passports_are_told_by_form() -> None:
    assert is_residence_card("ＡＢ１２３４５６７８ＣＤ")
    assert not is_residence_card("AB1234567CD")
    assert not is_residence_card("12AB345678CD")
    assert is_passport("tk 1234567")
    assert not is_passport("T12345678")
    assert not is_passport("TK12345678")
