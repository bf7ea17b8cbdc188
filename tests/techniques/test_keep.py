from __future__ import annotations

from sudare.techniques.keep import Keep
from techniques_at_work import run_step


def test_keeping_decides_a_column_and_replaces_nothing() -> None:
    outcome = run_step({"technique": "keep", "columns": ["a"]}, {"a": "decimal"}, [("0.1",), (None,), ("1e300",)])
    assert outcome.rows == [(0.1,), (None,), (1e300,)]
    assert Keep.decides
    assert not Keep.replaces


def test_a_hidden_cell_stays_hidden() -> None:
    outcome = run_step(
        {"technique": "keep", "columns": ["a"]},
        {"a": "text"},
        [("x",), (None,)],
        hide={"a": {"column": "a", "equals": "x"}},
    )
    assert outcome.texts == [("*",), (None,)]


def test_a_column_that_is_not_there_is_named_with_its_near_match() -> None:
    outcome = run_step({"technique": "keep", "columns": ["heihgt"]}, {"height": "text"}, [])
    assert outcome.codes == ["missing-column"]
    assert "height" in outcome.refused[0].message.en
