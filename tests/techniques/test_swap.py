from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sudare.techniques.swap import Swap
from sudare.techniques.technique import HIDDEN
from techniques_at_work import KEY, run_step

OTHER = bytes(reversed(KEY))
TYPES: Any = {"ward": "text", "n": "integer", "m": "text"}


def step(rate: str = "0.5", **more: Any) -> dict[str, Any]:
    given = {"technique": "swap", "columns": ["n"], "method": "random", "rate": rate, **more}
    return {key: value for key, value in given.items() if value is not None}


def rank(window: str | None = "5", **more: Any) -> dict[str, Any]:
    return step(**{"method": "rank", "rate": None, "window": window, **more})


def swapped(given: dict[str, Any], rows: list[Any], key: bytes = KEY, **more: Any) -> list[Any]:
    outcome = run_step(given, TYPES, rows, key, **more)
    assert outcome.codes == []
    return outcome.rows


def people(count: int, wards: int = 1) -> list[Any]:
    return [(f"区{n % wards}", n, f"m{n}") for n in range(count)]


@pytest.mark.parametrize("given", [step("0.3"), step("1"), rank("10"), rank("100")])
def test_the_values_of_each_stratum_stay_the_same_ones(given: dict[str, Any]) -> None:
    rows = people(400, wards=7)
    after = swapped({**given, "strata": ["ward"]}, rows)
    assert Counter((ward, n) for ward, n, _ in after) == Counter((ward, n) for ward, n, _ in rows)
    assert [(ward, m) for ward, _, m in after] == [(ward, m) for ward, _, m in rows]
    assert after != rows


@pytest.mark.parametrize("rate", ["0.05", "0.3", "0.9"])
@pytest.mark.parametrize("wards", [1, 300])
def test_the_share_that_moves_is_the_rate_however_small_the_strata(rate: str, wards: int) -> None:
    rows = people(3000, wards)
    after = swapped(step(rate, strata=["ward"]), rows)
    moved = sum(old[1] != new[1] for old, new in zip(rows, after, strict=True)) / 3000
    # Rounding each stratum up or down by lot: at most one pair of each is a matter of chance.
    assert abs(moved - float(rate)) < 3 * 2 * (wards / 4) ** 0.5 / 3000 + 1e-9


@pytest.mark.parametrize("given", [step("0.5"), rank("5")])
def test_values_change_places_two_by_two(given: dict[str, Any]) -> None:
    after = [new[1] for new in swapped(given, people(500))]
    assert all(after[after[n]] == n for n in range(500))


def test_columns_move_together() -> None:
    rows = people(200)
    after = swapped(step("1", columns=["n", "m"]), rows)
    assert {(n, m) for _, n, m in after} == {(n, m) for _, n, m in rows}
    assert all(old[1] != new[1] for old, new in zip(rows, after, strict=True))


@pytest.mark.parametrize("window", ["1", "5", "20"])
def test_ranks_move_within_the_window_and_use_it(window: str) -> None:
    rng = np.random.default_rng(2)
    rows = [("区", int(n), "m") for n in rng.permutation(2000)]
    after = swapped(rank(window), rows)
    apart = np.array([abs(old[1] - new[1]) for old, new in zip(rows, after, strict=True)])
    reach = 2000 * int(window) // 100
    assert apart.max() <= reach
    assert apart.max() > 0.8 * reach
    assert (apart == 0).sum() < 0.02 * 2000 + 5
    assert 0.3 < apart.mean() / reach < 0.7


def test_ranks_of_equal_values_may_meet_and_dates_have_ranks() -> None:
    types: Any = {"d": "date", "t": "datetime"}
    rows = [(f"2026-04-{n % 9 + 1:02}", f"2026-04-01T0{n % 9}:30") for n in range(90)]
    for column in ("d", "t"):
        outcome = run_step(rank("50", columns=[column]), types, rows)
        before = [{"d": row["d"], "t": row["t"]} for row in outcome.before]
        place = list(types).index(column)
        assert Counter(row[place] for row in outcome.rows) == Counter(row[column] for row in before)
        assert [row[place] for row in outcome.rows] != [row[column] for row in before]


def test_the_smallest_window_still_reaches_the_neighbour() -> None:
    after = [new[1] for new in swapped(rank("0.1"), people(4))]
    assert after == [1, 0, 3, 2]


def test_who_lacks_a_value_does_not_take_part() -> None:
    rows = [("区", None, "a"), ("区", 1, "b"), ("区", 2, None), ("区", 3, "d"), ("区", 4, "e"), ("区", None, None)]
    after = swapped(step("1", columns=["n", "m"]), rows)
    assert [after[n] for n in (0, 2, 5)] == [rows[n] for n in (0, 2, 5)]
    assert after[1][1] != 1


def test_who_has_a_hidden_value_does_not_take_part() -> None:
    rows = [("区", 1, "a"), ("区", 2, "b"), ("区", 99, "c")]
    after = swapped(step("1", columns=["n", "m"]), rows, hide={"n": {"column": "n", "equals": "99"}})
    assert after == [("区", 2, "b"), ("区", 1, "a"), ("区", HIDDEN, "c")]


@pytest.mark.parametrize(("if_alone", "left"), [(None, HIDDEN), ("suppress", HIDDEN), ("keep", 7)])
@pytest.mark.parametrize("method", [step, rank])
def test_a_record_alone_in_its_stratum_is_hidden_unless_kept(method: Any, if_alone: str | None, left: Any) -> None:
    given = method(strata=["ward"], if_alone=if_alone)
    after = swapped(given, [("甲", 7, "a"), ("乙", 1, "b"), ("乙", 2, "c"), ("甲", None, "d")])
    assert after[0] == ("甲", left, "a")
    assert {row[1] for row in after[1:3]} == {1, 2}
    assert after[3] == ("甲", None, "d")


def test_a_missing_stratum_is_a_stratum_and_a_hidden_one_another() -> None:
    rows = [(None, 1, "a"), ("", 2, "b"), ("隠", 3, "c"), (None, 4, "d"), ("", 5, "e"), ("隠", 6, "f")]
    after = swapped(step("1", strata=["ward"]), rows, hide={"ward": {"column": "ward", "equals": "隠"}})
    assert [row[1] for row in after] == [4, 5, 6, 1, 2, 3]


def test_strata_of_several_columns_are_not_run_together() -> None:
    types: Any = {"a": "text", "b": "text", "n": "integer"}
    rows = [("ab", "c", 1), ("a", "bc", 2), ("ab", "c", 3), ("a", "bc", 4)]
    outcome = run_step(step("1", strata=["a", "b"]), types, rows)
    assert [row[2] for row in outcome.rows] == [3, 4, 1, 2]


def test_another_key_exchanges_others() -> None:
    rows = people(1000)
    mine, theirs = ([new[1] for new in swapped(step("0.2"), rows, key)] for key in (KEY, OTHER))
    moved = [{n for n, new in enumerate(after) if n != new} for after in (mine, theirs)]
    assert abs(len(moved[0] & moved[1]) - 40) < 3 * 6  # of 200 and 200 in 1,000, 40 meet by chance


def test_a_higher_rate_exchanges_the_same_pairs_and_more() -> None:
    # Two deliveries under one key are then no two lots, to be compared by majority.
    rows = people(1000)
    few, many = ([new[1] for new in swapped(step(rate), rows)] for rate in ("0.1", "0.3"))
    assert all(few[n] in {n, many[n]} for n in range(1000))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.sampled_from("甲乙"), st.integers(0, 3), st.sampled_from("xy")), max_size=30), st.booleans()
)
def test_the_order_of_rows_changes_nothing_of_what_is_released(rows: list[Any], by_rank: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    given = rank("30", strata=["ward"]) if by_rank else step("0.7", strata=["ward"])
    released = Counter(map(repr, swapped(given, rows)))
    assert Counter(map(repr, swapped(given, sorted(rows, key=repr)))) == released
    assert Counter(map(repr, swapped(given, rows[::-1]))) == released


def test_without_a_key_nothing_is_exchanged() -> None:
    assert Swap.needs_key
    assert run_step(step(), TYPES, people(4), None).codes == ["no-key"]


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (step(strata=["n"]), ["column-in-strata"]),
        (step(strata=["x"]), ["missing-column"]),
        (rank(columns=["m"]), ["wrong-type"]),
        (step(columns=["n", "n"]), ["repeated-column"]),
    ],
)
def test_what_does_not_fit_is_said_before_any_data_is_read(given: dict[str, Any], codes: list[str]) -> None:
    assert run_step(given, TYPES, []).codes == codes


@pytest.mark.parametrize(
    "given",
    [
        step(rate=None),
        step(window="5"),
        step("0"),
        step("1.1"),
        rank(window=None),
        rank(rate="0.5"),
        rank("0"),
        rank("101"),
        rank(columns=["n", "m"]),
        step(seed=42),
        step(if_alone="stop"),
    ],
)
def test_half_measures_and_a_known_seed_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Swap.model_validate({**given, "because": "x"})


@pytest.mark.parametrize(
    ("given", "after", "kept"),
    [
        (step("1"), [2, 1, 3, 4], True),
        (step("1"), [2, 2, 3, 4], False),  # a value was made up
        (step("0.1"), [2, 1, 4, 3], False),  # more than the rate
        (step("1"), [2, 1, None, 4], False),
        (rank("25"), [2, 1, 4, 3], True),
        (rank("25"), [3, 2, 1, 4], False),  # beyond the window
        (step("1", strata=["ward"]), [2, 1, 3, 4], True),
        (step("1", strata=["ward"]), [3, 2, 1, 4], False),  # across strata
    ],
)
def test_the_promise_can_be_broken(given: dict[str, Any], after: list[Any], kept: bool) -> None:  # noqa: FBT001 - a table
    technique = Swap.model_validate({**given, "because": "x"})
    rows = [{"ward": "ab"[n // 2], "n": n + 1} for n in range(4)]
    assert technique.holds(rows, [{**row, "n": new} for row, new in zip(rows, after, strict=True)]) is kept
