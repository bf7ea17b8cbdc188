"""The words of the package: few, importable, and quick to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

import sudare

WORDS = [
    "Checked", "Finished", "KeyStore", "Problem", "Refused", "Spec", "SudareError", "Table", "UsageError", "case",
    "check", "demo", "desk", "detect", "diff", "lesson", "profile", "read", "read_spec", "risk", "run", "search", "utility",
]  # fmt: skip


def test_the_public_words_are_these() -> None:
    assert sorted(sudare.__all__) == WORDS
    assert dir(sudare) == sudare.__all__
    assert len(WORDS) <= 30


@pytest.mark.parametrize("word", WORDS)
def test_every_word_can_be_had(word: str) -> None:
    found = getattr(sudare, word)
    assert callable(found)
    assert found.__doc__


def test_another_word_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'anonymize'"):
        sudare.anonymize  # noqa: B018 - the look itself


def loaded_by(statement: str) -> set[str]:
    """Return the packages that a fresh Python has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    return set(done.stdout.split())


def test_importing_the_package_is_quick() -> None:
    found = loaded_by("import sudare")
    assert "sudare" in found
    assert not found & {"duckdb", "papermill", "ipywidgets", "pandas", "pyarrow", "pydantic", "altair"}


def test_a_production_run_loads_no_widgets() -> None:
    found = loaded_by("import sudare.production.session")
    assert "duckdb" in found
    assert not found & {"ipywidgets", "altair", "anywidget", "pandas", "matplotlib"}
