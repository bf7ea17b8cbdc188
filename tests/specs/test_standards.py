"""The five standards are decided one by one, column by column, by somebody with a name."""

from __future__ import annotations

from typing import Any

import pytest

from small_runs import document, step
from sudare.specs import check_document
from sudare.specs.coverage import coverage, decided_columns

BY = "山田 2026-06-02"


def named(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "type": "text", "kind": kind}


COLUMNS = [
    named("氏名", "direct-identifier"),
    named("番号", "identification-code"),
    named("管理", "linking-code"),
    {"name": "区分"},
]
DELETE = [
    step("delete-column", "氏名", standards=[1], by=BY),
    step("delete-column", "番号", standards=[2], by=BY),
    step("delete-column", "管理", standards=[3], by=BY),
    step("keep", "区分", standards=[4, 5], by=BY),
]


def statuses(*steps: dict[str, Any], **parts: Any) -> list[str]:
    return [part.status for part in coverage(document(COLUMNS, steps, **parts).spec)]


def codes(*steps: dict[str, Any], columns: list[dict[str, Any]] | None = None, **parts: Any) -> list[tuple[str, str]]:
    checked = check_document(document(columns or COLUMNS, steps, **parts))
    return [(problem.code, problem.where) for problem in checked.problems]


def test_every_standard_answered_and_signed_for_is_decided() -> None:
    assert statuses(*DELETE) == ["decided"] * 5
    assert codes(*DELETE) == []


@pytest.mark.parametrize("left", range(4))
def test_one_step_does_not_close_another_standard(left: int) -> None:
    others = [one for n, one in enumerate(DELETE) if n != left]
    is_open = {0: [1], 1: [2], 2: [3], 3: [4, 5]}[left]
    assert [n for n, status in enumerate(statuses(*others), start=1) if status == "open"] == is_open


def test_a_second_column_of_the_kind_must_be_answered_too() -> None:
    columns = [*COLUMNS, named("別名", "direct-identifier")]
    spec = document(columns, [*DELETE, step("delete-column", "別名", standards=[5], by=BY)]).spec
    first = coverage(spec)[0]
    assert (first.status, first.columns) == ("open", ("氏名",))
    assert "'別名'" in first.open[0].what.en


@pytest.mark.parametrize("n", range(4))
def test_a_decision_without_a_name_leaves_its_standards_open(n: int) -> None:
    unsigned = {key: value for key, value in DELETE[n].items() if key != "by"}
    found = statuses(*DELETE[:n], unsigned, *DELETE[n + 1 :])
    assert [k for k, status in enumerate(found, start=1) if status == "open"] == DELETE[n]["standards"]


def test_a_dismissal_answers_a_standard_where_it_is_signed() -> None:
    dismissal = {"finding": "none", "standards": [4, 5], "because": "該当なし"}
    keep = step("keep", "区分", by=BY)
    assert statuses(*DELETE[:3], keep, dismissed=[dismissal | {"by": BY}]) == ["decided"] * 5
    assert statuses(*DELETE[:3], keep, dismissed=[dismissal]) == ["decided"] * 3 + ["open"] * 2


def test_a_column_out_of_scope_needs_no_answer() -> None:
    scope = {"columns": ["管理"], "because": "対象外"}
    steps = [DELETE[0], DELETE[1], step("keep", "区分", standards=[3, 4, 5], by=BY)]
    assert statuses(*steps, out_of_scope=scope) == ["decided"] * 5
    assert codes(*steps, out_of_scope=scope) == []


def test_a_column_nobody_decided_stops_the_run() -> None:
    assert codes(*DELETE[:3], step("rename-column", "区分", to="種別")) == [("undecided-column", "input.columns[3]")]


def test_a_condition_on_rows_decides_no_column() -> None:
    rows = {"technique": "delete-records", "where": {"column": "区分", "equals": "x"}, "because": "試験"}
    assert codes(*DELETE[:3], rows) == [("undecided-column", "input.columns[3]")]


@pytest.mark.parametrize("n", range(3))
def test_a_declared_identifier_cannot_be_kept(n: int) -> None:
    name = COLUMNS[n]["name"]
    steps = [one for k, one in enumerate(DELETE) if k != n]
    assert codes(*steps, step("keep", name)) == [("must-not-stay", f"input.columns[{n}]")]
    assert codes(*steps, dismissed=[{"finding": f"x/{name}", "standards": [1], "because": "試験"}]) == [
        ("must-not-stay", f"input.columns[{n}]")
    ]


def renamed(old: str, new: str) -> dict[str, Any]:
    return step("rename-column", old, to=new)


def test_a_decision_follows_a_column_through_its_names() -> None:
    chain = [renamed("氏名", "甲"), renamed("甲", "乙"), renamed("乙", "丙")]
    delete = step("delete-column", "丙", standards=[1], by=BY)
    assert codes(*chain, delete, *DELETE[1:]) == []
    assert statuses(*chain, delete, *DELETE[1:]) == ["decided"] * 5
    spec = document(COLUMNS, [*chain, delete, *DELETE[1:]]).spec
    assert coverage(spec)[0].columns == ("氏名",)
    assert decided_columns(spec) == {"氏名", "番号", "管理", "区分"}


def test_deleting_another_column_of_the_same_name_decides_nothing() -> None:
    """The identifier takes a new name, another column takes the identifier's old one and goes: it is still there."""
    steps = [
        renamed("氏名", "甲"),
        renamed("区分", "氏名"),
        step("delete-column", "氏名", standards=[1], by=BY),
        *DELETE[1:3],
    ]
    assert (
        codes(*steps, step("keep", "甲"))
        == [
            ("undecided-column", "input.columns[0]"),
            ("must-not-stay", "input.columns[0]"),
        ][1:]
    )
    assert statuses(*steps, step("keep", "甲"))[0] == "open"


def test_names_may_be_exchanged() -> None:
    steps = [renamed("氏名", "仮"), renamed("区分", "氏名"), renamed("仮", "区分"), step("keep", "氏名"), *DELETE[1:3]]
    assert codes(*steps, step("delete-column", "区分")) == []
    assert ("must-not-stay", "input.columns[0]") in codes(*steps, step("keep", "区分"))


def test_a_pseudonym_carries_the_decision_under_its_new_name() -> None:
    pseudonym = step("pseudonymize", "管理", domain="人", **{"as": "仮ID"}, standards=[3], by=BY)
    steps = [*DELETE[:2], pseudonym, DELETE[3]]
    assert codes(*steps) == [("no-key-named", "steps[2]")]
    assert codes(*steps, key="a@1") == []
    assert statuses(*steps, key="a@1") == ["decided"] * 5


def test_no_column_left_is_a_problem() -> None:
    steps = [*DELETE[:3], step("delete-column", "区分")]
    assert codes(*steps) == [("nothing-left", "steps")]


def test_what_is_left_out_is_open_and_stops_nothing() -> None:
    checked = check_document(document(COLUMNS, DELETE))
    assert checked.ok
    assert [(p.code, p.where) for p in checked.open] == [
        *(("left-out", key) for key in ("file", "proposal", "assumed_reader", "staff", "key", "unit", "designed_on")),
        ("left-out", "approvals"),
    ]


def test_people_must_be_among_the_staff_and_days_must_exist() -> None:
    steps = [DELETE[0] | {"by": "山口 2026-06-02"}, DELETE[1] | {"by": "山田 2026-02-30"}, *DELETE[2:]]
    found = check_document(document(COLUMNS, steps, staff={"山田": {"name": "山田花子"}})).problems
    assert [(p.code, p.where) for p in found] == [("unknown-staff", "steps[0].by"), ("bad-date", "steps[1].by")]


def test_the_answer_has_the_stable_keys() -> None:
    told = check_document(document(COLUMNS, DELETE)).to_dict("ja")
    assert list(told) == ["ok", "problems", "standards", "open", "content", "policy"]
    assert told["standards"]["2"] == {"status": "decided", "columns": ["番号"]}
