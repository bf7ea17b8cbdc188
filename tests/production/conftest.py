"""The run that many tests look at, made once for all workers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from production.small_register import Desk, desk
from production.the_command import contents, once, sudare

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Done:
    """A desk whose spec was run once, what the command printed with `--json`, and the files it left."""

    desk: Desk
    printed: dict[str, Any]
    files: dict[str, bytes]


def _run_once(folder: Path) -> None:
    laid = desk(folder)
    finished = sudare(*laid.arguments(), "--json")
    assert finished.returncode == 0, finished.stderr
    (folder / "printed.json").write_text(finished.stdout, encoding="utf-8")


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The register, run once with nothing unusual around it."""
    laid = Desk(once(tmp_path_factory, "done", _run_once))
    printed = json.loads((laid.folder / "printed.json").read_text(encoding="utf-8"))
    return Done(laid, printed, contents(laid.out))
