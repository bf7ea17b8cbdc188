"""The engine: what comes out as it was, what is told without values, and what it can never reach."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.engine import Engine, _told
from sudare.engines.relation import ROW, UNIT, Cell, Change, Relation
from sudare.errors import Problem, Refused, SudareError
from sudare.language import Text
from sudare.tables.schema import Column, Schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PERSON = "秘密太郎"
SCHEMA = Schema(columns=(Column(name="氏名"), Column(name="年齢", type="integer")))
ARROW = pa.schema([("氏名", pa.string()), ("年齢", pa.int64())])
REFUSAL = Refused(Problem("bad-value", "行 3", Text("読めません。", "it cannot be read.")))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(tmp_path / "spill", threads=2) as opened:
        yield opened


def batch(names: list[str | None], ages: list[int | None]) -> pa.RecordBatch:
    return pa.record_batch([names, ages], schema=ARROW)


def load(engine: Engine, *batches: pa.RecordBatch) -> Relation:
    return engine.load(batches, SCHEMA, ARROW)


def told_of(raised: pytest.ExceptionInfo[BaseException]) -> str:
    """Return all that a person or a log could see of an error."""
    return "".join(traceback.format_exception(raised.value)) + str(raised.value)


def test_rows_are_numbered_across_batches(engine: Engine) -> None:
    relation = load(engine, batch(["a", "b"], [1, None]), batch([], []), batch([None], [3]))
    assert sorted(engine.ask(relation.query), key=lambda row: row[ROW]) == [
        {"rid": 0, "unit": 0, "c0": "a", "c1": 1},
        {"rid": 1, "unit": 1, "c0": "b", "c1": None},
        {"rid": 2, "unit": 2, "c0": None, "c1": 3},
    ]


def test_two_tables_can_be_at_work_in_one_engine(engine: Engine) -> None:
    first, second = load(engine, batch(["a"], [1])), load(engine, batch(["b"], [2]))
    assert [row["c0"] for row in engine.ask(first.query)] == ["a"]
    assert [row["c0"] for row in engine.ask(second.query)] == ["b"]


def test_what_the_reader_refuses_comes_out_as_it_was(engine: Engine) -> None:
    def reading() -> Iterator[pa.RecordBatch]:
        yield batch([PERSON], [1])
        raise REFUSAL

    with pytest.raises(Refused) as raised:
        engine.load(reading(), SCHEMA, ARROW)
    assert raised.value is REFUSAL


def test_what_a_lookup_refuses_comes_out_as_it_was(engine: Engine) -> None:
    def work_out(_: list[tuple[Any, ...]]) -> list[tuple[str]]:
        raise REFUSAL

    relation = load(engine, batch([PERSON], [1]))
    with pytest.raises(Refused) as raised:
        engine.lookup(relation, [relation.field("氏名").value], work_out, pa.schema([("out", pa.string())]))
    assert raised.value is REFUSAL


def test_a_fault_while_reading_is_told_without_values(engine: Engine) -> None:
    def reading() -> Iterator[pa.RecordBatch]:
        yield batch([PERSON], [1])
        raise ValueError(PERSON)

    with pytest.raises(SudareError) as raised:
        engine.load(reading(), SCHEMA, ARROW)
    assert raised.value.problems[0].code == "engine"
    assert PERSON not in told_of(raised)


@pytest.mark.parametrize("rows_before", [0, 300_000])
def test_a_fault_while_computing_is_told_without_values(engine: Engine, rows_before: int) -> None:
    good = batch(["1"] * rows_before, [1] * rows_before)
    relation = load(engine, good, batch([PERSON], [1]))
    number = sql.cast(relation.field("氏名").value, "integer")
    change = Change(cells={"氏名": Cell(number, "integer")})
    with pytest.raises(SudareError) as raised:
        list(engine.stream(engine.apply(relation, change).query))
    assert raised.value.problems[0].code == "engine"
    assert PERSON not in told_of(raised)
    with pytest.raises(SudareError) as raised:
        engine.settle(engine.apply(relation, change))
    assert PERSON not in told_of(raised)


def test_too_little_memory_is_told_without_values(tmp_path: Path) -> None:
    with Engine(tmp_path / "spill", threads=1, memory="20MB") as engine:
        names = [f"{PERSON}{n}" for n in range(400_000)]
        relation = load(engine, batch(names, list(range(400_000))))
        everything = exp.ArrayAgg(this=relation.field("氏名").value)
        with pytest.raises(SudareError) as raised:
            engine.ask(relation.select(exp.alias_(everything, "all_names")))
    assert raised.value.problems[0].code == "out-of-memory"
    assert PERSON not in told_of(raised)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (duckdb.OutOfMemoryException(f"{PERSON}: max_temp_directory_size reached"), "disk-full"),
        (duckdb.OutOfMemoryException(f"{PERSON}: No space left on device"), "disk-full"),
        (duckdb.IOException(f'Could not write file "/spill/{PERSON}"'), "disk-full"),
        (OSError(f"No space left on device: {PERSON}"), "disk-full"),
        (duckdb.OutOfMemoryException(f"failed to allocate {PERSON}"), "out-of-memory"),
        (duckdb.ConversionException(f"Could not convert '{PERSON}'"), "engine"),
        (pa.ArrowInvalid(f"Could not convert '{PERSON}'"), "engine"),
    ],
)
def test_each_fault_of_a_library_becomes_one_of_ours(fault: Exception, code: str) -> None:
    problem = _told(fault, "create").problems[0]
    assert problem.code == code
    assert PERSON not in problem.line("ja") + problem.line("en")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_csv('https://example.com/a.csv')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/other.db'",
        "EXPORT DATABASE '{folder}/out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET autoinstall_known_extensions = true",
        "SELECT * FROM a_frame",
    ],
)
def test_it_reaches_no_file_and_no_network(engine: Engine, tmp_path: Path, statement: str) -> None:
    file = tmp_path / "there.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    a_frame = pa.table({"a": [1]})
    with pytest.raises(duckdb.Error):
        engine._connection.execute(statement.format(file=file.as_posix(), folder=tmp_path.as_posix())).fetchall()
    assert a_frame.num_rows == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["spill", "there.csv"]


def test_nothing_is_left_on_disk(tmp_path: Path) -> None:
    with Engine(tmp_path / "spill", threads=1, memory="30MB") as engine:
        relation = load(engine, batch([f"{PERSON}{n}" for n in range(300_000)], list(range(300_000))))
        engine.settle(relation)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_streaming_and_asking_give_the_same(engine: Engine) -> None:
    relation = load(engine, batch([f"n{n}" for n in range(5_000)], list(range(5_000))))
    streamed = [row for part in engine.stream(relation.query, rows=700) for row in part.to_pylist()]
    assert sorted(streamed, key=lambda row: row[ROW]) == sorted(engine.ask(relation.query), key=lambda row: row[ROW])


def test_a_stream_can_be_read_while_the_engine_works(engine: Engine) -> None:
    relation = load(engine, batch([str(n) for n in range(300_000)], list(range(300_000))))
    stream = engine.stream(relation.query, rows=1_000)
    seen = next(stream).num_rows
    engine.settle(relation)
    assert seen + sum(part.num_rows for part in stream) == 300_000


def test_people_are_numbered_once_and_those_unnamed_count_as_one(engine: Engine) -> None:
    relation = engine.name_units(load(engine, batch(["b", "a", None, "b", None], [1, 2, 3, 4, 5])), "氏名")
    rows = sorted(engine.ask(relation.query), key=lambda row: row[ROW])
    assert [row[UNIT] for row in rows] == [3, 2, 1, 3, 1]
    assert [row["c1"] for row in rows] == [1, 2, 3, 4, 5]


def test_a_lookup_sees_each_combination_once_and_never_one_that_is_all_missing(engine: Engine) -> None:
    seen: list[tuple[Any, ...]] = []

    def work_out(rows: list[tuple[Any, ...]]) -> list[tuple[str]]:
        seen.extend(rows)
        return [(f"{name}/{age}",) for name, age in rows]

    relation = load(engine, batch(["a", "a", None, None, "a"], [1, 1, 2, None, None]))
    name, age = relation.field("氏名"), relation.field("年齢")
    found = engine.lookup(relation, [name.value, age.value], work_out, pa.schema([("out", pa.string())]))
    after = engine.apply(relation, Change(cells={"氏名": Cell(found.value("out"), "text")}, lookups=(found,)))
    assert sorted(seen, key=str) == [("a", 1), ("a", None), (None, 2)]
    rows = sorted(engine.ask(after.query), key=lambda row: row[ROW])
    assert [row["c0"] for row in rows] == ["a/1", "a/1", "None/2", None, "a/None"]


def test_a_hidden_cell_is_told_from_a_missing_one_and_stays_hidden(engine: Engine) -> None:
    relation = load(engine, batch(["a", None, "b"], [1, 2, 3]))
    name = relation.field("氏名")
    hide = Change(cells={"氏名": Cell(name.value, "text", sql.one_of(name.value, [sql.literal("a", "text")]))})
    hidden = engine.apply(relation, hide)
    upper = Cell(sql.literal("x", "text"), "text")  # a later step cannot bring it back
    after = engine.apply(hidden, Change(cells={"氏名": upper}, rename={"氏名": "名"}))
    rows = sorted(engine.ask(after.query), key=lambda row: row[ROW])
    assert [(row["c0"], row["c0_hidden"]) for row in rows] == [(None, True), ("x", False), ("x", False)]
    assert after.names == ("名", "年齢")
