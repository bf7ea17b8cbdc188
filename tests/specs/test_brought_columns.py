"""Columns that a step brings in are decided, answered and named like those of the input."""

from __future__ import annotations

from typing import Any

import pytest

from small_runs import declared, document, step
from sudare.specs import check_document, dump_spec, parse_spec
from sudare.specs.coverage import coverage, declared_columns, first_names

BY = "山田 2026-06-02"
NUMBER = declared("番号", kind="linking-code")
NUMBER_GOES = step("delete-column", "番号", standards=[3], by=BY)
NAME = declared("氏名", kind="direct-identifier")


def join(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return step("join-table", "番号", file="台帳.csv", input={"columns": [NUMBER, *columns]}, **more)


def codes(*steps: dict[str, Any], **parts: Any) -> list[tuple[str, str]]:
    checked = check_document(document([NUMBER, declared("年齢")], [*steps, NUMBER_GOES, step("keep", "年齢")], **parts))
    return [(problem.code, problem.where) for problem in checked.problems]


def test_they_stand_among_the_declared_columns_at_the_step_that_brings_them() -> None:
    spec = document([NUMBER], [join({"name": "所得", "as": "所得額"}), NUMBER_GOES]).spec
    found = [(where, column.called) for where, column in declared_columns(spec)]
    assert found == [("input.columns[0]", "番号"), ("steps[0]", "所得額")]


def test_a_must_of_theirs_leaves_its_standard_open() -> None:
    steps = [join(NAME), NUMBER_GOES, step("delete-column", "氏名", standards=[5], by=BY)]
    first = coverage(document([NUMBER], steps).spec)[0]
    assert first.status == "open"
    assert any("「氏名」" in problem.what.ja for problem in first.open)
    answered = [*steps[:2], step("delete-column", "氏名", standards=[1], by=BY)]
    first = coverage(document([NUMBER], answered).spec)[0]
    assert (first.status, first.columns) == ("decided", ("氏名",))


def test_a_dismissal_decides_one() -> None:
    dismissal = {"finding": "rare-category/判定", "standards": [4], "because": "珍しくない", "by": BY}
    assert codes(join(declared("判定"))) == [("undecided-column", "steps[0]")]
    assert codes(join(declared("判定")), dismissed=[dismissal]) == []
    unknown = {**dismissal, "finding": "rare-category/半定"}
    assert ("missing-column", "dismissed[0].finding") in codes(join(declared("判定")), dismissed=[unknown])


def test_a_step_before_it_cannot_decide_one() -> None:
    assert codes(step("keep", "判定"), join(declared("判定"))) == [("missing-column", "steps[0]")]


def test_it_cannot_be_out_of_scope() -> None:
    scope = {"columns": ["判定"], "because": "対象外"}
    assert ("missing-column", "out_of_scope.columns") in codes(join(declared("判定")), out_of_scope=scope)


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ([], "年齢"),  # it is there
        ([step("delete-column", "年齢")], "年齢"),  # it was there
        ([step("rename-column", "年齢", to="齢")], "年齢"),
        ([step("rename-column", "年齢", to="齢")], "齢"),
        ([join(declared("判定")), step("delete-column", "判定")], "判定"),
    ],
)
def test_a_name_that_is_or_was_taken_is_refused(before: list[dict[str, Any]], name: str) -> None:
    spec = document([NUMBER, declared("年齢")], [*before, join(declared(name))])
    problems = [(problem.code, problem.where) for problem in check_document(spec).problems]
    assert problems.count(("name-taken", f"steps[{len(before)}]")) == 1


def test_a_column_out_of_scope_keeps_its_name_to_itself() -> None:
    scope = {"columns": ["年齢"], "because": "対象外"}
    spec = document([NUMBER, declared("年齢")], [join(declared("年齢"))], out_of_scope=scope)
    assert "name-taken" in [problem.code for problem in check_document(spec).problems]


def test_a_name_left_free_by_a_rename_belongs_to_the_column_that_comes() -> None:
    steps = [
        step("rename-column", "年齢", to="齢"),
        step("delete-column", "齢"),
        join(declared("齢")),
        step("keep", "齢"),
    ]
    spec = document([NUMBER, declared("年齢")], steps).spec
    assert first_names(spec) == (("年齢",), ("年齢",), ("番号",), ("齢",))


def test_a_spec_with_a_join_is_written_and_read_back() -> None:
    given = {"name": "判定", "type": "text", "kind": "sensitive", "as": "結果"}
    spec = document([NUMBER], [join(given, match=["番号"], take=["結果"], unmatched="keep"), NUMBER_GOES]).spec
    text = dump_spec(spec)
    assert parse_spec(text).spec == spec
    assert "- {name: 判定, as: 結果, type: text, kind: sensitive}" in text
    assert "file: 台帳.csv" in text
