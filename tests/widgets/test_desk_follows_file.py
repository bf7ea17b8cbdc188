"""The desk and its file stay in step: what was saved elsewhere is read again, and nothing done here is lost by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sudare.design import edits
from sudare.design.design import Design
from sudare.language import Text
from sudare.specs import read_spec
from sudare.widgets.watch import Watch
from widgets.clicking import named, parts, texts, the
from widgets.small_desk import COLUMNS, RECORD, TECHNIQUES, small_desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sudare.widgets.desk import Desk

TAKEN, BOTH = "ほかで変えられたので、読み直しました", "こちらにも未保存の変更があります"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk whose design is saved."""
    made = small_desk(tmp_path)
    made.save()
    asked(made)
    assert notice(made) == ""
    return made


def design_of(desk: Desk) -> Design:
    assert desk.design is not None
    return desk.design


def file_of(desk: Desk) -> Path:
    path = design_of(desk).path
    assert path is not None
    return path


def asked(desk: Desk) -> None:
    """Let the page ask, as it does every few seconds, until it is told that it need not ask again soon."""
    [watch] = [one for one in parts(desk.following.widget) if isinstance(one, Watch)]
    answers: list[bool] = []
    watch.tell = lambda **content: answers.append(content["soon"])  # type: ignore[method-assign]
    while not answers or answers[-1]:
        watch.heard({"kind": "look"})
        assert len(answers) < 5


def notice(desk: Desk) -> str:
    """Return what is told above the pages, without what is drawn around it."""
    return "".join(
        str(one.told["text"])
        for one in parts(desk.following.widget)
        if "text" in getattr(one, "told", {}) and one.kind == "words"
    )


def elsewhere(desk: Desk, title: str) -> None:
    """Save the file in another program."""
    other = Design.open(file_of(desk))
    other.change(Text("題", "title"), lambda spec: edits.with_title(spec, title))
    other.save()


def title(desk: Desk) -> str:
    return design_of(desk).spec.title or ""


def retitle(desk: Desk, name: str) -> None:
    the(desk.widget, "title").value = name


def test_a_file_saved_elsewhere_is_read_again_as_one_change_on_the_page_where_one_is(desk: Desk) -> None:
    desk.go_to(TECHNIQUES)
    before = title(desk)
    elsewhere(desk, "ほかの題")
    asked(desk)
    assert (title(desk), design_of(desk).saved, desk.page) == ("ほかの題", True, desk.pages[TECHNIQUES])
    assert TAKEN in notice(desk)
    assert f"{before} → ほかの題" in notice(desk)  # what changed, in words
    assert [p.told["live"] for p in named(desk.following.widget, "news")] == [True]
    the(desk.widget, "undo").click()
    assert (title(desk), notice(desk)) == (before, "")
    the(desk.widget, "save").click()  # what was read again was seen, so it may be written over
    assert read_spec(file_of(desk)).spec.title == before


def test_what_was_read_again_is_told_until_the_next_change(desk: Desk) -> None:
    elsewhere(desk, "ほかの題")
    asked(desk)
    asked(desk)
    assert TAKEN in notice(desk)
    desk.speak("en")
    assert "read again" in notice(desk)
    retitle(desk, "次の題")
    assert notice(desk) == ""


def test_with_unsaved_changes_both_sides_are_told_and_reading_again_loses_nothing(desk: Desk) -> None:
    retitle(desk, "私の題")
    elsewhere(desk, "相手の題")
    asked(desk)
    assert title(desk) == "私の題"
    for page in range(6):
        desk.go_to(page)
        assert BOTH in notice(desk)
    assert "→ 私の題" in notice(desk)
    assert "→ 相手の題" in notice(desk)
    the(desk.following.widget, "read-again").click()
    assert (title(desk), notice(desk), design_of(desk).saved) == ("相手の題", "", True)
    the(desk.widget, "undo").click()
    assert title(desk) == "私の題"


def test_who_keeps_the_own_one_writes_over_what_was_shown_and_never_over_something_newer(desk: Desk) -> None:
    retitle(desk, "私の題")
    elsewhere(desk, "相手の題")
    asked(desk)
    the(desk.following.widget, "keep-mine").click()
    assert title(desk) == "私の題"
    assert "こちらを残しました" in notice(desk)
    elsewhere(desk, "相手の次の題")
    the(desk.widget, "save").click()  # before the page asked again
    assert read_spec(file_of(desk)).spec.title == "相手の次の題"
    assert "stale-spec" in texts(desk.alert)
    assert BOTH in notice(desk)
    the(desk.following.widget, "keep-mine").click()
    the(desk.widget, "save").click()
    assert (read_spec(file_of(desk)).spec.title, notice(desk)) == ("私の題", "")
    the(desk.widget, "undo").click()
    assert title(desk) == "相手の次の題"


def test_the_notice_goes_when_the_changes_here_are_taken_back_and_the_file_is_read(desk: Desk) -> None:
    retitle(desk, "私の題")
    elsewhere(desk, "相手の題")
    asked(desk)
    the(desk.widget, "undo").click()
    asked(desk)
    assert (title(desk), BOTH in notice(desk)) == ("相手の題", False)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda path: path.write_text("sudare: 1\ntitle: [題\n", encoding="utf-8"), "いまは仕様として読めません"),
        (lambda path: path.write_bytes(b""), "いまは仕様として読めません"),
        (lambda path: path.write_bytes(b"\x83\x5c"), "いまは仕様として読めません"),
        (lambda path: path.unlink(), "ファイルがなくなりました"),
        (lambda path: path.rename(path.with_name("別.sudare.yaml")), "ファイルがなくなりました"),
    ],
)
def test_a_damaged_or_removed_file_ends_nothing_and_is_followed_again_once_it_is_mended(
    desk: Desk, damage: Callable[[Path], object], told: str
) -> None:
    path, text = file_of(desk), design_of(desk).text
    damage(path)
    asked(desk)
    assert (design_of(desk).text, design_of(desk).can_undo) == (text, False)
    assert told in notice(desk)
    assert 'role="alert"' not in texts(desk.widget)
    path.write_text(text, encoding="utf-8")
    asked(desk)
    assert notice(desk) == ""
    elsewhere(desk, "直した題")
    asked(desk)
    assert title(desk) == "直した題"


def test_a_file_that_cannot_be_read_is_not_written_over_from_here(desk: Desk) -> None:
    retitle(desk, "私の題")
    file_of(desk).write_text("sudare: 1\ntitle: [題\n", encoding="utf-8")
    asked(desk)
    assert named(desk.following.widget, "keep-mine") == []
    the(desk.widget, "save").click()
    assert "stale-spec" in texts(desk.alert)
    assert file_of(desk).read_text(encoding="utf-8") == "sudare: 1\ntitle: [題\n"
    assert title(desk) == "私の題"


def test_a_removed_file_is_made_again_only_where_a_person_says_so(desk: Desk) -> None:
    path = file_of(desk)
    path.unlink()
    asked(desk)
    the(desk.widget, "save").click()
    assert not path.exists()
    the(desk.following.widget, "keep-mine").click()
    the(desk.widget, "save").click()
    assert read_spec(path).spec == design_of(desk).spec
    asked(desk)
    assert notice(desk) == ""


def test_half_a_file_is_not_taken_for_the_whole(desk: Desk) -> None:
    path = file_of(desk)
    text = path.read_text(encoding="utf-8").replace(title(desk), "新しい題", 1)
    path.write_text(text[: text.index("steps:")], encoding="utf-8")  # readable, and not all of it
    assert desk.following.look()  # to be asked again soon
    path.write_text(text, encoding="utf-8")
    assert desk.following.look()
    assert title(desk) != "新しい題"
    assert not desk.following.look()
    assert (title(desk), len(design_of(desk).history)) == ("新しい題", 2)


def test_an_open_form_is_not_taken_away_and_the_file_is_read_once_it_is_closed(desk: Desk) -> None:
    desk.go_to(TECHNIQUES)
    the(desk.widget, "edit-step").click()
    elsewhere(desk, "ほかの題")
    asked(desk)
    assert "入力の途中" in notice(desk)
    assert named(desk.widget, "apply") != []
    the(desk.widget, "cancel").click()
    asked(desk)
    assert (title(desk), TAKEN in notice(desk)) == ("ほかの題", True)


def test_steps_that_were_chosen_for_a_reason_are_not_others_once_the_file_was_read_again(desk: Desk) -> None:
    def about() -> list[str]:
        """Return what the page's script knows the list by; it keeps what was chosen as long as that is the same."""
        page = desk.pages[RECORD].widget
        return [one.key for one in parts(page) if the(page, "reason-steps") in getattr(one, "children", ()) and one.key]

    desk.go_to(RECORD)
    before = about()
    retitle(desk, "私の題")
    desk.save()
    assert about() == before
    elsewhere(desk, "ほかの題")
    asked(desk)
    assert len(about()) == 1
    assert about() != before


def test_an_error_that_is_being_read_stays_while_the_page_asks(desk: Desk) -> None:
    desk.go_to(COLUMNS)
    the(desk.widget, "dismiss").click()  # with no reason
    told = texts(desk.alert)
    assert 'role="alert"' in told
    asked(desk)
    assert texts(desk.alert) == told


def test_a_run_is_refused_where_the_file_is_not_what_is_seen_on_the_desk(desk: Desk) -> None:
    elsewhere(desk, "ほかの題")
    desk.go_to(RECORD)
    the(desk.widget, "run").click()
    assert "stale-spec" in texts(desk.alert)
    assert not (file_of(desk).parent / "out").exists()


def test_two_desks_on_one_spec_follow_each_other(tmp_path: Path) -> None:
    one = small_desk(tmp_path)
    one.save()
    other = small_desk(tmp_path)
    retitle(one, "一の題")
    one.save()
    asked(other)
    assert title(other) == "一の題"
    retitle(other, "二の題")
    retitle(one, "一の次の題")
    other.save()
    asked(one)
    assert BOTH in notice(one)
    one.save()
    assert "stale-spec" in texts(one.alert)
    assert read_spec(file_of(one)).spec.title == "二の題"
    the(one.following.widget, "keep-mine").click()
    one.save()
    asked(other)
    assert (title(other), TAKEN in notice(other)) == ("一の次の題", True)


def test_a_draft_that_nobody_changed_gives_way_to_a_file_and_one_that_was_changed_does_not(tmp_path: Path) -> None:
    drafts = [small_desk(tmp_path) for _ in range(2)]
    retitle(drafts[1], "私の題")
    first = small_desk(tmp_path)
    retitle(first, "先の題")
    first.save()
    for draft in drafts:
        asked(draft)
    assert [title(draft) for draft in drafts] == ["先の題", "私の題"]
    assert BOTH in notice(drafts[1])
    the(drafts[0].widget, "undo").click()
    assert title(drafts[0]) != "先の題"


def test_nothing_of_the_file_is_in_the_state_of_a_widget(desk: Desk) -> None:
    retitle(desk, "私の題")
    elsewhere(desk, "相手の題")
    asked(desk)
    states = [one.get_state() for one in parts(desk.following.widget) if hasattr(one, "get_state")]
    assert len(states) > 3
    assert "の題" not in str(states)
