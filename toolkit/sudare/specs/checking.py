"""Checks a spec before any data is read: every problem at once, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sudare.display import html_table, problem_row
from sudare.errors import Problem, Refused, did_you_mean
from sudare.language import Language, Text, preferred
from sudare.specs.coverage import (
    MUST,
    about,
    altered_columns,
    coverage,
    decided_columns,
    declared_columns,
    scoped_out,
)
from sudare.specs.eligibility import excluded, unanswered
from sudare.specs.parameters import used
from sudare.specs.policy_rules import violations
from sudare.specs.reading import Document, load_yaml, plain, read_spec
from sudare.specs.signatures import content_hash, signature_problems
from sudare.tables.beside import beside
from sudare.tables.schema import KIND_NAMES, Schema
from sudare.techniques.hierarchy import hierarchy_rows
from sudare.techniques.lists import file_problems
from sudare.techniques.technique import name_taken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sudare.specs.coverage import Coverage
    from sudare.specs.policy import PolicyFile
    from sudare.specs.spec import Spec

_LONG = 20  # values of an `in:`; categories are fewer (municipalities and sectors have trees and tables)
_DECIDE = Text(
    "手順（残すなら keep）を書くか、out_of_scope に入れてください。",
    "Add a step (`keep` if it stays) or put it under `out_of_scope`.",
)
_DECIDE_BROUGHT = Text(
    "後の手順（残すなら keep）で決めるか、ここで加えないでください。",
    "Add a later step (`keep` if it stays), or do not bring it in here.",
)


@dataclass(frozen=True)
class Checked:
    """What a check found: problems that stop a run, the five standards, and points left open that do not."""

    problems: tuple[Problem, ...]
    standards: tuple[Coverage, ...] = ()
    open: tuple[Problem, ...] = ()
    content: str | None = None  # the hash that a signature would bind
    policy: Mapping[str, str] | None = None  # the organisation's that was asked, by file and sha256

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
        """Return the stable keys `ok`, `problems`, `standards`, `open`, `content` and `policy`."""
        lang = lang or preferred()
        return {
            "ok": self.ok,
            "problems": [problem.to_dict(lang) for problem in self.problems],
            "standards": {
                str(part.standard): {"status": part.status, "columns": list(part.columns)} for part in self.standards
            },
            "open": [problem.to_dict(lang) for problem in self.open],
            "content": self.content,
            "policy": dict(self.policy) if self.policy is not None else None,
        }


def check_file(path: Path | str, today: date | None = None) -> Checked:
    """Check a spec file; a file that cannot be read as a spec is a check with problems, not an exception."""
    try:
        return check_document(read_spec(path), today)
    except Refused as refused:
        return Checked(refused.problems)


def check_document(document: Document, today: date | None = None, policy: PolicyFile | None = None) -> Checked:
    """Check a spec that was read, and with a policy also whether it does what the organisation asks."""
    spec = document.spec
    day = today or date.today()  # noqa: DTZ011 - the office's own calendar day
    schema, step_problems = walk(spec, document.folder)
    problems = [
        *_columns_exist(spec),
        *step_problems,
        *_undecided(spec),
        *_musts(spec),
        *_rows_put_in(spec),
        *_checks_exist(spec, schema),
        *_checks_fit(spec, schema, document.folder),
        *_people(spec),
        *excluded(document),
        *signature_problems(document, day),
        *(violations(policy.policy, document, schema, day) if policy is not None else ()),
    ]
    standards = coverage(spec)
    left = [*(problem for part in standards for problem in part.open), *_left_out(spec)]
    left += [*unanswered(document), *_parameters(document), *_long_lists(spec)]
    used = policy.to_dict() if policy is not None else None
    return Checked(tuple(problems), standards, tuple(left), content_hash(document.text), used)


def walk(spec: Spec, folder: Path | None = None) -> tuple[Schema, list[Problem]]:
    """Follow the columns through the steps; return those of the output, and what does not fit.

    `folder` is the one in which files named by the spec lie; those that steps go by are looked at too.
    """
    gone = scoped_out(spec)
    schema = Schema(columns=tuple(column for column in spec.input.columns if column.called not in gone))
    problems: list[Problem] = []
    known = set(spec.input.schema_.names)
    for n, step in spec.active:
        where = f"steps[{n}]"
        found = [*step.problems(schema, where), *file_problems(step, schema, folder, where)]
        brought = [column.called for column in step.brings()]
        # A name that another column had would make its decisions count for the one that comes.
        found += [name_taken(name, where) for name in brought if name in known and schema.get(name) is None]
        known.update(brought)
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
    whole = Schema(columns=tuple(column for _, column in declared_columns(spec)))
    for n, dismissal in enumerate(spec.dismissed):
        if column := about(dismissal):
            yield from _unknown([column], whole, f"dismissed[{n}].finding")


def _undecided(spec: Spec) -> Iterator[Problem]:
    decided = decided_columns(spec)
    for where, column in declared_columns(spec):
        if column.called not in decided:
            yield Problem(
                "undecided-column",
                where,
                Text("列「{name}」の扱いが決まっていません。", "nothing was decided about the column '{name}'.").fill(
                    name=column.called
                ),
                _DECIDE if spec.input.schema_.get(column.called) else _DECIDE_BROUGHT,
            )


def _musts(spec: Spec) -> Iterator[Problem]:
    """A column declared as identifying must be removed or replaced: keeping it cannot be decided."""
    done = scoped_out(spec) | altered_columns(spec)
    for where, column in declared_columns(spec):
        if column.kind in MUST and column.called not in done:
            yield Problem(
                "must-not-stay",
                where,
                Text("{kind}「{name}」はそのまま残せません。", "'{name}' ({kind}) must not stay as it is.").fill(
                    kind=KIND_NAMES[column.kind], name=column.called
                ),
                Text("削除するか置き換える手順を書いてください。", "Add a step that removes or replaces it."),
            )


def _rows_put_in(spec: Spec) -> Iterator[Problem]:
    """Rows that are about nobody come last: a step after them would judge people by them. Nor may they lie together."""
    adding = [n for n, step in spec.active if step.adds_rows]
    if not adding:
        return
    first = spec.steps[adding[0]]
    for n, step in spec.active:
        if n > adding[0] and not step.adds_rows:
            yield Problem(
                "step-after-added-rows",
                f"steps[{n}]",
                Text("「{label}」の後に手順は置けません。", "no step may follow '{label}'.").fill(label=first.label),
                Text("「{label}」を最後にしてください。", "Put '{label}' last.").fill(label=first.label),
            )
    if not spec.output.shuffle:
        yield Problem(
            "added-rows-in-order",
            "output.shuffle",
            Text(
                "元の並びのままでは、「{label}」で加えた行が末尾に並んで見分けがつきます。",
                "in the order of the source, the rows put in by '{label}' would lie together at the end.",
            ).fill(label=first.label),
            Text("shuffle: true にしてください。", "Use `shuffle: true`."),
        )


def _checks_exist(spec: Spec, schema: Schema) -> Iterator[Problem]:
    for n, check in enumerate(spec.checks):
        for name in check.reads():
            if schema.get(name) is None:
                what = Text(
                    "検査の列「{name}」が出力にありません。", "the column '{name}' to check is not in the output."
                )
                yield Problem("missing-column", f"checks[{n}]", what.fill(name=name), did_you_mean(name, schema.names))


def _checks_fit(spec: Spec, schema: Schema, folder: Path | None) -> Iterator[Problem]:
    """Say where a check does not fit the columns it looks at, and which files beside the spec it lacks."""
    for n, check in enumerate(spec.checks):
        where = f"checks[{n}]"
        yield from check.problems(schema, where)
        hierarchies = check.files()
        for name in (*hierarchies, *check.tables()):
            try:
                path = beside(folder, name, where)
                if name in hierarchies:
                    hierarchy_rows(path, where)
            except Refused as refused:
                yield from refused.problems


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


def _parameters(document: Document) -> Iterator[Problem]:
    """Say which parameters nothing refers to, and whether a signed spec is used with other values than it holds."""
    referred = used(plain(load_yaml(document.text))) if document.spec.parameters else frozenset()
    for name in document.spec.parameters:
        if name not in referred:
            what = Text("どこにも使われていません。", "nothing refers to it.")
            now = Text("${名前} と書いて使うか、消してください。", "Write it as ${NAME} somewhere, or remove it.")
            yield Problem("unused-parameter", f"parameters.{name}", what, now)
    if document.overridden and document.spec.approvals:
        what = Text(
            "承認された既定値と違う値で使います: {names}。", "used with other values than those approved: {names}."
        )
        names = Text("、".join(document.overridden), ", ".join(document.overridden))
        yield Problem("parameters-set", "parameters", what.fill(names=names))


def _long_lists(spec: Spec) -> Iterator[Problem]:
    """A long list is one of particular values rather than of categories: those are better kept out of the spec."""
    for n, step in enumerate(spec.steps):
        for name, condition in step.conditions().items():
            if any(isinstance(part.in_, tuple) and len(part.in_) > _LONG for part in condition.parts()):
                what = Text(
                    "仕様の中に {most} を超える値の一覧があります。",
                    "a list of more than {most} values is in the spec.",
                )
                now = Text(
                    "個々の値なら、仕様と同じ場所のファイルに置き in: {file: 名前.csv} と書いてください。",
                    "If they are particular values, put them in a file beside the spec: `in: {file: NAME.csv}`.",
                )
                yield Problem("long-list", f"steps[{n}].{name}", what.fill(most=_LONG), now)


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
        if step.disabled:
            yield _disabled(n)
        elif not step.standards:
            yield Problem("no-standard", f"steps[{n}]", Text("答える基準が書かれていません。", "no standard is cited."))


def _disabled(n: int) -> Problem:
    what = Text("手順 {n} は無効になっています。", "step {n} is disabled.").fill(n=n + 1)
    now = Text("有効に戻すか、手順を除いてください。", "Enable it again, or remove it.")
    return Problem("step-disabled", f"steps[{n}]", what, now)
