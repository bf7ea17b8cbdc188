from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare import UsageError, search
from sudare.design.adopting import with_search
from sudare.design.ladders import ladders
from sudare.specs import check_document, dump_spec, parse_spec
from sudare.tables.schema import Column, Schema


def _schema(**types: str) -> Schema:
    return Schema.model_validate({"columns": [{"name": name, "type": kind} for name, kind in types.items()]})


@given(st.lists(st.integers(-10_000_000, 10_000_000), min_size=1, unique=True))
def test_every_number_has_a_row_and_the_top_tells_nothing(numbers: list[int]) -> None:
    made = ladders(pa.table({"n": [*numbers, None]}), _schema(n="integer"), ["n"])["n"]
    assert set(made.leaves) == {str(number) for number in numbers}
    assert set(made.groups(made.height - 1)) == {"*"}
    assert made.height <= 5


def test_decimals_keep_their_scale_as_the_engine_writes_it() -> None:
    made = ladders(pa.table({"cm": [150.5, 170.0, 181.25]}), _schema(cm="decimal"), ["cm"])["cm"]
    assert made.leaves == ("150.5", "170", "181.25")


def test_days_go_by_the_calendar_addresses_by_place_and_words_all_or_nothing() -> None:
    table = pa.table(
        {"受診日": [date(2025, 6, 2)], "住所": ["愛媛県松山市一番町4-4-2"], "判定": ["A"], "額": [Decimal("1.5")]}
    )
    schema = _schema(受診日="date", 住所="text", 判定="text")
    made = ladders(table, schema, ["受診日", "住所", "判定"], addresses={"住所"})
    assert made["受診日"].rows[0][0] == "2025-06-02"
    assert made["住所"].rows[0][1] == "愛媛県松山市"
    assert made["判定"].rows == (("A", "*"),)


def test_a_column_of_too_many_values_is_refused_without_telling_any() -> None:
    table = pa.table({"番号": [f"P{n:06d}" for n in range(50_001)]})
    with pytest.raises(UsageError) as raised:
        ladders(table, _schema(番号="text"), ["番号"])
    [problem] = raised.value.problems
    assert (problem.code, problem.where) == ("too-many-values", "番号")
    assert "P0" not in problem.line("ja") + problem.line("en")


def test_what_a_search_found_takes_the_place_of_what_decided_its_columns() -> None:
    table = pa.table({"年齢": [n % 60 + 20 for n in range(600)], "性別": ["男", "女"] * 300, "判定": ["A"] * 600})
    schema = Schema(columns=(Column(name="年齢", type="integer"), Column(name="性別"), Column(name="判定")))
    found = search(table, ladders(table, schema, ["年齢", "性別"]), ["年齢", "性別"], k=30)
    text = """
sudare: 1
title: 試し
input:
  columns:
    - {name: 年齢, type: integer}
    - {name: 性別, type: text}
    - {name: 判定, type: text}
steps:
  - {technique: keep, columns: [年齢, 性別, 判定], because: 提案項目}
checks:
  - {measure: k-anonymity, columns: [年齢, 性別], at_least: 5}
"""
    spec = with_search(parse_spec(text.lstrip()).spec, found, by="山田 2026-06-02")
    assert [check.at_least for check in spec.checks if check.measure == "k-anonymity"] == [30]  # type: ignore[attr-defined]
    assert [step.columns for step in spec.steps if step.technique == "keep" and "判定" in step.columns] == [("判定",)]
    assert [step.technique for step in spec.steps if "年齢" in step.columns and step.decides] == ["bin"]
    assert not check_document(parse_spec(dump_spec(spec))).problems
