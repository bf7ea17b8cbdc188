from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from leaks.canary import Search, search_for
from leaks.planted_register import SPEC, Shelf, shelf
from production.the_command import AROUND, SUDARE, contents, environment, leftovers, once, sudare
from sudare.production.messages import read_progress
from sudare.specs import parse_spec
from sudare.techniques import techniques

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from production.conftest import Done

pytestmark = pytest.mark.slow
SEED = 20261
# A share of the moments by default, always the same ones; all two hundred with SUDARE_KILLS=200.
KILLS = int(os.environ.get("SUDARE_KILLS", "20"))
PARTS = max(2, KILLS // 25)  # each is ended by a complete run
GONE_WITHIN = 5.0  # seconds, or as long as a whole run takes on a machine that has much else to do
WHO = ["parent", "parent", "parent", "child", "kernel"]
NAMED = {"child": "sudare.production.child", "kernel": "ipykernel_launcher"}


@dataclass(frozen=True)
class Undisturbed:
    """The planted register, what a run of every technique leaves that nobody disturbs, and how long it takes."""

    laid: Shelf
    files: dict[str, bytes]
    seconds: float

    @property
    def search(self) -> Search:
        """Return the search for what is planted."""
        return search_for(self.laid.keys)


def _measured(folder: Path) -> None:
    laid = shelf(folder)
    start = time.monotonic()
    finished = sudare(*laid.arguments())
    assert finished.returncode == 0, finished.stderr
    (folder / "seconds").write_text(str(time.monotonic() - start), encoding="utf-8")


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    laid = Shelf(once(tmp_path_factory, "undisturbed", _measured))
    seconds = float((laid.folder / "seconds").read_text(encoding="utf-8"))
    return Undisturbed(laid, contents(laid.out), seconds)


def working_on(out: Path) -> Iterator[psutil.Process]:
    """Walk over the processes that work on a folder: it stands in their command lines."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and any(str(out) in part for part in process.cmdline()):
                yield process


def gone(out: Path, within: float = GONE_WITHIN) -> bool:
    """Say whether no process works on the folder any more, in time."""
    deadline = time.monotonic() + max(GONE_WITHIN, within)
    while time.monotonic() < deadline:
        if not any(working_on(out)):
            return True
        time.sleep(0.05)
    return False


def start(arguments: list[str], out: Path) -> subprocess.Popen[bytes]:
    temporary = out.with_name("temporary")
    temporary.mkdir(exist_ok=True)
    return subprocess.Popen(
        [SUDARE, *arguments],
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


def nothing_leaked(out: Path, whole: dict[str, bytes], search: Search) -> None:
    """Outside the run's private folder there is nothing new, or it holds no planted value."""
    assert list(out.with_name("temporary").iterdir()) == []
    for path in out.iterdir() if out.exists() else ():
        if path.is_file() and (path.name in AROUND or path.read_bytes() != whole[path.name]):
            assert search.in_bytes(path.read_bytes(), path.name) == []


def the_next_run_is_whole(arguments: list[str], files: dict[str, bytes], out: Path) -> None:
    finished = sudare(*arguments)
    assert finished.returncode == 0, finished.stderr
    assert leftovers(out) == []
    assert contents(out) == files
    assert json.loads(sudare("log", "verify", out, "--json").stdout)["ok"] is True
    assert list(out.with_name("temporary").iterdir()) == []  # what a killed run wrote elsewhere, nobody would sweep


def test_the_run_that_is_killed_uses_every_technique_there_is() -> None:
    assert {step.technique for step in parse_spec(SPEC).spec.steps} == set(techniques())


@pytest.mark.parametrize("part", range(PARTS))
def test_a_run_killed_at_any_moment_leaves_nothing_partial_and_the_next_is_whole(
    undisturbed: Undisturbed, tmp_path: Path, part: int, record_property: Any
) -> None:
    moments = random.Random(SEED + part)  # noqa: S311 - moments, not secrets
    out, search = tmp_path / "out", undisturbed.search
    arguments = undisturbed.laid.arguments(out=out)
    phases: Counter[str] = Counter()
    for number in range(part, KILLS, PARTS):
        # One moment in each of the equal shares of the run, the parts taking turns.
        share = (number + moments.random()) / KILLS
        process = start(arguments, out)
        time.sleep(share * undisturbed.seconds)
        who, at = WHO[(number // PARTS + part) % len(WHO)], phase(out)
        if not kill(process, who, out):
            who = "parent"
            kill(process, who, out)
        process.wait(timeout=60)  # of a killed child or kernel the command itself must take notice
        phases[f"{who}: {at}"] += 1
        assert gone(out, undisturbed.seconds), f"a process outlived the {who} killed at {share:.0%}"
        nothing_partial(out, undisturbed.files)
        nothing_leaked(out, undisturbed.files, search)
        assert len(leftovers(out)) <= (1 if who == "parent" else 0)  # earlier ones were swept
    record_property("phases", dict(phases))
    the_next_run_is_whole(arguments, undisturbed.files, out)


def test_a_run_killed_while_it_commits_is_finished_by_the_next(
    done: Done, tmp_path: Path, record_property: Any
) -> None:
    out = tmp_path / "out"
    arguments = done.desk.arguments(out)
    phases: Counter[str] = Counter()
    for _ in range(3):
        earlier = set(out.glob(".sudare-run-*/commit.json"))
        process = start(arguments, out)
        while process.poll() is None:
            if set(out.glob(".sudare-run-*/commit.json")) - earlier:
                process.kill()
                break
        process.wait()
        phases[phase(out)] += 1
        assert gone(out)
        nothing_partial(out, done.files)
    record_property("phases", dict(phases))
    the_next_run_is_whole(arguments, done.files, out)
    states = [json.loads(line) for line in (out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({entry["run"] for entry in states}) == len(states) == 4
