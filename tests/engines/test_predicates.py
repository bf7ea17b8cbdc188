"""Conditions on rows: each form, missing values, groups, and values that look like SQL."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sudare.engines.by_hand import met
from sudare.engines.predicates import Group, Predicate, typed
from sudare.models import problems_of
from sudare.tables.schema import Column, Schema
from techniques_at_work import run_step

TYPES = {"家": "text", "続柄": "text", "年齢": "integer", "身長": "decimal", "日": "date", "有": "boolean"}
SCHEMA = Schema(columns=tuple(Column(name=name, type=kind) for name, kind in TYPES.items()))
ROWS: list[tuple[Any, ...]] = [
    ("1", "世帯主", 50, 170.5, date(1970, 1, 3), True),
    ("1", "子", 20, 160.0, date(2000, 2, 29), False),
    ("1", "子", 18, None, None, None),
    ("2", "世帯主", None, 150.25, date(1989, 1, 8), True),
    (None, None, 90, 150.0, date(1989, 1, 7), False),
]


def rows_meeting(where: dict[str, Any]) -> list[int]:
    """Return which rows the engine finds to meet a condition: those that delete-records removes."""
    outcome = run_step({"technique": "delete-records", "where": where}, TYPES, ROWS)
    assert outcome.refused == ()
    return [n for n, row in enumerate(outcome.aligned) if row is None]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"column": "続柄", "equals": "子"}, [1, 2]),
        ({"column": "続柄", "in": ["子", "父"]}, [1, 2]),
        ({"column": "年齢", "equals": "20"}, [1]),
        ({"column": "年齢", "at_least": "50"}, [0, 4]),
        ({"column": "年齢", "at_most": "20"}, [1, 2]),
        ({"column": "年齢", "between": ["18", "20"]}, [1, 2]),  # both ends
        ({"column": "身長", "equals": "150.25"}, [3]),
        ({"column": "身長", "at_least": "160"}, [0, 1]),
        ({"column": "日", "at_least": "平成元年1月8日"}, [1, 3]),
        ({"column": "日", "between": ["1970-01-03", "1989-01-07"]}, [0, 4]),
        ({"column": "有", "equals": "false"}, [1, 4]),
        ({"column": "年齢", "missing": "true"}, [3]),
        ({"column": "年齢", "missing": "false"}, [0, 1, 2, 4]),
        ({"column": "続柄", "matches": "世.*"}, [0, 3]),
        ({"column": "続柄", "matches": "世"}, []),  # the whole text
        ({"not": {"column": "年齢", "at_least": "50"}}, [1, 2, 3]),  # a missing value meets no comparison
        ({"not": {"not": {"column": "年齢", "at_least": "50"}}}, [0, 4]),
        ({"all": [{"column": "家", "equals": "1"}, {"column": "年齢", "at_most": "20"}]}, [1, 2]),
        ({"any": [{"column": "家", "equals": "2"}, {"column": "年齢", "at_least": "90"}]}, [3, 4]),
        ({"group": {"by": "家", "where": {"column": "続柄", "equals": "子"}, "count_at_least": "2"}}, [0, 1, 2]),
        ({"group": {"by": "家", "where": {"column": "続柄", "equals": "子"}, "count_at_most": "1"}}, [3]),
        ({"group": {"by": "家", "where": {"column": "年齢", "missing": "true"}, "count_at_least": "1"}}, [3]),
    ],
)
def test_each_form(where: dict[str, Any], expected: list[int]) -> None:
    assert rows_meeting(where) == expected
    rows = [dict(zip(TYPES, row, strict=True)) for row in ROWS]
    assert [n for n, one in enumerate(met(Predicate.model_validate(where), rows)) if one] == expected


def test_a_hidden_value_meets_no_comparison() -> None:
    outcome = run_step(
        {"technique": "delete-records", "where": {"column": "年齢", "at_least": "0"}},
        TYPES,
        ROWS,
        hide={"年齢": {"column": "年齢", "at_least": "50"}},
    )
    assert [n for n, row in enumerate(outcome.aligned) if row is None] == [1, 2]


NASTY = ["'", "''", '"', "; DROP TABLE base1; --", "%", "_", "\\", "\\'", "{x}", "$1", "?", "\n", "1 OR 1=1", "é", "　"]


@pytest.mark.parametrize("value", NASTY)
def test_values_stay_values(value: str) -> None:
    rows = [(value, 1), ("x", 2), (None, 3)]
    types = {"文": "text", "n": "integer"}
    for where in ({"column": "文", "equals": value}, {"column": "文", "in": [value]}):
        outcome = run_step({"technique": "delete-records", "where": where}, types, rows)
        assert outcome.rows == [("x", 2), (None, 3)]


def test_column_names_stay_names() -> None:
    name = '"; DROP TABLE base1; --'
    where = {"column": name, "equals": "1"}
    outcome = run_step({"technique": "delete-records", "where": where}, {name: "integer"}, [(1,), (2,)])
    assert outcome.rows == [(2,)]


comparisons = st.one_of(
    st.builds(lambda v: {"column": "a", "equals": v}, st.sampled_from("xyz'")),
    st.builds(lambda v: {"column": "a", "in": v}, st.lists(st.sampled_from("xyz'"), min_size=1, max_size=3)),
    st.builds(lambda v: {"column": "n", "at_least": str(v)}, st.integers(-3, 3)),
    st.builds(lambda v: {"column": "n", "at_most": str(v)}, st.integers(-3, 3)),
    st.builds(lambda v, w: {"column": "n", "between": [str(v), str(w)]}, st.integers(-3, 3), st.integers(-3, 3)),
    st.builds(lambda v: {"column": "d", "at_least": str(v)}, st.sampled_from(["0.1", "0.3", "-1", "2.5"])),
    st.builds(lambda c, v: {"column": c, "missing": v}, st.sampled_from("and"), st.booleans()),
    st.builds(lambda v: {"column": "a", "matches": v}, st.sampled_from(["x", "[xy]+", ".*", "a|y"])),
)


def nested(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda parts: {"all": parts}, several),
        st.builds(lambda parts: {"any": parts}, several),
        st.builds(lambda part: {"not": part}, inner),
    )


without_groups = st.recursive(comparisons, nested, max_leaves=6)
groups = st.builds(
    lambda by, where, least: {"group": {"by": by, "where": where, "count_at_least": least}},
    st.sampled_from("an"),
    without_groups,
    st.integers(1, 3),
)
conditions = st.recursive(st.one_of(comparisons, comparisons, groups), nested, max_leaves=6)
rows_of = st.lists(
    st.tuples(
        st.one_of(st.none(), st.sampled_from(["x", "y", "z", "'", "xy"])),
        st.one_of(st.none(), st.integers(-3, 3)),
        st.one_of(st.none(), st.sampled_from([0.1, 0.1 + 0.2, 0.3, -1.0, 2.5])),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(conditions, rows_of)
def test_nested_conditions_agree_with_plain_python(where: dict[str, Any], rows: list[tuple[Any, ...]]) -> None:
    types = {"a": "text", "n": "integer", "d": "decimal"}
    outcome = run_step({"technique": "delete-records", "where": where}, types, rows)
    expected = met(Predicate.model_validate(where), [dict(zip("and", row, strict=True)) for row in rows])
    assert [row is None for row in outcome.aligned] == expected


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({"column": "年齢", "at_least": "秘密"}, "wrong-type"),
        ({"column": "年齢", "equals": "1.5"}, "wrong-type"),
        ({"column": "日", "equals": "昭和65年1月1日"}, "wrong-type"),
        ({"column": "有", "equals": "秘密"}, "wrong-type"),
        ({"column": "年齢", "matches": "1.*"}, "wrong-type"),
        ({"column": "続柄", "matches": "秘密(["}, "bad-pattern"),
        ({"column": "続き柄", "equals": "秘密"}, "missing-column"),
        (
            {"group": {"by": "世帯", "where": {"column": "続柄", "equals": "秘密"}, "count_at_least": 2}},
            "missing-column",
        ),
    ],
)
def test_what_does_not_fit_is_said_without_the_value(where: dict[str, Any], code: str) -> None:
    problems = list(Predicate.model_validate(where).problems(SCHEMA, "steps[0].where"))
    assert [problem.code for problem in problems] == [code]
    assert "秘密" not in problems[0].message.ja + problems[0].message.en


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({}, "bad-condition"),
        ({"column": "年齢"}, "bad-condition"),
        ({"equals": "秘密"}, "bad-condition"),
        ({"column": "年齢", "equals": "秘密", "at_least": "2"}, "bad-condition"),
        ({"column": "年齢", "equals": "秘密", "all": [{"column": "年齢", "missing": True}]}, "bad-condition"),
        ({"group": {"by": "家", "where": {"column": "年齢", "missing": True}}}, "missing-key"),
        (
            {
                "group": {
                    "by": "家",
                    "count_at_least": 1,
                    "where": {"group": {"by": "家", "count_at_least": 1, "where": {"column": "年齢", "missing": True}}},
                }
            },
            "nested-group",
        ),
        ({"column": "年齢", "equal": "秘密"}, "unknown-key"),
    ],
)
def test_a_condition_says_one_thing(where: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Predicate.model_validate(where)
    problems = problems_of(raised.value, Predicate)
    assert code in [problem.code for problem in problems]
    assert all("秘密" not in problem.line("ja") + problem.line("en") for problem in problems)


def test_values_from_python_are_taken_as_they_would_be_written() -> None:
    assert Predicate(column="年齢", at_least=90).at_least == "90"
    assert Predicate(column="有", equals=True).equals == "true"
    assert Predicate(column="日", between=(date(2026, 4, 1), "2026-05-01")).between == ("2026-04-01", "2026-05-01")


def test_a_condition_names_its_columns_once() -> None:
    group = Group(by="家", where=Predicate(column="続柄", equals="子"), count_at_least=1)
    both = Predicate(all=(Predicate(group=group), Predicate(column="続柄", missing=True)))
    assert both.columns() == ("続柄", "家")


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("90", "integer", 90),
        ("90.0", "integer", 90),
        ("90.5", "integer", None),
        ("NaN", "decimal", None),
        ("Infinity", "decimal", None),
        ("TRUE", "boolean", True),
        ("はい", "boolean", None),
        ("昭和45年1月3日", "date", date(1970, 1, 3)),
        ("1970-02-30", "date", None),
    ],
)
def test_values_are_read_as_the_type_of_their_column(text: str, kind: Any, expected: object) -> None:
    assert typed(text, kind) == expected
