"""A real Jupyter server with sudare's routes, and a folder with a sample in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pytest_jupyter.jupyter_core import pytest_pycollect_makeitem, pytest_pyfunc_call  # noqa: F401 - tests that are coroutines
from pytest_jupyter.jupyter_server import *  # noqa: F403 - its fixtures, for this folder only: some go around every test
from tornado.httpclient import HTTPClientError

from sudare.tables.samples import DEFAULT, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

_WITHIN = 120  # seconds: a draft is made in a process of its own, and the machine may be busy
SPEC = """\
sudare: 1
title: 年齢だけ
input:
  columns:
    - {name: 氏名, type: text, kind: direct-identifier}
    - {name: 年齢, type: integer, unit: 歳}
# 山田が決めた
steps:
  - {technique: delete-column, columns: [氏名], standards: [1], because: 単独で識別}
  - {technique: top-code, columns: [年齢], at_least: 90, standards: [4], because: 著しい高齢は珍しい}
checks:
  - {measure: k-anonymity, columns: [年齢], at_least: 1}
"""
TABLE = "氏名,年齢\n" + "".join(f"甲野{n},{30 + n % 60}\n" for n in range(240))


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"sudare.server": True}}}


@pytest.fixture
def work(jp_root_dir: Path) -> Path:
    """Lay out a spec and a table in a folder with a Japanese name and a space in it."""
    folder = jp_root_dir / "提案 3号"
    folder.mkdir()
    (folder / "a.sudare.yaml").write_text(SPEC, encoding="utf-8")
    (folder / "表.csv").write_bytes(TABLE.encode("cp932"))
    SAMPLES[DEFAULT].write(folder / "健診.csv")
    return folder


@pytest.fixture
def ask(jp_fetch: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[tuple[int, Any]]]:
    """Ask the server, and return the status and what it said."""

    async def asked(*route: str, body: Any = None, method: str = "POST", **more: Any) -> tuple[int, Any]:
        text = body if isinstance(body, str | bytes) or body is None else json.dumps(body)
        params = {"lang": "ja", **more.pop("params", {})}
        try:
            reply = await jp_fetch(
                "sudare", *route, method=method, body=text, params=params, request_timeout=_WITHIN, **more
            )
        except HTTPClientError as error:
            reply = error.response
        return reply.code, json.loads(reply.body or b"null")

    return asked
