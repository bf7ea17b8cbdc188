"""Makes a sample: the history of driving licences (運転免許の履歴), several rows per person; everyone is generated."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from sudare.tables.sample_dates import IN_FULL, birth, written
from sudare.tables.sample_file import refuse_unless_between, write_rows
from sudare.tables.sample_people import Choice, home, names, now_and_then

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sudare.tables.sample_people import Home, Name

_MOST = 9_999_999  # 管理番号 has seven digits
_FIRST, _LAST = date(2011, 4, 1), date(2026, 3, 31)  # what the history covers
_YOUNGEST = 18
_CHECKING = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)  # of the 11th digit; unofficial, see sudare.japan.check_digits
_NOWHERE = "00"  # begins the numbers of no public safety commission, so that no number is anybody's

SPECIAL: Final = (
    "特例隊列走行免許"  # invented; one person meets its conditions, as in example 2 of the guideline's 3-2-5
)
_KINDS = Choice(
    ("普通免許", 66), ("準中型免許", 12), ("中型免許", 9), ("大型免許", 5), ("普通二輪免許", 6), ("大型二輪免許", 2)
)
_FEES = {"新規": 4150, "更新": 2850, "再交付": 2250}  # yen
_SPECIAL_FEES = {"新規": 18200, "更新": 12400, "再交付": 2250}
_POINTS = Choice((0, 74), (1, 10), (2, 7), (3, 4), (4, 2), (6, 1.6), (8, 0.8), (12, 0.4), (15, 0.2))
_CONDITIONS = Choice(("なし", 52), ("眼鏡等", 46), ("補聴器", 1.4), ("義手・義足の装着", 0.2), ("手動式の装置", 0.4))
_PLACES = Choice(("中央センター", 60), ("東センター", 25), ("南センター", 15))
_MEMOS = Choice(("本人（{name}）より住所変更の届出あり。", 2), ("連絡先は{phone}。", 1), ("写真の撮り直しあり。", 2))


class _Holder(NamedTuple):
    number: str
    licence: str
    home: Home
    given: Name
    is_man: bool
    born: date
    kind: str
    condition: str


class _Event(NamedTuple):
    what: str
    day: date
    points: int


def licence_history(people: int = 1300, seed: int = 1) -> list[dict[str, str]]:
    """Make a history of driving licences. It is generated: no real person or address below the town is in it.

    One row per procedure (new, renewed, issued again), a few for each person, ordered by day; 管理番号 links the rows of
    a person. All cells are text as in an office's CSV. One person holds a special licence, as in example 2 of the
    guideline's 3-2-5, whose fees give it away too; one has lost the licence again and again. The licence numbers have
    the check digit of real ones but begin with 00, which no public safety commission uses. The same number and seed
    give the same rows. `UsageError` unless 1 to 9,999,999 people.

    >>> rows = licence_history(people=3)
    >>> len({row["管理番号"] for row in rows if row["免許の種類"] == "特例隊列走行免許"}), rows[0]["免許証番号"][:2]
    (1, '00')
    """
    refuse_unless_between(people, _MOST, "people")
    source = Random(seed)  # noqa: S311 - sample data, no secret
    numbers, licences = source.sample(range(_MOST + 1), people), source.sample(range(10**8), people)
    rows: list[tuple[date, dict[str, str]]] = []
    for place, (number, licence) in enumerate(zip(numbers, licences, strict=True)):
        holder = _holder(place, f"{number:07}", _licence_number(f"{_NOWHERE}{licence:08}"), source)
        rows += [(event.day, _row(holder, event, source)) for event in _events(place, holder, source)]
    return [row for _, row in sorted(rows, key=lambda dated: (dated[0], dated[1]["管理番号"]))]


def write_licence_history(path: str | Path, people: int = 1300, seed: int = 1, encoding: str = "cp932") -> None:
    """Write the generated history as an office's CSV: a header row, CRLF, by default cp932 (Shift_JIS).

    `people` and `seed` as in `licence_history`. A file of that name is written over; where the folder cannot be
    written, `OSError` names it.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_licence_history(Path(folder, "menkyo.csv"), people=2)
    ...     Path(folder, "menkyo.csv").read_text(encoding="cp932")[:10]
    '管理番号,免許証番号'
    """
    write_rows(path, licence_history(people, seed), encoding)


def _holder(place: int, number: str, licence: str, source: Random) -> _Holder:
    """Return a person; the first holds the special licence."""
    born = date(1931, 1, 1) + timedelta(days=int(source.triangular(0, 76.5 * 365, 52 * 365)))
    is_man = now_and_then(source, 0.55)
    kind, condition = _KINDS.pick(source), _CONDITIONS.pick(source)
    if place == 0:
        born, is_man, kind, condition = date(1974, 6, 18), True, SPECIAL, "なし"
    given = names("male" if is_man else "female").pick(source)
    return _Holder(number, licence, home(place + 1, source), given, is_man, born, kind, condition)


def _events(place: int, holder: _Holder, source: Random) -> Iterator[_Event]:
    """Walk over what happened to a licence: new at some age, then renewed around the birthday, now and then lost."""
    begun = holder.born.replace(year=holder.born.year + _YOUNGEST + int(source.expovariate(1 / 5)), day=1)
    begun += timedelta(days=source.randrange(180))
    if begun >= _FIRST:
        yield _Event("新規", min(begun, _LAST), 0)
    points, day = 0, begun
    while True:
        years = 3 if begun == day or points or day.year - holder.born.year >= 70 else 5  # noqa: PLR2004 - years of age
        day = _around_birthday(holder.born, day.year + years, source)
        if day > _LAST:
            break
        points = _POINTS.pick(source)
        if day >= _FIRST:
            yield _Event("更新", day, points)
    if begun < _LAST:
        losses = 7 if place == 1 else int(now_and_then(source, 0.06))  # the second loses the licence again and again
        since = max(begun, _FIRST)
        for _ in range(losses):
            yield _Event("再交付", since + timedelta(days=source.randrange((_LAST - since).days + 1)), 0)


def _around_birthday(born: date, year: int, source: Random) -> date:
    return date(year, born.month, 1) + timedelta(days=source.randrange(-28, 29))


def _licence_number(first10: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(first10, _CHECKING, strict=True))
    return f"{first10}{(11 - total % 11) % 10}0"


def _row(holder: _Holder, event: _Event, source: Random) -> dict[str, str]:
    house = holder.home
    name = f"{house.surname.written}　{holder.given.written}"
    special = holder.kind == SPECIAL
    years = 3 if event.what == "新規" or event.points else 5
    memo = _MEMOS.pick(source).format(name=name, phone=house.phone)
    return {
        "管理番号": holder.number,
        "免許証番号": holder.licence,
        "氏名": name,
        "フリガナ": f"{house.surname.kana}　{holder.given.kana}",
        "生年月日": birth(holder.born, source),
        "性別": "男" if holder.is_man else "女",
        "住所": house.address,
        "免許の種類": holder.kind,
        "手続": event.what,
        "手続日": written(event.day, IN_FULL) if now_and_then(source, 0.4) else event.day.isoformat(),
        "有効期限": written(_around_birthday(holder.born, event.day.year + years, source), IN_FULL),
        "手数料": str((_SPECIAL_FEES if special else _FEES)[event.what]),
        "違反点数": str(event.points),
        "免許の条件": holder.condition,
        "手続場所": _PLACES.pick(source),
        "備考": memo if now_and_then(source, 0.07) else "",
    }
