"""The reading view in a real JupyterLab: everything that a person decides is edited there, and can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.axe import faults
from browser.chromium import needs_browser, watched_page
from browser.extension import opened, with_extension
from browser.lab import lab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_WITHIN = 90_000  # milliseconds
_SOURCE = "() => window.jupyterapp.shell.currentWidget.context.model.sharedModel.getSource()"
_FOCUS = """() => { const at = document.activeElement;
  return [at?.closest('[data-sudare-place]')?.dataset.sudarePlace ?? '', at?.dataset.sudare ?? '']; }"""
_COLOUR = """(status) =>
  getComputedStyle(document.querySelector(`.sudare-coverage [data-sudare-status=${status}]`)).borderTopColor"""
SPEC = """\
sudare: 1
title: 健診 # 題名
parameters: {年: 2026}
input:
  columns:
    - {name: 氏名, type: text, kind: direct-identifier}
    - {name: 年齢, type: integer, unit: 歳}
    - {name: 判定, type: text}
steps:
  # 氏名は要らない
  - {technique: delete-column, columns: [氏名], standards: [1], because: 単独で識別}
  - {technique: top-code, columns: [年齢], at_least: 90, standards: [4], because: 珍しい}
  - {technique: keep, columns: [判定], standards: [1], because: "${年}年度の提案項目"}
checks:
  - {measure: k-anonymity, columns: [年齢], at_least: 1}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_extension(tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with lab(folder) as served:
        yield served


@pytest.fixture
def page(browser: Browser, url: str, folder: Path) -> Iterator[Page]:
    """A page that shows a spec of its own."""
    (folder / "a.sudare.yaml").write_text(SPEC, encoding="utf-8")
    with watched_page(browser) as shown:
        opened(shown, url, "a.sudare.yaml")
        shown.locator("[data-sudare-place=unit]").wait_for()  # the catalogue is there
        yield shown


def text(page: Page) -> str:
    """Return the text of the spec that is open."""
    return str(page.evaluate(_SOURCE))


def lines_changed(page: Page) -> list[str]:
    """Return the lines that were not there at first."""
    return [line for line in text(page).splitlines() if line not in SPEC.splitlines()]


def told(page: Page, words: str) -> None:
    """Wait until it was said to those who do not see the page."""
    page.locator("[data-sudare=said][aria-live=polite]", has_text=words).wait_for()


def themed(page: Page, theme: str) -> None:
    """Give Lab another theme."""
    page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    page.locator(f"body[data-jp-theme-name='{theme}']").wait_for(state="attached")


@needs_browser
def test_a_check_is_added_changed_and_removed_and_refused_in_place_when_wrong(page: Page) -> None:
    page.locator("[data-sudare=add-check]").select_option("l-diversity")
    form = page.locator(".sudare-add [data-sudare=check-form]")
    form.locator("[data-sudare=apply]").click()
    form.get_by_role("alert").wait_for()
    form.get_by_role("checkbox", name="年齢").check()
    form.get_by_label("sensitive column").select_option("判定")
    form.get_by_label("at least").fill("2")
    form.locator("[data-sudare=apply]").click()
    told(page, "Check 2 was added.")
    assert len(lines_changed(page)) == 1
    check = page.locator("[data-sudare-place='checks[0]']")
    check.locator("[data-sudare=check-edit]").click()
    check.get_by_label("at least").fill("5")
    check.locator("[data-sudare=apply]").click()
    check.get_by_text("at least 5").wait_for()
    page.locator("[data-sudare-place='checks[1]'] [data-sudare=check-remove]").click()
    told(page, "Check 2 was removed.")
    assert lines_changed(page) == ["  - {measure: k-anonymity, columns: [年齢], at_least: 5}"]


@needs_browser
def test_a_column_is_declared_anew_and_goes_out_of_scope_and_comes_back(page: Page) -> None:
    page.locator("[data-sudare=columns-section] summary").click()
    row = "[data-sudare-place='input.columns[1]']"
    page.locator(f"{row} [data-sudare=column-edit]").click()
    form = page.locator("[data-sudare=column-form]")
    form.get_by_label("kind").select_option("quasi-identifier")
    form.get_by_label("unit").fill("")
    form.locator("[data-sudare=apply]").click()
    told(page, "年齢")
    assert lines_changed(page) == ["    - {name: 年齢, type: integer, kind: quasi-identifier}"]
    page.locator(f"{row} [data-sudare=column-scope]").click()
    page.locator("[data-sudare=scope-form]").get_by_label("reason").fill("提案の対象外")
    page.locator("[data-sudare=scope-form] [data-sudare=apply]").click()
    page.locator(f"{row}.sudare-mod-out").wait_for()
    assert page.locator("[data-sudare=step]").count() == 2  # its step was about nothing else
    page.locator(f"{row} [data-sudare=column-scope]").click()
    page.locator(f"{row}.sudare-mod-out").wait_for(state="detached")
    page.locator(row, has_text="undecided").wait_for()


@needs_browser
def test_title_and_plain_parts_are_edited_where_they_stand(page: Page) -> None:
    page.locator("[data-sudare=title-edit]").click()
    field = page.get_by_label("Title")
    field.fill("")
    field.press("Enter")
    page.locator(".sudare-heading").get_by_role("alert").wait_for()
    field.fill("取り消される")
    field.press("Escape")
    page.get_by_role("heading", name="健診", exact=True).wait_for()
    page.locator("[data-sudare=title-edit]").press("Enter")
    page.get_by_label("Title").fill("健診 第3号")
    page.get_by_label("Title").press("Enter")
    page.get_by_role("heading", name="健診 第3号").wait_for()
    assert lines_changed(page) == ["title: 健診 第3号 # 題名"]
    assert page.evaluate(_FOCUS) == ["", "title-edit"]
    unit = page.locator("[data-sudare-place=unit]")
    unit.locator("[data-sudare=part-edit]").click()
    unit.get_by_label("person").select_option("氏名")
    unit.locator("[data-sudare=apply]").click()
    unit.locator("dd", has_text="氏名").wait_for()
    parameters = page.locator("[data-sudare-place=parameters]")
    assert "Used in steps[2]" in parameters.inner_text()
    parameters.locator("[data-sudare=part-edit]").click()
    parameters.get_by_label("default").fill("2027")
    parameters.locator("[data-sudare=apply]").click()
    page.locator("[data-sudare-place='steps[2]']", has_text="2027年度の提案項目").wait_for()
    assert "${年}年度の提案項目" in text(page)


@needs_browser
def test_a_standard_under_which_nothing_falls_is_dismissed_with_a_reason_and_opened_again(page: Page) -> None:
    standard = page.locator("[data-sudare-place='standards.2']")
    assert standard.get_attribute("data-sudare-status") == "open"
    page.locator("[data-sudare=dismiss][data-sudare-standard='2']").click()
    form = page.locator("[data-sudare=dismiss-form]")
    form.get_by_label("reason").fill("符号を含まない")
    form.get_by_label("decided by").fill("山田 2026-06-03")
    form.locator("[data-sudare=apply]").click()
    dismissal = page.locator("[data-sudare=dismissal]")
    dismissal.get_by_text("符号を含まない").wait_for()
    assert dismissal.locator(".sudare-badge").inner_text() == "standard 2"
    assert "山田 2026-06-03" in dismissal.inner_text()
    assert standard.get_attribute("data-sudare-status") == "settled"
    page.locator("[data-sudare=add-dismissal]").click()
    form = page.locator("[data-sudare=dismissal-form]")
    form.get_by_label("finding", exact=True).select_option("rare categories")
    form.get_by_role("checkbox", name="4").check()
    form.get_by_label("because").fill("一般に珍しくない")
    form.locator("[data-sudare=apply]").click()
    form.get_by_role("alert").wait_for()  # of which column?
    form.get_by_label("column of the finding").select_option("判定")
    form.locator("[data-sudare=apply]").click()
    page.get_by_role("heading", name="判定: rare categories").wait_for()
    assert "finding: rare-category/判定" in text(page)
    dismissal.first.locator("[data-sudare=dismissal-remove]").click()
    page.locator("[data-sudare-place='standards.2'][data-sudare-status=open]").wait_for()


@needs_browser
def test_one_reason_and_name_are_given_to_several_steps(page: Page) -> None:
    page.locator("[data-sudare=reasons]").click()
    form = page.locator("[data-sudare=reasons-form]")
    form.locator("[data-sudare=apply]").click()
    form.get_by_role("alert").wait_for()
    form.get_by_role("checkbox").nth(0).check()
    form.get_by_role("checkbox").nth(1).check()
    form.get_by_label("decided by").fill("山田 2026-06-03")
    form.locator("[data-sudare=apply]").click()
    told(page, "2")
    changed = lines_changed(page)
    assert len(changed) == 2
    assert all("by: 山田 2026-06-03" in line for line in changed)


@needs_browser
def test_what_was_removed_by_mistake_is_taken_back_one_edit_at_a_time(page: Page) -> None:
    page.locator("[data-sudare=step-remove]").nth(0).click()
    told(page, "Step 1 was removed.")
    page.locator("[data-sudare=step-remove]").nth(0).click()
    page.wait_for_function("() => document.querySelectorAll('[data-sudare=step]').length === 1")
    assert page.evaluate(_FOCUS) == ["steps[0]", "step-remove"]  # where the person was
    page.keyboard.press("Control+z")
    page.wait_for_function("() => document.querySelectorAll('[data-sudare=step]').length === 2")
    page.keyboard.press("Control+z")
    page.wait_for_function("() => document.querySelectorAll('[data-sudare=step]').length === 3")
    told(page, "undone")
    assert text(page) == SPEC
    page.keyboard.press("Control+Shift+Z")
    page.wait_for_function("() => document.querySelectorAll('[data-sudare=step]').length === 2")
    page.locator(".sudare-undo").get_by_title("Undo the last change (Ctrl+Z)").click()
    page.wait_for_function("() => document.querySelectorAll('[data-sudare=step]').length === 3")
    page.evaluate("() => window.jupyterapp.commands.execute('editmenu:redo')")
    page.wait_for_function("() => document.querySelectorAll('[data-sudare=step]').length === 2")
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.locator(".lm-Menu-item[data-command='editmenu:undo']").click()
    page.wait_for_function("() => document.querySelectorAll('[data-sudare=step]').length === 3")
    # In a field the keys belong to what was typed there.
    page.locator("[data-sudare=title-edit]").click()
    page.get_by_label("Title").type("!")
    page.keyboard.press("Control+z")
    assert page.get_by_label("Title").input_value() == "健診"
    assert text(page) == SPEC


@needs_browser
def test_the_focus_follows_a_step_that_is_moved_and_returns_from_its_form(page: Page) -> None:
    page.locator("[data-sudare-place='steps[1]'] [data-sudare=step-up]").focus()
    page.keyboard.press("Enter")
    told(page, "Step 2 is now step 1.")
    assert page.evaluate(_FOCUS) == ["steps[0]", "step-up"]
    assert "# 氏名は要らない\n  - {technique: delete-column" in text(page)
    page.locator("[data-sudare-place='steps[0]'] [data-sudare=step-edit]").focus()
    page.keyboard.press("Enter")
    form = page.locator("[data-sudare=step-form]")
    form.get_by_role("textbox", name="at least").fill("85")
    form.locator("[data-sudare=apply]").focus()
    page.keyboard.press("Enter")
    form.wait_for(state="hidden")
    assert page.evaluate(_FOCUS) == ["steps[0]", "step-edit"]
    (changed,) = lines_changed(page)
    assert (
        changed.replace('"', "")
        == "  - {technique: top-code, columns: [年齢], at_least: 85, standards: [4], because: 珍しい}"
    )


@needs_browser
def test_nothing_in_the_view_is_out_of_reach_in_light_and_dark(page: Page) -> None:
    page.locator("[data-sudare=columns-section] summary").click()
    for opener in ("step-edit", "check-edit", "column-edit", "part-edit", "dismiss", "add-dismissal", "reasons"):
        page.locator(f"[data-sudare={opener}]").first.click()
    page.locator("[data-sudare$=-form]").nth(6).wait_for()
    assert faults(page, ".sudare-spec") == []
    themed(page, "JupyterLab Dark")
    assert faults(page, ".sudare-spec") == []
    themed(page, "JupyterLab Light")
    dismissing = page.locator("[data-sudare=dismiss-form]")
    dismissing.get_by_label("reason").fill("符号を含まない")
    dismissing.get_by_label("decided by").fill("山田 2026-06-03")
    dismissing.locator("[data-sudare=apply]").click()
    page.locator("[data-sudare-status=settled]").wait_for()
    colours = {status: page.evaluate(_COLOUR, status) for status in ("settled", "open")}
    assert colours["settled"] != colours["open"]
