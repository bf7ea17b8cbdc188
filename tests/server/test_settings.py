"""A page may set how many runs work at a time and make the small-count limit stricter: never beyond the configuration."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from sudare.limits import VARIABLE
from sudare.server.runs import Runs
from sudare.server.settings import Settings
from sudare.specs import parse_spec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    Ask = Callable[..., Awaitable[tuple[int, Any]]]

FOLDER = "提案 3号"
TWELVE = "判定,番号\n" + "A,1\n" * 288 + "B,2\n" * 12


@pytest.fixture(autouse=True)
def _its_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no setting of a test outlive it."""
    monkeypatch.setenv(VARIABLE, "")


def settings_of(folder: Path, *, at_once: int = 2, most: int = 8, least: int = 10) -> Settings:
    return Settings(Runs(folder, folder / "runs.jsonl", lambda _run: None, at_once=at_once), most, least)


async def test_what_is_set_holds_at_once_and_is_told(ask: Ask, jp_serverapp: Any) -> None:
    status, told = await ask("settings", method="PUT", body={"concurrent_runs": 5, "small_count_limit": 20})
    assert status == 200, told
    assert {key: told[key] for key in ("concurrent_runs", "small_count_limit")} == {
        "concurrent_runs": 5,
        "small_count_limit": 20,
    }
    assert jp_serverapp.web_app.settings["sudare"].runs.at_once == 5
    assert os.environ[VARIABLE] == "20"
    assert (await ask("settings", method="GET"))[1] == told
    _, back = await ask("settings", method="PUT", body={"concurrent_runs": 0, "small_count_limit": 10})
    assert (back["concurrent_runs"], back["small_count_limit"], os.environ[VARIABLE]) == (2, 10, "10")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"concurrent_runs": 9}, "bad-setting"),
        ({"concurrent_runs": -1}, "bad-setting"),
        ({"concurrent_runs": True}, "bad-setting"),
        ({"concurrent_runs": "2"}, "bad-setting"),
        ({"concurrent_runs": 2.5}, "bad-setting"),
        ({"concurrent_runs": None}, "bad-setting"),
        ({"small_count_limit": 9}, "bad-setting"),
        ({"small_count_limit": 1001}, "bad-setting"),
        ({"small_count_limit": [20]}, "bad-setting"),
        ({"key_store": "keys"}, "unknown-setting"),
        ({"concurrent_runs": 4, "small_count_limit": 1}, "bad-setting"),
    ],
)
async def test_what_is_no_setting_is_refused_and_nothing_is_set(body: dict[str, Any], code: str, ask: Ask) -> None:
    _, before = await ask("settings", method="GET")
    status, told = await ask("settings", method="PUT", body=body)
    assert status == 400
    assert code in {one["code"] for one in told["problems"]}
    assert (await ask("settings", method="GET"))[1] == before
    assert os.environ[VARIABLE] == ""


@pytest.mark.parametrize("body", ["[]", "{", "3"])
async def test_a_body_that_is_no_object_sets_nothing(body: str, ask: Ask) -> None:
    status, told = await ask("settings", method="PUT", body=body)
    assert (status, [one["code"] for one in told["problems"]]) == (400, ["bad-request"])


async def test_nobody_sets_anything_without_a_token_nor_from_a_page_of_another(
    jp_fetch: Callable[..., Any], jp_serverapp: Any, jp_base_url: str, http_server_client: Any
) -> None:
    from tornado.httpclient import HTTPClientError

    sudare = jp_serverapp.web_app.settings["sudare"]
    wanted = json.dumps({"concurrent_runs": 7})
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("sudare", "settings", method="PUT", body=wanted, headers={"Authorization": ""})
    assert refused.value.code == 403
    # A browser that is logged in sends its cookie along; another's page cannot know the second cookie.
    token = jp_serverapp.identity_provider.token
    first = await http_server_client.fetch(f"{jp_base_url}api/status?token={token}")
    cookies = "; ".join(one.partition(";")[0] for one in first.headers.get_list("Set-Cookie"))
    assert "username-" in cookies
    with pytest.raises(HTTPClientError) as forged:
        await http_server_client.fetch(
            f"{jp_base_url}sudare/settings", method="PUT", body=wanted, headers={"Cookie": cookies}
        )
    assert forged.value.code == 403
    assert sudare.runs.at_once == 2


def test_a_page_never_goes_beyond_what_the_server_is_configured_for(tmp_path: Path) -> None:
    bounded = settings_of(tmp_path, at_once=1, most=1, least=30)
    assert os.environ[VARIABLE] == "30"
    told = bounded.change({"concurrent_runs": 8, "small_count_limit": 10})
    assert (told["concurrent_runs"], told["most_concurrent_runs"]) == (1, 1)
    assert (told["small_count_limit"], told["least_small_count_limit"], os.environ[VARIABLE]) == (30, 30, "30")
    assert bounded.change({"small_count_limit": 50})["small_count_limit"] == 50


def test_the_limit_of_the_environment_is_a_floor_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "25")
    told = settings_of(tmp_path).change({"small_count_limit": 10})
    assert (told["small_count_limit"], os.environ[VARIABLE]) == (25, "25")


@pytest.mark.parametrize(("configured", "most"), [({}, 8), ({"concurrent_runs": 3}, 3)])
def test_a_number_that_was_configured_is_the_bound_of_the_page(
    configured: dict[str, int], most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyter_server.serverapp import ServerApp
    from traitlets.config import Config

    from sudare.server.app import SudareServer

    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    server = ServerApp(config=Config({"SudareServer": configured}), root_dir=str(tmp_path))
    server.init_event_logger()
    assert SudareServer(server).settings.told()["most_concurrent_runs"] == most


def test_runs_that_wait_begin_when_more_may_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = "import sys; sys.stdin.read()"
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
    monkeypatch.setattr(
        "sudare.server.runs._process", lambda: subprocess.Popen([sys.executable, "-c", waiting], **pipes)
    )
    one = settings_of(tmp_path, at_once=1)
    runs = one.runs
    for n in range(3):
        runs.start("a.yaml", "a.csv", str(n))
    assert [run.state for run in runs.all()] == ["queued", "queued", "running"]
    one.change({"concurrent_runs": 2})
    assert [run.state for run in runs.all()] == ["queued", "running", "running"]
    runs.close()


async def test_a_new_python_and_a_draft_hide_below_the_limit_that_was_set(ask: Ask, work: Path) -> None:
    (work / "十二.csv").write_text(TWELVE, encoding="utf-8")
    await ask("settings", method="PUT", body={"small_count_limit": 20})
    look = "import sudare, sys; print([one.count for one in sudare.profile(sys.argv[1]).columns[0].frequent])"
    seen = await asyncio.create_subprocess_exec(
        sys.executable, "-c", look, str(work / "十二.csv"), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await seen.communicate()
    assert told.decode().strip() == "['>=20']"  # neither the few nor what they leave over
    status, made = await ask("draft", body={"path": f"{FOLDER}/十二.csv"})
    assert status == 200, made
    assert "below: 20" in (work / "十二.sudare.yaml").read_text(encoding="utf-8")


async def test_a_draft_is_under_the_regime_that_is_asked_for(ask: Ask, work: Path) -> None:
    path = f"{FOLDER}/表.csv"
    status, told = await ask("draft", body={"path": path, "regime": "gov-curent"})
    assert (status, [one["code"] for one in told["problems"]]) == (400, ["unknown-regime"])
    assert (await ask("draft", body={"path": path, "regime": 3}))[0] == 400
    assert not (work / "表.sudare.yaml").exists()
    assert (await ask("draft", body={"path": path, "regime": "private-current"}))[0] == 200
    assert parse_spec((work / "表.sudare.yaml").read_text(encoding="utf-8")).spec.regime == "private-current"


async def test_a_table_that_cannot_be_read_is_told_as_the_command_tells_it(ask: Ask, work: Path) -> None:
    (work / "空.csv").write_bytes(b"")
    status, told = await ask("draft", body={"path": f"{FOLDER}/空.csv"})
    assert status in {400, 422}
    assert told["problems"][0]["code"] not in {"run-lost", "unexpected"}
    assert not (work / "空.sudare.yaml").exists()
