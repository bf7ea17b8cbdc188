"""k is the smallest class, by a count in plain Python."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from shared_folder import shared
from small_runs import declared
from sudare.engines import sql
from sudare.engines.engine import Engine
from sudare.engines.relation import Cell, Change
from sudare.measures import measures
from sudare.measures.k_anonymity import KAnonymity, class_sizes
from sudare.measures.measure import Scope
from sudare.tables.schema import Input
from sudare.tables.table import open_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.engines.relation import Relation

Row = tuple[str | None, int | None, str | None]
CELLS = st.tuples(
    st.none() | st.sampled_from("ab"), st.none() | st.integers(0, 1), st.none() | st.sampled_from(["p", "q", "r", "s"])
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder), threads=1) as made:
        yield made


def loaded(engine: Engine, rows: Sequence[Row]) -> Relation:
    declaration = {"columns": [declared("a"), declared("b", "integer"), declared("who")]}
    arrow = pa.schema([("a", pa.string()), ("b", pa.int64()), ("who", pa.string())])
    columns = [pa.array([row[n] for row in rows], arrow.field(n).type) for n in range(3)]
    return engine.load([pa.record_batch(columns, schema=arrow)], Input.model_validate(declaration).schema_, arrow)


def k_of(engine: Engine, relation: Relation, *columns: str, people: bool = False) -> int | float | None:
    check = KAnonymity(measure="k-anonymity", columns=columns, at_least=1)
    return check.evaluate(Scope(engine, relation, people)).value


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(CELLS, max_size=30))
def test_k_in_records_is_the_smallest_class(engine: Engine, rows: list[Row]) -> None:
    relation = loaded(engine, rows)
    assert k_of(engine, relation, "a", "b") == min(Counter(row[:2] for row in rows).values(), default=None)
    assert k_of(engine, relation, "b") == min(Counter(row[1] for row in rows).values(), default=None)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(CELLS, max_size=30))
def test_k_in_people_counts_each_person_once(engine: Engine, rows: list[Row]) -> None:
    relation = engine.name_units(loaded(engine, rows), "who")
    people: dict[tuple[str | None, int | None], set[str]] = defaultdict(set)
    for a, b, who in rows:
        people[a, b].add(who or "")  # rows without a person are one person together
    assert k_of(engine, relation, "a", "b", people=True) == min(map(len, people.values()), default=None)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(CELLS, max_size=30))
def test_a_hidden_value_is_a_value_of_its_own_and_not_a_missing_one(engine: Engine, rows: list[Row]) -> None:
    relation = loaded(engine, rows)
    a = relation.field("a")
    is_b = sql.one_of(a.value, [exp.Literal.string("b")])
    relation = engine.apply(relation, Change(cells={"a": Cell(a.value, "text", is_b)}))
    hidden = [("hidden" if a == "b" else a, b) for a, b, _ in rows]
    assert k_of(engine, relation, "a", "b") == min(Counter(hidden).values(), default=None)


def test_a_limit_holds_from_its_own_value_on(engine: Engine) -> None:
    relation = loaded(engine, [("a", 1, None)] * 5)
    verdicts = {k: KAnonymity(measure="k-anonymity", columns=("a",), at_least=k) for k in (4, 5, 6)}
    found = {k: check.evaluate(Scope(engine, relation)).ok for k, check in verdicts.items()}
    assert found == {4: True, 5: True, 6: False}


def test_an_empty_table_keeps_every_limit(engine: Engine) -> None:
    check = KAnonymity(measure="k-anonymity", columns=("a",), at_least=1000)
    for people in (False, True):
        verdict = check.evaluate(Scope(engine, loaded(engine, []), people))
        assert (verdict.ok, verdict.value) == (True, None)


def test_the_limit_is_told_in_both_languages() -> None:
    check = KAnonymity(measure="k-anonymity", columns=("a",), at_least=5)
    assert check.limit() == ("5 以上", "at least 5")
    assert measures()["k-anonymity"] is KAnonymity


def test_the_classes_of_adult_are_those_of_arx(engine: Engine) -> None:
    """ARX 3.9.2: 19,502 classes, 15,512 of them of one record, over all nine columns."""
    path = shared("data", "adult", "adult.csv")
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file, delimiter=";"))
    declaration = Input.model_validate({"delimiter": ";", "columns": [{"name": name} for name in names]})
    reading = open_table(path, declaration)
    relation = engine.load(reading.batches(), reading.schema, reading.arrow_schema)
    sizes = class_sizes(relation, tuple(names), people=False)
    counts = Counter(row["size"] for row in engine.ask(sizes))
    assert (sum(counts.values()), counts[1]) == (19_502, 15_512)
    assert sum(size * classes for size, classes in counts.items()) == 30_162
