"""Behaviour that repeats (rule item 5): many rows of one person, with times or places, from which habits can be read."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.errors import Refused
from sudare.findings.detector import Detector
from sudare.findings.finding import Finding, Suggestion
from sudare.findings.header import says
from sudare.findings.usual_steps import delete
from sudare.japan.widths import plain
from sudare.language import NOTHING, Text
from sudare.profiles import LIMIT
from sudare.techniques.anchors import HOUR, anchors_of
from sudare.techniques.technique import DATES
from sudare.techniques.walks import Where, walks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sudare.findings.view import ColumnView, View

    Whole = NDArray[np.int64]

_HOUSEHOLD = ("世帯", "household", "family", "hid", "hhid")
_BIRTH = ("birth-date",)
_CLOCK = re.compile(r"(?:[01]?[0-9]|2[0-3])[:時][0-5]?[0-9](?:(?:分|:[0-5][0-9])?)")
_ROWS = 2  # points of a person on average, from which on behaviour repeats
_POINTS = 4  # de Montjoye et al., Unique in the Crowd, Scientific Reports 3, 1376 (2013): four single out 95 %
_PEOPLE = 300  # looked at, evenly spread
_MOST_ROWS = 3_000_000  # in memory; in a longer table uniqueness is not worked out
_PER_DEGREE = 100  # cells of about 1 km
_SHARE, _DAYS = 0.2, 2  # as suppress-near-anchor has them by default
_RADIUS, _OFFSET = 500, 250  # metres
_SHIFT = 28  # days
_ROUND = tuple(factor * 10**power for power in range(5) for factor in (1, 2, 5))

_HABITS = Text(
    "一人に何行もあり、積み重なると行動の習慣が分かるおそれがあります。",
    "There are several rows of a person: piled up, they tell habits.",
)
_MEDIAN = Text("一人の行数の中央値は {median} です。", "The median person has {median} rows.")
_UNIQUE = Text(
    "一人の {k} 点（{what}）を知るだけで、調べた人のうち {share} が一人に絞られます。",
    "Knowing {k} points of a person ({what}) singles out {share} of the people looked at.",
)
_ANCHORS = Text(
    "夜に長くいる所（自宅など）が推定できる人は {homes}、平日の昼に長くいる所（職場など）が推定できる人は {works} です。",
    "Where they stay by night (home) can be inferred of {homes} of the people, where by working days (work) of {works}.",
)
_WHAT = {
    (True, True): Text("約1kmの区画と日時", "a square of about 1 km, with the day or hour"),
    (True, False): Text("約1kmの区画", "a square of about 1 km"),
    (False, True): Text("日時", "a day or an hour"),
}


@dataclass(frozen=True)
class _Trail:
    """The columns that tell whose a row is, and where or when something was done."""

    person: ColumnView
    place: tuple[ColumnView, ...]  # latitude and longitude, or none
    time: ColumnView | None
    clock: ColumnView | None

    @property
    def columns(self) -> tuple[str, ...]:
        parts = (self.person, *self.place, self.time, self.clock)
        return tuple(part.name for part in parts if part is not None)

    @functools.cached_property
    def where(self) -> Where | None:
        """How technique `suppress-near-anchor` would read it; None where there is no place or no time of day."""
        if (
            not self.place
            or self.time is None
            or (self.time.column.type, self.clock is None)
            not in {
                ("datetime", True),
                ("date", False),
            }
        ):
            return None
        latitude, longitude = (column.field for column in self.place)
        clock = None if self.clock is None else self.clock.field
        return Where(self.person.field, latitude, longitude, self.time.field, clock)


@dataclass(frozen=True)
class _Points:
    """Who was at which point (code), each pair once, in order of the person."""

    person: Whole
    point: Whole


class RepeatedBehaviour(Detector):
    """Finds a person's rows that pile up to habits, homes and workplaces."""

    kind = "repeated-behaviour"
    label = Text("繰り返される行動", "repeated behaviour")
    about = Text(
        "同じ人を示す番号（連結する符号のうち値が繰り返すもの。世帯の番号は除きます）と、日時か位置の列があり、一人に平均二つ以上の時や所"
        "がある表を探します。最大300人について4点での一意性を、位置と時刻があれば自宅や職場が推定できる人の割合を調べます。番号が人を表すか"
        "どうかと、推定した所が実際の自宅かどうかは分かりません。時刻は書かれたままの時間帯で読みます。",
        "Looks for a number that stands for one person (a linking code whose values repeat; household numbers are passed "
        "over) beside a column of dates or positions, with two or more times or places of a person on average. Of up to "
        "300 people it tells how many four points single out, and where there are positions and times, of how many a "
        "home or workplace can be inferred. Whether the number stands for a person, and whether somebody does live there, "
        "it cannot know. Times are taken in the time zone in which they are written.",
    )
    standard = 5
    level = "must"

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        person = _person(view, found)
        trail = None if person is None else _trail(view, found, person)
        if trail is None:
            return
        rows = _rows(view, trail)
        points = _points(view, trail) if view.rows <= _MOST_ROWS else None
        repeated = int(rows.sum()) if points is None else len(points.point)
        if not len(rows) or repeated < _ROWS * len(rows):
            return
        median = int(np.median(rows))
        how_many = _MEDIAN.fill(median=median) if min(median, len(rows)) >= LIMIT else NOTHING
        unique = NOTHING if points is None else _unique(points, trail)
        message = _HABITS.join(how_many, unique, _anchors(view, trail))
        yield Finding(
            self.kind,
            trail.columns,
            self.standard,
            self.level,
            message,
            confidence=0.9 if trail.place else 0.7,
            count=len(rows),
            suggestions=tuple(_steps(trail, median)),
        )


def _person(view: View, found: Sequence[Finding]) -> ColumnView | None:
    """Return the column that says whose a row is: the one that is known, else the first code that repeats."""
    if view.person is not None:
        return view.column(view.person)
    codes = (view.column(one.columns[0]) for one in found if one.kind == "linking-code")
    repeated = (one for one in codes if not says(one.header, _HOUSEHOLD) and one.present >= _ROWS * one.distinct > 0)
    return next(repeated, None)


def _trail(view: View, found: Sequence[Finding], person: ColumnView) -> _Trail | None:
    """Return what tells of behaviour beside a person, or None where nothing does."""
    place = next((one.columns for one in found if one.kind == "place" and len(one.columns) > 1), ())
    born = {name for one in found if one.kind in _BIRTH for name in one.columns}
    times = [one for one in view if one.column.type in DATES and one.name not in born and one.name != person.name]
    # Moments tell more than days; of several columns the first is the event's own.
    time = next(iter(sorted(times, key=lambda one: one.column.type != "datetime")), None)
    clock = None
    if time is not None and time.column.type == "date":
        clock = next((one for one in view if one.column.type == "text" and _is_clock(one)), None)
    if time is None and not place:
        return None
    return _Trail(person, tuple(view.column(name) for name in place), time, clock)


def _is_clock(column: ColumnView) -> bool:
    share = column.share(lambda text: _CLOCK.fullmatch(plain(text)) is not None)
    return bool(share.cells) and share.hits == share.cells


def _parts(trail: _Trail) -> dict[str, sql.Term]:
    parts = {f"p{n}": column.field.value for n, column in enumerate(trail.place)}
    more = {"time": trail.time, "clock": trail.clock}
    return {**parts, **{name: column.field.value for name, column in more.items() if column is not None}}


def _rows(view: View, trail: _Trail) -> Whole:
    """Count the rows of each person that have a place and a time."""
    there = [sql.is_there(value) for value in (trail.person.field.text, *_parts(trail).values())]
    counted = view.relation.select(exp.alias_(sql.row_count(), "n")).where(sql.all_of(there))
    batches = view.engine.stream(counted.group_by(trail.person.field.text))
    return np.concatenate([np.empty(0, np.int64), *(batch.column(0).to_numpy() for batch in batches)])


def _points(view: View, trail: _Trail) -> _Points:
    """Fetch who was at which point: the cell of about 1 km, and the hour (or the day, where no clock is told)."""
    parts = _parts(trail)
    who = trail.person.field.text
    named = [exp.alias_(value, name, quoted=True) for name, value in {"who": who, **parts}.items()]
    there = [sql.is_there(value.copy()) for value in (who, *parts.values())]
    batches = list(view.engine.stream(view.relation.select(*named).where(sql.all_of(there))))
    if not batches:
        return _Points(np.empty(0, np.int64), np.empty(0, np.int64))
    table = pa.Table.from_batches(batches)
    person = _coded(table.column("who"))
    point = np.zeros(table.num_rows, np.int64)
    for name in parts:
        part = _part(table.column(name))
        point = np.unique(point * (int(part.max()) + 1) + part, return_inverse=True)[1]
    different = int(point.max()) + 1
    pairs = np.unique(person * different + point)
    return _Points(pairs // different, pairs % different)


def _part(column: pa.ChunkedArray) -> Whole:
    """Return one part of a point as codes from 0: the cell of degrees, the hour of a moment or clock, or the day."""
    if pa.types.is_floating(column.type):
        values = np.floor(np.asarray(column.to_numpy(), np.float64) * _PER_DEGREE)
    elif pa.types.is_timestamp(column.type):
        values = column.cast(pa.int64()).to_numpy() // HOUR
    elif pa.types.is_date(column.type):
        values = column.cast(pa.int32()).to_numpy()
    else:
        hours = pa.chunked_array([[plain(text)[:2].rstrip(":時") for text in column.to_pylist()]])
        return _coded(hours)
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _coded(texts: pa.ChunkedArray) -> Whole:
    """Return texts as codes in their own order, whatever the order of the rows."""
    encoded = texts.combine_chunks().dictionary_encode()
    order = np.argsort(np.array(encoded.dictionary.to_pylist(), object), kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return np.asarray(place[encoded.indices.to_numpy()], np.int64)


def _unique(points: _Points, trail: _Trail) -> Text:
    """Tell how many people some of their points single out; nothing where hardly anybody has as many."""
    starts = np.searchsorted(points.person, np.arange(int(points.person.max(initial=-1)) + 2))
    enough = np.flatnonzero(np.diff(starts) >= _POINTS)
    if not len(enough):
        return NOTHING
    looked = enough[np.linspace(0, len(enough) - 1, min(_PEOPLE, len(enough))).astype(np.int64)]
    by_point = np.argsort(points.point, kind="stable")
    firsts = np.searchsorted(points.point[by_point], np.arange(int(points.point.max()) + 2))
    source = np.random.default_rng(0)  # the same points of the same table; nothing secret
    alone = 0
    for one in looked.tolist():
        some = source.choice(points.point[starts[one] : starts[one + 1]], _POINTS, replace=False)
        others = [points.person[by_point[firsts[point] : firsts[point + 1]]] for point in some.tolist()]
        alone += len(functools.reduce(np.intersect1d, sorted(others, key=len))) == 1
    what = _WHAT[bool(trail.place), trail.time is not None]
    return _UNIQUE.fill(k=_POINTS, what=what, share=_told(alone, len(looked)))


def _anchors(view: View, trail: _Trail) -> Text:
    """Tell of how many people a home or a workplace can be inferred; where, nobody is told."""
    if trail.where is None:
        return NOTHING
    people = homes = works = 0
    try:
        for walk in walks(view.engine, view.relation, trail.where, ""):
            anchors = anchors_of(walk.known, _SHARE, _DAYS)
            people += len(walk.people)
            homes += len(np.unique(anchors.person[anchors.by_night]))
            works += len(np.unique(anchors.person[~anchors.by_night]))
    except Refused:  # one person has millions of rows, or a clock cannot be read: then it is not worked out
        return NOTHING
    return _ANCHORS.fill(homes=_told(homes, people), works=_told(works, people))


def _told(count: int, of: int) -> Text:
    if count < LIMIT:
        return Text("{n} 人未満", "fewer than {n}").fill(n=LIMIT)
    share = f"{count / of:.0%}"
    return Text(share, share)


def _steps(trail: _Trail, median: int) -> Iterator[Suggestion]:
    person = trail.person.name
    gone = delete(person, standard=5)
    yield Suggestion(
        gone.step, Text("同じ人の行をつなぐ必要がないとき", "when rows of a person need not be told together")
    )
    place = [column.name for column in trail.place]
    if trail.where is not None and trail.time is not None:
        clock = {} if trail.clock is None else {"clock": trail.clock.name}
        step = {
            "technique": "suppress-near-anchor",
            "columns": place,
            "person": person,
            "time": trail.time.name,
            **clock,
            "radius": _RADIUS,
            "offset": _OFFSET,
            "standards": [5],
        }
        when = Text(
            "移動の経過を使い、自宅や職場の周りは要らないとき。時刻が UTC なら utc_offset も書きます",
            "when ways are needed, but not around homes and workplaces; with times in UTC write `utc_offset` too",
        )
        yield Suggestion(step, when)
    if place:
        step = {"technique": "grid-square", "columns": place, "level": "3", "standards": [5]}
        yield Suggestion(step, Text("約1kmの区画で足りるとき", "when squares of about 1 km are enough"))
    most = max(size for size in _ROUND if size <= max(median, 1))
    step = {"technique": "limit-records-per-person", "person": person, "at_most": most, "standards": [5]}
    yield Suggestion(step, Text("一人に何行も要らないとき", "when a few rows of a person are enough"))
    if trail.time is not None:
        step = {
            "technique": "shift-dates",
            "columns": [trail.time.name],
            "person": person,
            "days": _SHIFT,
            "weeks": True,
            "standards": [5],
        }
        yield Suggestion(
            step, Text("間隔と曜日は要るが日は要らないとき", "when intervals and weekdays are needed, not the day")
        )
