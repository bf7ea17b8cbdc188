"""The page's clock of the desk: who is asked when, with a clock that the test turns."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from browser.chromium import chromium, needs_browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(60)]

_BEGIN = """
const root = document.getElementById("desk");
window.asked = 0;
window.heard = [];
const model = {
  on: (_name, hear) => window.heard.push(hear),
  off: (_name, hear) => (window.heard = window.heard.filter((one) => one !== hear)),
  send: (content) => {
    if (window.isEnded) throw new Error("Cannot send");
    if (content.kind === "look") window.asked += 1;
  },
};
window.end = script.render({ model, el: root });
"""


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


@pytest.fixture
def page(browser_page: Page) -> Page:
    """A page on which the script runs, with a kernel that answers when the test says so."""
    script = files("sudare.widgets").joinpath("watch.js").read_text(encoding="utf-8")
    browser_page.goto("about:blank")
    browser_page.clock.install(time=0)
    browser_page.clock.pause_at(1_000)
    browser_page.set_content("<div id='around'><div id='desk'></div></div>")
    browser_page.add_script_tag(type="module", content=script.replace("export default", "const script =") + _BEGIN)
    assert browser_page.evaluate("() => window.heard.length") == 1
    return browser_page


def asked(page: Page, after: int) -> int:
    """Return how often the kernel was asked in so many milliseconds."""
    before = int(page.evaluate("() => window.asked"))
    page.clock.run_for(after)
    return int(page.evaluate("() => window.asked")) - before


def answer(page: Page, *, soon: bool = False) -> None:
    page.evaluate("(soon) => window.heard.forEach((hear) => hear({ kind: 'looked', soon }))", soon)


@needs_browser
def test_a_kernel_at_work_is_asked_once_and_again_only_after_it_answered(page: Page) -> None:
    assert asked(page, 1_000) == 1
    assert asked(page, 50_000) == 0
    answer(page)
    assert asked(page, 2_900) == 0
    assert asked(page, 200) == 1
    answer(page, soon=True)
    assert asked(page, 800) == 1
    assert asked(page, 61_000) == 1  # an answer was lost with its connection


@needs_browser
def test_a_desk_that_nobody_sees_asks_nobody(page: Page) -> None:
    assert asked(page, 1_000) == 1
    answer(page)
    page.evaluate("() => (document.getElementById('around').style.display = 'none')")
    assert asked(page, 600_000) == 0
    page.evaluate("() => (document.getElementById('around').style.display = '')")
    assert asked(page, 3_100) == 1
    answer(page)
    page.evaluate("() => document.getElementById('around').remove()")
    assert asked(page, 600_000) == 0


@needs_browser
def test_a_desk_that_was_closed_asks_no_more(page: Page) -> None:
    page.evaluate("() => window.end()")
    assert asked(page, 600_000) == 0
    assert page.evaluate("() => window.heard.length") == 0


@needs_browser
def test_a_kernel_that_ended_is_left_alone(page: Page) -> None:
    failed: list[str] = []
    page.on("pageerror", lambda one: failed.append(str(one)))
    page.evaluate("() => (window.isEnded = true)")
    asked(page, 1_000)
    page.evaluate("() => (window.isEnded = false)")
    assert asked(page, 600_000) == 0
    assert failed == []
