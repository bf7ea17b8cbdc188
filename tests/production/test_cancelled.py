from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest

from leaks.planted_register import shelf
from production.the_command import leftovers
from sudare import SudareError, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_a_run_that_is_cancelled_writes_nothing_and_leaves_no_process(tmp_path: Path) -> None:
    laid = shelf(tmp_path)
    told: list[float] = []
    with pytest.raises(SudareError) as raised:
        run(
            laid.spec,
            laid.file,
            laid.out,
            key_store=laid.keys,
            progress=lambda _stage, share: told.append(share),
            cancelled=lambda: bool(told),
        )
    assert [problem.code for problem in raised.value.problems] == ["cancelled"]
    assert told  # it was at work
    assert leftovers(laid.out) == []
    assert not any(path.suffix in {".csv", ".json", ".html", ".ipynb"} for path in laid.out.iterdir())
    names = [part for process in psutil.process_iter(["cmdline"]) for part in process.info["cmdline"] or ()]
    assert not any(str(laid.out) in name for name in names)
