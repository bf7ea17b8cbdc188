"""A first spec made from what was found: complete, cautious, unsigned. A person goes through it and decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sudare.findings.coarsening import coarse_enough
from sudare.findings.detecting import detect
from sudare.findings.numbers import NUMBERS, numbers_of
from sudare.findings.safe_cut import rounded_edges
from sudare.findings.view import View
from sudare.language import Language, Text, preferred
from sudare.specs import Document, dump_spec, parse_spec
from sudare.tables.schema import Kind, Schema, same_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sudare.findings.finding import Finding
    from sudare.tables.reading import Facts
    from sudare.tables.schema import Column, Input

_KINDS: dict[int, Kind] = {1: "direct-identifier", 2: "identification-code", 3: "linking-code"}
# Findings under standard 1 that make a column identify in combination only, or hold text.
_NOT_DIRECT: dict[str, Kind | None] = {
    "address": "quasi-identifier",
    "birth-date": "quasi-identifier",
    "fine-date": "quasi-identifier",
    "postal-code": "quasi-identifier",
    "place": "quasi-identifier",
    "free-text": "free-text",
}
BECAUSE = Text("所見 {finding}（下書き）", "finding {finding} (draft)")
_NOTHING_FOUND = Text("所見なし（下書き）", "nothing found (draft)")
_OUT = Text("提案の対象外", "not part of the proposal")
_NONE = Text("当たる所見なし（下書き）", "nothing found under it (draft)")
_TITLE = Text("{name} の加工設計（下書き）", "processing design of {name} (draft)")
_K = 5
_MANY = 12  # different numbers; fewer are told as they are


def draft(  # noqa: PLR0913 - what a draft is made from, each by name
    view: View,
    declared: Input,
    found: Sequence[Finding],
    *,
    name: str = "",
    facts: Facts | None = None,
    proposal: Sequence[str] = (),
    lang: Language | None = None,
) -> Document:
    """Return a spec that decides every column by the first suggestion of its findings; a column without one is kept.

    With `proposal`, the columns asked for, all others are out of scope. Each reason names its finding. Nobody signs:
    `by` is left out, and every decision is reported as open. What must still be chosen is stated there, not guessed:
    no key is named, so that identifiers are deleted rather than made pseudo-IDs. `name` is what the file is called.
    """
    lang = lang or preferred()
    wanted = {same_name(name) for name in proposal}
    out = [column.called for column in declared.columns if wanted and column.called not in wanted]
    inside = list(found)
    if out:  # combinations, and what a file of fewer columns tells, are looked at without the columns that go
        view = _without(view, frozenset(out))
        inside = list(detect(view))
    steps = _Steps(view, lang, {name for one in inside if one.kind == "rare-combination" for name in one.columns})
    for finding in _in_order(inside):
        steps.answer(finding)
    steps.coarsen()
    kept = [column.called for column in declared.columns if column.called not in {*out, *steps.decided}]
    data: dict[str, Any] = {"sudare": 1, "title": _TITLE.fill(name=name).pick(lang).strip()}
    if facts is not None:
        data["designed_on"] = {"sha256": facts.sha256, "rows": facts.rows}
    if proposal:
        data["proposal"] = {"columns": list(proposal)}
    data["input"] = _input(declared, found)
    if out:
        data["out_of_scope"] = {"columns": out, "because": _OUT.pick(lang)}
    data["steps"] = steps.in_order(kept)
    answered = {n for step in data["steps"] for n in step["standards"]} | {one.standard for one in inside}
    none = [n for n in range(1, 6) if n not in answered]
    if none:
        data["dismissed"] = [{"finding": "none", "standards": none, "because": _NONE.pick(lang)}]
    known = steps.quasi_identifiers()
    if known:
        data["checks"] = [{"measure": "k-anonymity", "columns": known, "at_least": _K}]
    return parse_spec(dump_spec(parse_spec(_as_yaml(data)).spec))


def _without(view: View, names: frozenset[str]) -> View:
    fields = tuple(field for field in view.relation.fields if field.name not in names)
    schema = Schema(columns=tuple(column for column in view.schema if column.called not in names))
    return View(view.engine, replace(view.relation, fields=fields), schema, view.person, view.outside, view.beside)


class _Steps:
    """The steps of a draft: each column is decided once, and a combination is looked at last."""

    def __init__(self, view: View, lang: Language, combined: set[str]) -> None:
        self._view = view
        self._combined = combined  # columns of rare combinations, which one coding must make coarse enough
        self._lang = lang
        self._rows: list[dict[str, Any]] = []
        self._single: list[dict[str, Any]] = []
        self._last: list[dict[str, Any]] = []
        self.decided: dict[str, str] = {}  # the column and the technique that decides it

    def answer(self, finding: Finding) -> None:
        """Take the first suggestion that fits what was decided before."""
        if finding.kind == "betraying-column":
            self._part(finding)
        elif finding.kind == "unusual-in-society" and set(finding.columns) <= self._combined:
            self._gather(finding, last=str(finding.suggestions[0].step["at_least"]))
        elif finding.kind.startswith("far-value"):
            self._gather(finding)
        elif finding.suggestions:
            if finding.kind == "rare-combination":
                self._gather(finding)
            self._take(finding, dict(finding.suggestions[0].step))

    def coarsen(self) -> None:
        """Make the bins coarse enough that the records of small classes, which go last, are few; if bins can do that."""
        known = self.quasi_identifiers()
        last = self._last[-1] if self._last else {}
        if not known or known != last["columns"]:
            return
        binned = {step["columns"][0]: step for step in self._single if step["technique"] == "bin"}
        bins = {name: tuple(binned[name]["edges"]) for name in known if name in binned}
        share = float(last["at_most"].removesuffix("%")) / 100
        for name, edges in (
            coarse_enough(self._view, bins, known, below=int(last["below"]), at_most=share) or {}
        ).items():
            binned[name]["edges"] = list(edges)

    def in_order(self, kept: Sequence[str]) -> list[dict[str, Any]]:
        """Return all steps: rows that go, single columns, those without a finding, then combinations."""
        keep = {
            "technique": "keep",
            "columns": list(kept),
            "standards": [1],
            "because": _NOTHING_FOUND.pick(self._lang),
        }
        gone = {name for name, technique in self.decided.items() if technique == "delete-column"}
        last = [step for step in self._last if not gone & set(step["columns"])]
        return [*self._rows, *self._single, *([keep] if kept else []), *last]

    def quasi_identifiers(self) -> list[str]:
        """Return the columns that stay and that others may know: those that single records out together."""
        gone = {name for name, technique in self.decided.items() if technique == "delete-column"}
        combined = self._last[-1]["columns"] if self._last else []
        return [name for name in dict.fromkeys(combined) if name not in gone]

    def _take(self, finding: Finding, step: dict[str, Any]) -> None:
        step["because"] = BECAUSE.fill(finding=finding.id).pick(self._lang)
        if step["technique"] == "delete-small-classes":
            if finding.kind == "rare-combination":  # of two combinations, the larger one, which comes later
                self._last = [one for one in self._last if len(one["columns"]) == 1]
            self._last.append(step)
            return
        if step["technique"] == "delete-records":  # while the columns it looks at are still there
            self._rows.append(step)
            return
        names = step.get("columns", [])
        if any(name in self.decided for name in names):
            return
        self._single.append(step)
        self.decided.update(dict.fromkeys(names, step["technique"]))

    def _part(self, finding: Finding) -> None:
        """Remove one of the columns that betray one another: the one that no other finding keeps."""
        gone = {name for name, technique in self.decided.items() if technique == "delete-column"}
        if gone & set(finding.columns):
            return
        free = [name for name in finding.columns if name not in self.decided]
        name = free[0] if free else finding.columns[-1]
        if not free:
            self._single = [step for step in self._single if step["columns"] != [name]]
            self.decided.pop(name, None)
        step = {"technique": "delete-column", "columns": [name], "standards": [finding.standard]}
        self._take(finding, step)

    def _gather(self, finding: Finding, last: str | None = None) -> None:
        """Gather numbers of many values in bins with both ends open: a column takes one coding only."""
        for name in finding.columns:
            column = self._view.column(name)
            if name in self.decided or column.column.type not in NUMBERS or column.distinct <= _MANY:
                continue
            edges = rounded_edges(numbers_of(column).values, whole=column.column.type == "integer")
            if last is not None:
                edges = [*(edge for edge in edges if float(edge) < float(last)), last]
            if len(edges) > 1:
                step = {"technique": "bin", "columns": [name], "edges": edges, "standards": [finding.standard]}
                self._take(finding, step)


# What is decided first: deletions, then what society calls rare, then what one column betrays of another, then the file.
_TURNS = {"betraying-column": 2, "far-value-below": 3, "far-value-above": 3, "rare-category": 4, "rare-combination": 5}


def _in_order(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: (_TURNS.get(one.kind, 0), one.standard))


def _input(declared: Input, found: Sequence[Finding]) -> dict[str, Any]:
    kinds: dict[str, Kind] = {}
    for finding in found:
        kind = _NOT_DIRECT[finding.kind] if finding.kind in _NOT_DIRECT else _KINDS.get(finding.standard)
        for name in finding.columns:
            if kind is not None:
                kinds.setdefault(name, kind)
    data = declared.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    data["columns"] = [_column(column, kinds) for column in declared.columns]
    return {key: data[key] for key in ("format", *data) if key in data} | {"format": declared.format}


def _column(column: Column, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    data = column.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    kind = kinds.get(column.called)
    return {"name": column.name, **data, "type": column.type, **({"kind": kind} if kind else {})}


def _as_yaml(data: Mapping[str, Any]) -> str:
    import json

    return json.dumps(data, ensure_ascii=False)  # JSON is YAML; the one writer then lays it out
