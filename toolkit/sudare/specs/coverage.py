"""Which of the five standards have been decided, by whom, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sudare.errors import Problem
from sudare.language import Text
from sudare.tables.schema import KIND_NAMES, same_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sudare.specs.spec import Dismissal, Spec
    from sudare.tables.schema import Kind
    from sudare.techniques.technique import Standard, Technique

# A column declared as one of these is a finding that must be answered under the standard.
MUST: dict[Kind, Standard] = {"direct-identifier": 1, "identification-code": 2, "linking-code": 3}
STANDARDS: tuple[Standard, ...] = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Coverage:
    """One standard: whether it is decided, and the columns its decisions are about."""

    standard: Standard
    status: Literal["decided", "open"]
    columns: tuple[str, ...]
    open: tuple[Problem, ...]


def coverage(spec: Spec) -> tuple[Coverage, ...]:
    """Return the five standards in order. One is decided when every must-level point is answered and signed for."""
    return tuple(_covered(spec, standard) for standard in STANDARDS)


def decided_columns(spec: Spec) -> frozenset[str]:
    """Return the input columns that a step, a dismissal or `out_of_scope` decides, by their first name."""
    decided = {same_name(name) for name in (spec.out_of_scope.columns if spec.out_of_scope else ())}
    decided |= {column for dismissal in spec.dismissed if (column := about(dismissal))}
    called: dict[str, str] = {name: name for name in spec.input.schema_.names}
    for step in spec.steps:
        names = [same_name(name) for name in step.columns]
        if step.decides:
            decided |= {called.get(name, name) for name in names}
        for old, new in step.renames().items():
            called[new] = called.get(old, old)
    return frozenset(decided)


def about(dismissal: Dismissal) -> str | None:
    """Return the column of a finding such as `rare-category/判定`, or None."""
    kind, _, column = dismissal.finding.partition("/")
    return same_name(column) if kind and column else None


def _covered(spec: Spec, standard: Standard) -> Coverage:
    steps = [(n, step) for n, step in enumerate(spec.steps) if standard in step.standards]
    dismissals = [(n, dismissal) for n, dismissal in enumerate(spec.dismissed) if standard in dismissal.standards]
    columns = [same_name(name) for _, step in steps for name in step.columns]
    columns += [column for _, dismissal in dismissals if (column := about(dismissal))]
    left = tuple(_left_open(spec, standard, steps, dismissals))
    return Coverage(standard, "open" if left else "decided", tuple(dict.fromkeys(columns)), left)


def _left_open(
    spec: Spec, standard: Standard, steps: list[tuple[int, Technique]], dismissals: list[tuple[int, Dismissal]]
) -> Iterator[Problem]:
    if not steps and not dismissals:
        yield Problem(
            "standard-open",
            f"standards.{standard}",
            Text("第{n}号の基準に答える決定がまだありません。", "no decision answers standard {n} yet.").fill(n=standard),
            Text(
                "手順を加えるか、dismissed に finding: none と理由を書いてください。",
                "Add a step, or a dismissal with `finding: none` and a reason.",
            ),
        )
    unsigned = [f"steps[{n}]" for n, step in steps if step.by is None]
    unsigned += [f"dismissed[{n}]" for n, dismissal in dismissals if dismissal.by is None]
    for where in unsigned:
        yield Problem("no-name", where, Text("決定した人の名前がありません。", "nobody is named for this decision."))
    answered = {same_name(name) for _, step in steps for name in step.columns}
    answered |= {column for _, dismissal in dismissals if (column := about(dismissal))}
    scoped = {same_name(name) for name in (spec.out_of_scope.columns if spec.out_of_scope else ())}
    for column in spec.input.columns:
        if column.kind is not None and MUST.get(column.kind) == standard and column.called not in answered | scoped:
            what = Text(
                "{kind}「{name}」に第{n}号の決定がありません。", "'{name}' ({kind}) has no decision under standard {n}."
            ).fill(kind=KIND_NAMES[column.kind], name=column.called, n=standard)
            yield Problem("standard-open", f"standards.{standard}", what)
