from __future__ import annotations

from sudare.techniques.technique import HIDDEN
from techniques_at_work import run_step


def test_values_are_hidden_and_missing_ones_stay_missing() -> None:
    step = {"technique": "suppress-cells", "columns": ["病"], "where": {"column": "年齢", "at_least": "90"}}
    outcome = run_step(step, {"病": "text", "年齢": "integer"}, [("a", "90"), (None, "91"), ("b", "89"), ("c", None)])
    assert outcome.rows == [(HIDDEN, 90), (None, 91), ("b", 89), ("c", None)]


def test_what_was_hidden_before_stays_hidden() -> None:
    step = {"technique": "suppress-cells", "columns": ["病"], "where": {"column": "病", "equals": "b"}}
    hide = {"病": {"column": "病", "equals": "a"}}
    outcome = run_step(step, {"病": "text"}, [("a",), ("b",), ("c",)], hide=hide)
    assert outcome.rows == [(HIDDEN,), (HIDDEN,), ("c",)]


def test_a_whole_group_can_be_hidden_and_the_rows_stay() -> None:
    children = {"by": "家", "where": {"column": "続柄", "equals": "子"}, "count_at_least": 2}
    step = {"technique": "suppress-cells", "columns": ["続柄"], "where": {"group": children}}
    rows = [("1", "主"), ("1", "子"), ("1", "子"), ("2", "子")]
    outcome = run_step(step, {"家": "text", "続柄": "text"}, rows)
    assert outcome.texts == [("1", "*"), ("1", "*"), ("1", "*"), ("2", "子")]


def test_every_type_can_be_hidden() -> None:
    types = {"t": "text", "i": "integer", "d": "decimal", "b": "boolean", "day": "date", "at": "datetime"}
    row = ("x", "1", "0.5", "true", "2026-04-01", "2026-04-01T09:30")
    step = {"technique": "suppress-cells", "columns": list(types), "where": {"column": "t", "equals": "x"}}
    outcome = run_step(step, types, [row, (None,) * 6])
    assert outcome.texts == [("*",) * 6, (None,) * 6]
    assert outcome.types == types


def test_a_comparison_that_does_not_fit_is_refused_without_its_value() -> None:
    step = {"technique": "suppress-cells", "columns": ["n"], "where": {"column": "n", "equals": "秘密"}}
    outcome = run_step(step, {"n": "integer"}, [("1",)])
    assert outcome.codes == ["wrong-type"]
    assert "秘密" not in outcome.refused[0].line("ja") + outcome.refused[0].line("en")
