from __future__ import annotations

import contextlib
import json
import random
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from production.small_register import Desk, desk
from production.the_command import SUDARE, contents, environment, leftovers, once, sudare
from sudare.production.messages import read_progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow
SEED = 20261
PARTS, KILLS = 5, 10  # fifty kills in five parts, each ended by a complete run
GONE_WITHIN = 5.0  # seconds
WHO = ["parent", "parent", "parent", "child", "kernel"]
NAMED = {"child": "sudare.production.child", "kernel": "ipykernel_launcher"}


@dataclass(frozen=True)
class Undisturbed:
    """A desk, what a run that nobody disturbs leaves, and how long it takes."""

    desk: Desk
    files: dict[str, bytes]
    seconds: float


def _measured(folder: Path) -> None:
    laid = desk(folder)
    sudare(*laid.arguments())  # the first run also reads every library from the disk
    start = time.monotonic()
    finished = sudare(*laid.arguments())
    assert finished.returncode == 0, finished.stderr
    (folder / "seconds").write_text(str(time.monotonic() - start), encoding="utf-8")


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    laid = Desk(once(tmp_path_factory, "undisturbed", _measured))
    seconds = float((laid.folder / "seconds").read_text(encoding="utf-8"))
    return Undisturbed(laid, contents(laid.out), seconds)


def working_on(out: Path) -> Iterator[psutil.Process]:
    """Walk over the processes that work on a folder: it stands in their command lines."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and any(str(out) in part for part in process.cmdline()):
                yield process


def gone(out: Path) -> bool:
    """Say whether no process works on the folder any more, in time."""
    deadline = time.monotonic() + GONE_WITHIN
    while time.monotonic() < deadline:
        if not any(working_on(out)):
            return True
        time.sleep(0.05)
    return False


def start(undisturbed: Undisturbed, out: Path) -> subprocess.Popen[bytes]:
    temporary = out.with_name("temporary")
    temporary.mkdir(exist_ok=True)
    return subprocess.Popen(
        [SUDARE, *undisturbed.desk.arguments(out)],
        env=environment(TMPDIR=str(temporary), TEMP=str(temporary), TMP=str(temporary)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill(process: subprocess.Popen[bytes], who: str, out: Path) -> bool:
    """Kill the command itself or one of its processes; say whether there was one to kill."""
    if who == "parent":
        process.kill()
        return True
    for found in working_on(out):
        with contextlib.suppress(psutil.Error):
            if NAMED[who] in found.cmdline():
                found.kill()
                return True
    return False


def phase(out: Path) -> str:
    """Say how far the newest run in a folder is, from the files in its private folder."""
    with contextlib.suppress(FileNotFoundError):
        works = sorted(out.glob(".sudare-run-*"), key=lambda work: work.stat().st_mtime)
        if not works:
            return "before or after its work"
        if (works[-1] / "commit.json").exists():
            return "commit"
        if (works[-1] / "outcome.json").exists():
            return "ended, before the journal"
        told = read_progress(works[-1], 0)
        return told[-1][0].en.split(" ", maxsplit=1)[0] if told else "starting the kernel"
    return "being removed"


def nothing_partial(out: Path, whole: dict[str, bytes]) -> None:
    """Every file under a final name is that of an undisturbed run, or tells why there is no new one."""
    for name, content in contents(out).items():
        if name == "receipt.json" and content != whole[name]:
            receipt = json.loads(content)
            assert receipt["state"] == "refused"
            assert [problem["code"] for problem in receipt["problems"]] == ["kernel-died"]
            continue
        assert content == whole[name], name


def the_next_run_is_whole(undisturbed: Undisturbed, out: Path) -> None:
    finished = sudare(*undisturbed.desk.arguments(out))
    assert finished.returncode == 0, finished.stderr
    assert leftovers(out) == []
    assert contents(out) == undisturbed.files
    assert json.loads(sudare("log", "verify", out, "--json").stdout)["ok"] is True
    assert list(out.with_name("temporary").iterdir()) == []  # what a killed run wrote elsewhere, nobody would sweep


@pytest.mark.parametrize("part", range(PARTS))
def test_a_run_killed_at_any_moment_leaves_nothing_partial_and_the_next_is_whole(
    undisturbed: Undisturbed, tmp_path: Path, part: int, record_property: Any
) -> None:
    moments = random.Random(SEED + part)  # noqa: S311 - moments, not secrets
    out = tmp_path / "out"
    phases: Counter[str] = Counter()
    for number in range(KILLS):
        # One moment in each of the fifty equal shares of the run, the parts taking turns.
        share = (number * PARTS + part + moments.random()) / (PARTS * KILLS)
        process = start(undisturbed, out)
        time.sleep(share * undisturbed.seconds)
        who, at = WHO[(number + part) % len(WHO)], phase(out)
        if not kill(process, who, out):
            who = "parent"
            kill(process, who, out)
        process.wait(timeout=60)  # of a killed child or kernel the command itself must take notice
        phases[f"{who}: {at}"] += 1
        assert gone(out), f"a process outlived the {who} killed at {share:.0%}"
        nothing_partial(out, undisturbed.files)
        assert len(leftovers(out)) <= (1 if who == "parent" else 0)  # earlier ones were swept
    record_property("phases", dict(phases))
    the_next_run_is_whole(undisturbed, out)


def test_a_run_killed_while_it_commits_is_finished_by_the_next(
    undisturbed: Undisturbed, tmp_path: Path, record_property: Any
) -> None:
    out = tmp_path / "out"
    phases: Counter[str] = Counter()
    for _ in range(3):
        earlier = set(out.glob(".sudare-run-*/commit.json"))
        process = start(undisturbed, out)
        while process.poll() is None:
            if set(out.glob(".sudare-run-*/commit.json")) - earlier:
                process.kill()
                break
        process.wait()
        phases[phase(out)] += 1
        assert gone(out)
        nothing_partial(out, undisturbed.files)
    record_property("phases", dict(phases))
    the_next_run_is_whole(undisturbed, out)
    states = [json.loads(line) for line in (out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({entry["run"] for entry in states}) == len(states) == 4
