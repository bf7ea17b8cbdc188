"""Hierarchies for the columns of a table that is open for design, made from their types, so that a search can begin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from sudare.engines.by_hand import text_of
from sudare.errors import Problem, UsageError
from sudare.language import Text
from sudare.optimizer import Hierarchy, dates, places, widths

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sudare.tables.schema import Column, Schema

_MOST: Final = 50_000  # different values of a column; more cannot be told apart by anybody who sets up a hierarchy
_STEPS: Final = 20  # ranges on the finest level
_NICE: Final = (1, 2, 5)


def ladders(
    table: pa.Table, schema: Schema, names: Iterable[str], *, addresses: Collection[str] = ()
) -> Mapping[str, Hierarchy]:
    """Return a hierarchy for each column: ranges for numbers, calendar for days, places for `addresses`, else all or nothing.

    Missing cells have no value, and are one group of their own in a search. Raises `UsageError` with `too-many-values`
    for a column of more than 50,000 different values, which no search could go through.

    >>> from sudare.tables.schema import Column, Schema
    >>> table = pa.table({"年齢": [31, 34, 42, 47]})
    >>> found = ladders(table, Schema(columns=(Column(name="年齢", type="integer"),)), ["年齢"])
    >>> found["年齢"].rows[0]
    ('31', '32未満', '32未満', '40未満', '*')
    """
    return {name: _ladder(table.column(name), schema.get(name), address=name in addresses) for name in names}


def _ladder(cells: pa.ChunkedArray, column: Column | None, *, address: bool) -> Hierarchy:
    values = pc.unique(cells).drop_null()
    if column is None or len(values) > _MOST:
        what = Text("値の種類が多すぎて探索できません。", "it has too many different values to search.")
        now = Text("先に粗くするか、除いてください。", "Make it coarser first, or leave it out.")
        raise UsageError(Problem("too-many-values", column.called if column else "", what, now))
    if column.type in {"integer", "decimal"} and len(values) > 1:
        return _ranges(values, column)
    texts = [text_of(value) for value in values.to_pylist()]
    if column.type == "date":
        return dates(texts)
    if address:
        return places(texts)
    return Hierarchy(tuple((text, "*") for text in texts))


def _ranges(values: pa.Array, column: Column) -> Hierarchy:
    extent = pc.min_max(values)
    finest = (float(extent["max"].as_py()) - float(extent["min"].as_py())) / _STEPS
    power = 10 ** max(0, math.ceil(math.log10(finest / _NICE[-1]))) if finest > 0 else 1
    first = next(power * factor for factor in _NICE if power * factor >= finest)
    return widths(
        [text_of(value) for value in values.to_pylist()],
        [first, first * 2, first * 10],
        unit=column.unit or "",
        whole=column.type == "integer",
    )
