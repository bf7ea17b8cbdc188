"""Classes with too few different sensitive values go with the small ones (distinct l-diversity)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sudare.techniques.delete_small_classes import DeleteSmallClasses
from techniques_at_work import run_step

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


@pytest.mark.parametrize("half", [{"sensitive": "判定"}, {"diverse": 2}])
def test_sensitive_and_diverse_go_together(half: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DeleteSmallClasses.model_validate({**step(**half), "because": "試験"})
