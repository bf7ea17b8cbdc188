"""Classes that tell too much of a sensitive column go with the small ones: distinct l-diversity and t-closeness."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sudare.measures.closeness import equal_distance, ordered_distance
from sudare.measures.kernel import classes_of, encode
from sudare.measures.kernel.values import values_of
from sudare.techniques.delete_small_classes import DeleteSmallClasses
from techniques_at_work import run_step

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPES: dict[str, Any] = {"住所": "text", "判定": "text"}


def step(**more: Any) -> dict[str, Any]:
    return {"technique": "delete-small-classes", "columns": ["住所"], "below": 2, **more}


def left(rows: list[tuple[str | None, str | None]], **more: Any) -> list[tuple[Any, ...]]:
    outcome = run_step(step(sensitive="判定", diverse=2, **more), TYPES, rows)
    assert outcome.codes == []
    return [tuple(row) for row in outcome.rows if row is not None]


def test_a_class_of_one_sensitive_value_goes_however_large_it_is() -> None:
    rows: list[tuple[str | None, str | None]] = [("北", "A")] * 5 + [("南", "A"), ("南", "B"), ("西", "A")]
    assert left(rows) == [("南", "A"), ("南", "B")]


def test_a_missing_sensitive_value_is_one_of_the_values() -> None:
    assert left([("北", "A"), ("北", None), ("南", None), ("南", None)]) == [("北", "A"), ("北", None)]


def test_too_many_gone_is_refused_for_this_too() -> None:
    outcome = run_step(step(sensitive="判定", diverse=2, at_most="10%"), TYPES, [("北", "A")] * 4)
    assert outcome.codes == ["too-many-deleted"]


@pytest.mark.parametrize(
    "half",
    [
        {"sensitive": "判定"},
        {"diverse": 2},
        {"close": "0.5"},
        {"below": 1},
        {"sensitive": "判定", "diverse": 2, "distance": "ordered"},
        {"sensitive": "判定", "close": "1.5"},
    ],
)
def test_parameters_that_need_one_another_go_together(half: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DeleteSmallClasses.model_validate({**step(**half), "because": "試験"})


# t-closeness

CELL = st.sampled_from(["a", "b", "c", None])
ROWS = st.lists(st.tuples(CELL, CELL, st.integers(0, 6)), min_size=2, max_size=30)
LIMITS = st.sampled_from(["0", "0.1", "0.25", "0.333", "0.5", "0.75"])
quickly = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def distances(rows: Sequence[tuple[Any, ...]], sensitive: int, *, ordered: bool) -> list[float]:
    """Return how far the class of each row lies, by the measure."""
    classes = classes_of([encode("key", pa.array([row[0] for row in rows], pa.string()))])
    values = values_of(classes, encode("s", pa.array([row[sensitive] for row in rows]), in_order=ordered))
    each = ordered_distance(values) if ordered else equal_distance(values)
    return [float(each[number]) for number in classes.of_line]


@quickly
@given(ROWS, LIMITS, st.integers(1, 3), st.booleans())
def test_just_the_classes_go_that_the_measure_finds_too_far(
    rows: list[tuple[Any, ...]],
    limit: str,
    below: int,
    ordered: bool,  # noqa: FBT001
) -> None:
    far = distances(rows, 2 if ordered else 1, ordered=ordered)
    size = Counter(row[0] for row in rows)
    about = {"sensitive": "n" if ordered else "s", "close": limit, "distance": "ordered" if ordered else "equal"}
    one = {"technique": "delete-small-classes", "columns": ["key"], "below": below, **about}
    outcome = run_step(one, {"key": "text", "s": "text", "n": "integer"}, rows)
    kept = [row for row, apart in zip(rows, far, strict=True) if apart <= float(limit) + 1e-9 and size[row[0]] >= below]
    assert outcome.codes == []
    assert Counter(outcome.rows) == Counter(kept)


def test_a_hidden_sensitive_value_is_another_than_a_missing_one() -> None:
    rows = [("北", "A"), ("北", None), ("南", "A"), ("南", "秘")]
    about = {"sensitive": "判定", "close": "0.2"}
    hide = {"判定": {"column": "判定", "equals": "秘"}}
    assert run_step(step(**about), TYPES, rows, hide=hide).rows == []
    assert len(run_step(step(**about), TYPES, [*rows[:3], ("南", None)]).rows) == 4


def test_a_person_counts_once_with_each_value() -> None:
    rows = [("北", "A", "一"), ("北", "A", "一"), ("北", "B", "二"), ("南", "A", "三"), ("南", "B", "四")]
    about = {"columns": ["住所"], "sensitive": "判定", "close": "0"}
    outcome = run_step(step(**about), {**TYPES, "人": "text"}, rows, person="人")
    assert outcome.codes == []
    assert len(outcome.rows) == 5
    assert run_step(step(**about), {**TYPES, "人": "text"}, rows).rows == []


def test_the_far_classes_count_in_the_share_that_may_go() -> None:
    rows: list[tuple[str | None, str | None]] = [("北", "A"), ("北", "B"), ("南", "A"), ("南", "A")]
    about = {"sensitive": "判定", "close": "0.25", "at_most": "49%"}
    assert run_step(step(**about), TYPES, rows).codes == []
    assert run_step(step(**about, below=3), TYPES, rows).codes == ["too-many-deleted"]
    assert run_step(step(**{**about, "close": "0.2"}), TYPES, rows).codes == ["too-many-deleted"]


def test_places_in_an_order_need_numbers_or_dates_and_none_missing() -> None:
    about = {"sensitive": "判定", "close": "0.5", "distance": "ordered"}
    assert run_step(step(**about), TYPES, []).codes == ["wrong-type"]
    numbers = {**TYPES, "判定": "integer"}
    assert run_step(step(**about), numbers, [("北", "1"), ("北", None)]).codes == ["missing-in-order"]
    assert run_step(step(**about), numbers, []).codes == []
