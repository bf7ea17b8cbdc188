"""Checks a spec before any data is read: every problem at once, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sudare.display import html_table, problem_row
from sudare.errors import Problem, Refused, did_you_mean
from sudare.language import Language, Text, preferred
from sudare.specs.coverage import MUST, about, altered_columns, coverage, decided_columns, scoped_out
from sudare.specs.reading import Document, read_spec
from sudare.specs.signatures import content_hash, signature_problems
from sudare.tables.schema import KIND_NAMES, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sudare.specs.coverage import Coverage
    from sudare.specs.spec import Spec


@dataclass(frozen=True)
class Checked:
    """What a check found: problems that stop a run, the five standards, and points left open that do not."""

    problems: tuple[Problem, ...]
    standards: tuple[Coverage, ...] = ()
    open: tuple[Problem, ...] = ()
    content: str | None = None  # the hash that a signature would bind

    @property
    def ok(self) -> bool:
        """Whether a run may start."""
        return not self.problems

    def _repr_html_(self) -> str:
        title = (
            Text("実行できます。", "It can be run.")
            if self.ok
            else Text("このままでは実行できません。", "It cannot be run as it is.")
        )
        return html_table(title, [problem_row(problem) for problem in (*self.problems, *self.open)])

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the stable keys `ok`, `problems`, `standards`, `open` and `content`."""
        lang = lang or preferred()
        return {
            "ok": self.ok,
            "problems": [problem.to_dict(lang) for problem in self.problems],
            "standards": {
                str(part.standard): {"status": part.status, "columns": list(part.columns)} for part in self.standards
            },
            "open": [problem.to_dict(lang) for problem in self.open],
            "content": self.content,
        }


def check_file(path: Path | str, today: date | None = None) -> Checked:
    """Check a spec file; a file that cannot be read as a spec is a check with problems, not an exception."""
    try:
        return check_document(read_spec(path), today)
    except Refused as refused:
        return Checked(refused.problems)


def check_document(document: Document, today: date | None = None) -> Checked:
    """Check a spec that was read."""
    spec = document.spec
    day = today or date.today()  # noqa: DTZ011 - the office's own calendar day
    schema, step_problems = walk(spec)
    problems = [
        *_columns_exist(spec),
        *step_problems,
        *_undecided(spec),
        *_musts(spec),
        *_checks_exist(spec, schema),
        *_people(spec),
        *signature_problems(document, day),
    ]
    standards = coverage(spec)
    left = [*(problem for part in standards for problem in part.open), *_left_out(spec)]
    return Checked(tuple(problems), standards, tuple(left), content_hash(document.text))


def walk(spec: Spec) -> tuple[Schema, list[Problem]]:
    """Follow the columns through the steps; return those of the output, and what does not fit."""
    gone = scoped_out(spec)
    schema = Schema(columns=tuple(column for column in spec.input.columns if column.called not in gone))
    problems: list[Problem] = []
    for n, step in enumerate(spec.steps):
        where = f"steps[{n}]"
        found = list(step.problems(schema, where))
        if step.needs_key and spec.key is None:
            found.append(
                Problem(
                    "no-key-named",
                    where,
                    Text("この手法には鍵が要ります。", "this technique needs a key."),
                    Text(
                        "key: 名前@期間 を書き、sudare key new で作ってください。",
                        "Write `key: NAME@PERIOD` and make it with `sudare key new`.",
                    ),
                )
            )
        problems += found
        if not found:
            schema = step.schema_after(schema)
    if not schema.columns:
        problems.append(
            Problem(
                "nothing-left",
                "steps",
                Text("出力に列が一つも残りません。", "no column is left for the output."),
                Text("keep などの手順で残す列を決めてください。", "Decide which columns stay."),
            )
        )
    return schema, problems


def _unknown(names: Iterable[str], schema: Schema, where: str) -> Iterator[Problem]:
    for name in names:
        if schema.get(name) is None:
            what = Text("列「{name}」が input.columns にありません。", "there is no column '{name}' in input.columns.")
            yield Problem("missing-column", where, what.fill(name=name), did_you_mean(name, schema.names))


def _columns_exist(spec: Spec) -> Iterator[Problem]:
    schema = spec.input.schema_
    if spec.out_of_scope:
        yield from _unknown(spec.out_of_scope.columns, schema, "out_of_scope.columns")
    if spec.unit:
        yield from _unknown([spec.unit.person], schema, "unit.person")
    for n, dismissal in enumerate(spec.dismissed):
        if column := about(dismissal):
            yield from _unknown([column], schema, f"dismissed[{n}].finding")


def _undecided(spec: Spec) -> Iterator[Problem]:
    decided = decided_columns(spec)
    for n, column in enumerate(spec.input.columns):
        if column.called not in decided:
            yield Problem(
                "undecided-column",
                f"input.columns[{n}]",
                Text("列「{name}」の扱いが決まっていません。", "nothing was decided about the column '{name}'.").fill(
                    name=column.called
                ),
                Text(
                    "手順（残すなら keep）を書くか、out_of_scope に入れてください。",
                    "Add a step (`keep` if it stays) or put it under `out_of_scope`.",
                ),
            )


def _musts(spec: Spec) -> Iterator[Problem]:
    """A column declared as identifying must be removed or replaced: keeping it cannot be decided."""
    done = scoped_out(spec) | altered_columns(spec)
    for n, column in enumerate(spec.input.columns):
        if column.kind in MUST and column.called not in done:
            yield Problem(
                "must-not-stay",
                f"input.columns[{n}]",
                Text("{kind}「{name}」はそのまま残せません。", "'{name}' ({kind}) must not stay as it is.").fill(
                    kind=KIND_NAMES[column.kind], name=column.called
                ),
                Text("削除するか置き換える手順を書いてください。", "Add a step that removes or replaces it."),
            )


def _checks_exist(spec: Spec, schema: Schema) -> Iterator[Problem]:
    for n, check in enumerate(spec.checks):
        for name in check.columns:
            if schema.get(name) is None:
                what = Text(
                    "検査の列「{name}」が出力にありません。", "the column '{name}' to check is not in the output."
                )
                yield Problem("missing-column", f"checks[{n}]", what.fill(name=name), did_you_mean(name, schema.names))


def _people(spec: Spec) -> Iterator[Problem]:
    named = [(f"steps[{n}].by", step.by) for n, step in enumerate(spec.steps)]
    named += [(f"dismissed[{n}].by", dismissal.by) for n, dismissal in enumerate(spec.dismissed)]
    named += [(f"approvals[{n}].by", approval.by) for n, approval in enumerate(spec.approvals)]
    for where, by in named:
        if by is None:
            continue
        who, day = by.split(" ")
        try:
            date.fromisoformat(day)
        except ValueError:
            yield Problem("bad-date", where, Text("実在しない日付です。", "there is no such day."))
        if spec.staff and who not in spec.staff:
            what = Text("担当者「{who}」が staff にありません。", "'{who}' is not among the staff.").fill(who=who)
            yield Problem("unknown-staff", where, what, did_you_mean(who, spec.staff))


def _left_out(spec: Spec) -> Iterator[Problem]:
    for key in spec.expected:
        if not getattr(spec, key):
            title = type(spec).model_fields[key].title or key
            ja, _, en = title.partition(" / ")
            yield Problem(
                "left-out", key, Text(f"{ja}が書かれていません（未確認）。", f"{en}: left out (not confirmed).")
            )
    if not spec.approvals:
        yield Problem(
            "left-out", "approvals", Text("承認がありません（未確認）。", "nobody has approved it (not confirmed).")
        )
    for n, step in enumerate(spec.steps):
        if not step.standards:
            yield Problem("no-standard", f"steps[{n}]", Text("答える基準が書かれていません。", "no standard is cited."))
