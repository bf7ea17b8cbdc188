"""A spec that is wrong is told so: everything at once, with near matches, and never with a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sudare.errors import Refused, SudareError
from sudare.specs import check_document, check_file, parse_spec, read_spec

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.errors import Problem

GOOD = """\
sudare: 1
title: 表
input:
  columns:
    - {name: 年齢, type: integer}
    - {name: 氏名}
steps:
  - {technique: keep, columns: [年齢], because: 一}
  - {technique: delete-column, columns: [氏名], because: 二}
"""
PLANTED = "田中太郎"


def problems(text: str) -> list[Problem]:
    with pytest.raises(Refused) as raised:
        parse_spec(text)
    told = str(raised.value) + "".join(repr(problem) for problem in raised.value.problems)
    assert PLANTED not in told
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or raised.value.__suppress_context__
    return list(raised.value.problems)


def places(text: str) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in problems(text)]


def edited(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_the_good_spec_is_good() -> None:
    assert check_document(parse_spec(GOOD)).ok


@pytest.mark.parametrize(
    ("text", "where", "near"),
    [
        (GOOD + "titel: x\n", "", "title"),
        (edited("{name: 氏名}", "{name: 氏名, kinds: other}"), "input.columns[1]", "kind"),
        (edited("  columns:\n", "  encodin: cp932\n  columns:\n"), "input", "encoding"),
        (edited("because: 一}", "because: 一, standard: [1]}"), "steps[0]", "standards"),
        (GOOD + "checks:\n  - {measure: k-anonymity, columns: [年齢], at_least: 2, unit: x}\n", "checks[0]", None),
        (GOOD + "unit: {persons: 年齢}\n", "unit", "person"),
        (GOOD + "output: {formats: csv}\n", "output", "format"),
        (GOOD + "staff: {山田: {name: x, duti: y}}\n", "staff.山田", "duty"),
    ],
)
def test_an_unknown_key_is_refused_with_the_near_match(text: str, where: str, near: str | None) -> None:
    found = [problem for problem in problems(text) if problem.code == "unknown-key"]
    assert [problem.where for problem in found] == [where]
    assert (f"'{near}'" in found[0].now.en) if near else not found[0].now.en


@pytest.mark.parametrize(
    "text",
    [
        GOOD + f"{PLANTED}: x\n",
        edited("because: 一}", f"because: 一, {PLANTED}: x}}"),
        edited("{name: 氏名}", f"{{name: 氏名, {PLANTED}: x}}"),
        edited("{technique: keep", f"{{technique: {PLANTED}"),
        edited("type: integer", f"type: {PLANTED}"),
        edited("sudare: 1", f"sudare: {PLANTED}"),
        GOOD + f"output: {{shuffle: {PLANTED}}}\n",
        GOOD + f"regime: {PLANTED}\n",
        GOOD + f"checks:\n  - {{measure: k-anonymity, columns: [年齢], at_least: {PLANTED}}}\n",
        GOOD + f"checks:\n  - {{measure: {PLANTED}, columns: [年齢]}}\n",
        GOOD + f"key: {PLANTED}\n",
        GOOD + f"proposal: {{use_until: {PLANTED}}}\n",
        edited("because: 一}", f"because: 一, by: {PLANTED}}}"),
        edited("because: 一}", f"because: 一, standards: [{PLANTED}]}}"),
        edited("columns: [年齢]", f"columns: {{{PLANTED}: x}}"),
        f"{PLANTED}: [\n",
        f"{PLANTED}: x\n{PLANTED}: y\n",
        f"- {PLANTED}\n",
        PLANTED,
    ],
)
def test_what_may_be_a_value_is_never_repeated(text: str) -> None:
    assert problems(text)


def with_step(step: str) -> str:
    return edited("{technique: keep, columns: [年齢], because: 一}", step)


@pytest.mark.parametrize(
    ("step", "where"),
    [
        ("{technique: map-values, columns: [氏名], table: {%s: {a: b}}, because: 一}", "steps[0].table"),
        ("{technique: map-values, columns: [氏名], table: {%s: ''}, because: 一}", "steps[0].table"),
        ("{technique: map-values, columns: [氏名], tree: {%s: {%s: ''}}, because: 一}", "steps[0].tree"),
        ("{technique: delete-records, where: {column: 氏名, in: {%s: x}}, because: 一}", "steps[0].where.in"),
        ("{technique: delete-records, where: {column: 氏名, equals: [%s]}, because: 一}", "steps[0].where.equals"),
        ("{technique: delete-records, where: {column: 氏名, %s: x}, because: 一}", "steps[0].where"),
        ("{technique: delete-records, where: {all: [{column: 氏名, %s: x}]}, because: 一}", "steps[0].where.all[0]"),
    ],
)
def test_a_path_ends_where_values_may_begin(step: str, where: str) -> None:
    found = problems(with_step(step.replace("%s", PLANTED)))
    assert {problem.where for problem in found} == {where}


def test_all_faults_of_a_spec_are_told_at_once() -> None:
    text = """\
sudare: 1
titel: 表
regime: gov-2016
input:
  columns:
    - {name: 年齢, type: number}
    - {name: 年齢}
steps:
  - {technique: keeps, columns: [年齢], because: 一}
  - {technique: keep, columns: [], because: ""}
  - {technique: bin, columns: [年齢], edges: [], because: x, by: 山田}
  - 何か
checks:
  - {measure: k-anonimity, columns: [年齢], at_least: 5}
  - {measure: k-anonymity, columns: [年齢], at_least: 0}
"""
    assert sorted(places(text)) == sorted(
        [
            ("unknown-technique", "steps[0]"),
            ("bad-value", "steps[1].columns"),
            ("bad-value", "steps[1].because"),
            ("bad-value", "steps[2].edges"),
            ("bad-value", "steps[2].by"),
            ("missing-key", "steps[3]"),
            ("unknown-measure", "checks[0]"),
            ("bad-value", "checks[1].at_least"),
            ("missing-key", ""),
            ("bad-value", "regime"),
            ("bad-value", "input.columns[0].type"),
            ("unknown-key", ""),
        ]
    )


def test_all_faults_of_the_columns_are_told_at_once() -> None:
    text = GOOD.replace("[年齢]", "[年令]").replace(
        "technique: delete-column, columns: [氏名]", "technique: bin, edges: [1], columns: [氏名]"
    )
    text += "unit: {person: 番号}\nout_of_scope: {columns: [氏]" + ", because: x}\nchecks:\n"
    text += "  - {measure: k-anonymity, columns: [年齢, 性別], at_least: 2}\n"
    found = [(problem.code, problem.where) for problem in check_document(parse_spec(text)).problems]
    assert found == [
        ("missing-column", "out_of_scope.columns"),
        ("missing-column", "unit.person"),
        ("missing-column", "steps[0]"),
        ("wrong-type", "steps[1]"),
        ("undecided-column", "input.columns[0]"),
        ("missing-column", "checks[0]"),
    ]


def test_a_technique_and_a_measure_have_near_matches() -> None:
    [step] = problems(edited("technique: keep", "technique: keeps"))
    assert step.now.en == "Did you mean 'keep'?"
    [check] = problems(GOOD + "checks:\n  - {measure: k-anonimity, columns: [年齢], at_least: 5}\n")
    assert check.now.en == "Did you mean 'k-anonymity'?"
    [far] = problems(edited("technique: keep", "technique: zzzzzz"))
    assert "delete-column" in far.now.en


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("sudare: 1\ntitle: a\ntitle: b\n", "line 3"),
        ("sudare: 1\ninput:\n  columns: []\n  columns: []\n", "line 4"),
        ("sudare: 1\ntitle: &a x\n", "line 2"),
        ("sudare: 1\ntitle: x\nkey: *a\n", "line 3"),
        ("sudare: 1\ntitle: !!python/object:os.system x\n", "line 2"),
        ("sudare: 1\ntitle: !x y\n", "line 2"),
        ("sudare: 1\nsteps: &s\n  - x\n", "line 2"),
        ("sudare: 1\n\ttitle: x\n", "line 2"),
        ("sudare: 1\ntitle: [a\n", "line 3"),
        ("sudare: 1\ntitle: 'x\n", "line 3"),
        ("sudare: 1\n---\nsudare: 1\n", "line 2"),
        ("a: " + "[" * 5000, "line 1"),
        ("sudare: 1\ntitle: \x00\n", ""),
    ],
)
def test_what_a_spec_does_not_use_of_yaml_is_refused_by_line(text: str, where: str) -> None:
    [problem] = problems(text)
    assert problem.code == "bad-yaml"
    assert problem.where == where


def test_a_merge_key_is_an_unknown_key() -> None:
    assert "unknown-key" in [code for code, _ in places(GOOD + "<<: {title: x}\n")]


@pytest.mark.parametrize("text", ["", "\n", "# nur\n", "[]", "x", "- a", "null", "1"])
def test_an_empty_file_or_another_thing_is_no_spec(text: str) -> None:
    assert [code for code, _ in places(text)] == ["bad-yaml"]


@pytest.mark.parametrize(
    ("written", "code"),
    [("2", "newer-version"), ("10", "newer-version"), ("0", "missing-version"), ("-1", "missing-version"),
     ("１", "missing-version"), ("1.0", "missing-version"), ("", "missing-version")],
)  # fmt: skip
def test_another_version_is_refused_before_anything_else(written: str, code: str) -> None:
    assert places(edited("sudare: 1", f"sudare: {written}") + "unknown: x\n") == [(code, "sudare")]


def test_a_spec_without_a_version_is_refused() -> None:
    assert places(edited("sudare: 1\n", "")) == [("missing-version", "sudare")]


def saved(folder: Path, data: bytes) -> Any:
    path = folder / "a.sudare.yaml"
    path.write_bytes(data)
    return path


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    plain = parse_spec(GOOD).spec
    assert read_spec(saved(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())).spec == plain
    assert read_spec(saved(tmp_path, GOOD.replace("\n", "\r\n").encode())).spec == plain


@pytest.mark.parametrize("data", [GOOD.encode("cp932"), GOOD.encode("utf-16"), b"\xff\xfe\x00"])
def test_another_encoding_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Refused) as raised:
        read_spec(saved(tmp_path, data))
    assert [problem.code for problem in raised.value.problems] == ["spec-encoding"]
    assert raised.value.__suppress_context__


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    with pytest.raises(Refused) as raised:
        read_spec(saved(tmp_path, GOOD.encode() + b"# x\n" * 1_100_000))
    assert [problem.code for problem in raised.value.problems] == ["spec-too-large"]
    with pytest.raises(Refused):
        parse_spec(GOOD + "# x\n" * 1_100_000)


def test_a_spec_that_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(SudareError) as raised:
        read_spec(tmp_path / "none.yaml")
    assert [problem.code for problem in raised.value.problems] == ["cannot-open"]
    assert raised.value.exit_code == 1


def test_checking_a_bad_file_is_a_check_with_problems(tmp_path: Path) -> None:
    checked = check_file(saved(tmp_path, b"sudare: 2\n"))
    assert not checked.ok
    assert checked.to_dict("en")["problems"][0]["code"] == "newer-version"
