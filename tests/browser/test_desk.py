"""The desk as an analyst uses it, from a sample's file to a receipt, in JupyterLab and in voila, in both languages."""

from __future__ import annotations

import contextlib
import json
import re
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from browser import lab, voila_server
from browser.axe import faults
from browser.chromium import chromium, needs_browser
from sudare import demo, read_spec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
DATA, FINDINGS, DISTRIBUTION, TECHNIQUES, SAFETY, RECORD = range(6)
LONG = 240_000  # milliseconds; a loaded machine with two cores
WORDS = {
    "ja": {"top": "トップコーディング", "done": "完了しました。", "nobody": "10人に満たない"},
    "en": {"top": "top coding", "done": "Done.", "nobody": "below 10"},
}


def notebook(folder: Path, call: str) -> None:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"import sudare\n\n{call}")])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, folder / "desk.ipynb")


@contextlib.contextmanager
def opened(folder: Path, place: str, call: str, theme: str | None = None) -> Iterator[Page]:
    """Open a notebook with a desk; fail for anything that is asked of another machine, or an error on the page."""
    notebook(folder, call)
    server = lab.lab(folder, theme=theme) if place == "lab" else voila_server.voila(folder)
    with server as url, chromium() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        outside: list[str] = []
        page.on(
            "request",
            lambda asked: (
                None
                if "//127.0.0.1:" in asked.url or asked.url[:5] in {"data:", "blob:"}
                else outside.append(asked.url)
            ),
        )
        if place == "lab":
            lab.run_all(page, url, "desk.ipynb")
        else:
            page.goto(voila_server.address(url, "desk.ipynb"))
        page.locator(".sudare-desk .sudare-undo").wait_for(timeout=LONG)
        yield page
        assert "Traceback" not in page.content()
        # Voila's own template asks for one style sheet elsewhere, which it does without.
        assert [one for one in outside if "fontawesome" not in one.lower()] == []


def desk(page: Page) -> Locator:
    return page.locator(".sudare-desk")


def turn_to(page: Page, place: int) -> None:
    desk(page).locator(".lm-TabBar-tab").nth(place).click()


def the(page: Page, name: str) -> Locator:
    """Return the first visible part of ours with a name."""
    return desk(page).locator(f".sudare-{name}:visible").first


def drag(page: Page) -> None:
    """Drag the cut from the right end to the left by a fifth of the chart."""
    handle = page.locator("[data-test=cut-handle]:visible")
    handle.scroll_into_view_if_needed()
    box, plot = handle.bounding_box(), page.locator(".sudare-cut-plot:visible").bounding_box()
    assert box is not None
    assert plot is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - plot["width"] / 5, y, steps=12)
    page.mouse.up()


def told(page: Page) -> str:
    return page.locator("[data-test=cut-told]:visible").inner_text()


def steps(folder: Path) -> list[tuple[str, tuple[str, ...]]]:
    spec = read_spec(folder / "demo.sudare.yaml").spec
    return [(step.technique, step.columns) for step in spec.steps]


@needs_browser
@pytest.mark.parametrize(("place", "lang"), [("lab", "ja"), ("lab", "en"), ("voila", "ja")])
def test_from_a_finding_to_a_receipt(place: str, lang: str, tmp_path: Path) -> None:
    assert demo(tmp_path, lang="ja").exit_code == 0
    (tmp_path / "out" / "processed.csv").unlink()
    before = steps(tmp_path)
    call = f'sudare.desk("input.csv", "demo.sudare.yaml", lang="{lang}")'
    with opened(tmp_path, place, call) as page:
        the(page, "who").locator("input").fill("山田")
        page.keyboard.press("Tab")

        turn_to(page, FINDINGS)
        desk(page).locator(".sudare-standards summary").first.click(timeout=LONG)
        the(page, "take").wait_for(timeout=LONG)
        the(page, "take").click()
        page.wait_for_function("() => !document.querySelector('.sudare-desk .sudare-undo').disabled", timeout=LONG)
        the(page, "undo").click()

        turn_to(page, DISTRIBUTION)
        the(page, "column").locator("select").select_option("年齢")
        page.locator("[data-test=cut-told]:visible p").first.wait_for(timeout=LONG)
        at_first = told(page)
        drag(page)
        page.wait_for_function(
            "([before]) => document.querySelector('[data-test=cut-told]').innerText !== before",
            arg=[at_first],
            timeout=LONG,
        )
        assert "k = " in told(page)
        the(page, "code").click()
        turn_to(page, TECHNIQUES)
        desk(page).get_by_text(re.compile(f"{WORDS[lang]['top']} — 年齢")).first.wait_for(timeout=LONG)
        the(page, "undo").click()
        desk(page).get_by_text(re.compile(f"{WORDS[lang]['top']} — 年齢")).first.wait_for(
            state="detached", timeout=LONG
        )

        turn_to(page, RECORD)
        the(page, "all-steps").click()
        the(page, "reason").locator("input").fill("提案の審査で決めた")
        page.keyboard.press("Tab")
        the(page, "give-reason").click()
        desk(page).get_by_text("提案の審査で決めた").first.wait_for(timeout=LONG)
        the(page, "save").click()
        the(page, "run").scroll_into_view_if_needed()
        the(page, "run").click()
        desk(page).get_by_text(WORDS[lang]["done"]).first.wait_for(timeout=LONG)
        assert "receipt.json" in the(page, "result").inner_text()
    assert steps(tmp_path) == before
    spec = read_spec(tmp_path / "demo.sudare.yaml").spec
    assert {step.because for step in spec.steps} == {"提案の審査で決めた"}
    assert (tmp_path / "out" / "processed.csv").exists()
    receipt = json.loads((tmp_path / "out" / "receipt.json").read_text(encoding="utf-8"))
    assert receipt["state"] == "done"


@needs_browser
@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_every_page_can_be_used_without_eyes_or_mouse(theme: str, tmp_path: Path) -> None:
    demo(tmp_path, lang="ja")
    with opened(tmp_path, "lab", 'sudare.desk("input.csv", "demo.sudare.yaml", lang="ja")', theme) as page:
        for place in range(6):
            turn_to(page, place)
            desk(page).locator("h3:visible").first.wait_for(timeout=LONG)
            page.wait_for_timeout(1_500)
            serious = [one for one in faults(page, ".sudare-desk") if one.startswith(("serious", "critical"))]
            assert serious == [], place
            assert clipped(page) == []


def clipped(page: Page) -> list[Any]:
    """Return the labels and buttons of the desk whose text is wider than they are."""
    found: list[Any] = page.evaluate(
        """() => [...document.querySelectorAll('.sudare-desk button, .sudare-desk label, .sudare-desk th, .sudare-desk td, .sudare-desk summary')]
          .filter((one) => one.offsetParent && one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).overflow !== 'visible')
          .map((one) => one.innerText)"""
    )
    return found


@needs_browser
def test_the_saved_notebook_holds_nothing_of_the_table(tmp_path: Path) -> None:
    demo(tmp_path, lang="ja")
    with opened(tmp_path, "lab", 'sudare.desk("input.csv", "demo.sudare.yaml", lang="ja")') as page:
        for place in range(6):
            turn_to(page, place)
            page.wait_for_timeout(500)
        page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save').then(() => null)")
        page.wait_for_timeout(2_000)
    saved = (tmp_path / "desk.ipynb").read_text(encoding="utf-8")
    rows = (tmp_path / "input.csv").read_bytes().decode("cp932").splitlines()[1:]
    names = {row.split(",")[0] for row in rows}
    assert len(names) > 100
    assert not [name for name in names if name and name in saved]
    assert "sudare QuietBox" in saved


STANDS = "() => document.activeElement.closest('.sudare-desk') ? document.activeElement.className : 'nowhere'"
STOPS = """() => [...document.querySelectorAll('.sudare-desk *')].filter((one) =>
  one.matches('button:enabled, input, select, summary, [tabindex="0"]') && one.offsetParent && !one.closest('.jp-mod-hidden')).length"""


@needs_browser
def test_every_control_is_reached_by_keys_and_a_change_leaves_one_where_one_was(tmp_path: Path) -> None:
    demo(tmp_path, lang="ja")
    with opened(tmp_path, "lab", 'sudare.desk("input.csv", "demo.sudare.yaml", lang="ja")') as page:
        the(page, "title").locator("input").focus()
        wanted, met = page.evaluate(STOPS), 1
        for _ in range(wanted + 10):
            page.keyboard.press("Tab")
            if page.evaluate(STANDS) == "nowhere":
                break
            met += 1
        assert wanted > 80
        assert met >= wanted

        turn_to(page, TECHNIQUES)
        the(page, "step-down").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("() => !document.querySelector('.sudare-desk .sudare-undo').disabled", timeout=LONG)
        assert "sudare-step-down" in page.evaluate(STANDS)
        the(page, "undo").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.querySelector('.sudare-desk .sudare-undo').disabled", timeout=LONG)
        assert "sudare-redo" in page.evaluate(STANDS)  # undo can do no more: beside it

        turn_to(page, FINDINGS)
        desk(page).locator(".sudare-standards summary").last.click()
        cards = desk(page).locator(".sudare-card:has(.sudare-dismiss):visible")
        cards.last.locator(".sudare-dismiss-because input").fill("書きかけ")
        card = cards.first
        card.locator(".sudare-dismiss-because input").focus()
        page.keyboard.type("数が多い")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        the(page, "undismiss").wait_for(timeout=LONG)
        assert page.evaluate(STANDS) != "nowhere"
        assert page.evaluate("() => !!document.activeElement.closest('.sudare-card')")
        assert cards.last.locator(".sudare-dismiss-because input").input_value() == "書きかけ"
