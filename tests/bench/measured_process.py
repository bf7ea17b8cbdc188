"""Runs Python code in a process of its own and accounts for it: CPU seconds, wall seconds, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What one finished process used."""

    cpu: float  # seconds, of the process and those it waited for
    wall: float  # seconds
    peak: float  # MiB, of the largest single process


def measured(code: str, *arguments: str) -> Cost:
    """Run code with arguments in `sys.argv[1:]`; the code must succeed."""
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    assert os.waitstatus_to_exitcode(status) == 0
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)
