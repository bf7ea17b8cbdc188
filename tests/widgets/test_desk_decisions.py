"""What an analyst decides on the desk: findings, reasons, alternatives, signatures, and what is told of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sudare.design import edits
from sudare.design.design import Design
from sudare.language import Text
from sudare.specs import read_spec
from sudare.widgets.desk import Desk
from widgets.clicking import named, texts, the
from widgets.small_desk import COLUMNS, DATA, DISTRIBUTION, RECORD, SAFETY, TECHNIQUES, lay, row, small_desk

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.specs import Spec


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return small_desk(tmp_path)


def spec_of(desk: Desk) -> Spec:
    assert desk.design is not None
    return desk.design.spec


def design_of(desk: Desk) -> Design:
    assert desk.design is not None
    return desk.design


def techniques_of(desk: Desk, name: str) -> list[str]:
    return [step.technique for step in spec_of(desk).steps if name in step.columns and step.decides]


def card_of(desk: Desk, finding: str) -> Any:
    return next(one for one in named(desk.widget, "card") if one.key == finding)


def give_all(desk: Desk, reason: str, who: str) -> None:
    """Give every step one reason and one name."""
    desk.go_to(RECORD)
    the(desk.widget, "all-steps").click()
    assert len(the(desk.widget, "reason-steps").value) == len(spec_of(desk).steps)
    the(desk.widget, "reason").value = reason
    the(desk.widget, "reason-by").value = who
    the(desk.widget, "give-reason").click()


# -- findings


def test_a_suggestion_is_taken_in_one_click_by_whoever_is_named_and_the_card_says_what_decides_now(desk: Desk) -> None:
    the(desk.widget, "who").value = "山田"
    desk.go_to(COLUMNS)
    card = card_of(desk, "unusual-in-society/年齢")
    assert "手順2 一般化（階級）" in texts(card)
    assert the(card, "take").told["text"] == "「トップコーディング（しきい値: 90）」にする"
    the(card, "take").click()
    assert techniques_of(desk, "年齢") == ["top-code"]
    step = next(step for step in spec_of(desk).steps if step.technique == "top-code")
    assert step.by is not None
    assert step.by.startswith("山田 2")
    assert "トップコーディング" in texts(the(card_of(desk, "unusual-in-society/年齢"), "now"))


def test_an_answer_that_is_taken_away_leaves_its_standard_open_and_never_shown_as_done(desk: Desk) -> None:
    give_all(desk, "審査で決めた", "佐藤")
    desk.go_to(COLUMNS)
    assert "✓ 第4号" in texts(the(desk.widget, "progress"))
    desk.go_to(TECHNIQUES)
    number = next(n for n, step in enumerate(spec_of(desk).steps) if step.technique == "bin")
    named(desk.widget, "remove-step")[number].click()
    desk.go_to(COLUMNS)
    progress = texts(the(desk.widget, "progress"))
    assert "○ 第4号" in progress
    assert "✓ 第4号" not in progress
    assert "○ 年齢" in texts(card_of(desk, "unusual-in-society/年齢"))


def test_a_dismissal_needs_a_reason_keeps_who_and_when_and_can_be_taken_back(desk: Desk) -> None:
    desk.who = "山田"
    desk.go_to(COLUMNS)
    card = card_of(desk, "unusual-in-society/年齢")
    the(card, "dismiss").click()
    assert 'role="alert"' in texts(desk.alert)
    the(card, "dismiss-because").value = "珍しくない"
    the(card, "dismiss").click()
    [mine] = [one for one in spec_of(desk).dismissed if one.finding == "unusual-in-society/年齢"]
    assert (mine.because, (mine.by or "").split()[0]) == ("珍しくない", "山田")
    assert 'role="alert"' not in texts(desk.alert)
    the(card_of(desk, "unusual-in-society/年齢"), "undismiss").click()
    assert not [one for one in spec_of(desk).dismissed if one.finding == "unusual-in-society/年齢"]


def test_what_is_open_alike_in_many_steps_is_one_line_that_names_them(desk: Desk) -> None:
    desk.go_to(COLUMNS)
    lines = [one.told["text"] for one in named(desk.widget, "open")]
    assert len(lines) == len(set(lines))
    assert any("（手順 2）" in line for line in lines)


# -- steps


def test_a_disabled_step_stays_in_its_place_and_does_nothing(desk: Desk) -> None:
    desk.go_to(TECHNIQUES)
    number = next(n for n, step in enumerate(spec_of(desk).steps) if step.technique == "bin")
    named(desk.widget, "disable-step")[number].click()
    assert [step.disabled for step in spec_of(desk).steps][number]
    assert "（無効）" in texts(named(desk.widget, "card")[number])
    assert desk.seen is not None
    assert "undecided-column" in {problem.code for problem in desk.seen.problems}
    assert "undecided-column" in texts(the(desk.widget, "preview"))
    named(desk.widget, "disable-step")[number].click()
    assert not any(step.disabled for step in spec_of(desk).steps)


def test_steps_are_moved_and_edited_in_a_form_and_each_is_one_undo(desk: Desk) -> None:
    desk.go_to(TECHNIQUES)
    before = [step.technique for step in spec_of(desk).steps]
    named(desk.widget, "step-down")[0].click()
    assert [step.technique for step in spec_of(desk).steps] == [before[1], before[0], *before[2:]]
    the(desk.widget, "undo").click()
    assert [step.technique for step in spec_of(desk).steps] == before
    named(desk.widget, "edit-step")[0].click()
    assert the(desk.widget, "form-widget") is not None
    the(desk.widget, "cancel").click()
    assert named(desk.widget, "form-widget") == []


def test_a_hidden_value_that_another_column_tells_is_told_at_once_with_the_fix(desk: Desk) -> None:
    step = {
        "technique": "suppress-cells",
        "columns": ["判定"],
        "where": {"column": "判定", "equals": "要"},
        "standards": [5],
        "because": "隠す",
    }
    desk.go_to(TECHNIQUES)
    assert desk.change(Text("隠す", "hide"), lambda spec: edits.with_deciding_step(spec, step))
    told = texts(the(desk.widget, "told"))
    assert "区分" in told
    assert "判定" in told
    assert desk.seen is not None
    assert desk.seen.told_back
    assert all(problem.now.ja for problem in desk.seen.told_back)
    desk.go_to(SAFETY)
    assert "区分" in texts(the(desk.widget, "told"))


# -- alternatives


def test_alternatives_are_made_switched_and_compared_side_by_side(desk: Desk) -> None:
    the(desk.widget, "new-branch").value = "強め"
    assert design_of(desk).branch_name == "強め"
    desk.go_to(COLUMNS)
    the(card_of(desk, "unusual-in-society/年齢"), "take").click()
    strong = design_of(desk).text
    the(desk.widget, "branch").value = "main"
    assert design_of(desk).text != strong
    the(desk.widget, "branch").value = "強め"
    assert design_of(desk).text == strong
    desk.go_to(SAFETY)
    the(desk.widget, "compare-branches").click()
    compared = the(desk.widget, "compared")
    assert compared.told["heads"][1:] == ["main", "強め"]
    assert "最小の組（k）" in texts(compared)
    the(desk.widget, "new-branch").value = "強め"  # once more
    assert "branch-exists" in texts(desk.alert)


def test_a_search_proposes_designs_and_one_is_taken(desk: Desk) -> None:
    desk.go_to(SAFETY)
    the(desk.widget, "known").value = ("年齢", "性別")
    the(desk.widget, "search").click()
    named(desk.widget, "take-choice")[0].click()
    assert design_of(desk).undo_label is not None
    assert [check.columns for check in spec_of(desk).checks if set(check.columns) == {"年齢", "性別"}]


# -- the record


def test_one_reason_and_name_are_given_to_many_steps_at_once(desk: Desk) -> None:
    give_all(desk, "審査で決めた", "佐藤")
    assert {step.because for step in spec_of(desk).steps} == {"審査で決めた"}
    assert {(step.by or "").split()[0] for step in spec_of(desk).steps} == {"佐藤"}
    the(desk.widget, "undo").click()
    assert {step.because for step in spec_of(desk).steps} != {"審査で決めた"}


def test_what_differs_from_the_saved_file_is_told_in_words(desk: Desk) -> None:
    desk.save()
    desk.go_to(RECORD)
    the(desk.widget, "diff-button").click()
    assert "同じ内容です" in texts(the(desk.widget, "diff"))
    the(desk.widget, "title").value = "第3号"
    the(desk.widget, "diff-button").click()
    assert "同じ内容です" not in texts(the(desk.widget, "diff"))
    assert "第3号" in texts(the(desk.widget, "diff"))


def test_a_signature_holds_until_the_design_changes(desk: Desk) -> None:
    desk.go_to(RECORD)
    the(desk.widget, "signer").value = "佐藤"
    the(desk.widget, "sign").click()
    assert [one.by.split()[0] for one in spec_of(desk).approvals] == ["佐藤"]
    assert "有効 ✓" in texts(desk.pages[RECORD].widget)
    the(desk.widget, "title").value = "第3号"
    assert "内容が変わったため無効" in texts(desk.pages[RECORD].widget)
    the(desk.widget, "undo").click()
    assert "有効 ✓" in texts(desk.pages[RECORD].widget)


def test_a_file_that_changed_elsewhere_is_not_overwritten_and_the_desk_says_what_to_do(desk: Desk) -> None:
    desk.save()
    path = design_of(desk).path
    assert path is not None
    other = Design.open(path)
    other.change(Text("題", "title"), lambda spec: edits.with_title(spec, "ほかの人の題"))
    other.save()
    the(desk.widget, "title").value = "私の題"
    the(desk.widget, "save").click()
    assert "stale-spec" in texts(desk.alert)
    assert "読み直してからやり直すか、別の名前で保存" in texts(desk.alert)
    assert read_spec(path).spec.title == "ほかの人の題"
    assert spec_of(desk).title == "私の題"
    desk.go_to(RECORD)
    the(desk.widget, "reload").click()
    assert spec_of(desk).title == "ほかの人の題"
    the(desk.widget, "undo").click()
    assert spec_of(desk).title == "私の題"


# -- a table that does not fit


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_table_that_does_not_fit_tells_every_misfit_and_goes_on_as_guessed(tmp_path: Path, lang: str) -> None:
    first = small_desk(tmp_path)
    first.save()
    rows = [row(number) for number in range(120)]
    rows[3] = rows[3].replace(",43,", ",不明,")
    rows[7] = rows[7].replace(",47,", ",四七,")
    lay(tmp_path, rows)
    desk = Desk(tmp_path / "健診.csv", lang="ja" if lang == "ja" else "en")
    assert desk.opened is None
    told = texts(the(desk.widget, "misfits"))
    assert "年齢" in told
    assert "不明" not in texts(desk.widget)
    assert "四七" not in texts(desk.widget)
    for place in range(6):
        desk.go_to(place)
    desk.go_to(DATA)
    the(desk.widget, "as-guessed").click()
    assert desk.misfit is None
    assert [one.kind for one in spec_of(desk).input.columns] == [one.kind for one in spec_of(first).input.columns]
    assert "<10" in texts(the(desk.widget, "warning"))  # cells of the column that are looked at as missing


def test_a_table_with_another_column_goes_on_and_the_steps_without_one_are_told(tmp_path: Path) -> None:
    first = small_desk(tmp_path)
    first.save()
    path = tmp_path / "健診.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("判定", "結果", 1), encoding="utf-8")
    desk = Desk(path, lang="ja")
    assert "判定" in texts(the(desk.widget, "misfits"))
    the(desk.widget, "as-guessed").click()
    assert "結果" in [one.called for one in spec_of(desk).input.columns]
    assert not design_of(desk).saved
    desk.go_to(TECHNIQUES)
    assert "判定" in texts(the(desk.widget, "warning"))
    the(desk.widget, "undo").click()
    assert spec_of(desk).input.columns == spec_of(first).input.columns


def test_reading_a_file_again_keeps_what_was_decided(desk: Desk) -> None:
    the(desk.widget, "title").value = "第3号"
    the(desk.widget, "encoding").value = "utf-8"
    the(desk.widget, "read-again").click()
    assert spec_of(desk).title == "第3号"
    assert spec_of(desk).input.encoding == "utf-8"
    assert desk.misfit is None


def test_a_code_that_was_guessed_to_be_a_number_is_read_again_once_it_is_declared_a_text(desk: Desk) -> None:
    assert desk.opened is not None
    assert str(desk.opened.table.schema.field("年齢").type) == "int64"
    named(desk.widget, "type")[1].value = "text"
    assert str(desk.opened.table.schema.field("年齢").type) == "string"
    assert 'role="alert"' not in texts(desk.widget)
    the(desk.widget, "undo").click()
    assert str(desk.opened.table.schema.field("年齢").type) == "int64"


def test_what_is_said_of_a_column_is_what_its_chart_is_drawn_with(desk: Desk) -> None:
    named(desk.widget, "unit")[1].value = "歳"
    assert desk.opened is not None
    assert desk.opened.declared.columns[1].unit == "歳"
    the(desk.widget, "person").value = "管理番号"
    assert desk.live.unit is not None
    desk.go_to(DISTRIBUTION)
    assert "歳" in str(the(desk.widget, "cut").words)
    assert 'role="alert"' not in texts(desk.widget)


def test_cells_that_do_not_fit_do_not_keep_one_from_saying_what_a_column_is(tmp_path: Path) -> None:
    rows = [row(number) for number in range(120)]
    rows[3] = rows[3].replace(",43,", ",不明,")
    lay(tmp_path, rows)
    desk = Desk(tmp_path / "健診.csv", lang="ja")
    assert "年齢" in texts(the(desk.widget, "warning"))
    named(desk.widget, "kind")[2].value = "quasi-identifier"
    assert 'role="alert"' not in texts(desk.widget)
    assert "年齢" in texts(the(desk.widget, "warning"))


# -- the language


def test_the_language_changes_everything_that_is_told_and_keeps_where_one_is(desk: Desk) -> None:
    the(desk.widget, "title").value = "第3号"
    desk.go_to(SAFETY)
    before = design_of(desk)
    the(desk.widget, "language").click()
    assert desk.design is before
    assert desk.page is desk.pages[SAFETY]
    assert "Safety and usefulness" in texts(desk.page.widget)
    assert "The design" in texts(desk.page.widget) or "A run would stop" in texts(desk.page.widget)
    the(desk.widget, "undo").click()
    assert spec_of(desk).title != "第3号"
