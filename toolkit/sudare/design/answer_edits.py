"""A finding answered by one of its suggestions: the step comes where a draft would put it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sudare.design.columns_left import without_columns
from sudare.design.rebuilding import entry_at, rebuilt, with_data, written
from sudare.findings.draft import BECAUSE
from sudare.language import preferred
from sudare.specs.reading import built_step
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sudare.findings import Finding
    from sudare.language import Language
    from sudare.measures import Measure
    from sudare.specs import Spec
    from sudare.techniques.technique import Technique

_LOOKS_FIRST, _DELETES, _CODES, _KEEPS, _RENAMES, _LAST, _ADDS_ROWS = range(7)
_COMBINATIONS = frozenset({"delete-small-classes", "local-suppression"})


def with_answer(  # noqa: PLR0913 - what an answer says, each by name
    spec: Spec,
    finding: Finding,
    suggestion: int = 0,
    *,
    because: str | None = None,
    by: str | None = None,
    lang: Language | None = None,
) -> Spec:
    """Take a suggestion of a finding as a step: `with_answer(spec, finding, 0, because="単独で識別")`.

    The order is that of a draft: what looks at rows while all columns are there, deletions, codings, what is kept, and
    last what looks at combinations. A step that decides a column takes the place of the one that did (keep or another
    coding), whose other columns stay as they were decided. A column that is deleted is taken out of the steps and checks
    after it. Without `because` the reason names the finding. A dismissal of the finding goes.
    """
    chosen = entry_at(finding.suggestions, suggestion, "suggestions")
    reason = because or BECAUSE.fill(finding=finding.id).pick(lang or preferred())
    left = rebuilt(spec, dismissed=tuple(one for one in spec.dismissed if one.finding != finding.id))
    return with_deciding_step(left, {**chosen.step, "because": reason, "by": by})


def with_deciding_step(spec: Spec, data: Mapping[str, Any]) -> Spec:
    """Put a step where a draft would, in place of those that decided its columns: `with_deciding_step(spec, step)`."""
    step, left = built_step(written(data), "steps"), spec
    if step.technique == "delete-column":
        left = without_columns(left, step.columns)
    elif _turn(step) in {_CODES, _KEEPS}:
        left = without_columns(left, step.columns, lambda old: old.decides and not old.disabled)
    else:
        left = rebuilt(left, steps=tuple(old for old in left.steps if not _same_work(old, step)))
    return _placed(left, step)


def with_steps_for(
    spec: Spec, columns: Sequence[str], steps: Sequence[Technique], checks: Sequence[Measure], *, by: str | None = None
) -> Spec:
    """Take steps and checks that were worked out for some columns, in place of those that decided the same columns.

    `with_steps_for(spec, ["年齢", "住所"], found.steps, found.checks, by="山田 2026-06-02")`. Steps about other columns
    stay; those taken come where a draft would put them, signed by the person given.
    """
    wanted = frozenset(map(same_name, columns))
    left = without_columns(spec, columns, lambda old: old.decides and not old.disabled)
    kept = [old for old in left.steps if old.technique not in _COMBINATIONS or not wanted.issuperset(_names(old))]
    left = rebuilt(left, steps=tuple(kept))
    for step in steps:
        if wanted.issuperset(_names(step)):
            left = _placed(left, step if by is None else built_step(with_data(step, by=by), "steps"))
    measures = {check.measure for check in checks}
    others = [old for old in left.checks if old.measure not in measures or not wanted.issuperset(_names(old))]
    return rebuilt(left, checks=(*others, *checks))


def _placed(spec: Spec, step: Technique) -> Spec:
    """Put a step in where a draft would."""
    place = next((n for n, old in enumerate(spec.steps) if _turn(old) > _turn(step)), len(spec.steps))
    return rebuilt(spec, steps=(*spec.steps[:place], step, *spec.steps[place:]))


def _names(entry: Technique | Measure) -> frozenset[str]:
    return frozenset(map(same_name, entry.columns))


def _turn(step: Technique) -> int:
    """Say when a step comes in a draft."""
    if step.adds_rows:
        return _ADDS_ROWS
    if step.technique in _COMBINATIONS:
        return _LAST
    if step.renames() or step.brings():
        return _RENAMES
    if step.technique in {"keep", "delete-column"}:
        return _KEEPS if step.technique == "keep" else _DELETES
    return _CODES if step.decides else _LOOKS_FIRST


def _same_work(old: Technique, new: Technique) -> bool:
    """Say whether a step about rows or combinations does what another did, perhaps with other limits."""
    return old.technique == new.technique and _names(old) == _names(new) and (bool(old.columns) or old == new)
