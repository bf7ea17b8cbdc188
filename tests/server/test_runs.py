from __future__ import annotations

import asyncio
import json
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
