from __future__ import annotations

import pytest
from pydantic import ValidationError

from sudare.techniques.rename_column import RenameColumn
from techniques_at_work import run_step


def test_a_column_goes_on_under_another_name_in_its_place() -> None:
    step = {"technique": "rename-column", "columns": ["b"], "to": "乙"}
    outcome = run_step(step, {"a": "text", "b": "integer"}, [("x", "1"), ("y", None)])
    assert outcome.names == ("a", "乙")
    assert outcome.rows == [("x", 1), ("y", None)]
    assert not RenameColumn.decides


def test_a_hidden_cell_stays_hidden() -> None:
    step = {"technique": "rename-column", "columns": ["a"], "to": "b"}
    outcome = run_step(step, {"a": "text"}, [("x",)], hide={"a": {"column": "a", "equals": "x"}})
    assert outcome.texts == [("*",)]


@pytest.mark.parametrize("to", ["a", "b", "か\u3099"])  # the last is が as a Mac writes it
def test_a_name_in_use_is_refused(to: str) -> None:
    types = {"a": "text", "b": "text", "が": "text"}
    outcome = run_step({"technique": "rename-column", "columns": ["a"], "to": to}, types, [])
    assert outcome.codes == ["name-taken"]


@pytest.mark.parametrize("columns", [[], ["a", "b"]])
def test_one_column_at_a_time(columns: list[str]) -> None:
    with pytest.raises(ValidationError):
        run_step({"technique": "rename-column", "columns": columns, "to": "c"}, {"a": "text", "b": "text"}, [])
