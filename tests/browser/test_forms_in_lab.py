"""The forms as a person meets them in JupyterLab and in voila: named controls, keys, faults in place, nothing saved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from browser.axe import faults
from browser.chromium import chromium, needs_browser
from browser.lab import lab, run_all
from browser.voila_server import address, voila

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FORMS = """
from sudare.measures import measures
from sudare.tables.schema import Column, Schema
from sudare.techniques import techniques
from sudare.widgets.forms import Form
from sudare.widgets.private import QuietBox

forms = {}
for name, kind in techniques().items():
    example = kind.example
    columns = [Column(name=n, type=t, unit=example.units.get(n)) for n, t in example.types.items()]
    forms[name] = Form(kind, Schema(columns=tuple(columns)), "ja", example.step)
for name, kind in measures().items():
    forms[name] = Form(kind, Schema(columns=tuple(columns)), "ja")
for name, form in forms.items():
    form.widget.add_class(f"of-{name}")
"""
ALL = FORMS + "QuietBox([form.widget for form in forms.values()])"
WORK = """
import time
from sudare.language import Text
from sudare.widgets.busy import Busy

busy, handed = Busy("ja"), []
def work(tell, cancelled):
    while not cancelled():
        tell(Text("数えています", "counting"), 0.4)
        time.sleep(0.01)
    return "stopped"
busy.run(work, handed.append)
QuietBox([busy.widget])
"""
ENTER = """async ([code]) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const asked = kernel.requestExecute({ code, store_history: false });
  let said = "";
  asked.onIOPub = (message) => {
    if (message.header.msg_type === "stream") said += message.content.text;
    if (message.header.msg_type === "error") said += message.content.evalue;
  };
  await asked.done;
  return said;
}"""


def python(page: Page, code: str) -> str:
    """Run code in the notebook's kernel, beside its cells; return what it printed."""
    return str(page.evaluate(ENTER, [code])).strip()


def python_comes_to(page: Page, value: str, expected: object) -> None:
    """Wait until an expression in the kernel has a value: Lab has entries taken beside the cells, not in turn."""
    said = ""
    for _ in range(50):
        said = python(page, f"import json; print(json.dumps({value}, ensure_ascii=False))")
        if said == json.dumps(expected, ensure_ascii=False):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"it came to {said}")


@pytest.fixture(scope="module", params=["Light", "Dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, theme: str) -> Path:
    made = tmp_path_factory.mktemp(f"forms-{theme}")
    cells = {"all.ipynb": [ALL, WORK], "one.ipynb": [FORMS + 'forms["truncate-code"].widget']}
    for name, sources in cells.items():
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in sources],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, made / name)
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(browser: Browser, folder: Path, theme: str) -> Iterator[Page]:
    """All forms, in a window as large as a screen shows at 125 %."""
    with lab(folder, theme=f"JupyterLab {theme}") as url:
        opened = browser.new_page(viewport={"width": 1024, "height": 720}, device_scale_factor=1.25)
        run_all(opened, url, "all.ipynb")
        opened.wait_for_selector(".of-truncate-code .sudare-field", timeout=60_000)
        yield opened
        opened.close()


@needs_browser
def test_every_control_has_a_name_of_its_own_within_its_form(page: Page) -> None:
    names = _names(page, ".sudare-form")
    assert len(names) > 300
    assert [control for control, name in names if not name.strip()] == []


def _names(page: Page, within: str) -> list[tuple[str, str]]:
    """Return what a screen reader is told of each control: how it is written, and its name."""
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    selector = ", ".join(f"{within} {tag}" for tag in ("input", "select", "textarea", "button", "fieldset"))
    found = []
    for node in session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]:
        told = session.send("Accessibility.getPartialAXTree", {"nodeId": node, "fetchRelatives": False})["nodes"]
        if not told[0].get("ignored"):
            html = session.send("DOM.getOuterHTML", {"nodeId": node})["outerHTML"]
            found.append((html[:120], told[0].get("name", {}).get("value", "")))
    return found


@needs_browser
def test_a_checker_of_accessibility_finds_no_fault(page: Page) -> None:
    assert faults(page, ".sudare-form") == []


@needs_browser
def test_no_form_is_wider_than_its_place_and_no_text_is_cut(page: Page) -> None:
    cut = page.evaluate("""() => [...document.querySelectorAll('.sudare-form, .sudare-form :is(label, legend, div)')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 &&
                getComputedStyle(one).display !== 'inline')
        .map((one) => one.className + ': ' + one.textContent.slice(0, 40))""")
    assert cut == []


@needs_browser
def test_the_tab_key_goes_through_a_form_in_the_order_in_which_it_is_read(page: Page) -> None:
    form = page.locator(".of-bin")
    form.locator("input, select, textarea").first.focus()
    paths = []
    for _ in range(14):
        path = page.evaluate("() => document.activeElement.closest('[data-path]')?.dataset.path")
        if not paths or paths[-1] != path:
            paths.append(path)
        page.keyboard.press("Tab")
    assert paths[:8] == ["columns", "edges", "labels", "below", "above", "standards", "because", "by"]


@needs_browser
def test_what_is_typed_reaches_python_and_a_fault_stands_at_its_field(page: Page) -> None:
    form = page.locator(".of-truncate-code")
    keep = form.get_by_label("残す文字数")
    keep.fill("99")
    fault = form.locator("[data-path=keep] [role=alert]")
    fault.get_by_text("64 以下にしてください。").wait_for()
    assert keep.get_attribute("aria-invalid") == "true"
    described = str(keep.get_attribute("aria-describedby")).split()
    assert fault.get_attribute("id") in described
    keep.fill("０02")
    fault.get_by_text("64 以下").wait_for(state="hidden")
    keep.blur()
    python_comes_to(page, "forms['truncate-code'].value()['keep']", 2)


@needs_browser
def test_rows_of_a_spreadsheet_are_pasted_into_a_table_of_values(page: Page) -> None:
    form = page.locator(".of-map-values")
    first = form.get_by_label("値 1 行目", exact=True)
    first.evaluate("""(cell) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', 'ア\\tい\\r\\nウ\\tえ\\r\\n');
      cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }""")
    form.get_by_label("対応するもの 2 行目", exact=True).wait_for()
    python_comes_to(page, "forms['map-values'].value()['table']", {"ア": "い", "ウ": "え"})


@needs_browser
def test_a_condition_is_put_together_by_keys_and_choices(page: Page) -> None:
    form = page.locator(".of-suppress-cells")
    form.get_by_label("条件 2 の比べ方").select_option("between")
    form.get_by_label("条件 2 の値").fill("047\n50")
    form.get_by_label("条件 2 の値").blur()
    python_comes_to(
        page, "forms['suppress-cells'].value()['where']['any'][1]", {"column": "年齢", "between": ["047", "50"]}
    )
    form.get_by_label("条件の書き方").select_option("yaml")
    written = form.get_by_label("条件（YAML）")
    page.wait_for_function("(area) => area.value.includes('047')", arg=written.element_handle())


@needs_browser
def test_all_faults_are_listed_above_and_lead_to_their_fields(page: Page) -> None:
    said = python(
        page, "try:\n    forms['k-anonymity'].value()\nexcept Exception as error:\n    print(type(error).__name__)"
    )
    assert said == "Refused"
    form = page.locator(".of-k-anonymity")
    form.get_by_role("button", name="下限: 「下限」を入力してください。").click()
    assert page.evaluate("() => document.activeElement.closest('[data-path]').dataset.path") == "at_least"


@needs_browser
def test_long_work_leaves_the_kernel_free_and_is_stopped_by_its_button(page: Page) -> None:
    bar = page.get_by_role("progressbar", name="数えています")
    bar.wait_for()
    assert python(page, "print(busy.working)") == "True"
    page.locator(".sudare-stop").click()
    bar.wait_for(state="hidden")
    python_comes_to(page, "[busy.working, handed]", [False, []])


@needs_browser
@pytest.mark.parametrize("states", [False, True], ids=["as Lab is set up", "with the state of widgets saved"])
def test_nothing_that_was_entered_is_in_the_saved_notebook(page: Page, folder: Path, *, states: bool) -> None:
    form = page.locator(".of-map-values")
    form.get_by_label("値 1 行目", exact=True).fill("秘密の値")
    page.locator(".of-keep").get_by_label("理由").fill("秘密の理由")
    page.locator(".of-keep").get_by_label("理由").blur()
    python_comes_to(page, "list(forms['map-values'].value()['table'])[:1]", ["秘密の値"])
    python_comes_to(page, "forms['keep'].value()['because']", "秘密の理由")
    assert _is_saving_states(page, states=states) is states
    before = (folder / "all.ipynb").stat().st_mtime_ns
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    saved = (folder / "all.ipynb").read_text(encoding="utf-8")
    assert (folder / "all.ipynb").stat().st_mtime_ns > before
    notebook = json.loads(saved)
    assert ("widgets" in notebook["metadata"]) is states
    told = json.dumps([notebook["metadata"], [cell["outputs"] for cell in notebook["cells"]]], ensure_ascii=False)
    assert "application/vnd.jupyter.widget-view+json" in told
    for word in ("秘密", "教員免許", "年代で足りる", "年齢"):  # what was typed, values of examples, headers
        assert word not in told


def _is_saving_states(page: Page, *, states: bool) -> bool:
    """Switch the saving of widget states on or off, as the Settings menu does; return what is set then."""
    command = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"
    toggled = "([command]) => window.jupyterapp.commands.isToggled(command)"
    if page.evaluate(toggled, [command]) is not states:
        page.evaluate("([command]) => window.jupyterapp.commands.execute(command)", [command])
        page.wait_for_timeout(500)  # the setting is written and comes back
    return bool(page.evaluate(toggled, [command]))


@needs_browser
def test_a_form_works_in_voila(browser: Browser, folder: Path, theme: str) -> None:
    with voila(folder, theme=theme.lower()) as url:
        opened: Any = browser.new_page()
        opened.goto(address(url, "one.ipynb"))
        keep = opened.get_by_label("残す文字数")
        keep.wait_for(timeout=90_000)
        keep.fill("99")
        opened.get_by_text("64 以下にしてください。").wait_for()
        opened.close()
