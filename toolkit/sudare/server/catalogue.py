"""What there is to choose from: techniques with their forms, measures, standards, and the guideline as a tree."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from sudare.law import item_of, regime, standards
from sudare.measures import measures
from sudare.reports.words import choice_told
from sudare.server.declared import column_form, dismissal_form
from sudare.server.guideline import guideline
from sudare.server.parts import forms
from sudare.specs.json_schema import model_schema
from sudare.techniques import techniques

if TYPE_CHECKING:
    from sudare.language import Language
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
        "guideline": guideline(lang),
        "parts": [{**part, "schema": in_language(part["schema"], lang)} for part in forms(lang)],
        "column": in_language(column_form(), lang),
        "dismissal": in_language(dismissal_form(), lang),
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
    """Return a schema whose titles, descriptions and choices are in one language.

    >>> in_language({"x-title": {"ja": "列", "en": "columns"}, "title": "列 / columns"}, "en")["title"]
    'columns'
    """
    if isinstance(node, list):
        return [in_language(part, lang) for part in node]
    if not isinstance(node, dict):
        return node
    told = {key: in_language(part, lang) for key, part in node.items() if key not in {"x-title", "x-help"}}
    if any(isinstance(one, str) and choice_told(one) for one in node.get("enum", ())):
        told["oneOf"] = [_choice(one, lang) for one in told.pop("enum")]
    for key, name in (("x-title", "title"), ("x-help", "description")):
        text = node.get(key)
        if isinstance(text, dict):
            told[name] = text[lang]
    return told


def _choice(one: str, lang: Language) -> dict[str, str]:
    words = choice_told(one)
    return {"const": one, "title": words.pick(lang) if words is not None else one}
