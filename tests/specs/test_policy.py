"""What an organisation asks of every spec: read strictly, found where it lies, told with its place in the spec."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_runs import TODAY, declared, document, refused, step, texts
from sudare.engines.engine import Engine
from sudare.errors import Refused, SudareError
from sudare.execution.job import Job
from sudare.specs import changed_spec, check_document, content_hash, parse_spec, read_spec, signed
from sudare.specs.policy import NAME, PolicyFile, find_policy, parse_policy, read_policy
from sudare.verbs import check

sys.path.insert(0, str(Path(__file__).parent))
from example_spec import EXAMPLE

ON, UNTIL = dt.date(2026, 6, 20), dt.date(2026, 9, 30)
POLICY = """\
sudare: 1
title: 例町 匿名加工の内規
required: [file, proposal.use_until, staff]
signatures: {at_least: 1, by_duty: [保護管理者], not_the_designer: true}
techniques: {forbidden: [swap, add-noise]}
measures:
  - {measure: k-anonymity, at_least: 5}
reasons: {by: true, standards: true}
output: {formats: [csv]}
"""
SIGNED = signed(parse_spec(EXAMPLE), "佐藤", on=ON, until=UNTIL).text


def asked(policy: str, text: str = SIGNED, today: dt.date = ON) -> list[tuple[str, str]]:
    """Return what a policy finds in a spec."""
    used = PolicyFile(parse_policy(policy), NAME, "0" * 64)
    told = check_document(parse_spec(text), today, used)
    return [(p.code, p.where) for p in told.problems if p.code.startswith("policy-")]


def edited(old: str, new: str) -> str:
    assert EXAMPLE.count(old) == 1
    return signed(parse_spec(EXAMPLE.replace(old, new)), "佐藤", on=ON, until=UNTIL).text


def test_a_spec_that_does_what_is_asked_has_no_problem() -> None:
    assert asked(POLICY) == []
    assert check_document(parse_spec(SIGNED), ON, PolicyFile(parse_policy(POLICY), NAME, "0" * 64)).ok


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("file: {register_no: 健-012, holder: 例町長, eligibility: 適格判断-2026-03}\n", "", "policy-required", "file"),
        (", use_until: 2029-03-31", "", "policy-required", "proposal.use_until"),
        ("at_least: 5}", "at_least: 4}", "policy-measure", "checks[0]"),
        (
            "{format: csv, encoding: utf-8-sig",
            "{format: parquet, encoding: utf-8-sig",
            "policy-output",
            "output.format",
        ),
        ("because: 追跡しない, by: 山田 2026-06-02", "because: 追跡しない", "policy-reason", "steps[2].by"),
        ("standards: [3], because: 追跡", "because: 追跡", "policy-reason", "steps[2].standards"),
        (
            "because: 一般に珍しくない, by: 山田 2026-06-03",
            "because: 一般に珍しくない",
            "policy-reason",
            "dismissed[0].by",
        ),
        ("duty: 保護管理者", "duty: 係員", "policy-signatures", "approvals"),
        ("because: 追跡しない, by: 山田", "because: 追跡しない, by: 佐藤", "policy-signatures", "approvals"),
        (
            "because: 一般に珍しくない, by: 山田",
            "because: 一般に珍しくない, by: 佐藤",
            "policy-signatures",
            "approvals",
        ),
    ],
)
def test_each_breach_is_told_with_its_place_in_the_spec(old: str, new: str, code: str, where: str) -> None:
    assert asked(POLICY, edited(old, new)) == [(code, where)]


def test_a_check_that_is_missing_is_told() -> None:
    text = EXAMPLE.replace("checks:\n  - {measure: k-anonymity, columns: [住所, 年齢, 性別, 身長], at_least: 5}\n", "")
    assert asked("measures: [{measure: k-anonymity, at_least: 2}]", text) == [("policy-measure", "checks")]


@given(limit=st.integers(1, 12), given_=st.integers(1, 12))
def test_a_check_reaches_what_is_asked_just_from_its_limit_on(limit: int, given_: int) -> None:
    text = EXAMPLE.replace("at_least: 5}", f"at_least: {given_}}}")
    found = asked(f"measures: [{{measure: k-anonymity, at_least: {limit}}}]", text)
    assert (not found) == (given_ >= limit)


L_CHECK = "  - {measure: l-diversity, columns: [住所], sensitive: 判定, "


@pytest.mark.parametrize(
    ("wanted", "written", "holds"),
    [
        ("at_least: 2", "at_least: 2", True),
        ("at_least: 2", "kind: entropy, at_least: 2", True),  # an entropy of l needs l values
        ("kind: distinct, at_least: 2", "kind: recursive, c: 2, at_least: 2", True),
        ("kind: entropy, at_least: 2", "at_least: 9", False),
        ("kind: entropy, at_least: 1.5", "kind: entropy, at_least: 1.49", False),
        ("kind: recursive, c: 2, at_least: 2", "kind: recursive, c: 3, at_least: 2", False),
        ("kind: recursive, c: 2, at_least: 2", "kind: recursive, c: 1, at_least: 3", True),
        ("sensitive: 判定, at_least: 2", "at_least: 2", True),
        ("sensitive: 年齢, at_least: 2", "at_least: 2", False),
        ("columns: [住所], at_least: 2", "at_least: 2", True),
        ("columns: [住所, 性別], at_least: 2", "at_least: 2", False),
    ],
)
def test_only_a_check_at_least_as_strict_will_do(wanted: str, written: str, holds: bool) -> None:  # noqa: FBT001 - a row
    text = EXAMPLE.replace("output: {", f"{L_CHECK}{written}}}\noutput: {{")
    assert (asked(f"measures: [{{measure: l-diversity, {wanted}}}]", text) == []) is holds


def test_a_check_over_the_quasi_identifiers_must_name_each_that_is_left() -> None:
    declared_as = EXAMPLE.replace(
        "{name: 住所, type: text}", "{name: 住所, type: text, kind: quasi-identifier}"
    ).replace(
        "{name: 生年月日, type: date}", "{name: 生年月日, type: date, kind: quasi-identifier}"
    )  # the birth date is removed by a step
    policy = "measures: [{measure: k-anonymity, at_least: 5, over: quasi-identifiers}]"
    assert asked(policy, declared_as) == []
    without = declared_as.replace("[住所, 年齢, 性別, 身長], at_least: 5}", "[年齢, 性別], at_least: 5}")
    assert asked(policy, without) == [("policy-measure", "checks[0]")]


# --- techniques


def test_only_the_techniques_allowed_may_be_used() -> None:
    allowed = "techniques: {allowed: [delete-column, bin, keep, delete-small-classes]}"
    assert asked(allowed) == [("policy-technique", "steps[3]")]
    assert asked("techniques: {forbidden: [bin]}") == [
        ("policy-technique", "steps[5]"),
        ("policy-technique", "steps[6]"),
    ]


# --- signatures

RULE = "signatures: {at_least: 1, by_duty: [保護管理者], not_the_designer: true}"
SHORT = [("policy-signatures", "approvals")]


def test_an_approval_counts_only_while_it_holds() -> None:
    assert asked(RULE) == []
    assert asked(RULE, EXAMPLE) == SHORT
    assert asked(RULE, SIGNED.replace("第3号", "第4号")) == SHORT
    assert asked(RULE, SIGNED, UNTIL) == []
    assert asked(RULE, SIGNED, UNTIL + dt.timedelta(days=1)) == SHORT
    assert asked(RULE, SIGNED, ON - dt.timedelta(days=1)) == SHORT  # a day that is still to come
    assert asked(RULE, SIGNED.replace("佐藤 2026-06-20", "佐藤 2026-06-31")) == SHORT


def test_an_approval_by_somebody_who_is_not_staff_does_not_count() -> None:
    assert asked("signatures: {at_least: 1}", SIGNED.replace("{by: 佐藤", "{by: 鈴木")) == SHORT


def test_one_person_counts_once_under_whatever_name() -> None:
    two = "signatures: {at_least: 2}"
    again = signed(parse_spec(SIGNED), "佐藤", on=ON).text
    assert asked(two, again) == SHORT
    alias = parse_spec(EXAMPLE.replace("  佐藤: {", "  佐藤2: {name: 佐藤次郎, duty: 監査}\n  佐藤: {"))
    both = signed(signed(alias, "佐藤", on=ON), "佐藤2", on=ON).text
    assert asked(two, both) == SHORT
    assert asked(two, signed(parse_spec(SIGNED), "山田", on=ON).text) == []


def test_what_is_missing_says_who_counts() -> None:
    used = PolicyFile(parse_policy(RULE), NAME, "0" * 64)
    [problem] = check_document(parse_spec(EXAMPLE), ON, used).problems
    assert problem.what.ja == "数えられる承認が0人分です。規程は1人以上を求めます。"
    assert problem.now.ja.startswith("役割: 保護管理者。 加工を決めた人の承認は数えません。")


# --- reading


@pytest.mark.parametrize(
    ("text", "code", "where", "hint"),
    [
        ("requird: [file]\n", "unknown-key", "policy", "Did you mean 'required'?"),
        ("required: [fiel]\n", "unknown-name", "policy.required[0]", "Did you mean 'file'?"),
        ("required: [proposal.until]\n", "unknown-name", "policy.required[0]", "a spec has no such part."),
        ("required: [steps.by]\n", "unknown-name", "policy.required[0]", "a spec has no such part."),
        ("techniques: {forbidden: [swp]}\n", "unknown-name", "policy.techniques.forbidden[0]", "Did you mean 'swap'?"),
        ("techniques: {}\n", "missing-key", "policy.techniques", "it needs either `allowed` or `forbidden`."),
        ("techniques: {allowed: [bin], forbidden: [swap]}\n", "missing-key", "policy.techniques", "it needs either"),
        (
            "measures: [{measure: k-anonimity}]\n",
            "unknown-measure",
            "policy.measures[0]",
            "Did you mean 'k-anonymity'?",
        ),
        ("measures: [k]\n", "unknown-measure", "policy.measures[0]", "There are: "),
        ("measures: [{measure: k-anonymity}]\n", "missing-key", "policy.measures[0]", "the key 'at_least' is missing."),
        ("measures: [{measure: k-anonymity, at_least: 0}]\n", "bad-value", "policy.measures[0].at_least", "at least 1"),
        (
            "measures: [{measure: k-anonymity, at_least: 2, over: all}]\n",
            "bad-value",
            "policy.measures[0].over",
            "quasi",
        ),
        ("signatures: {at_least: none}\n", "bad-value", "policy.signatures.at_least", "not a whole number"),
        ("output: {formats: [csvv]}\n", "unknown-name", "policy.output.formats[0]", "Did you mean 'csv'?"),
        ("sudare: 2\n", "bad-value", "policy.sudare", "at most 1"),
        ("required: [file\n", "bad-yaml", "policy line 2", "it cannot be read as YAML."),
        ("required: &a [file]\n", "bad-yaml", "policy line 1", "not used in a spec"),
    ],
)
def test_a_policy_with_a_fault_is_refused_with_its_place(text: str, code: str, where: str, hint: str) -> None:
    with pytest.raises(Refused) as raised:
        parse_policy(text)
    assert [(p.code, p.where) for p in raised.value.problems] == [(code, where)]
    assert hint in raised.value.problems[0].message.en


def test_every_fault_of_a_policy_is_told_at_once() -> None:
    with pytest.raises(Refused) as raised:
        parse_policy("requird: []\nmeasures: [{measure: x}]\noutput: {formats: []}\n")
    assert {p.code for p in raised.value.problems} == {"unknown-measure", "unknown-key", "bad-value"}


def test_a_policy_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(b"\xef\xbb\xbf" + POLICY.replace("\n", "\r\n").encode())
    found = read_policy(path)
    assert found.to_dict() == {"file": NAME, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    assert found.policy == parse_policy(POLICY)
    path.write_bytes(POLICY.encode("cp932"))
    with pytest.raises(Refused) as raised:
        read_policy(path)
    assert raised.value.problems[0].code == "policy-encoding"


# --- finding


def test_the_nearest_policy_above_the_spec_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDARE_POLICY", raising=False)
    spec = tmp_path / "課" / "係" / "x.sudare.yaml"
    spec.parent.mkdir(parents=True)
    spec.touch()
    above, near = tmp_path / NAME, spec.parent / NAME
    assert find_policy(None) is None
    above.touch()
    assert find_policy(spec) == above.resolve()
    near.touch()
    assert find_policy(spec) == near.resolve()
    monkeypatch.setenv("SUDARE_POLICY", str(tmp_path / "env.yaml"))
    assert find_policy(spec) == tmp_path / "env.yaml"  # whether it is there or not: never passed over in silence
    assert find_policy(spec, tmp_path / "given.yaml") == tmp_path / "given.yaml"


def test_a_policy_that_is_named_and_not_there_is_no_empty_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "x.sudare.yaml"
    spec.write_text(EXAMPLE, encoding="utf-8")
    with pytest.raises(SudareError):
        read_policy(tmp_path / "none.yaml")
    monkeypatch.setenv("SUDARE_POLICY", str(tmp_path / "none.yaml"))
    found = check(spec)
    assert [(p.code, p.where) for p in found.problems] == [("cannot-open", "policy")]
    assert str(tmp_path) not in str(found.to_dict("en"))


# --- in a run


def _job(tmp_path: Path, engine: Engine, policy: str, **parts: Any) -> Job:
    path = tmp_path / NAME
    path.write_text(policy, encoding="utf-8", newline="\n")
    spec = document([declared("a")], [step("keep", "a")], **parts)
    return Job(spec, texts(a=["x"] * 9), engine=engine, policy=read_policy(path), today=TODAY)


def test_a_run_says_in_its_receipt_which_policy_it_kept(tmp_path: Path) -> None:
    with Engine(tmp_path / "engine") as engine:
        job = _job(tmp_path, engine, "techniques: {allowed: [keep]}\n")
        job.read()
        told = job.receipt.to_dict("en")["policy"]
        assert told == {"file": NAME, "sha256": hashlib.sha256((tmp_path / NAME).read_bytes()).hexdigest()}
        without = Job(job.document, texts(a=["x"]), engine=engine)
        assert without.receipt.to_dict("en")["policy"] is None


def test_a_run_against_the_policy_is_refused_before_any_data_is_read(tmp_path: Path) -> None:
    with Engine(tmp_path / "engine") as engine:
        job = _job(tmp_path, engine, "techniques: {forbidden: [keep]}\nrequired: [unit]\n")
        assert refused(job.read) == {"policy-required": ["unit"], "policy-technique": ["steps[0]"]}
        assert job.receipt.input["sha256"] is None
        assert job.receipt.policy is not None


def test_an_edit_by_the_tools_ends_what_the_policy_counted() -> None:
    before = parse_spec(SIGNED)
    after = changed_spec(before, before.spec.model_copy(update={"title": "別"}))
    assert content_hash(after.text) != content_hash(before.text)
    assert asked(RULE, after.text) == SHORT


def test_what_a_spec_says_of_itself_does_not_change_with_a_policy(tmp_path: Path) -> None:
    path = tmp_path / "x.sudare.yaml"
    path.write_text(SIGNED, encoding="utf-8", newline="\n")
    plain = check_document(read_spec(path), ON)
    used = PolicyFile(parse_policy(POLICY), NAME, "0" * 64)
    asked_too = check_document(read_spec(path), ON, used)
    assert (asked_too.standards, asked_too.open) == (plain.standards, plain.open)
    assert plain.to_dict("en")["policy"] is None
    assert asked_too.to_dict("en")["policy"] == {"file": NAME, "sha256": "0" * 64}
