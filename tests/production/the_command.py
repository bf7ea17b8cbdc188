"""Starts the real command as a user would, and shares what one run left among the tests and workers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

SUDARE = shutil.which("sudare", path=str(Path(sys.executable).parent)) or "sudare"
SIDE_FILES = ["dictionary.csv", "receipt.json", "report.html", "run.ipynb"]
FILES = [*SIDE_FILES, "processed.csv"]
AROUND = [".sudare.lock", "run-log.jsonl"]
_OURS = {"SUDARE_LANG", "SUDARE_KEY_STORE", "SUDARE_POLICY", "PYTHONPATH"}
SECONDS = 120


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without what would steer sudare, and with more."""
    return {**{name: value for name, value in os.environ.items() if name not in _OURS}, **more}


def sudare(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, command: str = SUDARE
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [command, *map(str, arguments)],
        cwd=cwd,
        env=dict(env or environment()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def contents(out: Path) -> dict[str, bytes]:
    """Return every file of an output folder but the lock and the log, by name; none if it was never made."""
    found = out.iterdir() if out.exists() else ()
    return {path.name: path.read_bytes() for path in found if path.is_file() and path.name not in AROUND}


def leftovers(out: Path) -> list[str]:
    """Return the names of working folders that a run left behind."""
    return [path.name for path in out.glob(".sudare-run-*")]


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Make a folder once for all workers of a test run, and return it."""
    root = factory.getbasetemp()
    shared = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    folder = shared / name
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            make(folder)
    return folder
