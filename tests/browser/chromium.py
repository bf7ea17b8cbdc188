"""Debian's chromium for the tests in a browser, quiet and without a network of its own."""

from __future__ import annotations

import contextlib
import re
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync", "--no-first-run"]
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium: apt-get install -y chromium")


_OURS = re.compile(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Open the browser; close it when the block ends."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@contextlib.contextmanager
def watched_page(browser: Browser, *, width: int = 1400, height: int = 900) -> Iterator[Page]:
    """Open a page; when the block ends, no script of it failed, and it asked nothing of another machine."""
    page = browser.new_page(viewport={"width": width, "height": height})
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("pageerror", lambda one: failed.append(str(one)))
    yield page
    page.close()
    assert [one for one in asked if not _OURS.match(one)] == []
    assert failed == []
