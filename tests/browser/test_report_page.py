"""The report as a person sees it: opened from the disk in a real browser, in both languages, on screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.chromium import CHROMIUM, QUIET, needs_browser
from sudare import demo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for lang in ("ja", "en"):
        folder = tmp_path_factory.mktemp(lang)
        assert demo(folder, lang=lang).exit_code == 0
        made[lang] = folder / "out" / "report.html"
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1100, "height": 900})
    yield opened
    opened.close()


@needs_browser
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_report_asks_for_nothing_and_complains_of_nothing(reports: dict[str, Path], page: Page, lang: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(reports[lang].as_uri())
    assert [url.split(":")[0] for url in asked] == ["file"]
    assert said == []
    assert page.locator("html").get_attribute("lang") == lang


@needs_browser
@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("width", [1100, 720, 400])
def test_nothing_is_wider_than_the_page(reports: dict[str, Path], page: Page, lang: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(reports[lang].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@needs_browser
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_five_standards_stand_in_order_with_a_heading_each(reports: dict[str, Path], page: Page, lang: str) -> None:
    page.goto(reports[lang].as_uri())
    headings = page.locator("h1, h2, h3").all_inner_texts()
    found = [n for n in range(1, 6) if any(_names(heading, n, lang) for heading in headings)]
    assert found == [1, 2, 3, 4, 5]


def _names(heading: str, n: int, lang: str) -> bool:
    return f"第{n}号" in heading if lang == "ja" else f"tandard {n}" in heading or f"Item {n}" in heading


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_both_schemes(reports: dict[str, Path], page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(reports["ja"].as_uri())
    text, ground = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.documentElement).backgroundColor,"
        " getComputedStyle(document.body).backgroundColor].filter(c => c !== 'rgba(0, 0, 0, 0)').slice(0, 2)"
    )
    assert _contrast(text, ground) >= 7


def _contrast(one: str, other: str) -> float:
    lights = sorted((_light(one), _light(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _light(colour: str) -> float:
    parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
