"""Runs the whole suite tier by tier and says how long each took: `python tests/run_tiers.py`."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
TIERS: dict[str, list[list[str]]] = {
    "lint and types": [
        [str(BIN / "ruff"), "check", "--no-cache", "."],
        [str(BIN / "ruff"), "format", "--no-cache", "--check", "."],
        [str(BIN / "mypy")],
        [str(BIN / "lint-imports"), "--no-cache"],
    ],
    "rooms": [[*PYTEST, "-n", "2", "-m", "not slow and not browser and not bench and not notebooks"]],
    "production runs": [[*PYTEST, "-n", "2", "-m", "slow"]],
    "notebooks": [[*PYTEST, "-n", "2", "-m", "notebooks"]],
    "browser": [[*PYTEST, "-m", "browser"]],
}


def main() -> int:
    """Run every tier, even after one failed; return 1 if any did."""
    said = []
    failed = False
    for name, commands in TIERS.items():
        start = time.monotonic()
        codes = [subprocess.run(command, cwd=ROOT, check=False).returncode for command in commands]
        bad = any(codes)
        failed |= bad
        said.append(f"{'FAILED' if bad else 'ok    '} {time.monotonic() - start:6.0f} s  {name}")
    print("\n".join(["", "tiers:", *said]))  # noqa: T201 - the summary a person reads
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
