"""Every notebook run again: under nbval its outputs are those saved; under papermill it runs, and speaks English too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import papermill
import pytest

from notebooks.saved import NAMES, last_words, saved
from sudare.reports.notebooks import FOLDER, read

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.notebooks, pytest.mark.timeout(600)]
every = pytest.mark.parametrize("name", NAMES)
SANITIZE = FOLDER.parent / "tests" / "notebooks" / "sanitize.cfg"


def nbval(notebook: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a notebook under nbval and compare every output with the one saved."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--nbval"]
    command += ["--nbval-current-env", f"--nbval-sanitize-with={SANITIZE}", f"--rootdir={folder}", "-c", os.devnull]
    environment = {**os.environ, "SUDARE_LANG": "ja"}
    return subprocess.run(
        [*command, str(notebook)], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


@every
def test_a_notebook_run_again_gives_the_saved_outputs(name: str, tmp_path: Path) -> None:
    done = nbval(FOLDER / name, tmp_path)
    assert done.returncode == 0, done.stdout[-6000:]
    code = sum(cell.cell_type == "code" for cell in saved(name).cells)
    assert re.search(rf"\b{code} passed", done.stdout)


def test_nbval_sees_an_output_that_is_another(tmp_path: Path) -> None:
    name = "examples/3-2-4-2.ipynb"
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert "k 1 → 1、一行だけの組 9 → 7" in text
    (tmp_path / "changed.ipynb").write_text(text.replace("一行だけの組 9 → 7", "一行だけの組 9 → 0"), encoding="utf-8")
    assert nbval(tmp_path / "changed.ipynb", tmp_path).returncode == 1


@every
def test_a_notebook_runs_under_papermill_and_speaks_english(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDARE_LANG", "en")
    out = tmp_path / "out.ipynb"
    papermill.execute_notebook(FOLDER / name, out, cwd=tmp_path, progress_bar=False, log_output=False)
    told = last_words(read(out))
    if name.startswith(("examples/", "table1/", "covid")):
        assert re.search(r"[Dd]ecision", told)
        assert "決定" not in told
