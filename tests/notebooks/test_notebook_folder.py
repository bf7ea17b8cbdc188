"""The notebooks of the package, and how they are put where Lab can open them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sudare import SudareError, UsageError
from sudare.cli import main
from sudare.notebooks import RECORD, copy_to, names, packaged
from sudare.reports.notebooks import FOLDER, notebooks

if TYPE_CHECKING:
    from pathlib import Path


def test_the_packaged_notebooks_are_those_of_the_checkout() -> None:
    assert packaged() == FOLDER
    assert set(names()) == set(notebooks())
    assert names()[0] == "00-overview.ipynb"


def test_they_are_copied_as_they_are(tmp_path: Path) -> None:
    copied = copy_to(tmp_path / "new")
    assert copied.written == names()
    assert copied.kept == ()
    for name in names():
        assert (tmp_path / "new" / name).read_bytes() == (FOLDER / name).read_bytes()


def test_what_somebody_changed_stays_and_what_was_only_copied_is_renewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_to(tmp_path)
    mine, old = tmp_path / names()[0], tmp_path / names()[1]
    mine.write_text("mine", encoding="utf-8")
    newer = tmp_path / "newer"
    for name in names():
        (newer / name).parent.mkdir(parents=True, exist_ok=True)
        (newer / name).write_text(f"a newer {name}", encoding="utf-8")
    monkeypatch.setattr("sudare.notebooks._INSTALLED", newer)
    copied = copy_to(tmp_path)
    assert copied.kept == (names()[0],)
    assert mine.read_text(encoding="utf-8") == "mine"
    assert old.read_text(encoding="utf-8") == f"a newer {names()[1]}"


def test_where_nothing_is_known_of_an_earlier_copy_nothing_is_replaced(tmp_path: Path) -> None:
    copy_to(tmp_path)
    (tmp_path / RECORD).write_text("{broken", encoding="utf-8")
    (tmp_path / names()[0]).write_text("mine", encoding="utf-8")
    assert copy_to(tmp_path).kept == (names()[0],)


def test_a_folder_that_is_a_file_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SudareError) as refused:
        copy_to(tmp_path / "file")
    assert [problem.code for problem in refused.value.problems] == ["cannot-write"]


def test_an_unknown_notebook_is_a_usage_error_with_the_near_match(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["present", "3-2-4-22", "--lang", "en", "--no-browser"])
    assert ended.value.code == UsageError.exit_code
    assert "[unknown-notebook]" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["lab", "present"])
def test_without_the_extra_the_command_says_what_to_install(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "sudare.widgets.lesson.find_spec", lambda name: None if name in {"voila", "jupyterlab"} else name
    )
    with pytest.raises(SystemExit) as ended:
        main([command, "--lang", "en", "--no-browser"])
    assert ended.value.code == UsageError.exit_code
    assert "pip install 'sudare[lab]'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
