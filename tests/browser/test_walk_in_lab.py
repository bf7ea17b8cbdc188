"""The whole walk, in Japanese, in a Lab that was started elsewhere: from a right click on a table to the receipt."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from browser.chromium import needs_browser, watched_page
from browser.extension import with_extension
from browser.lab import lab
from sudare.tables.samples import DEFAULT, SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_WITHIN = 90_000  # milliseconds
_PLACE = "提案 2026 年度"
_EDGES = 'edges: ["30", "50"'


def item(page: Page, name: str) -> Locator:
    """The line of the file browser."""
    return page.locator(".jp-DirListing-item", has_text=name)


def drafted(page: Page) -> None:
    """A right click on the table: the draft, and the studio with the desk open on it."""
    item(page, _PLACE).dblclick(timeout=_WITHIN)
    item(page, "健診 名簿.csv").click(button="right")
    page.get_by_role("menuitem", name="加工設計を始める").click()
    page.locator("[data-sudare=step]").first.wait_for(timeout=_WITHIN)
    page.locator(".sudare-desk").first.wait_for(timeout=_WITHIN)


def edited(page: Page, card: Locator) -> Locator:
    """Edit a step by its form, and open the text, which shows it; return the line."""
    card.locator("[data-sudare=step-edit]").click()
    form = card.locator("[data-sudare=step-form]")
    form.get_by_label("edges-0").fill("30")
    form.locator("[data-sudare=apply]").click()
    form.wait_for(state="hidden")
    card.locator("[data-sudare=step-text]").click()
    line = page.locator(".jp-FileEditor .cm-line", has_text=_EDGES)
    line.wait_for(timeout=_WITHIN)
    return line


def broken_and_mended(page: Page, card: Locator, line: Locator) -> None:
    """Break the text by hand: the card says so, and no longer once it is mended; then save it."""
    line.click()
    page.keyboard.press("Home")
    for _ in '    edges: ["':
        page.keyboard.press("ArrowRight")
    page.keyboard.type("9")
    card.locator("[data-sudare=problems-wrong]").wait_for()
    page.keyboard.press("Backspace")
    card.locator("[data-sudare=problems-wrong]").wait_for(state="hidden")
    page.keyboard.press("Control+s")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")


def run_to_the_receipt(page: Page) -> None:
    """Run it as it is saved: progress, and in the end the receipt."""
    page.get_by_role("button", name="本番実行", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="実行", exact=True).click()
    run = page.locator("[data-sudare=run]").first
    run.wait_for()
    run.and_(page.locator("[data-sudare-state=done]")).wait_for(timeout=_WITHIN)
    run.locator("[data-sudare=receipt]").click()
    page.get_by_role("tab", name="receipt.json").wait_for()


@needs_browser
def test_from_a_right_click_on_a_table_to_the_receipt(browser: Browser, tmp_path: Path) -> None:
    root = with_extension(tmp_path / "根 元", locale="ja_JP")
    place, elsewhere = root / _PLACE, tmp_path / "elsewhere"
    for folder in (place, elsewhere):
        folder.mkdir()
    SAMPLES[DEFAULT].write(place / "健診 名簿.csv")
    with lab(root, started_in=elsewhere) as url, watched_page(browser, width=1600, height=1000) as page:
        page.goto(url.replace("/lab?", "/lab?reset&"))
        drafted(page)
        card = page.locator("[data-sudare=step][data-sudare-technique=bin]").first
        broken_and_mended(page, card, edited(page, card))
        run_to_the_receipt(page)
    assert _EDGES in (place / "健診 名簿.sudare.yaml").read_text(encoding="utf-8")
    receipt = json.loads((place / "健診 名簿-out" / "receipt.json").read_text(encoding="utf-8"))
    assert receipt["state"] == "done"
    assert list(elsewhere.iterdir()) == []
