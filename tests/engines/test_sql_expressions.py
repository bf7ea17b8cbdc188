"""What the SQL helpers compute, against Python's own arithmetic; engines disagree on exactly these."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import ErrorLevel, exp

from sudare.engines import sql
from sudare.engines.by_hand import text_of
from sudare.tables.text_values import ARROW_TYPES

if TYPE_CHECKING:
    from sudare.tables.schema import Type

MODES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "down": ROUND_FLOOR, "up": ROUND_CEILING}
CONNECTION = duckdb.connect(":memory:")
X, Y = sql.column("x"), sql.column("y")
quick = settings(max_examples=30, deadline=None, database=None, derandomize=True)


def worked_out(term: sql.Term, kind: Type, values: list[Any], others: list[Any] | None = None) -> list[Any]:
    """Work a term out on the rows of columns x and y; every term must be writable for Spark too."""
    assert exp.select(term.copy()).sql("spark", unsupported_level=ErrorLevel.RAISE)
    columns = {"n": range(len(values)), "x": pa.array(values, ARROW_TYPES[kind])}
    columns["y"] = pa.array(others if others is not None else values, ARROW_TYPES[kind])
    given_rows = pa.table(columns)
    query = exp.select(exp.alias_(term, "z")).from_("given_rows").order_by("n").sql("duckdb")
    CONNECTION.register("given_rows", given_rows)
    return [row[0] for row in CONNECTION.execute(query).fetchall()]


def rounded_by_decimal(value: float, base: Decimal, ties: str) -> Decimal:
    with localcontext(prec=60):
        read = Decimal(repr(value)).quantize(Decimal("1e-12"), ROUND_HALF_UP)
        return (read / base).to_integral_value(MODES[ties]) * base


bases = st.sampled_from([Decimal(text) for text in ("1", "5", "10", "0.5", "0.01", "0.25", "3", "0.001", "1000")])


@quick
@given(st.data(), bases, st.sampled_from(sorted(MODES)))
def test_rounding_agrees_with_decimal_arithmetic_at_ties_too(data: st.DataObject, base: Decimal, ties: str) -> None:
    on_the_tie = st.integers(-(10**6), 10**6).map(lambda n: float(base * n + base / 2))
    on_the_grid = st.integers(-(10**6), 10**6).map(lambda n: float(base * n))
    anything = st.floats(-1e15, 1e15)
    values = data.draw(st.lists(st.one_of(on_the_tie, on_the_grid, anything, st.none()), min_size=1, max_size=40))
    expected = [None if value is None else float(rounded_by_decimal(value, base, ties)) for value in values]
    assert worked_out(sql.rounded(X, "decimal", base, ties), "decimal", values) == expected


@quick
@given(
    st.lists(st.one_of(st.none(), st.integers(-(10**17), 10**17), st.integers(-50, 50)), min_size=1),
    st.sampled_from([Decimal(1), Decimal(2), Decimal(5), Decimal(10), Decimal(100)]),
    st.sampled_from(sorted(MODES)),
)
def test_whole_numbers_are_rounded_exactly(values: list[int | None], base: Decimal, ties: str) -> None:
    with localcontext(prec=60):
        expected = [
            None if value is None else int((Decimal(value) / base).to_integral_value(MODES[ties]) * base)
            for value in values
        ]
    assert worked_out(sql.rounded(X, "integer", base, ties), "integer", values) == expected


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("half-up", [2.68, -2.68, 3.0, 4.0, -3.0, 0.0, 12345678.68]),
        ("half-even", [2.68, -2.68, 2.0, 4.0, -2.0, 0.0, 12345678.68]),
        ("down", [2.67, -2.68, 2.0, 3.0, -3.0, -1.0, 12345678.67]),
        ("up", [2.68, -2.67, 3.0, 4.0, -2.0, 0.0, 12345678.68]),
    ],
)
def test_the_number_a_person_reads_lies_on_the_tie(ties: str, expected: list[float]) -> None:
    # 2.675 is stored as 2.67499999999999982, and 12345678.675 as 12345678.675000000745.
    cents = worked_out(sql.rounded(X, "decimal", Decimal("0.01"), ties), "decimal", [2.675, -2.675, 12345678.675])
    ones = worked_out(sql.rounded(X, "decimal", Decimal(1), ties), "decimal", [2.5, 3.5, -2.5, -0.4])
    assert [*cents[:2], *ones, cents[2]] == expected


def test_rounding_gives_back_the_nearest_double() -> None:
    # Cast from decimal straight to double, one in thirty of such numbers comes back as another double.
    values = [round(n * 7919.0137, 2) for n in range(3000)]
    assert worked_out(sql.rounded(X, "decimal", Decimal("0.01"), "half-up"), "decimal", values) == values


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("decimal", 34.0, "34"),
        ("decimal", -0.0, "0"),
        ("decimal", 1e7, "10000000"),
        ("decimal", 123456789.5, "123456789.5"),
        ("decimal", 0.1, "0.1"),
        ("decimal", -2.50, "-2.5"),
        ("decimal", 999999999999999.9, "999999999999999.9"),
        ("decimal", 0.0012345678901234567, "0.0012345678901234567"),
        ("decimal", 0.001, "0.001"),
        ("integer", -9223372036854775808, "-9223372036854775808"),
        ("boolean", True, "true"),
        ("boolean", False, "false"),
        ("date", date(900, 1, 3), "0900-01-03"),
        ("datetime", datetime.fromisoformat("2026-04-01T09:30"), "2026-04-01 09:30:00"),
        ("datetime", datetime.fromisoformat("2026-04-01T09:30:00.5"), "2026-04-01 09:30:00.5"),
        ("text", "0600000", "0600000"),
    ],
)
def test_values_are_written_as_text_in_one_way(kind: Type, value: Any, text: str) -> None:
    assert worked_out(sql.number_text(X, kind), kind, [value, None]) == [text, None]
    assert text_of(value) == text


NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.floats(-1e6, 1e6), st.integers(-999, 999))


@quick
@given(st.lists(NUMBERS.map(float), min_size=1))
def test_texts_of_numbers_give_the_number_back_and_agree_with_python(values: list[float]) -> None:
    texts = worked_out(sql.number_text(X, "decimal"), "decimal", values)
    assert texts == [text_of(value) for value in values]
    assert [float(text) for text in texts] == values


def test_missing_values_take_part_in_no_comparison() -> None:
    five = sql.literal(5, "integer")
    values = [4, 5, 6, None]
    assert worked_out(sql.at_least(X, five), "integer", values) == [False, True, True, None]
    assert worked_out(sql.at_most(X, five), "integer", values) == [True, True, False, None]
    assert worked_out(sql.less_than(X, five), "integer", values) == [True, False, False, None]
    assert worked_out(sql.certain(sql.less_than(X, five)), "integer", values) == [True, False, False, False]
    assert worked_out(sql.one_of(X, [five]), "integer", values) == [False, True, False, False]
    assert worked_out(sql.not_(sql.one_of(X, [five])), "integer", values) == [True, False, True, True]
    assert worked_out(sql.is_missing(X), "integer", values) == [False, False, False, True]
    assert worked_out(sql.is_there(X), "integer", values) == [True, True, True, False]


def test_two_missing_values_are_the_same_and_nothing_else_is_like_them() -> None:
    assert worked_out(sql.same(X, Y), "integer", [1, None, None, 1], [1, None, 1, 2]) == [True, True, False, False]


def test_texts_joined_with_a_missing_one_are_missing() -> None:
    joined = sql.joined(X, sql.literal("-", "text"), Y)
    assert worked_out(joined, "text", ["a", None, "a"], ["b", "b", None]) == ["a-b", None, None]


def test_an_unknown_condition_does_not_hold() -> None:
    case = sql.first_true([(sql.at_least(X, sql.literal(5, "integer")), sql.count(1))], sql.count(0))
    assert worked_out(case, "integer", [5, 4, None]) == [1, 0, 0]


def test_no_conditions_at_all_are_met_together_and_none_of_them_is() -> None:
    assert worked_out(sql.all_of([]), "integer", [1]) == [True]
    assert worked_out(sql.any_of([]), "integer", [1]) == [False]


def test_or_within_and_keeps_its_brackets() -> None:
    either = sql.any_of([sql.one_of(X, [sql.literal(n, "integer")]) for n in (1, 2)])
    both = sql.all_of([either, sql.one_of(X, [sql.literal(2, "integer")])])
    assert worked_out(both, "integer", [1, 2]) == [False, True]


def test_a_pattern_is_for_the_whole_text() -> None:
    values = ["12", "123", "a12", "12\n", None]
    assert worked_out(sql.matches(X, "[0-9]{2}"), "text", values) == [True, False, False, False, None]
    assert worked_out(sql.matches(X, "a|12"), "text", values) == [True, False, False, False, None]


def test_literals_are_quoted_or_cast_and_never_a_bare_decimal() -> None:
    assert sql.literal("O'Brien; DROP TABLE base; --", "text").sql("duckdb") == "'O''Brien; DROP TABLE base; --'"
    assert sql.literal(Decimal("0.1"), "decimal").sql("duckdb") == "CAST('0.1' AS DOUBLE)"
    assert sql.literal(7, "integer").sql("duckdb") == "CAST('7' AS BIGINT)"
    assert sql.literal(date(1970, 1, 3), "date").sql("duckdb") == "CAST('1970-01-03' AS DATE)"


def test_orders_say_where_missing_values_stand() -> None:
    for window in (sql.rank(X), sql.place_in([Y], X, largest_first=False)):
        assert "NULLS LAST" in window.sql("spark")
    # Where an order puts missing values last anyway, as a descending one does in Spark, it is left unsaid.
    descending = sql.place_in([Y], X, largest_first=True)
    assert descending.sql("spark").endswith("ORDER BY `x` DESC)")
    assert "NULLS LAST" in descending.sql("postgres")


def test_places_count_from_the_chosen_end_with_missing_values_last() -> None:
    values = [30, 10, None, 20]
    groups = [1, 1, 1, 1]
    assert worked_out(sql.place_in([Y], X, largest_first=True), "integer", values, groups) == [1, 3, 4, 2]
    assert worked_out(sql.place_in([Y], X, largest_first=False), "integer", values, groups) == [3, 1, 4, 2]
    assert worked_out(sql.rank(X), "integer", [30, 10, None, 10]) == [2, 1, 3, 1]


def test_parts_of_dates() -> None:
    days = [date(1970, 1, 3), None]
    assert worked_out(sql.year_of(X), "date", days) == [1970, None]
    assert worked_out(sql.month_of(X), "date", days) == [1, None]
    assert worked_out(sql.padded(sql.day_of(X), 2), "date", days) == ["03", None]
