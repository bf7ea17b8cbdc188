"""A spec as the reading view shows it: plain data in one language, problems at the step they are about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sudare.design.saving import revision_of
from sudare.errors import SudareError
from sudare.law import item_of, regime, standard
from sudare.reports.words import parameters
from sudare.specs import check_document, parse_spec
from sudare.specs.coverage import declared_columns, first_names, scoped_out
from sudare.specs.signatures import holds
from sudare.specs.writing import to_data

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.errors import Problem
    from sudare.language import Language
    from sudare.specs import Checked, Document, Spec

_STEP = re.compile(r"steps\[([0-9]+)\]")


def view(text: str, path: Path, lang: Language) -> dict[str, Any]:
    """Return what the reading view of a text shows; a text that is no spec gives its problems, and never an error.

    `path` is the file that the text is of: files that the spec names lie beside it.
    """
    told: dict[str, Any] = {"text": text, "revision": revision_of(path)}
    try:
        document = parse_spec(text, path)
        checked = check_document(document)
    except SudareError as error:
        return {**told, "problems": [problem.to_dict(lang) for problem in error.problems]}
    spec = document.spec
    at_steps = {n: [p for p in checked.problems if _place(p) == n] for n in range(len(spec.steps))}
    return {
        **told,
        "title": spec.title,
        "regime": regime(spec.regime).title.pick(lang),
        "columns": _columns(spec),
        "steps": [_step(spec, n, at_steps[n], lang) for n in range(len(spec.steps))],
        "dismissed": [to_data(one) | {"standards": list(one.standards)} for one in spec.dismissed],
        "checks": [_check(spec, n, lang) for n in range(len(spec.checks))],
        "standards": _standards(spec, checked, lang),
        "problems": [problem.to_dict(lang) for problem in checked.problems if _place(problem) is None],
        "open": [problem.to_dict(lang) for problem in checked.open],
        "approvals": _approvals(document),
    }


def _place(problem: Problem) -> int | None:
    found = _STEP.match(problem.where)
    return int(found[1]) if found else None


def _columns(spec: Spec) -> list[dict[str, Any]]:
    decided: dict[str, list[int]] = {}
    for n, (step, names) in enumerate(zip(spec.steps, first_names(spec), strict=True)):
        for name in names if step.decides and not step.disabled else ():
            decided.setdefault(name, []).append(n)
    out = scoped_out(spec)
    return [
        {
            "name": one.called,
            "type": one.type,
            "kind": one.kind,
            "unit": one.unit,
            "in_scope": one.called not in out,
            "decided_by": decided.get(one.called, []),
        }
        for _, one in declared_columns(spec)
    ]


def _step(spec: Spec, place: int, problems: list[Problem], lang: Language) -> dict[str, Any]:
    step = spec.steps[place]
    return {
        "index": place,
        "technique": step.id(),
        "label": step.label.pick(lang),
        "columns": list(step.columns),
        "standards": list(step.standards),
        "because": step.because,
        "by": step.by,
        "disabled": step.disabled,
        "parameters": [{"title": p.title.pick(lang), "value": p.value.pick(lang)} for p in parameters(step)],
        "data": _plain(to_data(step)),
        "problems": [problem.to_dict(lang) for problem in problems],
    }


def _check(spec: Spec, place: int, lang: Language) -> dict[str, Any]:
    check = spec.checks[place]
    return {
        "index": place,
        "measure": check.id(),
        "label": check.label.pick(lang),
        "columns": list(check.columns),
        "limit": check.limit().pick(lang),
        "data": _plain(to_data(check)),
    }


def _standards(spec: Spec, checked: Checked, lang: Language) -> list[dict[str, Any]]:
    chosen = regime(spec.regime)
    return [
        {
            "standard": one.standard,
            "title": standard(one.standard).title.pick(lang),
            "article": item_of(chosen, one.standard).pick(lang),
            "status": one.status,
            "columns": list(one.columns),
            "open": [problem.to_dict(lang) for problem in one.open],
        }
        for one in checked.standards
    ]


def _approvals(document: Document) -> list[dict[str, Any]]:
    return [
        {"by": one.by, "until": one.until.isoformat() if one.until else None, "holds": holds(document, one)}
        for one in document.spec.approvals
    ]


def _plain(data: Any) -> Any:  # noqa: ANN401 - plain data, whose numbers and dates become texts as in a file
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    return data if data is None or isinstance(data, str | bool | int | float) else str(data)
