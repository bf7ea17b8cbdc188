"""An edit of a spec is taken whole or refused at its place, and the spec it was given stays as it is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sudare.design import edits
from sudare.errors import Refused
from sudare.findings import Finding, Suggestion
from sudare.language import Text
from sudare.specs import changed_spec, parse_spec

sys.path.insert(0, str(Path(__file__).parents[1] / "specs"))
from example_spec import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sudare.specs import Spec

DOCUMENT = parse_spec(EXAMPLE)
SPEC = DOCUMENT.spec
KEEP = {"technique": "keep", "columns": ["判定"], "because": "試験のため"}


def places(action: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        action()
    return [(problem.code, problem.where) for problem in raised.value.problems]


def techniques_of(spec: Spec) -> list[str]:
    return [f"{step.technique} {'・'.join(step.columns)}" for step in spec.steps]


def found(kind: str, columns: Sequence[str], standard: int, *steps: dict[str, Any]) -> Finding:
    suggestions = tuple(Suggestion({"standards": [standard], **step}, Text("", "")) for step in steps)
    return Finding(kind, tuple(columns), standard, "must", Text("", ""), 1.0, suggestions=suggestions)


# ------------------------------------------------------------------ steps


def test_a_step_comes_in_where_it_is_asked_for() -> None:
    assert edits.with_step(SPEC, KEEP).steps[-1].columns == ("判定",)
    assert edits.with_step(SPEC, KEEP, 0).steps[0].technique == "keep"
    assert len(SPEC.steps) == 9  # the one that was given is as it was


def test_a_form_gives_numbers_and_lists_as_python_has_them() -> None:
    step = edits.with_step(SPEC, {"technique": "bin", "columns": ("年齢",), "edges": [40, 60.5], "because": "x"}).steps[
        -1
    ]
    assert step.to_dict()["edges"] == ["40", "60.5"]


def test_what_is_wrong_with_a_step_is_told_at_its_place() -> None:
    bad = {"technique": "delete-small-classes", "columns": [], "below": "一", "becaus": "x"}
    assert places(lambda: edits.with_step(SPEC, bad, 2)) == [
        ("bad-value", "steps[2].columns"),
        ("missing-key", "steps[2]"),
        ("bad-value", "steps[2].below"),
        ("unknown-key", "steps[2]"),
    ]


def test_there_is_no_step_beyond_the_last() -> None:
    for edit in (
        lambda: edits.with_step(SPEC, KEEP, 10),
        lambda: edits.replaced_step(SPEC, 9, KEEP),
        lambda: edits.without_step(SPEC, -1),
        lambda: edits.moved_step(SPEC, 9, 0),
        lambda: edits.moved_step(SPEC, 0, 9),
        lambda: edits.with_disabled(SPEC, 9),
    ):
        assert [code for code, _ in places(edit)] == ["no-such-place"]


def test_a_step_is_edited_in_its_place() -> None:
    data = edits.step_data(SPEC.steps[5]) | {"edges": [40, 90]}
    assert techniques_of(edits.replaced_step(SPEC, 5, data)) == techniques_of(SPEC)
    assert edits.changed_step(SPEC, 5, below=None).steps[5].to_dict().keys() == edits.step_data(
        SPEC.steps[5]
    ).keys() - {"below"}


@given(at=st.integers(0, 8), to=st.integers(0, 8))
def test_a_moved_step_stands_where_it_was_sent_and_the_others_keep_their_order(at: int, to: int) -> None:
    moved = edits.moved_step(SPEC, at, to)
    assert moved.steps[to] == SPEC.steps[at]
    assert [one for n, one in enumerate(moved.steps) if n != to] == [one for n, one in enumerate(SPEC.steps) if n != at]


def test_a_disabled_step_is_written_in_its_line_and_enabled_again_leaves_no_trace() -> None:
    off = changed_spec(DOCUMENT, edits.with_disabled(SPEC, 2))
    assert "because: 追跡しない, by: 山田 2026-06-02, disabled: true}" in off.text
    assert changed_spec(off, edits.with_disabled(off.spec, 2, off=False)).text == EXAMPLE


def test_an_edited_step_that_was_disabled_stays_so() -> None:
    off = edits.with_disabled(SPEC, 7)
    assert edits.replaced_step(off, 7, KEEP).steps[7].disabled
    assert not edits.replaced_step(off, 7, KEEP | {"disabled": False}).steps[7].disabled


def test_many_steps_get_one_reason_and_one_name() -> None:
    told = edits.with_reason(SPEC, [0, 1, 2], because="単独で識別", by="佐藤 2026-06-20")
    assert {(step.because, step.by) for step in told.steps[:3]} == {("単独で識別", "佐藤 2026-06-20")}
    assert told.steps[3:] == SPEC.steps[3:]


def test_a_reason_that_one_step_refuses_is_given_to_none() -> None:
    assert places(lambda: edits.with_reason(SPEC, [0, 99, 1], by="佐藤")) == [
        ("bad-value", "steps[0].by"),
        ("no-such-place", "steps[99]"),
        ("bad-value", "steps[1].by"),
    ]


# ------------------------------------------------------------------ other parts


def test_a_column_is_declared_otherwise() -> None:
    column = edits.with_column(SPEC, "年齢", type="decimal", unit=None, kind="quasi-identifier").input.columns[5]
    assert (column.type, column.unit, column.kind) == ("decimal", None, "quasi-identifier")
    assert edits.with_column(SPEC, 5, type="text").input.columns[5].type == "text"
    assert places(lambda: edits.with_column(SPEC, "年齢", type="number")) == [("bad-value", "input.columns[5].type")]
    assert places(lambda: edits.with_column(SPEC, "年令", type="text")) == [("missing-column", "input.columns")]


def test_a_column_out_of_scope_leaves_steps_and_checks_too() -> None:
    out = edits.with_scope(SPEC, ["判定2", "住所"], "提案の対象外")
    assert out.out_of_scope is not None
    assert out.out_of_scope.columns == ("判定2", "住所")
    assert "address-to-municipality 住所" not in techniques_of(out)
    assert out.steps[-1].columns == out.checks[0].columns == ("年齢", "性別", "身長")
    assert edits.with_scope(SPEC, []).out_of_scope is None


def test_scope_needs_a_reason_once() -> None:
    bare = edits.with_scope(SPEC, [])
    assert places(lambda: edits.with_scope(bare, ["住所"])) == [("missing-key", "out_of_scope")]
    kept = edits.with_scope(SPEC, ["性別"]).out_of_scope
    assert kept is not None
    assert kept.because == "提案の対象外"


def test_parts_are_written_and_left_out() -> None:
    assert edits.with_title(SPEC, "別の題").title == "別の題"
    assert places(lambda: edits.with_title(SPEC, " ")) == [("bad-value", "title")]
    assert edits.with_key(SPEC, None).key is None
    assert places(lambda: edits.with_key(SPEC, "鍵")) == [("bad-value", "key")]
    unit = edits.with_unit(SPEC, "氏名").unit
    assert unit is not None
    assert (unit.person, unit.at_least) == ("氏名", 1000)
    assert edits.with_unit(SPEC, None).unit is None
    reader = edits.with_reader(SPEC, who=["知人"], knows=["年齢"]).assumed_reader
    assert reader is not None
    assert (reader.who, reader.knows, reader.because) == (("知人",), ("年齢",), None)
    assert edits.with_part(SPEC, "staff", {"田中": {"name": "田中三郎"}}).staff["田中"].name == "田中三郎"
    assert places(lambda: edits.with_part(SPEC, "titel", "x")) == [("unknown-key", "titel")]


def test_checks_come_change_and_go() -> None:
    check = {"measure": "k-anonymity", "columns": ["年齢"], "at_least": 3}
    assert edits.with_check(SPEC, check).checks[1].columns == ("年齢",)
    assert edits.replaced_check(SPEC, 0, check).checks[0].to_dict()["at_least"] == 3
    assert edits.without_check(SPEC, 0).checks == ()
    assert places(lambda: edits.replaced_check(SPEC, 0, check | {"at_least": 0})) == [
        ("bad-value", "checks[0].at_least")
    ]
    assert places(lambda: edits.without_check(SPEC, 1)) == [("no-such-place", "checks[1]")]


def test_a_finding_is_dismissed_and_opened_again() -> None:
    told = edits.dismissed(SPEC, "email/判定", [1], "伏せた値のみ", by="山田 2026-06-03")
    assert [one.finding for one in told.dismissed] == ["rare-category/判定", "email/判定"]
    again = edits.dismissed(told, "email/判定", [1], "別の理由")
    assert [one.because for one in again.dismissed] == ["一般に珍しくない", "別の理由"]
    assert edits.undismissed(again, "email/判定") == SPEC
    assert places(lambda: edits.undismissed(SPEC, "email/判定")) == [("no-such-place", "dismissed[0]")]


def test_none_is_said_of_each_standard_by_itself() -> None:
    told = edits.dismissed(edits.dismissed(SPEC, "none", [2], "なし"), "none", [3], "なし")
    assert [one.standards for one in told.dismissed if one.finding == "none"] == [(2,), (3,)]


# ------------------------------------------------------------------ answers to findings

FREE = parse_spec(
    "sudare: 1\ntitle: 表\ninput:\n  columns:\n    - {name: 氏名}\n    - {name: 住所}\n    - {name: 年齢, type: integer}\n"
).spec
NAME = found("person-name", ["氏名"], 1, {"technique": "delete-column", "columns": ["氏名"]})
AGE = found(
    "unusual-in-society",
    ["年齢"],
    4,
    {"technique": "top-code", "columns": ["年齢"], "at_least": 90, "label": "90歳以上"},
    {"technique": "keep", "columns": ["年齢"]},
)
ALL = found(
    "rare-combination",
    ["住所", "年齢"],
    5,
    {"technique": "delete-small-classes", "columns": ["住所", "年齢"], "below": 5},
)


def test_answers_come_in_the_order_of_a_draft_whatever_is_answered_first() -> None:
    spec = FREE
    for finding in (ALL, AGE, NAME):
        spec = edits.with_answer(spec, finding, by="山田 2026-06-03", lang="ja")
    assert techniques_of(spec) == ["delete-column 氏名", "top-code 年齢", "delete-small-classes 住所・年齢"]
    assert [step.because for step in spec.steps] == [
        "所見 person-name/氏名（下書き）",
        "所見 unusual-in-society/年齢（下書き）",
        "所見 rare-combination/住所+年齢（下書き）",
    ]
    assert {step.by for step in spec.steps} == {"山田 2026-06-03"}


def test_another_answer_takes_the_place_of_the_one_before() -> None:
    coded = edits.with_answer(FREE, AGE, 0)
    kept = edits.with_answer(coded, AGE, 1, because="提案項目")
    assert techniques_of(kept) == ["keep 年齢"]
    assert techniques_of(edits.with_answer(kept, AGE, 0)) == ["top-code 年齢"]


def test_the_other_columns_of_a_step_stay_as_they_were_decided() -> None:
    kept = edits.with_step(FREE, {"technique": "keep", "columns": ["住所", "年齢"], "because": "提案項目"})
    assert techniques_of(edits.with_answer(kept, AGE, 0)) == ["top-code 年齢", "keep 住所"]


def test_a_deleted_column_leaves_what_looks_at_it_later() -> None:
    spec = edits.with_answer(FREE, ALL)
    spec = edits.with_check(spec, {"measure": "k-anonymity", "columns": ["住所", "年齢"], "at_least": 5})
    home = found("address", ["住所"], 1, {"technique": "delete-column", "columns": ["住所"]})
    answered = edits.with_answer(spec, home)
    assert techniques_of(answered) == ["delete-column 住所", "delete-small-classes 年齢"]
    assert answered.checks[0].columns == ("年齢",)


def test_an_answer_opens_no_dismissal_and_writes_no_empty_list() -> None:
    waved = edits.dismissed(FREE, AGE.id, [4], "珍しくない")
    assert edits.with_answer(waved, AGE).dismissed == ()
    document = parse_spec(EXAMPLE)
    other = changed_spec(document, edits.with_answer(document.spec, NAME))
    assert "dismissed: []" not in other.text
    assert "dismissed" not in edits.with_answer(FREE, NAME).model_fields_set


def test_the_same_combination_is_looked_at_once() -> None:
    spec = edits.with_answer(edits.with_answer(FREE, ALL), ALL)
    assert techniques_of(spec) == ["delete-small-classes 住所・年齢"]


def test_a_suggestion_that_is_not_there_is_refused() -> None:
    assert places(lambda: edits.with_answer(FREE, NAME, 1)) == [("no-such-place", "suggestions[1]")]


EDITS: dict[str, Callable[[Spec, int], Spec]] = {
    "add": lambda spec, place: edits.with_step(spec, KEEP, place),
    "remove": edits.without_step,
    "move": lambda spec, place: edits.moved_step(spec, place, 0),
    "switch": lambda spec, place: edits.with_disabled(spec, place, off=not spec.steps[place].disabled),
    "reason": lambda spec, place: edits.with_reason(spec, [place], because="別の理由"),
    "title": lambda spec, _place: edits.with_title(spec, f"{spec.title}改"),
}


@settings(max_examples=10)
@given(st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 6)), min_size=1, max_size=3))
def test_whatever_is_edited_the_text_says_the_spec_and_keeps_its_comments(made: list[tuple[str, int]]) -> None:
    document = DOCUMENT
    for name, place in made:
        wanted = EDITS[name](document.spec, place)
        document = changed_spec(document, wanted)
        assert document.spec == wanted
    assert "# gov-2017 is for lessons" in document.text
    assert "# a repeated header" in document.text
