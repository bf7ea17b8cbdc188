"""Charts are drawn from bins that may be shown, tell themselves in words, and need no network."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.design.bars import Bin, Bins
from sudare.design.class_bands import Band
from sudare.design.live import Live
from sudare.design.squares import borders
from sudare.design.two_way import TwoWay, hidden_cells
from sudare.language import Text
from sudare.optimizer.choices import Choice
from sudare.profiles import LIMIT, Bar, Distribution
from sudare.tables.schema import Column, Schema
from sudare.techniques.grid_square import square
from sudare.widgets.charts import (
    bars,
    before_after,
    box,
    class_sizes,
    cumulative,
    grid_map,
    heat_map,
    histogram,
    pareto,
)
from sudare.widgets.renderer import VEGA_LITE, shown_chart

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.language import Language
    from sudare.widgets.charts_look import Drawn

RARE_AGE, RARE_PLACE = 9_973, "離島村"
TITLE = Text("題", "title")


def made_live(unit: str | None = None) -> Live:
    draw, rows = np.random.default_rng(5), 3_000
    ages = np.clip(draw.normal(45, 15, rows), 18, 90).astype(int).tolist()
    table = pa.table(
        {
            "年齢": [*ages, RARE_AGE, None],
            "市区町村": [*draw.choice(["大阪市", "京都市", "奈良市"], rows).tolist(), RARE_PLACE, "大阪市"],
            "緯度": [*np.round(draw.normal(35.68, 0.02, rows), 5).tolist(), 24.45, None],
            "経度": [*np.round(draw.normal(139.75, 0.02, rows), 5).tolist(), 122.95, 139.7],
            "人": [f"p{n % 1_000}" for n in range(rows + 2)],
        }
    )
    numbers = {"年齢": "integer", "緯度": "decimal", "経度": "decimal"}
    columns = tuple(Column.model_validate({"name": n, "type": numbers.get(n, "text")}) for n in table.column_names)
    return Live(table, Schema(columns=columns), unit)


LIVE = made_live()


class Found:
    """As much of a search as the chart of choices looks at."""

    loss = 0.25


CHARTS: dict[str, Callable[[Language], Drawn]] = {
    "bars": lambda lang: bars(TITLE, LIVE.bins("年齢"), lang=lang),
    "categories": lambda lang: bars(TITLE, LIVE.bins("市区町村"), lang=lang),
    "histogram": lambda lang: histogram(TITLE, LIVE.bins("年齢"), after=LIVE.bins("年齢"), lang=lang),
    "pairs": lambda lang: before_after(TITLE, LIVE.bins("年齢"), LIVE.bins("年齢"), lang=lang),
    "sides": lambda lang: before_after(TITLE, LIVE.bins("年齢"), LIVE.bins("市区町村"), lang=lang),
    "cumulative": lambda lang: cumulative(TITLE, LIVE.bins("年齢"), lang=lang),
    "box": lambda lang: box(TITLE, {Text("加工前", "before"): LIVE.bins("年齢")}, lang=lang),
    "heat map": lambda lang: heat_map(TITLE, LIVE.cross("年齢", "市区町村"), lang=lang),
    "map": lambda lang: grid_map(TITLE, LIVE.squares_around("緯度", "経度", "3"), lang=lang),
    "class sizes": lambda lang: class_sizes(TITLE, LIVE.class_sizes(["年齢", "市区町村"]), lang=lang),
    "choices": lambda lang: pareto(TITLE, [Choice(5, 0.2, 0.1, Found())], chosen=0, lang=lang),  # type: ignore[arg-type]  # no search is needed
    "nothing": lambda lang: bars(TITLE, Distribution((), 0, 0), lang=lang),
}


def rows_of(chart: Drawn) -> list[dict[str, Any]]:
    """Return the rows of data that a chart holds."""
    specification = chart.to_dict()
    assert '"url"' not in json.dumps(specification)
    return [row for rows in specification["datasets"].values() for row in rows]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_holds_few_rows_no_small_count_and_no_rare_value(name: str) -> None:
    chart = CHARTS[name]("ja")
    rows = rows_of(chart)
    assert 0 < len(rows) < 600
    assert all(row["count"] is None or row["count"] == 0 or row["count"] >= LIMIT for row in rows if "count" in row)
    text = json.dumps(chart.to_dict(), ensure_ascii=False)
    assert not re.search(rf"(?<![\d.]){RARE_AGE}(?!\d)", text)
    assert RARE_PLACE not in text
    assert "122.9" not in text


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_specification_a_picture_and_words(name: str, lang: Language) -> None:
    bundle = shown_chart(CHARTS[name](lang))._repr_mimebundle_()
    assert list(bundle) == [VEGA_LITE, "image/svg+xml", "text/plain"]
    assert "/v6" in bundle[VEGA_LITE]["$schema"]
    words = bundle["text/plain"]
    assert words.startswith(TITLE.pick(lang))
    assert len(words) > len(TITLE.pick(lang)) + 5
    picture = ET.fromstring(bundle["image/svg+xml"])  # noqa: S314 - our own picture
    assert picture.attrib["role"] == "img"
    assert [child.tag.rpartition("}")[2] for child in picture[:2]] == ["title", "desc"]
    assert picture[1].text == words


@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_reaches_out_for_nothing(name: str) -> None:
    picture = shown_chart(CHARTS[name]("ja")).picture()
    assert set(re.findall(r"https?://[^\"' )<]+", picture)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "<script" not in picture


def test_a_widget_takes_the_colour_of_the_text_around_it() -> None:
    held = shown_chart(CHARTS["bars"]("ja")).widget().value
    assert "currentColor" in held
    assert "#767676" not in held


def test_missing_cells_stand_below_the_bars_and_few_are_told_as_fewer_than_ten() -> None:
    shown = Distribution((Bar(Text("女", "f"), 12),), "<10", 30)
    rows = rows_of(bars(TITLE, shown, lang="ja"))
    assert [(row["label"], row["told"]) for row in rows] == [("女", "12"), ("（欠測）", "<10"), ("（削除）", "30")]


def test_a_value_called_others_is_told_apart_from_all_others() -> None:
    cells = ["その他"] * 40 + ["甲"] * 30 + [f"v{n % 6}" for n in range(24)]
    live = Live(pa.table({"a": cells}), Schema(columns=(Column(name="a"),)))
    rows = rows_of(bars(TITLE, live.bins("a"), lang="ja"))
    assert [(row["label"], row["count"]) for row in rows] == [("その他", 40), ("甲", 30), ("その他（ほか）", 24)]
    crossed = live.cross("a", "a")
    assert [crossed.counts[n][n] for n in range(3)] == [40, 30, 24]
    assert len(rows_of(heat_map(TITLE, crossed, lang="ja"))) == 9


def test_quartiles_are_read_from_bars() -> None:
    bins = Bins((Bin(TITLE, 20, None, 10.0), Bin(TITLE, 60, 10.0, 20.0), Bin(TITLE, 20, 20.0, None)), 0, 1.0)
    [row] = rows_of(box(TITLE, {TITLE: bins}))
    assert row == {
        "side": row["side"],
        "low": 10.0,
        "lower": pytest.approx(10 + 5 / 6),
        "median": 15.0,
        "upper": pytest.approx(20 - 5 / 6),
        "high": 20.0,
    }


@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(st.integers(0, 25), min_size=width, max_size=width), min_size=1, max_size=5)
    )
)
def test_no_hidden_cell_is_told_by_the_sum_of_its_line(counts: list[list[int]]) -> None:
    table = np.array(counts, np.int64)
    hidden = hidden_cells(table, (table > 0) & (table < LIMIT))
    assert hidden[(table > 0) & (table < LIMIT)].all()
    for line, off in (*zip(table, hidden, strict=True), *zip(table.T, hidden.T, strict=True)):
        if off.any() and (~off & (line > 0)).any():
            assert off.sum() > 1
            assert line[off].sum() >= LIMIT


@pytest.mark.parametrize("unit", [None, "人"])
def test_two_columns_are_counted_together_as_by_hand(unit: str | None) -> None:
    found = made_live(unit).cross("年齢", "市区町村")
    assert found.columns[-1] == Text("その他", "others") or RARE_PLACE not in [name.ja for name in found.columns]
    assert found.rows[-1] == Text("（欠測）", "(missing)")
    assert len(found.counts) == len(found.rows)
    assert all(count is None or count == 0 or count >= LIMIT for line in found.counts for count in line)


def test_cells_of_enough_people_are_told_exactly() -> None:
    table = pa.table({"性別": ["f"] * 40 + ["m"] * 60, "地区": ["a"] * 20 + ["b"] * 20 + ["a"] * 30 + ["b"] * 30})
    live = Live(table, Schema(columns=(Column(name="性別"), Column(name="地区"))))
    rows, columns = ("m", "f"), ("a", "b")
    assert live.cross("性別", "地区") == TwoWay(
        tuple(Text(n, n) for n in rows), tuple(Text(n, n) for n in columns), ((30, 30), (20, 20))
    )


def test_bands_of_class_sizes_hold_all_records_and_none_a_few() -> None:
    table = pa.table({"a": ["x"] * 40 + ["y"] * 12 + ["z"] * 3 + ["w"]})
    bands = Live(table, Schema(columns=(Column(name="a"),))).class_sizes(["a"])
    assert bands == (Band(1, 19, 16), Band(20, 49, 40))


@given(st.lists(st.integers(0, 30), max_size=120))
def test_no_band_tells_a_few(values: list[int]) -> None:
    table = pa.table({"a": pa.array(values, pa.int64())})
    bands = Live(table, Schema(columns=(Column(name="a", type="integer"),))).class_sizes(["a"])
    assert all(band.records == 0 or band.records >= LIMIT for band in bands)
    assert sum(band.records for band in bands) == (len(values) if len(values) >= LIMIT else 0)


@given(st.floats(24, 45), st.floats(123, 153), st.sampled_from(["1", "2", "3", "1/2", "1/4", "1/8"]))
def test_the_borders_of_a_square_hold_its_points(latitude: float, longitude: float, level: Any) -> None:
    found = borders(square(latitude, longitude, level))
    assert found is not None
    south, west, north, east = found
    assert south - 1e-9 <= latitude <= north + 1e-9
    assert west - 1e-9 <= longitude <= east + 1e-9


@pytest.mark.parametrize("text", ["", "53", "abcd", "533999", "53393590", "５３３９", "533935909"])
def test_what_is_no_code_has_no_borders(text: str) -> None:
    assert (borders(text) is None) == (text != "53393590")


def test_squares_by_code_and_by_point_are_the_same() -> None:
    live = made_live()
    points = list(zip(live._table["緯度"].to_pylist(), live._table["経度"].to_pylist(), strict=True))
    codes = [None if a is None or b is None else square(a, b, "3") for a, b in points]
    coded = Live(pa.table({"メッシュ": codes}), Schema(columns=(Column(name="メッシュ"),))).squares("メッシュ")
    by_point = live.squares_around("緯度", "経度", "3")
    assert [(one.code, one.count) for one in by_point.shown] == [(one.code, one.count) for one in coded.shown]
    assert by_point.hidden == coded.hidden > 0
