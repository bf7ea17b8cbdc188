"""The Jupyter server's part of sudare: thin handlers over the same functions that the command line calls."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Tell Jupyter where the extension is."""
    return [{"module": "sudare.server"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:  # noqa: ANN401 - jupyter_server is not typed
    """Load it."""
    from sudare.server.app import load

    load(serverapp)
