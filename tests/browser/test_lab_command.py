"""`sudare lab` as a user starts it: the notebooks are put into a folder, and Lab opens them, with nothing from the network."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from browser import own_server
from browser.chromium import CHROMIUM, QUIET, needs_browser
from browser.own_server import OWN, free_port
from sudare.notebooks import names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
WITHIN = 120_000  # milliseconds


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder, and the address that the command tells."""
    folder, port = tmp_path_factory.mktemp("lab"), free_port()
    settings = folder / OWN / "config" / "jupyter_server_config.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"ServerApp": {"allow_root": True}}), encoding="utf-8")  # a container's user
    arguments = ["sudare.cli", "lab", "--dir", "mine", "--no-browser", f"--port={port}", "--lang=ja"]
    with own_server.served(folder, arguments, f"http://127.0.0.1:{port}/api"):
        until, told = time.monotonic() + 60, None
        while told is None and time.monotonic() < until:
            log = (folder / OWN / "server.log").read_text(encoding="utf-8", errors="replace")
            told = re.search(r"http://127\.0\.0\.1\S+token=\w+", log)
            time.sleep(0.1)
        assert told
        yield folder / "mine", told[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


def test_every_notebook_lies_in_the_folder_and_nobody_without_the_token_reads_it(opened: tuple[Path, str]) -> None:
    folder, url = opened
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.ipynb")}
    assert set(names()) <= found
    place = urlsplit(url)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{place.scheme}://{place.netloc}/api/contents", timeout=30).close()  # noqa: S310 - our own server
    assert refused.value.code == 403


@needs_browser
def test_lab_opens_with_the_overview_and_a_saved_lesson_can_be_read_without_running_it(
    opened: tuple[Path, str], browser: Browser
) -> None:
    _, url = opened
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url, timeout=WITHIN)
    page.get_by_role("heading", name="何をする制度か").wait_for(timeout=WITHIN)
    assert page.get_by_text("Would you like to get notified").count() == 0
    place, token = url.split("/lab", 1)[0], url.rpartition("?")[2]
    page.goto(f"{place}/lab/tree/examples/3-2-4-2.ipynb?{token}", timeout=WITHIN)
    page.get_by_role("heading", name="目立つところを図で見る").wait_for(timeout=WITHIN)
    page.get_by_role("heading", name="目立つところを図で見る").scroll_into_view_if_needed()
    page.locator("img[src^='data:image/svg+xml'], svg.marks, canvas.marks").first.wait_for(timeout=WITHIN)
    page.get_by_role("heading", name="決め方を選ぶ").scroll_into_view_if_needed()
    page.get_by_text("116歳の人は同じ札の人たちに紛れます").first.wait_for(timeout=WITHIN)
    assert page.get_by_text("Error displaying widget").count() == 0
    hosts = {urlsplit(one).hostname for one in asked if not one.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}
    page.close()
