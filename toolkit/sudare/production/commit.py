"""Puts finished files under their final names: all of them, the data last, and never a partial one.

A run works in a private folder of its own inside the output folder. When everything was checked and written, the
files are flushed to disk and a journal names them; only then are they renamed, side files first. A run that was
killed before its journal leaves nothing but its private folder, which the next run sweeps; one that was killed after
it is finished by the next run from the journal.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import time
from typing import TYPE_CHECKING, Any

import psutil
from filelock import FileLock, Timeout

from sudare.errors import Problem, SudareError
from sudare.keystore.permissions import make_private
from sudare.language import Text
from sudare.production.log import append

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

WORK = ".sudare-run-"
LOCK = ".sudare.lock"
STAGED = "staged"
_JOURNAL = "commit.json"
_PATIENCE = 10.0  # seconds for which a rename is tried again while another program holds the file


@contextlib.contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the output folder for one run. Raises `SudareError` where another run holds it or it cannot be made."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / LOCK, timeout=0, mode=0o600)
        lock.acquire()
    except Timeout:
        what = Text("別の実行がこの出力先を使っています。", "another run is using this output folder.")
        now = Text("終わるのを待つか、別の出力先にしてください。", "Wait for it, or choose another folder.")
        raise SudareError(Problem("output-locked", "", what, now)) from None
    except OSError as error:
        raise cannot_write(error) from None
    try:
        yield
    finally:
        lock.release()


def open_work(out: Path) -> Path:
    """Make the private folder of one run."""
    work = out / f"{WORK}{secrets.token_hex(4)}"
    try:
        work.mkdir(mode=0o700)
        make_private(work)
        (work / STAGED).mkdir(mode=0o700)
    except OSError as error:
        raise cannot_write(error) from None
    except SudareError:  # it speaks of keys, which this folder does not hold
        raise cannot_write(PermissionError()) from None
    return work


def sweep(out: Path) -> None:
    """Finish or remove what killed runs left. Call it while holding the lock."""
    for work in sorted(out.glob(f"{WORK}*")):
        try:
            if unfinished(work):
                _finish(work, out)
        except OSError as error:
            raise cannot_write(error) from None
        end_processes(work)
        remove(work)


def unfinished(work: Path) -> bool:
    """Say whether a commit began in this folder and did not end: then only `sweep` may remove it."""
    return (work / _JOURNAL).exists()


def end_processes(work: Path) -> None:
    """End what still works in a run's folder: a kernel whose parent was killed would make the folder anew."""
    left = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and any(str(work) in part for part in process.cmdline()):
                process.kill()
                left.append(process)
    psutil.wait_procs(left, timeout=5)


def remove(folder: Path) -> None:
    """Remove a run's folder with everything in it; a process that still dies may hold a file for a moment."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def free_to_replace(out: Path, names: Sequence[str]) -> None:
    """Raise `SudareError`, before any work, where a file of an earlier run is held open by another program."""
    for name in names:
        path = out / name
        if path.exists():
            try:
                with path.open("r+b"):
                    pass
            except OSError:
                raise _held(name) from None


def commit(work: Path, out: Path, names: Sequence[str], entry: dict[str, Any]) -> None:
    """Put the staged files under their final names, in this order, and note the run in the log."""
    try:
        for name in names:
            (work / STAGED / name).chmod(0o600)
            _flush(work / STAGED / name)
        _write_journal(work / _JOURNAL, {"names": list(names), "entry": entry})
        _flush(work)
        _finish(work, out)
    except OSError as error:
        raise cannot_write(error) from None


def _write_journal(path: Path, journal: dict[str, Any]) -> None:
    draft = path.with_suffix(".draft")
    with draft.open("x", encoding="utf-8") as file:
        json.dump(journal, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _finish(work: Path, out: Path) -> None:
    journal = json.loads((work / _JOURNAL).read_text(encoding="utf-8"))
    for name in journal["names"]:
        staged = work / STAGED / name
        if staged.exists():  # else an interrupted commit already moved it
            _move(staged, out / name)
    _flush(out)
    append(out, journal["entry"])
    (work / _JOURNAL).unlink()


def _move(staged: Path, final: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            staged.replace(final)
        except PermissionError:
            if time.monotonic() > deadline:
                raise _held(final.name) from None
            time.sleep(0.2)
        else:
            return


def _flush(path: Path) -> None:
    """Wait until a file or folder is on disk. Windows cannot do this for a folder."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _held(name: str) -> SudareError:
    what = Text("{name} を他のプログラムが開いています。", "another program holds {name} open.").fill(name=name)
    now = Text("Excelなどで閉じてから、もう一度実行してください。", "Close it (in Excel, say) and run again.")
    return SudareError(Problem("output-open", name, what, now))


def cannot_write(error: OSError) -> SudareError:
    """Tell why the output folder cannot be written, without the path."""
    if error.errno in _FULL:
        return SudareError(disk_full())
    what = Text("出力先に書けません（{kind}）。", "the output folder cannot be written ({kind}).").fill(
        kind=type(error).__name__
    )
    now = Text("場所と書き込みの権限を確かめてください。", "Check the place and your right to write there.")
    return SudareError(Problem("cannot-write", "", what, now))


def disk_full() -> Problem:
    """Tell that there is no room left."""
    what = Text("ディスクの空きがありません。", "the disk is full.")
    return Problem(
        "disk-full", "", what, Text("空きを増やしてからやり直してください。", "Free some space and run again.")
    )


_FULL = {28, 122}  # ENOSPC, EDQUOT; the same numbers reach us through Python on Windows
