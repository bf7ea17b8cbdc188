"""A chart shows no small count and no extreme value, whatever the data."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_runs import declared
from sudare.engines.engine import Engine
from sudare.profiles import Distribution, distribution, shown
from sudare.profiles.distribution import MOST
from sudare.tables.schema import Input
from sudare.tables.text_values import ARROW_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LIMIT = 10


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder), threads=1) as made:
        yield made


def shape(engine: Engine, values: Sequence[Any], kind: str, people: Sequence[str] | None = None) -> Distribution:
    """Return the distribution of a column."""
    who = list(people) if people is not None else [str(n) for n in range(len(values))]
    schema = Input.model_validate({"columns": [declared("x", kind), declared("who")]}).schema_
    arrow = pa.schema([("x", ARROW_TYPES[kind]), ("who", pa.string())])
    batch = pa.record_batch([pa.array(values, ARROW_TYPES[kind]), pa.array(who, pa.string())], schema=arrow)
    relation = engine.load([batch], schema, arrow)
    if people is not None:
        relation = engine.name_units(relation, "who")
    return distribution(engine, relation, relation.field("x"), people=people is not None)


def edges(found: Distribution) -> list[float]:
    """Return every number that stands in a label."""
    return [float(text) for bar in found.bars for text in re.findall(r"-?[0-9.]+(?:e[+-]?\d+)?", bar.label.en)]


def told(found: Distribution) -> int:
    return sum(bar.count for bar in found.bars)


SKEWED = st.one_of(
    st.integers(0, 120),
    st.integers(-3, 3),
    st.sampled_from([0, 0, 0, 1, 116]),
    st.integers(-(2**53), 2**53),
)
NUMBERS = st.one_of(
    st.lists(st.none() | SKEWED, max_size=60),
    st.lists(SKEWED, min_size=1, max_size=4).flatmap(lambda few: st.lists(st.sampled_from(few), max_size=80)),
)
REALS = st.one_of(
    st.lists(st.none() | st.floats(-1e3, 1e3).map(lambda x: round(x, 2)), max_size=60),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=40),
    st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.7, 1e300, -1e300, 5e-324]), max_size=80),
)
TEXTS = st.lists(st.none() | st.text("あいう", max_size=2), max_size=120)


@settings(max_examples=60, deadline=None)
@given(values=TEXTS)
def test_no_bar_of_texts_is_below_the_limit(engine: Engine, values: list[str | None]) -> None:
    found = shape(engine, values, "text")
    sizes = Counter(value for value in values if value is not None)
    assert all(bar.count >= LIMIT for bar in found.bars)
    assert len(found.bars) <= MOST + 1
    assert {bar.label.ja for bar in found.bars} - {"その他"} <= {value for value, n in sizes.items() if n >= LIMIT}
    assert found.missing == shown(values.count(None))
    assert told(found) in {0, sum(sizes.values())}
    assert told(found) == sum(sizes.values()) or sum(sizes.values()) < LIMIT or not found.bars


@settings(max_examples=60, deadline=None)
@given(values=NUMBERS)
def test_every_edge_has_enough_whole_numbers_on_either_side(engine: Engine, values: list[int | None]) -> None:
    keeps_its_promise(shape(engine, values, "integer"), [value for value in values if value is not None])


@settings(max_examples=60, deadline=None)
@given(values=REALS)
def test_every_edge_has_enough_decimals_on_either_side(engine: Engine, values: list[float | None]) -> None:
    keeps_its_promise(shape(engine, values, "decimal"), [value for value in values if value is not None])


def keeps_its_promise(found: Distribution, there: list[Any]) -> None:
    """No edge tells an extreme: at least ten lie below each, and at least ten at or above it.

    Hence the smallest value is no edge, and the largest only where ten share it. Decimals are compared to 14 digits.
    """
    assert all(bar.count >= LIMIT for bar in found.bars)
    assert len(found.bars) <= 2 * MOST
    assert told(found) == (len(there) if len(there) >= LIMIT else 0)
    for edge in edges(found):
        near = max(abs(edge), 1.0) * 1e-14
        assert sum(value < edge + near for value in there) >= LIMIT
        assert sum(value >= edge - near for value in there) >= LIMIT
    assert edges(found) == sorted(edges(found))


def test_a_bar_is_what_its_label_says(engine: Engine) -> None:
    found = shape(engine, list(range(120)), "integer")
    assert [(bar.label.en, bar.count) for bar in found.bars] == [
        ("below 10", 10),
        *((f"{n} to below {n + 10}", 10) for n in range(10, 110, 10)),
        ("110 or more", 10),
    ]
    assert found.bars[1].label.ja == "10以上20未満"


def test_a_great_age_is_in_the_open_end(engine: Engine) -> None:
    ages = [40 + n % 50 for n in range(200)] + [116]
    found = shape(engine, ages, "integer")
    assert "116" not in str(found)
    assert found.bars[-1].label.en.endswith("or more")
    assert told(found) == 201


def test_one_far_value_does_not_spoil_the_chart(engine: Engine) -> None:
    found = shape(engine, [float(n) for n in range(120)] + [1e300], "decimal")
    assert len(found.bars) == 12
    assert "e+" not in str(found)


def test_dates_are_counted_by_year(engine: Engine) -> None:
    import datetime as dt

    days = [dt.date(1950 + n % 30, 1, 3) for n in range(300)]
    found = shape(engine, [*days, dt.date(1890, 1, 1)], "date")
    assert told(found) == 301
    assert "1890" not in str(found)
    assert found.bars[0].label.en.startswith("below 19")


@pytest.mark.parametrize("kind", ["text", "integer", "decimal", "date", "boolean"])
def test_an_empty_column_and_one_without_values_have_no_bar(engine: Engine, kind: str) -> None:
    assert shape(engine, [], kind) == Distribution((), 0, 0)
    assert shape(engine, [None] * 9, kind) == Distribution((), "<10", 0)
    assert shape(engine, [None] * 10, kind) == Distribution((), 10, 0)


def test_a_constant_column_has_one_bar(engine: Engine) -> None:
    [bar] = shape(engine, [42] * 10, "integer").bars
    assert (bar.label.en, bar.count) == ("all", 10)
    assert shape(engine, [42] * 9, "integer").bars == ()


def test_few_others_take_the_next_value_with_them(engine: Engine) -> None:
    found = shape(engine, ["a"] * 30 + ["b"] * 12 + ["c"], "text")
    assert [(bar.label.en, bar.count) for bar in found.bars] == [("a", 30), ("others", 13)]


def test_many_rows_of_one_person_are_one_person(engine: Engine) -> None:
    who = [str(n) for n in range(30)] + ["99"] * 40
    found = shape(engine, ["a"] * 30 + ["b"] * 40, "text", who)
    assert [(bar.label.en, bar.count) for bar in found.bars] == [("others", 70)]
    found = shape(engine, ["a"] * 20 + ["c"] * 10 + ["b"] * 40, "text", who)
    assert [(bar.label.en, bar.count) for bar in found.bars] == [("a", 20), ("others", 50)]
    numbers = shape(engine, [n % 3 for n in range(30)] + [90] * 40, "integer", who)
    assert "90" not in str(numbers.bars[-1].label)
    assert told(numbers) == 70


@given(st.integers(0, 1000))
def test_a_small_count_is_told_as_below_ten(count: int) -> None:
    assert shown(count) == ("<10" if 1 <= count <= 9 else count)
