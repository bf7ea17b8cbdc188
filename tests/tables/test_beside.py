"""A file that a spec names lies in the spec's own folder, whatever the name says and wherever a link leads."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.errors import Refused
from sudare.tables.beside import beside, stays_inside


def code(folder: Path | None, name: str) -> str:
    with pytest.raises(Refused) as raised:
        beside(folder, name, "steps[0]")
    [problem] = raised.value.problems
    assert problem.where == "steps[0]"
    return problem.code


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("a.csv", True),
        ("希少 疾患.csv", True),
        ("階層/a.csv", True),
        ("a..b.csv", True),
        ("console.csv", True),
        ("", False),
        (".", False),
        ("..", False),
        (". .", False),  # Windows drops spaces and dots at the end
        ("x/../../a.csv", False),
        ("x/./a.csv", False),
        ("x//a.csv", False),
        ("x/", False),
        ("x\\..\\a.csv", False),
        ("x\\a.csv", False),
        ("/a.csv", False),
        ("//host/share/a.csv", False),
        ("\\a.csv", False),
        ("C:a.csv", False),
        ("C:/a.csv", False),
        ("a.csv:stream", False),
        ("\\\\host\\share\\a.csv", False),
        ("nul", False),
        ("con.csv", False),
        ("x/Lpt1 .csv", False),
        ("a\0.csv", False),
        ("a\n.csv", False),
        ("*.csv", False),
    ],
)
def test_only_names_that_stay_inside_the_folder(tmp_path: Path, name: str, inside: bool) -> None:  # noqa: FBT001 - a table
    assert stays_inside(name) == inside
    assert code(tmp_path, name) == ("no-file" if inside else "outside-folder")


def test_a_file_beside_the_spec_is_found(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    for name in ("a.csv", "lists/b.csv"):
        (tmp_path / name).touch()
        assert beside(tmp_path, name, "") == (tmp_path / name).resolve()


def test_a_link_may_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "spec"
    folder.mkdir()
    (tmp_path / "outside.csv").touch()
    (folder / "inside.csv").touch()
    try:
        (folder / "out.csv").symlink_to(tmp_path / "outside.csv")
        (folder / "up").symlink_to(tmp_path)
        (folder / "in.csv").symlink_to(folder / "inside.csv")
        (folder / "round.csv").symlink_to(folder / "round.csv")
    except OSError:  # Windows lets few people make links
        return
    assert code(folder, "out.csv") == "outside-folder"
    assert code(folder, "up/outside.csv") == "outside-folder"
    assert beside(folder, "in.csv", "") == (folder / "inside.csv").resolve()
    assert code(folder, "round.csv") == "no-file"


def test_a_folder_that_is_itself_reached_through_a_link_is_the_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.csv").touch()
    try:
        (tmp_path / "link").symlink_to(tmp_path / "real")
    except OSError:  # Windows lets few people make links
        return
    assert beside(tmp_path / "link", "a.csv", "") == (tmp_path / "real" / "a.csv").resolve()


def test_a_folder_is_no_file_and_neither_is_a_name_too_long(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert code(tmp_path, "a") == "no-file"
    assert code(tmp_path, "a" * 5000) == "no-file"


def test_nothing_lies_beside_a_spec_that_was_not_read_from_a_file() -> None:
    assert code(None, "a.csv") == "outside-folder"


@given(st.text(st.sampled_from("ab./\\: ~\0年CON"), max_size=12))
def test_no_name_that_stays_inside_leads_elsewhere(name: str) -> None:
    folder = Path("/spec").absolute()
    if stays_inside(name):
        assert (folder / name).resolve().is_relative_to(folder.resolve())
