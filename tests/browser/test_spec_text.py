"""The text of a spec in Lab's own editor: completed by keyboard, and marked where something is wrong."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

import pytest

from browser.chromium import needs_browser
from browser.extension import with_extension
from browser.lab import address, lab
from sudare.production.demo import demo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_WITHIN = 90_000  # milliseconds
_HALF = """\
sudare: 1
title: 書きかけ
input:
  columns:
    - {name: 管理番号, type: text}
    - {name: "健診: 日", type: date}
steps:
"""
_LINE = """() => {
  const { editor } = window.jupyterapp.shell.currentWidget.content;
  return editor.getLine(editor.getCursorPosition().line);
}"""
_TEXT = "window.jupyterapp.shell.currentWidget.content.model.sharedModel"
_MARKED = """([words, line]) => [...document.querySelectorAll('.sudare-text .cm-lintRange-error')]
  .some((one) => one.textContent.includes(words) && one.closest('.cm-line').textContent === line)"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sample = tmp_path_factory.mktemp("sample")
    demo(sample, lang="ja")
    root = with_extension(tmp_path_factory.mktemp("lab"))
    shutil.copy(sample / "demo.sudare.yaml", root)
    (root / "half.sudare.yaml").write_text(_HALF, encoding="utf-8")
    (root / "notes.yaml").write_text("alphabet: 1\n", encoding="utf-8")
    with lab(root) as served:
        yield served


def text_of(page: Page, url: str, path: str, place: str = "") -> None:
    """Open the text of a spec, and nothing else, with the cursor on a place; return once it was checked."""
    page.goto(address(url, "").replace("/tree/", ""))
    page.wait_for_function("() => window.jupyterapp?.shell?.isAttached && window.jupyterapp.restored", timeout=_WITHIN)
    page.evaluate("() => window.jupyterapp.restored")
    page.evaluate(
        "(args) => window.jupyterapp.commands.execute('sudare:open-text', args)", {"path": path, "place": place}
    )
    page.locator("[data-sudare=text-ready]").wait_for(timeout=_WITHIN)


def replaced(page: Page, old: str, new: str) -> None:
    """Write into the text where it says `old`, as its editor does."""
    page.evaluate(
        f"([a, b]) => {{ const text = {_TEXT}; const at = text.getSource().indexOf(a);"
        " text.updateSource(at, at + a.length, b); }",
        [old, new],
    )


def line_comes_to(page: Page, line: str) -> None:
    """Wait until the line of the cursor is this one."""
    page.wait_for_function(f"(line) => ({_LINE})() === line", arg=line, timeout=15_000)


def chosen(page: Page, keys: str, first: str) -> None:
    """Ask for choices; when the first is the one that is meant, take it."""
    page.keyboard.press(keys)
    page.locator(".jp-Completer-item.sudare-choice.jp-mod-active", has_text=first).wait_for(timeout=15_000)
    page.keyboard.press("Enter")


@needs_browser
def test_a_step_is_written_by_choosing(page: Page, url: str) -> None:
    text_of(page, url, "half.sudare.yaml")
    page.locator(".sudare-text .cm-content").click()
    page.keyboard.press("Control+End")
    chosen(page, "Control+Space", "technique")  # where nothing stands yet: a step with its dash
    line_comes_to(page, "  - technique: ")
    page.keyboard.type("pseu")
    chosen(page, "Tab", "pseudonymize")
    line_comes_to(page, "  - technique: pseudonymize")
    page.keyboard.press("Enter")
    page.keyboard.type("col")
    chosen(page, "Tab", "columns")
    line_comes_to(page, "    columns: ")
    page.keyboard.press("Tab")
    items = page.locator(".jp-Completer-item")
    items.first.wait_for()
    offered = items.locator(".jp-Completer-match").all_inner_texts()
    assert offered == ["管理番号", "健診: 日"]  # and no other word of the text
    page.keyboard.type("健")
    page.wait_for_function("() => document.querySelectorAll('.jp-Completer-item').length === 1")
    page.keyboard.press("Enter")
    line_comes_to(page, '    columns: ["健診: 日"]')
    assert str(page.evaluate(f"() => {_TEXT}.getSource()")).endswith(
        'steps:\n  - technique: pseudonymize\n    columns: ["健診: 日"]'
    )


@needs_browser
def test_what_is_wrong_is_marked_at_its_line_until_it_is_mended(page: Page, url: str) -> None:
    text_of(page, url, "demo.sudare.yaml", "steps[7].columns")
    errors = page.locator(".sudare-text .cm-lint-marker-error")
    assert page.evaluate(_LINE) == "    columns: [年齢]"
    replaced(page, "technique: bin\n    columns: [年齢]", "technique: bin\n    columns: [年令]")
    page.wait_for_function(_MARKED, arg=["年令", "    columns: [年令]"], timeout=15_000)
    page.locator(".sudare-text .cm-lintRange-error", has_text="年令").hover()
    page.locator(".cm-tooltip .cm-diagnostic-error", has_text="年令").wait_for()
    replaced(page, "[年令]", "[年齢]\n    columns: [氏名]")
    page.wait_for_function(_MARKED, arg=["columns", "    columns: [氏名]"], timeout=15_000)
    replaced(page, "\n    columns: [氏名]\n    edges", "\n    edges")
    errors.first.wait_for(state="detached", timeout=15_000)


@needs_browser
def test_a_key_is_explained_under_the_pointer(page: Page, url: str) -> None:
    from playwright.sync_api import TimeoutError as TooLate

    text_of(page, url, "demo.sudare.yaml", "steps[7].edges")
    key = page.locator(".sudare-text .cm-line", has_text="edges:").first.locator("span").first
    explained = page.locator("[data-sudare=explained]", has_text="Ascending.")
    for x in range(40, 60, 2):  # a pointer is never still: the line may be coloured anew below the first move
        key.hover(position={"x": x, "y": 6})
        with contextlib.suppress(TooLate):
            explained.wait_for(timeout=2_000)
            break
    assert explained.is_visible()


@needs_browser
def test_other_files_are_completed_as_ever_and_not_checked(page: Page, url: str) -> None:
    page.goto(address(url, "notes.yaml"))
    page.locator(".jp-FileEditor .cm-content").click(timeout=_WITHIN)
    page.keyboard.press("Control+End")
    page.keyboard.type("alp")
    page.wait_for_function("() => document.querySelector('.jp-FileEditor .jp-mod-completer-enabled') !== null")
    page.keyboard.press("Tab")
    page.locator(".jp-Completer-item", has_text="alphabet").wait_for(timeout=15_000)
    assert page.locator(".sudare-choice").count() == 0
    assert page.locator(".cm-gutter-lint").count() == 0
