from __future__ import annotations

import pytest
from pydantic import ValidationError

from sudare.techniques.delete_records import DeleteRecords
from techniques_at_work import run_step

AGED = {"technique": "delete-records", "where": {"column": "年齢", "at_least": "100"}}


def test_the_rows_that_meet_the_condition_go_and_no_other() -> None:
    outcome = run_step(AGED, {"氏名": "text", "年齢": "integer"}, [("a", "99"), ("b", "100"), ("c", None)])
    assert outcome.rows == [("a", 99), ("c", None)]
    assert [row is None for row in outcome.aligned] == [False, True, False]
    assert not DeleteRecords.decides


def test_a_household_with_ten_children_goes_as_a_whole() -> None:
    # Guideline 3-2-4, example 1.
    large = [("0001", "世帯主"), ("0001", "配偶者"), *[("0001", "子")] * 10]
    small = [("0002", "世帯主"), *[("0002", "子")] * 9]
    children = {"by": "世帯番号", "where": {"column": "続柄", "equals": "子"}, "count_at_least": 10}
    step = {"technique": "delete-records", "where": {"group": children}}
    outcome = run_step(step, {"世帯番号": "text", "続柄": "text"}, [*large, *small, (None, "子")])
    assert outcome.rows == [*small, (None, "子")]


def test_a_mask_goes_with_its_row_and_stays_with_the_others() -> None:
    rows = [("a", "1"), ("b", "100"), ("a", "3")]
    hide = {"氏名": {"column": "氏名", "equals": "a"}}
    outcome = run_step(AGED, {"氏名": "text", "年齢": "integer"}, rows, hide=hide)
    assert outcome.texts == [("*", "1"), ("*", "3")]


def test_it_names_no_columns_of_its_own() -> None:
    with pytest.raises(ValidationError):
        DeleteRecords.model_validate({**AGED, "because": "x", "columns": ["年齢"]})


def test_a_column_of_the_condition_that_is_not_there_is_told_once() -> None:
    outcome = run_step(AGED, {"年令": "integer"}, [])
    assert outcome.codes == ["missing-column"]
