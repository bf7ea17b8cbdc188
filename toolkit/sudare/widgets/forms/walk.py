"""Finds the entry that fits each field of a model."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from sudare.engines.predicates import Predicate
from sudare.models import Model
from sudare.techniques.technique import EVERY_TYPE
from sudare.widgets.forms.about import about, core_of
from sudare.widgets.forms.choice import Choice, Standards, Truth
from sudare.widgets.forms.condition import Condition
from sudare.widgets.forms.entry import Entry, is_scalar
from sudare.widgets.forms.group import Group
from sudare.widgets.forms.lists import Lines
from sudare.widgets.forms.one_line import OneLine
from sudare.widgets.forms.pairs import Pairs
from sudare.widgets.forms.picking import Columns, OneColumn
from sudare.widgets.forms.written import Written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sudare.tables.schema import Schema
    from sudare.widgets.forms.about import About

_LAST = ("standards", "because", "by", "disabled")  # asked of every decision, after what is its own
_NO_EXAMPLE = {"columns", "standards", "by"}


def entries_of(
    model: type[Model], schema: Schema | None, exclude: Collection[str] = (), under: str = ""
) -> list[Entry]:
    """Return an entry for each field of a model, in the order in which they are asked: what is required comes first.

    A field that takes one word only, such as `technique`, or that must stay empty has none.
    """
    examples = _examples(model) if not under else {}
    made = []
    for name, info in model.model_fields.items():
        key = info.alias or name
        described = about(info, f"{under}.{key}" if under else key, examples.get(key))
        if key not in exclude and constant(described.kind) is None and described.limits.get("max_length") != 0:
            made.append(_entry(described, model, schema))
    return sorted(made, key=_turn)


def _turn(entry: Entry) -> tuple[int, bool]:
    key = entry.about.key
    if key in _LAST:
        return 2 + _LAST.index(key), False
    return int(key != "columns"), not entry.about.required


def constants(model: type[Model]) -> Iterator[tuple[str, str]]:
    """Walk over the fields that take one word only, with the word."""
    for name, info in model.model_fields.items():
        word = constant(core_of(info.annotation)[0])
        if word is not None and info.is_required():
            yield info.alias or name, word


def constant(kind: Any) -> str | None:  # noqa: ANN401 - any annotation
    """Return the only word that an annotation takes, or None."""
    words = get_args(kind)
    return str(words[0]) if get_origin(kind) is Literal and len(words) == 1 else None


def _entry(field: About, model: type[Model], schema: Schema | None) -> Entry:  # noqa: PLR0911 - one line a kind
    kind = field.kind
    if kind is Predicate:
        return Condition(field, schema)
    if field.role in {"column", "columns"} and schema is not None:
        return _of_columns(field, model, schema)
    if isinstance(kind, type) and issubclass(kind, Model):
        return Group(field, entries_of(kind, schema, under=field.path))
    if get_origin(kind) is Literal or (kind is bool and field.default is None):
        return Choice(field)
    if kind is bool:
        return Truth(field)
    if kind in {str, int, float, Decimal, date}:
        return OneLine(field)
    if get_origin(kind) in {tuple, list, dict} and all(_is_plain(part) for part in get_args(kind)):
        if get_origin(kind) is dict:
            return Pairs(field)
        return Standards(field) if field.key == "standards" else Lines(field)
    return Written(field)


def _is_plain(annotation: Any) -> bool:  # noqa: ANN401 - any annotation
    return annotation is Ellipsis or core_of(annotation)[0] in {str, int, float, Decimal, date}


def _of_columns(field: About, model: type[Model], schema: Schema) -> Entry:
    accepts = getattr(model, "accepts", EVERY_TYPE) if field.path == "columns" else EVERY_TYPE
    fitting = [column for column in schema if column.type in accepts]
    unfit = len(schema.columns) - len(fitting)
    return Columns(field, fitting, unfit) if field.role == "columns" else OneColumn(field, fitting, unfit)


def _examples(model: type[Model]) -> Mapping[str, Any]:
    """Return what the technique's example writes for fields, as far as it can be told in a few words."""
    example = getattr(model, "example", None)
    step = {} if example is None else example.step
    return {key: value for key, value in step.items() if key not in _NO_EXAMPLE and _is_short(value)}


def _is_short(value: Any) -> bool:  # noqa: ANN401 - plain data
    return is_scalar(value) or (isinstance(value, (list, tuple)) and all(is_scalar(one) for one in value))
