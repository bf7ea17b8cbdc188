"""一般化（日付）: coarsen dates to year, era year, quarter, month, or an age."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Self

import pyarrow as pa
from pydantic import model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import Cell, Change
from sudare.errors import Problem, Refused
from sudare.japan.eras import era_year
from sudare.language import Text
from sudare.models import fault, field
from sudare.techniques.technique import DATES, HIDDEN, Example, Technique, cells, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sudare.engines.relation import Field, Relation
    from sudare.tables.schema import Column, Type
    from sudare.techniques.technique import Context, Row

Precision = Literal["year", "era-year", "quarter", "month", "age"]
TYPES: dict[Precision, Type] = {
    "year": "integer",
    "era-year": "text",
    "quarter": "text",
    "month": "text",
    "age": "integer",
}


class DatePrecision(Technique):
    """Coarsen dates, such as 生年月日 to 生年 or 生年月 (guideline 2017-03, table 1, p. 16; 3-2-1 case 1, p. 10)."""

    law = "table1/generalization"
    label = Text("一般化（日付の粗さ）", "date precision")
    about = Text(
        "日付を年・和暦の年・四半期・年月・年齢のどれかにします。日や時刻は失われます。"
        "年は整数、年齢は満年齢の整数、ほかは文字になります。欠測は欠測のままです。",
        "Turns dates into a year, an era year, a quarter, a month or an age; days and times are lost. Years and ages "
        "(full years) are whole numbers, the others text. Missing stays missing.",
    )
    promise = Text("選んだ粗さより細かい日付は残りません。", "No date finer than the chosen precision is left.")
    example = Example(
        types={"生年月日": "date"},
        before=[("1970-01-03",), ("1970-12-31",), ("1989-01-08",), (None,)],
        step={
            "technique": "date-precision",
            "columns": ["生年月日"],
            "to": "month",
            "standards": [1],
            "because": "生年月で足りる",
        },
        after_names=["生年月日"],
        after=[("1970-01",), ("1970-12",), ("1989-01",), (None,)],
    )
    accepts = DATES
    replaces = True

    technique: Literal["date-precision"] = field(Text("手法", "technique"))
    to: Precision = field(
        Text("粗さ", "to"),
        Text(
            "year 年、era-year 和暦の年、quarter 四半期（1970-Q1）、month 年月（1970-01）、age 満年齢。",
            "year, era-year (昭和45年), quarter (1970-Q1), month (1970-01) or age in full years.",
        ),
    )
    at: date | None = field(
        Text("年齢を数える日", "at"),
        Text(
            "to: age のときだけ。2月29日生まれは平年には3月1日に加齢。",
            "With `to: age`. Born on Feb 29: turns on Mar 1.",
        ),
        default=None,
    )

    @model_validator(mode="after")
    def _age_has_a_day(self) -> Self:
        if (self.to == "age") != (self.at is not None):
            raise fault("bad-at", Text("at は to: age と一緒に書きます。", "`at` goes with `to: age`."))
        return self

    @override
    def gives(self, column: Column) -> Column:
        """Years and ages are whole numbers, the rest is text."""
        return column.model_copy(update={"type": TYPES[self.to], "unit": "歳" if self.to == "age" else None})

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Take the date apart; era years are looked up once per day."""
        columns = relation.named(self.columns)
        if self.to == "era-year":
            return self._era_years(relation, context, columns)
        if self.at is not None:
            self._refuse_later(relation, context, columns, self.at)
        return Change(cells={column.name: Cell(self._coarse(column.value), TYPES[self.to]) for column in columns})

    def _coarse(self, day: sql.Term) -> sql.Term:
        year, month = sql.year_of(day), sql.month_of(day)
        if self.at is not None:
            return _age(day, self.at)
        if self.to == "year":
            return year
        if self.to == "month":
            return sql.joined(sql.padded(year, 4), sql.literal("-", "text"), sql.padded(month, 2))
        ends = [(sql.at_most(month, sql.count(n * 3)), sql.literal(f"-Q{n}", "text")) for n in (1, 2, 3)]
        return sql.joined(sql.padded(year, 4), sql.first_true(ends, sql.literal("-Q4", "text")))

    def _era_years(self, relation: Relation, context: Context, columns: Sequence[Field]) -> Change:
        outputs = pa.schema([("era_year", pa.string())])
        found = [
            context.engine.lookup(relation, [sql.cast(column.value, "date")], _era_years_of, outputs)
            for column in columns
        ]
        pairs = zip(columns, found, strict=True)
        return Change(
            cells={column.name: Cell(lookup.value("era_year"), "text") for column, lookup in pairs},
            lookups=tuple(found),
        )

    def _refuse_later(self, relation: Relation, context: Context, columns: Sequence[Field], at: date) -> None:
        late = [sql.less_than(sql.literal(at, "date"), sql.cast(column.value, "date")) for column in columns]
        counts = [exp.alias_(exp.Sum(this=sql.one_where(one)), f"n{n}") for n, one in enumerate(late)]
        [found] = context.engine.ask(relation.select(*counts))
        problems = [
            Problem(
                "after-at",
                context.where,
                Text(
                    "列「{name}」に、年齢を数える日より後の日付が {rows} 行あります。",
                    "the column '{name}' holds dates after the day at which ages are counted, in {rows} rows.",
                ).fill(name=column.name, rows=told(int(count))),
                Text("at: か日付を直してください。", "Correct `at:` or the dates."),
            )
            for column, count in zip(columns, found.values(), strict=True)
            if count
        ]
        if problems:
            raise Refused(problems)

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Every date became what the calendar says."""
        return all(
            new is old if old is None or old is HIDDEN else new == self._by_calendar(old)
            for name in self.columns
            for old, new in cells(before, after, name)
        )

    def _by_calendar(self, day: date) -> int | str:
        if self.at is not None:
            return self.at.year - day.year - ((self.at.month, self.at.day) < (day.month, day.day))
        coarse: dict[Precision, int | str] = {
            "year": day.year,
            "month": f"{day.year:04}-{day.month:02}",
            "quarter": f"{day.year:04}-Q{(day.month + 2) // 3}",
            "era-year": era_year(_day(day)),
        }
        return coarse[self.to]


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _era_years_of(days: Iterable[tuple[Any, ...]]) -> list[tuple[str]]:
    return [(era_year(day),) for (day,) in days]


def _age(day: sql.Term, at: date) -> sql.Term:
    month = sql.month_of(day)
    later_day = sql.all_of([_is(month, at.month), sql.less_than(sql.count(at.day), sql.day_of(day))])
    not_yet = sql.any_of([sql.less_than(sql.count(at.month), month), later_day])
    years = sql.minus(sql.count(at.year), sql.year_of(day))
    return sql.first_true([(sql.is_missing(day), sql.missing("integer"))], sql.minus(years, sql.one_where(not_yet)))


def _is(number: sql.Term, value: int) -> sql.Term:
    return sql.all_of([sql.at_least(number, sql.count(value)), sql.at_most(number, sql.count(value))])
