"""A desk in a notebook and the spec's reading view side by side in a real JupyterLab: the file is the one truth for both."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from browser.axe import faults
from browser.chromium import chromium, needs_browser
from browser.extension import with_extension
from browser.lab import lab
from browser.own_server import OWN
from sudare.design import edits
from sudare.design.design import Design
from sudare.language import Text
from sudare.specs import read_spec
from widgets.small_desk import TECHNIQUES, lay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_WITHIN = 90_000  # milliseconds; a loaded machine with two cores
_SOON = 20_000  # in which either side has followed the file
_MODEL = "[...window.jupyterapp.shell.widgets('main')].find((one) => one.content?.model?.context).context.model"


class Beside:
    """Both sides on one page, and the file."""

    def __init__(self, page: Page, spec: Path) -> None:
        """Take the page, and where the spec lies."""
        self.page, self.spec = page, spec
        self.desk, self.view = page.locator(".sudare-desk"), page.locator(".sudare-spec")

    @property
    def title(self) -> str:
        """Return the title in the file."""
        return read_spec(self.spec).spec.title or ""

    def retitle(self, title: str) -> None:
        """Change the title on the desk."""
        self.desk.locator(".sudare-title input").fill(title)
        self.page.keyboard.press("Tab")
        self.page.wait_for_function("() => !document.querySelector('.sudare-desk .sudare-undo').disabled")

    def save_desk(self) -> None:
        """Press save on the desk."""
        self.desk.locator(".sudare-save").click()

    def switch_step(self) -> None:
        """Change the first step in the reading view."""
        before = self.disabled.count()
        self.view.locator("[data-sudare=step-disable]").first.click()
        self.page.wait_for_function(
            "(n) => document.querySelectorAll('.sudare-spec .sudare-mod-disabled').length !== n", arg=before
        )

    def type_before(self, text: str) -> None:
        """Type at the beginning of the open spec's text, as its editor does."""
        self.page.evaluate(f"() => {_MODEL}.sharedModel.updateSource(0, 0, '{text}')")

    def save_view(self) -> None:
        """Save the open spec as Lab does."""
        self.view.focus()
        self.page.keyboard.press("Control+s")

    def elsewhere(self, title: str) -> None:
        """Save the file by another program."""
        other = Design.open(self.spec)
        other.change(Text("題", "title"), lambda spec: edits.with_title(spec, title))
        other.save()

    @property
    def disabled(self) -> Locator:
        """Return the steps that the reading view shows as disabled."""
        return self.view.locator(".sudare-card.sudare-mod-disabled")

    @property
    def is_dirty(self) -> bool:
        """Whether the open spec has unsaved changes."""
        return bool(self.page.evaluate(f"() => {_MODEL}.dirty"))

    def view_shows(self, title: str) -> None:
        """Wait until the reading view shows a title."""
        self.view.locator(".sudare-title", has_text=title).wait_for(timeout=_SOON)

    def desk_shows(self, title: str) -> None:
        """Wait until the desk shows a title."""
        self.page.wait_for_function(
            "(title) => document.querySelector('.sudare-desk .sudare-title input').value === title",
            arg=title,
            timeout=_SOON,
        )

    def notice(self, kind: str) -> Locator:
        """Return what is told above the pages of the desk."""
        return self.desk.locator(f".sudare-elsewhere .sudare-{kind}")


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    """Start as a user does: by a right click on a table, which opens the desk and the reading view."""
    root = with_extension(tmp_path_factory.mktemp("lab"))
    table = lay(root)
    settings = root / OWN / "settings" / "@jupyterlab" / "docmanager-extension"
    settings.mkdir(parents=True)
    often = json.dumps({"autosave": False, "autosaveInterval": 2})
    (settings / "plugin.jupyterlab-settings").write_text(often, encoding="utf-8")
    with lab(root) as url, chromium() as browser:
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        failed: list[str] = []
        page.on("pageerror", lambda one: failed.append(str(one)))
        page.goto(url.replace("/lab?", "/lab?reset&"))
        page.locator(".jp-DirListing-item", has_text=table.name).click(button="right", timeout=_WITHIN)
        page.get_by_role("menuitem", name="Start processing design").click()
        page.locator("[data-sudare=step]").first.wait_for(timeout=_WITHIN)
        page.locator(".sudare-desk .sudare-undo").wait_for(timeout=_WITHIN)
        yield Beside(page, table.with_name("健診.sudare.yaml"))
        assert failed == []


@needs_browser
def test_what_the_desk_saves_is_shown_by_the_reading_view(beside: Beside) -> None:
    beside.retitle("机の題")
    assert beside.title != "机の題"
    beside.save_desk()
    beside.view_shows("机の題")
    assert not beside.is_dirty


@needs_browser
def test_what_the_reading_view_saves_is_shown_by_the_desk_on_the_page_where_one_is(beside: Beside) -> None:
    beside.desk.locator(".lm-TabBar-tab").nth(TECHNIQUES).click()
    cards = beside.desk.locator(".sudare-card.sudare-is-off:visible")
    beside.desk.locator(".sudare-card.sudare-is-on:visible").first.wait_for()
    assert cards.count() == 0
    beside.switch_step()
    beside.save_view()
    cards.first.wait_for(timeout=_SOON)
    beside.notice("news").get_by_text(re.compile("read again|読み直しました")).wait_for()
    assert read_spec(beside.spec).spec.steps[0].disabled


@needs_browser
def test_with_changes_on_both_sides_both_say_so_and_nothing_is_lost(beside: Beside) -> None:
    beside.retitle("机の未保存")
    beside.switch_step()
    changed = beside.disabled.count()
    beside.elsewhere("ほかの題")
    beside.view.locator("[data-sudare=stale]").wait_for(timeout=_SOON)
    beside.notice("keep-mine").wait_for(timeout=_SOON)
    assert (beside.title, beside.disabled.count()) == ("ほかの題", changed)
    assert faults(beside.page, ".sudare-elsewhere") == []
    beside.view.locator("[data-sudare=differs]").click()
    told = beside.page.locator(".jp-Dialog")
    told.get_by_text("ほかの題").first.wait_for()
    told.get_by_role("button").last.click()
    told.wait_for(state="hidden")
    # Lab asks before it writes over the file; cancelled, the file is as it was.
    beside.save_view()
    asked = beside.page.locator(".jp-Dialog")
    asked.get_by_text("has changed on disk").wait_for()
    asked.get_by_role("button", name="Cancel").click()
    asked.wait_for(state="hidden")
    beside.save_desk()
    assert beside.title == "ほかの題"
    # The view gives way, the desk keeps its own: what the other program saved is one undo away.
    beside.view.locator("[data-sudare=reload]").click()
    beside.view_shows("ほかの題")
    beside.notice("keep-mine").click()
    beside.notice("keep-mine").wait_for(state="hidden")
    beside.save_desk()
    beside.view_shows("机の未保存")
    assert beside.title == "机の未保存"
    beside.desk.locator(".sudare-undo").click()
    beside.desk_shows("ほかの題")
    beside.desk.locator(".sudare-redo").click()
    beside.desk_shows("机の未保存")


@needs_browser
def test_autosave_never_writes_over_a_file_that_was_saved_elsewhere(beside: Beside) -> None:
    beside.switch_step()
    before = read_spec(beside.spec).spec.steps[0].disabled
    beside.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:toggle-autosave')")
    beside.page.wait_for_function(f"() => !{_MODEL}.dirty", timeout=_SOON)  # saved by itself, since nobody else had
    assert read_spec(beside.spec).spec.steps[0].disabled != before
    beside.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:toggle-autosave')")
    beside.notice("news").wait_for(timeout=_SOON)
    beside.type_before("# 途中\\n")  # first, since a document without changes follows the file
    beside.elsewhere("ほかの次の題")
    beside.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:toggle-autosave')")
    asked = beside.page.locator(".jp-Dialog")
    asked.get_by_text("has changed on disk").wait_for(timeout=_SOON)
    assert beside.title == "ほかの次の題"
    beside.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:toggle-autosave')")
    asked.get_by_role("button", name="Revert").click()
    beside.view_shows("ほかの次の題")
    assert "# 途中" not in beside.spec.read_text(encoding="utf-8")
    beside.desk_shows("ほかの次の題")


@needs_browser
def test_what_somebody_writes_over_knowingly_is_one_undo_away_on_the_desk(beside: Beside) -> None:
    mine = beside.title
    beside.view_shows(mine)
    beside.switch_step()
    beside.elsewhere("上書きされる題")
    beside.view.locator("[data-sudare=stale]").wait_for(timeout=_SOON)
    beside.desk_shows("上書きされる題")
    beside.save_view()
    beside.page.locator(".jp-Dialog").get_by_role("button", name="Overwrite").click()
    beside.desk_shows(mine)
    assert beside.title == mine
    beside.view.locator("[data-sudare=stale]").wait_for(state="detached", timeout=_SOON)
    beside.desk.locator(".sudare-undo").click()
    beside.desk_shows("上書きされる題")
    beside.desk.locator(".sudare-redo").click()
    beside.desk_shows(mine)


@needs_browser
def test_a_removed_file_is_told_on_the_desk_and_made_again_by_who_saves(beside: Beside) -> None:
    beside.spec.unlink()
    beside.notice("keep-mine").wait_for(timeout=_SOON)
    beside.save_view()
    beside.notice("keep-mine").wait_for(state="detached", timeout=_SOON)
    assert beside.spec.exists()


@needs_browser
def test_a_spec_broken_in_the_text_is_told_on_both_sides_and_mended_on_both(beside: Beside) -> None:
    text = beside.spec.read_text(encoding="utf-8")
    beside.type_before("title: [")
    beside.save_view()
    beside.view.locator("[data-sudare=broken]").wait_for(timeout=_SOON)
    beside.notice("warning").first.wait_for(timeout=_SOON)
    beside.spec.write_text(text.replace("ほかの次の題", "直した題"), encoding="utf-8")
    beside.desk_shows("直した題")
    beside.view_shows("直した題")
    beside.notice("warning").wait_for(state="detached")
