"""Positions: latitude and longitude."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.detector import Detector
from sudare.findings.finding import Finding, Suggestion
from sudare.findings.header import says
from sudare.findings.usual_steps import delete
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.findings.view import ColumnView, View

_LATITUDE = ("緯度", "lat", "latitude")
_LONGITUDE = ("経度", "lon", "lng", "long", "longitude")
_NUMBER = re.compile(r"-?[0-9]{1,3}\.[0-9]+")
_ENOUGH = 0.8
_FULL_TURN = 360  # some files count longitudes from 0
_RIGHT_ANGLE = 90


class Place(Detector):
    """Finds columns of latitudes and longitudes."""

    kind = "place"
    label = Text("位置（緯度・経度）", "positions (latitude, longitude)")
    about = Text(
        "見出しが緯度か経度を示し、値がその範囲の小数である列を探します。繰り返し現れる位置からは、自宅や勤務先が分かります。",
        "Looks for columns whose header says latitude or longitude and whose values are decimals in that range. Positions "
        "that come again and again tell where somebody lives and works.",
    )
    standard = 1
    level = "must"

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        latitudes = [column for column in view if _is_position(column, _LATITUDE, _RIGHT_ANGLE)]
        longitudes = [column for column in view if _is_position(column, _LONGITUDE, _FULL_TURN)]
        pairs = list(zip(latitudes, longitudes, strict=False))
        alone = [*latitudes[len(pairs) :], *longitudes[len(pairs) :]]
        for columns in [*pairs, *((column,) for column in alone)]:
            names = tuple(column.name for column in columns)
            message = Text(
                "位置とみられます。見出しの語と、値の範囲から。",
                "Positions, by the header and the range of the values.",
            )
            yield Finding(
                self.kind,
                names,
                self.standard,
                self.level,
                message,
                confidence=0.95,
                count=columns[0].present,
                share=1.0,
                suggestions=(*_coarser(names), delete(*names, standard=1)),
            )


def _is_position(column: ColumnView, words: tuple[str, ...], most: int) -> bool:
    if not says(column.header, words):
        return False
    return column.share(lambda text: bool(_NUMBER.fullmatch(text)) and abs(float(text)) <= most).share >= _ENOUGH


def _coarser(names: tuple[str, ...]) -> tuple[Suggestion, ...]:
    if len(names) == 1:
        return ()
    step = {"technique": "grid-square", "columns": list(names), "level": "3", "standards": [1]}
    return (Suggestion(step, Text("地域メッシュで足りるとき", "when a grid square is enough")),)
