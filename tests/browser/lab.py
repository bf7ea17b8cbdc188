"""A real JupyterLab for the tests in a browser."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from browser.own_server import OWN, free_port, new_token, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

# Nothing is fetched, and no dialogue of the shell's own stands before ours.
_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}
_READY = """() => {
  const now = window.jupyterapp?.shell?.currentWidget;
  const session = now?.context?.sessionContext;
  return !!session && session.isReady && session.kernelDisplayStatus === 'idle';
}"""
_WITHIN = 90_000  # milliseconds


@contextlib.contextmanager
def lab(folder: Path, *, theme: str | None = None, started_in: Path | None = None) -> Iterator[str]:
    """Run JupyterLab on `folder`; yield its address, which ends in a token.

    `address(url, "a.ipynb")` opens a notebook. `theme` is "JupyterLab Dark" or "JupyterLab Light". Home and Jupyter's
    folders lie in `folder/.own`; no network is needed. It is started in `folder` itself, unless told `started_in`.
    """
    settings = {**_SETTINGS, **({"@jupyterlab/apputils-extension:themes": {"theme": theme}} if theme else {})}
    place = folder / OWN / "config" / "labconfig"
    place.mkdir(parents=True, exist_ok=True)
    (place / "default_setting_overrides.json").write_text(json.dumps(settings), encoding="utf-8")
    port, token = free_port(), new_token()
    arguments = [
        "jupyterlab",
        "--no-browser",
        "--expose-app-in-browser",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=",
        "--ServerApp.allow_root=True",  # a container's user
    ]
    with served(folder, arguments, f"http://127.0.0.1:{port}/api", started_in=started_in):
        yield f"http://127.0.0.1:{port}/lab?token={token}"


def address(url: str, notebook: str) -> str:
    """Return the address at which a notebook of the folder is opened, with nothing else open."""
    place, token = url.split("?")
    return f"{place}/tree/{notebook}?reset&{token}"


def run_all(page: Page, url: str, notebook: str) -> None:
    """Open a notebook and run all its cells; return once the kernel is idle again."""
    page.goto(address(url, notebook))
    page.wait_for_function(_READY, timeout=_WITHIN)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(_READY, timeout=_WITHIN)
