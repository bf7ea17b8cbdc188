"""Nobody has more records than said, and which ones stay follows from the key and the content alone."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sudare.techniques.limit_records_per_person import LimitRecordsPerPerson
from techniques_at_work import KEY, run_step

if TYPE_CHECKING:
    from collections.abc import Sequence

OTHER = bytes(reversed(KEY))
TYPES: Any = {"who": "text", "day": "date", "n": "integer"}


def step(at_most: int = 2, **more: Any) -> dict[str, Any]:
    return {"technique": "limit-records-per-person", "person": "who", "at_most": at_most, **more}


def ordered(keep: str, at_most: int = 2, **more: Any) -> dict[str, Any]:
    return step(at_most, **{"keep": keep, "order_by": "day", **more})


def left(given: dict[str, Any], rows: Sequence[Any], key: bytes = KEY, **more: Any) -> list[Any]:
    outcome = run_step(given, TYPES, rows, key, **more)
    assert outcome.codes == []
    return outcome.rows


def visits(people: int, each: int) -> list[Any]:
    return [(f"p{n % people}", f"2026-04-{1 + n // people:02}", n) for n in range(people * each)]


@pytest.mark.parametrize("at_most", [1, 3, 7, 20])
@pytest.mark.parametrize("make", [step, lambda n: ordered("first", n), lambda n: ordered("last", n)])
def test_nobody_has_more_and_nobody_loses_one_without_need(make: Any, at_most: int) -> None:
    rows = [row for n in range(1, 13) for row in [(f"p{n}", "2026-04-01", k) for k in range(n)]]
    after = Counter(row[0] for row in left(make(at_most), rows))
    assert after == {f"p{n}": min(n, at_most) for n in range(1, 13)}


@pytest.mark.parametrize(("keep", "days"), [("first", {1, 2}), ("last", {4, 5})])
def test_the_first_or_the_last_stay(keep: str, days: set[int]) -> None:
    after = left(ordered(keep), visits(20, 5)[::-1])
    assert {row[1].day for row in after} == days
    assert len(after) == 40


@pytest.mark.parametrize("keep", ["first", "last"])
def test_rows_without_a_place_in_the_order_stay_only_where_there_is_room(keep: str) -> None:
    rows = [("a", None, 1), ("a", "2026-04-02", 2), ("a", "2026-04-01", 3), ("b", None, 4)]
    assert [row[2] for row in left(ordered(keep), rows)] == [2, 3, 4]
    assert [row[2] for row in left(ordered(keep, 3), rows)] == [1, 2, 3, 4]


def test_numbers_are_put_in_order_as_numbers() -> None:
    rows = [("a", None, n) for n in (9, 10, -3, 100)]
    assert [row[2] for row in left(ordered("first", order_by="n"), rows)] == [9, -3]
    assert [row[2] for row in left(ordered("last", order_by="n"), rows)] == [10, 100]


def test_the_lot_is_even() -> None:
    kept = Counter(row[1] for row in left(step(1), visits(3000, 3)))
    assert all(abs(size - 1000) < 4 * 26 for size in kept.values())  # a standard deviation is 26
    assert len(kept) == 3


def test_another_key_draws_others_and_a_higher_limit_only_adds() -> None:
    rows = visits(200, 6)
    few, many, theirs = (set(left(step(n), rows, key)) for n, key in ((2, KEY), (4, KEY), (2, OTHER)))
    assert few < many
    assert len(few & theirs) < 200  # of 400, a third by chance


def test_ties_follow_from_the_content_and_not_from_the_order_of_rows() -> None:
    rows = [("a", "2026-04-01", n) for n in range(30)]
    assert set(left(ordered("first", 5), rows)) == set(left(ordered("first", 5), rows[::-1]))
    assert set(left(ordered("first", 5), rows)) != set(left(ordered("first", 5), rows, OTHER))
    assert sorted(row[2] for row in left(ordered("first", 5), rows)) != list(range(5))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "", None]), st.integers(1, 3), st.integers(0, 2)), max_size=25),
    st.sampled_from(["random", "first", "last"]),
)
def test_the_order_of_rows_changes_nothing_of_what_is_released(drawn: list[Any], keep: str) -> None:
    rows = [(who, date(2026, 4, day), n) for who, day, n in drawn]
    given = step() if keep == "random" else ordered(keep)
    assert Counter(left(given, rows)) == Counter(left(given, rows[::-1]))


def test_rows_whose_person_is_missing_or_hidden_count_as_one_person() -> None:
    rows = [(None, "2026-04-01", 1), (None, "2026-04-01", 2), ("隠", "2026-04-01", 3), ("a", "2026-04-01", 4)]
    after = left(step(1), rows, hide={"who": {"column": "who", "equals": "隠"}})
    assert len(after) == 2
    assert after[-1] == ("a", date(2026, 4, 1), 4)


def test_without_a_key_nothing_is_drawn() -> None:
    assert LimitRecordsPerPerson.needs_key
    assert run_step(step(), TYPES, visits(2, 2), None).codes == ["no-key"]


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (step(person="x"), ["missing-column"]),
        (ordered("first", order_by="x"), ["missing-column"]),
        (ordered("first", order_by="who"), ["wrong-type", "repeated-column"]),
    ],
)
def test_what_does_not_fit_is_said_before_any_data_is_read(given: dict[str, Any], codes: list[str]) -> None:
    assert run_step(given, TYPES, []).codes == codes


@pytest.mark.parametrize(
    "given", [step(0), step(keep="first"), step(order_by="day"), step(keep="some"), step(columns=["who"]), step(seed=1)]
)
def test_half_said_limits_and_a_known_seed_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LimitRecordsPerPerson.model_validate({**given, "because": "x"})


@pytest.mark.parametrize(
    ("given", "stay", "kept"),
    [
        (step(), [0, 1, 4], True),
        (step(), [1, 2, 4], True),
        (step(), [0, 1, 2, 4], False),  # one too many
        (step(), [0, 4], False),  # one too few
        (step(), [0, 1], False),  # who had few lost one
        (ordered("first"), [0, 1, 4], True),
        (ordered("first"), [0, 2, 4], False),
        (ordered("last"), [1, 2, 4], True),
        (ordered("last"), [2, 3, 4], False),  # a row without a day before one with
    ],
)
def test_the_promise_can_be_broken(given: dict[str, Any], stay: list[int], kept: bool) -> None:  # noqa: FBT001 - a table
    technique = LimitRecordsPerPerson.model_validate({**given, "because": "x"})
    before = [{"who": "ab"[n // 4], "day": date(2026, 4, n + 1) if n != 3 else None, "n": n} for n in range(5)]
    assert technique.holds(before, [row if n in stay else None for n, row in enumerate(before)]) is kept
