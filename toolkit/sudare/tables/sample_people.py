"""The people of the sample register: households with names, addresses, telephones and birthdays, all generated.

Real are only the names of municipalities and the frequency of surnames and given names. Telephone numbers lie in
ranges that are not assigned.
"""

from __future__ import annotations

import csv
import functools
import itertools
import math
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Final, Generic, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

T = TypeVar("T")

WIDE: Final = str.maketrans("0123456789.-", "０１２３４５６７８９．－")

_FIRST_DAY, _WEEKS = date(2025, 6, 2), 35  # the season of check-ups of the fiscal year 2025: to 2026-01-30
_OLDEST_BIRTH = date(1909, 5, 5)  # 明治42年: 116 years on every day of the season (guideline 3-2-4, example 2)
_YOUNGEST, _ELDEST = 40, 97  # the check-up begins at 40 (高齢者の医療の確保に関する法律 第20条)
_GENERATION = (24, 33)  # years between a parent and a child


class Choice(Generic[T]):
    """Things to choose from by weight."""

    def __init__(self, *weighted: tuple[T, float]) -> None:
        """Take pairs of a thing and its weight."""
        self._things: Sequence[T] = [thing for thing, _ in weighted]
        self._sums = list(itertools.accumulate(weight for _, weight in weighted))

    def pick(self, source: Random) -> T:
        """Return one of the things."""
        return source.choices(self._things, cum_weights=self._sums)[0]


class Name(NamedTuple):
    """A surname or a given name, as written and in katakana."""

    written: str
    kana: str


@dataclass(frozen=True)
class Home:
    """What the people of a household share."""

    number: int
    surname: Name
    postal: str
    address: str
    phone: str


@dataclass(frozen=True)
class Person:
    """One person on the day of the check-up."""

    home: Home
    given: Name
    is_man: bool
    born: date
    seen: date

    @property
    def age(self) -> int:
        """Full years on the day of the check-up."""
        return self.seen.year - self.born.year - ((self.seen.month, self.seen.day) < (self.born.month, self.born.day))


class Area(NamedTuple):
    """A municipality, and how its postal codes begin."""

    prefecture: str
    district: str
    name: str
    postal: str


TOWN: Final = Area("愛媛県", "伊予郡", "砥部町", "791-21")

# A small town and its neighbours; a few people are insured here but live far away, in an institution (住所地特例).
_AREAS = Choice(
    (TOWN, 45),
    (Area("愛媛県", "", "松山市", "790-00"), 25),
    (Area("愛媛県", "", "東温市", "791-02"), 11),
    (Area("愛媛県", "", "伊予市", "799-31"), 9),
    (Area("愛媛県", "伊予郡", "松前町", "791-31"), 7),
    (Area("愛媛県", "上浮穴郡", "久万高原町", "791-12"), 2),
    (Area("広島県", "", "広島市中区", "730-00"), 0.6),
    (Area("北海道", "", "札幌市中央区", "060-00"), 0.4),
)
_STREETS = (
    "汐見ヶ丘",
    "花園台",
    "若竹町",
    "朝凪町",
    "北野原",
    "月見台",
    "白鷺町",
    "大字上の原",
    "大字柿の坂",
    "蛍沢",
    "陶ヶ里",
)
_NUMBERS = Choice(("{block}番地{house}", 5), ("{block}-{house}", 4), ("{few}丁目{house}番{few}号", 2))
_BUILDINGS = Choice(("", 92), ("　サンハイツ{room}号", 3), ("　コーポ若竹{room}", 3), ("　メゾン汐見{room}号室", 2))
_AREA_CODES = Choice(("089-000", 6), ("090-0000", 3), ("080-0000", 1))  # after these, no line's number begins with 0
_DECADES = Choice((40, 20), (50, 20), (60, 28), (70, 24), (80, 8))
_HOMES = Choice(("single", 30), ("couple", 42), ("with parent", 10), ("with child", 12), ("three", 6))


def people(rows: int, source: Random) -> list[Person]:
    """Return this many people, household after household; the first is 116 years old and lives alone."""
    alone = home(1, source)
    found = [Person(alone, names("female").pick(source), is_man=False, born=_OLDEST_BIRTH, seen=_season_day(source))]
    for number in itertools.count(2):
        if len(found) >= rows:
            break
        found += _household(home(number, source), source)
    return found[:rows]


def now_and_then(source: Random, share: float) -> bool:
    """Tell whether something that happens with this share happens now."""
    return source.random() < share


def _household(home: Home, source: Random) -> list[Person]:
    kind, age, is_man = _HOMES.pick(source), _DECADES.pick(source) + source.randrange(10), now_and_then(source, 0.5)
    household = [_person(home, age, source, is_man=is_man)]
    if kind in {"couple", "three"}:
        spouse = age + round(source.gauss(-2 if is_man else 2, 3))
        household.append(_person(home, min(max(spouse, _YOUNGEST), _ELDEST), source, is_man=not is_man))
    years = source.randint(*_GENERATION)
    if kind in {"with parent", "three"} and age + years <= _ELDEST:
        household.append(_person(home, age + years, source, is_man=now_and_then(source, 0.3)))
    if kind == "with child" and age - years >= _YOUNGEST:
        household.append(_person(home, age - years, source, is_man=now_and_then(source, 0.6)))
    return household


def _person(home: Home, age: int, source: Random, *, is_man: bool) -> Person:
    seen = _season_day(source)
    # Somewhere between this birthday and the next, so that the age on the day of the check-up is the one wished for.
    days = math.ceil(age * 365.25) + source.randrange(1, 364)
    given = names("male" if is_man else "female").pick(source)
    return Person(home, given, is_man, born=seen - timedelta(days=days), seen=seen)


def _season_day(source: Random) -> date:
    return _FIRST_DAY + timedelta(weeks=source.randrange(_WEEKS), days=source.randrange(5))


def home(number: int, source: Random, town: Area | None = None) -> Home:
    """Return a household's surname, address and telephone, in a town or else in any of the areas."""
    area = town or _AREAS.pick(source)
    phone = f"{_AREA_CODES.pick(source)}-{source.randrange(10_000):04}"
    postal = f"{area.postal}{source.randrange(100):02}"
    return Home(number, names("surname").pick(source), postal, _municipality(area, source) + _street(source), phone)


def _municipality(area: Area, source: Random) -> str:
    """Write a municipality as clerks do: in full, without 郡, or without the prefecture; never without both."""
    if now_and_then(source, 0.12):
        return area.district + area.name
    district = "" if now_and_then(source, 0.1) else area.district
    return f"{area.prefecture}{'　' if now_and_then(source, 0.04) else ''}{district}{area.name}"


def _street(source: Random) -> str:
    written = _NUMBERS.pick(source) + _BUILDINGS.pick(source)
    few, room = source.randrange(1, 6), source.randrange(101, 410)
    chosen = source.choice(_STREETS)
    numbers = written.format(block=source.randrange(1, 400), house=source.randrange(1, 60), few=few, room=room)
    return chosen + (numbers.translate(WIDE) if now_and_then(source, 0.4) else numbers)


@functools.cache
def names(kind: Literal["surname", "female", "male"]) -> Choice[Name]:
    """Return common Japanese names by rough frequency."""
    with resources.files("sudare.tables").joinpath("sample_names.tsv").open(encoding="utf-8") as file:
        lines: Iterable[dict[str, str]] = csv.DictReader(file, delimiter="\t")
        return Choice(*((Name(x["name"], x["kana"]), float(x["weight"])) for x in lines if x["kind"] == kind))
