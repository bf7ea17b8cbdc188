"""One summary sheet for each item of the rule: what was found, what was decided, by whom and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sudare.language import Text
from sudare.reports.words import listed
from sudare.specs.coverage import declared_columns, first_names
from sudare.tables.schema import KIND_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sudare.errors import Problem
    from sudare.reports.decisions import DismissalShown, Person, StandardShown, StepShown
    from sudare.specs import Spec

_WHOLE_ROWS = Text("行の全体", "whole rows")
_NOTHING_FOUND = Text("この基準に当たるものはない", "nothing falls under this standard")
_NO_STEP = Text("対応不要", "no step needed")
_STEP = Text("手順{n} {label}", "step {n}: {label}")
_OF_KIND = Text("{name}（{kind}）", "{name} ({kind})")


@dataclass(frozen=True)
class Line:
    """One line of a sheet: a finding, its decision, why, and who decided when."""

    finding: Text
    decision: Text
    because: str
    person: Person | None


@dataclass(frozen=True)
class Sheet:
    """The summary of one item: its lines in the order of the spec, and what is still open."""

    number: int
    title: Text
    article: Text
    decided: bool
    lines: tuple[Line, ...]
    open: tuple[Problem, ...]


def sheets(spec: Spec, standards: Iterable[StandardShown]) -> tuple[Sheet, ...]:
    """Return the five sheets in the order of the rule. A step that answers several items stands on each."""
    kinds = {column.called: KIND_NAMES[column.kind] for _, column in declared_columns(spec) if column.kind is not None}
    origins = first_names(spec)

    def found(step: StepShown) -> Text:
        names = origins[step.n - 1]
        named = [_OF_KIND.fill(name=name, kind=kinds[name]) if name in kinds else Text(name, name) for name in names]
        return listed(named) if named else _WHOLE_ROWS

    return tuple(
        Sheet(one.number, one.title, one.article, one.decided, tuple(_lines(one, found)), one.open) for one in standards
    )


def _lines(standard: StandardShown, found: Callable[[StepShown], Text]) -> Iterator[Line]:
    for step in sorted((*standard.first, *standard.again), key=lambda one: one.n):
        decision = _STEP.fill(n=step.n, label=step.step.label)
        yield Line(found(step), decision, step.step.because, step.person)
    for dismissal in standard.dismissals:
        yield Line(_dismissed(dismissal), _NO_STEP, dismissal.because, dismissal.person)


def _dismissed(dismissal: DismissalShown) -> Text:
    return _NOTHING_FOUND if dismissal.finding is None else Text(dismissal.finding, dismissal.finding)
