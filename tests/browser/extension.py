"""The built extension in the Lab of a test: as a wheel puts it there, but below the test's own folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from browser.lab import address
from browser.own_server import OWN

if TYPE_CHECKING:
    from playwright.sync_api import Page

_WITHIN = 90_000  # milliseconds
EXTENSION = Path(__file__).resolve().parents[2] / "extension"


def with_extension(folder: Path, *, locale: str | None = None) -> Path:
    """Let the Lab that serves `folder` have the extension and its part of the server; return the folder.

    `locale` is such as "ja_JP": Lab speaks it where it has the words.
    """
    built = EXTENSION / "labextension"
    assert (built / "package.json").exists(), "build it first: make extension"
    own = folder / OWN
    shutil.copytree(built, own / "data" / "labextensions" / "sudare")
    enabled = own / "config" / "jupyter_server_config.d"
    enabled.mkdir(parents=True)
    shutil.copy(EXTENSION / "server-config" / "sudare.json", enabled)
    if locale is not None:
        settings = own / "settings" / "@jupyterlab" / "translation-extension"
        settings.mkdir(parents=True)
        (settings / "plugin.jupyterlab-settings").write_text(json.dumps({"locale": locale}), encoding="utf-8")
    return folder


def opened(page: Page, url: str, path: str) -> None:
    """Open a spec, and nothing else; return once its steps are drawn."""
    page.goto(address(url, path))
    page.locator("[data-sudare=step]").first.wait_for(timeout=_WITHIN)
