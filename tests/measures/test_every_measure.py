"""What every measure of a spec promises without being asked, on random small tables."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from checks_at_work import Asked, every_check, frame, hidden_where, loaded, measured
from sudare.engines import sql
from sudare.engines.engine import Engine
from sudare.measures import measures
from sudare.models import problems_of
from sudare.specs.json_schema import model_schema
from sudare.specs.wording import changed_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checks_at_work import Row
    from sudare.measures import Measure

CELLS = st.tuples(
    st.none() | st.sampled_from("xy"),
    st.none() | st.integers(0, 2),
    st.integers(0, 3),
    st.integers(1, 4),
    st.sampled_from("pqrs"),
)
ROWS = st.lists(CELLS, max_size=14)
CHECKS = list(every_check())
every = pytest.mark.parametrize("asked", CHECKS, ids=str)
every_kind = pytest.mark.parametrize("kind", list(measures().values()), ids=lambda kind: kind.id())
few = settings(max_examples=4)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder), threads=1) as made:
        yield made


def by_every_check(engine: Engine, table: pd.DataFrame, *, people: bool = False) -> dict[str, tuple[Any, ...]]:
    """Measure one table by all checks; it is taken in once."""
    relation = loaded(engine, table, people=people)
    return {asked.name: measured(engine, asked.check, relation, people=people) for asked in CHECKS}


# --- invariance


@few
@given(rows=ROWS, data=st.data(), people=st.booleans())
def test_the_order_of_rows_and_columns_says_nothing(
    engine: Engine,
    rows: list[Row],
    data: st.DataObject,
    people: bool,  # noqa: FBT001 - drawn
) -> None:
    expected = by_every_check(engine, frame(rows), people=people)
    assert by_every_check(engine, frame(data.draw(st.permutations(rows))), people=people) == expected
    other = frame(rows)
    relation = loaded(engine, other[[*other][::-1]], people=people)
    for asked in CHECKS:
        turned = asked.check.model_copy(update={"columns": asked.check.columns[::-1]})
        assert measured(engine, turned, relation, people=people) == expected[asked.name], asked.name


@few
@given(rows=ROWS, people=st.booleans())
def test_neither_the_type_of_the_cells_nor_the_index_says_anything(
    engine: Engine,
    rows: list[Row],
    people: bool,  # noqa: FBT001 - drawn
) -> None:
    plainly = frame(rows)
    category = pd.CategoricalDtype(["unused", "y", "x"])
    other = plainly.assign(
        a=plainly["a"].astype(object).astype(category),
        b=plainly["b"].astype("float64"),
        s=plainly["s"].astype("int8"),
        w=plainly["w"].astype("float32"),
        who=plainly["who"].astype(object),
    )
    other.index = pd.Index([7] * len(other), name="who")
    assert by_every_check(engine, other, people=people) == by_every_check(engine, plainly, people=people)


@few
@given(rows=ROWS)
def test_where_each_record_is_a_person_people_are_records(engine: Engine, rows: list[Row]) -> None:
    alone = frame([(*row[:4], str(n)) for n, row in enumerate(rows)])
    assert by_every_check(engine, alone, people=True) == by_every_check(engine, alone)


@few
@given(rows=ROWS)
def test_records_that_stand_twice_for_a_person_make_nobody_safer(engine: Engine, rows: list[Row]) -> None:
    once, twice = (by_every_check(engine, frame(rows * times), people=True) for times in (1, 2))
    assert {name: found[0] for name, found in twice.items()} == {name: found[0] for name, found in once.items()}
    # A share of records is told as a bound where few make it up.
    assert [name for name in once if once[name] != twice[name] and not name.endswith("above")] == []


@few
@given(rows=ROWS)
def test_hidden_and_missing_cells_are_told_apart(engine: Engine, rows: list[Row]) -> None:
    """Hiding every y is like writing z for it, which no register has."""
    relation = loaded(engine, frame(rows))
    is_y = sql.one_of(relation.field("a").value, [sql.literal("y", "text")])
    hidden = hidden_where(engine, relation, "a", is_y)
    found = {asked.name: measured(engine, asked.check, hidden) for asked in CHECKS}
    assert found == by_every_check(engine, frame([("z" if row[0] == "y" else row[0], *row[1:]) for row in rows]))


# --- tables at the edge


@pytest.mark.parametrize("people", [False, True])
def test_an_empty_table_keeps_every_limit(engine: Engine, people: bool) -> None:  # noqa: FBT001 - drawn
    found = by_every_check(engine, frame([]), people=people)
    assert {name: verdict for name, verdict in found.items() if verdict not in {(True, None), (True, 0)}} == {}


@pytest.mark.parametrize("people", [False, True])
@pytest.mark.parametrize(
    "rows",
    [
        [("x", 0, 0, 1, "p")],
        [("x", 0, 0, 1, "p")] * 12,
        [(None, None, None, 2, "p")] * 12,
        [(None, None, None, 2, str(n)) for n in range(12)],
    ],
    ids=["one row", "constant", "all missing, one person", "all missing"],
)
def test_a_table_at_the_edge_gets_an_answer(
    engine: Engine,
    rows: list[Row],
    people: bool,  # noqa: FBT001 - drawn
) -> None:
    silent = {"ordered": "missing-in-order", "pitman": "no-estimate", "snb": "no-estimate"}
    for name, found in by_every_check(engine, frame(rows), people=people).items():
        if isinstance(found[0], str):
            assert found == (silent[name.rpartition("-")[2]],), name
        elif not isinstance(found[1], int | float):
            assert re.fullmatch(r"<10|<=[01]\.\d{1,3}", found[1]), name


# --- what a measure says of itself


@every_kind
def test_it_says_what_it_is_in_both_languages(kind: type[Measure]) -> None:
    assert kind.__doc__
    assert kind.source
    for text in (kind.label, kind.about):
        assert text.ja
        assert text.en
    assert 1 <= kind.about.ja.count("。") <= 3
    for name, info in kind.model_fields.items():
        about = info.json_schema_extra
        assert isinstance(about, dict), name
        assert set(about["x-title"]) == {"ja", "en"}  # type: ignore[arg-type]  # as `field` makes it


@every
def test_its_limit_reads_as_words_and_it_stays_the_same_in_a_spec(asked: Asked) -> None:
    limit = asked.check.limit()
    assert re.search(r"以上|以下", limit.ja)
    assert re.search(r"at (least|most)", limit.en)
    data = asked.check.to_dict()
    jsonschema.validate(data, model_schema(type(asked.check)))
    assert type(asked.check).model_validate(data) == asked.check
    assert set(asked.check.columns) <= set(asked.check.reads())


@every
def test_a_looser_limit_is_told_as_one(asked: Asked) -> None:
    kind = type(asked.check)
    key = next(key for key in ("at_most", "at_least") if getattr(asked.check, key, None) is not None)
    data = asked.check.to_dict()
    strict, loose = ({**data, key: number} for number in (("0", "1") if key == "at_most" else ("3", "2")))
    old, new = kind.model_validate(strict), kind.model_validate(loose)
    assert [part.loosens for part in changed_fields(old, new, "checks[0]")] == [True]
    assert [part.loosens for part in changed_fields(new, old, "checks[0]")] == [False]


def test_every_measure_of_risk_is_among_them() -> None:
    assert set(measures()) >= {
        "alpha-k",
        "delta-presence",
        "household-risk",
        "individual-risk",
        "journalist-risk",
        "k-anonymity",
        "k-map",
        "l-diversity",
        "marketer-risk",
        "population-uniqueness",
        "prosecutor-risk",
        "sample-uniques",
        "suda",
        "t-closeness",
    }


@every_kind
def test_a_key_it_does_not_know_is_refused(kind: type[Measure]) -> None:
    example = next(asked.check for asked in CHECKS if type(asked.check) is kind)
    with pytest.raises(ValidationError) as raised:
        kind.model_validate({**example.to_dict(), "at_mots": "1"})
    assert [problem.code for problem in problems_of(raised.value, kind)] == ["unknown-key"]
