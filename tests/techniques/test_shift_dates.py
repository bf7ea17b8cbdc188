"""All dates of a person move by one secret number of days; intervals stay."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sudare.techniques.shift_dates import ShiftDates
from sudare.techniques.technique import HIDDEN
from techniques_at_work import KEY, run_step

OTHER = bytes(reversed(KEY))
TYPES: Any = {"who": "text", "came": "date", "left": "datetime"}


def step(days: int = 30, **more: Any) -> dict[str, Any]:
    return {"technique": "shift-dates", "columns": ["came", "left"], "person": "who", "days": days, **more}


def moved(given: dict[str, Any], rows: list[Any], key: bytes = KEY, **more: Any) -> list[Any]:
    outcome = run_step(given, TYPES, rows, key, **more)
    assert outcome.codes == []
    return outcome.rows


def people(count: int) -> list[Any]:
    return [(f"p{n}", date(2025, 4, 10), datetime(2025, 4, 12, 9, 30)) for n in range(count)]  # noqa: DTZ001 - of a table


def shifts(before: list[Any], after: list[Any]) -> list[int]:
    return [(new[1] - old[1]).days for old, new in zip(before, after, strict=True)]


def test_the_dates_of_a_person_move_together_and_their_intervals_stay() -> None:
    days = [date(2024, 1, 31) + timedelta(days=17 * n) for n in range(40)]
    rows = [(f"p{n % 5}", day, datetime(day.year, day.month, day.day, 23, 59)) for n, day in enumerate(days)]  # noqa: DTZ001 - of a table
    of: dict[str, set[timedelta]] = defaultdict(set)
    for old, new in zip(rows, moved(step(), rows), strict=True):
        of[old[0]] |= {new[1] - old[1], new[2] - old[2]}
    assert all(len(one) == 1 for one in of.values())
    assert len({tuple(one) for one in of.values()}) > 1


@pytest.mark.parametrize("days", [1, 3, 30])
def test_shifts_are_even_within_the_bounds_and_never_none(days: int) -> None:
    rows = people(6000)
    found = Counter(shifts(rows, moved(step(days), rows)))
    assert set(found) == {*range(-days, 0), *range(1, days + 1)}
    expected = 6000 / (2 * days)
    assert max(abs(size - expected) for size in found.values()) < 5 * expected**0.5


def test_whole_weeks_keep_the_weekday() -> None:
    rows = people(500)
    found = Counter(shifts(rows, moved(step(30, weeks=True), rows)))
    assert set(found) == {-28, -21, -14, -7, 7, 14, 21, 28}


def test_the_shift_is_the_same_in_every_step_and_delivery_and_another_under_another_key() -> None:
    rows = people(300)
    one = shifts(rows, moved(step(), rows))
    assert shifts(rows, moved(step(columns=["came"]), rows[::-1]))[::-1] == one
    theirs = shifts(rows, moved(step(), rows, OTHER))
    assert sum(a == b for a, b in zip(one, theirs, strict=True)) < 20  # one in sixty by chance


def test_another_reach_is_another_draw() -> None:
    # In proportion, two deliveries would tell the true date.
    rows = people(300)
    near, far = (shifts(rows, moved(step(days), rows)) for days in (30, 60))
    assert sum((a < 0) == (b < 0) for a, b in zip(near, far, strict=True)) in range(115, 186)


def test_who_is_missing_moves_row_by_row_and_the_interval_in_the_row_stays() -> None:
    rows = [(None, date(2025, 4, 1) + timedelta(days=n), datetime(2025, 5, 1, 8)) for n in range(60)]  # noqa: DTZ001 - of a table
    after = moved(step(), rows)
    assert len({new[1] - old[1] for old, new in zip(rows, after, strict=True)}) > 10
    assert all(new[1] - old[1] == new[2] - old[2] for old, new in zip(rows, after, strict=True))


def test_missing_stays_missing_and_hidden_stays_hidden() -> None:
    rows = [("a", None, "2025-04-02 08:00:00"), ("a", "2025-04-01", None), ("a", "2025-04-09", "2025-04-10 00:00:00")]
    after = moved(step(), rows, hide={"came": {"column": "came", "equals": "2025-04-09"}})
    assert [after[0][1], after[1][2], after[2][1]] == [None, None, HIDDEN]
    assert after[1][1] is not None
    assert after[2][2] is not None


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.dates(date(1900, 1, 1), date(2100, 1, 1))), max_size=20)
)
def test_the_order_of_rows_changes_nothing(drawn: list[Any]) -> None:
    rows = [(who, day, datetime(2025, 1, 1)) for who, day in drawn]  # noqa: DTZ001 - of a table
    assert Counter(moved(step(), rows)) == Counter(moved(step(), rows[::-1]))


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-05"])
def test_dates_that_would_leave_the_calendar_are_refused_whatever_the_draw(day: str) -> None:
    outcome = run_step(step(), TYPES, [("a", day, None)])
    assert outcome.codes == ["date-out-of-range"]
    assert day not in str(outcome.refused[0].what)


def test_without_a_key_nothing_moves() -> None:
    assert ShiftDates.needs_key
    assert ShiftDates.perturbs
    assert run_step(step(), TYPES, people(2), None).codes == ["no-key"]


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (step(columns=["who"]), ["wrong-type", "person-column"]),
        (step(columns=["came"], person="came"), ["person-column"]),
        (step(person="x"), ["missing-column"]),
    ],
)
def test_what_does_not_fit_is_said_before_any_data_is_read(given: dict[str, Any], codes: list[str]) -> None:
    assert run_step(given, TYPES, []).codes == codes


@pytest.mark.parametrize("given", [step(0), step(3661), step(13, weeks=True), step(seed=1), step(columns=[])])
def test_no_shift_and_a_known_seed_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ShiftDates.model_validate({**given, "because": "x"})


@pytest.mark.parametrize(
    ("by", "kept"),
    [
        ((7, 7, -14, 3), False),  # the last is no week
        ((7, 7, -14, 21), True),
        ((7, 14, -14, 21), False),  # one person by two shifts
        ((7, 7, 0, 21), False),
        ((7, 7, -35, 21), False),
        ((7, 7, None, 21), False),
    ],
)
def test_the_promise_can_be_broken(by: tuple[int | None, ...], kept: bool) -> None:  # noqa: FBT001 - a table
    technique = ShiftDates.model_validate({**step(columns=["came"], weeks=True), "because": "x"})
    before = [{"who": who, "came": date(2025, 4, 1)} for who in ("a", "a", None, None)]
    after = [
        {**row, "came": None if days is None else row["came"] + timedelta(days=days)}
        for row, days in zip(before, by, strict=True)
    ]
    assert technique.holds(before, after) is kept
