from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sudare.techniques.round import Round
from sudare.techniques.technique import HIDDEN
from techniques_at_work import run_step


def step(base: Any, **more: Any) -> dict[str, Any]:
    return {"technique": "round", "columns": ["n"], "base": base, **more}


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        (None, [20, 10, 10, -20, -10, 0, None]),  # 四捨五入
        ("half-up", [20, 10, 10, -20, -10, 0, None]),
        ("half-even", [20, 10, 10, -20, -10, 0, None]),
        ("down", [10, 10, 10, -20, -20, 0, None]),
        ("up", [20, 20, 10, -10, -10, 0, None]),
    ],
)
def test_whole_numbers_go_to_multiples_of_the_base(ties: str | None, expected: list[int | None]) -> None:
    given = step("10") if ties is None else step("10", ties=ties)
    outcome = run_step(given, {"n": "integer"}, [(15,), (14,), (10,), (-15,), (-14,), (0,), (None,)])
    assert [row[0] for row in outcome.rows] == expected
    assert outcome.types == {"n": "integer"}


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("half-up", [10, 30, -10, -30]),
        ("half-even", [0, 20, 0, -20]),
        ("down", [0, 20, -10, -30]),
        ("up", [10, 30, 0, -20]),
    ],
)
def test_ties(ties: str, expected: list[int]) -> None:
    outcome = run_step(step("10", ties=ties), {"n": "integer"}, [(5,), (25,), (-5,), (-25,)])
    assert [row[0] for row in outcome.rows] == expected


def test_decimals_are_rounded_as_they_are_read() -> None:
    rows = [(2.675,), (1.005,), (-2.675,), (12345678.675,), (None,)]
    outcome = run_step(step("0.01"), {"n": "decimal"}, rows)
    assert outcome.texts == [("2.68",), ("1.01",), ("-2.68",), ("12345678.68",), (None,)]
    assert outcome.types == {"n": "decimal"}


def test_hidden_cells_stay_hidden() -> None:
    outcome = run_step(step("10"), {"n": "integer"}, [(116,), (44,)], hide={"n": {"column": "n", "at_least": "90"}})
    assert outcome.rows == [(HIDDEN,), (40,)]


def test_numbers_too_large_are_refused_and_only_counted() -> None:
    rows = [(10**18,), (-(10**18),), (10**18 - 1,), (None,)]
    outcome = run_step(step("10"), {"n": "integer"}, rows)
    assert outcome.codes == ["too-large"]
    assert "<10" in outcome.refused[0].line("ja")
    assert run_step(step("10"), {"n": "integer"}, rows[2:]).rows == [(10**18,), (None,)]
    assert run_step(step("10"), {"n": "integer"}, [(-(2**63),)]).codes == ["too-large"]


def test_a_fraction_is_no_base_for_whole_numbers() -> None:
    assert run_step(step("0.5"), {"n": "integer"}, []).codes == ["bad-base"]
    assert run_step(step("5.0"), {"n": "integer"}, [(7,)]).rows == [(5,)]


@pytest.mark.parametrize("base", ["0", "-1", "NaN", "Infinity", "十", "0.0000000000001", str(10**13)])
def test_a_base_is_a_positive_number_of_ordinary_size(base: str) -> None:
    with pytest.raises(ValidationError):
        Round.model_validate({"because": "x", **step(base)})


@pytest.mark.parametrize("kind", ["text", "date", "boolean"])
def test_only_numbers_are_rounded(kind: Any) -> None:
    assert run_step(step("10"), {"n": kind}, []).codes == ["wrong-type"]
