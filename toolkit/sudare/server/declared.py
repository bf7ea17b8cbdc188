"""What a spec declares and dismisses: the table of columns, findings that need no step, and files beside the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sudare.findings.detectors import detectors
from sudare.language import Text
from sudare.specs.checking import walk
from sudare.specs.coverage import about, decided_columns, declared_columns, first_names, scoped_out
from sudare.specs.json_schema import model_schema
from sudare.specs.spec import Dismissal
from sudare.tables.schema import KIND_NAMES, TYPE_NAMES, Column

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sudare.language import Language
    from sudare.specs import Spec

# How a column is found in the file, and what steps call it: changed in the text, where all that name it stand.
_FIXED: Final = frozenset({"name", "nth", "as"})
_NONE = Text("該当なし", "nothing falls under it")


def columns_told(spec: Spec, lang: Language) -> list[dict[str, Any]]:
    """Return every column that needs a decision: those of the input, then those that steps bring in."""
    decided: dict[str, list[int]] = {}
    for n, (step, names) in enumerate(zip(spec.steps, first_names(spec), strict=True)):
        for name in names if step.decides and not step.disabled else ():
            decided.setdefault(name, []).append(n)
    out, answered = scoped_out(spec), decided_columns(spec)
    return [
        {
            "name": one.called,
            "place": place,
            "type": one.type,
            "type_name": TYPE_NAMES[one.type].pick(lang),
            "kind": one.kind,
            "kind_name": KIND_NAMES[one.kind].pick(lang) if one.kind is not None else None,
            "unit": one.unit,
            "special_care": one.special_care,
            "in_scope": one.called not in out,
            "decided_by": decided.get(one.called, []),
            "is_open": one.called not in answered,
            "declared": place.startswith("input."),
            "data": {key: value for key, value in one.to_dict().items() if key not in _FIXED},
        }
        for place, one in declared_columns(spec)
    ]


def column_form() -> dict[str, Any]:
    """Return the JSON Schema of a column's form, its choices by name. Titles stand in both languages."""
    made = model_schema(Column)
    fields = {key: part for key, part in made["properties"].items() if key not in _FIXED}
    for key, names in (("type", TYPE_NAMES), ("kind", KIND_NAMES)):
        kept = {name: part for name, part in fields[key].items() if name not in ("enum", "anyOf", "default")}
        fields[key] = {**kept, "type": "string", "oneOf": [_choice(one, name) for one, name in names.items()]}
    return {"type": "object", "properties": fields, "required": ["type"], "$defs": {}}


def dismissals_told(spec: Spec, lang: Language) -> list[dict[str, Any]]:
    """Return the findings that a person decided need no step, with a name for each kind of finding."""
    kinds = {one.kind: one.label for one in detectors()}
    return [
        {
            "index": n,
            "finding": one.finding,
            "label": _kind(one, kinds).pick(lang),
            "column": about(one),
            "standards": list(one.standards),
            "because": one.because,
            "by": one.by,
        }
        for n, one in enumerate(spec.dismissed)
    ]


def dismissal_form() -> dict[str, Any]:
    """Return the JSON Schema of a dismissal's form: the kind of finding and its column in fields of their own."""
    made = model_schema(Dismissal)
    kinds = {one.kind: one.label for one in detectors()}
    kind = {"type": "string", "default": "none", "x-title": made["properties"]["finding"]["x-title"]}
    options = [_choice("none", _NONE), *(_choice(one, label) for one, label in kinds.items())]
    column = {"type": "string", "x-role": "column", "x-title": _both(Text("所見の列", "column of the finding"))}
    told = {"kind": {**kind, "oneOf": options}, "column": column, **made["properties"]}
    del told["finding"]
    return {"type": "object", "properties": told, "required": ["kind", "standards", "because"], "$defs": {}}


def files_told(spec: Spec, folder: Path) -> list[dict[str, Any]]:
    """Return the files beside the spec that steps and checks go by: their names, and whether each is there."""
    places: dict[str, list[str]] = {}
    for place, names in _named(spec):
        for name in names:
            places.setdefault(name, []).append(place)
    return [
        {"name": name, "places": list(dict.fromkeys(at)), "found": (folder / name).is_file()}
        for name, at in places.items()
    ]


def outputs_told(spec: Spec, folder: Path) -> list[str]:
    """Return the columns of the output, which a check may look at."""
    return list(walk(spec, folder)[0].names)


def _named(spec: Spec) -> Iterator[tuple[str, tuple[str, ...]]]:
    for n, step in enumerate(spec.steps):
        yield f"steps[{n}]", step.files()
    for n, check in enumerate(spec.checks):
        yield f"checks[{n}]", (*check.files(), *check.tables())


def _kind(one: Dismissal, kinds: dict[str, Text]) -> Text:
    kind = one.finding.partition("/")[0]
    return _NONE if one.finding == "none" else kinds.get(kind, Text(kind, kind))


def _choice(one: str, name: Text) -> dict[str, Any]:
    return {"const": one, "x-title": _both(name)}


def _both(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}
