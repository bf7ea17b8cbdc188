"""From the last line that `sudare demo` prints to a saved spec of one's own: the walk, click by click, with a picture of each."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from browser import own_server
from browser.chromium import chromium, needs_browser
from browser.own_server import OWN, free_port, own_environment
from sudare.specs import read_spec

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
WITHIN = 120_000  # milliseconds; a loaded machine with two cores


class Walk:
    """Somebody with a mouse, whose clicks are counted."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page, self.pictures, self.clicks = page, pictures, 0

    def picture(self) -> None:
        """Take a picture of the window."""
        self.pictures.mkdir(exist_ok=True)
        self.page.screenshot(path=self.pictures / f"{self.clicks:02}.png")

    def click(self, what: Locator, times: int = 1) -> None:
        """Click something, or click it twice."""
        what.wait_for(timeout=WITHIN)
        self.clicks += times
        if times == 2:
            what.dblclick(timeout=WITHIN)
        else:
            what.click(timeout=WITHIN)
        self.picture()

    def choose(self, what: Locator, entry: str) -> None:
        """Open a list, which is one click, and click an entry of it."""
        what.wait_for(timeout=WITHIN)
        self.clicks += 2
        what.select_option(entry)
        self.picture()


@needs_browser
def test_from_the_last_line_of_the_demo_to_a_saved_spec_in_under_ten_clicks(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "sudare.cli", "demo", "--out", "mine", "--lang", "ja"],
        cwd=tmp_path,
        env=own_environment(tmp_path),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    command = shlex.split(made.stdout.splitlines()[-1])
    assert command[:2] == ["sudare", "lab"]
    settings = tmp_path / OWN / "config" / "jupyter_server_config.json"
    settings.write_text(json.dumps({"ServerApp": {"allow_root": True}}), encoding="utf-8")  # a container's user
    port = free_port()
    arguments = ["sudare.cli", *command[1:], "--no-browser", f"--port={port}", "--lang=ja"]
    with own_server.served(tmp_path, arguments, f"http://127.0.0.1:{port}/api"), chromium() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(_told(tmp_path), timeout=WITHIN)
        walk = Walk(page, tmp_path / "pictures")
        walk.click(page.locator(".jp-DirListing-item").filter(has_text="studio.ipynb"), times=2)
        shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").filter(has_text="sudare.desk()")
        walk.click(shown.locator(".jp-CodeCell .jp-InputArea-editor").first)
        page.get_by_text(re.compile(r"ipykernel\) \| Idle")).first.wait_for(timeout=WITHIN)  # not while it connects
        walk.click(shown.locator("[data-jp-item-name=run]").first)
        desk = shown.locator(".sudare-desk")
        walk.choose(desk.locator(".sudare-files select"), "input.csv")
        walk.click(desk.locator("button.sudare-open"))
        walk.click(desk.locator("button.sudare-save"))
        desk.get_by_text("保存済み", exact=True).wait_for(timeout=WITHIN)
        walk.picture()
    assert walk.clicks < 10
    saved = read_spec(tmp_path / "mine" / "input.sudare.yaml").spec
    assert len(saved.input.columns) == 22
    assert saved.steps


def _told(folder: Path) -> str:
    """Return the address that the server tells."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        log = (folder / OWN / "server.log").read_text(encoding="utf-8", errors="replace")
        if told := re.search(r"http://127\.0\.0\.1\S+token=\w+", log):
            return told[0]
        time.sleep(0.1)
    pytest.fail("no address was told")
