from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sudare.techniques.date_precision import DatePrecision
from sudare.techniques.technique import HIDDEN
from techniques_at_work import run_step


def step(to: str, **more: Any) -> dict[str, Any]:
    return {"technique": "date-precision", "columns": ["d"], "to": to, **more}


@pytest.mark.parametrize(
    ("to", "kind", "expected"),
    [
        ("year", "integer", [1970, 1989, 2019, 2020, None]),
        ("month", "text", ["1970-01", "1989-01", "2019-04", "2020-12", None]),
        ("quarter", "text", ["1970-Q1", "1989-Q1", "2019-Q2", "2020-Q4", None]),
        ("era-year", "text", ["昭和45年", "昭和64年", "平成31年", "令和2年", None]),
    ],
)
@pytest.mark.parametrize("written", ["date", "datetime"])
def test_each_precision(to: str, kind: str, expected: list[Any], written: Any) -> None:
    rows = [("1970-01-03",), ("1989-01-07",), ("2019-04-30",), ("2020-12-31",), (None,)]
    outcome = run_step(step(to), {"d": written}, rows)
    assert [row[0] for row in outcome.rows] == expected
    assert outcome.types == {"d": kind}


@pytest.mark.parametrize("month", range(1, 13))
def test_quarters_are_of_three_months(month: int) -> None:
    outcome = run_step(step("quarter"), {"d": "date"}, [(f"2026-{month:02}-28",)])
    assert outcome.rows == [(f"2026-Q{1 + (month - 1) // 3}",)]


@pytest.mark.parametrize(
    ("born", "at", "age"),
    [
        ("1970-06-02", "2026-06-01", 55),
        ("1970-06-02", "2026-06-02", 56),
        ("2000-02-29", "2023-02-28", 22),
        ("2000-02-29", "2023-03-01", 23),  # in common years on March 1
        ("2000-02-29", "2024-02-28", 23),
        ("2000-02-29", "2024-02-29", 24),
        ("2026-06-02", "2026-06-02", 0),
        ("1906-07-01", "2026-06-30", 119),
        (None, "2026-06-02", None),
    ],
)
@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_ages_are_full_years(born: str | None, at: str, age: int | None, kind: Any) -> None:
    outcome = run_step(step("age", at=at), {"d": kind}, [(born,)])
    assert outcome.rows == [(age,)]
    assert [(column.type, column.unit) for column in outcome.schema] == [("integer", "歳")]


def test_births_after_the_day_are_refused_and_only_counted() -> None:
    rows = [("2026-06-03",)] * 12 + [("2020-01-01",), (None,)]
    outcome = run_step(step("age", at="2026-06-02"), {"d": "date"}, rows)
    assert outcome.codes == ["after-at"]
    assert "12 行" in outcome.refused[0].line("ja")
    assert "2026-06-03" not in outcome.refused[0].line("ja")


def test_a_time_on_the_day_itself_is_not_after_it() -> None:
    outcome = run_step(step("age", at="2026-06-02"), {"d": "datetime"}, [("2026-06-02T23:59:59",)])
    assert outcome.rows == [(0,)]


def test_hidden_cells_stay_hidden() -> None:
    hide = {"d": {"column": "d", "at_most": "1920-01-01"}}
    outcome = run_step(step("year"), {"d": "date"}, [("1910-01-01",), ("1990-01-01",)], hide=hide)
    assert outcome.rows == [(HIDDEN,), (1990,)]


@pytest.mark.parametrize("given", [{"to": "age"}, {"to": "year", "at": "2026-06-02"}, {"to": "day"}])
def test_a_day_goes_with_ages_only(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DatePrecision.model_validate({"technique": "date-precision", "columns": ["d"], "because": "x", **given})


def test_only_dates_are_coarsened() -> None:
    assert run_step(step("year"), {"d": "text"}, []).codes == ["wrong-type"]
