"""A lesson: what is chosen is followed by every cell below, and what the guideline's example decides comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest

from sudare import UsageError, lesson
from sudare.law import examples, table1
from sudare.law.lessons import lesson_plans
from sudare.widgets.lessons.shown import WIDGET_VIEW
from sudare.widgets.lessons.table_one import TableOneLesson
from sudare.widgets.lessons.worked import WorkedLesson, numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

PLANS = {plan.id: plan for plan in lesson_plans()}
WAYS = [(plan.id, way.id) for plan in lesson_plans() for way in plan.ways()]
REFUSED = {
    ("3-2-1-1", "keep-name"): "must-not-stay",
    ("3-2-1-2", "keep-phone"): "must-not-stay",
    ("3-2-2", "keep"): "must-not-stay",
    ("3-2-2", "pseudo-id"): "my-number",
    ("3-2-2", "last-digits"): "must-not-stay",
    ("3-2-3-1", "keep"): "must-not-stay",
    ("3-2-3-2", "keep"): "must-not-stay",
    ("3-2-4-2", "keep"): "finding-left",
}
# How many records look like those in question, before and after, by the way to decide.
LIKE_IT = {
    ("3-2-4-2", "recorded"): ("1", "4"),
    ("3-2-4-2", "label-100"): ("1", "1"),
    ("3-2-4-2", "delete-record"): ("1", "no record left"),
    ("3-2-4-1", "recorded"): ("2", "no record left"),
    ("3-2-4-1", "keep"): ("2", "2"),
    ("3-2-5-1", "recorded"): ("3", "6"),
    ("3-2-5-2", "recorded"): ("4", "100"),
    ("3-2-5-2", "suppress"): ("4", "4"),
    ("3-2-5-3", "recorded"): ("1", "6"),
    ("3-2-5-3", "suppress"): ("1", "1"),
    ("3-2-3-1", "recorded"): ("1", "no column left"),
}


def opened(id_: str, lang: Any = "en") -> WorkedLesson:
    found = lesson(id_, lang=lang)
    assert isinstance(found, WorkedLesson)
    return found


def parts(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def test_every_numbered_example_has_a_lesson_and_3_2_2_has_one_of_ours() -> None:
    assert set(PLANS) == {one.id for one in examples()} | {"3-2-2"}
    assert [plan.id for plan in PLANS.values() if not plan.numbered] == ["3-2-2"]
    assert list(PLANS) == sorted(PLANS)


@pytest.mark.parametrize(("id_", "way"), WAYS)
def test_a_way_is_run_and_told_in_words_whatever_comes_of_it(id_: str, way: str) -> None:
    one = opened(id_)
    one.take(way)
    told = str(one.decision())
    assert told.startswith("Decision: ")
    if (id_, way) in REFUSED:
        assert f"[{REFUSED[id_, way]}]" in told
        assert "nothing may be provided" in told
        assert "[" in str(one.safety())
    else:
        assert "Result: records" in told
        assert "the same result" in str(one.again())


@pytest.mark.parametrize(("id_", "way"), LIKE_IT)
def test_how_many_records_look_like_those_in_question(id_: str, way: str) -> None:
    one = opened(id_)
    one.take(way)
    [line] = [line for line in str(one.safety()).splitlines() if line.startswith("records like those in question")]
    assert tuple(line.split(" | ")[1:]) == LIKE_IT[id_, way]


def test_choosing_by_widget_changes_every_cell_below() -> None:
    one = opened("3-2-4-2")
    chosen = one.choose()
    below = [one.safety(), one.step(), one.again(), one.decision()]
    before = [cell.widget.value for cell in below if cell.widget is not None]
    [buttons] = [part for part in parts(chosen.widget) if isinstance(part, ipywidgets.RadioButtons)]
    assert buttons.options[0][0].startswith("gather ages from 90 up")
    buttons.value = 1
    after = [cell.widget.value for cell in below if cell.widget is not None]
    assert len(before) == 4
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert "delete-records" in after[1]
    assert "delete the records of people from 100 up" in after[3]
    [follows] = [part for part in parts(chosen.widget) if isinstance(part, ipywidgets.HTML)]
    assert "the oldest drop out" in follows.value


def test_a_cell_holds_text_html_and_a_widget_and_a_chart_holds_its_picture() -> None:
    one = opened("3-2-4-2", "ja")
    assert set(one.decision()._repr_mimebundle_()) == {"text/plain", "text/html", WIDGET_VIEW}
    chart = one.chart()._repr_mimebundle_()
    assert set(chart) == {"text/plain", "image/svg+xml", "application/vnd.vegalite.v6+json"}
    assert "115以上120未満" in chart["image/svg+xml"]
    assert "115以上120未満: 1 ◆" in chart["text/plain"]
    assert "/vega-lite/v6" in chart["application/vnd.vegalite.v6+json"]["$schema"]


def test_a_cell_of_a_table_cannot_become_markup() -> None:
    from sudare.widgets.lessons.shown import Code, Grid, Say

    for block in (Say("<b>"), Grid("<b>", ["<b>"], [["<b>"]]), Code("<b>")):
        assert "<b>" not in block.html()
        assert "&lt;b&gt;" in block.html()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_pseudo_ids_are_told_as_numbers_since_each_key_gives_others(lang: Any) -> None:
    first, again = str(opened("3-2-3-2", lang).again()), str(opened("3-2-3-2", lang).again())
    assert first == again
    assert ("仮ID-1" if lang == "ja" else "pseudo-ID-1") in first
    rows = numbered(["仮ID"], [("aa",), ("bb",), ("aa",), ("",)], ["仮ID"], "en")
    assert rows == (("pseudo-ID-1",), ("pseudo-ID-2",), ("pseudo-ID-1",), ("",))


def test_plain_hashes_are_undone_and_keyed_ones_are_not() -> None:
    note: Any = lesson("pseudo-id", lang="en")
    assert "trying 1,000,000 numbers one after another told 6 of the 6" in str(note.attack())
    assert "with a guessed key tells 0" in str(note.keyed())
    assert str(note.keys()).splitlines()[2:] == ["甲, first half | 6", "甲, second half | 0", "乙, first half | 0"]


def test_eligibility_follows_the_answers() -> None:
    one: Any = lesson("2-2", lang="en")
    lists = [part for part in parts(one.choose().widget) if isinstance(part, ipywidgets.Dropdown)]
    decision = one.decision()
    assert "must not be processed" in decision.widget.value
    heavy = next(part for part in lists if "so much work" in part.tooltip)
    heavy.value = "no"
    assert "may be processed" in decision.widget.value
    assert str(one.cases()).count("must not be processed") == 4


@pytest.mark.parametrize("row", [row.id for row in table1()])
def test_every_technique_of_a_row_of_table_1_gives_its_table_or_holds_its_promise(row: str) -> None:
    one = lesson(row, lang="en")
    assert isinstance(one, TableOneLesson)
    chosen, result = one.choose(), one.result()
    for place, kind in enumerate(one.kinds):
        chosen.widget.value = place
        assert ("the table after" in result.widget.value) != kind.needs_key
        assert not kind.needs_key or "it held 3 times" in result.widget.value


def test_an_unknown_lesson_is_refused_with_the_near_match() -> None:
    with pytest.raises(UsageError, match="3-2-4-2") as refused:
        lesson("3-2-4-22")
    assert [problem.code for problem in refused.value.problems] == ["unknown-example"]


def test_without_the_extra_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sudare.widgets.lesson.find_spec", lambda name: None if name == "altair" else object())
    with pytest.raises(UsageError, match=r"altair.*pip install 'sudare\[lab\]'"):
        lesson("3-2-4-2")
