"""Where a spec does not do what the organisation's policy asks: problems, each with its place in the spec."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sudare.errors import Problem
from sudare.language import NOTHING, Text
from sudare.specs.policy import part_title
from sudare.specs.signatures import holds
from sudare.specs.strictness import as_strict
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sudare.measures import Measure
    from sudare.specs.policy import MeasureRule, OutputRule, Policy, ReasonRule, SignatureRule, TechniqueRule
    from sudare.specs.reading import Document
    from sudare.specs.spec import Approval, Spec
    from sudare.tables.schema import Schema

_ADD = Text("書き加えてください。", "Add it.")
_DUTIES = Text("役割: {duties}。", "Duties that count: {duties}.")
_OTHERS = Text("加工を決めた人の承認は数えません。", "Approvals by whoever decided the processing do not count.")


def violations(policy: Policy, document: Document, released: Schema, today: date) -> Iterator[Problem]:
    """Say where a spec breaks a policy. `released` are the columns of the output."""
    spec = document.spec
    yield from _left_out(policy.required, spec)
    if policy.techniques is not None:
        yield from _techniques(policy.techniques, spec)
    for rule in policy.measures:
        yield from _measures(rule, spec, released)
    if policy.reasons is not None:
        yield from _reasons(policy.reasons, spec)
    if policy.output is not None:
        yield from _output(policy.output, spec)
    if policy.signatures is not None:
        yield from _signatures(policy.signatures, document, today)


def _left_out(required: tuple[str, ...], spec: Spec) -> Iterator[Problem]:
    for path in required:
        value: object = spec
        for key in path.split("."):
            value = getattr(value, key, None)
        if value is None or value in ((), {}):
            what = Text("規程は{title}を求めます。", "the policy asks for: {title}.").fill(
                title=part_title(path) or path
            )
            yield Problem("policy-required", path, what, _ADD)


def _techniques(rule: TechniqueRule, spec: Spec) -> Iterator[Problem]:
    for n, step in spec.active:
        if not rule.allows(step.technique):
            what = Text("規程は手法「{label}」を認めていません。", "the policy does not allow '{label}'.")
            now = Text("別の手法にしてください。", "Use another technique.")
            yield Problem("policy-technique", f"steps[{n}]", what.fill(label=step.label), now)


def _measures(rule: MeasureRule, spec: Spec, released: Schema) -> Iterator[Problem]:
    wanted = frozenset(c.called for c in released if c.kind == "quasi-identifier") if rule.over else frozenset()
    if any(as_strict(check, rule.check, rule.keys) and wanted <= _names(check) for check in spec.checks):
        return
    same = [n for n, check in enumerate(spec.checks) if check.measure == rule.check.measure]
    where = f"checks[{same[0]}]" if len(same) == 1 else "checks"
    what = Text(
        "規程は検査「{label}」（{limit}）を求めます。", "the policy asks for the check {label} ({limit})."
    ).fill(label=rule.check.label, limit=rule.check.limit())
    names = Text("、".join(sorted(wanted)), ", ".join(sorted(wanted)))
    over = Text("列 {names} のすべてを調べるもの。", "It must look at all of: {names}.").fill(names=names)
    now = Text("検査を加えるか、厳しくしてください。", "Add the check, or make it stricter.")
    yield Problem("policy-measure", where, what, (over if wanted else NOTHING).join(now))


def _names(check: Measure) -> frozenset[str]:
    return frozenset(map(same_name, check.columns))


def _reasons(rule: ReasonRule, spec: Spec) -> Iterator[Problem]:
    named = [(f"steps[{n}].by", step.by) for n, step in spec.active]
    named += [(f"dismissed[{n}].by", dismissal.by) for n, dismissal in enumerate(spec.dismissed)]
    if rule.by:
        what = Text("規程は決定者と日付を求めます。", "the policy asks who decided, and when.")
        yield from (Problem("policy-reason", where, what, _ADD) for where, by in named if by is None)
    if rule.standards:  # a dismissal always names its standards
        what = Text("規程は答える基準を求めます。", "the policy asks which standard it answers.")
        unplaced = [f"steps[{n}].standards" for n, step in spec.active if not step.standards]
        yield from (Problem("policy-reason", where, what, _ADD) for where in unplaced)


def _output(rule: OutputRule, spec: Spec) -> Iterator[Problem]:
    if spec.output.format not in rule.formats:
        what = Text("規程が認める形式は {formats} です。", "the policy allows the formats: {formats}.")
        yield Problem("policy-output", "output.format", what.fill(formats=", ".join(rule.formats)))


def _signatures(rule: SignatureRule, document: Document, today: date) -> Iterator[Problem]:
    signers = frozenset(_signers(rule, document, today))
    if len(signers) >= rule.at_least:
        return
    what = Text(
        "数えられる承認が{n}人分です。規程は{m}人以上を求めます。",
        "approvals by {n} people count; the policy asks for {m} or more.",
    ).fill(n=len(signers), m=rule.at_least)
    duties = _DUTIES.fill(duties=", ".join(rule.by_duty)) if rule.by_duty else NOTHING
    now = Text(
        "staff にある人が、この内容を期限内の日付で承認してください。",
        "Have people of the staff approve this very content, with dates that hold.",
    )
    yield Problem(
        "policy-signatures", "approvals", what, duties.join(_OTHERS if rule.not_the_designer else NOTHING, now)
    )


def _signers(rule: SignatureRule, document: Document, today: date) -> Iterator[str]:
    """Return the names of the people whose approval counts. One person with two entries in `staff` is one person."""
    spec = document.spec
    decided = [*(step.by for step in spec.steps), *(dismissal.by for dismissal in spec.dismissed)]
    designers = {_person(spec, by) for by in decided if by is not None} if rule.not_the_designer else set()
    for approval in spec.approvals:
        member = spec.staff.get(approval.by.partition(" ")[0])
        if member is None or not holds(document, approval) or not _in_time(approval, today):
            continue
        if member.name not in designers and (not rule.by_duty or member.duty in rule.by_duty):
            yield member.name


def _person(spec: Spec, by: str) -> str:
    who = by.partition(" ")[0]
    member = spec.staff.get(who)
    return member.name if member is not None else who


def _in_time(approval: Approval, today: date) -> bool:
    try:
        given = date.fromisoformat(approval.by.partition(" ")[2])
    except ValueError:
        return False
    return given <= today and (approval.until is None or today <= approval.until)
