"""Makes a sample: ten days of positions of some hundred devices (移動履歴); every device and trip is generated.

The places lie in the open sea south of Shikoku, where nobody lives, so that no home of the sample is anyone's.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from sudare.tables.sample_file import refuse_unless_between, write_rows
from sudare.tables.sample_people import Choice, now_and_then

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST = 999_999  # 端末ID has six digits
_FIRST_DAY, _DAYS = date(2025, 10, 6), 10  # from a Monday on
_SATURDAY = 5
_LATITUDE, _LONGITUDE = 32.2, 134.4  # open sea

# Quarters of the invented town: degrees north and east of its middle, and how far they spread.
_HOMES = Choice(
    ((0.010, -0.020, 0.006), 34), ((-0.015, 0.018, 0.006), 30), ((0.022, 0.020, 0.005), 28), ((0, 0, 0.06), 8)
)
_WORK = Choice(
    ((0.001, 0.002, 0.004), 55), ((-0.020, -0.012, 0.004), 30), ((0.012, 0.004, 0.004), 11), ((0, 0, 0.06), 4)
)
_SHOPS = ((0.004, 0.006), (-0.012, 0.010), (0.015, -0.012))
_GPS = 0.00005  # degrees: about 5 m

RARE_MODEL: Final = "試作端末X0"  # one device
_MODELS = Choice(("A社 13型", 30), ("A社 15型", 26), ("B社 8", 20), ("C社 S20", 15), ("D社 らくらく", 9))
_WORKER = 0.82  # share of devices that go to one place on every working day

Point = tuple[float, float]


class _Device(NamedTuple):
    number: str
    advertising: str
    phone: str
    model: str
    home: Point
    work: Point | None


def positions(devices: int = 360, seed: int = 1) -> list[dict[str, str]]:
    """Make ten days of positions of devices. It is generated: no real device, person or address is in it.

    A dozen rows per device and day, ordered by time, all cells text: latitude and longitude in decimal degrees of the
    world geodetic system, the error of the fix in metres, speed in km/h. Each device spends its nights at one place
    and most their working days at another, so that home and work can be told, as in example 1 of the guideline's
    3-2-5. One device is of a model that no other is. Telephone numbers lie in ranges that are not assigned. The same
    number and seed give the same rows. `UsageError` unless 1 to 999,999 devices.

    >>> rows = positions(devices=2)
    >>> sorted({row["端末ID"] for row in rows}), len({row["測位日"] for row in rows})
    (['T000001', 'T000002'], 10)
    """
    refuse_unless_between(devices, _MOST, "devices")
    source = Random(seed)  # noqa: S311 - sample data, no secret
    rows: list[tuple[datetime, dict[str, str]]] = []
    for place in range(devices):
        device = _device(place, source)
        for day in range(_DAYS):
            rows += _day(device, _FIRST_DAY + timedelta(days=day), source)
    return [row for _, row in sorted(rows, key=lambda timed: (timed[0], timed[1]["端末ID"]))]


def write_positions(path: str | Path, devices: int = 360, seed: int = 1, encoding: str = "cp932") -> None:
    """Write the generated positions as a CSV: a header row, CRLF, by default cp932 (Shift_JIS).

    `devices` and `seed` as in `positions`. A file of that name is written over; where the folder cannot be written,
    `OSError` names it.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_positions(Path(folder, "ido.csv"), devices=1)
    ...     Path(folder, "ido.csv").read_text(encoding="cp932")[:9]
    '端末ID,広告ID'
    """
    write_rows(path, positions(devices, seed), encoding)


def _device(place: int, source: Random) -> _Device:
    """Return a device; the first is of the rare model."""
    model = _MODELS.pick(source)
    return _Device(
        number=f"T{place + 1:06}",
        advertising=f"{source.getrandbits(64):016x}",
        phone=f"090-0000-{source.randrange(10_000):04}",
        model=RARE_MODEL if place == 0 else model,
        home=_somewhere(_HOMES, source),
        work=_somewhere(_WORK, source) if now_and_then(source, _WORKER) else None,
    )


def _somewhere(quarters: Choice[tuple[float, float, float]], source: Random) -> Point:
    north, east, spread = quarters.pick(source)
    return _LATITUDE + north + source.gauss(0, spread), _LONGITUDE + east + source.gauss(0, spread)


def _day(device: _Device, day: date, source: Random) -> Iterator[tuple[datetime, dict[str, str]]]:
    """Walk over a day's positions: the night and the evening at home, the working day at work, a way between."""
    works = device.work if day.weekday() < _SATURDAY else None
    for hour in (0, 2, 5, 7, 8, 10, 12, 15, 17, 18, 20, 22):
        when = datetime.combine(day, time(hour, source.randrange(60)))
        speed, point = 0.0, device.home
        if works is not None and hour in {8, 17, 18}:
            speed, point = source.uniform(4, 45), _between(device.home, works, source)
        elif works is not None and 8 < hour < 17:  # noqa: PLR2004 - hours of work
            point = works
        elif 8 < hour < 20 and now_and_then(source, 0.35):  # noqa: PLR2004 - hours in which shops are open
            north, east = source.choice(_SHOPS)
            speed, point = source.uniform(0, 5), (_LATITUDE + north, _LONGITUDE + east)
        if now_and_then(source, 0.9):  # not every fix succeeds
            yield when, _row(device, when, point, speed, source)


def _between(start: Point, end: Point, source: Random) -> Point:
    share = source.random()
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _row(device: _Device, when: datetime, point: Point, speed: float, source: Random) -> dict[str, str]:
    latitude, longitude = (degrees + source.gauss(0, _GPS) for degrees in point)
    return {
        "端末ID": device.number,
        "広告ID": device.advertising,
        "電話番号": device.phone,
        "測位日": when.date().isoformat(),
        "時刻": f"{when:%H:%M}",
        "緯度": f"{latitude:.6f}",
        "経度": f"{longitude:.6f}",
        "測位誤差": str(source.randrange(3, 60)),
        "速度": f"{speed:.1f}",
        "機種": device.model,
    }
