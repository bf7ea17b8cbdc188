"""Whether a spec answers what is found in the table it is checked against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import sudare

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """\
sudare: 1
title: 点検
input:
  columns:
    - {{name: 氏名, type: text}}
    - {{name: 年齢, type: integer}}
steps:
  - {{technique: {first}, columns: [氏名], standards: [1], because: 理由}}
  - {{technique: keep, columns: [年齢], standards: [1], because: 理由}}
{more}"""
DISMISSED = "dismissed:\n  - {finding: unusual-in-society/年齢, standards: [4], because: 公表に同意がある}\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    names = ("佐藤 花子", "鈴木 一郎", "高橋 直子", "田中 健")
    rows = [f"{names[n % 4]},{20 + n}" for n in range(60)]
    path.write_text("\n".join(["氏名,年齢", *rows, "伊藤 ハル,116"]) + "\n", encoding="utf-8")
    return path


def open_findings(tmp_path: Path, table: Path, first: str, more: str = "") -> dict[str, list[str]]:
    path = tmp_path / "a.sudare.yaml"
    path.write_text(SPEC.format(first=first, more=more), encoding="utf-8")
    checked = sudare.check(path, input=table)
    found: dict[str, list[str]] = {}
    for problem in checked.open:
        if problem.code == "finding-open":
            found.setdefault(problem.where, []).append(problem.now.en.split("`")[1])
    status = {f"standards.{one.standard}": one.status for one in checked.standards}
    assert all(status[where] == "open" for where in found)
    return found


def test_a_finding_that_nothing_answers_is_open_under_its_standard(tmp_path: Path, table: Path) -> None:
    found = open_findings(tmp_path, table, "delete-column")
    assert found == {"standards.4": ["finding: unusual-in-society/年齢"]}


def test_a_dismissal_by_its_id_answers_a_finding(tmp_path: Path, table: Path) -> None:
    assert open_findings(tmp_path, table, "delete-column", DISMISSED) == {}


def test_a_step_under_the_standard_answers_whatever_it_does(tmp_path: Path, table: Path) -> None:
    assert "standards.1" not in open_findings(tmp_path, table, "keep", DISMISSED)


def test_without_a_table_nothing_is_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.sudare.yaml"
    path.write_text(SPEC.format(first="delete-column", more=""), encoding="utf-8")
    assert "finding-open" not in {problem.code for problem in sudare.check(path).open}
