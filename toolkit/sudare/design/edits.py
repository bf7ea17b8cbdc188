"""Edits of a spec: pure functions from one spec to the next, called alike by the desk and the server.

Each is taken whole or refused with every fault at once, each at its place (`steps[3].edges`); the given spec stays as
it is. Values are given as plain data, as they would stand in a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sudare.design.answer_edits import with_answer, with_deciding_step, with_steps_for
from sudare.design.columns_left import without_columns
from sudare.design.rebuilding import entry_at, no_such_place, rebuilt, with_data, written
from sudare.design.step_edits import (
    changed_step,
    moved_step,
    replaced_step,
    step_data,
    step_label,
    with_disabled,
    with_reason,
    with_step,
    without_step,
)
from sudare.errors import Problem, Refused, did_you_mean
from sudare.language import Text
from sudare.specs.reading import built_check
from sudare.specs.writing import as_read
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sudare.specs import Spec
    from sudare.techniques.technique import Standard

__all__ = [
    "changed_step",
    "dismissed",
    "moved_step",
    "replaced_check",
    "replaced_step",
    "step_data",
    "step_label",
    "undismissed",
    "with_answer",
    "with_check",
    "with_column",
    "with_deciding_step",
    "with_disabled",
    "with_key",
    "with_part",
    "with_reader",
    "with_reason",
    "with_scope",
    "with_step",
    "with_steps_for",
    "with_title",
    "with_unit",
    "without_check",
    "without_dismissal",
    "without_step",
]


def with_part(spec: Spec, key: str, value: Any) -> Spec:  # noqa: ANN401 - any part of a spec, as plain data
    """Write one part anew, or leave it out with None: `with_part(spec, "unit", {"person": "管理番号"})`.

    For `regime`, `file`, `proposal`, `staff`, `output`, `parameters` and the like; most others have edits of their own.
    """
    if key not in type(spec).model_fields:
        what = Text("知らないキー「{key}」です。", "there is no part '{key}'.").fill(key=key)
        raise Refused(Problem("unknown-key", key, what, did_you_mean(key, type(spec).model_fields)))
    return rebuilt(
        spec, **{key: written(value) if isinstance(value, dict) else None if value is None else as_read(value)}
    )


def with_title(spec: Spec, title: str) -> Spec:
    """Name the design otherwise: `with_title(spec, "特定健康診査 第3号")`."""
    return rebuilt(spec, title=title)


def with_unit(spec: Spec, person: str | None, *, at_least: int | None = None) -> Spec:
    """Say which column names the person, or with None that each row is one: `with_unit(spec, "管理番号")`.

    The smallest number of people stays as it is where none is given.
    """
    if person is None:
        return rebuilt(spec, unit=None)
    fewest = at_least if at_least is not None or spec.unit is None else spec.unit.at_least
    return rebuilt(spec, unit=written({"person": person, "at_least": fewest}))


def with_key(spec: Spec, name: str | None) -> Spec:
    """Name the key, never the key itself: `with_key(spec, "r8-3-a@2026")`; none with None."""
    return rebuilt(spec, key=name)


def with_reader(spec: Spec, *, who: Sequence[str] = (), knows: Sequence[str] = (), because: str | None = None) -> Spec:
    """Say whom the design reckons with, and what they know: `with_reader(spec, who=["知人"], knows=["年齢", "性別"])`."""
    told = written({"who": list(who) or None, "knows": list(knows) or None, "because": because})
    return rebuilt(spec, assumed_reader=told or None)


def with_column(spec: Spec, column: str | int, **about: Any) -> Spec:  # noqa: ANN401 - any field of a column
    """Declare a column otherwise, None for what goes: `with_column(spec, "年齢", type="integer", unit="歳")`.

    The column is named, or given by its place from 0.
    """
    name = column if isinstance(column, str) else entry_at(spec.input.columns, column, "input.columns").called
    wanted = same_name(name)
    if spec.input.schema_.get(wanted) is None:
        what = Text("列「{name}」が input.columns にありません。", "there is no column '{name}' in input.columns.")
        raise Refused(
            Problem(
                "missing-column", "input.columns", what.fill(name=name), did_you_mean(name, spec.input.schema_.names)
            )
        )
    columns = [with_data(one, **(about if one.called == wanted else {})) for one in spec.input.columns]
    return rebuilt(spec, input=with_data(spec.input, columns=columns))


def with_scope(spec: Spec, out: Sequence[str], because: str | None = None) -> Spec:
    """Say which columns are out of scope and why: `with_scope(spec, ["判定2"], "提案の対象外")`; none with `[]`.

    What is out is taken out of steps and checks, too; a step or check about nothing else goes. A column that comes in
    again is undecided. The reason that stands there is kept where none is given.
    """
    if not out:
        return rebuilt(spec, out_of_scope=None)
    kept = spec.out_of_scope.because if spec.out_of_scope is not None else None
    scope = written({"columns": list(out), "because": because or kept})
    return without_columns(rebuilt(spec, out_of_scope=scope), out)


def with_check(spec: Spec, data: Mapping[str, Any]) -> Spec:
    """Add a check: `with_check(spec, {"measure": "k-anonymity", "columns": ["年齢"], "at_least": 5})`."""
    made = built_check(written(data), f"checks[{len(spec.checks)}]")
    return rebuilt(spec, checks=(*spec.checks, made))


def replaced_check(spec: Spec, at: int, data: Mapping[str, Any]) -> Spec:
    """Put a check in the place of another: `replaced_check(spec, 0, {**old, "at_least": 10})`."""
    entry_at(spec.checks, at, "checks")
    made = built_check(written(data), f"checks[{at}]")
    return rebuilt(spec, checks=(*spec.checks[:at], made, *spec.checks[at + 1 :]))


def without_check(spec: Spec, at: int) -> Spec:
    """Take a check out: `without_check(spec, 0)`."""
    entry_at(spec.checks, at, "checks")
    return rebuilt(spec, checks=(*spec.checks[:at], *spec.checks[at + 1 :]))


def dismissed(spec: Spec, finding: str, standards: Sequence[Standard], because: str, *, by: str | None = None) -> Spec:
    """Decide that a finding needs no step: `dismissed(spec, "rare-category/判定", [4], "一般に珍しくない")`.

    One that was dismissed before gets the new reason in its place; `none` is said of each standard by itself.
    """
    given = written({"finding": finding, "standards": list(standards), "because": because, "by": by})
    same = (
        n
        for n, one in enumerate(spec.dismissed)
        if one.finding == finding and (finding != "none" or set(one.standards) == set(standards))
    )
    place = next(same, len(spec.dismissed))
    return rebuilt(spec, dismissed=(*spec.dismissed[:place], given, *spec.dismissed[place + 1 :]))


def undismissed(spec: Spec, finding: str) -> Spec:
    """Open a finding again that was dismissed: `undismissed(spec, "rare-category/判定")`."""
    left = tuple(one for one in spec.dismissed if one.finding != finding)
    if len(left) == len(spec.dismissed):
        raise Refused(no_such_place(0, "dismissed"))
    return rebuilt(spec, dismissed=left)


def without_dismissal(spec: Spec, at: int) -> Spec:
    """Take one dismissal out, where several have the same name such as `none`: `without_dismissal(spec, 0)`."""
    entry_at(spec.dismissed, at, "dismissed")
    return rebuilt(spec, dismissed=(*spec.dismissed[:at], *spec.dismissed[at + 1 :]))
