"""Works conditions and texts out in plain Python, row by row, to check what the engine did. Slow; for checking only."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from sudare.engines.predicates import typed
from sudare.engines.sql import PLAIN_BELOW, PLAIN_FROM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sudare.engines.predicates import Group, Predicate
    from sudare.tables.schema import Type


def text_of(value: Any) -> str:  # noqa: ANN401 - any value of a table
    """Write a value as text, as `sql.number_text` has the engine write it.

    >>> text_of(34.0), text_of(0.1), text_of(True), text_of(date(1970, 1, 3))
    ('34', '0.1', 'true', '1970-01-03')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
        return text.rstrip("0") if value.microsecond else text
    return value.isoformat() if isinstance(value, date) else str(value)


def _float_text(value: float) -> str:
    size = abs(Decimal(repr(value)))
    if size < PLAIN_BELOW and value.is_integer():
        return str(int(value))
    return f"{Decimal(repr(value)):f}" if PLAIN_FROM <= size < PLAIN_BELOW else repr(value)


def type_of(value: Any) -> Type:  # noqa: ANN401 - any value of a table
    """Return the declared type that a Python value belongs to.

    >>> type_of(True), type_of(1.5)
    ('boolean', 'decimal')
    """
    kinds: tuple[tuple[type, Type], ...] = (
        (bool, "boolean"),
        (int, "integer"),
        (float, "decimal"),
        (datetime, "datetime"),
        (date, "date"),
    )
    return next((kind for python, kind in kinds if isinstance(value, python)), "text")


def read_as(text: str, value: Any) -> Any:  # noqa: ANN401 - any value of a table
    """Read a value of a spec as the type of a cell, so that the two can be compared.

    >>> read_as("0.1", 5.0)
    0.1
    """
    read = typed(text, type_of(value))
    return float(read) if isinstance(read, Decimal) else read


def met(predicate: Predicate, rows: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Say for each row whether it meets the condition. A missing value (None) meets no comparison.

    >>> from sudare.engines.predicates import Predicate
    >>> met(Predicate(column="年齢", at_least="90"), [{"年齢": 90}, {"年齢": None}])
    [True, False]
    """
    if predicate.all is not None:
        return [all(row) for row in zip(*(met(part, rows) for part in predicate.all), strict=True)]
    if predicate.any is not None:
        return [any(row) for row in zip(*(met(part, rows) for part in predicate.any), strict=True)]
    if predicate.not_ is not None:
        return [not one for one in met(predicate.not_, rows)]
    if predicate.group is not None:
        return _grouped(predicate.group, rows)
    return [_compared(predicate, row[predicate.column or ""]) for row in rows]


def _grouped(group: Group, rows: Sequence[Mapping[str, Any]]) -> list[bool]:
    members = Counter(row[group.by] for row, one in zip(rows, met(group.where, rows), strict=True) if one)
    least = group.count_at_least or 0
    most = len(rows) if group.count_at_most is None else group.count_at_most
    return [row[group.by] is not None and least <= members[row[group.by]] <= most for row in rows]


def _compared(test: Predicate, value: Any) -> bool:  # noqa: ANN401 - any value of a table
    if value is None or test.missing is not None:
        return test.missing is not None and test.missing == (value is None)
    if test.matches is not None:
        found = pc.match_substring_regex(pa.array([value]), rf"\A(?:{test.matches})\z")
        return bool(found[0].as_py())
    given: list[Any] = [read_as(text, value) for text in test.compared_with()]
    if test.at_least is not None:
        return bool(value >= given[0])
    if test.at_most is not None:
        return bool(value <= given[0])
    if test.between is not None:
        return bool(given[0] <= value <= given[1])
    return value in given
