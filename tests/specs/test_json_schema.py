"""The JSON Schema that editors and forms use says the same as the models."""

from __future__ import annotations

import copy
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from sudare.measures import measures
from sudare.specs import model_schema, spec_schema
from sudare.techniques import techniques

sys.path.insert(0, str(Path(__file__).parent))
from example_spec import EXAMPLE

VALIDATOR = jsonschema.Draft202012Validator(spec_schema())


def as_json(node: Any) -> Any:
    """Return what an editor sees: a date is a text."""
    if isinstance(node, dict):
        return {str(key): as_json(value) for key, value in node.items()}
    if isinstance(node, list):
        return [as_json(value) for value in node]
    return node.isoformat() if isinstance(node, dt.date) else node


@pytest.fixture
def example() -> Any:
    return as_json(YAML(typ="safe", pure=True).load(EXAMPLE))


def places(data: Any) -> list[str]:
    return sorted({".".join(str(part) for part in error.absolute_path) for error in VALIDATOR.iter_errors(data)})


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(spec_schema())
    json.dumps(spec_schema())


def test_the_example_of_the_design_is_valid(example: Any) -> None:
    assert places(example) == []


@pytest.mark.parametrize(
    "path",
    [(), ("file",), ("unit",), ("input",), ("input", "columns", 0), ("steps", 0), ("checks", 0), ("output",)],
)
def test_an_unknown_key_is_invalid(example: Any, path: tuple[Any, ...]) -> None:
    node = example
    for part in path:
        node = node[part]
    node["unknown"] = "x"
    assert places(example) == [".".join(map(str, path))]


def test_a_missing_key_and_a_wrong_value_are_invalid(example: Any) -> None:
    broken = copy.deepcopy(example)
    del broken["title"]
    assert places(broken) == [""]
    example["steps"][0]["standards"] = [6]
    assert places(example) == ["steps.0"]


def test_every_technique_and_measure_is_an_option() -> None:
    schema = spec_schema()
    steps = [option["$ref"].rpartition("/")[2] for option in schema["properties"]["steps"]["items"]["oneOf"]]
    checks = [option["$ref"].rpartition("/")[2] for option in schema["properties"]["checks"]["items"]["oneOf"]]
    assert steps == [kind.__name__ for kind in techniques().values()]
    assert checks == [kind.__name__ for kind in measures().values()]
    assert set(steps + checks) <= set(schema["$defs"])


@pytest.mark.parametrize("kind", [*techniques().values(), *measures().values()], ids=lambda kind: kind.id())
def test_each_by_itself_is_a_schema_with_both_languages(kind: Any) -> None:
    schema = model_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    titles = [about["x-title"] for about in schema["properties"].values() if "x-title" in about]
    assert titles
    assert all(title["ja"] and title["en"] for title in titles)


def test_private_fields_are_marked() -> None:
    marked = [
        key for key, about in model_schema(techniques()["map-values"])["properties"].items() if about.get("x-private")
    ]
    assert marked == ["table", "tree"]
