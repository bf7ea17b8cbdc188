from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sudare.production.demo import demo
from sudare.specs import read_spec
from sudare.widgets.desk import Desk
from widgets.clicking import named, parts, texts, the
from widgets.small_desk import lay

if TYPE_CHECKING:
    from pathlib import Path

DATA, COLUMNS, DISTRIBUTION, TECHNIQUES, SAFETY, RECORD = range(6)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Lay a small table out."""
    return lay(tmp_path)


def test_a_table_gives_a_draft_that_is_saved_beside_it_and_opens_as_it_was_left(table: Path) -> None:
    desk = Desk(table, lang="ja")
    desk.who = "山田"
    desk.go_to(COLUMNS)
    the(desk.widget, "dismiss-because").value = "提案の判断による"
    the(desk.widget, "dismiss").click()
    desk.save()
    saved = read_spec(table.with_name("健診.sudare.yaml"))
    assert [one.because for one in saved.spec.dismissed if one.finding != "none"] == ["提案の判断による"]
    again = Desk(table, lang="ja")
    assert again.design is not None
    assert again.design.text == saved.text


def test_undo_takes_back_and_redo_does_again(table: Path) -> None:
    desk = Desk(table, lang="ja")
    assert desk.design is not None
    before = desk.design.text
    desk.go_to(TECHNIQUES)
    the(desk.widget, "remove-step").click()
    after = desk.design.text
    assert after != before
    the(desk.widget, "undo").click()
    assert desk.design.text == before
    the(desk.widget, "redo").click()
    assert desk.design.text == after


def test_a_wrong_input_is_told_in_place_and_changes_nothing(table: Path) -> None:
    desk = Desk(table, lang="en")
    assert desk.design is not None
    before = desk.design.text
    desk.go_to(COLUMNS)
    the(desk.widget, "dismiss").click()  # with no reason
    assert desk.design.text == before
    assert 'role="alert"' in texts(desk.alert)
    assert "Traceback" not in texts(desk.widget)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_is_drawn_in_both_languages(table: Path, lang: str) -> None:
    desk = Desk(table, lang="ja" if lang == "ja" else "en")
    for place, page in enumerate(desk.pages):
        desk.go_to(place)
        assert page.title.pick(desk.lang) in texts(page.widget)
        assert len(list(parts(page.widget))) > 10
    assert 'role="alert"' not in texts(desk.widget)


def test_the_language_can_be_changed_and_the_design_stays(table: Path) -> None:
    desk = Desk(table, lang="ja")
    assert desk.design is not None
    before = desk.design.text
    the(desk.widget, "language").click()
    assert desk.lang == "en"
    assert desk.design.text == before
    assert "Undo" in texts(desk.widget)


def test_the_cut_becomes_a_step_that_takes_the_place_of_the_one_before(table: Path) -> None:
    desk = Desk(table, lang="ja")
    assert desk.design is not None
    desk.go_to(DISTRIBUTION)
    the(desk.widget, "column").value = "年齢"
    the(desk.widget, "cut").cut = 90
    the(desk.widget, "code").click()
    mine = [step for step in desk.design.spec.steps if "年齢" in step.columns and step.decides]
    assert [step.technique for step in mine] == ["top-code"]
    assert str(mine[0].at_least) == "90"  # type: ignore[attr-defined]  # of this technique


def test_columns_go_out_of_scope_in_one_click(table: Path) -> None:
    desk = Desk(table, lang="ja")
    assert desk.design is not None
    desk.go_to(DATA)
    ticks = [part for part in named(desk.widget, "in-scope") if part.told["label"] != "年齢"]
    for part in ticks:
        part.value = False
    the(desk.widget, "scope").click()
    assert desk.design.spec.out_of_scope is not None
    assert set(desk.design.spec.out_of_scope.columns) == {part.told["label"] for part in ticks}


def test_nothing_that_is_written_on_the_desk_is_in_the_state_of_a_widget(table: Path) -> None:
    desk = Desk(table, lang="ja")
    desk.go_to(RECORD)
    the(desk.widget, "reason").value = "山田さんの隣の人が"
    the(desk.widget, "all-steps").click()
    the(desk.widget, "give-reason").click()
    for place in range(6):
        desk.go_to(place)
    assert "山田さんの隣の人が" in texts(desk.widget)
    states = [one.get_state() for one in parts(desk.widget) if hasattr(one, "get_state")]
    assert len(states) > 10
    assert "隣の人" not in str(states)
    assert "unusual-in-society" not in str(states)


@pytest.mark.slow
def test_a_design_is_run_in_production_from_the_desk(tmp_path: Path) -> None:
    demo(tmp_path / "demo", lang="ja")
    for name in ("processed.csv", "receipt.json"):
        (tmp_path / "demo" / "out" / name).unlink()
    desk = Desk(tmp_path / "demo" / "input.csv", tmp_path / "demo" / "demo.sudare.yaml", lang="ja")
    desk.go_to(RECORD)
    the(desk.widget, "run").click()
    assert "完了しました" in texts(the(desk.widget, "result"))
    assert (tmp_path / "demo" / "out" / "processed.csv").exists()
