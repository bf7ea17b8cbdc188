"""A hierarchy for dates: day, month, quarter, year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sudare.errors import Problem, UsageError
from sudare.language import Text
from sudare.optimizer.hierarchy import ALL, Hierarchy

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEVELS = ("month", "quarter", "year")


def dates(days: Iterable[str]) -> Hierarchy:
    """Make the hierarchy day, month, quarter, year for dates as 1970-01-03; the steps use `date-precision`.

    Raises `UsageError` with `bad-date` where a value is no such date, without telling it.

    >>> dates(["1970-01-03"]).rows
    (('1970-01-03', '1970-01', '1970-Q1', '1970', '*'),)
    """
    rows = []
    for text in days:
        day = _day(text)
        quarter = f"{day.year:04}-Q{(day.month + 2) // 3}"
        rows.append((text, f"{day.year:04}-{day.month:02}", quarter, str(day.year), ALL))
    steps = ((), *(({"technique": "date-precision", "to": level},) for level in _LEVELS), ())
    return Hierarchy(tuple(rows), steps, "date")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        what = Text("日付でない値があります。", "a value is no date.")
        raise UsageError(Problem("bad-date", "values", what)) from None
