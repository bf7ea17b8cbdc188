"""Table 2 as a checklist: every measure of the table once, with what is done and what is left to do."""

from __future__ import annotations

import re

import pytest

from shared_folder import shared
from sudare import law
from sudare.errors import UsageError


def test_there_is_a_measure_for_each_requirement() -> None:
    assert [one.requirement for one in law.table2()] == [f"G-{n}" for n in range(63, 78)]
    assert len({one.id for one in law.table2()}) == 15


def test_the_rows_have_as_many_measures_as_the_guideline_lists() -> None:
    guideline = shared("reference", "guideline-2017-03.txt").read_text(encoding="utf-8")
    rows = [line for line in guideline.splitlines() if re.match(r"\| [①②③]", line)]
    assert [row.count("・") for row in rows] == [1, 4, 8]
    assert [[one.row for one in law.table2()].count(row) for row in "123"] == [1, 4, 8]


def test_the_requirements_are_those_of_the_list() -> None:
    listed = shared("reference", "requirements.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (G-\d+) \| ([①②③])", listed, flags=re.MULTILINE))
    numbers = {"①": "1", "②": "2", "③": "3"}
    assert {one.requirement: one.row for one in law.table2() if one.row != "text"} == {
        requirement: numbers[row] for requirement, row in rows.items()
    }


def test_where_sudare_does_nothing_it_says_so_and_nowhere_is_nothing_left_to_people() -> None:
    for one in law.table2():
        assert (one.part == "none") == one.by_sudare.en.startswith("Nothing"), one.id
        assert (one.part == "none") == one.by_sudare.ja.startswith("何もしません"), one.id
        assert one.by_organisation.ja
    assert [one.id for one in law.table2() if one.part == "none"] == ["theft", "authentication"]


def test_an_unknown_measure_names_the_near_match() -> None:
    assert law.security("disposal").row == "3"
    with pytest.raises(UsageError) as refused:
        law.security("dispossal")
    assert refused.value.problems[0].code == "unknown-measure"
    assert "Did you mean 'disposal'?" in refused.value.problems[0].line("en")
