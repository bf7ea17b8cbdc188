"""Runs, dialogs and settings in a real JupyterLab: what is wrong is said in the dialog, and a run can be stopped."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from browser.chromium import needs_browser
from browser.extension import opened, with_extension
from browser.lab import lab
from browser.own_server import OWN
from sudare.production.demo import demo
from sudare.server.runs import Run, Runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_WITHIN = 90_000  # milliseconds
_EARLIER = 25  # runs in the history
_WORDS = "title: 特定健康診査ファイル（見本）の加工設計"
_SETTINGS = "async () => (await fetch(window.location.origin + '/sudare/settings')).json()"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a spec that has a parameter, its table, a long table, a link, and the keys."""
    made = tmp_path_factory.mktemp("sample")
    demo(made, lang="ja")
    root = with_extension(tmp_path_factory.mktemp("lab"))
    table = (made / "input.csv").read_bytes()
    (root / "input.csv").write_bytes(table)
    head, rows = table.split(b"\r\n", 1) if b"\r\n" in table else table.split(b"\n", 1)
    (root / "long.csv").write_bytes(head + b"\r\n" + rows * 60)  # 72,000 records: some seconds of work
    shutil.copytree(made / "keys", root / "keys")
    text = (made / "demo.sudare.yaml").read_text(encoding="utf-8")
    assert _WORDS in text
    yearly = text.replace(_WORDS, _WORDS.replace("特定", "${年}年度 特定") + "\nparameters: {年: '2026'}")
    (root / "yearly.sudare.yaml").write_text(yearly, encoding="utf-8")
    (root / "plain.sudare.yaml").write_text(text, encoding="utf-8")
    looser = re.sub(r"(measure: k-anonymity.*?at_least: )\d+", r"\g<1>2", text, flags=re.DOTALL)
    (root / "looser.sudare.yaml").write_text(looser.replace("（見本）の", "（別の見本）の", 1), encoding="utf-8")
    strict = re.sub(r"(measure: k-anonymity.*?at_least: )\d+", r"\g<1>5000", text, flags=re.DOTALL)
    (root / "strict.sudare.yaml").write_text(strict, encoding="utf-8")
    below = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:12]
    history = Runs(root, root / OWN / "data" / "sudare" / below / "runs.jsonl", lambda _run: None)
    for n in range(_EARLIER):
        history._put(Run(f"{n:012x}", "earlier.sudare.yaml", "input.csv", f"earlier-{n}", state="done"))
    outside = tmp_path_factory.mktemp("outside")
    (outside / "input.csv").write_bytes(table)
    if os.name != "nt":
        (root / "link.csv").symlink_to(outside / "input.csv")
    return root


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with lab(folder) as served:
        yield served


def asked(page: Page, **fields: str) -> Locator:
    """Open the dialog of a run, and fill fields of it; return the dialog."""
    page.get_by_role("button", name="Run in production").click()
    dialog = page.locator(".jp-Dialog")
    dialog.locator("[data-sudare=run-form]").wait_for()
    for name, value in {"keys": "keys", **fields}.items():
        dialog.locator(f"[data-sudare=run-{name}]").fill(value)
    return dialog


def run(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Run", exact=True).click()


def command(page: Page, name: str, /, **args: Any) -> None:
    """Execute a command, and do not wait for it: it may ask something."""
    page.evaluate("([name, args]) => void window.jupyterapp.commands.execute(name, args)", [name, args])


def below(folder: Path) -> dict[int, str]:
    """Return the processes that work for the folder's server, each with its command line: workers, children, kernels."""
    found = {}
    for one in psutil.process_iter(["pid", "cmdline", "cwd"]):
        line = " ".join(one.info["cmdline"] or ())
        if "sudare.server.worker" in line or "sudare.production.child" in line or ".sudare-run-" in line:
            found[one.info["pid"]] = line
    return {pid: line for pid, line in found.items() if str(folder) in line or _is_of(pid, folder)}


def _is_of(pid: int, folder: Path) -> bool:
    try:
        return any(str(folder) in " ".join(one.cmdline()) for one in psutil.Process(pid).parents())
    except psutil.Error:
        return False


@needs_browser
def test_a_parameter_of_the_spec_is_set_in_the_dialog_and_stands_in_the_receipt(
    page: Page, url: str, folder: Path
) -> None:
    opened(page, url, "yearly.sudare.yaml")
    dialog = asked(page, input="input.csv", out="yearly-out")
    field = dialog.get_by_label("年", exact=True)
    assert field.input_value() == "2026"
    field.fill("2027")
    dialog.get_by_text("In the spec: 2026").wait_for()
    run(dialog)
    dialog.wait_for(state="hidden")
    status = page.locator("[data-sudare=status]")
    status.get_by_text("1 running").wait_for()
    page.locator("[data-sudare=run][data-sudare-state=done]", has_text="→ yearly-out").wait_for(timeout=_WITHIN)
    receipt = json.loads((folder / "yearly-out" / "receipt.json").read_text(encoding="utf-8"))
    assert receipt["parameters"] == {"年": "2027"}
    status.get_by_text("running").wait_for(state="hidden")
    held = asked(page, out="yearly-out").locator("[data-sudare=run-out-held]")
    held.wait_for()  # what a second run would do with the results is told before it is started


@needs_browser
def test_what_is_wrong_is_said_in_the_dialog_which_stays_open(page: Page, url: str) -> None:
    opened(page, url, "plain.sudare.yaml")
    dialog = asked(page, input="../x", out="refused-out")
    wrong = dialog.locator("[data-sudare=dialog-problems] [data-sudare-code]")
    places = [("../x", "outside-root"), ("nothing.csv", "no-such-file"), ("keys", "no-such-file")]
    for path, code in [*places, *([("link.csv", "outside-root")] if os.name != "nt" else [])]:
        dialog.locator("[data-sudare=run-input]").fill(path)
        with page.expect_response(re.compile("/sudare/runs")):
            run(dialog)
        wrong.and_(page.locator(f"[data-sudare-code={code}]")).wait_for()
        assert dialog.locator("[data-sudare=run-input]").input_value() == path
    dialog.locator("[data-sudare=run-input]").fill("input.csv")
    dialog.locator("[data-sudare=run-out]").fill("input.csv")
    run(dialog)
    wrong.and_(page.locator("[data-sudare-code=no-folder]")).wait_for()
    assert page.locator(".jp-Dialog").count() == 1
    dialog.get_by_role("button", name="Cancel").click()
    dialog.wait_for(state="hidden")
    assert page.locator("[data-sudare=run]", has_text="→ refused-out").count() == 0


@needs_browser
def test_the_table_is_chosen_from_the_folder_or_with_the_file_dialog(page: Page, url: str) -> None:
    opened(page, url, "plain.sudare.yaml")
    dialog = asked(page, out="chosen-out")
    dialog.locator("[data-sudare=run-input-list]").select_option("long.csv")
    assert dialog.locator("[data-sudare=run-input]").input_value() == "long.csv"
    dialog.locator("[data-sudare=run-input-browse]").click()
    files = page.locator(".jp-Open-Dialog")
    files.locator(".jp-DirListing-item", has_text="input.csv").wait_for()
    assert files.locator(".jp-DirListing-item", has_text="plain.sudare.yaml").count() == 0  # tables only
    files.locator(".jp-DirListing-item", has_text="input.csv").click()
    page.get_by_role("button", name="Select", exact=True).click()
    again = page.locator(".jp-Dialog", has=page.locator("[data-sudare=run-form]"))
    again.wait_for()
    assert again.locator("[data-sudare=run-input]").input_value() == "input.csv"
    assert again.locator("[data-sudare=run-out]").input_value() == "chosen-out"  # what was typed is still there


@needs_browser
def test_what_is_not_saved_is_offered_to_be_saved_first(page: Page, url: str, folder: Path) -> None:
    shutil.copy(folder / "plain.sudare.yaml", folder / "typed.sudare.yaml")
    opened(page, url, "typed.sudare.yaml")
    page.locator("[data-sudare=step-disable]").first.click()
    page.locator(".sudare-card.sudare-mod-disabled").wait_for()
    page.get_by_role("button", name="What changed").click()
    part = page.locator("[data-sudare=diff-part][data-sudare-part=steps]")
    part.get_by_text("disabled").wait_for()
    page.locator(".jp-Dialog").get_by_role("button", name="Close").click()
    dialog = asked(page, out="typed-out")
    dialog.locator("[data-sudare=unsaved] button").click()
    again = page.locator(".jp-Dialog", has=page.locator("[data-sudare=run-form]"))
    again.locator("[data-sudare=unsaved]").wait_for(state="hidden")
    again.wait_for()
    assert again.locator("[data-sudare=run-out]").input_value() == "typed-out"
    assert "disabled: true" in (folder / "typed.sudare.yaml").read_text(encoding="utf-8")
    again.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="What changed").click()
    page.locator("[data-sudare=diff-same]").wait_for()


@needs_browser
def test_a_run_is_cancelled_while_it_works_and_leaves_neither_a_file_nor_a_process(
    page: Page, url: str, folder: Path
) -> None:
    opened(page, url, "plain.sudare.yaml")
    run(asked(page, input="long.csv", out="long-out"))
    entry = page.locator("[data-sudare=run]", has_text="→ long-out")
    entry.and_(page.locator("[data-sudare-state=running]")).wait_for()
    entry.locator("[data-sudare=stage]", has_text=re.compile(r"\S")).wait_for(timeout=_WITHIN)
    page.wait_for_function(  # an event of the running kernel reached the page
        "() => Number(document.querySelector('[data-sudare=run] progress')?.value) > 0", timeout=_WITHIN
    )
    busy = asked(page, input="input.csv", out="long-out")
    run(busy)
    busy.locator("[data-sudare-code=busy-folder]").wait_for()
    busy.get_by_role("button", name="Cancel").click()
    busy.wait_for(state="hidden")
    working = below(folder)
    assert len(working) >= 2, working  # the worker and, below it, what does the work
    assert entry.get_attribute("data-sudare-state") == "running"
    entry.locator("[data-sudare=cancel]").click()
    entry.and_(page.locator("[data-sudare-state=cancelled]")).wait_for(timeout=_WITHIN)
    psutil.wait_procs([psutil.Process(pid) for pid in working if psutil.pid_exists(pid)], timeout=20)
    assert [line for pid, line in working.items() if psutil.pid_exists(pid)] == []
    assert below(folder) == {}
    assert [path.name for path in (folder / "long-out").iterdir() if path.name != ".sudare.lock"] == []
    page.locator("[data-sudare=status]").get_by_text("running").wait_for(state="hidden")


@needs_browser
def test_a_refused_run_stays_at_the_foot_until_somebody_looks_at_it(page: Page, url: str) -> None:
    opened(page, url, "strict.sudare.yaml")
    run(asked(page, input="input.csv", out="strict-out"))
    entry = page.locator("[data-sudare=run]", has_text="→ strict-out")
    entry.and_(page.locator("[data-sudare-state=refused]")).wait_for(timeout=_WITHIN)
    entry.locator("[data-sudare=receipt]").wait_for()
    told = page.locator("[data-sudare=status]").get_by_text("strict.sudare.yaml: refused")
    told.click()
    told.wait_for(state="hidden")


@needs_browser
def test_a_long_history_is_shown_a_few_runs_at_a_time(page: Page, url: str) -> None:
    opened(page, url, "plain.sudare.yaml")
    command(page, "sudare:show-panel")
    earlier = page.locator("[data-sudare=run]")
    earlier.first.wait_for()
    more = page.locator("[data-sudare=more-runs]")
    assert earlier.count() == 10
    while more.is_visible():
        more.click()
    assert page.locator("[data-sudare=run]", has_text="earlier-").count() == _EARLIER


@needs_browser
def test_two_specs_are_chosen_and_their_differences_stand_by_parts(page: Page, url: str) -> None:
    opened(page, url, "plain.sudare.yaml")
    command(page, "sudare:diff", anywhere=True)
    form = page.locator("[data-sudare=pair-form]")
    assert form.locator("[data-sudare=pair-a]").input_value() == "plain.sudare.yaml"
    form.locator("[data-sudare=pair-b]").fill("nothing.sudare.yaml")
    page.get_by_role("button", name="Compare", exact=True).click()
    page.locator("[data-sudare=dialog-problems] [data-sudare-code=no-such-file]").wait_for()
    form.locator("[data-sudare=pair-b-list]").select_option("looser.sudare.yaml")
    page.get_by_role("button", name="Compare", exact=True).click()
    told = page.locator("[data-sudare=diff]")
    told.wait_for()
    parts = [str(one.get_attribute("data-sudare-part")) for one in told.locator("[data-sudare=diff-part]").all()]
    assert parts == ["whole", "checks"]
    told.locator("[data-sudare-part=checks]").get_by_text("loosened").wait_for()


@needs_browser
def test_the_shortcut_of_a_focused_spec_opens_the_check(page: Page, url: str) -> None:
    opened(page, url, "plain.sudare.yaml")
    page.locator(".sudare-spec").focus()
    page.keyboard.press("Control+Alt+k")
    page.locator("[data-sudare=check]", has_text="can be run").wait_for(timeout=_WITHIN)


@needs_browser
def test_a_page_that_is_loaded_again_shows_the_spec_and_the_panel_as_before(page: Page, url: str) -> None:
    opened(page, url, "plain.sudare.yaml")
    command(page, "sudare:show-panel")
    page.locator("[data-sudare=panel]").wait_for()
    with page.expect_response(lambda one: "/lab/api/workspaces" in one.url and one.request.method == "PUT"):
        pass  # Lab saves its layout a moment later
    page.wait_for_load_state("networkidle")
    place, token = url.split("?")
    page.goto(f"{place}?{token}")
    page.locator("[data-sudare=step]").first.wait_for(timeout=_WITHIN)
    page.locator("[data-sudare=panel]").wait_for()


@needs_browser
def test_the_guideline_opens_its_notebooks_and_gives_its_steps(page: Page, url: str, folder: Path) -> None:
    opened(page, url, "plain.sudare.yaml")
    command(page, "sudare:show-panel")
    page.get_by_label("Search in the guideline").fill("3-2-1-1")
    leaf = page.locator("[data-sudare=branch][data-sudare-id='3-2-1-1']")
    leaf.locator("[data-sudare=insert]").first.click()
    page.locator(".sudare-add [data-sudare=step-form]").wait_for()
    leaf.locator("[data-sudare=open-notebook]").click()
    page.get_by_role("tab", name="3-2-1-1.ipynb").wait_for(timeout=_WITHIN)
    assert (folder / "sudare-notebooks" / "examples" / "3-2-1-1.ipynb").is_file()
    page.get_by_label("Search in the guideline").fill("in one hour")
    page.locator("[data-sudare=branch][data-sudare-id='00-overview.ipynb'] [data-sudare=open-notebook]").click()
    page.get_by_role("tab", name="00-overview.ipynb").wait_for(timeout=_WITHIN)


@needs_browser
def test_a_design_begins_from_the_menu_with_no_file_chosen(page: Page, url: str, folder: Path) -> None:
    page.goto(url.replace("/lab?", "/lab?reset&"))
    page.locator(".jp-LauncherCard[title*='spec'], .jp-LauncherCard", has_text="Start processing design").first.click(
        timeout=_WITHIN
    )
    form = page.locator("[data-sudare=table-form]")
    form.locator("[data-sudare=table]").fill("nothing.csv")
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator("[data-sudare=dialog-problems] [data-sudare-code=no-such-file]").wait_for()
    form.locator("[data-sudare=table-list]").select_option("input.csv")
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator("[data-sudare=step]").first.wait_for(timeout=_WITHIN)
    assert (folder / "input.sudare.yaml").is_file()


@needs_browser
def test_a_setting_of_the_page_reaches_the_server_and_comes_back_at_the_next_load(page: Page, url: str) -> None:
    opened(page, url, "plain.sudare.yaml")
    command(page, "settingeditor:open")
    page.locator(".jp-PluginList-entry", has_text="Processing design").click(timeout=_WITHIN)
    field = page.locator("input[label='Runs at a time']")
    field.wait_for(timeout=_WITHIN)
    with page.expect_response(lambda one: one.url.split("?")[0].endswith("/sudare/settings")) as told:
        field.fill("5")
    assert told.value.json()["concurrent_runs"] == 5
    assert page.evaluate(_SETTINGS)["concurrent_runs"] == 5
    with page.expect_response(lambda one: one.url.split("?")[0].endswith("/sudare/settings")) as again:
        page.reload()
    assert again.value.json()["concurrent_runs"] == 5
