"""Days and times of events, finer than most analyses need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.dates import day_of
from sudare.findings.one_column import OneColumn
from sudare.findings.usual_steps import coarser_date, delete
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.findings.finding import Suggestion
    from sudare.findings.view import ColumnView


class FineDate(OneColumn):
    """Finds columns of days and times that are no dates of birth."""

    kind = "fine-date"
    label = Text("日まで、または時刻まである日付", "dates to the day or to the time")
    about = Text(
        "日付や日時の列を探します。受診日や届出日は、知る人には本人を指す手がかりになります。",
        "Looks for columns of days or moments. The day of a visit or a notification points at its person for those who "
        "know it.",
    )
    standard = 1
    level = "should"
    turn = 1
    alone = 0.9
    beside = 0.5
    words = ("年月日", "日付", "日時", "date", "datetime", "timestamp", "time", "day")

    @override
    def has_form(self, text: str) -> bool:
        return day_of(text) is not None

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        return (
            coarser_date(column.name, "month", standard=1),
            coarser_date(column.name, "year", standard=1),
            delete(column.name, standard=1),
        )
