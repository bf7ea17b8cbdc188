"""`sudare present` as a user starts it: nobody else on the machine can read the token, and no proxy is asked."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import psutil
import pytest

from sudare.cli.notebooks import _door

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_the_token_stands_on_no_command_line_and_no_proxy_is_asked(tmp_path: Path) -> None:
    nowhere = dict.fromkeys(("http_proxy", "HTTP_PROXY"), "http://127.0.0.1:9")
    command = [sys.executable, "-m", "sudare.cli", "present", "--no-browser", "--lang=en"]
    env = {**{key: value for key, value in os.environ.items() if key.lower() != "no_proxy"}, **nowhere}
    errors = (tmp_path / "errors").open("wb")
    with errors, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8", env=env) as server:
        family = psutil.Process(server.pid)
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split()[-1]
            token = url.rpartition("token=")[2]
            assert len(token) >= 40
            lines = [" ".join(one.cmdline()) for one in [family, *family.children(recursive=True)]]
            assert any("voila" in line for line in lines)
            assert not [line for line in lines if token in line]
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with direct.open(url.partition("?")[0], timeout=60) as reply:
                assert "/login" in reply.url
        finally:
            for one in [*family.children(recursive=True), family]:
                one.terminate()


def test_the_browser_is_led_to_the_page_by_a_file_of_its_owner(tmp_path: Path) -> None:
    url = "http://127.0.0.1:1/voila/render/a.ipynb?token=x&b=1"
    door = _door(tmp_path, url)
    assert "token" not in door
    page = tmp_path / "open.html"
    assert url2pathname(unquote(urlsplit(door).path)) == str(page)
    assert 'url=http://127.0.0.1:1/voila/render/a.ipynb?token=x&amp;b=1"' in page.read_text(encoding="utf-8")
    if os.name != "nt":
        assert page.stat().st_mode & 0o077 == 0
