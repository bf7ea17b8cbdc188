"""The processed table as it leaves: texts and marks in a CSV, values with their types elsewhere."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.tables.text_values import ARROW_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sudare.engines.relation import Field, Relation
    from sudare.tables.schema import Output


@dataclass(frozen=True)
class Released:
    """The values to ask for, in the order of the file, their Arrow schema, and what the writer must know of them.

    `texts` are the columns whose cells are text. `flags` names, for a typed column with suppressed cells, the column
    that says which they are.
    """

    values: tuple[sql.Term, ...]
    schema: pa.Schema
    texts: frozenset[str]
    flags: Mapping[str, str]


def released(table: Relation, output: Output) -> Released:
    """Return how a processed table leaves in the format of an output."""
    flags = _flags(table, output)
    values: list[sql.Term] = []
    fields: list[pa.Field] = []
    for field in table.fields:
        value, kind = _leaving(field, output)
        values.append(exp.alias_(value, field.name, quoted=True))
        fields.append(pa.field(field.name, kind))
        if field.name in flags:
            values.append(exp.alias_(field.hidden, flags[field.name], quoted=True))
            fields.append(pa.field(flags[field.name], pa.bool_()))
    texts = frozenset(field.name for field in table.fields if field.type == "text")
    return Released(tuple(values), pa.schema(fields), texts, flags)


def _leaving(field: Field, output: Output) -> tuple[sql.Term, pa.DataType]:
    """Return the value of a column as it leaves; a text that was suppressed is the mark, in a CSV any cell."""
    mark = exp.Literal.string(output.suppressed_as)
    if output.format == "csv":
        return (sql.first_true([(field.hidden, mark)], field.text) if field.masked else field.text), pa.string()
    if field.type == "text" and field.masked:
        return sql.first_true([(field.hidden, mark)], field.value), pa.string()
    return field.value, ARROW_TYPES[field.type]


def _flags(table: Relation, output: Output) -> dict[str, str]:
    """Name the columns that say which cells are suppressed.

    In Parquet they are part of the file; in Excel the mark stands in the cells, and the column leads the writer only.
    """
    if output.format == "csv":
        return {}
    masked = [field.name for field in table.fields if field.masked and field.type != "text"]
    if output.format == "parquet":
        return {name: f"{name}_suppressed" for name in masked}
    free = (name for n in itertools.count() if (name := f"suppressed {n}") not in table.names)
    return dict(zip(masked, free, strict=False))
