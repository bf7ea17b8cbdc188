"""The live numbers of a cut agree with counting by hand, tell nothing of a few, and are quick at a million rows."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.design.bars import Bin, Bins
from sudare.design.live import Live
from sudare.design.two_way import two_way
from sudare.engines.engine import Engine
from sudare.errors import Refused
from sudare.language import Text
from sudare.profiles import LIMIT, distribution, shown
from sudare.tables.schema import Column, Schema
from sudare.tables.text_values import ARROW_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sudare.tables.schema import Type

BINS = Bins((Bin(Text("女", "女"), 51),), 0)
SPLIT = Bins((Bin(Text("5339", "5339"), 40), Bin(Text("5340", "5340"), 11)), 0)
TYPES: dict[str, Type] = {"年齢": "integer", "性別": "text", "学年": "integer", "人": "text"}


def live(cells: Mapping[str, Sequence[Any]], types: Mapping[str, Type] = TYPES, unit: str | None = None) -> Live:
    schema = Schema(columns=tuple(Column(name=name, type=types[name]) for name in cells))
    table = pa.table({name: pa.array(values, ARROW_TYPES[types[name]]) for name, values in cells.items()})
    return Live(table, schema, unit)


def of_rows(rows: Sequence[tuple[Any, ...]], unit: str | None = None) -> Live:
    return live({name: [row[n] for row in rows] for n, name in enumerate(TYPES)}, unit=unit)


def by_hand(
    rows: Sequence[tuple[Any, ...]], beyond: Callable[[int], bool], limit: int, *, people: bool
) -> tuple[int | None, int, int]:
    """Return k, the records in classes below the limit, and how many are beyond a cut: of rows (age, sex, grade, who)."""
    members: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    outside = []
    for n, (age, sex, _, who) in enumerate(rows):
        is_beyond = age is not None and beyond(age)
        members["cut" if is_beyond else age, sex].append(who if people else n)
        outside += [who if people else n] if is_beyond else []
    sizes = [(len(set(found)), len(found)) for found in members.values()]
    small = sum(records for size, records in sizes if size < limit)
    return min((size for size, _ in sizes), default=None), small, len(set(outside))


row = st.tuples(
    st.none() | st.integers(0, 12),
    st.sampled_from(["f", "m", None]),
    st.integers(1, 3),
    st.sampled_from([*"abcdefgh", None]),
)


@given(
    st.lists(row, max_size=60),
    st.integers(-1, 13),
    st.sampled_from(["above", "below"]),
    st.sampled_from([None, "人"]),
    st.integers(2, 30),
)
def test_a_cut_counts_as_counting_by_hand_does(
    rows: list[tuple[Any, ...]], at: int, side: Any, unit: str | None, limit: int
) -> None:
    table = of_rows(rows, unit)
    effect = table.cut("年齢", at, side, ["年齢", "性別"], strata=["学年"], k_limit=limit)
    k, below, beyond = by_hand(
        rows, lambda age: age >= at if side == "above" else age <= at, limit, people=unit is not None
    )
    k_before, below_before, _ = by_hand(rows, lambda _: False, limit, people=unit is not None)
    assert (effect.k, effect.k_before) == (k, k_before)
    assert effect.below in {below, shown(below), ">=10"}
    assert effect.below_before in {below_before, shown(below_before), ">=10"}
    assert effect.beyond in {beyond, shown(beyond), ">=10"}
    assert isinstance(effect.beyond, int) or beyond > 0


@given(st.lists(row, max_size=60), st.integers(-1, 13), st.sampled_from(["above", "below"]))
def test_the_smallest_group_is_that_of_the_stratum_with_the_fewest(
    rows: list[tuple[Any, ...]], at: int, side: Any
) -> None:
    table = of_rows(rows)
    effect = table.cut("年齢", at, side, strata=["学年"])
    groups: dict[int, int] = defaultdict(int)
    for age, _, grade, _ in rows:
        if age is not None and (age >= at if side == "above" else age <= at):
            groups[grade] += 1
    assert effect.smallest == (shown(min(groups.values())) if groups else None)
    assert effect.small_strata == sum(size < LIMIT for size in groups.values())


def test_counts_of_a_few_are_told_as_fewer_than_ten_with_no_share() -> None:
    table = live({"年齢": [30] * 50 + [116]})
    effect = table.cut("年齢", 100, qi=["年齢"])
    assert (effect.beyond, effect.share, effect.below) == ("<10", None, "<10")


def test_a_cut_that_leaves_only_a_few_does_not_tell_how_many() -> None:
    table = live({"年齢": [30] * 50 + [5]})
    effect = table.cut("年齢", 20)
    assert (effect.beyond, effect.share) == (">=10", None)


def test_sentences_tell_the_effect_in_both_languages() -> None:
    table = live({"年齢": [30] * 60 + [90] * 40, "学年": [1, 2] * 50})
    japanese = [text.ja for text in table.cut("年齢", 90, qi=["年齢"], strata=["学年"]).sentences()]
    english = [text.en for text in table.cut("年齢", 90, qi=["年齢"], strata=["学年"]).sentences()]
    assert japanese == [
        "90以上: 40件（全体の40.0%）",
        "層ごとの最少: 20件",
        "k = 40（切る前は 40）",
        "k が 5 に満たない組: ありません（切る前は ありません）",
    ]
    assert english[0] == "90 or more: 40 records (40.0% of all)"


def test_dates_are_cut_by_day_and_shown_by_year() -> None:
    days = [date(1950 + n % 40, 1, 1) for n in range(800)]
    table = live({"生年月日": days}, {"生年月日": "date"})
    assert table.cut("生年月日", "昭和55年1月1日").beyond == 200
    assert table.cut("生年月日", date(1980, 1, 1)).beyond == 200
    assert table.cut("生年月日", date(1979, 12, 31), "below").beyond == 600
    assert table.bins("生年月日").bars[-1].high is None


@pytest.mark.parametrize(("name", "at"), [("性別", "x"), ("年齢", "ninety"), ("年齢", 89.5)])
def test_a_cut_that_does_not_fit_is_refused_without_the_value(name: str, at: Any) -> None:
    table = live({"年齢": [1, 2], "性別": ["f", "m"]})
    with pytest.raises(Refused) as refused:
        table.cut(name, at)
    assert refused.value.problems[0].code == "wrong-type"
    assert str(at) not in str(refused.value)


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        live({"年齢": [1]}).bins("年令")
    assert refused.value.problems[0].code == "missing-column"


@pytest.mark.parametrize("people", [False, True])
@pytest.mark.parametrize("name", ["整数", "小数", "日付", "区分", "真偽"])
def test_bars_are_those_of_the_report(name: str, *, people: bool, tmp_path: Path) -> None:
    draw = np.random.default_rng(7)
    numbers = [None if n % 97 == 0 else int(value) for n, value in enumerate(draw.normal(50, 20, 3_000))]
    cells: dict[str, tuple[Type, list[Any]]] = {
        "整数": ("integer", numbers),
        "小数": ("decimal", [None if n is None else n / 7 for n in numbers]),
        "日付": ("date", [None if n is None else date(1900 + min(max(n, 0), 99), 5, 1) for n in numbers]),
        "区分": ("text", [None if n is None else f"v{abs(n) % 31}" for n in numbers]),
        "真偽": ("boolean", [None if n is None else n % 3 == 0 for n in numbers]),
    }
    kind, values = cells[name]
    who = [f"p{n % 700}" for n in range(len(values))]
    table = live({name: values, "人": who}, {name: kind, "人": "text"}, "人" if people else None)
    with Engine(tmp_path, threads=1) as engine:
        arrow = table._table
        relation = engine.load(iter(arrow.to_batches()), table.schema, arrow.schema)
        relation = engine.name_units(relation, "人") if people else relation
        reported = distribution(engine, relation, relation.field(name), people=people)
    ours = table.bins(name)
    assert [(bar.label, bar.count) for bar in ours.bars] == [(bar.label, bar.count) for bar in reported.bars]
    assert ours.missing == reported.missing


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("integer", [2**62, -(2**62)]),  # past what a double holds exactly
        ("decimal", [1e308, -1e308]),
        ("decimal", [1e-308, 2e-308]),
        ("decimal", [float("inf"), 1.0]),
        ("integer", [None]),
        ("date", [None]),
        ("decimal", [float("nan")]),
    ],
)
def test_extreme_columns_have_finite_bars_and_can_be_cut(kind: Type, values: list[Any]) -> None:
    table = live({"値": values * 20}, {"値": kind})
    edges = [edge for bar in table.bins("値").bars for edge in (bar.low, bar.high) if edge is not None]
    assert np.isfinite(edges).all()
    assert table.cut("値", "2020-01-01" if kind == "date" else "1", qi=["値"]).k_before == 20


def test_an_empty_table_has_no_bars_and_no_k() -> None:
    table = live({name: [] for name in TYPES})
    assert table.bins("年齢").bars == ()
    effect = table.cut("年齢", 1, qi=["年齢", "性別"], strata=["学年"])
    assert (effect.k, effect.beyond, effect.below, effect.smallest) == (None, 0, 0, None)


@given(st.lists(st.integers(0, 300), max_size=200))
def test_no_bar_holds_fewer_than_the_limit_and_no_end_tells_an_extreme(values: list[int]) -> None:
    bars = live({"年齢": values}).bins("年齢").bars
    assert all(bar.count >= LIMIT for bar in bars)
    assert sum(bar.count for bar in bars) in {0, len(values)}
    if bars:
        assert (bars[0].low, bars[-1].high) == (None, None)


def test_a_million_rows_are_answered_in_milliseconds() -> None:
    draw, rows = np.random.default_rng(1), 1_000_000
    places = [f"{n:05}" for n in range(1_700)]
    table = pa.table(
        {
            "年齢": np.clip(draw.normal(45, 20, rows), 0, 118).astype(np.int64),
            "性別": pa.DictionaryArray.from_arrays(draw.integers(0, 2, rows), ["男", "女"]),
            "市区町村": pa.DictionaryArray.from_arrays(draw.integers(0, 1_700, rows), places),
            "学年": draw.integers(1, 7, rows),
        }
    )
    types: dict[str, Type] = {"年齢": "integer", "性別": "text", "市区町村": "text", "学年": "integer"}
    ready = Live(table, Schema(columns=tuple(Column(name=name, type=kind) for name, kind in types.items())))
    asked = {"qi": ["年齢", "性別", "市区町村"], "strata": ["学年"]}
    ready.cut("年齢", 60, **asked)  # the first question counts the table
    took = []
    for at in range(40, 118):
        start = time.perf_counter()
        ready.cut("年齢", at, **asked)
        took.append(time.perf_counter() - start)
    assert sorted(took)[len(took) // 2] < 0.05


def test_only_the_newest_countings_are_kept() -> None:
    table = live({"年齢": [1, 2] * 10, "性別": ["f", "m"] * 10, "学年": [1, 2] * 10, "人": ["a"] * 20})
    for limit in range(2, 40):
        assert table.cut("年齢", 2, qi=["年齢", "性別"], strata=["学年"], k_limit=limit).k == 10
    assert len(table._standing) <= 12


def test_rows_of_nobody_make_no_person_in_a_cell_or_a_square() -> None:
    """Nine people and two rows without one are nine people, which no cell and no square may tell."""
    people: list[str | None] = [f"b{n}" for n in range(40)] + [f"a{n}" for n in range(9)] + [None, None]
    columns = tuple(Column(name=name) for name in ("性別", "区画", "人"))
    cells = {"性別": ["女"] * 51, "区画": ["5339"] * 40 + ["5340"] * 11, "人": people}
    shown = Live(pa.table(cells), Schema(columns=columns), "人")
    assert [one.code for one in shown.squares("区画").shown] == ["5339"]
    hidden = two_way(shown.levels("性別"), BINS, shown.levels("区画"), SPLIT, shown.unit)
    assert hidden.counts == ((None, None),)
    nobody = Live(pa.table({**cells, "人": [*people[:40], *[None] * 11]}), Schema(columns=columns), "人")
    assert two_way(nobody.levels("性別"), BINS, nobody.levels("区画"), SPLIT, nobody.unit).counts == ((None, None),)
