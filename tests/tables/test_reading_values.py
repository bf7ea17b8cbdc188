from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.tables.table import read
from sudare.tables.text_values import Typing
from tables.reading_files import codes, column, declare, put, reading_refused, rows_of

if TYPE_CHECKING:
    from pathlib import Path


def typed(kind: str, *texts: str | None) -> tuple[list[object], dict[str, list[int]]]:
    found = Typing(kind).typed(pa.array(texts, pa.string()))  # type: ignore[arg-type]
    return found.values.to_pylist(), {str(why): rows.to_pylist() for why, rows in found.faults}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("34", 34),
        ("-5", -5),
        ("+5", 5),
        ("007", 7),
        ("１２", 12),
        ("　12 ", 12),
        ("1,234,567", 1234567),
        ("−３", -3),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
    ],
)
def test_whole_numbers_are_read(text: str, value: int) -> None:
    assert typed("integer", text, "1", None) == ([value, 1, None], {})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1.0", "not-whole"),
        ("1e3", "not-whole"),
        ("0x1f", "not-whole"),
        ("1_000", "not-whole"),
        ("12,34", "not-whole"),
        ("1,2345", "not-whole"),
        ("nan", "not-whole"),
        ("1 2", "not-whole"),
        ("四", "not-whole"),
        ("٣", "not-whole"),  # a digit to Python's int(), but not to a reader here
        ("9223372036854775808", "too-large"),
        ("9" * 5000, "too-large"),
    ],
)
def test_what_is_no_whole_number_is_a_fault(text: str, why: str) -> None:
    assert typed("integer", text, "1") == ([None, 1], {why: [0]})
    assert typed("integer", text) == ([None], {why: [0]})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5),
        ("１．５", 1.5),
        ("1,234.5", 1234.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("-0.25", -0.25),
        ("1e5", 100000.0),
        (" 2.5　", 2.5),
        ("123456789012345", 123456789012345.0),
        ("0.00000000000000000012", 1.2e-19),
        ("1.50000000000000000000", 1.5),
    ],
)
def test_decimals_are_read(text: str, value: float) -> None:
    assert typed("decimal", text, "1", None) == ([value, 1.0, None], {})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nan", "not-a-number"),
        ("inf", "not-a-number"),
        ("-Infinity", "not-a-number"),
        ("0x1f", "not-a-number"),
        ("1_000.5", "not-a-number"),
        ("1.2.3", "not-a-number"),
        (".", "not-a-number"),
        ("1e999", "too-large"),
        ("1234567890.123456", "too-precise"),
    ],
)
def test_what_is_no_decimal_is_a_fault(text: str, why: str) -> None:
    assert typed("decimal", text, "1") == ([None, 1.0], {why: [0]})
    assert typed("decimal", text) == ([None], {why: [0]})


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**11), max_value=10**11))
def test_a_decimal_of_fifteen_digits_is_the_nearest_float(number: object) -> None:
    assert typed("decimal", str(number)) == ([float(str(number))], {})


@given(st.lists(st.integers(-(2**70), 2**70).map(str) | st.text("0123456789.,-+ xenaif１", max_size=6), max_size=8))
def test_how_a_number_is_read_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    for kind in ("integer", "decimal"):
        together, faults = typed(kind, *texts)
        alone = [typed(kind, text) for text in texts]
        assert together == [values[0] for values, _ in alone]
        assert {why: set(rows) for why, rows in faults.items()} == {
            why: {n for n, (_, own) in enumerate(alone) if why in own} for why in {w for _, own in alone for w in own}
        }


@pytest.mark.parametrize("text", ["true", "TRUE", "True", "1", "はい", "有", "○", "〇", "１", " 1 "])
def test_yes_in_each_writing_is_true(text: str) -> None:
    assert typed("boolean", text, None) == ([True, None], {})


@pytest.mark.parametrize("text", ["false", "FALSE", "False", "0", "いいえ", "無", "×"])
def test_no_in_each_writing_is_false(text: str) -> None:
    assert typed("boolean", text) == ([False], {})


@pytest.mark.parametrize("text", ["2", "yes", "-", "男"])
def test_any_other_writing_is_no_truth(text: str) -> None:
    assert typed("boolean", text, "1") == ([None, True], {"not-a-truth": [0]})


def test_dates_are_read_in_eras_and_in_western_years() -> None:
    values, faults = typed("date", "昭和45年1月3日", "S45.1.3", "㍼45.1.3", "1970-01-03", "１９７０／１／３", None)
    assert values == [date(1970, 1, 3)] * 5 + [None]
    assert faults == {}


def test_a_date_that_is_none_says_why() -> None:
    values, faults = typed("date", "昭和65年1月1日", "2023-02-30", "きのう", "2023-02-28", "0000-01-01")
    assert values == [None, None, None, date(2023, 2, 28), None]
    assert faults == {"outside_era": [0], "invalid_day": [1, 4], "unparsed": [2]}


@pytest.mark.parametrize("text", ["0000-01-01", "2023-02-30", "2023-13-01"])
@pytest.mark.parametrize("neighbour", ["2024-01-05", "昭和45年1月3日"])
def test_a_day_that_is_none_is_refused_among_any_neighbours(text: str, neighbour: str) -> None:
    assert typed("date", text, neighbour)[1] == {"invalid_day": [0]}


def test_times_are_read_to_the_microsecond_and_midnight_is_not_guessed() -> None:
    values, faults = typed("datetime", "2024-01-05 10:11:12.123456", "令和6年1月5日 9時30分", "2024-01-05")
    assert values == [datetime(2024, 1, 5, 10, 11, 12, 123456), datetime(2024, 1, 5, 9, 30), None]  # noqa: DTZ001 - no zone
    assert faults == {"unparsed": [2]}
    assert typed("datetime", "2024-01-05") == ([None], {"unparsed": [0]})
    assert typed("datetime", "2024-01-05 10") == ([None], {"unparsed": [0]})


def test_text_stays_as_it_is(tmp_path: Path) -> None:
    path = put(tmp_path, '番号,名\n0600000, a \n01,"NA"\n１,null\n')
    assert rows_of(read(path, declare("番号", "名"))) == [("0600000", " a "), ("01", "NA"), ("１", "null")]


def test_declared_missing_texts_and_empty_cells_are_missing_in_every_type(tmp_path: Path) -> None:
    path = put(tmp_path, 'a,b,c\n-,1,2020-01-01\nx,-,不明\n"",不明,\n -,2,\n')
    found = read(path, declare("a", column("b", "integer"), column("c", "date"), missing=["-", "不明"]))
    assert rows_of(found) == [(None, 1, date(2020, 1, 1)), ("x", None, None), (None, None, None), (" -", 2, None)]


def test_misfits_of_all_columns_are_told_at_once_by_row_without_a_value(tmp_path: Path) -> None:
    path = put(tmp_path, "年齢,生年月日\n34,1970-01-03\nひみつ,昭和65年1月1日\n7.25,ないしょ\n35,1970-02-30\n")
    error = reading_refused(
        path, declare(column("年齢", "integer"), column("生年月日", "date")), "ひみつ", "7.25", "65", "ないしょ"
    )
    assert error.exit_code == 3
    assert [(p.code, p.where) for p in error.problems] == [
        ("misfit", "input.columns[0]"),
        ("misfit", "input.columns[1]"),
        ("misfit", "input.columns[1]"),
        ("misfit", "input.columns[1]"),
    ]
    assert error.problems[0].what.ja == "列「年齢」の 2 行が整数ではありません（整数として読めません）: 行 3、4。"
    assert error.problems[0].what.en == (
        "column '年齢': 2 rows are not of type integer (not written as a whole number): rows 3, 4."
    )
    assert [p.what.en.rpartition("rows ")[2] for p in error.problems] == ["3, 4.", "5.", "3.", "4."]


def test_only_the_first_twenty_rows_are_listed(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\n" + "x,1\n" * 30)
    (problem,) = reading_refused(path, declare(column("a", "integer"), "b")).problems
    listed = ", ".join(str(row) for row in range(2, 22))
    assert problem.what.en.endswith(
        f"30 rows are not of type integer (not written as a whole number): rows {listed} and 10 more."
    )
    assert problem.what.ja.endswith("21 ほか 10 行。")


def test_every_reason_has_advice(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b,c,d\nx,x,x,9999999999999999999\n1,1.2345678901234567,1,1\n")
    kinds = [column("a", "integer"), column("b", "decimal"), column("c", "boolean"), column("d", "integer")]
    error = reading_refused(path, declare(*kinds), "999", "2345")
    assert codes(error) == ["misfit"] * 5
    assert all(problem.now.ja and problem.now.en for problem in error.problems)
