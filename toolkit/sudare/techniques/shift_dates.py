"""日付のずらし: move all dates of a person by one secret number of days."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.by_hand import text_of
from sudare.engines.relation import ROW, Cell, Change
from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.tables.schema import same_name
from sudare.tables.text_values import ARROW_TYPES
from sudare.techniques.secret_draws import WHO, rows_and_whom, words_of
from sudare.techniques.technique import DATES, HIDDEN, Example, Technique, emptiness_stays, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from sudare.engines.relation import Field, Relation
    from sudare.tables.schema import Schema
    from sudare.techniques.technique import Context, Row

PURPOSE = "shift-dates"
WEEK = 7  # days
MOST_DAYS = 3660  # ten years
DAY = {"date": 1, "datetime": 86_400_000_000}  # in the units in which values are held: days, microseconds
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)  # that a file can hold


class ShiftDates(Technique):
    """Move all dates of a person by one secret number of days (guideline 2017-03, table 1, p. 16: ノイズ付加)."""

    law = "table1/noise"
    label = Text("日付のずらし", "shift dates")
    about = Text(
        "その人の日付と日時を、人ごとに一つの秘密の日数だけずらします。その人の日付どうしの間隔は正しいままで、"
        "「あの日にそこにいた」という知識では探せなくなります。日数は鍵と人から決まり、0 にはなりません。"
        "days と weeks と人の列の値が同じなら、別の列・別の手順・別の提供でも同じ日数です。季節や曜日の分析は弱まります"
        "（weeks: true なら曜日は残ります）。一つでも本当の日付を知る人は、その人のすべての日付を戻せます。"
        "行事や災害など、皆に共通の日に行が集まっていると、ずれた日数が分かることがあります。時刻は変わらず、間隔が珍しい人は目立ちます。"
        "人が欠測の行は、行の中身で決まる日数で行ごとにずれ、その行の中の間隔だけが残ります。欠測は欠測、隠したセルは隠したままです。",
        "Moves the dates and moments of each person by one secret number of days: the intervals between the dates of a "
        "person stay exact, and knowing that somebody was there on a day finds nobody. The number follows from the key "
        "and the person, and is never 0; with the same `days`, `weeks` and person it is the same in other columns, "
        "steps and deliveries. Seasons and weekdays blur (with `weeks: true` weekdays stay). Whoever knows one true "
        "date of a person can move all of theirs back, and rows that crowd on a day common to all, such as a disaster, "
        "may give a shift away. Times of day stay, and rare intervals stay rare. A row without a person is moved by a "
        "number of its own, drawn by what it holds: intervals within it stay. Missing stays missing, hidden hidden.",
    )
    promise = Text(
        "一人の日付はすべて同じ日数だけ動き、間隔は変わりません。日数は 0 でなく days 以内です（weeks では7の倍数）。",
        "All dates of a person move by the same days, so that intervals stay: never 0, at most `days`, and a multiple "
        "of 7 with `weeks`.",
    )
    example = Example(
        types={"患者": "text", "入院日": "date", "退院日時": "datetime"},
        before=[
            ("A", "2025-04-01", "2025-04-09 10:30:00"),
            ("A", "2025-06-02", None),
            ("B", "2025-04-01", "2025-04-03 09:00:00"),
            (None, "2025-04-01", "2025-04-02 15:00:00"),
        ],
        step={
            "technique": "shift-dates",
            "columns": ["入院日", "退院日時"],
            "person": "患者",
            "days": 30,
            "standards": [5],
            "because": "入院の日を知る人に探させない",
        },
        after_names=["患者", "入院日", "退院日時"],
        # With the key 00 01 02 … 1f, which no key store would make.
        after=[
            ("A", "2025-04-13", "2025-04-21 10:30:00"),
            ("A", "2025-06-14", None),
            ("B", "2025-03-30", "2025-04-01 09:00:00"),
            (None, "2025-04-04", "2025-04-05 15:00:00"),
        ],
    )
    accepts = DATES
    needs_key = True
    perturbs = True

    technique: Literal["shift-dates"] = field(Text("手法", "technique"))
    person: Words = field(
        Text("人を表す列", "person"),
        Text("この列を消す手順より前に置いてください。", "Put the step before the one that removes it."),
        role="column",
    )
    days: int = field(
        Text("最大の日数", "days"),
        Text("前後にこの日数まで。例: 30", "Up to so many days, back or on, such as 30."),
        ge=1,
        le=MOST_DAYS,
    )
    weeks: bool = field(
        Text("週の単位", "whole weeks"),
        Text("true なら7日の倍数だけ動き、曜日が残ります。", "true: by multiples of 7 days, which keeps weekdays."),
        default=False,
    )

    @model_validator(mode="after")
    def _a_week_fits(self) -> Self:
        if self.weeks and self._steps < 2:  # noqa: PLR2004 - with one, a weekday would leave two shifts
            what = Text("weeks では days を 14 以上にしてください。", "with `weeks`, `days` must be 14 or more.")
            raise fault("bad-days", what)
        return self

    @property
    def _steps(self) -> int:
        """How many steps, of a day or a week, a shift has at most."""
        return self.days // WEEK if self.weeks else self.days

    @override
    def reads(self) -> tuple[str, ...]:
        """The column that says whose the dates are."""
        return (self.person,)

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: a person that is moved itself."""
        yield from super().problems(schema, where)
        if same_name(self.person) in {same_name(name) for name in self.columns}:
            what = Text("人を表す列はずらせません。", "the column of `person` cannot be moved.")
            yield Problem("person-column", where, what)

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Draw outside the engine, where the key is, and join the new dates back by row."""
        columns = relation.named(self.columns)
        self._refuse_too_early_or_late(relation, context, columns)
        # How far it goes is part of the purpose: from two shifts in proportion the true date could be worked out.
        unit = "weeks" if self.weeks else "days"
        rows = rows_and_whom(
            context,
            relation,
            context.secret().derive(PURPOSE, unit, str(self._steps)),
            sql.any_of(sql.is_there(column.value) for column in columns),
            person=relation.field(self.person),
            values=columns,
        )
        if rows is None:
            return Change()
        shift = self._shifts(rows.column(WHO))
        news = [_moved(rows.column(column.id), column, shift) for column in columns]
        named = [f"new{n}" for n in range(len(columns))]
        found = context.engine.mapping([sql.column(ROW, "t")], pa.table([rows.column(ROW), *news], ["key0", *named]))
        made = {column.name: Cell(found.value(new), column.type) for column, new in zip(columns, named, strict=True)}
        return Change(cells=made, lookups=(found,))

    def _shifts(self, who: pa.ChunkedArray) -> NDArray[np.int64]:
        """Return the days of each row: even among the steps back and on, 0 left out (the remainder's bias is 2^-50)."""
        drawn = (words_of(who)[:, 0] % np.uint64(2 * self._steps)).astype(np.int64) - self._steps
        return np.where(drawn < 0, drawn, drawn + 1) * (WEEK if self.weeks else 1)

    def _refuse_too_early_or_late(self, relation: Relation, context: Context, columns: Sequence[Field]) -> None:
        reach = timedelta(days=self.days)
        totals = []
        for n, column in enumerate(columns):
            day = sql.cast(column.value, "date")
            early = sql.less_than(day, sql.literal(FIRST + reach, "date"))
            late = sql.less_than(sql.literal(LAST - reach, "date"), day.copy())
            totals.append(exp.alias_(exp.Sum(this=sql.one_where(sql.any_of([early, late]))), f"n{n}"))
        [found] = context.engine.ask(relation.select(*totals))
        what = Text(
            "列「{name}」に、ずらすと西暦1～9999年の外になりうる日付が {rows} 行あります。",
            "the column '{name}' holds dates that may leave the years 1 to 9999 when moved, in {rows} rows.",
        )
        now = Text(
            "「9999-12-31」のような印は missing に書くか、先に隠してください。",
            "Declare marks such as 9999-12-31 under `missing`, or hide them first.",
        )
        problems = [
            Problem("date-out-of-range", context.where, what.fill(name=column.name, rows=told(int(count))), now)
            for column, count in zip(columns, found.values(), strict=True)
            if count
        ]
        if problems:
            raise Refused(problems)

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """One shift for each person, and for each row without one; none is 0 or further than said."""
        shifts: dict[str, set[timedelta]] = defaultdict(set)
        for n, (old, new) in enumerate(zip(before, after, strict=True)):
            if old is None or new is None:
                return False
            whose = old[same_name(self.person)]
            known = whose is not None and whose is not HIDDEN
            of = shifts[f"person {text_of(whose)}" if known else f"row {n}"]
            for name in map(same_name, self.columns):
                if old[name] is None or old[name] is HIDDEN or new[name] is None or new[name] is HIDDEN:
                    if not emptiness_stays(old[name], new[name]) or (new[name] is HIDDEN) != (old[name] is HIDDEN):
                        return False
                elif type(old[name]) is not type(new[name]):
                    return False
                else:
                    of.add(new[name] - old[name])
        return all(len(of) <= 1 for of in shifts.values()) and all(map(self._may, _each(shifts.values())))

    def _may(self, shift: timedelta) -> bool:
        whole = shift == timedelta(days=shift.days)
        return whole and 1 <= abs(shift.days) <= self.days and not (self.weeks and shift.days % WEEK)


def _each(sets: Iterable[set[timedelta]]) -> Iterator[timedelta]:
    for one in sets:
        yield from one


def _moved(column: pa.ChunkedArray, about: Field, shift: NDArray[np.int64]) -> pa.Array:
    kind = ARROW_TYPES[about.type]
    whole = column.combine_chunks()
    counted = whole.cast(pa.int32() if about.type == "date" else pa.int64()).cast(pa.int64())
    new = counted.fill_null(0).to_numpy() + shift * DAY[about.type]
    missing = whole.is_null().to_numpy(zero_copy_only=False)
    made = pa.array(new, pa.int64(), mask=missing)
    return made.cast(pa.int32()).cast(kind) if about.type == "date" else made.cast(kind)
