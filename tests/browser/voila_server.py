"""A real voila for the tests in a browser."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from browser.own_server import free_port, new_token, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def voila(folder: Path, *, theme: str = "light") -> Iterator[str]:
    """Run voila on the notebooks in `folder`; yield its address, which ends in a token.

    `address(url, "a.ipynb")` is the address of a notebook's page. `theme` is "light" or "dark".
    """
    port, token = free_port(), new_token()
    arguments = [
        "voila",
        str(folder),
        "--no-browser",
        "--Voila.ip=127.0.0.1",
        f"--port={port}",
        f"--token={token}",
        f"--theme={theme}",
        "--VoilaConfiguration.file_allowlist=.*",
    ]
    with served(folder, arguments, f"http://127.0.0.1:{port}/voila/static/voila.js"):
        yield f"http://127.0.0.1:{port}/?token={token}"


def address(url: str, notebook: str) -> str:
    """Return the address of a notebook's page."""
    place, token = url.split("?")
    return f"{place}voila/render/{notebook}?{token}"
