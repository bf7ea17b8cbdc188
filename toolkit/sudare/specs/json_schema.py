"""The JSON Schema of a spec, put together from the models; forms, completion and TypeScript types derive from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from typing_extensions import override

from sudare.measures import measures
from sudare.specs.parameters import LITERAL
from sudare.specs.spec import PARAMETER_NAME, Spec
from sudare.techniques import techniques

if TYPE_CHECKING:
    from pydantic_core import core_schema

    from sudare.models import Model

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_REFERENCE = {"type": "string", "pattern": rf"\$\{{{PARAMETER_NAME}\}}", "title": "${名前} / ${NAME}"}
_TO_REFERENCE = {"$ref": "#/$defs/Reference"}
_ABOUT = frozenset({"title", "description", "default"})  # not about the form of a value
_WITHIN = ("items", "prefixItems", "additionalProperties", "anyOf", "oneOf")  # schemas inside a schema
_FORMS = frozenset({"pattern", "enum", "format", "minLength", "maxLength"})
_LITERAL_KINDS = frozenset({"Approval"})


class _AsWritten(GenerateJsonSchema):
    """Lets a value that is compared with a column stand unquoted in a file: `edges: [40, 50]`, `equals: true`."""

    @override
    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        made = super().function_before_schema(schema)
        return {**made, "type": ["string", "number", "boolean"]} if made.get("type") == "string" else made


def spec_schema() -> dict[str, Any]:
    """Return the JSON Schema of a spec as it stands on disk: a typed value may be a text with ${NAME} in its place.

    >>> sorted(spec_schema()["required"])
    ['input', 'sudare', 'title']
    """
    definitions: dict[str, Any] = {}
    whole = _plain(Spec, definitions)
    for key, kinds in (("steps", techniques()), ("checks", measures())):
        options = [_referred(kind, definitions) for kind in kinds.values()]
        whole["properties"][key]["items"] = {"oneOf": options}
    parts = whole["properties"]
    whole["properties"] = {key: part if key in LITERAL else _with_references(part) for key, part in parts.items()}
    kinds = {name: part if name in _LITERAL_KINDS else _with_references(part) for name, part in definitions.items()}
    shared = dict(sorted({**kinds, "Reference": _REFERENCE}.items()))
    return {"$schema": DIALECT, "title": "sudare spec", **whole, "$defs": shared}


def model_schema(kind: type[Model]) -> dict[str, Any]:
    """Return the JSON Schema of one technique or measure by itself, as a form fills it: without ${NAME}."""
    definitions: dict[str, Any] = {}
    return {**_plain(kind, definitions), "$defs": dict(sorted(definitions.items()))}


def _with_references(node: Any) -> Any:  # noqa: ANN401 - a JSON Schema, or a list of them
    """Let a text with ${NAME} stand wherever a value is a number, a truth value, or a text of a certain form."""
    if isinstance(node, list):
        return [_with_references(part) for part in node]
    if not isinstance(node, dict) or "const" in node:  # the name of a technique says which one it is
        return node
    if _is_typed(node):
        about = {key: value for key, value in node.items() if key in _ABOUT or key.startswith("x-")}
        return {**about, "anyOf": [{key: value for key, value in node.items() if key not in about}, _TO_REFERENCE]}
    inner = {key: _with_references(node[key]) for key in _WITHIN if key in node}
    if "properties" in node:
        inner["properties"] = {name: _with_references(part) for name, part in node["properties"].items()}
    if any(_is_typed(option) for option in node.get("anyOf", ())):
        inner["anyOf"] = [*node["anyOf"], _TO_REFERENCE]
    return {**node, **inner}


def _is_typed(node: Any) -> bool:  # noqa: ANN401 - a JSON Schema
    if not isinstance(node, dict):
        return False
    kind = node.get("type")
    return kind in ("integer", "number", "boolean") or (kind == "string" and not _FORMS.isdisjoint(node))


def _referred(kind: type[Model], definitions: dict[str, Any]) -> dict[str, str]:
    definitions[kind.__name__] = _plain(kind, definitions)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _plain(kind: type[Model], definitions: dict[str, Any]) -> dict[str, Any]:
    made = kind.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    definitions.update(made.pop("$defs", {}))
    return made
