from __future__ import annotations

import importlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sudare.errors import SudareError
from sudare.execution.receipt import Receipt
from sudare.production import commit as commits
from sudare.production import verify
from sudare.production.commit import LOCK, STAGED, commit, free_to_replace, locked, open_work, sweep
from sudare.production.log import append
from sudare.production.messages import Ending

if TYPE_CHECKING:
    from collections.abc import Callable

runs = importlib.import_module("sudare.production.run")  # the room gives its function of that name
NAMES = ["receipt.json", "report.html", "dictionary.csv", "run.ipynb", "processed.csv"]
OLD = {name: f"old {name}" for name in NAMES}
NEW = {name: f"new {name}" for name in NAMES}
FIRST, SECOND = {"run": "0001", "state": "done"}, {"run": "0002", "state": "done"}
RENAMES = 1 + len(NAMES)  # the journal, then the files


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder that holds an earlier run."""
    for name, text in OLD.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    append(tmp_path, FIRST)
    return tmp_path


def staged(out: Path) -> Path:
    work = open_work(out)
    for name, text in NEW.items():
        (work / STAGED / name).write_text(text, encoding="utf-8")
    return work


def read(out: Path) -> dict[str, str]:
    return {name: (out / name).read_text(encoding="utf-8") for name in NAMES}


def log(out: Path) -> list[str]:
    return [json.loads(line)["run"] for line in (out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()]


def work_folders(out: Path) -> list[Path]:
    return list(out.glob(".sudare-run-*"))


def interrupt(monkeypatch: pytest.MonkeyPatch, number: int, when: str) -> None:
    """Make the number-th rename, counted from 1, end in an interruption just before or just after it."""
    rename: Callable[..., None] = os.replace
    count = 0

    def replace(*places: Any) -> None:
        nonlocal count
        count += 1
        if count == number and when == "before":
            raise KeyboardInterrupt
        rename(*places)
        if count == number and when == "after":
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", replace)


def test_a_commit_puts_every_file_in_place_and_notes_the_run_once(out: Path) -> None:
    work = staged(out)
    commit(work, out, NAMES, SECOND)
    sweep(out)
    assert read(out) == NEW
    assert log(out) == ["0001", "0002"]
    assert list(verify(out)) == []
    assert work_folders(out) == []


def test_the_data_file_is_renamed_last(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = staged(out)
    interrupt(monkeypatch, RENAMES, "before")
    with pytest.raises(KeyboardInterrupt):
        commit(work, out, NAMES, SECOND)
    assert read(out) == {**NEW, "processed.csv": "old processed.csv"}
    assert log(out) == ["0001"]


def test_what_is_interrupted_before_the_journal_leaves_the_old_files(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = staged(out)
    interrupt(monkeypatch, 1, "before")
    with pytest.raises(KeyboardInterrupt):
        commit(work, out, NAMES, SECOND)
    monkeypatch.undo()
    sweep(out)
    assert read(out) == OLD
    assert log(out) == ["0001"]
    assert work_folders(out) == []


@pytest.mark.parametrize(
    ("number", "when"), [(1, "after"), *((n, when) for n in range(2, RENAMES + 1) for when in ("before", "after"))]
)
def test_what_is_interrupted_after_the_journal_is_finished_by_the_next_sweep(
    out: Path, monkeypatch: pytest.MonkeyPatch, number: int, when: str
) -> None:
    work = staged(out)
    interrupt(monkeypatch, number, when)
    with pytest.raises(KeyboardInterrupt):
        commit(work, out, NAMES, SECOND)
    for name, text in read(out).items():
        assert text in {OLD[name], NEW[name]}  # never a part of either
    monkeypatch.undo()
    sweep(out)
    assert read(out) == NEW
    assert log(out) == ["0001", "0002"]
    assert list(verify(out)) == []
    assert work_folders(out) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_interrupted_at_the_log_is_noted_exactly_once(
    out: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def interrupted(folder: Path, entry: dict[str, Any]) -> None:
        if when == "after":
            append(folder, entry)
        raise KeyboardInterrupt

    work = staged(out)
    monkeypatch.setattr(commits, "append", interrupted)
    with pytest.raises(KeyboardInterrupt):
        commit(work, out, NAMES, SECOND)
    monkeypatch.undo()
    sweep(out)
    sweep(out)
    assert read(out) == NEW
    assert log(out) == ["0001", "0002"]
    assert work_folders(out) == []


@pytest.mark.parametrize("cut", [1, 20, 60, -1])
def test_a_line_of_the_log_that_a_crash_cut_off_is_written_whole(out: Path, cut: int) -> None:
    whole = out / "run-log.jsonl"
    append(out, SECOND)
    lines = whole.read_bytes().splitlines(keepends=True)
    whole.write_bytes(lines[0] + lines[1][:cut])
    append(out, SECOND)
    assert log(out) == ["0001", "0002"]
    assert list(verify(out)) == []


def test_a_line_of_the_log_that_is_not_ours_stays_and_is_told(out: Path) -> None:
    with (out / "run-log.jsonl").open("a", encoding="utf-8") as file:
        file.write("a line without an end")
    append(out, SECOND)
    lines = (out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "a line without an end"
    assert json.loads(lines[2])["run"] == "0002"
    assert [problem.where for problem in verify(out)] == ["run-log.jsonl:2"]


@pytest.mark.parametrize("number", range(1, RENAMES + 1))
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_interrupted_run_keeps_what_the_next_run_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, when: str
) -> None:
    spec = source = tmp_path / "a file"
    spec.write_text("", encoding="utf-8")
    out = tmp_path / "out"
    receipt = Receipt("done", {"sha256": None}, {"sha256": None}, {"file": "processed.csv", "sha256": None}).to_dict(
        "ja"
    )

    def executed(work: Path, *_others: Any) -> Ending:
        for name in ("receipt.json", "report.html", "dictionary.csv", "processed.csv"):
            (work / STAGED / name).write_text(NEW[name], encoding="utf-8")
        return Ending(0, (), receipt, ("receipt.json", "report.html", "dictionary.csv", "processed.csv"))

    monkeypatch.setattr(runs, "_execute", executed)
    with monkeypatch.context() as fault:
        interrupt(fault, number, when)
        with pytest.raises(KeyboardInterrupt):
            runs.run(spec, source, out)
    begun = 0 if (number, when) == (1, "before") else 1
    assert len(work_folders(out)) == begun
    assert runs.run(spec, source, out).exit_code == 0
    assert work_folders(out) == []
    assert (out / "processed.csv").read_text(encoding="utf-8") == "new processed.csv"
    assert len((out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()) == 1 + begun
    assert list(verify(out)) == []


def test_two_runs_at_once_into_one_folder_are_refused(out: Path) -> None:
    with locked(out):
        with pytest.raises(SudareError) as told, locked(out):
            pass
        assert [problem.code for problem in told.value.problems] == ["output-locked"]
        assert told.value.exit_code == 1
    with locked(out):
        pass  # free again
    assert (out / LOCK).exists()


def held(monkeypatch: pytest.MonkeyPatch, name: str, times: int) -> None:
    """Make the rename onto a file fail some times, as Windows does while Excel holds it."""
    rename: Callable[..., None] = os.replace
    left = times

    def replace(source: Any, target: Any) -> None:
        nonlocal left
        if Path(target).name == name and left:
            left -= 1
            raise PermissionError(13, "held", str(target))
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)


def test_a_file_held_for_a_moment_is_waited_for(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = staged(out)
    held(monkeypatch, "processed.csv", times=2)
    commit(work, out, NAMES, SECOND)
    assert read(out) == NEW


def test_a_data_file_held_open_is_told_with_advice_and_finished_later(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = staged(out)
    monkeypatch.setattr(commits, "_PATIENCE", 0.3)
    with monkeypatch.context() as excel:
        held(excel, "processed.csv", times=1_000)
        with pytest.raises(SudareError) as told:
            commit(work, out, NAMES, SECOND)
        [problem] = told.value.problems
        assert (problem.code, problem.where) == ("output-open", "processed.csv")
        assert "Excel" in problem.now.ja
        assert "Close it" in problem.now.en
        assert (out / "processed.csv").read_text(encoding="utf-8") == "old processed.csv"
        with pytest.raises(SudareError):  # the next run cannot do it either, and says so
            sweep(out)
        assert work_folders(out) == [work]
    sweep(out)
    assert read(out) == NEW
    assert log(out) == ["0001", "0002"]
    assert work_folders(out) == []


def test_a_file_that_cannot_be_opened_for_replacing_is_told_before_any_work(out: Path) -> None:
    (out / "processed.csv").unlink()
    (out / "processed.csv").mkdir()
    with pytest.raises(SudareError) as told:
        free_to_replace(out, NAMES)
    assert [(p.code, p.where) for p in told.value.problems] == [("output-open", "processed.csv")]


def test_leftovers_of_killed_runs_are_swept(out: Path) -> None:
    for _ in range(3):
        work = staged(out)
        (work / "spill").mkdir()
        (work / "spill" / "duckdb.tmp").write_bytes(b"rows")
    sweep(out)
    assert work_folders(out) == []
    assert read(out) == OLD


def test_a_full_disk_is_told_as_such(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device", str(out))

    work = staged(out)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SudareError) as told:
        commit(work, out, NAMES, SECOND)
    [problem] = told.value.problems
    assert problem.code == "disk-full"
    assert str(out) not in str(told.value)
    assert read(out) == OLD
