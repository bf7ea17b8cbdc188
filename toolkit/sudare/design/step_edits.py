"""Edits of the steps of a spec: each takes a spec and returns another, or refuses and changes nothing.

Places are counted from 0, as in the messages of a check (`steps[3]`). Steps are given as plain data, as they would
stand in a file. A step that goes leaves its columns undecided, which a check reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sudare.design.rebuilding import entry_at, no_such_place, rebuilt, with_data, written
from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.specs.reading import built_step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sudare.specs import Spec
    from sudare.techniques.technique import Technique


def with_step(spec: Spec, data: Mapping[str, Any], at: int | None = None) -> Spec:
    """Put a step in before the one at a place, or at the end.

    `with_step(spec, {"technique": "keep", "columns": ["判定"], "because": "提案項目"})`.
    """
    place = len(spec.steps) if at is None else at
    if not 0 <= place <= len(spec.steps):
        raise Refused(no_such_place(place, "steps"))
    made = built_step(written(data), f"steps[{place}]")
    return rebuilt(spec, steps=(*spec.steps[:place], made, *spec.steps[place:]))


def replaced_step(spec: Spec, at: int, data: Mapping[str, Any]) -> Spec:
    """Put a step in the place of another: `replaced_step(spec, 5, {**old, "edges": [40, 60, 80]})`.

    A step that was disabled stays so, unless the new one says otherwise.
    """
    old = entry_at(spec.steps, at, "steps")
    given = {"disabled": True, **data} if old.disabled else data
    made = built_step(written(given), f"steps[{at}]")
    return rebuilt(spec, steps=(*spec.steps[:at], made, *spec.steps[at + 1 :]))


def changed_step(spec: Spec, at: int, **changes: Any) -> Spec:  # noqa: ANN401 - any parameter of the technique
    """Change some parameters of a step, None for those that go: `changed_step(spec, 5, above="90歳以上")`."""
    return replaced_step(spec, at, with_data(entry_at(spec.steps, at, "steps"), **changes))


def moved_step(spec: Spec, at: int, to: int) -> Spec:
    """Move a step so that it stands at another place in the end: `moved_step(spec, 8, 0)` makes the last the first."""
    moved = entry_at(spec.steps, at, "steps")
    others = [*spec.steps[:at], *spec.steps[at + 1 :]]
    if not 0 <= to <= len(others):
        raise Refused(no_such_place(to, "steps"))
    return rebuilt(spec, steps=(*others[:to], moved, *others[to:]))


def without_step(spec: Spec, at: int) -> Spec:
    """Take a step out: `without_step(spec, 8)`. Nothing comes in its place."""
    entry_at(spec.steps, at, "steps")
    return rebuilt(spec, steps=(*spec.steps[:at], *spec.steps[at + 1 :]))


def with_disabled(spec: Spec, at: int, *, off: bool = True) -> Spec:
    """Let a step stand in the record without doing anything, or work again: `with_disabled(spec, 8, off=False)`."""
    step = entry_at(spec.steps, at, "steps").model_copy(update={"disabled": off})
    if not off:
        step.model_fields_set.discard("disabled")  # as before it was disabled: not written at all
    return rebuilt(spec, steps=(*spec.steps[:at], step, *spec.steps[at + 1 :]))


def with_reason(spec: Spec, places: Iterable[int], *, because: str | None = None, by: str | None = None) -> Spec:
    """Give many steps one reason, one person and date, or both: `with_reason(spec, [0, 1, 2], because="単独で識別")`.

    What is left out stays as it is in each. All faults are told at once, and then no step is changed.
    """
    told = {key: value for key, value in {"because": because, "by": by}.items() if value is not None}
    steps = list(spec.steps)
    problems: list[Problem] = []
    for place in dict.fromkeys(places):
        try:
            steps[place] = built_step(with_data(entry_at(spec.steps, place, "steps"), **told), f"steps[{place}]")
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return rebuilt(spec, steps=tuple(steps))


def step_data(step: Technique) -> dict[str, Any]:
    """Return a step as plain data for a form, as it would stand in a file: `step_data(spec.steps[5])["edges"]`."""
    return step.to_dict()


def step_label(spec: Spec, at: int) -> Text:
    """Say which step stands at a place, for the history: `手順 6 一般化（階級）`."""
    step = entry_at(spec.steps, at, "steps")
    return Text("手順 {n} {label}", "step {n}, {label}").fill(n=at + 1, label=step.label)
