"""The cut chart: what it sends to the browser, what it answers, and what it never holds."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import sudare.widgets
from sudare.design.live import Live
from sudare.errors import Refused
from sudare.law import thresholds
from sudare.tables.schema import Column, Schema
from sudare.widgets.cut_chart import CutChart
from sudare.widgets.lessons.shown import WIDGET_VIEW

if TYPE_CHECKING:
    from sudare.design.cut_effect import CutEffect

AGES = [*(20 + n % 60 for n in range(1_200)), 113, 116]
SCHEMA = Schema(
    columns=(
        Column(name="年齢", type="integer", unit="歳"),
        Column(name="性別"),
        Column(name="生年月日", type="date"),
        Column(name="身長", type="decimal", unit="cm"),
    )
)


@pytest.fixture(scope="module")
def live() -> Live:
    days = [date(2020 - age, 4, 1) for age in AGES]
    heights = [150 + (n % 200) / 10 for n in range(len(AGES))]
    sexes = ["女" if n % 2 else "男" for n in range(len(AGES))]
    return Live(pa.table({"年齢": AGES, "性別": sexes, "生年月日": days, "身長": heights}), SCHEMA)


def state(chart: CutChart) -> dict[str, Any]:
    """Return what is synced to the browser, without the chart's own code."""
    whole: dict[str, Any] = chart.widget.get_state()
    return {name: value for name, value in whole.items() if name not in {"_esm", "_css", "layout"}}


def test_nothing_but_bars_cut_side_messages_and_words_is_synced(live: Live) -> None:
    own = {name for name in state(CutChart(live, "年齢", lang="ja")) if not name.startswith("_")}
    assert own - {"tabbable", "tooltip", "comm"} == {"bins", "cut", "side", "messages", "words"}


def test_no_rare_value_and_no_count_of_a_few_is_ever_in_the_browser(live: Live) -> None:
    chart = CutChart(live, "年齢", ["年齢", "性別"], strata=["性別"], lang="en")
    for cut in (None, 30.0, 100.0, 114.0, 200.0):
        chart.widget.set_state({"cut": cut})
        told = state(chart)
        assert all(bar["count"] >= 10 for bar in told["bins"]["before"])
        assert "116" not in json.dumps(told, ensure_ascii=False, default=str)
    chart.widget.set_state({"cut": 100.0})
    assert chart.widget.messages["lines"][0] == "100歳 or more: fewer than 10 records"


def test_the_text_form_that_a_notebook_saves_tells_neither_the_cut_nor_the_column(live: Live) -> None:
    chart = CutChart(live, "年齢", at=97)
    assert repr(chart.widget) == "<sudare CutWidget>"
    shown = chart.widget._repr_mimebundle_()[0]
    assert shown.pop(WIDGET_VIEW)["model_id"] == chart.widget.model_id  # a random number, in which 97 may stand
    assert set(shown) <= {"text/plain"}
    assert "97" not in str(shown)
    assert "年齢" not in str(shown)


def test_the_axis_ends_where_ten_are_left(live: Live) -> None:
    bars = CutChart(live, "年齢").widget.bins["before"]
    assert bars[-1]["high"] is None
    assert sum(age >= bars[-1]["low"] for age in AGES) >= 10


def test_a_cut_from_the_browser_is_answered_with_sentences(live: Live) -> None:
    chart = CutChart(live, "年齢", ["年齢"], strata=["性別"], lang="ja")
    assert chart.widget.messages == {
        "lines": ["k = 1", "k が 5 に満たない組: 10件未満"],
        "answers": None,
    }
    chart.widget.set_state({"cut": 70.0})
    assert chart.widget.messages == {
        "lines": [
            "70歳以上: 202件（全体の16.8%）",
            "層ごとの最少: 101件",
            "k = 20（切る前は 1）",
            "k が 5 に満たない組: ありません（切る前は 10件未満）",
        ],
        "answers": 70.0,
    }
    assert chart.at == 70


def test_who_listens_hears_the_newest_effect(live: Live) -> None:
    chart = CutChart(live, "年齢", ["年齢"])
    heard: list[CutEffect] = []
    chart.on_cut(heard.append)
    chart.at = "60"
    chart.widget.set_state({"cut": 65.0})
    assert [effect.beyond for effect in heard] == [402, 302]
    assert chart.effect == heard[-1]


def test_a_listener_may_move_the_cut_and_the_last_word_is_of_where_it_then_is(live: Live) -> None:
    chart = CutChart(live, "年齢", ["年齢"])

    def not_below_sixty(_: CutEffect) -> None:
        if isinstance(chart.at, int) and chart.at < 60:
            chart.at = 60

    chart.on_cut(not_below_sixty)
    chart.widget.set_state({"cut": 40.0})
    assert chart.widget.messages["answers"] == chart.widget.cut == 60.0


def test_dates_are_cut_at_the_ends_of_years(live: Live) -> None:
    chart = CutChart(live, "生年月日", ["生年月日"], lang="ja")
    chart.widget.set_state({"cut": 1980.0})
    assert chart.at == date(1980, 1, 1)
    assert chart.widget.messages["lines"][0].startswith("1980-01-01以降: ")
    below = CutChart(live, "生年月日", side="below", at="昭和25年12月31日")
    assert (below.widget.cut, below.at) == (1950.0, date(1950, 12, 31))


@pytest.mark.parametrize("sent", [float("nan"), float("inf"), 1e300, -1e300, 12_345_678.0])
@pytest.mark.parametrize("name", ["年齢", "生年月日", "身長"])
def test_no_number_from_the_browser_raises(live: Live, name: str, sent: float) -> None:
    chart = CutChart(live, name, [name], lang="ja")
    chart.widget.set_state({"cut": sent})
    assert chart.widget.messages["lines"]


def test_a_mistake_is_told_in_place(live: Live) -> None:
    chart = CutChart(live, "年齢", ["年令"], at=50, lang="ja")
    assert chart.widget.messages["lines"] == ["[missing-column] columns: 列「年令」がありません。"]
    assert chart.effect is None


def test_a_column_without_a_scale_is_refused(live: Live) -> None:
    with pytest.raises(Refused) as refused:
        CutChart(live, "性別")
    assert [problem.code for problem in refused.value.problems] == ["wrong-type"]


@pytest.mark.parametrize(("lang", "words"), [("ja", "珍しい（100～）"), ("en", "unusual (100+)")])
def test_what_is_unusual_outside_the_file_is_told_with_its_source(live: Live, lang: Any, words: str) -> None:
    [age] = [one for one in thresholds() if one.id == "age"]
    told = CutChart(live, "年齢", threshold=age, lang=lang).widget.words
    assert (told["reference_at"], told["reference_label"]) == (100.0, words)
    assert age.source in told["reference"]
    assert str(age.cut) in told["reference"]


def test_without_bars_the_cut_can_still_be_typed() -> None:
    few = Live(pa.table({"年齢": [20, 30, 116]}), Schema(columns=(Column(name="年齢", type="integer"),)))
    chart = CutChart(few, "年齢", ["年齢"], lang="ja")
    assert chart.widget.bins["before"] == []
    assert chart.widget.words["legend"] == "図にできるだけの件数がありません。切る位置は数で入れられます。"
    chart.widget.set_state({"cut": 30.0})
    assert chart.widget.messages["lines"][0] == "30以上: 10件未満"


def test_bars_of_a_processed_column_are_laid_over_and_taken_away(live: Live) -> None:
    chart = CutChart(live, "年齢")
    chart.overlay(live.bins("年齢"))
    assert chart.widget.bins["after"] == chart.widget.bins["before"]
    chart.overlay(None)
    assert chart.widget.bins["after"] == []


def test_the_code_in_the_browser_reaches_out_for_nothing() -> None:
    for name in ("cut_chart.js", "cut_chart.css"):
        text = (Path(sudare.widgets.__file__).parent / name).read_text(encoding="utf-8")
        assert re.findall(r"https?://[^\"' ]+", text.replace("http://www.w3.org/2000/svg", "")) == []
        assert not re.search(r"\b(fetch|import|eval|innerHTML|XMLHttpRequest|localStorage)\b", text)
