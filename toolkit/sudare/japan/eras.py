"""Dates as Japanese public bodies write them, era or Western; what cannot be read says why, and is never guessed.

Accepted: 1970-01-03, 1970/1/3, 1970.1.3, 19700103, 1970年1月3日, and with an era 昭和45年1月3日, S45.1.3, S45/1/3,
S45-1-3, S450103. The eras are 明治 大正 昭和 平成 令和, in full, by their first character, as ㍾㍽㍼㍻㋿, or as M T S H
R in either case. Full-width, spaces between the parts, 漢数字 (四十五, 一九七〇) and 元年 are read too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

from sudare.japan.widths import plain
from sudare.language import Text

if TYPE_CHECKING:
    from typing import Final


class DateFault(StrEnum):
    """Why a text is not a date."""

    unparsed = "unparsed"
    invalid_day = "invalid_day"
    outside_era = "outside_era"


FAULT_NAMES: Final[dict[DateFault, Text]] = {
    DateFault.unparsed: Text("日付として読めません", "not written as a full date"),
    DateFault.invalid_day: Text("存在しない日付・時刻です", "there is no such day or time"),
    DateFault.outside_era: Text("その元号にない日付です", "the day lies outside that era"),
}


@dataclass(frozen=True)
class Era:
    """One era: its names, the year that is its year 1, and its first and last day in the Gregorian calendar."""

    name: str
    letter: str
    year_one: int
    first: date
    last: date


# 明治 is read from 1873-01-01, when the Gregorian calendar came in (太政官布告第337号); earlier days are of another
# calendar. The day of a change at an emperor's death (1912-07-30, 1926-12-25) was written in both eras, so both
# are read. Sources: 大正・昭和改元の詔書, 昭和64年政令第1号, 平成31年政令第143号.
ERAS: Final = (
    Era("明治", "M", 1868, date(1873, 1, 1), date(1912, 7, 30)),
    Era("大正", "T", 1912, date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", "S", 1926, date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", 1989, date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", 2019, date(2019, 5, 1), date.max),
)
_BY_NAME = {name: era for era in ERAS for name in (era.name, era.name[0], era.letter)}

_ONES = "〇一二三四五六七八九"
_KANJI = f"{_ONES}零十"
_SMALL = f"(?:[0-9]{{1,2}}|[{_KANJI}]{{1,3}})"
_ERA = "(?P<era>" + "|".join(_BY_NAME) + ")"
_YEAR = f"(?:{_ERA}(?P<of_era>元|{_SMALL})|(?P<western>[0-9]{{4}}|[{_ONES}零]{{4}}))"
_WRITTEN = (
    re.compile(f"{_YEAR}年(?P<month>{_SMALL})月(?P<day>{_SMALL})日"),
    re.compile(f"{_YEAR}(?P<sign>[-/.])(?P<month>{_SMALL})(?P=sign)(?P<day>{_SMALL})"),
    re.compile(f"(?:{_ERA}(?P<of_era>[0-9]{{2}})|(?P<western>[0-9]{{4}}))(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})"),
)
_TIME = re.compile(
    r"(?P<date>.*?)(?:\s+|(?<=[0-9])[Tt]|(?<=日))"
    r"(?:(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?"
    r"|(?P<h2>[0-9]{1,2})\s*時\s*(?P<m2>[0-9]{1,2})\s*分(?:\s*(?P<s2>[0-9]{1,2})\s*秒)?)",
    re.DOTALL,
)
# Taking the space out of "1970 1 123" would make a date of three numbers that are none.
_BROKEN_NUMBER = re.compile(rf"[0-9{_KANJI}]\s+[0-9{_KANJI}]")
_HYPHENS = str.maketrans(dict.fromkeys("‐−–—―ー", "-"))


def parse_date(text: str) -> date | DateFault:
    """Read one date, or say why it is none.

    `unparsed`: not one of the accepted forms; a month without a day, a year of two digits without an era and an
    empty text are among these. `invalid_day`: no such day, such as 30 February. `outside_era`: the era had no such
    day, such as 昭和65年. A time of zero after the date, as Excel adds it, is passed over; any other time is not.

    >>> parse_date("昭和45年1月3日"), parse_date("Ｓ４５．１．３")
    (datetime.date(1970, 1, 3), datetime.date(1970, 1, 3))
    >>> parse_date("昭和64年1月8日").value
    'outside_era'
    """
    written, clock = _split(text)
    if clock is not None and (isinstance(clock, DateFault) or clock != time()):
        return DateFault.unparsed
    return _day(written)


def parse_datetime(text: str) -> datetime | DateFault:
    """Read one date and time, or say why it is none.

    The date as in `parse_date`, then H:MM, H:MM:SS, H:MM:SS.ffffff, H時M分 or H時M分S秒. A date without a time is
    `unparsed`: midnight is not guessed. 24:00 and later are `invalid_day`. No time zone.

    >>> parse_datetime("令和7年6月2日 9時30分")
    datetime.datetime(2025, 6, 2, 9, 30)
    """
    written, clock = _split(text)
    if clock is None:
        return DateFault.unparsed
    day = _day(written)
    if isinstance(day, DateFault):
        return day
    return clock if isinstance(clock, DateFault) else datetime.combine(day, clock)


def era_year(day: date) -> str:
    """Return the year of a day as the era writes it; the later era where two share the day.

    Days before 1873, which no era counted in this calendar, are written as 西暦.

    >>> era_year(date(1970, 1, 3)), era_year(date(2019, 5, 1)), era_year(date(1868, 10, 23))
    ('昭和45年', '令和元年', '西暦1868年')
    """
    era = next((era for era in reversed(ERAS) if era.first <= day), None)
    if era is None:
        return f"西暦{day.year}年"
    year = day.year - era.year_one + 1
    return f"{era.name}{'元' if year == 1 else year}年"


def _split(text: str) -> tuple[str, time | DateFault | None]:
    folded = unicodedata.normalize("NFKC", text).strip()
    found = _TIME.fullmatch(folded)
    if found is None:
        return folded, None
    hour, minute, second = found["h"] or found["h2"], found["m"] or found["m2"], found["s"] or found["s2"] or "0"
    microsecond = (found["fraction"] or "").ljust(6, "0")
    try:
        return found["date"], time(int(hour), int(minute), int(second), int(microsecond))
    except ValueError:
        return found["date"], DateFault.invalid_day


def _day(folded: str) -> date | DateFault:
    if _BROKEN_NUMBER.search(folded):
        return DateFault.unparsed
    written = plain(folded).upper().translate(_HYPHENS)
    found = next((match for form in _WRITTEN if (match := form.fullmatch(written))), None)
    if found is None:
        return DateFault.unparsed
    month, day = _number(found["month"]), _number(found["day"])
    year = _number(found["western"] or found["of_era"])
    if month is None or day is None or year is None:
        return DateFault.unparsed
    if found["era"] is None:
        return _calendar(year, month, day)
    return _in_era(_BY_NAME[found["era"]], year, month, day)


def _calendar(year: int, month: int, day: int) -> date | DateFault:
    try:
        return date(year, month, day)
    except ValueError:
        return DateFault.invalid_day


def _in_era(era: Era, year: int, month: int, day: int) -> date | DateFault:
    if year == 0:
        return DateFault.outside_era
    found = _calendar(era.year_one + year - 1, month, day)
    if isinstance(found, DateFault) or era.first <= found <= era.last:
        return found
    return DateFault.outside_era


def _number(text: str) -> int | None:
    """Read ASCII digits, 元, and 漢数字 by place (一九七〇) or with 十 (四十五); None where it is no number."""
    if text.isascii():
        return int(text)
    if text == "元":
        return 1
    figures = text.replace("零", "〇")
    tens, ten, ones = figures.partition("十")
    if not ten:
        return int("".join(str(_ONES.index(one)) for one in figures))
    if len(tens) > 1 or len(ones) > 1 or set(tens + ones) & set("十〇"):
        return None
    return 10 * (_ONES.index(tens) if tens else 1) + (_ONES.index(ones) if ones else 0)
