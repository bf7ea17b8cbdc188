from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from leaks.canary import search_for
from leaks.planted_register import SPEC_FOR_MANY, Shelf, rows, shelf, text
from production.small_register import desk, lines
from production.the_command import AROUND, SUDARE, contents, environment, leftovers, sudare
from sudare.errors import SudareError
from sudare.production import commit as commits
from sudare.production import verify
from sudare.production.commit import STAGED, commit, open_work, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from production.small_register import Desk

pytestmark = pytest.mark.slow
NAMES = ["receipt.json", "report.html", "dictionary.csv", "run.ipynb", "processed.csv"]
OLD = {name: f"an earlier {name}".encode() for name in NAMES}
NEW = {name: f"a new {name}".encode() * 500 for name in NAMES}


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Mount a disk of a few megabytes, where that is permitted; say whether it was."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "sudare-test", str(folder)]
    mounted = sys.platform == "linux" and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run([shutil.which("umount") or "umount", str(folder)], check=True)


def fill(disk: Path, leave: int = 0) -> None:
    """Take all room of a disk but a little."""
    with contextlib.suppress(OSError), (disk / "filler").open("wb") as file:
        file.write(bytes(max(0, shutil.disk_usage(disk).free - leave)))


def fill_when(disk: Path, begun: Callable[[], bool], leave: int) -> threading.Thread:
    """Fill a disk at a moment of the run that goes on meanwhile."""

    def wait() -> None:
        while not begun():
            time.sleep(0.005)
        fill(disk, leave)

    filler = threading.Thread(target=wait, daemon=True)
    filler.start()
    return filler


def put_old_files(out: Path) -> None:
    for name, content in OLD.items():
        (out / name).write_bytes(content)


def refused_for_room(out: Path, finished: subprocess.CompletedProcess[str]) -> None:
    """The run told why, and left the earlier results as they were."""
    assert finished.returncode == 1, finished.stderr
    assert "[disk-full]" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert {**contents(out), "receipt.json": b""} == {**OLD, "receipt.json": b""}
    assert leftovers(out) == []


def many(laid: Desk) -> None:
    laid.table(*lines(rows=8_000))


def test_a_file_that_can_grow_no_further_stops_the_run(tmp_path: Path) -> None:
    import resource

    laid = desk(tmp_path)
    many(laid)
    laid.out.mkdir()
    put_old_files(laid.out)
    limit = 200_000  # bytes a file: the processed table needs more, all other files less
    finished = subprocess.run(
        [SUDARE, *laid.arguments()[:-1], "en"],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    refused_for_room(laid.out, finished)


def told(out: Path, word: str) -> Callable[[], bool]:
    """Say whether the run's own notes name a stage yet."""

    def begun() -> bool:
        with contextlib.suppress(OSError):
            return any(word in note.read_text(encoding="utf-8") for note in out.glob(".sudare-run-*/progress.jsonl"))
        return False

    return begun


def opened(out: Path) -> Callable[[], bool]:
    """Say whether the run has its folder yet."""
    return lambda: bool(leftovers(out))


@pytest.mark.parametrize(
    ("when", "leave"), [("opened", 0), ("opened", 300_000), ("reading", 0), ("step 1", 100_000), ("writing", 0)]
)
def test_a_disk_that_fills_up_during_the_run_stops_it(tmp_path: Path, when: str, leave: int) -> None:
    laid = desk(tmp_path)
    many(laid)
    with small_disk(laid.out, megabytes=80) as mounted:
        if not mounted:  # then the test above, which limits the size of a file, is the nearest there is
            return
        put_old_files(laid.out)
        begun = opened(laid.out) if when == "opened" else told(laid.out, when)
        filler = fill_when(laid.out, begun, leave)
        finished = sudare(*laid.arguments()[:-1], "en")
        filler.join()
        (laid.out / "filler").unlink()
        refused_for_room(laid.out, finished)
        if (when, leave) == ("opened", 0):
            again = sudare(*laid.arguments())
            assert again.returncode == 0, again.stderr


def test_a_disk_that_is_full_when_the_engine_spills_stops_the_run_and_tells_no_value(tmp_path: Path) -> None:
    laid = shelf(tmp_path, SPEC_FOR_MANY, content=text(rows(20_000)).encode("cp932"))
    with small_disk(laid.left, megabytes=110) as mounted:
        if not mounted:
            return
        for folder in (laid.out, laid.left / "home", laid.left / "temporary"):
            folder.mkdir()
        put_old_files(laid.out)
        filler = fill_when(laid.left, told(laid.out, "reading"), leave=3_000_000)
        finished = sudare(
            *laid.arguments("en"), "--memory", "60MB", "--threads", "1", env=environment(**laid.elsewhere())
        )
        filler.join()
        (laid.left / "filler").unlink()
        refused_for_room(laid.out, finished)
        nothing_told(laid, finished)


def nothing_told(laid: Shelf, finished: subprocess.CompletedProcess[str]) -> None:
    search = search_for(laid.keys)
    assert search.in_text(finished.stdout + finished.stderr, "printed") == []
    assert search.in_folder(laid.left) == []


def test_a_disk_without_room_is_told_before_the_run(tmp_path: Path) -> None:
    laid = desk(tmp_path)
    with small_disk(laid.out, megabytes=20) as mounted:
        if not mounted:
            return
        put_old_files(laid.out)
        finished = sudare(*laid.arguments()[:-1], "en")
        assert finished.returncode == 1
        assert finished.stderr.startswith("[disk-full]")
        assert "Free some space" in finished.stderr
        assert contents(laid.out) == OLD
        assert leftovers(laid.out) == []


# --- the commit itself


def staged(out: Path) -> Path:
    work = open_work(out)
    for name, content in NEW.items():
        (work / STAGED / name).write_bytes(content)
    return work


def cannot_commit(work: Path, out: Path) -> None:
    with pytest.raises(SudareError) as raised:
        commit(work, out, NAMES, {"run": "0001", "state": "done"})
    assert [problem.code for problem in raised.value.problems] == ["disk-full"]
    assert str(out) not in str(raised.value)


def test_a_disk_that_is_full_at_the_journal_leaves_every_earlier_file(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with small_disk(out, megabytes=2) as mounted:
        if not mounted:
            return
        put_old_files(out)
        work = staged(out)
        fill(out)
        cannot_commit(work, out)
        assert {name: (out / name).read_bytes() for name in NAMES} == OLD
        assert not (out / "run-log.jsonl").exists()
        sweep(out)
        assert leftovers(out) == []
        assert {name: (out / name).read_bytes() for name in NAMES} == OLD


def test_a_disk_that_is_full_after_the_journal_keeps_it_for_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    finish = commits._finish

    def on_a_full_disk(work: Path, out: Path) -> None:
        fill(out)
        finish(work, out)

    with small_disk(out, megabytes=2) as mounted:
        if not mounted:
            return
        work = staged(out)  # a first run: there is no earlier file whose room a new one takes, and no log
        with monkeypatch.context() as swapped:
            swapped.setattr(commits, "_finish", on_a_full_disk)
            cannot_commit(work, out)
        for name in NAMES:  # renaming takes no room; only the log's line is missing
            assert (out / name).read_bytes() == NEW[name]
        assert leftovers(out) == [work.name]
        with pytest.raises(SudareError):  # the next run cannot do it either while the disk is full
            sweep(out)
        (out / "filler").unlink()
        sweep(out)
        assert leftovers(out) == []
        [line] = (out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()
        assert json.loads(line)["run"] == "0001"
        assert list(verify(out)) == []
        assert {path.name for path in out.iterdir()} - set(AROUND) == set(NAMES)
