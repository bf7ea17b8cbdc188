"""A cut dragged over a million rows in a real JupyterLab and a real voila: the numbers follow."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from browser import lab, voila_server
from browser.axe import faults
from browser.chromium import chromium, needs_browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
ROWS = 1_000_000
MOVES = 150
FRAME = 16  # milliseconds between two moves of the pointer
CELL = f"""
import numpy as np, pyarrow as pa
from sudare.design.live import Live
from sudare.law import thresholds
from sudare.tables.schema import Column, Schema
from sudare.widgets.cut_chart import CutChart
draw, rows = np.random.default_rng(1), {ROWS}
table = pa.table({{
    "年齢": np.clip(draw.normal(45, 20, rows), 0, 118).astype(int),
    "性別": pa.DictionaryArray.from_arrays(draw.integers(0, 2, rows), ["男", "女"]),
    "市区町村": pa.DictionaryArray.from_arrays(draw.integers(0, 1_700, rows), [f"{{n:05}}" for n in range(1_700)]),
    "学年": draw.integers(1, 7, rows),
}})
columns = [Column(name="年齢", type="integer", unit="歳"), Column(name="性別"), Column(name="市区町村"),
           Column(name="学年", type="integer")]
live = Live(table, Schema(columns=tuple(columns)))
chart = CutChart(live, "年齢", ["年齢", "性別", "市区町村"], strata=["学年"], at=60, threshold=thresholds()[0], lang="ja")
chart.widget
"""
# When the pointer moved the cut where to, and when numbers were redrawn of which cut.
WATCH = """() => {
  const told = document.querySelector('[data-test=cut-told]');
  const handle = document.querySelector('[data-test=cut-handle]');
  const seen = (window.seen = { moves: [], redraws: [] });
  document.querySelector('.sudare-cut-plot').addEventListener('pointermove', () => {
    const cut = Number(handle.getAttribute('aria-valuenow'));
    if (seen.moves.at(-1)?.cut !== cut) seen.moves.push({ at: performance.now(), cut });
  });
  new MutationObserver(() => seen.redraws.push({ at: performance.now(), cut: Number(told.dataset.answers) }))
    .observe(told, { attributes: true, attributeFilter: ['data-answers'] });
}"""
SETTLED = """() => {
  const told = document.querySelector('[data-test=cut-told]');
  const cut = document.querySelector('[data-test=cut-handle]').getAttribute('aria-valuenow');
  return told.getAttribute('aria-busy') === 'false' && told.dataset.answers === cut;
}"""


@contextlib.contextmanager
def page_of(place: str, folder: Path) -> Iterator[tuple[Page, list[str]]]:
    """Open a notebook with a cut chart, run; yield the page, and what was asked of anywhere else."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL.strip())])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "cut.ipynb")
    serve = lab.lab if place == "lab" else voila_server.voila
    with serve(folder) as url, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        outside: list[str] = []
        page.on("request", lambda asked: None if _is_ours(asked.url) else outside.append(asked.url))
        if place == "lab":
            lab.run_all(page, url, "cut.ipynb")
        else:
            page.goto(voila_server.address(url, "cut.ipynb"))
        page.locator("[data-test=cut-told] p").first.wait_for(timeout=90_000)
        yield page, outside


@needs_browser
@pytest.mark.parametrize("place", ["lab", "voila"])
def test_the_numbers_follow_a_cut_that_is_dragged_typed_or_stepped(
    place: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with page_of(place, tmp_path) as (page, outside):
        handle, told = page.locator("[data-test=cut-handle]"), page.locator("[data-test=cut-told] p").first
        assert handle.get_attribute("role") == "slider"
        assert told.inner_text().startswith("60歳以上: ")

        took = dragged(page)
        figures = {"p50": took[len(took) // 2], "p95": took[int(len(took) * 0.95)], "slowest": took[-1]}
        record_property(f"milliseconds from input to numbers in {place}", figures)
        print(f"\n{place}: {len(took)} moves, milliseconds from input to numbers: {figures}")  # noqa: T201 - a measurement
        assert told.inner_text().startswith(f"{handle.get_attribute('aria-valuenow')}歳以上: ")

        handle.focus()
        before = number(handle)
        for key, there in (("ArrowRight", before + 1), ("ArrowDown", before), ("PageDown", before - 10)):
            page.keyboard.press(key)
            answered(page, told, there)
        page.keyboard.press("End")
        last = number(handle)
        assert last == int(handle.get_attribute("aria-valuemax") or "")
        answered(page, told, last)

        page.get_by_label("切る位置", exact=True).and_(page.locator("input")).fill("90")
        page.keyboard.press("Tab")
        answered(page, told, 90)
        assert faults(page, ".sudare-cut") == []
        if place == "lab":  # voila's own page asks for a font elsewhere
            assert outside == []


def dragged(page: Page) -> list[float]:
    """Drag the cut to and fro; return the milliseconds from each move to numbers of that cut or of a later one."""
    page.evaluate(WATCH)
    box = page.locator(".sudare-cut-plot").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    for n in range(MOVES):
        page.mouse.move(box["x"] + box["width"] * (0.3 + 0.6 * abs(n % 100 / 50 - 1)), middle)
        page.wait_for_timeout(FRAME)
    page.mouse.up()
    page.wait_for_function(SETTLED)
    seen: dict[str, Any] = page.evaluate("window.seen")
    moves, redraws = seen["moves"], seen["redraws"]
    assert len(moves) > MOVES / 2
    assert len(redraws) > 10
    took = []
    for n, move in enumerate(moves):
        newer = {later["cut"] for later in moves[n:]}
        took.append(min(r["at"] - move["at"] for r in redraws if r["at"] >= move["at"] and r["cut"] in newer))
    return sorted(took)


def number(handle: Locator) -> int:
    return int(handle.get_attribute("aria-valuenow") or "")


def answered(page: Page, told: Locator, cut: int) -> None:
    """Wait until the numbers are those of a cut."""
    page.wait_for_function(SETTLED)
    assert told.inner_text().startswith(f"{cut}歳以上: ")


def _is_ours(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:"))
