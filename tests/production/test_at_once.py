from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from production.the_command import SUDARE, contents, environment, leftovers, sudare
from sudare.production import verify

if TYPE_CHECKING:
    from pathlib import Path

    from production.conftest import Done

pytestmark = pytest.mark.slow


def start(done: Done, out: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [SUDARE, *done.desk.arguments(out)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def whole(done: Done, out: Path, runs: int) -> None:
    """The folder holds what one run leaves, and the log as many runs as there were."""
    assert leftovers(out) == []
    assert contents(out) == done.files
    assert len((out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()) == runs
    assert list(verify(out)) == []


@pytest.mark.parametrize("count", [2, 3])
def test_of_commands_started_together_one_runs_and_the_others_say_why_not(
    done: Done, tmp_path: Path, count: int
) -> None:
    out = tmp_path / "out"
    started = [start(done, out) for _ in range(count)]
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in started]
    assert sorted(code for _, code in ended) == [0, *[1] * (count - 1)]
    for told, code in ended:
        assert ("[output-locked]" in told) == (code == 1)
        assert "Traceback" not in told
    whole(done, out, runs=1)


def test_a_command_started_the_moment_another_is_killed_takes_over(done: Done, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = start(done, out)
    while not list(out.glob(".sudare-run-*/progress.jsonl")):  # its kernel is at work
        assert first.poll() is None
        time.sleep(0.02)
    first.kill()
    first.communicate()
    second = sudare(*done.desk.arguments(out))  # at once: the other's child and kernel may live for half a second
    assert second.returncode == 0, second.stderr
    whole(done, out, runs=1)


def test_a_command_started_while_another_works_leaves_it_alone(done: Done, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = start(done, out)
    while not leftovers(out):
        assert first.poll() is None
        time.sleep(0.02)
    second = sudare(*done.desk.arguments(out))
    assert second.returncode == 1
    assert "[output-locked]" in second.stderr
    first.communicate(timeout=120)
    assert first.returncode == 0
    whole(done, out, runs=1)
