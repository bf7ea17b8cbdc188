"""The decisions of a spec as a reader meets them: under the five standards, in the guideline's order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sudare.law import Regime, cite, item_of, standard
from sudare.profiles import shown
from sudare.reports.words import Parameter, parameters
from sudare.specs.coverage import coverage
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from sudare.errors import Problem
    from sudare.execution.receipt import Receipt
    from sudare.language import Text
    from sudare.law import Citation
    from sudare.specs import Spec
    from sudare.specs.coverage import Coverage
    from sudare.techniques.technique import Technique


@dataclass(frozen=True)
class Person:
    """Who decided, as named among the staff, and when."""

    name: str
    duty: str | None
    day: str


@dataclass(frozen=True)
class StepShown:
    """One step: what was chosen, why, by whom, and what it did (small counts as "<10")."""

    n: int
    step: Technique
    law: Citation
    parameters: tuple[Parameter, ...]
    person: Person | None
    rows: int | str
    cells: int | str
    added: int | str = 0  # rows put in that are about nobody


@dataclass(frozen=True)
class DismissalShown:
    """A finding that a person decided needs no step."""

    finding: str | None  # None where the decision is that nothing falls under the standard
    because: str
    person: Person | None


@dataclass(frozen=True)
class StandardShown:
    """One standard: its words, its article, and all that was decided under it."""

    number: int
    title: Text
    explanation: Text
    article: Text
    section: str
    decided: bool
    first: tuple[StepShown, ...]  # steps told here in full
    again: tuple[StepShown, ...]  # steps told in full under an earlier standard
    dismissals: tuple[DismissalShown, ...]
    open: tuple[Problem, ...]

    @property
    def decisions(self) -> int:
        """How many steps and dismissals answer the standard."""
        return len(self.first) + len(self.again) + len(self.dismissals)


def person(spec: Spec, by: str | None) -> Person | None:
    """Return who stands behind `by`, such as `山田 2026-06-02`, or None where nobody is named."""
    if by is None:
        return None
    who, day = by.split(" ")
    member = spec.staff.get(who)
    return Person(member.name, member.duty, day) if member else Person(who, None, day)


def steps_shown(spec: Spec, receipt: Receipt) -> tuple[StepShown, ...]:
    """Return the steps in order, each with what it did; disabled ones did nothing and are left out."""
    return tuple(
        StepShown(
            n=n + 1,
            step=step,
            law=cite(step.law),
            parameters=parameters(step),
            person=person(spec, step.by),
            rows=shown(done.rows),
            cells=shown(done.cells),
            added=shown(done.added),
        )
        for (n, step), done in zip(spec.active, receipt.steps, strict=True)
    )


def standards_shown(spec: Spec, regime: Regime, steps: tuple[StepShown, ...]) -> tuple[StandardShown, ...]:
    """Return the five standards in order. A step that answers several is told in full under the first."""
    return tuple(_standard(spec, regime, covered, steps) for covered in coverage(spec))


def _standard(spec: Spec, regime: Regime, covered: Coverage, steps: tuple[StepShown, ...]) -> StandardShown:
    number = covered.standard
    mine = [one for one in steps if number in one.step.standards]
    about = standard(number)
    return StandardShown(
        number=number,
        title=about.title,
        explanation=about.explanation,
        article=item_of(regime, number),
        section=about.section,
        decided=covered.status == "decided",
        first=tuple(one for one in mine if min(one.step.standards) == number),
        again=tuple(one for one in mine if min(one.step.standards) != number),
        dismissals=tuple(
            DismissalShown(None if one.finding == "none" else one.finding, one.because, person(spec, one.by))
            for one in spec.dismissed
            if number in one.standards
        ),
        open=covered.open,
    )


def history(spec: Spec) -> dict[str, tuple[Technique, ...]]:
    """Return, by the name a column has in the end, the steps that named it on its way."""
    found: dict[str, list[Technique]] = {name: [] for name in spec.input.schema_.names}
    for _, step in spec.active:
        for name in step.columns:
            found.setdefault(same_name(name), []).append(step)
        for old, new in step.renames().items():
            found[same_name(new)] = found.pop(same_name(old), [])
        for column in step.brings():
            found[column.called] = [step]
    return {name: tuple(steps) for name, steps in found.items()}
