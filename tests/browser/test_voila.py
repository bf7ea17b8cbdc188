"""The lessons as Voila shows them to an audience: no code, nothing from the network, and a choice is followed."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from browser import own_server
from browser.chromium import CHROMIUM, QUIET, needs_browser
from browser.own_server import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
WITHIN = 120_000  # milliseconds; a kernel starts on a loaded machine


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The command itself, as a user starts it; the address it tells."""
    folder, port = tmp_path_factory.mktemp("present"), free_port()
    arguments = ["sudare.cli", "present", "--no-browser", f"--port={port}", "--lang=ja"]
    with own_server.served(folder, arguments, f"http://127.0.0.1:{port}/voila/static/voila.js"):
        log = folder / own_server.OWN / "server.log"
        told = None
        until = time.monotonic() + 30
        while told is None and time.monotonic() < until:
            told = re.search(r"http://\S+", log.read_text(encoding="utf-8"))
            time.sleep(0.1)
        assert told, log.read_text(encoding="utf-8")
        yield told[0]


def address(url: str, notebook: str) -> str:
    return url.replace("00-overview.ipynb", notebook)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1200, "height": 1000}, locale="ja-JP")
    yield opened
    opened.close()


@needs_browser
def test_an_example_is_shown_without_code_offline_and_follows_the_choice(served: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address(served, "examples/3-2-4-2.ipynb"), timeout=WITHIN)
    decision = page.locator("p", has_text="決定: ").last
    decision.wait_for(timeout=WITHIN)
    words = page.locator("body").inner_text()
    assert "sudare.lesson" not in words
    assert "import sudare" not in words
    assert "並外れた高齢を上の区分に集める" in words
    assert "Traceback" not in words
    assert "90歳以上を「90歳以上」という一つの札に集める" in decision.inner_text()
    # Drawn by our renderer where the labextension is installed, else the picture that lies beside the chart.
    drawn = page.locator("img[src^='data:image/svg+xml'], svg.marks, canvas.marks").first
    box = drawn.bounding_box()
    assert box is not None
    assert box["width"] > 400
    page.get_by_label(re.compile("100歳以上の人の行を消す")).check()
    page.locator("p", has_text="決定: 100歳以上の人の行を消す").wait_for(timeout=WITHIN)
    page.locator("pre", has_text="delete-records").wait_for(timeout=WITHIN)
    page.get_by_label(re.compile("そのまま残す")).check()
    page.locator("p[role=alert]", has_text="finding-left").first.wait_for(timeout=WITHIN)
    assert [line for line in said if "Content Security Policy" in line] == []
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}


@needs_browser
def test_the_overview_leads_to_the_lessons_in_order(served: str, page: Page) -> None:
    page.goto(address(served, "00-overview.ipynb"), timeout=WITHIN)
    page.get_by_role("heading", name="ノートブックの一覧").wait_for(timeout=WITHIN)
    listed = page.locator("li a").all()
    hrefs = [str(link.get_attribute("href")) for link in listed]
    examples = [href for href in hrefs if "examples/" in href]
    assert examples == sorted(examples)
    assert len(examples) >= 11
    page.locator("li a", has_text="2-2").first.click()
    page.get_by_role("heading", name="支障がある四つの事例").wait_for(timeout=WITHIN)
    assert "対象にならない" in page.locator("body").inner_text()


@needs_browser
def test_nobody_without_the_token_sees_a_page(served: str, page: Page) -> None:
    answer = page.goto(served.partition("?")[0], timeout=WITHIN)
    assert answer is not None
    assert "決定" not in page.locator("body").inner_text()
    assert answer.status in {401, 403} or "login" in page.url
