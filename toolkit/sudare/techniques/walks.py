"""Reads positions with their times, whole persons at a time, for what looks at where people go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import ROW
from sudare.errors import Problem, Refused
from sudare.japan.widths import plain
from sudare.language import Text
from sudare.techniques.anchors import DAY, HOUR, MOST_PEOPLE, SECOND, Fixes
from sudare.techniques.technique import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation
    from sudare.techniques.anchors import Flags, Numbers, Whole

WHO, LATITUDE, LONGITUDE, TIME, CLOCK = "who", "latitude", "longitude", "time", "clock"
AT_ONCE = 500_000  # rows worked on at a time, or one person's where that are more
MOST_OF_ONE = 5_000_000  # rows of one person: they are held in memory, some hundred bytes each
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:時]([0-5]?[0-9])(?:分|[:分]([0-5]?[0-9])(?:\.[0-9]+)?秒?)?")


@dataclass(frozen=True)
class Where:
    """The columns that tell a person's way: who, where, and when (a moment, or a day with a clock beside it)."""

    person: Field
    latitude: Field
    longitude: Field
    time: Field
    clock: Field | None = None
    utc_offset: int = 0  # hours that are added to the times


@dataclass(frozen=True)
class Walk:
    """Some people's rows, all rows of each: their numbers, whose they are, and when and where; NaN where missing."""

    rows: Whole
    people: tuple[str, ...]  # by code
    fixes: Fixes
    timed: Flags

    @property
    def known(self) -> Fixes:
        """The rows with a time and a place."""
        return self.fixes.only(self.timed & ~np.isnan(self.fixes.latitude) & ~np.isnan(self.fixes.longitude))


def walks(engine: Engine, relation: Relation, where: Where, place: str) -> Iterator[Walk]:
    """Walk over people, thousands at a time; rows without either coordinate are left out.

    Rows whose person is missing or hidden count as one person's together. Raises `Refused` at `place` for clocks that
    cannot be read, and for one person with more than five million rows.
    """
    person = exp.Coalesce(this=where.person.text, expressions=[exp.Literal.string("")])
    named = {
        WHO: person,
        LATITUDE: where.latitude.value,
        LONGITUDE: where.longitude.value,
        TIME: where.time.value,
        **({} if where.clock is None else {CLOCK: where.clock.value}),
    }
    asked = relation.select(
        sql.column(ROW, "t"), *(exp.alias_(value, name, quoted=True) for name, value in named.items())
    )
    asked = asked.where(sql.any_of(sql.is_there(field.value) for field in (where.latitude, where.longitude)))
    in_turn = engine.stream(asked.order_by(sql.column(WHO)))
    for table in _whole_people(in_turn, place):
        yield _walk(table, where, place)


def _whole_people(batches: Iterable[pa.RecordBatch], place: str) -> Iterator[pa.Table]:
    """Cut rows that stand person by person so that no person is cut in two."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.num_rows
        if rows < AT_ONCE:
            continue
        table = pa.Table.from_batches(waiting)
        last = pc.index(table.column(WHO), table.column(WHO)[-1]).as_py()
        if last:
            yield table.slice(0, last)
        waiting = table.slice(last).to_batches()
        rows -= last
        if rows > MOST_OF_ONE:
            raise Refused(_too_many(place))
    if rows:
        yield pa.Table.from_batches(waiting)


def _walk(table: pa.Table, where: Where, place: str) -> Walk:
    encoded = table.column(WHO).combine_chunks().dictionary_encode()
    people = tuple(encoded.dictionary.to_pylist())
    if len(people) >= MOST_PEOPLE:
        raise Refused(_too_many(place))
    moment, timed = _moments(table, where, place)
    fixes = Fixes(
        encoded.indices.to_numpy().astype(np.int64), moment, _degrees(table, LATITUDE), _degrees(table, LONGITUDE)
    )
    return Walk(table.column(ROW).to_numpy(), people, fixes, timed)


def _degrees(table: pa.Table, name: str) -> Numbers:
    return np.asarray(table.column(name).fill_null(np.nan).to_numpy(), np.float64)


def _moments(table: pa.Table, where: Where, place: str) -> tuple[Whole, Flags]:
    """Return local times in microseconds, and which rows have one."""
    time = table.column(TIME)
    timed = time.is_valid().to_numpy()
    if where.time.type == "date":
        moment = time.cast(pa.int32()).fill_null(0).to_numpy().astype(np.int64) * DAY
    else:
        moment = time.cast(pa.int64()).fill_null(0).to_numpy()
    if where.clock is not None:
        clock = clocks(table.column(CLOCK))
        if unread := int(((clock < 0) & table.column(CLOCK).is_valid().to_numpy()).sum()):
            raise Refused(_unread(where.clock.name, unread, place))
        timed = timed & (clock >= 0)
        moment = moment + np.maximum(clock, 0)
    return moment + where.utc_offset * HOUR, timed


def clocks(texts: pa.ChunkedArray) -> Whole:
    """Read times of day, as microseconds since midnight; -1 where one is missing or cannot be read.

    >>> [int(one) // SECOND for one in clocks(pa.chunked_array([["7:05", "１９時３０分", "08:00:30", "朝", None]]))[:3]]
    [25500, 70200, 28830]
    """
    encoded = texts.combine_chunks().dictionary_encode("encode")
    read = np.array([_clock(text) for text in encoded.dictionary.to_pylist()], np.int64)
    return read[encoded.indices.to_numpy(zero_copy_only=False)] if len(read) else np.empty(0, np.int64)


def _clock(text: str | None) -> int:
    found = _CLOCK.fullmatch(plain(text)) if text is not None else None
    if found is None:
        return -1
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * HOUR + (minutes * 60 + seconds) * SECOND


def _too_many(place: str) -> Problem:
    what = Text("一人の行が多すぎます（{most} 行まで）。", "one person has too many rows (at most {most}).")
    now = Text(
        "先に limit-records-per-person で減らすか、期間を分けてください。",
        "Use limit-records-per-person first, or split the file by period.",
    )
    return Problem("too-many-rows", place, what.fill(most=f"{MOST_OF_ONE:,}"), now)


def _unread(name: str, rows: int, place: str) -> Problem:
    what = Text(
        "列「{name}」に、時刻（8:30 など）として読めない値が {rows} 行あります。",
        "the column '{name}' holds texts that are no time of day (such as 8:30), in {rows} rows.",
    )
    return Problem("bad-time", place, what.fill(name=name, rows=told(rows)))
