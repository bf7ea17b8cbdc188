"""The extension in a real JupyterLab: from a right click on a table to the receipt of a run, and what goes wrong."""

from __future__ import annotations

import re
import shutil
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from browser.chromium import needs_browser
from browser.extension import opened, with_extension
from browser.lab import address, lab
from sudare.production.demo import demo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_WITHIN = 90_000  # milliseconds
_SOURCE = """() => [...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.model?.context)
  .context.model.sharedModel"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cp932 sample with its spec and key."""
    folder = tmp_path_factory.mktemp("sample")
    demo(folder, lang="ja")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Path:
    """A root with a folder whose name has a space and Japanese in it."""
    root = with_extension(tmp_path_factory.mktemp("lab"))
    inside = root / "健診 データ"
    inside.mkdir()
    shutil.copy(made / "input.csv", inside / "名簿 1.csv")
    shutil.copy(made / "input.csv", root / "input.csv")
    shutil.copytree(made / "keys", root / "keys")
    spec = (made / "demo.sudare.yaml").read_text(encoding="utf-8")
    (root / "demo.sudare.yaml").write_text(spec, encoding="utf-8")
    strict = re.sub(r"(measure: k-anonymity.*?at_least: )\d+", r"\g<1>5000", spec, flags=re.DOTALL)
    assert strict != spec
    (root / "strict.sudare.yaml").write_text(strict, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with lab(folder) as served:
        yield served


def start_run(page: Page, out: str) -> Locator:
    """Start a run of the spec that is open; return its place in the panel."""
    page.get_by_role("button", name="Run in production").click()
    page.locator("[data-sudare=run-input]").fill("input.csv")
    page.locator("[data-sudare=run-out]").fill(out)
    page.locator("[data-sudare=run-keys]").fill("keys")
    page.get_by_role("button", name="Run", exact=True).click()
    run = page.locator("[data-sudare=run]", has_text=f"→ {out}")
    run.wait_for()
    return run


def comes_to(run: Locator, state: str) -> None:
    """Wait until a run is in a state."""
    run.and_(run.page.locator(f"[data-sudare-state={state}]")).wait_for(timeout=_WITHIN)


def written(page: Page, change: str) -> None:
    """Type into the text of the open spec, as its editor does: `change` is a function of the text."""
    page.evaluate(f"() => {{ const text = ({_SOURCE})(); text.setSource(({change})(text.getSource())); }}")


@needs_browser
def test_a_right_click_on_a_table_drafts_its_spec_and_opens_the_studio(page: Page, url: str, folder: Path) -> None:
    page.goto(url.replace("/lab?", "/lab?reset&"))
    page.locator(".jp-DirListing-item", has_text="健診 データ").dblclick(timeout=_WITHIN)
    page.locator(".jp-DirListing-item", has_text="名簿 1.csv").click(button="right")
    page.get_by_role("menuitem", name="Start processing design").click()
    page.locator("[data-sudare=step]").first.wait_for(timeout=_WITHIN)
    assert sorted(one.name for one in (folder / "健診 データ").iterdir() if not one.name.startswith(".")) == [
        "名簿 1.csv",
        "名簿 1.sudare.ipynb",
        "名簿 1.sudare.yaml",
    ]
    page.locator(".sudare-desk").first.wait_for(timeout=_WITHIN)  # the studio's cell is hidden, and was run
    assert page.locator("[data-sudare=standard][data-sudare-status=open]").count() == 5  # nobody decided yet


@needs_browser
def test_the_menu_offers_a_design_for_tables_and_runs_for_specs_only(page: Page, url: str) -> None:
    page.goto(url.replace("/lab?", "/lab?reset&"))
    offered: dict[str, list[str]] = {}
    for name in ("input.csv", "demo.sudare.yaml"):
        page.locator(".jp-DirListing-item", has_text=name).click(button="right", timeout=_WITHIN)
        items = page.locator(".lm-Menu-item[data-command^='sudare:']:visible")
        items.first.wait_for()
        offered[name] = [str(one.get_attribute("data-command")) for one in items.all()]
        page.keyboard.press("Escape")
    assert offered == {
        "input.csv": ["sudare:start-design"],
        "demo.sudare.yaml": ["sudare:check", "sudare:run", "sudare:diff"],
    }


@needs_browser
def test_a_step_is_edited_by_its_form_and_the_text_is_what_changes(page: Page, url: str, folder: Path) -> None:
    opened(page, url, "demo.sudare.yaml")
    before = (folder / "demo.sudare.yaml").read_text(encoding="utf-8")
    card = page.locator("[data-sudare=step][data-sudare-technique=bin]").first
    card.locator("[data-sudare=step-edit]").click()
    form = card.locator("[data-sudare=step-form]")
    form.get_by_label("because").fill("")
    form.locator("[data-sudare=apply]").click()
    form.get_by_role("alert").wait_for()  # a step without a reason: refused by the one writer, in place
    form.get_by_label("because").fill("区分を広くする")
    form.get_by_label("edges-0").fill("40")
    form.get_by_label("below").fill("とても若い")
    form.locator("[data-sudare=apply]").click()
    form.wait_for(state="hidden")
    card.get_by_text("40, 60, 70, 80").wait_for()
    text = str(page.evaluate(f"() => ({_SOURCE})().getSource()"))
    changed = [line for line in text.splitlines() if line not in before.splitlines()]
    assert "とても若い" in "".join(changed)
    assert len(changed) <= 3  # every other line and comment stays as it was
    assert (folder / "demo.sudare.yaml").read_text(encoding="utf-8") == before  # Lab saves, the server does not
    assert page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.dirty")


@needs_browser
def test_steps_are_moved_disabled_and_removed(page: Page, url: str) -> None:
    opened(page, url, "demo.sudare.yaml")
    steps = page.locator("[data-sudare=step]")
    names = [str(one.get_attribute("data-sudare-technique")) for one in steps.all()]
    steps.nth(2).locator("[data-sudare=step-down]").click()
    page.locator("[data-sudare-place='steps[2]'][data-sudare-technique=pseudonymize]").wait_for()
    steps.nth(0).locator("[data-sudare=step-disable]").click()
    page.locator(".sudare-card.sudare-mod-disabled[data-sudare-place='steps[0]']").wait_for()
    page.locator("[data-sudare=standard][data-sudare-status=open]").first.wait_for()  # its columns are undecided
    steps.nth(1).locator("[data-sudare=step-remove]").click()
    page.wait_for_function("(n) => document.querySelectorAll('[data-sudare=step]').length === n", arg=len(names) - 1)
    left = [str(one.get_attribute("data-sudare-technique")) for one in steps.all()]
    assert left == [names[0], names[3], names[2], *names[4:]]


@needs_browser
def test_a_fault_in_the_text_stands_on_its_card_and_goes_when_it_is_mended(page: Page, url: str) -> None:
    opened(page, url, "demo.sudare.yaml")
    written(page, "(text) => text.replace('technique: bin', 'technique: bin, edges_: 3')")
    page.locator("[data-sudare=broken], .sudare-card.sudare-mod-wrong").first.wait_for()
    written(page, "(text) => text.replace(', edges_: 3', '')")
    page.locator("[data-sudare=broken]").wait_for(state="hidden")
    written(page, "(text) => text.replace('[50, 60, 70, 80]', '[500, 60, 70, 80]')")
    wrong = page.locator(".sudare-card.sudare-mod-wrong")
    wrong.locator("[data-sudare=problems-wrong]").wait_for()
    assert wrong.get_attribute("data-sudare-technique") == "bin"
    written(page, "(text) => text.replace('[500, 60', '[50, 60')")
    wrong.wait_for(state="hidden")
    written(page, "(text) => 'title: [' + text")
    page.locator("[data-sudare=broken]").wait_for()
    assert page.locator("[data-sudare=step]").count() > 10  # the last that could be read, greyed


@needs_browser
def test_a_file_changed_elsewhere_is_followed_and_never_written_over(page: Page, url: str, folder: Path) -> None:
    spec = folder / "two.sudare.yaml"
    text = (folder / "demo.sudare.yaml").read_text(encoding="utf-8")
    spec.write_text(text, encoding="utf-8")
    opened(page, url, "two.sudare.yaml")
    spec.write_text(text.replace("（見本）", "（机から）", 1), encoding="utf-8")
    page.locator(".sudare-title", has_text="（机から）").wait_for(timeout=20_000)
    page.locator("[data-sudare=step-disable]").first.click()
    page.locator(".sudare-mod-disabled").wait_for()
    spec.write_text(text.replace("（見本）", "（ほかから）", 1), encoding="utf-8")
    page.locator("[data-sudare=step-disable]").nth(1).click()
    page.locator("[data-sudare=stale]").wait_for()
    assert page.locator(".sudare-mod-disabled").count() == 1  # the second edit was refused
    page.locator("[data-sudare=reload]").click()
    page.locator("[data-sudare=stale]").wait_for(state="hidden")
    page.locator(".sudare-title", has_text="（ほかから）").wait_for()
    assert page.locator(".sudare-mod-disabled").count() == 0


@needs_browser
def test_a_run_survives_a_reload_and_leaves_receipt_and_report(page: Page, url: str, folder: Path) -> None:
    opened(page, url, "demo.sudare.yaml")
    start_run(page, "out")
    page.reload()
    page.locator("[data-sudare=run]").first.wait_for(state="attached", timeout=_WITHIN)
    page.evaluate("() => window.jupyterapp.commands.execute('sudare:show-panel')")
    run = page.locator("[data-sudare=run]", has_text="→ out")
    comes_to(run, "done")
    assert (folder / "out" / "receipt.json").is_file()
    run.locator("[data-sudare=receipt]").click()
    page.get_by_role("tab", name="receipt.json").wait_for()
    run.locator("[data-sudare=report]").click()
    page.frame_locator(".jp-HTMLViewer iframe").get_by_text("Processing report").first.wait_for(timeout=_WITHIN)


@needs_browser
def test_a_refused_run_says_which_check_and_where_and_a_run_can_be_cancelled(
    page: Page, url: str, folder: Path
) -> None:
    opened(page, url, "strict.sudare.yaml")
    refused = start_run(page, "strict-out")
    comes_to(refused, "refused")
    refused.get_by_text("k-anonymity").wait_for()
    refused.locator("[data-sudare=show-place]").first.click()
    page.locator("[data-sudare=check].sudare-mod-shown").wait_for()
    assert not (folder / "strict-out" / "processed.csv").exists()
    stopped = start_run(page, "stopped-out")
    stopped.locator("[data-sudare=cancel]").click()
    comes_to(stopped, "cancelled")
    assert not (folder / "stopped-out" / "processed.csv").exists()


@needs_browser
def test_a_technique_of_the_guideline_becomes_a_step_of_the_open_spec(page: Page, url: str) -> None:
    opened(page, url, "demo.sudare.yaml")
    page.evaluate("() => window.jupyterapp.commands.execute('sudare:show-panel')")
    page.get_by_label("Search in the guideline").fill("round")
    page.locator("[data-sudare=branch][data-sudare-id=round] [data-sudare=insert]").click()
    page.locator(".sudare-add [data-sudare=step-form][data-sudare-technique=round]").wait_for()


@needs_browser
def test_a_chart_of_vega_lite_6_is_drawn_without_a_network(page: Page, url: str, folder: Path) -> None:
    import nbformat

    rows = [{"a": "x", "b": 2}, {"a": "y", "b": 5}]
    encoding = {"x": {"field": "a", "type": "nominal"}, "y": {"field": "b", "type": "quantitative"}}
    chart: dict[str, Any] = {"data": {"values": rows}, "mark": "bar", "encoding": encoding}
    output = nbformat.v4.new_output("display_data", data={"application/vnd.vegalite.v6+json": chart})
    cell = nbformat.v4.new_code_cell("", outputs=[output])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "chart.ipynb")
    page.goto(address(url, "chart.ipynb"))
    page.locator(".sudare-chart svg, .sudare-chart canvas").first.wait_for(timeout=_WITHIN)


@needs_browser
def test_everything_is_said_in_japanese_where_lab_is_and_drawn_in_the_dark(
    browser: Browser, tmp_path: Path, made: Path
) -> None:
    root = with_extension(tmp_path, locale="ja_JP")
    shutil.copy(made / "demo.sudare.yaml", root)
    with lab(root, theme="JupyterLab Dark") as url:
        page = browser.new_page()
        opened(page, url, "demo.sudare.yaml")
        for words in ("本番実行", "五つの基準", "手順", "結果の点検"):
            page.get_by_text(words, exact=True).first.wait_for()
        page.get_by_role("heading", name="1. 項目削除").wait_for()
        background, colour = page.evaluate(
            "() => { const s = getComputedStyle(document.querySelector('.sudare-spec')); return [s.backgroundColor, s.color]; }"
        )
        assert sum(map(int, re.findall(r"\d+", background)[:3])) < 200
        assert sum(map(int, re.findall(r"\d+", colour)[:3])) > 500
        page.evaluate("() => void window.jupyterapp.commands.execute('settingeditor:open')")
        page.locator(".jp-PluginList-entry", has_text="加工設計").click(timeout=_WITHIN)
        page.get_by_text("同時に動く実行").wait_for()  # Lab's server translates settings from language packs only
        page.close()


@needs_browser
def test_nobody_is_answered_without_a_token(url: str) -> None:
    place = url.split("/lab?", maxsplit=1)[0]
    for route in ("catalogue", "runs"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{place}/sudare/{route}", timeout=20)  # noqa: S310 - our own server
        assert refused.value.code == 403
