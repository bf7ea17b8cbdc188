"""A spec as the reading view shows it: plain data in one language, problems at the step they are about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sudare.design.saving import revision_of
from sudare.errors import SudareError
from sudare.law import item_of, regime, standard
from sudare.reports.words import parameters
from sudare.server.declared import columns_told, dismissals_told, files_told, outputs_told
from sudare.server.given import parameters_told
from sudare.server.parts import parts_told
from sudare.specs import check_document, parse_spec
from sudare.specs.signatures import holds
from sudare.specs.writing import to_data

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.errors import Problem
    from sudare.language import Language
    from sudare.specs import Checked, Document, Spec

_ENTRY = re.compile(r"(steps|checks)\[([0-9]+)\]")


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
    at: dict[str | None, list[Problem]] = {}
    for problem in checked.problems:
        at.setdefault(_place(problem, spec), []).append(problem)
    return {
        **told,
        "title": spec.title,
        "regime": regime(spec.regime).title.pick(lang),
        "columns": columns_told(spec, lang),
        "scope_because": spec.out_of_scope.because if spec.out_of_scope is not None else None,
        "outputs": outputs_told(spec, path.parent),
        "steps": [_step(spec, n, at.get(f"steps[{n}]", []), lang) for n in range(len(spec.steps))],
        "dismissed": dismissals_told(spec, lang),
        "checks": [_check(spec, n, at.get(f"checks[{n}]", []), lang) for n in range(len(spec.checks))],
        "standards": _standards(spec, checked, lang),
        "problems": [problem.to_dict(lang) for problem in at.get(None, [])],
        "open": [problem.to_dict(lang) for problem in checked.open],
        "approvals": _approvals(document),
        "parameters": parameters_told(document, lang),
        "parts": parts_told(spec, lang),
        "files": files_told(spec, path.parent),
    }


def _place(problem: Problem, spec: Spec) -> str | None:
    """Return the step or check that a problem is about, or None for one about the whole."""
    found = _ENTRY.match(problem.where)
    if found is None or int(found[2]) >= len(spec.steps if found[1] == "steps" else spec.checks):
        return None
    return found[0]


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


def _check(spec: Spec, place: int, problems: list[Problem], lang: Language) -> dict[str, Any]:
    check = spec.checks[place]
    return {
        "index": place,
        "measure": check.id(),
        "label": check.label.pick(lang),
        "columns": list(check.columns),
        "limit": check.limit().pick(lang),
        "parameters": [{"title": p.title.pick(lang), "value": p.value.pick(lang)} for p in parameters(check)],
        "data": _plain(to_data(check)),
        "problems": [problem.to_dict(lang) for problem in problems],
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
