"""Several writers on one spec: whatever they do in whatever order, nothing that was saved is written over unknowingly."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sudare.design import edits
from sudare.design.design import Design
from sudare.errors import SudareError
from sudare.language import Text
from sudare.specs import read_spec

if TYPE_CHECKING:
    from sudare.design.elsewhere import Elsewhere

SPEC = "sudare: 1\ntitle: 題0   # 名前\ninput:\n  columns:\n    - {name: 判定}\n"
BROKEN = "sudare: 1\ntitle: [題\n"
LABEL = Text("題", "title")


def laid(folder: Path) -> Path:
    path = folder / "設計.sudare.yaml"
    path.write_bytes(SPEC.encode())
    return path


def retitle(design: Design, title: str) -> None:
    design.change(LABEL, lambda spec: edits.with_title(spec, title))


def refusal(action: Callable[[], object]) -> list[str]:
    """Return why something was refused; nothing where it was done."""
    try:
        action()
    except SudareError as error:
        return [problem.code for problem in error.problems]
    return []


def told(found: Elsewhere | None) -> list[str]:
    assert found is not None
    assert found.document is None
    return [problem.code for problem in found.problems]


# ------------------------------------------------------------------ any order


@dataclass
class Writer:
    """A design, and the hashes of what it read, wrote, or was shown and decided to keep its own over."""

    design: Design
    knows: set[str | None] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.knows.add(self.design.revision)


def revision(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def save(writer: Writer, path: Path) -> None:
    """Save; what is written over was known, and a refusal changes nothing on either side."""
    before, text = revision(path), writer.design.text
    known = writer.design.revision
    refused = refusal(writer.design.save)
    if refused:
        assert refused == (["stale-spec"] if known is not None else ["spec-exists"])
        assert before != known
        assert (revision(path), writer.design.text) == (before, text)
    else:
        assert before in writer.knows
        assert path.read_text(encoding="utf-8") == text
        assert writer.design.look() is None
        writer.knows.add(revision(path))


def reload(writer: Writer) -> None:
    """Take the file over; what stood here is one undo away."""
    design, mine = writer.design, writer.design.text
    if refusal(design.reload):
        assert design.text == mine
        return
    assert design.saved
    writer.knows.add(design.revision)
    if design.text != mine:
        design.undo()
        assert design.text == mine
        design.redo()


def keep(writer: Writer, path: Path) -> None:
    """Keep what stands here; what the file held is one undo away."""
    design, mine, found = writer.design, writer.design.text, writer.design.look()
    assert (found is None) == (design.revision == revision(path))
    if found is None:
        return
    if found.document is None and not found.is_gone:
        assert refusal(lambda: design.keep(found)) == [problem.code for problem in found.problems]
        assert (design.text, design.stale) == (mine, True)
        return
    design.keep(found)
    writer.knows.add(found.revision)
    assert (design.text, design.look()) == (mine, None)
    if found.document is not None and found.document.text != mine:
        design.undo()
        assert design.text == found.document.text
        design.redo()


Action = Callable[[Writer, Path, int], object]
ACTIONS: dict[str, Action] = {
    "change": lambda writer, _path, n: retitle(writer.design, f"題{n + 1}"),
    "save": lambda writer, path, _n: save(writer, path),
    "reload": lambda writer, _path, _n: reload(writer),
    "keep": lambda writer, path, _n: keep(writer, path),
    "undo": lambda writer, _path, _n: writer.design.undo(),
    "redo": lambda writer, _path, _n: writer.design.redo(),
    "branch": lambda writer, _path, n: writer.design.branch(f"案{n}"),
    # Another program, which asks nobody.
    "theirs": lambda _writer, path, n: path.write_text(SPEC.replace("題0", f"他{n}"), encoding="utf-8"),
    "broken": lambda _writer, path, n: path.write_text(BROKEN + "#" * n, encoding="utf-8"),
    "gone": lambda _writer, path, _n: path.unlink(missing_ok=True),
}


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from([*ACTIONS, "change", "save"])), max_size=25))
def test_nothing_saved_is_written_over_by_one_who_did_not_know_it(actions: list[tuple[int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = laid(Path(folder))
        writers = [Writer(Design.open(path)) for _ in range(2)]
        for n, (who, action) in enumerate(actions):
            ACTIONS[action](writers[who], path, n)


def test_of_many_who_save_at_once_one_is_let_through_and_all_others_are_told(tmp_path: Path) -> None:
    path = laid(tmp_path)
    for turn in range(5):
        designs = [Design.open(path) for _ in range(6)]
        for n, design in enumerate(designs):
            retitle(design, f"題{turn}の{n}")
        start = threading.Barrier(len(designs))

        def saved(design: Design, start: threading.Barrier = start) -> list[str]:
            start.wait()
            return refusal(design.save)

        with ThreadPoolExecutor(len(designs)) as pool:
            done = list(pool.map(saved, designs))
        assert sorted(done) == [[], *[["stale-spec"]] * 5]
        assert read_spec(path).spec.title == f"題{turn}の{done.index([])}"


# ------------------------------------------------------------------ keeping one's own


def test_who_keeps_the_own_one_is_refused_again_where_the_file_changed_yet_again(tmp_path: Path) -> None:
    path = laid(tmp_path)
    mine, theirs = Design.open(path), Design.open(path)
    retitle(mine, "私の題")
    retitle(theirs, "相手の題")
    theirs.save()
    found = mine.look()
    assert found is not None
    assert [change.where for change in mine.changes_in(found).changes] == ["title"]
    retitle(theirs, "相手の次の題")
    theirs.save()
    mine.keep(found)  # of what was shown, which is not what the file holds by now
    assert refusal(mine.save) == ["stale-spec"]
    newer = mine.look()
    assert newer is not None
    mine.keep(newer)
    mine.save()
    assert read_spec(path).spec.title == "私の題"
    mine.undo()
    assert (mine.spec.title, mine.saved) == ("相手の次の題", False)


def test_line_ends_are_those_of_the_file_that_is_written_over(tmp_path: Path) -> None:
    path = laid(tmp_path)
    mine = Design.open(path)
    retitle(mine, "私の題")
    path.write_bytes(SPEC.replace("題0", "相手の題").replace("\n", "\r\n").encode())
    found = mine.look()
    assert found is not None
    mine.keep(found)
    mine.save()
    assert b"\n" not in path.read_bytes().replace(b"\r\n", b"")


def test_a_file_that_cannot_be_read_or_is_gone_is_told_and_never_raised(tmp_path: Path) -> None:
    path = laid(tmp_path)
    design = Design.open(path)
    assert design.look() is None
    for content, code in ((BROKEN.encode(), "bad-yaml"), ("題".encode("cp932"), "spec-encoding")):
        path.write_bytes(content)
        assert told(design.look()) == [code]
    path.unlink()
    assert told(design.look()) == ["spec-gone"]
    path.mkdir()
    assert told(design.look()) == ["cannot-open"]


def test_a_draft_that_nobody_changed_loses_nothing_and_one_that_was_changed_does(tmp_path: Path) -> None:
    path = laid(tmp_path)
    draft = Design.new(read_spec(path), tmp_path / "新.sudare.yaml")
    assert (draft.untouched, draft.saved) == (True, False)
    retitle(draft, "題")
    assert not draft.untouched
    opened = Design.open(path)
    retitle(opened, "題")
    opened.save()
    assert opened.untouched
    opened.undo()
    assert not opened.untouched


# ------------------------------------------------------------------ the lock


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
@pytest.mark.parametrize(("spec", "lock"), [(0o600, 0o600), (0o644, 0o600), (0o664, 0o660), (0o666, 0o666)])
def test_whoever_may_write_the_spec_may_open_its_lock_and_nobody_else(tmp_path: Path, spec: int, lock: int) -> None:
    path = laid(tmp_path)
    path.chmod(spec)
    beside = tmp_path / ".設計.sudare.yaml.lock"
    for old in (None, 0o600, 0o666):  # none yet, one of an earlier version, one from before the spec was closed
        if old is not None:
            beside.chmod(old)
        design = Design.open(path)
        retitle(design, f"題{old}")
        design.save()
        assert (stat.S_IMODE(beside.stat().st_mode), stat.S_IMODE(path.stat().st_mode)) == (lock, spec)
        assert (beside.stat().st_gid, beside.stat().st_size) == (path.stat().st_gid, 0)


@pytest.mark.skipif(os.name == "nt", reason="groups are those of POSIX")
def test_a_file_of_a_group_stays_that_groups_and_so_does_its_lock(tmp_path: Path) -> None:
    path = laid(tmp_path)
    group = 54321 if os.geteuid() == 0 else os.getgroups()[-1]  # root gives any, others one of their own
    os.chown(path, -1, group)
    path.chmod(0o660)
    for n in range(2):
        design = Design.open(path)
        retitle(design, f"題{n + 1}")
        design.save()
        assert {one.stat().st_gid for one in tmp_path.iterdir()} == {group}
        assert {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()} == {0o660}
