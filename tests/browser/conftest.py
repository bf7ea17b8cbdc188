"""A browser for each file of tests, and a page for each test, which must ask nothing of another machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.chromium import chromium, watched_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with watched_page(browser) as opened:
        yield opened
