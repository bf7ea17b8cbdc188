"""Runs the command in this process, the notebook's cells called one by one instead of executed by papermill.

Starting the kernel takes most of a run's time. What is tested here is everything else; some of the same cases also
go through the real command.
"""

from __future__ import annotations

import contextlib
import importlib
from typing import TYPE_CHECKING, Any

import pytest

from sudare.cli import main
from sudare.production.messages import Ending, read_ending
from sudare.production.session import RunStoppedError, Session

if TYPE_CHECKING:
    from pathlib import Path


def quick_command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Call the command and return its exit code."""
    with monkeypatch.context() as swapped:
        swapped.setattr(importlib.import_module("sudare.production.run"), "_execute", _execute)
        # The thread that watches for a kernel's parent would outlive the call, in this process and thousands of times.
        swapped.setattr(importlib.import_module("sudare.production.session"), "_die_with_parent", lambda: None)
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


def _execute(work: Path, parameters: dict[str, Any], _progress: object, _cancelled: object) -> Ending:
    with contextlib.suppress(RunStoppedError):
        session = Session(**parameters)
        session.read()
        session.process()
        session.check()
        session.write()
    ending = read_ending(work)
    assert ending is not None
    return ending
