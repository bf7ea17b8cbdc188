"""Dates of the sample registers, written as clerks write them: in eras, in several forms, now and then full-width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sudare.japan.eras import ERAS, era_year
from sudare.tables.sample_people import WIDE, Choice, now_and_then

if TYPE_CHECKING:
    from datetime import date
    from random import Random

IN_FULL: Final = "{era}{year}年{month}月{day}日"

_LETTERS = {era.name: era.letter for era in ERAS}
_SIGNS = {"明治": "㍾", "大正": "㍽", "昭和": "㍼", "平成": "㍻"}  # cp932 has none for 令和
_BIRTHS = Choice(
    (IN_FULL, 60), ("{letter}{year}.{month}.{day}", 20), ("{sign}{year}.{month}.{day}", 10), ("{date:%Y/%m/%d}", 10)
)


def written(day: date, form: str) -> str:
    """Write a day in a form such as `IN_FULL`."""
    in_era = era_year(day)
    era, year = in_era[:2], in_era[2:-1]
    letter = _LETTERS[era]
    return form.format(
        era=era, letter=letter, sign=_SIGNS.get(era, letter), year=year, month=day.month, day=day.day, date=day
    )


def birth(born: date, source: Random) -> str:
    """Write a birthday in one of the forms in which registers hold them."""
    text = written(born, _BIRTHS.pick(source))
    return text.translate(WIDE) if now_and_then(source, 0.08) else text


def full_years(born: date, on: date) -> int:
    """Return the age in full years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
