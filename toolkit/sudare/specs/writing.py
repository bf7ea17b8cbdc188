"""Writes a spec: the one writer. An unchanged spec stays as it is; comments survive a change."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from io import StringIO
from typing import TYPE_CHECKING, Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, PlainScalarString

from sudare.specs.entries import rearranged
from sudare.specs.reading import Document, load_yaml, parse_spec, plain, yaml
from sudare.specs.references import with_references

if TYPE_CHECKING:
    from sudare.models import Model
    from sudare.specs.spec import Spec

# What means something to some reader of YAML at some place.
_SIGNS = re.compile(r"""[?,\[\]{}#&*!|>'"`\\]|:(?![0-9A-Za-z])|^[-%@:=<.]""")
# Lists whose entries carry comments of their own.
_LISTS = (("input", "columns"), ("steps",), ("dismissed",), ("checks",), ("approvals",))
# Entries that read best as one line each, like the rows of a table.
_ONE_LINE = {"columns", "checks", "dismissed", "approvals", "staff", "answers"}


def dump_spec(spec: Spec) -> str:
    r"""Write a spec from nothing, in the canonical style: the values of its parameters stand where ${NAME} stood.

    >>> from sudare.specs.reading import parse_spec
    >>> text = "sudare: 1\ntitle: x\ninput:\n  columns:\n    - {name: a, type: text}\n"
    >>> dump_spec(parse_spec(text).spec) == text
    True
    """
    return tree_text(_node(with_references(to_data(spec)), ""))


def dump_record(record: Model) -> str:
    """Write what is recorded beside a spec, in the same style."""
    return tree_text(_node(to_data(record), ""))


def changed_spec(document: Document, spec: Spec) -> Document:
    """Return the document that says `spec`, with the comments and the layout of the old one where it is the same.

    A ${NAME} stays where its value is the same as before, and follows a new default; its value is written where it
    was changed by hand, or where the parameter went.
    """
    if spec == document.spec:
        return document
    written = plain(load_yaml(document.text))
    data = with_references(to_data(spec), to_data(document.spec), written, spec.parameters)
    text = document.text
    for path in _LISTS:
        entries = _entries_at(data, path)
        if as_read(entries) != _entries_at(written, path):  # reading a text is what costs
            text = _with_entries(text, path, entries)
    tree = load_yaml(text)
    if not _same(tree, data):
        _merge(tree, data)
        text = tree_text(tree)
    given = {name: value for name, value in document.given.items() if name in spec.parameters}
    return parse_spec(text, document.path, given)


def _entries_at(data: dict[str, Any], path: tuple[str, ...]) -> list[Any]:
    node: Any = data
    for key in path:
        node = node.get(key, {}) if isinstance(node, dict) else {}
    return list(node)


def _with_entries(text: str, path: tuple[str, ...], entries: list[Any]) -> str:
    def write(before: str, place: int) -> str:
        fresh = _node(entries[place : place + 1], path[-1])
        if not before:
            return tree_text(fresh)
        tree = yaml().load(before)
        tree[0] = _merged(tree[0], entries[place], path[-1])
        return tree_text(tree)

    return rearranged(text, path, [as_read(entry) for entry in entries], write)


def to_data(spec: Model) -> dict[str, Any]:
    """Return a spec as plain data in the order of the format; what was left out stays left out."""
    return {
        info.alias or name: _data(getattr(spec, name))
        for name, info in type(spec).model_fields.items()
        if name in spec.model_fields_set
    }


def _data(value: Any) -> Any:  # noqa: ANN401 - any field of a spec
    if hasattr(value, "model_fields_set"):
        data = to_data(value)
        # A step begins with its technique, a check with its measure, whatever the order of the fields.
        first = next((key for key in ("technique", "measure") if key in data), None)
        return {first: data.pop(first), **data} if first else data
    if isinstance(value, dict):
        return {str(key): _data(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_data(part) for part in value]
    return value


def tree_text(tree: Any) -> str:  # noqa: ANN401 - a YAML tree
    """Write a tree as it stands, with its comments, in the canonical style."""
    out = StringIO()
    yaml().dump(tree, out)
    return out.getvalue()


def _scalar(value: Any) -> str:  # noqa: ANN401 - any scalar of a spec
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _written(value: Any) -> Any:  # noqa: ANN401 - a scalar of a spec, as ruamel writes it
    """Quote a text that other readers of YAML would take for a number, a date or a truth value."""
    if not isinstance(value, str):
        return PlainScalarString(_scalar(value))
    tags = {str(VersionedResolver(version=v).resolve(ScalarNode, value, (True, False))) for v in ((1, 1), (1, 2))}
    plain_text = tags == {"tag:yaml.org,2002:str"} and value == value.strip() and value != "" and _is_plain(value)
    return value if plain_text else DoubleQuotedScalarString(value)


def _is_plain(text: str) -> bool:
    # The full-width space is no line end and no control sign; all other odd spaces are better seen as escapes.
    return text.replace("\u3000", " ").isprintable() and _SIGNS.search(text) is None


def _node(data: Any, key: str) -> Any:  # noqa: ANN401 - a YAML tree
    if isinstance(data, dict):
        return CommentedMap((_written(name), _node(value, name)) for name, value in data.items())
    if isinstance(data, list):
        sequence = CommentedSeq(_node(value, "") for value in data)
        if all(not isinstance(value, dict | list) for value in data):
            sequence.fa.set_flow_style()
        if key in _ONE_LINE:
            for item in sequence:
                if isinstance(item, CommentedMap):
                    item.fa.set_flow_style()
        return sequence
    return _written(data)


def _same(node: Any, data: Any) -> bool:  # noqa: ANN401 - a YAML tree and plain data
    return bool(plain(node) == as_read(data))


def as_read(data: Any) -> Any:  # noqa: ANN401 - plain data
    """Return plain data as it would be read back from a file: every scalar a text.

    >>> as_read({"below": 5, "shuffle": True})
    {'below': '5', 'shuffle': 'true'}
    """
    if isinstance(data, dict):
        return {key: as_read(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [as_read(value) for value in data]
    return _scalar(data)


def _merge(node: CommentedMap, data: dict[str, Any]) -> None:
    for key in [key for key in node if str(key) not in data]:
        del node[key]
    order = list(data)
    for position, (key, value) in enumerate(data.items()):
        if key not in node:
            before = next((n for n, old in enumerate(node) if old in order[position + 1 :]), len(node))
            node.insert(before, _written(key), _node(value, key))
        elif not _same(node[key], value):
            node[key] = _merged(node[key], value, key)


def _merged(node: Any, data: Any, key: str) -> Any:  # noqa: ANN401 - a YAML tree and plain data
    if isinstance(node, CommentedMap) and isinstance(data, dict):
        _merge(node, data)
        return node
    if isinstance(node, CommentedSeq) and isinstance(data, list) and node and data:
        _merge_list(node, data, key)
        return node
    return _node(data, key)


def _merge_list(node: CommentedSeq, data: list[Any], key: str) -> None:
    if len(node) == len(data):
        for position, value in enumerate(data):
            if not _same(node[position], value):
                node[position] = _merged(node[position], value, key)
        return
    old = [repr(plain(item)) for item in node]
    new = [repr(as_read(item)) for item in data]
    fresh = _node(data, key)
    for kind, i, j, m, n in reversed(SequenceMatcher(None, old, new, autojunk=False).get_opcodes()):
        if kind == "equal":
            continue
        if kind == "replace" and j - i == n - m:
            for position, value in zip(range(i, j), data[m:n], strict=True):
                node[position] = _merged(node[position], value, key)
            continue
        for position in reversed(range(i, j)):
            del node[position]
        for offset, item in enumerate(fresh[m:n]):
            node.insert(i + offset, item)
