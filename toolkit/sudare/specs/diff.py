"""What changed between two specs, told as a reader of the record would tell it, not as lines of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sudare.display import html_table
from sudare.language import Language, Text, preferred
from sudare.models import Model
from sudare.specs.pairing import paired
from sudare.specs.signatures import holds
from sudare.specs.spec import Spec
from sudare.specs.wording import changed_fields, directed, is_private, listed, said, title_of
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pydantic.fields import FieldInfo

    from sudare.measures import Measure
    from sudare.specs.reading import Document
    from sudare.specs.spec import Approval, Dismissal
    from sudare.techniques.technique import Technique

_M = TypeVar("_M", bound=Model)

_SAME = Text("同じ内容です（違いは注釈と書き方だけ）。", "Same content (comments and layout may differ).")
_DIFFERENT = Text("違う所: {n}", "changes: {n}")
_WHOLE = Text("{subject}: {old} → {new}", "{subject}: {old} → {new}")
_UNSEEN = Text("{subject}: 変わりました（値は表示しません）", "{subject}: changed (values not shown)")
_ADDED = Text("{subject}: 加わりました", "{subject}: added")
_REMOVED = Text("{subject}: なくなりました", "{subject}: removed")
_ADDED_DISABLED = Text("{subject}: 無効のまま加わりました", "{subject}: added, disabled")
_TURNED_OFF = Text("{subject}: 無効になりました", "{subject}: disabled")
_TURNED_ON = Text("{subject}: 有効に戻りました", "{subject}: enabled again")
_MOVED = Text("{subject}: {n}番目から移りました", "{subject}: moved from place {n}")
_WHOLE_ROWS = Text("行の全体", "whole rows")
_FORMER = Text("旧・", "former ")
_STEP = Text("第{n}手順 {label} {id}（{columns}）", "step {n} {id} ({columns})")
_CHECK = Text("検査{n} {label}（{columns}）", "check {n}, {label} ({columns})")
_LINE = Text("{subject}: {what}", "{subject}: {what}")
_COLUMN = Text("列「{name}」", "column '{name}'")
_DISMISSAL = Text("対応不要とした所見「{finding}」", "dismissed finding '{finding}'")
_MEMBER = Text("担当者「{name}」", "staff '{name}'")
_APPROVAL = Text("承認 {by}", "approval {by}")
_HOLDS = Text("この内容に対するもので、有効です", "it is of this very content and holds")
_BROKEN = Text(
    "承認の後で文面が変わっており、有効ではありません", "the text changed after it was given; it does not hold"
)


@dataclass(frozen=True)
class Change:
    """One difference: the part it is about, its place, and what it says. `loosens` is told of limits only."""

    what: str  # the part of the spec, such as `step` or `check`
    where: str  # the place in the new spec, or in the old one for what is gone
    code: str
    message: Text
    loosens: bool | None = None

    def to_dict(self, lang: Language | None = None) -> dict[str, str | bool | None]:
        """Return the stable keys `what`, `where`, `code`, `message` and `loosens`."""
        return {
            "what": self.what,
            "where": self.where,
            "code": self.code,
            "message": self.message.pick(lang or preferred()),
            "loosens": self.loosens,
        }


@dataclass(frozen=True)
class ApprovalNow:
    """One approval of the new spec, and whether it is of the spec as it stands now (its date is not looked at)."""

    where: str
    by: str
    holds: bool

    @property
    def message(self) -> Text:
        """Say whether the approval holds."""
        return _LINE.fill(subject=_APPROVAL.fill(by=self.by), what=_HOLDS if self.holds else _BROKEN)

    def to_dict(self) -> dict[str, str | bool]:
        """Return the stable keys `where`, `by` and `holds`."""
        return {"where": self.where, "by": self.by, "holds": self.holds}


@dataclass(frozen=True)
class Diff:
    """The differences between two specs in the order of the format; empty where both say the same."""

    changes: tuple[Change, ...]
    approvals: tuple[ApprovalNow, ...] = ()

    @property
    def same(self) -> bool:
        """Whether both specs say the same, whatever their comments and layout."""
        return not self.changes

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the stable keys `same`, `changes` and `approvals`."""
        return {
            "same": self.same,
            "changes": [change.to_dict(lang) for change in self.changes],
            "approvals": [approval.to_dict() for approval in self.approvals],
        }

    def lines(self, lang: Language | None = None) -> list[str]:
        """Return one line for each change, then one for each approval."""
        chosen = lang or preferred()
        told = [change.message for change in self.changes] or [_SAME]
        return [text.pick(chosen) for text in (*told, *(approval.message for approval in self.approvals))]

    def _repr_html_(self) -> str:
        title = _SAME if self.same else _DIFFERENT.fill(n=len(self.changes))
        entries: tuple[Change | ApprovalNow, ...] = (*self.changes, *self.approvals)
        return html_table(title, [(Text(entry.where, entry.where), entry.message) for entry in entries])


def diff(a: Document, b: Document) -> Diff:
    r"""Return what changed from one spec to another.

    A step is the same one where technique and columns are the same, else where the technique is and a column is
    shared; a check likewise by its measure, a column of the input by its header. What a spec leaves out and what it
    writes as the default are the same. Values of private fields are never told. Every difference of the two specs is
    told, so that an empty answer means the same content. Approvals bind the text: whether each one of `b` still holds
    is told beside the changes.

    >>> from sudare.specs.reading import parse_spec
    >>> text = "sudare: 1\ntitle: {}\ninput:\n  columns:\n    - {{name: a}}\n"
    >>> diff(parse_spec(text.format("x")), parse_spec(text.format("y"))).lines("en")
    ['title: x → y']
    """
    found: list[Change] = []
    for key, tell in _PARTS.items():
        found += tell(a.spec, b.spec, key)
    for name, info in Spec.model_fields.items():
        key = info.alias or name
        if key not in _PARTS:
            found += _part(getattr(a.spec, name), getattr(b.spec, name), key, info)
    order = {info.alias or name: n for n, (name, info) in enumerate(Spec.model_fields.items())}
    found.sort(key=lambda change: order[_root(change.where)])
    approvals = (
        ApprovalNow(f"approvals[{n}]", approval.by, holds(b, approval)) for n, approval in enumerate(b.spec.approvals)
    )
    return Diff(tuple(found), tuple(approvals))


def _root(where: str) -> str:
    return where.partition(".")[0].partition("[")[0]


# --- parts that are one model, one value, or names mapped to models


def _part(old: Any, new: Any, key: str, info: FieldInfo) -> Iterator[Change]:  # noqa: ANN401 - any part
    if old == new:
        return
    subject, what, code = title_of(info, key), key, f"{key.replace('_', '-')}-changed"
    if isinstance(old, Model) and isinstance(new, Model):
        for part in changed_fields(old, new, key):
            direction = part.loosens if key == "unit" else None
            yield Change(what, part.where, code, part.told(subject, direction), direction)
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and not is_private(info):
        yield from _mapping(old, new, key, subject, code)
        return
    message = _UNSEEN.fill(subject=subject)
    if not is_private(info):
        message = _WHOLE.fill(subject=subject, old=said(old), new=said(new))
    yield Change(what, key, code, message, True if key == "unit" and new is None and old.at_least is not None else None)


def _mapping(old: Mapping[str, Any], new: Mapping[str, Any], key: str, subject: Text, code: str) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        where = f"{key}.{name}"
        mine = _MEMBER.fill(name=name) if key == "staff" else subject.join(Text(name, name))
        before, after = old.get(name), new.get(name)
        if name not in new:
            yield Change(key, where, f"{key}-removed", _REMOVED.fill(subject=mine))
        elif name not in old:
            yield Change(key, where, f"{key}-added", _ADDED.fill(subject=mine))
        elif isinstance(before, Model) and isinstance(after, Model):
            for part in changed_fields(before, after, where):
                yield Change(key, part.where, code, part.told(mine))
        elif before != after:
            message = _WHOLE.fill(subject=mine, old=said(before), new=said(after))
            yield Change(key, where, code, message)


# --- lists whose entries have an identity


def _entries(  # noqa: PLR0913 - what tells one list from another, each by name
    old: Sequence[_M],
    new: Sequence[_M],
    path: str,
    *,
    what: str,
    subject: Callable[[_M, int], Text],
    alike: Sequence[Callable[[_M, _M], bool]],
    limits: bool = False,
) -> Iterator[Change]:
    """Tell the entries that were added, removed, moved and changed. With `limits` a change may loosen or tighten."""
    pairs = paired(old, new, *alike)
    for gone in pairs.gone:
        mine = _FORMER.join(subject(old[gone], gone), by="")
        loosens = True if limits else None
        message = directed(_REMOVED.fill(subject=mine), loosens)
        yield Change(what, f"{path}[{gone}]", f"{what}-removed", message, loosens)
    for n, entry in enumerate(new):
        place, mine, where = pairs.origins[n], subject(entry, n), f"{path}[{n}]"
        if place is None:
            loosens = False if limits else None
            added = _ADDED_DISABLED if _is_off(entry) else _ADDED
            yield Change(what, where, f"{what}-added", directed(added.fill(subject=mine), loosens), loosens)
            continue
        if n in pairs.moved:
            yield Change(what, where, f"{what}-moved", _MOVED.fill(subject=mine, n=place + 1))
        if _is_off(entry) != _is_off(old[place]):
            code, turned = ("disabled", _TURNED_OFF) if _is_off(entry) else ("enabled", _TURNED_ON)
            yield Change(what, where, f"{what}-{code}", turned.fill(subject=mine))
        for part in changed_fields(old[place], entry, where, skip={"disabled"}):
            direction = part.loosens if limits else None
            code = {None: f"{what}-changed", True: f"{what}-loosened", False: f"{what}-tightened"}[direction]
            if part.name == "type" and what == "column":
                code = "column-retyped"
            yield Change(what, part.where, code, part.told(mine, direction), direction)


def _is_off(entry: Model) -> bool:
    """Say whether an entry is a step that is disabled."""
    return bool(getattr(entry, "disabled", False))


def _columns(a: Spec, b: Spec, key: str) -> Iterator[Change]:
    """Tell how the file is written, then its columns."""
    for part in changed_fields(a.input, b.input, key, skip={"columns"}):
        yield Change(key, part.where, f"{key}-changed", part.told(title_of(Spec.model_fields[key], key)))
    yield from _entries(
        a.input.columns,
        b.input.columns,
        "input.columns",
        what="column",
        subject=lambda column, _n: _COLUMN.fill(name=column.called),
        alike=[lambda one, other: (same_name(one.name), one.nth) == (same_name(other.name), other.nth)],
    )


def _steps(a: Spec, b: Spec, key: str) -> Iterator[Change]:
    def subject(step: Technique, n: int) -> Text:
        columns = listed(step.columns) if step.columns else _WHOLE_ROWS
        return _STEP.fill(n=n + 1, label=step.label, id=step.technique, columns=columns)

    yield from _entries(a.steps, b.steps, key, what="step", subject=subject, alike=_by_columns("technique"))


def _checks(a: Spec, b: Spec, key: str) -> Iterator[Change]:
    def subject(check: Measure, n: int) -> Text:
        return _CHECK.fill(n=n + 1, label=check.label, columns=listed(check.columns))

    yield from _entries(
        a.checks, b.checks, key, what="check", subject=subject, alike=_by_columns("measure"), limits=True
    )


def _by_columns(kind: str) -> list[Callable[[Any, Any], bool]]:
    """Return what makes two entries the same one: kind and columns, else kind and a column that both name."""

    def names(entry: Any) -> list[str]:  # noqa: ANN401 - a step or a check
        return [same_name(name) for name in entry.columns]

    def same_kind(one: Any, other: Any) -> bool:  # noqa: ANN401 - steps or checks
        return bool(getattr(one, kind) == getattr(other, kind))

    return [
        lambda one, other: same_kind(one, other) and names(one) == names(other),
        lambda one, other: same_kind(one, other) and not set(names(one)).isdisjoint(names(other)),
    ]


def _dismissals(a: Spec, b: Spec, key: str) -> Iterator[Change]:
    def subject(dismissal: Dismissal, _n: int) -> Text:
        return _DISMISSAL.fill(finding=dismissal.finding)

    yield from _entries(
        a.dismissed,
        b.dismissed,
        key,
        what="dismissal",
        subject=subject,
        alike=[
            lambda one, other: (one.finding, one.standards) == (other.finding, other.standards),
            lambda one, other: one.finding == other.finding,
        ],
    )


def _approvals(a: Spec, b: Spec, key: str) -> Iterator[Change]:
    def subject(approval: Approval, _n: int) -> Text:
        return _APPROVAL.fill(by=approval.by)

    yield from _entries(
        a.approvals,
        b.approvals,
        key,
        what="approval",
        subject=subject,
        alike=[lambda one, other: one.by == other.by],
    )


_PARTS: dict[str, Callable[[Spec, Spec, str], Iterator[Change]]] = {
    "input": _columns,
    "steps": _steps,
    "dismissed": _dismissals,
    "checks": _checks,
    "approvals": _approvals,
}
