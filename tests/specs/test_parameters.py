"""A parameter is a text with a name: put in before anything is typed, set for one run, and never written by the writer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sudare.errors import Refused, SudareError, UsageError
from sudare.specs import (
    changed_spec,
    check_document,
    content_hash,
    dump_spec,
    parse_spec,
    read_spec,
    signed,
    spec_schema,
)
from sudare.specs.parameters import escaped, filled, names_in, settings
from sudare.specs.reading import build

PLANTED = "木津川うろこ"  # a value that no message may repeat
TEXT = """\
sudare: 1
title: "${年度}の提案"   # 題名
parameters:
  年度: 令和8年度
  至年: 2026
  市区: 松山市
  段: 2   # 何段か
input:
  columns:
    - {name: 年, type: integer}
    - {name: "${市区}の人口", type: text}
    - {name: 住所, type: text}
steps:
  # 年
  - technique: top-code
    columns: [年]
    at_least: ${至年}
    label: ${至年}年以降
    because: 一つ目
  - technique: map-values
    columns: [住所]
    tree: {愛媛県: {中予: [松山市, "${市区}北条"]}}
    level: ${段}
    because: 二つ目
  - technique: keep
    columns: ["${市区}の人口"]
    because: 本文の $${至年} は記号
"""


def written_by_hand(text: str, **values: str) -> str:
    for name, value in values.items():
        text = text.replace(f"$${{{name}}}", "\0").replace(f"${{{name}}}", value).replace("\0", f"$${{{name}}}")
    return text


def found(text: str, given_: dict[str, str] | None = None) -> list[tuple[str, str]]:
    with pytest.raises(SudareError) as raised:
        parse_spec(text, None, given_)
    assert PLANTED not in str(raised.value)
    assert not any(PLANTED in part for p in raised.value.problems for part in (*p.message, p.where))
    return [(problem.code, problem.where) for problem in raised.value.problems]


# ------------------------------------------------------------------ what a parameter is


def test_a_parameter_stands_for_the_same_text_written_by_hand() -> None:
    by_hand = written_by_hand(TEXT, 年度="令和8年度", 至年="2026", 市区="松山市", 段="2")
    assert parse_spec(TEXT).spec == parse_spec(by_hand).spec
    spec = parse_spec(TEXT).spec
    assert spec.title == "令和8年度の提案"
    assert (spec.steps[0].to_dict()["at_least"], spec.steps[0].to_dict()["label"]) == ("2026", "2026年以降")
    assert spec.steps[1].to_dict()["level"] == 2
    assert spec.steps[2].columns == ("松山市の人口",)
    assert spec.steps[2].because == "本文の ${至年} は記号"


def test_a_set_value_takes_the_place_of_the_default_and_is_known_as_such() -> None:
    document = parse_spec(TEXT, None, {"至年": "2027", "段": "2"})
    assert document.spec.steps[0].to_dict()["at_least"] == "2027"
    assert document.parameters == {"年度": "令和8年度", "至年": "2027", "市区": "松山市", "段": "2"}
    assert document.overridden == ("至年",)  # 段 was set to what it is anyway
    assert document.spec.parameters["至年"] == "2026"


# A text as a person would write it in double quotes; ruamel would take other line ends for its own.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\\u2028\u2029\ufeff'), max_size=20)


@given(TEXTS.filter(lambda text: "${" not in text and not text.endswith("$")), TEXTS)
def test_putting_a_text_in_is_writing_it_by_hand(value: str, around: str) -> None:
    around = around.replace("$", "")
    reason = f'"{around}${{a}}{around}理由"'
    text = 'sudare: 1\ntitle: t\nparameters: {a: "x"}\ninput: {columns: [{name: 列}]}\n'
    text += f"steps: [{{technique: keep, columns: [列], because: {reason}}}]\n"
    assert parse_spec(text, None, {"a": value}).spec == parse_spec(text.replace("${a}", value)).spec


@given(st.text(st.sampled_from("${}a年 \\"), max_size=12))
def test_an_escaped_text_is_read_as_it_stands(text: str) -> None:
    assert filled({"title": escaped(text)}, {"a": "x", "年": "y"}) == ({"title": text}, [])


@given(st.text(max_size=20))
def test_what_was_put_in_is_a_text_and_is_not_looked_at_again(value: str) -> None:
    made, problems = filled({"steps": [{"columns": "${a}"}]}, {"a": value, "b": "y"})
    assert made == {"steps": [{"columns": value}]}
    assert [problem.code for problem in problems] == (["nested-parameter"] if names_in(value) & {"a", "b"} else [])


def test_a_value_never_becomes_a_list() -> None:
    text = TEXT.replace("columns: [年]", 'columns: "${市区}"')
    assert ("bad-value", "steps[0].columns") in found(text, {"市区": f"[{PLANTED}]"})


def test_nothing_is_put_into_the_version_the_parameters_and_the_approvals() -> None:
    assert found(TEXT.replace("sudare: 1", "sudare: ${段}"), {"段": "1"}) == [("missing-version", "sudare")]
    approvals = f'approvals:\n  - {{by: "${{市区}} 2026-04-01", of: sha256:{"0" * 64}}}\n'
    assert parse_spec(TEXT + approvals).spec.approvals[0].by == "${市区} 2026-04-01"
    aside = TEXT.replace("令和8年度", "'${別のもの}'")
    assert parse_spec(aside).spec.title == "${別のもの}の提案"


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (("${段}", "${殺}"), [("unknown-parameter", "steps[1].level")]),
        (('"${年度}の提案"', '"${年}"'), [("unknown-parameter", "title")]),
        (('"${市区}北条"', '"${木津川うろこ}"'), [("unknown-parameter", "steps[1].tree")]),  # may hold values: not told
        (("中予:", '"${市区}木津川うろこ":'), [("parameter-in-key", "steps[1].tree")]),
        (("because: 一つ目", "because: 値 ${ 木津川うろこ"), [("bad-reference", "steps[0].because")]),
        (("because: 一つ目", "because: 値 ${}"), [("bad-reference", "steps[0].because")]),
        (("段: 2 ", '段: "${市区}" '), [("nested-parameter", "parameters"), ("bad-value", "steps[1].level")]),
        (
            ("段: 2 ", "段: {木津川うろこ: 1} "),
            [("unknown-parameter", "steps[1].level"), ("bad-parameter", "parameters")],
        ),
        (("  段: 2 ", '  段: 2\n  "木津川うろこ =": x '), [("bad-parameter", "parameters")]),
        (("level: ${段}", "level: ${段}\n    levl: 1"), [("unknown-key", "steps[1]")]),
    ],
)
def test_each_fault_is_told_at_its_place_in_the_spec(change: tuple[str, str], problems: list[tuple[str, str]]) -> None:
    text = TEXT.replace(*change)
    assert text != TEXT
    assert found(text) == problems


def test_a_near_match_is_offered() -> None:
    with pytest.raises(Refused) as raised:
        parse_spec(TEXT.replace("${年度}の", "${年度末}の"))
    assert raised.value.problems[0].message.en == "there is no parameter '年度末'. Did you mean '年度'?"


def test_a_bad_value_is_refused_at_its_place_and_not_repeated() -> None:
    assert found(TEXT, {"段": PLANTED}) == [("bad-value", "steps[1].level")]


def test_a_reference_without_quotes_in_brackets_says_what_to_do() -> None:
    with pytest.raises(Refused, match=r'"\$\{(名前|NAME)\}"'):
        parse_spec(TEXT.replace('["${市区}の人口"]', "[${市区}]"))


@pytest.mark.parametrize("texts", [[PLANTED], ["年=1", PLANTED], [f"年={PLANTED}", f"年={PLANTED}"]])
def test_a_setting_that_cannot_be_read_is_a_usage_error(texts: list[str]) -> None:
    with pytest.raises(UsageError) as raised:
        settings(texts)
    assert [problem.code for problem in raised.value.problems] == ["bad-setting"]
    assert PLANTED not in str(raised.value)


def test_a_setting_may_be_empty_and_hold_equals_signs() -> None:
    assert settings(["a=", "b==x=y "]) == {"a": "", "b": "=x=y "}


def test_an_unknown_name_is_a_usage_error_with_the_near_match() -> None:
    with pytest.raises(UsageError) as raised:
        parse_spec(TEXT, None, {"年": PLANTED, "至年": "1"})
    [problem] = raised.value.problems
    assert (problem.code, problem.where) == ("unknown-parameter", "--set")
    assert "'年度'" in problem.message.en or "'至年'" in problem.message.en
    assert PLANTED not in str(raised.value)


# ------------------------------------------------------------------ the check


def test_what_nothing_refers_to_is_open() -> None:
    points = check_document(parse_spec(TEXT.replace("level: ${段}", "level: 2"))).open
    assert [point.where for point in points if point.code == "unused-parameter"] == ["parameters.段"]
    assert "unused-parameter" not in {point.code for point in check_document(parse_spec(TEXT)).open}


def test_a_signature_binds_the_text_and_other_values_are_open() -> None:
    document = signed(parse_spec(TEXT), "佐藤", on=dt.date(2026, 4, 1))
    assert "${至年}" in document.text
    assert content_hash(document.text) == content_hash(TEXT)
    same = parse_spec(document.text, None, {"至年": "2026"})
    other = parse_spec(document.text, None, {"至年": "2027"})
    today = dt.date(2026, 4, 2)
    for one in (same, other):
        assert not [p for p in check_document(one, today).problems if p.code.startswith("signature")]
    assert [p.message.ja for p in check_document(other, today).open if p.code == "parameters-set"] == [
        "承認された既定値と違う値で使います: 至年。"
    ]
    assert "parameters-set" not in {p.code for p in check_document(same, today).open}
    assert "parameters-set" not in {p.code for p in check_document(parse_spec(TEXT, None, {"至年": "1"})).open}


# ------------------------------------------------------------------ the writer


def test_saving_an_unchanged_spec_changes_no_byte(tmp_path: Any) -> None:
    path = tmp_path / "a.sudare.yaml"
    path.write_bytes(TEXT.encode())
    document = read_spec(path, {"段": "1"})
    again = document.spec.model_copy(update={"title": str(document.spec.title)})
    assert changed_spec(document, again).text.encode() == TEXT.encode()


@pytest.mark.parametrize("values", [{}, {"年度": "令和9年度", "至年": "2031", "市区": "新居浜市", "段": "1"}])
def test_a_change_elsewhere_leaves_every_reference(values: dict[str, str]) -> None:
    document = parse_spec(TEXT, None, values)
    steps = document.spec.steps
    changed = changed_spec(
        document,
        document.spec.model_copy(update={"steps": (steps[2], steps[0], steps[1])}, deep=True),
    )
    assert sorted(changed.text.replace('"', "").split()) == sorted(TEXT.replace('"', "").split())
    assert changed.parameters == document.parameters


def test_an_edited_step_keeps_the_references_that_it_still_means() -> None:
    document = parse_spec(TEXT)
    top, *others = document.spec.steps
    edited = top.model_copy(update={"at_least": "2030", "because": "費用は ${いくら} か"})
    after = changed_spec(document, document.spec.model_copy(update={"steps": (edited, *others)}))
    differ = [(old, new) for old, new in zip(TEXT.splitlines(), after.text.splitlines(), strict=True) if old != new]
    assert differ == [
        ("    at_least: ${至年}", '    at_least: "2030"'),
        ("    because: 一つ目", '    because: "費用は $${いくら} か"'),
    ]
    assert after.spec.steps == (edited, *others)


def test_a_new_default_is_followed_and_a_parameter_that_goes_leaves_its_value() -> None:
    document = parse_spec(TEXT)
    later = {**document.spec.parameters, "至年": "2027"}
    after = changed_spec(document, document.spec.model_copy(update={"parameters": later}))
    assert after.text == TEXT.replace("至年: 2026", '至年: "2027"')
    assert after.spec.steps[0].to_dict()["at_least"] == "2027"
    fewer = {name: value for name, value in document.spec.parameters.items() if name != "市区"}
    without = changed_spec(document, document.spec.model_copy(update={"parameters": fewer}))
    assert "市区" not in without.text
    assert without.spec.steps == document.spec.steps
    assert "${至年}" in without.text


def test_the_canonical_text_stands_before_the_input_and_says_the_values() -> None:
    text = dump_spec(parse_spec(TEXT).spec)
    assert text.index("\nparameters:\n") < text.index("\ninput:\n") < text.index("\nsteps:\n")
    assert parse_spec(text).spec == parse_spec(TEXT).spec


@tried(max_examples=20)
@given(
    st.text(st.sampled_from("${}a年:# '\"\\"), max_size=12).filter(str.strip),
    st.text(st.sampled_from("${}a"), max_size=6),
)
def test_a_text_full_of_signs_survives_writing_and_reading(text: str, value: str) -> None:
    spec = build({"sudare": 1, "title": "t", "parameters": {"x": value}, "input": {"columns": [{"name": "c"}]}})
    spec = spec.model_copy(update={"title": text})
    assert parse_spec(dump_spec(spec)).spec == spec
    document = parse_spec(TEXT)
    assert changed_spec(document, document.spec.model_copy(update={"title": text})).spec.title == text


# ------------------------------------------------------------------ the JSON Schema


def faults(text: str) -> list[str]:
    data = YAML(typ="safe", pure=True).load(text)
    errors = jsonschema.Draft202012Validator(spec_schema()).iter_errors(data)
    return sorted(".".join(map(str, error.absolute_path)) for error in errors)


def test_editors_take_a_reference_in_the_place_of_a_typed_value() -> None:
    assert faults(TEXT) == []
    assert faults(TEXT.replace("level: ${段}", "level: 3")) == []
    assert faults(TEXT.replace("level: ${段}", "level: 段")) == ["steps.1"]
    assert faults(TEXT.replace("sudare: 1", 'sudare: "${段}"')) == ["sudare"]
    assert faults(TEXT.replace("段: 2 ", "段: [2] ")) == ["parameters.段"]
    extra = 'unit: {person: 住所, at_least: "${段}"}\nregime: "${市区}"\noutput: {shuffle: "${段}", because: x}\n'
    assert faults(TEXT + extra) == []
