"""A question is asked without what its answer does not need, and its answer stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.engine import FEW, Engine
from sudare.engines.lean import lean
from sudare.engines.relation import ROW, Cell, Change, Lookup, Relation
from sudare.errors import SudareError
from sudare.tables.schema import Column, Schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = Schema(columns=(Column(name="区分"), Column(name="年齢", type="integer")))
ARROW = pa.schema([("区分", pa.string()), ("年齢", pa.int64())])
GROUPS = pa.table({"key0": ["a", "b"], "to": ["甲", "乙"]})


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(tmp_path / "spill", threads=2) as opened:
        yield opened


@pytest.fixture
def table(engine: Engine) -> Relation:
    return engine.load([pa.record_batch([["a", "b", None, "a"], [1, 2, 3, None]], schema=ARROW)], SCHEMA, ARROW)


def grouped(engine: Engine, relation: Relation) -> tuple[Relation, Lookup]:
    found = engine.mapping([relation.field("区分").text], GROUPS)
    return engine.apply(relation, Change({"区分": Cell(found.value("to"), "text")}, lookups=(found,))), found


def shortened(query: exp.Select, *lookups: Lookup) -> str:
    return lean(query, {one.table for one in lookups}).sql("duckdb")


def test_a_lookup_is_joined_only_where_its_column_is_asked_for(engine: Engine, table: Relation) -> None:
    after, found = grouped(engine, table)
    ages, groups = (after.select(after.field(name).value) for name in ("年齢", "区分"))
    assert "JOIN" not in shortened(ages, found)
    assert "JOIN" in shortened(groups, found)
    assert "JOIN" in shortened(ages)  # a table that is no lookup could hold a key twice
    assert sorted(str(row["c1"]) for row in engine.ask(ages)) == ["1", "2", "3", "None"]
    assert sorted(str(row["c0"]) for row in engine.ask(groups)) == ["None", "乙", "甲", "甲"]


@pytest.mark.parametrize("part", ["where", "group_by", "order_by", "having"])
def test_what_a_part_of_the_question_needs_is_kept(engine: Engine, table: Relation, part: str) -> None:
    after, found = grouped(engine, table)
    group = after.field("区分").value
    query = after.select(exp.alias_(sql.row_count(), "n")).group_by(group)
    condition = sql.same(group, exp.Literal.string("甲"))
    asked = {
        "where": lambda: query.where(condition),
        "group_by": lambda: query,
        "order_by": lambda: query.order_by(group),
        "having": lambda: query.having(condition),
    }[part]()
    assert "JOIN" in shortened(asked, found)
    sizes = [2] if part in {"where", "having"} else [1, 1, 2]
    assert sorted(row["n"] for row in engine.ask(asked)) == sizes


def test_a_lookup_that_another_one_is_joined_by_is_kept(engine: Engine, table: Relation) -> None:
    first = engine.mapping([table.field("区分").text], GROUPS)
    second = engine.mapping([first.value("to")], pa.table({"key0": ["甲"], "label": ["上"]}))
    query = table.select(exp.alias_(second.value("label"), "label"), lookups=[first, second])
    assert shortened(query, first, second).count("JOIN") == 2
    assert sorted(str(row["label"]) for row in engine.ask(query)) == ["None", "None", "上", "上"]


def test_rows_are_counted_though_no_column_is_asked_for(engine: Engine, table: Relation) -> None:
    after, found = grouped(engine, table)
    count = after.select(exp.alias_(sql.row_count(), "n"))
    assert "JOIN" not in shortened(count, found)
    assert engine.ask(count) == [{"n": 4}]


def test_distinct_rows_stay_distinct_in_what_they_were(engine: Engine, table: Relation) -> None:
    both = table.select(table.field("区分").value, table.field("年齢").value).distinct()
    asked = exp.select(exp.alias_(sql.row_count(), "n"), sql.column("c0")).from_(both.subquery("d")).group_by("c0")
    assert sorted((str(row["c0"]), row["n"]) for row in engine.ask(asked)) == [("None", 1), ("a", 2), ("b", 1)]


def test_a_question_within_a_condition_is_left_as_it_is(engine: Engine, table: Relation) -> None:
    after, _ = grouped(engine, table)
    inner = exp.select("key0").from_(exp.to_table("mapping2"))
    query = after.select(after.field("年齢").value).where(exp.In(this=exp.Literal.string("a"), query=inner.subquery()))
    assert "JOIN" in lean(query, {"mapping2"}).sql("duckdb")
    assert len(engine.ask(query)) == 4


def test_a_question_is_not_changed_by_being_asked(engine: Engine, table: Relation) -> None:
    after, _ = grouped(engine, table)
    query = after.select(after.field("年齢").value)
    before = query.sql("duckdb")
    engine.ask(query)
    assert query.sql("duckdb") == before


def test_tables_that_nobody_reads_from_give_their_room_back(engine: Engine, table: Relation) -> None:
    start = engine.made
    after, found = grouped(engine, table)
    settled = engine.settle(after)
    engine.forget(start, [settled])
    assert len(engine.ask(settled.query)) == 4
    assert len(engine.ask(table.query)) == 4  # it was there before
    with pytest.raises(SudareError, match="engine"):
        engine.ask(found.select(sql.column("to")))


def test_a_table_is_not_forgotten_while_a_relation_nests_on_it(engine: Engine, table: Relation) -> None:
    start = engine.made
    after, _ = grouped(engine, table)
    engine.forget(start, [after])
    assert sorted(str(row["c0"]) for row in engine.ask(after.query)) == ["None", "乙", "甲", "甲"]


@pytest.mark.parametrize("rows", [1, FEW, FEW + 1])
def test_an_answer_that_is_asked_for_again_is_the_same(engine: Engine, rows: int) -> None:
    batch = pa.record_batch([[f"{n}" for n in range(rows)], range(rows)], schema=ARROW)
    table = engine.load([batch], SCHEMA, ARROW)
    query = table.select(sql.column(ROW), table.field("区分").value)
    first, again = ([row for part in engine.stream_again(query) for row in part.to_pylist()] for _ in range(2))
    assert len(first) == rows
    assert sorted(map(str, first)) == sorted(map(str, again))
