"""所在が推定できる位置の削除: take away the positions around places that tell where somebody lives or works."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import model_validator
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import ROW, Cell, Change
from sudare.errors import Problem
from sudare.keystore import keyed_ids
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.tables.schema import same_name
from sudare.techniques.anchors import HOUR, Anchors, Fixes, anchors_of, moved, near, on_earth
from sudare.techniques.technique import DATES, HIDDEN, Example, Technique
from sudare.techniques.walks import Where, clocks, walks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sudare.engines.relation import Lookup, Relation
    from sudare.tables.schema import Schema
    from sudare.techniques.anchors import Flags
    from sudare.techniques.technique import Context, Row

PURPOSE = "circles"
LEAST_RADIUS, MOST_RADIUS = 100, 50_000  # metres: below, the error of a fix in a building reaches beyond
LEAST_MOVE = 0.25  # of `offset`: a circle's centre is never the place itself
EPOCH = np.datetime64("1970-01-01", "us")


class SuppressNearAnchor(Technique):
    """Take away positions around inferable homes and workplaces (guideline 2017-03, 3-2-5 example 1, p. 15).

    Homes and workplaces are inferred by `anchors.anchors_of`, person by person in memory, and never written, logged
    or told. At most five million rows of one person.
    """

    law = "table1/deletion"
    label = Text("所在が推定できる位置の削除", "suppress near anchors")
    about = Text(
        "人ごとに、夜（22～6時）に長くいる所（自宅など）と、平日9～17時に長くいる所（職場や学校など）を推定し、その周りの位置を消します。"
        "推定した所はメモリの中だけで使い、どこにも書きません。消す円の中心は鍵を使って人と場所ごとにずらし、円はずらした分だけ大きくするので、"
        "円の中心は自宅になりません。offset を変えて何度も渡すと、円の重なりから場所が絞られます。"
        "円の外の位置はそのまま残るので、残りの位置は別の手順（地域メッシュ、一人の行数の制限など）で決めてください。"
        "消えた時間帯と、円に入る直前の位置は分かります。緯度と経度の片方だけの行は隠れ（消え）、両方欠測の行と地球上にない値はそのままです。"
        "時刻が欠測の位置は推定に使いませんが、円の中なら消えます。人が欠測の行は、まとめて一人とみなします。"
        "夜勤の人の昼の寝場所なども「所」として扱います。祝日は平日とみなします。",
        "Infers for each person where they stay long by night (22 to 6: home) and from nine to five on weekdays (work, "
        "school), and takes the positions around away. What is inferred stays in memory. The circle's centre is moved "
        "by a draw under the key, for each person and place, and the circle is larger by as much: its centre is not "
        "the home. Deliveries with another `offset` narrow the place down. Positions outside the circles stay as they "
        "are: decide them in steps of their own (grid square, fewer records). At what times cells are hidden, and "
        "where somebody was just before, can be seen. A row with one of the two coordinates is hidden (or removed); "
        "one with neither, or with numbers that are nowhere on Earth, stays. A position without a time is not inferred "
        "from, but goes inside a circle. Rows without a person count as one person. Public holidays count as weekdays.",
    )
    promise = Text(
        "推定した所から radius メートル以内に、その人の位置は一つも残りません。出力から推定し直しても、そこには何も見つかりません。"
        "radius と offset の2倍より遠い位置は消えません。",
        "No position of the person stays within `radius` metres of an inferred place: inferring again from the output "
        "finds nothing there. No position further away than `radius` and twice `offset` goes.",
    )
    example = Example(
        types={"端末": "text", "時刻": "datetime", "緯度": "decimal", "経度": "decimal"},
        before=[
            ("A", "2025-10-06 00:10:00", "32.2", "134.4"),
            ("A", "2025-10-06 05:00:00", "32.2001", "134.4001"),
            ("A", "2025-10-06 12:00:00", "32.25", "134.45"),
            ("A", "2025-10-07 01:30:00", "32.2001", "134.4"),
            ("A", "2025-10-07 19:00:00", "32.203", "134.4"),  # 330 m away
            ("A", "2025-10-07 20:00:00", "32.3", "134.4"),
            ("A", None, "32.2002", "134.4"),
            ("B", "2025-10-06 23:00:00", "32.2", "134.4"),  # one night tells no home
            ("B", "2025-10-07 12:00:00", "32.25", "134.45"),
            ("B", "2025-10-07 13:00:00", None, "134.45"),
            ("B", "2025-10-07 14:00:00", None, None),
        ],
        step={
            "technique": "suppress-near-anchor",
            "columns": ["緯度", "経度"],
            "person": "端末",
            "time": "時刻",
            "radius": 500,
            "offset": 250,
            "standards": [5],
            "because": "夜の位置の繰り返しから自宅が推定できる",
        },
        after_names=["端末", "時刻", "緯度", "経度"],
        after=[
            ("A", "2025-10-06 00:10:00", "*", "*"),
            ("A", "2025-10-06 05:00:00", "*", "*"),
            ("A", "2025-10-06 12:00:00", "32.25", "134.45"),
            ("A", "2025-10-07 01:30:00", "*", "*"),
            ("A", "2025-10-07 19:00:00", "*", "*"),
            ("A", "2025-10-07 20:00:00", "32.3", "134.4"),
            ("A", None, "*", "*"),
            ("B", "2025-10-06 23:00:00", "32.2", "134.4"),
            ("B", "2025-10-07 12:00:00", "32.25", "134.45"),
            ("B", "2025-10-07 13:00:00", None, "*"),
            ("B", "2025-10-07 14:00:00", None, None),
        ],
    )
    decides = False
    needs_key = True

    technique: Literal["suppress-near-anchor"] = field(Text("手法", "technique"))
    columns: tuple[Words, ...] = field(
        Text("列", "columns"),
        Text(
            "緯度、経度の順（世界測地系の度）。場所を教える列（最寄り駅など）が続けば一緒に隠します。",
            "Latitude, then longitude, in decimal degrees; then columns that tell the place, hidden with them.",
        ),
        role="columns",
        min_length=2,
    )
    person: Words = field(
        Text("人を表す列", "person"),
        Text("この列を消す手順より前に置いてください。", "Put the step before the one that removes it."),
        role="column",
    )
    time: Words = field(
        Text("時刻の列", "time"),
        Text("日時の列。日付の列なら clock も書きます。", "Moments; or days, with `clock` beside them."),
        role="column",
    )
    clock: Words | None = field(
        Text("時分の列", "clock"),
        Text("time が日付のとき、8:30 のような文字の列。", "Texts such as 8:30, where `time` holds days."),
        default=None,
        role="column",
    )
    utc_offset: int = field(
        Text("協定世界時との時差", "offset from UTC"),
        Text(
            "時刻が UTC で書かれているとき、現地までの時間。日本は 9。",
            "Hours to add where times are in UTC; Japan: 9.",
        ),
        default=0,
        ge=-12,
        le=14,
    )
    radius: int = field(
        Text("半径（メートル）", "radius (metres)"),
        Text("推定した所からこの距離までは必ず消します。例: 500", "Up to here everything goes, such as 500."),
        ge=LEAST_RADIUS,
        le=MOST_RADIUS,
    )
    offset: int = field(
        Text("円のずれ（メートル）", "offset (metres)"),
        Text(
            "円の中心をずらす最大の距離。半径以下。大きいほど円から所を当てにくく、消える位置は増えます。例: 250",
            "The most by which the centre is moved, at most the radius. The larger, the harder it is to tell the place "
            "from the circle, and the more goes. Such as 250.",
        ),
        ge=LEAST_RADIUS,
        le=MOST_RADIUS,
    )
    target: Literal["cell", "record"] = field(
        Text("消すもの", "target"),
        Text("cell 位置のセルを隠す、record 行ごと除く。", "cell: hide the cells; record: remove the rows."),
        default="cell",
    )
    share: Decimal = field(
        Text("時間の割合", "share"),
        Text(
            "夜（平日の昼）の時間のうちこの割合以上いた所を推定とみなします。小さいほど多く消します。",
            "From this share of the person's nights (or working hours) on, a place counts. Smaller removes more.",
        ),
        default=Decimal("0.2"),
        gt=0,
        le=Decimal("0.5"),
    )
    days: int = field(
        Text("日数", "days"),
        Text("この日数以上いた所を推定とみなします。", "On how many days somebody must have been there."),
        default=2,
        ge=1,
        le=7,
    )

    @model_validator(mode="after")
    def _circles_reach_their_places(self) -> Self:
        if self.offset > self.radius:
            what = Text("offset が radius より大きいです。", "`offset` is larger than `radius`.")
            raise fault("bad-offset", what)
        return self

    @override
    def reads(self) -> tuple[str, ...]:
        """The columns that tell whose a row is, and when."""
        return (self.person, self.time) if self.clock is None else (self.person, self.time, self.clock)

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: degrees that are no decimals, times that are none, columns that serve twice."""
        yield from super().problems(schema, where)
        for name in self.columns[:2]:
            column = schema.get(name)
            if column is not None and column.type != "decimal":
                what = Text("列「{name}」は小数ではありません。", "'{name}' does not hold decimals.")
                now = Text("緯度と経度は type: decimal にしてください。", "Declare degrees with `type: decimal`.")
                yield Problem("wrong-type", where, what.fill(name=column.called), now)
        yield from self._problems_of_times(schema, where)
        mine = {same_name(name) for name in self.columns}
        for name in self.reads():
            if same_name(name) in mine:
                what = Text("列「{name}」は二つの役に使えません。", "'{name}' cannot serve twice.")
                yield Problem("repeated-column", where, what.fill(name=name))

    def _problems_of_times(self, schema: Schema, where: str) -> Iterator[Problem]:
        time, clock = schema.get(self.time), schema.get(self.clock) if self.clock is not None else None
        if time is not None and time.type not in DATES:
            what = Text("列「{name}」は日時でも日付でもありません。", "'{name}' holds neither moments nor days.")
            yield Problem("wrong-type", where, what.fill(name=time.called))
        elif time is not None and (time.type == "date") != (self.clock is not None):
            what = Text(
                "clock は、time が日付の列のときに書き、日時の列のときは書きません。",
                "`clock` goes with a `time` of days, and with no other.",
            )
            yield Problem("bad-clock", where, what)
        if clock is not None and clock.type != "text":
            what = Text("列「{name}」は文字ではありません。", "'{name}' does not hold texts.")
            yield Problem("wrong-type", where, what.fill(name=clock.called))

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Infer and draw outside the engine, where the key is; it learns the numbers of the rows that go."""
        found = self._near(relation, context)
        if self.target == "record":
            return Change(keep=sql.is_missing(found.value("near")), lookups=(found,))
        columns = relation.named(self.columns)
        gone = sql.is_there(found.value("near"))
        cells = {
            column.name: Cell(column.value, column.type, sql.all_of([gone.copy(), sql.is_there(column.value)]))
            for column in columns
        }
        return Change(cells=cells, lookups=(found,))

    def _near(self, relation: Relation, context: Context) -> Lookup:
        latitude, longitude = relation.named(self.columns[:2])
        clock = None if self.clock is None else relation.field(self.clock)
        person, time = relation.field(self.person), relation.field(self.time)
        where = Where(person, latitude, longitude, time, clock, self.utc_offset)
        # The distance is part of the purpose: from two circles moved one way, by different lengths, lead lines back.
        subkey = context.secret().derive(PURPOSE, str(self.offset))
        rows = []
        for walk in walks(context.engine, relation, where, context.where):
            anchors = anchors_of(walk.known, float(self.share), self.days)
            rows.append(walk.rows[self._gone(walk.fixes, anchors, self._circles(anchors, walk.people, subkey))])
        numbers = np.concatenate(rows) if rows else np.empty(0, np.int64)
        table = pa.table({"key0": numbers, "near": np.ones(len(numbers), np.bool_)})
        return context.engine.mapping([sql.column(ROW, "t")], table)

    def _circles(self, anchors: Anchors, people: Sequence[str], subkey: bytes) -> Anchors:
        """Return the anchors moved, each by lengths of its own: with one length for two, one place told the other."""
        names = _named(anchors, people)
        drawn = np.frombuffer(b"".join(keyed_ids(subkey, names)), ">u8").reshape(-1, 4)[:, :2] * 2.0**-64
        # The square root spreads the places evenly over the ring.
        away = self.offset * np.sqrt(LEAST_MOVE**2 + (1 - LEAST_MOVE**2) * drawn[:, 0])
        latitude, longitude = moved(anchors.latitude, anchors.longitude, away, 2 * np.pi * drawn[:, 1])
        return Anchors(anchors.person, latitude, longitude, anchors.by_night)

    def _gone(self, fixes: Fixes, anchors: Anchors, circles: Anchors) -> Flags:
        half = np.isnan(fixes.latitude) | np.isnan(fixes.longitude)
        # The circle covers its place; asking for both leaves nothing to the last digits of a sine.
        around = near(fixes, circles, self.radius + self.offset) | near(fixes, anchors, self.radius)
        return half | (around & on_earth(fixes.latitude, fixes.longitude))

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Nothing is left near an anchor, none is found there again, and what lies far from all stays as it was."""
        rows = [(old, new) for old, new in zip(before, after, strict=True) if old is not None]
        old, timed = self._fixes([row for row, _ in rows], [row for row, _ in rows])
        new, timed_after = self._fixes([{} if row is None else row for _, row in rows], [row for row, _ in rows])
        anchors = self._anchors(old, timed)
        again = self._anchors(new, timed_after)
        places = Fixes(again.person, again.person, again.latitude, again.longitude)
        if near(new, anchors, self.radius).any() or near(places, anchors, self.radius).any():
            return False
        may = near(old, anchors, self.radius + 2 * self.offset + 1) | np.isnan(old.latitude) | np.isnan(old.longitude)
        return all(
            self._is_kept(*pair) or (bool(one) and self._is_gone(*pair)) for pair, one in zip(rows, may, strict=True)
        )

    def _anchors(self, fixes: Fixes, timed: Flags) -> Anchors:
        there = timed & ~np.isnan(fixes.latitude) & ~np.isnan(fixes.longitude)
        return anchors_of(fixes.only(there), float(self.share), self.days)

    def _is_kept(self, old: Row, new: Row | None) -> bool:
        names = [same_name(name) for name in self.columns]
        half = (_degrees(old[names[0]]) is None) != (_degrees(old[names[1]]) is None)
        return new is not None and not half and [new[name] for name in names] == [old[name] for name in names]

    def _is_gone(self, old: Row, new: Row | None) -> bool:
        if new is None or self.target == "record":
            return new is None and self.target == "record"
        names = [same_name(name) for name in self.columns]
        return all(new[name] is (HIDDEN if old[name] is not None else None) for name in names)

    def _fixes(self, rows: Sequence[Row], whose: Sequence[Row]) -> tuple[Fixes, Flags]:
        """Return rows of Python values as fixes, and which have a time."""
        people = [_person(row[same_name(self.person)]) for row in whose]
        codes = {person: code for code, person in enumerate(sorted(set(people)))}
        latitude, longitude = (
            np.array([np.nan if (n := _degrees(row.get(same_name(name)))) is None else n for row in rows])
            for name in self.columns[:2]
        )
        moments = [self._moment(row) for row in whose]
        person = np.array([codes[one] for one in people], np.int64)
        moment = np.array([0 if one is None else one for one in moments], np.int64)
        fixes = Fixes(person, moment, latitude.astype(np.float64), longitude.astype(np.float64))
        return fixes, np.array([one is not None for one in moments], np.bool_)

    def _moment(self, row: Row) -> int | None:
        time = row[same_name(self.time)]
        clock = row[same_name(self.clock)] if self.clock is not None else "0:00"
        if time is None or time is HIDDEN or clock is None or clock is HIDDEN:
            return None
        since = int((np.datetime64(time, "us") - EPOCH).astype(np.int64))
        return since + int(clocks(pa.chunked_array([[clock]]))[0]) + self.utc_offset * HOUR


def _named(anchors: Anchors, people: Sequence[str]) -> Iterable[bytes]:
    """Name each anchor by its person and its place to about 100 m: more rows of a person hardly ever move it."""
    places = zip(anchors.person.tolist(), anchors.latitude.tolist(), anchors.longitude.tolist(), strict=True)
    for person, latitude, longitude in places:
        yield f"{latitude:.3f} {longitude:.3f} {people[person]}".encode()


def _person(cell: Any) -> str:  # noqa: ANN401 - any cell
    return "" if cell is None or cell is HIDDEN else str(cell)


def _degrees(cell: Any) -> float | None:  # noqa: ANN401 - any cell
    return None if cell is None or cell is HIDDEN else float(cell)
