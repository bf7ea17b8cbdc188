"""The process that executes the production notebook with papermill, in a fresh kernel of this very Python.

Started by `run` as `python -m sudare.production.child FOLDER`; it lives no longer than the process that started it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from importlib.resources import as_file, files
from pathlib import Path

KERNEL = "sudare-run"
REQUEST = "request.json"
NOTEBOOK = "run.ipynb"
_SHORT = 70  # characters of a socket's path that every system takes, with room for its ending


def main() -> int:
    """Execute the notebook in the folder given; the ending lies there as a file."""
    import papermill
    from traitlets.config import Config

    work = Path(sys.argv[1])
    os.umask(0o077)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    parameters = json.loads((work / REQUEST).read_text(encoding="utf-8"))
    config = Config()
    socket = str(work / "k")
    if os.name != "nt" and len(socket.encode()) < _SHORT:
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = socket
    with as_file(files("sudare.production") / NOTEBOOK) as notebook:
        _known(str(notebook), parameters)
        try:
            papermill.execute_notebook(
                str(notebook),
                str(work / NOTEBOOK),
                parameters,
                kernel_name=KERNEL,
                cwd=str(work),
                progress_bar=False,
                log_output=False,
                request_save_on_cell_execute=False,
                store_widget_state=False,
                start_timeout=120,
                config=config,
            )
        except papermill.PapermillExecutionError:
            return 1
    return 0


def _known(notebook: str, parameters: dict[str, object]) -> None:
    """Refuse what papermill would only warn about: a missing parameters cell, an unknown parameter."""
    import papermill

    known = papermill.inspect_notebook(notebook)
    if set(parameters) != set(known):
        raise SystemExit(2)


def _die_with_parent() -> None:
    """The parent holds the other end of standard input: when it ends, for whatever reason, so do we."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
