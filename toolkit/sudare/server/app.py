"""The server extension: its settings, its routes, and the runs it looks after."""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.utils import url_path_join
from traitlets import Int, Unicode
from traitlets.config import Configurable

from sudare.limits import LEAST, MOST
from sudare.server.handlers import routes
from sudare.server.runs import Runs
from sudare.server.settings import MOST_RUNS, Settings

if TYPE_CHECKING:
    import asyncio

    from sudare.server.runs import Run

EVENT = "https://events.sudare.invalid/run"  # a name, which nobody ever fetches
_SCHEMA: dict[str, Any] = {
    "$id": EVENT,
    "version": "1",
    "title": "sudare run",
    "personal-data": False,
    "description": "How far a production run is. Paths and counts only.",
    "type": "object",
    "required": ["id", "state"],
    "properties": {
        "id": {"type": "string"},
        "state": {"type": "string"},
        "stage": {"type": "string"},
        "share": {"type": "number"},
    },
}


class SudareServer(Configurable):
    """Settings of the server's part, such as `c.SudareServer.concurrent_runs = 1`."""

    concurrent_runs: ClassVar[Any] = Int(
        2,
        min=1,
        max=MOST_RUNS,
        help="How many production runs work at a time. Where it is configured, a page may only lower it.",
    ).tag(config=True)
    small_count_limit: ClassVar[Any] = Int(
        LEAST,
        min=LEAST,
        max=MOST,
        help="Counts below it are not told, in runs and in kernels. A page may only raise it.",
    ).tag(config=True)
    key_store: ClassVar[Any] = Unicode("", help="Folder of the keys; empty: the usual place.").tag(config=True)

    def __init__(self, serverapp: Any) -> None:  # noqa: ANN401 - jupyter_server is not typed
        """Look after the runs below the server's root."""
        super().__init__(parent=serverapp)
        self.root = Path(serverapp.root_dir).resolve()
        self._serverapp = serverapp
        self.loop: asyncio.AbstractEventLoop | None = None  # the server's, known once somebody asked
        # One history for each root: paths are told below it, and two servers at work must not write over one another.
        below = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        history = Path(jupyter_data_dir()) / "sudare" / below / "runs.jsonl"
        store = Path(self.key_store) if self.key_store else None
        self.runs = Runs(self.root, history, self._tell, at_once=self.concurrent_runs, key_store=store)
        # A number that somebody configured is a bound; the one that nobody chose is only where one begins.
        most = self.concurrent_runs if "concurrent_runs" in self.config.get("SudareServer", {}) else MOST_RUNS
        self.settings = Settings(self.runs, most, self.small_count_limit)
        serverapp.event_logger.register_event_schema(_SCHEMA)
        atexit.register(self.runs.close)

    def _tell(self, run: Run) -> None:
        data = {"id": run.id, "state": run.state, "stage": run.stage, "share": run.share}
        if self.loop is not None and not self.loop.is_closed():
            emit = functools.partial(self._serverapp.event_logger.emit, schema_id=EVENT, data=data)
            with contextlib.suppress(RuntimeError):  # the loop was closed this moment
                self.loop.call_soon_threadsafe(emit)


def load(serverapp: Any) -> None:  # noqa: ANN401 - jupyter_server is not typed
    """Add the routes to a server."""
    made = SudareServer(serverapp)
    app = serverapp.web_app
    app.settings["sudare"] = made
    base = url_path_join(app.settings["base_url"], "sudare")
    app.add_handlers(".*$", [(url_path_join(base, route), handler) for route, handler in routes()])
