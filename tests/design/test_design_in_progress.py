"""A design keeps every state, on any branch, and never writes over what somebody else saved."""

from __future__ import annotations

import os
import stat
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sudare.design import edits
from sudare.design.design import Design
from sudare.errors import Refused, SudareError, UsageError
from sudare.language import Text
from sudare.specs import parse_spec, read_spec

sys.path.insert(0, str(Path(__file__).parents[1] / "specs"))
from example_spec import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.specs import Spec

LABEL = Text("変更", "change")
SMALL = "sudare: 1\ntitle: 題0   # 名前\ninput:\n  columns:\n    - {name: 判定}\n"


def small() -> Design:
    return Design.new(parse_spec(SMALL))


def titled(title: str) -> Callable[[Spec], Spec]:
    return lambda spec: edits.with_title(spec, title)


def code(action: Callable[[], object]) -> str:
    with pytest.raises(SudareError) as raised:
        action()
    [problem] = raised.value.problems
    return problem.code


# ------------------------------------------------------------------ history


def test_every_change_is_taken_back_and_done_again_with_its_label() -> None:
    design = small()
    for n in range(1, 41):
        design.change(Text(f"題{n}", f"title {n}"), titled(f"題{n}"))
    assert len(design.history) == 41
    assert [label.ja for _ in range(40) if (label := design.undo()) is not None] == [f"題{n}" for n in range(40, 0, -1)]
    assert (design.text, design.can_undo, design.undo()) == (SMALL, False, None)
    for _ in range(40):
        design.redo()
    assert (design.spec.title, design.can_redo, design.redo()) == ("題40", False, None)


def test_a_change_after_an_undo_ends_what_could_be_done_again() -> None:
    design = small()
    design.change(LABEL, titled("甲"))
    design.undo()
    assert design.redo_label == LABEL
    design.change(LABEL, titled("乙"))
    assert (design.can_redo, design.spec.title) == (False, "乙")


def test_a_refused_change_changes_nothing() -> None:
    design = small()
    told: list[str] = []
    design.observe(lambda: told.append("x"))
    assert code(lambda: design.change(LABEL, titled(" "))) == "bad-value"
    assert code(lambda: design.change(LABEL, lambda spec: edits.without_step(spec, 0))) == "no-such-place"
    assert (design.text, design.can_undo, told) == (SMALL, False, [])


def test_an_edit_that_changes_nothing_is_no_entry() -> None:
    design = small()
    design.change(LABEL, lambda spec: spec)
    assert design.history == (Text("始めた", "begun"),)


def test_one_drag_is_one_entry() -> None:
    design = small()
    for n in range(20):
        design.change(LABEL, titled(f"題{n + 1}"), group="cut/年齢")
    assert len(design.history) == 2
    design.undo()
    assert design.spec.title == "題0"
    design.redo()
    assert design.spec.title == "題20"


def test_two_drags_are_two_entries_where_anything_came_between(tmp_path: Path) -> None:
    def drag(design: Design, title: str) -> None:
        design.change(LABEL, titled(title), group="cut")

    other = small()
    drag(other, "甲")
    other.change(LABEL, titled("乙"))
    drag(other, "丙")
    assert len(other.history) == 4
    undone = small()
    drag(undone, "甲")
    drag(undone, "乙")
    undone.undo()
    undone.redo()
    drag(undone, "丙")
    assert len(undone.history) == 3
    saved = Design.new(parse_spec(SMALL), tmp_path / "a.sudare.yaml")
    drag(saved, "甲")
    saved.save()
    drag(saved, "乙")
    saved.undo()
    assert (saved.spec.title, saved.saved) == ("甲", True)


def test_comments_survive_every_change() -> None:
    design = small()
    design.change(LABEL, titled("甲"))
    assert design.text.splitlines()[1].split() == ["title:", "甲", "#", "名前"]


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["change", "drag", "undo", "redo", "branch", "switch"]), max_size=25))
def test_undoing_everything_always_ends_where_the_design_began(made: list[str]) -> None:
    design = small()
    for n, what in enumerate(made):
        if what in {"change", "drag"}:
            design.change(LABEL, titled(f"題{n + 1}"), group="g" if what == "drag" else None)
        elif what == "branch":
            design.branch(f"案{n}")
        elif what == "switch":
            design.switch(design.branches[n % len(design.branches)])
        else:
            (design.undo if what == "undo" else design.redo)()
    for name in design.branches:
        design.switch(name)
        last = design.text
        undone = 0
        while design.undo() is not None:
            undone += 1
        assert design.text == SMALL
        for _ in range(undone):
            design.redo()
        assert design.text == last


# ------------------------------------------------------------------ branches


def test_branches_go_their_own_ways_from_where_they_began() -> None:
    design = small()
    design.change(LABEL, titled("共通"))
    design.branch("粗く")
    design.change(LABEL, titled("粗く"))
    design.switch("main")
    assert design.spec.title == "共通"
    design.change(LABEL, titled("細かく"))
    assert {name: design.document_of(name).spec.title for name in design.branches} == {"main": "細かく", "粗く": "粗く"}
    design.switch("粗く")
    assert (design.branch_name, design.spec.title) == ("粗く", "粗く")
    assert [design.undo(), design.undo(), design.undo()] == [LABEL, LABEL, None]


def test_a_drag_does_not_go_on_into_another_branch() -> None:
    design = small()
    design.change(LABEL, titled("甲"), group="cut")
    design.branch("別案")
    design.change(LABEL, titled("乙"), group="cut")
    design.undo()
    assert design.spec.title == "甲"


def test_branches_are_named_once_and_known_by_name() -> None:
    design = small()
    assert code(lambda: design.branch("main")) == "branch-exists"
    assert code(lambda: design.branch(" ")) == "branch-exists"
    assert code(lambda: design.switch("別")) == "no-branch"
    assert code(lambda: design.drop_branch("main")) == "branch-in-use"
    design.branch("別案")
    design.drop_branch("main")
    assert design.branches == ("別案",)


# ------------------------------------------------------------------ who is told, and who decides


def test_observers_hear_of_every_change_until_they_stop() -> None:
    design = small()
    seen: list[str] = []
    stop = design.observe(lambda: seen.append(design.spec.title))
    design.change(LABEL, titled("甲"))
    design.undo()
    design.redo()
    design.branch("別案")
    stop()
    design.undo()
    assert seen == ["甲", "題0", "甲", "甲"]


def test_the_stamp_is_one_word_and_a_date() -> None:
    design = small()
    assert design.by is None
    assert design.stamp("山田　花子", date(2026, 6, 2)) == design.by == "山田花子 2026-06-02"
    assert code(lambda: design.stamp("　", date(2026, 6, 2))) == "no-name"


def test_a_signature_holds_until_anything_changes(tmp_path: Path) -> None:
    design = Design.new(parse_spec(SMALL), tmp_path / "a.sudare.yaml")
    design.sign("佐藤", on=date(2026, 6, 20), until=date(2026, 9, 30))
    [approval] = design.spec.approvals
    assert (approval.by, design.holds(approval)) == ("佐藤 2026-06-20", True)
    design.save()
    [again] = Design.open(tmp_path / "a.sudare.yaml").spec.approvals
    assert again == approval
    design.change(LABEL, titled("甲"))
    assert not design.holds(approval)
    design.undo()
    assert design.holds(approval)


# ------------------------------------------------------------------ the file


def opened(folder: Path, text: str = EXAMPLE) -> tuple[Path, Design]:
    path = folder / "設計.sudare.yaml"
    path.write_bytes(text.encode())
    return path, Design.open(path)


def test_an_unchanged_design_is_saved_byte_for_byte(tmp_path: Path) -> None:
    for text in (EXAMPLE, EXAMPLE.replace("\n", "\r\n")):
        path, design = opened(tmp_path, text)
        assert design.saved
        design.save()
        assert path.read_bytes() == text.encode()


def test_line_ends_of_the_file_come_back(tmp_path: Path) -> None:
    path, design = opened(tmp_path, EXAMPLE.replace("\n", "\r\n"))
    design.change(LABEL, lambda spec: edits.without_step(spec, 8))
    design.save()
    assert b"\n" not in path.read_bytes().replace(b"\r\n", b"")
    assert len(read_spec(path).spec.steps) == 8


def test_saving_changes_the_lines_that_were_changed(tmp_path: Path) -> None:
    path, design = opened(tmp_path)
    design.change(LABEL, titled("新しい題"))
    assert not design.saved
    assert [change.where for change in design.changes().changes] == ["title"]
    design.save()
    assert design.saved
    assert design.changes().same
    old, new = EXAMPLE.splitlines(), path.read_text(encoding="utf-8").splitlines()
    assert [n for n, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]] == [1]


def test_undoing_back_to_what_was_saved_is_saved_again(tmp_path: Path) -> None:
    _, design = opened(tmp_path)
    design.change(LABEL, titled("新しい題"))
    design.undo()
    assert design.saved


def test_two_writers_on_one_file(tmp_path: Path) -> None:
    path, mine = opened(tmp_path)
    theirs = Design.open(path)
    theirs.change(LABEL, titled("相手の題"))
    theirs.save()
    mine.change(LABEL, lambda spec: edits.without_step(spec, 8))
    assert mine.stale
    with pytest.raises(Refused) as raised:
        mine.save()
    [problem] = raised.value.problems
    assert (problem.code, problem.where) == ("stale-spec", path.name)
    assert "読み直して" in problem.message.ja
    # Nothing is lost on either side.
    assert read_spec(path).spec.title == "相手の題"
    assert len(mine.spec.steps) == 8
    # Reloaded: theirs stands, mine is one undo away and is made again on theirs.
    mine.reload()
    assert (mine.spec.title, len(mine.spec.steps), mine.saved) == ("相手の題", 9, True)
    mine.change(LABEL, lambda spec: edits.without_step(spec, 8))
    mine.save()
    both = read_spec(path).spec
    assert (both.title, len(both.steps)) == ("相手の題", 8)
    mine.undo()
    mine.undo()
    assert (mine.spec.title, len(mine.spec.steps)) == ("特定健康診査ファイル 令和8年度提案第3号", 8)
    # And now it is the other one that is stale.
    theirs.change(LABEL, titled("さらに"))
    assert code(theirs.save) == "stale-spec"


def test_a_stale_design_is_saved_under_another_name(tmp_path: Path) -> None:
    path, mine = opened(tmp_path)
    path.write_text(EXAMPLE.replace("第3号", "第4号"), encoding="utf-8")
    mine.change(LABEL, titled("別に残す"))
    mine.save(tmp_path / "別.sudare.yaml")
    assert (mine.path, mine.saved) == (tmp_path / "別.sudare.yaml", True)
    assert read_spec(path).spec.title.endswith("第4号")
    mine.save()
    assert code(lambda: mine.save(path)) == "spec-exists"


def test_a_file_that_went_is_not_made_again_unasked(tmp_path: Path) -> None:
    path, design = opened(tmp_path)
    path.unlink()
    assert code(design.save) == "stale-spec"
    assert not path.exists()


def test_a_draft_is_not_saved_over_a_file_that_was_there(tmp_path: Path) -> None:
    path, _ = opened(tmp_path)
    draft = Design.new(parse_spec(SMALL), path)
    assert code(draft.save) == "spec-exists"
    assert path.read_text(encoding="utf-8") == EXAMPLE


def test_a_draft_without_a_name_asks_for_one() -> None:
    for action in (small().save, small().reload):
        with pytest.raises(UsageError):
            action()


def test_a_broken_file_is_not_taken_in(tmp_path: Path) -> None:
    path, design = opened(tmp_path)
    path.write_text("sudare: 1\ntitel: x\n", encoding="utf-8")
    with pytest.raises(Refused):
        design.reload()
    assert (design.text, design.can_undo) == (EXAMPLE, False)


def test_nothing_but_the_file_and_its_lock_is_left_behind(tmp_path: Path) -> None:
    _, design = opened(tmp_path)
    design.change(LABEL, titled("甲"))
    design.save()
    assert {path.name for path in tmp_path.iterdir()} - {".設計.sudare.yaml.lock"} == {"設計.sudare.yaml"}


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_a_file_keeps_its_rights_and_a_new_one_is_private(tmp_path: Path) -> None:
    path, design = opened(tmp_path)
    path.chmod(0o640)
    design.change(LABEL, titled("甲"))
    design.save()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    design.save(tmp_path / "new.sudare.yaml")
    assert stat.S_IMODE((tmp_path / "new.sudare.yaml").stat().st_mode) == 0o600


def test_a_folder_that_is_not_there_is_told_in_our_words(tmp_path: Path) -> None:
    design = Design.new(parse_spec(SMALL), tmp_path / "none" / "a.sudare.yaml")
    assert code(design.save) == "cannot-write"


def test_files_beside_the_spec_are_looked_for_where_it_lies(tmp_path: Path) -> None:
    path, design = opened(tmp_path)
    assert design.document.folder == path.parent.resolve()
    assert Design.new(parse_spec(SMALL)).document.folder is None
