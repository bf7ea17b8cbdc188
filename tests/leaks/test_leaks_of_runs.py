from __future__ import annotations

import contextlib
import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from leaks.canary import search_for
from leaks.planted_register import SPEC, SPEC_FOR_MANY, Shelf, rows, shelf, text
from production.the_command import FILES, SUDARE, contents, environment, leftovers, sudare
from sudare.production.commit import sweep

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
FAILING = SPEC.replace("at_least: 3}", "at_least: 90}")
MANY = text(rows(6_000)).encode("cp932")


def run(laid: Shelf, lang: str = "ja") -> subprocess.CompletedProcess[str]:
    """Run the spec, and put what it printed among what it left."""
    finished = sudare(*laid.arguments(lang), cwd=laid.here, env=environment(**laid.elsewhere()))
    (laid.left / "stdout.txt").write_text(finished.stdout, encoding="utf-8")
    (laid.left / "stderr.txt").write_text(finished.stderr, encoding="utf-8")
    return finished


def nothing_left(laid: Shelf, record: Any) -> None:
    """No planted value stands in anything the run left; home, temporary and present folder are as they were.

    There is no `.ipynb_checkpoints`, no history of IPython, no notebook beside the one that was cleaned.
    """
    search = search_for(laid.keys)
    assert search.in_folder(laid.left) == []
    record("searched", f"{search.forms} forms in {search.looked} files and names, {search.size} bytes")
    for name in ("home", "temporary", "here"):
        assert list((laid.left / name).iterdir()) == []
    assert {path.name for path in laid.left.rglob("*.ipynb*")} <= {"run.ipynb"}
    assert not list(laid.left.rglob("*.sqlite*"))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_run_that_was_done_leaves_no_planted_value(tmp_path: Path, lang: str, record_property: Any) -> None:
    laid = shelf(tmp_path)
    assert run(laid, lang).returncode == 0
    assert set(contents(laid.out)) == set(FILES)
    nothing_left(laid, record_property)


def test_a_run_that_was_refused_leaves_no_planted_value(tmp_path: Path, record_property: Any) -> None:
    laid = shelf(tmp_path, FAILING)
    assert run(laid).returncode == 3
    assert set(contents(laid.out)) == {"receipt.json"}
    nothing_left(laid, record_property)


def started(laid: Shelf) -> subprocess.Popen[bytes]:
    """Start a run and wait until its kernel has the data."""
    with (laid.left / "stdout.txt").open("wb") as out, (laid.left / "stderr.txt").open("wb") as err:
        process = subprocess.Popen(
            [SUDARE, *laid.arguments()],
            env=environment(**laid.elsewhere()),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    while not any("step" in note.read_text(encoding="utf-8") for note in laid.out.glob(".sudare-run-*/progress.jsonl")):
        assert process.poll() is None
        time.sleep(0.01)
    return process


def test_a_run_whose_kernel_died_leaves_no_planted_value(tmp_path: Path, record_property: Any) -> None:
    laid = shelf(tmp_path, SPEC_FOR_MANY, content=MANY)
    process = started(laid)
    for child in psutil.Process(process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "ipykernel_launcher" in child.cmdline():
                child.kill()
    assert process.wait(timeout=60) == 1
    assert leftovers(laid.out) == []
    receipt = json.loads((laid.out / "receipt.json").read_text(encoding="utf-8"))
    assert [problem["code"] for problem in receipt["problems"]] == ["kernel-died"]
    nothing_left(laid, record_property)


def test_what_a_killed_run_leaves_is_private_and_swept_by_the_next(tmp_path: Path, record_property: Any) -> None:
    laid = shelf(tmp_path, SPEC_FOR_MANY, content=MANY)
    process = started(laid)
    process.kill()
    process.wait()
    [work] = laid.out.glob(".sudare-run-*")
    assert work.stat().st_mode & 0o077 == 0
    time.sleep(1.5)  # its child and kernel notice within half a second each
    outside = [path for path in laid.left.rglob("*") if path.is_file() and not path.is_relative_to(work)]
    search = search_for(laid.keys)
    assert [line for path in outside for line in search.in_bytes(path.read_bytes(), path.name)] == []
    assert run(laid).returncode == 0
    assert leftovers(laid.out) == []
    nothing_left(laid, record_property)


def test_no_command_line_and_no_environment_holds_the_key_or_a_planted_value(
    tmp_path: Path, record_property: Any
) -> None:
    laid = shelf(tmp_path, SPEC_FOR_MANY, content=MANY)
    search = search_for(laid.keys)
    process = subprocess.Popen(
        [SUDARE, *laid.arguments()],
        env=environment(**laid.elsewhere()),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    me = psutil.Process(process.pid)
    seen: set[tuple[str, str]] = set()
    found: list[str] = []
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):
            for one in [me, *me.children(recursive=True)]:
                command, surroundings = "\n".join(one.cmdline()), "\n".join(map(str, one.environ().items()))
                if (command, surroundings) not in seen:
                    seen.add((command, surroundings))
                    found += search.in_text(command, "a command line") + search.in_text(surroundings, "an environment")
        time.sleep(0.05)
    assert process.returncode == 0
    assert found == []
    for name in ("sudare run", "sudare.production.child", "ipykernel_launcher"):
        assert any(name in command.replace("\n", " ") for command, _ in seen)
    record_property("seen", len(seen))


def spilling(laid: Shelf) -> subprocess.Popen[bytes]:
    """Start a run with so little memory that the engine must spill."""
    with (laid.left / "stdout.txt").open("wb") as out, (laid.left / "stderr.txt").open("wb") as err:
        return subprocess.Popen(
            [SUDARE, *laid.arguments(), "--memory", "60MB", "--threads", "1"],
            cwd=laid.here,
            env=environment(**laid.elsewhere()),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )


def spilled(laid: Shelf) -> int:
    """Return how many bytes the engine's largest spill file holds now."""
    sizes = [0]
    with contextlib.suppress(FileNotFoundError):  # the folder goes while it is walked
        for path in laid.out.glob(".sudare-run-*/spill/**/*"):
            with contextlib.suppress(FileNotFoundError):
                sizes.append(path.stat().st_size)
    return max(sizes)


def test_what_the_engine_spills_lies_in_the_private_folder_and_goes(tmp_path: Path, record_property: Any) -> None:
    laid = shelf(tmp_path, SPEC_FOR_MANY, content=text(rows(20_000)).encode("cp932"))
    process = spilling(laid)
    most = 0
    while process.poll() is None:
        most = max(most, spilled(laid))
        time.sleep(0.02)
    assert process.returncode == 0
    record_property("spilled", most)
    assert most > 0
    assert leftovers(laid.out) == []
    nothing_left(laid, record_property)


def test_a_run_that_is_killed_while_it_spills_leaves_values_in_its_private_folder_alone(
    tmp_path: Path, record_property: Any
) -> None:
    laid = shelf(tmp_path, SPEC_FOR_MANY, content=text(rows(20_000)).encode("cp932"))
    process = spilling(laid)
    while not spilled(laid):
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    [work] = laid.out.glob(".sudare-run-*")
    assert work.stat().st_mode & 0o077 == 0
    time.sleep(1.5)  # its child and kernel notice within half a second each
    search = search_for(laid.keys)
    outside = [path for path in laid.left.rglob("*") if not path.is_relative_to(work)]
    assert [line for path in outside if path.is_file() for line in search.in_bytes(path.read_bytes(), path.name)] == []
    sweep(laid.out)  # as the next run begins
    nothing_left(laid, record_property)
