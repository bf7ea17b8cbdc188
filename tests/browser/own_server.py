"""Starts a Jupyter server of the test's own: free port, token, empty folders; ends it with all it started."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

STARTS_WITHIN = 120  # seconds; a loaded machine with two cores
_ENDS_WITHIN = 10
_WITHOUT = ("JUPYTER", "IPYTHON", "VOILA")  # a tester's own settings are not taken over
OWN = ".own"  # what the server keeps for itself, in the folder it serves but not shown there
_PLACES = {
    "HOME": "home",
    "USERPROFILE": "home",
    "XDG_CONFIG_HOME": "home/.config",
    "XDG_DATA_HOME": "home/.local/share",
    "XDG_CACHE_HOME": "home/.cache",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def new_token() -> str:
    """Return a token that only this test knows."""
    return secrets.token_hex(16)


def own_environment(folder: Path) -> dict[str, str]:
    """Return an environment whose home and Jupyter folders lie in `folder/.own`; all else stays."""
    for place in _PLACES.values():
        (folder / OWN / place).mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_WITHOUT)}
    return {**kept, **{name: str(folder / OWN / place) for name, place in _PLACES.items()}}


@contextlib.contextmanager
def served(folder: Path, arguments: Sequence[str], alive: str, *, started_in: Path | None = None) -> Iterator[None]:
    """Run `python -m ARGUMENTS` in `folder` until the block ends; begin once the address `alive` answers.

    With `started_in` it is run there instead.

    What the server says goes to `.own/server.log` in the folder. Ended are the server and all it started, kernels too.
    """
    environment = own_environment(folder)
    log = folder / OWN / "server.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=started_in or folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until(alive, process, log)
            yield
        finally:
            _end(psutil.Process(process.pid))
            process.wait(_ENDS_WITHIN)


def _wait_until(alive: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(alive, timeout=5).close()  # noqa: S310 - our own server
            return
        time.sleep(0.2)
    message = f"the server did not come up:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}"
    raise AssertionError(message)


def _end(server: psutil.Process) -> None:
    """Ask the server to end, then end what is left: kernels lead sessions of their own."""
    with contextlib.suppress(psutil.NoSuchProcess):
        started = [server, *server.children(recursive=True)]
        server.terminate()
        _, left = psutil.wait_procs(started, timeout=_ENDS_WITHIN)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
