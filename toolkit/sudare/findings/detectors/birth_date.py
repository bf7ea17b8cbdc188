"""Dates of birth, in every form in which registers write them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.dates import day_of
from sudare.findings.one_column import OneColumn
from sudare.findings.usual_steps import coarser_date, delete
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.findings.finding import Suggestion
    from sudare.findings.view import ColumnView, Share

_FEWEST = 30  # dates, before their spread means something
_GENERATIONS = 35  # years between the early and the late tenth of the dates; other dates of a register lie closer


class BirthDate(OneColumn):
    """Finds columns of dates of birth."""

    kind = "birth-date"
    label = Text("生年月日", "dates of birth")
    about = Text(
        "日付の列のうち、見出しが生年月日を示すもの、または年が広く散らばるものを探します。年だけの列は含みません。",
        "Looks for columns of days whose header says birth, or whose years lie far apart. Years alone are not meant.",
    )
    standard = 1
    level = "must"
    alone = 0.9
    beside = 0.5
    words = ("生年月日", "誕生日", "出生", "生まれ", "birth", "dob", "birthday", "birthdate", "born")
    but = ("届", "体重", "身長", "地")

    @override
    def has_form(self, text: str) -> bool:
        return day_of(text) is not None

    @override
    def fits(self, column: ColumnView, share: Share) -> bool:
        if self.is_named(column.header):
            return True
        if column.present < _FEWEST or any(self.is_named(other.header) for other in column.view):
            return False  # where a column is called so, no other is one
        days = sorted(day for text, _ in column.sample if isinstance(day := day_of(text), date))
        tenth = len(days) // 10
        far = days[-1 - tenth].year - days[tenth].year
        return far >= _GENERATIONS and days[-1] <= date.today()  # noqa: DTZ011 - a calendar day

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        return (
            coarser_date(column.name, "month", standard=1),
            coarser_date(column.name, "year", standard=1),
            delete(column.name, standard=1),
        )
