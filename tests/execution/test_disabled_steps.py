"""A disabled step stands in the record, does nothing and decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from small_runs import TODAY, declared, document, refused, run, step, texts
from sudare.findings import Finding
from sudare.findings.answers import unanswered
from sudare.language import Text
from sudare.reports.decisions import history, steps_shown
from sudare.reports.sheets import sheets
from sudare.specs import check_document, content_hash, dump_spec, parse_spec
from sudare.specs.coverage import coverage
from sudare.specs.diff import diff
from sudare.specs.policy import parse_policy
from sudare.specs.policy_rules import violations

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.specs import Document

COLUMNS = [declared("氏名", kind="direct-identifier"), declared("区分")]
TABLE = texts(氏名=["山田花子", "佐藤次郎"], 区分=["甲", "乙"])
OFF = {"disabled": True}
GO = step("delete-column", "氏名", standards=[1], by="山田 2026-06-02")
KEEP = step("keep", "区分", standards=[1], by="山田 2026-06-02")
HIDE = step("suppress-cells", "区分", where={"column": "区分", "equals": "甲"}, standards=[5])


def problems(spec: Document) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in check_document(spec, TODAY).problems]


def test_it_is_not_made(tmp_path: Path) -> None:
    ran = run(tmp_path, document(COLUMNS, [GO, HIDE | OFF, KEEP]), TABLE)
    assert sorted(ran.rows) == [("乙",), ("甲",)]
    assert [(done["id"], done["technique"]) for done in ran.receipt["steps"]] == [("1", "delete-column"), ("3", "keep")]
    assert sorted(run(tmp_path, document(COLUMNS, [GO, HIDE, KEEP]), TABLE).rows) == [("*",), ("乙",)]


def test_its_columns_are_undecided_and_stop_a_run(tmp_path: Path) -> None:
    spec = document(COLUMNS, [GO, KEEP | OFF])
    assert refused(lambda: run(tmp_path, spec, TABLE)) == {"undecided-column": ["input.columns[1]"]}
    both = {"undecided-column": ["input.columns[0]"], "must-not-stay": ["input.columns[0]"]}
    assert refused(lambda: run(tmp_path, document(COLUMNS, [GO | OFF, KEEP]), TABLE)) == both


def test_a_check_names_it_as_open_at_its_place() -> None:
    checked = check_document(document(COLUMNS, [HIDE | OFF, GO, KEEP]), TODAY)
    assert checked.ok
    [told] = [problem for problem in checked.open if problem.code == "step-disabled"]
    assert (told.where, told.what) == ("steps[0]", Text("手順 1 は無効になっています。", "step 1 is disabled."))


def test_places_in_messages_stay_those_of_the_file() -> None:
    assert problems(document(COLUMNS, [HIDE | OFF, GO, KEEP, step("round", "区分", base="10")])) == [
        ("wrong-type", "steps[3]")
    ]


def test_it_is_asked_for_nothing() -> None:
    for off in (
        step("keep", "無い列"),
        step("pseudonymize", "区分", domain="人"),
        step("top-code", "区分", at_least="9", label="x"),
    ):
        assert problems(document(COLUMNS, [off | OFF, GO, KEEP])) == []


def test_a_disabled_renaming_renames_nothing() -> None:
    rename = step("rename-column", "区分", to="種別")
    assert problems(document(COLUMNS, [GO, rename | OFF, step("keep", "区分")])) == []
    assert problems(document(COLUMNS, [GO, rename | OFF, step("keep", "種別")])) == [
        ("missing-column", "steps[2]"),
        ("undecided-column", "input.columns[1]"),
    ]


def test_a_disabled_step_that_adds_rows_may_stand_anywhere() -> None:
    dummies = step("add-dummies", "区分", rows=10, domain="人")
    assert "step-after-added-rows" in [code for code, _ in problems(document(COLUMNS, [dummies, GO, KEEP]))]
    spec = document(COLUMNS, [dummies | OFF, GO, KEEP])
    assert "step-after-added-rows" not in [code for code, _ in problems(spec)]


def test_it_answers_no_standard_and_no_finding() -> None:
    spec = document(COLUMNS, [GO | OFF, KEEP]).spec
    first = coverage(spec)[0]
    assert (first.status, first.columns) == ("open", ("区分",))
    found = Finding("person-name", ("氏名",), 1, "must", Text("名", "name"), 1.0)
    assert [problem.code for problem in unanswered(spec, [found])] == ["finding-open"]
    assert list(unanswered(document(COLUMNS, [GO, KEEP]).spec, [found])) == []


def test_a_policy_asks_nothing_of_it() -> None:
    policy = parse_policy("techniques: {forbidden: [suppress-cells]}\nreasons: {by: true}\n")
    for off, expected in ((OFF, set()), ({}, {"policy-technique", "policy-reason"})):
        spec = document(COLUMNS, [GO, HIDE | off, KEEP])
        assert {problem.code for problem in violations(policy, spec, spec.spec.input.schema_, TODAY)} == expected


def test_the_report_tells_the_steps_that_were_made_under_their_numbers(tmp_path: Path) -> None:
    spec = document(COLUMNS, [HIDE | OFF, GO, KEEP])
    receipt = run(tmp_path, spec, TABLE).outcome.receipt
    shown = steps_shown(spec.spec, receipt)
    assert [(one.n, one.step.technique) for one in shown] == [(2, "delete-column"), (3, "keep")]
    assert history(spec.spec)["区分"] == (spec.spec.steps[2],)
    assert sheets(spec.spec, []) == ()


def test_a_signature_covers_whether_it_is_disabled() -> None:
    on, off = document(COLUMNS, [GO, HIDE, KEEP]), document(COLUMNS, [GO, HIDE | OFF, KEEP])
    assert content_hash(on.text) != content_hash(off.text)


def test_it_is_written_and_read_back() -> None:
    spec = document(COLUMNS, [GO, HIDE | OFF, KEEP])
    assert "disabled: true" in spec.text
    assert parse_spec(dump_spec(spec.spec)).spec == spec.spec
    assert [n for n, _ in spec.spec.active] == [0, 2]


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ({}, OFF, "step-disabled", "第2手順 セル削除 suppress-cells（区分）: 無効になりました"),
        (OFF, {}, "step-enabled", "第2手順 セル削除 suppress-cells（区分）: 有効に戻りました"),
    ],
)
def test_a_diff_says_it_in_words(old: dict[str, Any], new: dict[str, Any], code: str, words: str) -> None:
    found = diff(document(COLUMNS, [GO, HIDE | old, KEEP]), document(COLUMNS, [GO, HIDE | new, KEEP]))
    assert [(change.code, change.where) for change in found.changes] == [(code, "steps[1]")]
    assert found.lines("ja") == [words]


def test_a_diff_says_that_a_step_came_in_disabled_and_that_false_is_the_default() -> None:
    before = document(COLUMNS, [GO, KEEP])
    [line] = diff(before, document(COLUMNS, [GO, KEEP, HIDE | OFF])).lines("en")
    assert line.endswith("added, disabled")
    assert diff(before, document(COLUMNS, [GO, KEEP | {"disabled": False}])).same


def test_true_or_false_and_nothing_else() -> None:
    assert refused(lambda: document(COLUMNS, [GO | {"disabled": "はい"}])) == {"bad-value": ["steps[0].disabled"]}


def test_its_reason_is_looked_at_like_any_other(tmp_path: Path) -> None:
    rare = texts(氏名=[f"山田花子{n}" for n in range(30)], 区分=["甲"] * 29 + ["めずらしい区分の値"])
    spec = document(COLUMNS, [GO, KEEP, HIDE | OFF | {"because": "めずらしい区分の値を隠す"}])
    found = refused(lambda: run(tmp_path, spec, rare), "めずらしい区分の値")
    assert found == {"value-in-reason": ["steps[2].because"]}
