"""The JSON Schema of a spec, put together from the models; forms, completion and TypeScript types derive from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from typing_extensions import override

from sudare.measures import measures
from sudare.specs.spec import Spec
from sudare.techniques import techniques

if TYPE_CHECKING:
    from pydantic_core import core_schema

    from sudare.models import Model

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _AsWritten(GenerateJsonSchema):
    """Lets a value that is compared with a column stand unquoted in a file: `edges: [40, 50]`, `equals: true`."""

    @override
    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        made = super().function_before_schema(schema)
        return {**made, "type": ["string", "number", "boolean"]} if made.get("type") == "string" else made


def spec_schema() -> dict[str, Any]:
    """Return the JSON Schema of a spec.

    >>> sorted(spec_schema()["required"])
    ['input', 'sudare', 'title']
    """
    definitions: dict[str, Any] = {}
    whole = _plain(Spec, definitions)
    for key, kinds in (("steps", techniques()), ("checks", measures())):
        options = [_referred(kind, definitions) for kind in kinds.values()]
        whole["properties"][key]["items"] = {"oneOf": options}
    return {"$schema": DIALECT, "title": "sudare spec", **whole, "$defs": dict(sorted(definitions.items()))}


def model_schema(kind: type[Model]) -> dict[str, Any]:
    """Return the JSON Schema of one technique or measure by itself."""
    definitions: dict[str, Any] = {}
    return {**_plain(kind, definitions), "$defs": dict(sorted(definitions.items()))}


def _referred(kind: type[Model], definitions: dict[str, Any]) -> dict[str, str]:
    definitions[kind.__name__] = _plain(kind, definitions)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _plain(kind: type[Model], definitions: dict[str, Any]) -> dict[str, Any]:
    made = kind.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    definitions.update(made.pop("$defs", {}))
    return made
