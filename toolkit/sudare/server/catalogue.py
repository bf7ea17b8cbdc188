"""What there is to choose from: techniques with their forms, measures, standards, and the guideline as a tree."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from sudare.law import citations, eligibility_examples, examples, item_of, regime, standards
from sudare.measures import measures
from sudare.specs.json_schema import model_schema
from sudare.techniques import techniques

if TYPE_CHECKING:
    from sudare.language import Language
    from sudare.law import Example
    from sudare.measures import Measure
    from sudare.techniques.technique import Technique


def catalogue(lang: Language) -> dict[str, Any]:
    """Return it in one language, as plain data with stable keys."""
    now = regime("gov-current")
    return {
        "version": version("sudare"),
        "techniques": [_technique(name, kind, lang) for name, kind in techniques().items()],
        "measures": [_measure(name, kind, lang) for name, kind in measures().items()],
        "standards": [
            {
                "id": int(one.id),
                "title": one.title.pick(lang),
                "article": item_of(now, int(one.id)).pick(lang),
                "explanation": one.explanation.pick(lang).strip(),
            }
            for one in standards()
        ],
        "guideline": _tree(lang),
    }


def _technique(name: str, kind: type[Technique], lang: Language) -> dict[str, Any]:
    return {
        "id": name,
        "label": kind.label.pick(lang),
        "about": kind.about.pick(lang),
        "law": kind.law,
        "schema": in_language(model_schema(kind), lang),
    }


def _measure(name: str, kind: type[Measure], lang: Language) -> dict[str, Any]:
    return {
        "id": name,
        "label": kind.label.pick(lang),
        "about": kind.about.pick(lang),
        "schema": in_language(model_schema(kind), lang),
    }


def in_language(node: Any, lang: Language) -> Any:  # noqa: ANN401 - a JSON Schema, or a part of one
    """Return a schema whose titles and descriptions are in one language.

    >>> in_language({"x-title": {"ja": "列", "en": "columns"}, "title": "列 / columns"}, "en")["title"]
    'columns'
    """
    if isinstance(node, list):
        return [in_language(part, lang) for part in node]
    if not isinstance(node, dict):
        return node
    told = {key: in_language(part, lang) for key, part in node.items() if key not in {"x-title", "x-help"}}
    for key, name in (("x-title", "title"), ("x-help", "description")):
        text = node.get(key)
        if isinstance(text, dict):
            told[name] = text[lang]
    return told


def _tree(lang: Language) -> list[dict[str, Any]]:
    told = {
        "ja": ("対象の判断", "五つの基準と事例", "表1の手法"),
        "en": ("eligibility", "the five standards", "Table 1"),
    }
    names = told[lang]
    eligibility = [_leaf(one.id, one.title.pick(lang)) for one in eligibility_examples()]
    by_standard = [
        {
            "id": f"standard-{one.id}",
            "title": one.title.pick(lang),
            "children": [_example(case, lang) for case in examples() if case.standard == int(one.id)],
        }
        for one in standards()
    ]
    rows = [
        {
            "id": one.id,
            "title": one.title.pick(lang),
            "children": [
                {"id": name, "title": kind.label.pick(lang), "technique": name}
                for name, kind in techniques().items()
                if kind.law == one.id
            ],
        }
        for one in citations()
    ]
    return [
        {"id": "eligibility", "title": names[0], "children": eligibility},
        {"id": "standards", "title": names[1], "children": by_standard},
        {"id": "table1", "title": names[2], "children": rows},
    ]


def _leaf(name: str, title: str) -> dict[str, Any]:
    return {"id": name, "title": f"{name} {title}", "notebook": f"examples/{name}.ipynb"}


def _example(one: Example, lang: Language) -> dict[str, Any]:
    return {**_leaf(one.id, one.title.pick(lang)), "steps": one.steps_in(lang)}
