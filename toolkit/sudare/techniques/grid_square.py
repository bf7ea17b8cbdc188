"""一般化（地域メッシュ）: replace latitude and longitude by the code of a grid square of JIS X 0410."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pyarrow as pa
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import Cell, Change
from sudare.language import Text
from sudare.models import Words, field
from sudare.techniques.one_column import OneColumn
from sudare.techniques.technique import HIDDEN, Example, cells, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sudare.engines.relation import Lookup, Relation
    from sudare.techniques.technique import Context, Row

Level: TypeAlias = Literal["1", "2", "3", "1/2", "1/4", "1/8"]
FOUND = pa.schema([("code", pa.string()), ("outcome", pa.string())])

# JIS X 0410: a first-order square is 40' by 1°, then 8 by 8, 10 by 10, and three times 2 by 2.
SPLITS = (8, 10, 2, 2, 2)
DEPTH: dict[Level, int] = {"1": 0, "2": 1, "3": 2, "1/2": 3, "1/4": 4, "1/8": 5}
LENGTHS = (4, 6, 8, 9, 10, 11)  # of the codes
FIRST_PER_DEGREE = Decimal("1.5")  # first-order squares per degree of latitude
WEST = 100  # the longitude from which first-order squares are numbered
QUARTERED = 2  # where a square is split in four, one digit 1 to 4 (SW, SE, NW, NE) names the part
# Japan with its outermost islands: 沖ノ鳥島 20°25'N, 与那国島 122°56'E, 南鳥島 153°59'E, 択捉島 45°33'N.
LATITUDES, LONGITUDES = (20, 46), (122, 154)


class GridSquare(OneColumn):
    """Replace latitude and longitude by a JIS X 0410 grid square (guideline 2017-03, table 1, p. 16)."""

    law = "table1/generalization"
    label = Text("一般化（地域メッシュ）", "grid square")
    about = Text(
        "緯度と経度を、標準地域メッシュ（JIS X 0410）のコード一つにします。区画の中のどこかは失われます。"
        "同じ区画に何人いるかは場所によって違い、山間では一人のこともあります。人数は別の手順で確かめてください。"
        "世界測地系の度（小数）で書かれた値に使います。両方欠測なら欠測のまま、片方だけ欠測の行と隠した行は隠れます。",
        "Makes one grid square code of latitude and longitude; where in the square is lost. Some squares have one "
        "inhabitant: check the counts in a step of their own. For decimal degrees of the world geodetic system. Both "
        "missing stays missing; a row with one of the two, or with a hidden one, is hidden.",
    )
    promise = Text(
        "どの値も、元の点を含む、決めた細かさの区画のコードです。",
        "Every value is the code of the square of the chosen size that holds the point.",
    )
    example = Example(
        types={"緯度": "decimal", "経度": "decimal", "時刻": "text"},
        before=[
            ("35.658581", "139.745433", "9時"),
            ("34.987574", "135.759363", "9時"),
            ("139.745433", "35.658581", "10時"),  # the two mixed up
            ("35.658581", None, "10時"),
            (None, None, "11時"),
        ],
        step={
            "technique": "grid-square",
            "columns": ["緯度", "経度"],
            "level": "3",
            "as": "メッシュ",
            "outside": "suppress",
            "standards": [1],
            "because": "約1km四方で足りる",
        },
        after_names=["メッシュ", "時刻"],
        after=[("53393599", "9時"), ("52353680", "9時"), ("*", "10時"), ("*", "10時"), (None, "11時")],
    )
    accepts = frozenset({"decimal"})

    technique: Literal["grid-square"] = field(Text("手法", "technique"))
    columns: tuple[Words, ...] = field(
        Text("列", "columns"),
        Text("緯度、経度の順に二つ。", "Two: latitude, then longitude."),
        role="columns",
        min_length=2,
        max_length=2,
    )
    level: Level = field(
        Text("細かさ", "level"),
        Text(
            "1 約80km、2 約10km、3 約1km、1/2 約500m、1/4 約250m、1/8 約125m 四方。",
            "The side: 1 about 80 km, 2 10 km, 3 1 km, 1/2 500 m, 1/4 250 m, 1/8 125 m.",
        ),
    )
    outside: Literal["stop", "suppress"] = field(
        Text("日本の外の点", "outside"),
        Text(
            "北緯20～46度、東経122～154度の外のとき、止まるか隠す。緯度と経度の取り違えもここで見つかります。",
            "Outside 20-46° N, 122-154° E: stop or hide. Latitude and longitude mixed up are found this way too.",
        ),
        default="stop",
    )

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Find the square of each different point once and join the codes back."""
        columns = relation.named(self.columns)
        found = context.engine.lookup(relation, [column.value for column in columns], self._squares, FOUND)
        if self.outside == "stop":
            self._refuse_outside(relation, context, found)
        latitude, longitude = columns
        somewhere = sql.any_of(sql.is_there(column.value) for column in columns)
        nowhere = sql.all_of([somewhere, sql.is_missing(found.value("code"))])
        hidden = sql.any_of([*(column.hidden for column in columns if column.masked), nowhere])
        return Change(
            cells={latitude.name: Cell(found.value("code"), "text", hidden)},
            drop=frozenset({longitude.name}),
            rename=self.renames(),
            lookups=(found,),
        )

    def _squares(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str | None, str]]:
        for latitude, longitude in rows:
            if latitude is None or longitude is None:
                yield None, "half"
            elif not _in_japan(latitude, longitude):
                yield None, "outside"
            else:
                yield square(latitude, longitude, self.level), "square"

    @staticmethod
    def _refuse_outside(relation: Relation, context: Context, found: Lookup) -> None:
        is_outside = sql.one_of(found.value("outcome"), [sql.literal("outside", "text")])
        query = relation.select(exp.alias_(sql.row_count(), "rows"), lookups=[found]).where(is_outside)
        [row] = context.engine.ask(query)
        if row["rows"]:
            raise context.refuse(
                "outside-japan",
                Text("日本の外の点が {rows} 行あります。", "there are points outside Japan in {rows} rows.").fill(
                    rows=told(int(row["rows"]))
                ),
                Text(
                    "columns が緯度、経度の順か確かめるか、outside: suppress を書いてください。",
                    "Check that `columns` are latitude, then longitude, or write `outside: suppress`.",
                ),
            )

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """The square that a code names holds the point; what has no square is hidden or missing."""
        latitudes = cells(before, after, self.columns[0], self.new_name)
        longitudes = cells(before, after, self.columns[1], self.new_name)
        return all(
            self._holds_of(latitude, longitude, new)
            for (latitude, new), (longitude, _) in zip(latitudes, longitudes, strict=True)
        )

    def _holds_of(self, latitude: Any, longitude: Any, new: Any) -> bool:  # noqa: ANN401 - any cell
        if latitude is None and longitude is None:
            return new is None
        gone = any(value is None or value is HIDDEN for value in (latitude, longitude))
        if gone or not _in_japan(latitude, longitude):
            return new is HIDDEN
        if not isinstance(new, str) or len(new) != LENGTHS[DEPTH[self.level]]:
            return False
        south, west, size = _corner(new)
        north_of_it, east_of_it = _counted(latitude, longitude)
        return 0 <= north_of_it - south < size and 0 <= east_of_it - west < size


def square(latitude: float, longitude: float, level: Level) -> str:
    """Return the JIS X 0410 code of the square that holds a point of Japan, in degrees.

    A point on a border belongs to the square north or east of it. The numbers are taken as they are written, in
    decimals, so that 35.7 lies on the border and not a hair below it.

    >>> square(35.658581, 139.745433, "3"), square(35.658581, 139.745433, "1/2")
    ('53393599', '533935992')
    """
    south, west = _counted(latitude, longitude)
    code = f"{int(south):02}{int(west):02}"
    for split in SPLITS[: DEPTH[level]]:
        south, west = south % 1 * split, west % 1 * split
        row, column = int(south), int(west)
        code += str(1 + 2 * row + column) if split == QUARTERED else f"{row}{column}"
    return code


def _counted(latitude: float, longitude: float) -> tuple[Decimal, Decimal]:
    """Count first-order squares from the equator and from 100°E."""
    return Decimal(repr(latitude)) * FIRST_PER_DEGREE, Decimal(repr(longitude)) - WEST


def _corner(code: str) -> tuple[Decimal, Decimal, Decimal]:
    """Return the south, the west and the side of a square, in first-order squares."""
    south, west, size = Decimal(code[:2]), Decimal(code[2:4]), Decimal(1)
    rest = code[4:]
    for split in SPLITS:
        if not rest:
            break
        digits = 1 if split == QUARTERED else 2
        part, rest = rest[:digits], rest[digits:]
        row, column = divmod(int(part) - 1, 2) if split == QUARTERED else (int(part[0]), int(part[1]))
        size /= split
        south, west = south + row * size, west + column * size
    return south, west, size


def _in_japan(latitude: float, longitude: float) -> bool:
    return LATITUDES[0] <= latitude < LATITUDES[1] and LONGITUDES[0] <= longitude < LONGITUDES[1]
