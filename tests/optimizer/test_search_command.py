from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sudare.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "levels").mkdir()
    (tmp_path / "levels" / "年齢.csv").write_text("31;30代;*\n34;30代;*\n42;40代;*\n47;40代;*\n", encoding="utf-8")
    rows = "31,x\n34,y\n42,x\n47,x\n" * 2
    (tmp_path / "in.csv").write_text("年齢,病名\n" + rows, encoding="utf-8")
    return tmp_path


def call(place: Path, *more: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["search", str(place / "in.csv"), "--hierarchies", str(place / "levels"), "--qi", "年齢", *more])
    return int(ended.value.code or 0)


def test_json_has_the_keys_that_were_promised(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(place, "--k", "3", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "levels": {"年齢": 1},
        "loss": pytest.approx(1 / 3),
        "suppressed": 0,
        "classes": 2,
        "optimal": True,
        "nodes": 3,
        "checked": pytest.approx(2, abs=1),
    }


def test_goals_about_values_and_a_spec(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = place / "out.sudare.yaml"
    more = ("--l", "2", "--sensitive", "病名", "--weights", "年齢=2", "--seconds", "60", "--lang", "ja")
    assert call(place, "--k", "3", *more, "--t", "0.5") == 0
    assert "年齢: 段 2" in capsys.readouterr().out
    assert not list(place.glob("out*"))
    near = ("--t", "0.5", "--sensitive", "病名", "--spec")
    assert call(place, "--k", "3", *near, str(place / "near.sudare.yaml")) == 0
    assert "close: 0.5" in (place / "near.sudare.yaml").read_text(encoding="utf-8")
    assert call(place, "--k", "3", *more, "--spec", str(spec)) == 0
    assert not list(place.glob("out-levels-*"))
    assert call(place, "--k", "3", "--spec", str(spec)) == 1  # it is there already


def test_the_hierarchy_lies_beside_the_spec(place: Path) -> None:
    spec = place / "out.sudare.yaml"
    assert call(place, "--k", "3", "--spec", str(spec)) == 0
    assert "hierarchy: out-levels-1.csv" in spec.read_text(encoding="utf-8")
    assert (place / "out-levels-1.csv").read_text(encoding="utf-8").startswith("31;30代;*\n")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--k", "99"), 3),  # out of reach
        (("--k", "3", "--l", "2"), 2),  # of what?
        (("--k", "3", "--weights", "年齢=重い"), 2),
        (("--k", "0"), 2),
    ],
)
def test_what_cannot_be_done_ends_with_its_code(place: Path, more: tuple[str, ...], code: int) -> None:
    assert call(place, *more) == code
