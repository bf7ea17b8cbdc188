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
    from sudare.tables.schema import Column, Kind
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


def scoped_out(spec: Spec) -> frozenset[str]:
    """Return the input columns that are out of scope."""
    return frozenset(same_name(name) for name in (spec.out_of_scope.columns if spec.out_of_scope else ()))


def declared_columns(spec: Spec) -> tuple[tuple[str, Column], ...]:
    """Return every column that needs a decision, with its place in the spec: those of the input, then those brought.

    Their first names are unique: no step may bring in a column under a name that one has or had.
    """
    own = ((f"input.columns[{n}]", column) for n, column in enumerate(spec.input.columns))
    brought = ((f"steps[{n}]", column) for n, step in spec.active for column in step.brings())
    return (*own, *brought)


def first_names(spec: Spec) -> tuple[tuple[str, ...], ...]:
    """Return for each step what its columns were called at first, however often they were renamed since.

    A column is first called as in the input, or as in the step that brought it in. A disabled step has none.
    """
    called: dict[str, str] = {}
    found: list[tuple[str, ...]] = []
    for step in spec.steps:
        if step.disabled:
            found.append(())
            continue
        found.append(tuple(called.get(name, name) for name in map(same_name, step.columns)))
        renames = {same_name(old): same_name(new) for old, new in step.renames().items()}
        origins = {new: called.get(old, old) for old, new in renames.items()}
        gone = {*renames, *(column.called for column in step.brings())}
        called = {name: first for name, first in called.items() if name not in gone} | origins
    return tuple(found)


def decided_columns(spec: Spec) -> frozenset[str]:
    """Return the columns that a step, a dismissal or `out_of_scope` decides, by their first name."""
    dismissed = {column for dismissal in spec.dismissed if (column := about(dismissal))}
    stepped = zip(spec.steps, first_names(spec), strict=True)
    return scoped_out(spec) | dismissed | {name for step, names in stepped if step.decides for name in names}


def altered_columns(spec: Spec) -> frozenset[str]:
    """Return the columns that a step removes or replaces, by their first name."""
    stepped = zip(spec.steps, first_names(spec), strict=True)
    return frozenset(name for step, names in stepped if step.replaces for name in names)


def about(dismissal: Dismissal) -> str | None:
    """Return the column of a finding such as `rare-category/判定`, or None."""
    kind, _, column = dismissal.finding.partition("/")
    return same_name(column) if kind and column else None


def _covered(spec: Spec, standard: Standard) -> Coverage:
    steps = [(n, step) for n, step in spec.active if standard in step.standards]
    dismissals = [(n, dismissal) for n, dismissal in enumerate(spec.dismissed) if standard in dismissal.standards]
    origins = first_names(spec)
    columns = [name for n, _ in steps for name in origins[n]]
    columns += [column for _, dismissal in dismissals if (column := about(dismissal))]
    left = (*_unanswered(standard, steps, dismissals), *_columns_left(spec, standard, frozenset(columns)))
    return Coverage(standard, "open" if left else "decided", tuple(dict.fromkeys(columns)), left)


def _unanswered(
    standard: Standard, steps: list[tuple[int, Technique]], dismissals: list[tuple[int, Dismissal]]
) -> Iterator[Problem]:
    if not steps and not dismissals:
        yield Problem(
            "standard-open",
            f"standards.{standard}",
            Text("第{n}号の基準に答える決定がまだありません。", "no decision answers standard {n} yet.").fill(
                n=standard
            ),
            Text(
                "手順を加えるか、dismissed に finding: none と理由を書いてください。",
                "Add a step, or a dismissal with `finding: none` and a reason.",
            ),
        )
    unsigned = [f"steps[{n}]" for n, step in steps if step.by is None]
    unsigned += [f"dismissed[{n}]" for n, dismissal in dismissals if dismissal.by is None]
    for where in unsigned:
        yield Problem("no-name", where, Text("決定した人の名前がありません。", "nobody is named for this decision."))


def _columns_left(spec: Spec, standard: Standard, answered: frozenset[str]) -> Iterator[Problem]:
    done = answered | scoped_out(spec)
    for _, column in declared_columns(spec):
        if column.kind is not None and MUST.get(column.kind) == standard and column.called not in done:
            what = Text(
                "{kind}「{name}」に第{n}号の決定がありません。", "'{name}' ({kind}) has no decision under standard {n}."
            ).fill(kind=KIND_NAMES[column.kind], name=column.called, n=standard)
            yield Problem("standard-open", f"standards.{standard}", what)
