"""Reads the labels that steps put in the place of numbers and dates, such as 40歳以上50歳未満, as stretches of a scale."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from typing import TypeAlias

    Scale: TypeAlias = Literal["numbers", "days"]

_NUMBER: Final = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2})?"
_UNIT: Final = r"[^0-9以未超よ]*"
_FROM: Final = r"(?P<from>以上|以降|超)"
_TO: Final = r"(?P<to>未満|より前|以下|以前)"
_PART: Final = re.compile(r"(?P<year>[0-9]{4})(?:-(?:(?P<month>[0-9]{2})|Q(?P<quarter>[1-4])))?")


def _form(place: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?P<low>{place}){_UNIT}{_FROM})?(?:(?P<high>{place}){_UNIT}{_TO})?")


_FORMS: Final[dict[Scale, re.Pattern[str]]] = {"numbers": _form(_NUMBER), "days": _form(_DAY)}
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - local times, as in a file


class Interval(NamedTuple):
    """A stretch of a scale: from `low` up to, and without, `high`. Dates are days since 1970-01-01."""

    low: float
    high: float


def interval_of(label: str, scale: Scale) -> Interval | None:
    """Read one label of ours: 40以上50未満, 90歳以上, 140cm以下, 1950-01-01以降1960-01-01より前; of dates also 1970-Q1.

    Years, quarters and months are stretches of days. None where the text is anything else.

    >>> interval_of("40歳以上50歳未満", "numbers"), interval_of("1970", "days"), interval_of("四十代", "numbers")
    (Interval(low=40.0, high=50.0), Interval(low=0.0, high=365.0), None)
    """
    if scale == "days" and (part := _PART.fullmatch(label)) is not None:
        return _of_calendar(part)
    found = _FORMS[scale].fullmatch(label)
    if found is None or not label:
        return None
    read = float if scale == "numbers" else _day
    low = -math.inf if found["low"] is None else read(found["low"])
    high = math.inf if found["high"] is None else read(found["high"])
    if low is None or high is None:
        return None
    if found["from"] == "超":
        low = math.nextafter(low, math.inf)
    if found["to"] in {"以下", "以前"}:
        high = math.nextafter(high, math.inf)
    return Interval(low, high) if low < high else None


def days_of(moment: datetime) -> float:
    """Return a time as days since 1970-01-01.

    >>> days_of(datetime(1970, 1, 2, 12))
    1.5
    """
    return (moment - _EPOCH) / timedelta(days=1)


def _day(text: str) -> float | None:
    try:
        return days_of(datetime.fromisoformat(text))
    except ValueError:  # such as the 31st of June: no label of ours
        return None


def _of_calendar(part: re.Match[str]) -> Interval | None:
    year, months = int(part["year"]), 12
    first = 1
    if part["quarter"] is not None:
        first, months = 3 * int(part["quarter"]) - 2, 3
    elif part["month"] is not None:
        first, months = int(part["month"]), 1
    after = first - 1 + months
    try:
        ends = [date(year, first, 1), date(year + after // 12, after % 12 + 1, 1)]
    except ValueError:  # such as a thirteenth month: no label of ours
        return None
    return Interval(*(float((end - _EPOCH.date()).days) for end in ends))
