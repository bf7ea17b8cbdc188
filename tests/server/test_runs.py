from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from sudare.server.runs import ENDED, Run, Runs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    Ask = Callable[..., Awaitable[tuple[int, Any]]]

pytestmark = pytest.mark.slow
FOLDER = "提案 3号"
WITHIN = 240  # seconds; a run takes about four on a quiet machine
START = {"spec": f"{FOLDER}/a.sudare.yaml", "input": f"{FOLDER}/表.csv", "out": f"{FOLDER}/結果"}


async def ended(ask: Ask, name: str) -> dict[str, Any]:
    """Wait until a run ended, and return it."""
    start = time.monotonic()
    while time.monotonic() - start < WITHIN:
        _, run = await ask("runs", name, method="GET")
        if run["state"] in ENDED:
            return dict(run)
        await asyncio.sleep(0.2)
    raise AssertionError(run)


async def test_a_run_is_done_in_a_process_of_its_own_and_tells_how_far_it_is(
    ask: Ask, work: Path, jp_serverapp: Any
) -> None:
    heard: list[dict[str, Any]] = []

    async def listen(logger: object, schema_id: str, data: dict[str, Any]) -> None:  # noqa: ARG001 - called by name
        heard.append(data)

    from sudare.server.app import EVENT

    jp_serverapp.event_logger.add_listener(schema_id=EVENT, listener=listen)
    status, run = await ask("runs", body=START)
    assert status == 201
    done = await ended(ask, run["id"])
    assert done["state"] == "done", done
    assert done["receipt"] == f"{FOLDER}/結果/receipt.json"
    assert (work / "結果" / "processed.csv").exists()
    assert "甲野" not in json.dumps(done, ensure_ascii=False)
    await asyncio.sleep(0.5)
    assert [one["state"] for one in heard][-1] == "done"
    assert any(one["stage"] for one in heard)
    shares = [one["share"] for one in heard if one["stage"]]
    assert shares == sorted(shares)  # the bar never falls back as one stage follows another
    assert len(set(shares)) > 3
    _, listed = await ask("runs", method="GET")
    assert [one["id"] for one in listed["runs"]] == [run["id"]]


async def test_a_refused_run_says_which_check_and_where(ask: Ask, work: Path) -> None:
    spec = work / "a.sudare.yaml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("at_least: 1}", "at_least: 99}"), encoding="utf-8")
    _, run = await ask("runs", body=START)
    refused = await ended(ask, run["id"])
    assert refused["state"] == "refused"
    assert [(one["code"], one["where"]) for one in refused["problems"]] == [("check-failed", "checks[0]")]
    assert not (work / "結果" / "processed.csv").exists()


async def test_a_cancelled_run_leaves_no_process_and_no_file(ask: Ask, work: Path) -> None:
    _, run = await ask("runs", body=START)
    while not list((work / "結果").glob(".sudare-run-*/progress.jsonl")):  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.02)
    status, _ = await ask("runs", run["id"], method="DELETE")
    assert status == 200
    cancelled = await ended(ask, run["id"])
    assert cancelled["state"] == "cancelled"
    assert not [path for path in (work / "結果").iterdir() if path.suffix in {".csv", ".json", ".html"}]
    lines = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    assert not [line for line in lines if str(work) in line]


async def test_one_folder_takes_one_run_and_others_wait_their_turn(ask: Ask, jp_serverapp: Any, work: Path) -> None:
    jp_serverapp.web_app.settings["sudare"].runs.at_once = 1
    _, first = await ask("runs", body=START)
    status, told = await ask("runs", body=START)
    assert status == 409
    assert [one["code"] for one in told["problems"]] == ["busy-folder"]
    _, second = await ask("runs", body={**START, "out": f"{FOLDER}/別"})
    assert second["state"] == "queued"
    assert (await ended(ask, first["id"]))["state"] == "done"
    assert (await ended(ask, second["id"]))["state"] == "done"
    assert (work / "別" / "processed.csv").exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"spec": "../a.sudare.yaml"}, 422),
        ({"input": f"{FOLDER}/ない.csv"}, 404),
        ({"input": FOLDER}, 404),
        ({"out": f"{FOLDER}/表.csv"}, 422),
        ({"out": "/結果2"}, 201),  # a path is always one below the root
        ({"out": "a/../../b"}, 422),
        ({"set": {"年": 3}}, 400),
        ({"set": ["x"]}, 400),
        ({"key_store": "../keys"}, 422),
    ],
)
async def test_a_run_that_cannot_start_is_told_why(change: dict[str, Any], status: int, ask: Ask, work: Path) -> None:
    got, told = await ask("runs", body={**START, **change})
    assert got == status, told
    if status == 201:
        assert (await ended(ask, told["id"]))["out"] == "結果2"
        assert (work.parent / "結果2" / "receipt.json").exists()


def test_the_history_outlives_the_server_and_what_was_running_was_interrupted(tmp_path: Path) -> None:
    history = tmp_path / "data" / "runs.jsonl"
    runs = Runs(tmp_path, history, lambda _run: None)
    runs._put(Run("0" * 12, "a", "b", "c", state="running"))
    runs._put(Run("1" * 12, "a", "b", "d", state="done"))
    again = Runs(tmp_path, history, lambda _run: None)
    assert [(run.id[0], run.state) for run in again.all()] == [("1", "done"), ("0", "interrupted")]
    history.write_text("no json\n", encoding="utf-8")
    assert Runs(tmp_path, history, lambda _run: None).all() == []


def test_an_unknown_run_is_none(tmp_path: Path) -> None:
    runs = Runs(tmp_path, tmp_path / "runs.jsonl", lambda _run: None)
    assert runs.get("x") is None
    assert runs.cancel("x") is None


def test_a_run_cancelled_before_its_process_began_starts_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Run] = []
    runs = Runs(tmp_path, tmp_path / "runs.jsonl", heard.append)
    begun: list[str] = []
    monkeypatch.setattr("sudare.server.runs.threading.Thread.start", lambda thread: begun.append(thread.name))
    run = runs.start("a.yaml", "a.csv", "out")
    assert runs.cancel(run.id) is not None
    assert begun == ["sudare-run"]
    monkeypatch.setattr("sudare.server.runs._process", lambda: pytest.fail("a process was started"))
    runs._do(run.id)
    assert [one.state for one in heard] == ["queued", "running", "cancelled"]


def test_a_line_that_is_not_the_workers_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noisy = (
        "import sys; sys.stdin.readline(); print('Warning: x'); print('3'); print('{\"state\": \"done\"}'); print('!')"
    )
    monkeypatch.setattr("sudare.server.runs._process", lambda: _python(noisy))
    runs = Runs(tmp_path, tmp_path / "runs.jsonl", lambda _run: None)
    assert _ended(runs, runs.start("a.yaml", "a.csv", "out").id).state == "done"


def test_a_worker_that_dies_is_told_as_an_error_and_leaves_no_zombie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[subprocess.Popen[str]] = []
    monkeypatch.setattr("sudare.server.runs._process", lambda: made.append(_python("raise SystemExit(9)")) or made[-1])
    runs = Runs(tmp_path, tmp_path / "runs.jsonl", lambda _run: None)
    lost = _ended(runs, runs.start("a.yaml", "a.csv", "out").id)
    assert (lost.state, lost.problems[0]["code"]) == ("error", "run-lost")
    assert made[0].returncode == 9


def test_the_history_is_for_its_owner_only_and_holds_no_value_that_was_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sudare.server.runs._process", lambda: _python("pass"))
    history = tmp_path / "runs.jsonl"
    runs = Runs(tmp_path, history, lambda _run: None)
    _ended(runs, runs.start("a.yaml", "a.csv", "out", values={"年": "ひみつ"}).id)
    assert "ひみつ" not in history.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["runs.jsonl"]
    if os.name != "nt":
        assert history.stat().st_mode & 0o077 == 0


def test_closing_ends_the_input_of_every_worker_and_starts_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[subprocess.Popen[str]] = []
    waiting = "import sys; sys.stdin.read()"
    monkeypatch.setattr("sudare.server.runs._process", lambda: made.append(_python(waiting)) or made[-1])
    runs = Runs(tmp_path, tmp_path / "runs.jsonl", lambda _run: None, at_once=1)
    first, second = runs.start("a.yaml", "a.csv", "1"), runs.start("a.yaml", "a.csv", "2")
    while not made:
        time.sleep(0.01)
    runs.close()
    assert _ended(runs, first.id).state == "cancelled"
    assert runs.get(second.id).state == "queued"  # type: ignore[union-attr]
    assert len(made) == 1


def _python(source: str) -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", source], encoding="utf-8", **pipes)


def _ended(runs: Runs, name: str) -> Run:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        run = runs.get(name)
        if run is not None and run.state in ENDED:
            return run
        time.sleep(0.01)
    raise AssertionError(run)
