"""Reads a cell as a day, for detectors: any form that a register writes."""

from __future__ import annotations

import functools
import re
from datetime import date, datetime

from sudare.japan.eras import parse_date, parse_datetime

_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$")
_T = re.compile(r"(?<=[0-9])T(?=[0-9])")
_SHORTEST = 6  # S450103


@functools.lru_cache(maxsize=200_000)
def day_of(text: str) -> date | None:
    """Return the day that a cell names, with or without a time, or None.

    >>> day_of("2012-01-01T06:16:41Z"), day_of("昭和45年1月3日"), day_of("1970")
    (datetime.date(2012, 1, 1), datetime.date(1970, 1, 3), None)
    """
    if len(text) < _SHORTEST or not any(sign.isnumeric() for sign in text):
        return None
    found = parse_date(text)
    if isinstance(found, date):
        return found
    moment = parse_datetime(_T.sub(" ", _ZONE.sub("", text.strip())))
    return moment.date() if isinstance(moment, datetime) else None
