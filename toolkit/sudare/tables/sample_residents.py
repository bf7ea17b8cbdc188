"""Makes a sample: a town's register of residents by household (住民の世帯台帳); every person is generated."""

from __future__ import annotations

import itertools
import math
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from sudare.japan.check_digits import my_number_check_digit
from sudare.tables.sample_dates import birth, full_years
from sudare.tables.sample_file import refuse_unless_between, write_rows
from sudare.tables.sample_people import TOWN, Choice, home, names, now_and_then

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.tables.sample_people import Home, Name

_MOST = 9_999_999  # 宛名番号 has seven digits
AS_OF: Final = date(2025, 10, 1)  # 基準日, on which ages are counted
TEN_CHILDREN: Final = (23, 21, 19, 17, 15, 13, 11, 8, 5, 2)  # as in example 1 of the guideline's 3-2-4
_OLDEST = 104
_ELDEST, _ADULT = 99, 18
_ALLOWANCE = 18  # 児童手当: up to the end of the school year; here up to the birthday
_DISTRICTS = ("01", "02")

_KINDS = Choice(
    ("single", 34),
    ("couple", 25),
    ("couple and children", 22),
    ("parent and children", 8),
    ("couple and grown child", 6),
    ("three generations", 5),
)
_CHILDREN = Choice((1, 44), (2, 44), (3, 11), (4, 1))


class _Member(NamedTuple):
    relation: str  # 続柄, as a register of residents writes it: every child is 子 since 1995
    age: int
    is_man: bool


class _Resident(NamedTuple):
    home: Home
    member: _Member
    given: Name
    head: str
    size: int
    children: int
    district: str
    insured: str


def household_register(residents: int = 3600, seed: int = 1) -> list[dict[str, str]]:
    """Make a town's register of residents. It is generated: no real person or address below the town is in it.

    One row per resident, all cells text as a municipal CSV holds them, household after household in the order of
    世帯番号. One household has ten children, as in example 1 of the guideline's 3-2-4; one resident is 104 years old and
    some are over 90; birthdays stand in eras, in several forms. My Numbers have valid check digits, or there would be
    nothing to detect; one may by chance have been issued to somebody, and tells nothing about them. The same number
    and seed give the same rows. `UsageError` unless 1 to 9,999,999 residents.

    >>> rows = household_register(residents=20)
    >>> [row["続柄"] for row in rows if row["世帯番号"] == "000001"].count("子"), len(rows)
    (10, 20)
    """
    refuse_unless_between(residents, _MOST, "residents")
    source = Random(seed)  # noqa: S311 - sample data, no secret
    everyone: list[_Resident] = []
    for number in itertools.count(1):
        if len(everyone) >= residents:
            break
        everyone += _household(number, source)
    numbers = source.sample(range(_MOST + 1), residents)
    my_numbers, codes = source.sample(range(10**11), residents), source.sample(range(10**11), residents)
    return [
        _row(resident, (f"{number:07}", f"{mine:011}", f"{code:011}"), source)
        for resident, number, mine, code in zip(everyone, numbers, my_numbers, codes, strict=False)
    ]


def write_household_register(path: str | Path, residents: int = 3600, seed: int = 1, encoding: str = "cp932") -> None:
    """Write the generated register as a municipal CSV: a header row, CRLF, by default cp932 (Shift_JIS).

    `residents` and `seed` as in `household_register`. A file of that name is written over; where the folder cannot be
    written, `OSError` names it.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_household_register(Path(folder, "setai.csv"), residents=2)
    ...     Path(folder, "setai.csv").read_text(encoding="cp932")[:9]
    '宛名番号,世帯番号'
    """
    write_rows(path, household_register(residents, seed), encoding)


def _household(number: int, source: Random) -> list[_Resident]:
    house = home(number, source, TOWN)
    members = {1: _ten_children, 2: _oldest}.get(number, _usual)(source)
    given = [names("male" if member.is_man else "female").pick(source) for member in members]
    head = f"{house.surname.written}　{given[0].written}"
    children = sum(member.age < _ALLOWANCE for member in members)
    district = source.choice(_DISTRICTS) + f"{source.randrange(1, 19):02}"
    insured = "国保" if now_and_then(source, 0.9 if members[0].age >= 60 else 0.25) else "被用者保険"  # noqa: PLR2004 - years
    return [
        _Resident(house, member, name, head, len(members), children, district, insured)
        for member, name in zip(members, given, strict=True)
    ]


def _ten_children(source: Random) -> list[_Member]:
    children = [_Member("子", age, now_and_then(source, 0.5)) for age in TEN_CHILDREN]
    return [_Member("世帯主", 48, is_man=True), _Member("妻", 46, is_man=False), *children]


def _oldest(_source: Random) -> list[_Member]:
    return [_Member("世帯主", _OLDEST, is_man=False)]


def _usual(source: Random) -> list[_Member]:
    kind = _KINDS.pick(source)
    makers = {"single": _single, "couple": _couple, "couple and grown child": _grown}
    return makers[kind](source) if kind in makers else _family(kind, source)


def _single(source: Random) -> list[_Member]:
    age = source.randrange(20, 65) if now_and_then(source, 0.5) else _old(source)
    return [_Member("世帯主", age, now_and_then(source, 0.45))]


def _couple(source: Random) -> list[_Member]:
    return _pair(source.randrange(26, 62) if now_and_then(source, 0.35) else _old(source), source)


def _grown(source: Random) -> list[_Member]:
    parents = _pair(source.randrange(54, 82), source)
    return [*parents, _Member("子", parents[1].age - source.randrange(25, 33), now_and_then(source, 0.6))]


def _family(kind: str, source: Random) -> list[_Member]:
    """Return parents with children, one parent with children, or these with a grandparent or two."""
    parents = _pair(source.randrange(28, 52), source)
    if kind == "parent and children":
        parents = parents[1:] if now_and_then(source, 0.85) else parents[:1]
        parents = [parents[0]._replace(relation="世帯主")]
    youngest = min(parent.age for parent in parents) - 24
    ages = sorted((max(0, youngest - source.randrange(12)) for _ in range(_CHILDREN.pick(source))), reverse=True)
    children = [_Member("子", age, now_and_then(source, 0.51)) for age in ages]
    grandparents = []
    if kind == "three generations":
        older = parents[0].age + source.randrange(25, 32)
        grandparents = [_Member("母", older, is_man=False)]
        if now_and_then(source, 0.5):
            grandparents.insert(0, _Member("父", older + source.randrange(4), is_man=True))
    return [*parents, *children, *grandparents]


def _pair(age: int, source: Random) -> list[_Member]:
    """Return the head of a household and the spouse."""
    other = max(age - round(source.gauss(2, 2)), _ADULT)
    return [_Member("世帯主", age, is_man=True), _Member("妻", min(other, _ELDEST), is_man=False)]


def _old(source: Random) -> int:
    return min(65 + int(source.expovariate(1 / 11)), _ELDEST)


def _row(resident: _Resident, codes: tuple[str, str, str], source: Random) -> dict[str, str]:
    """Return the cells of one resident; the codes are 宛名番号, a My Number's first 11 digits, 住民票コード."""
    house, member = resident.home, resident.member
    days = math.ceil(member.age * 365.25) + source.randrange(1, 364)
    born = AS_OF - timedelta(days=days)
    since = born if now_and_then(source, 0.5) else born + timedelta(days=source.randrange((AS_OF - born).days + 1))
    return {
        "宛名番号": codes[0],
        "世帯番号": f"{house.number:06}",
        "住民票コード": codes[2],
        "個人番号": codes[1] + my_number_check_digit(codes[1]),
        "氏名": f"{house.surname.written}　{resident.given.written}",
        "フリガナ": f"{house.surname.kana}　{resident.given.kana}",
        "世帯主氏名": resident.head,
        "続柄": member.relation,
        "性別": "男" if member.is_man else "女",
        "生年月日": birth(born, source),
        "満年齢": str(full_years(born, AS_OF)),
        "住所": house.address,
        "行政区コード": resident.district,
        "住民となった日": birth(since, source),
        "世帯人数": str(resident.size),
        "児童数": str(resident.children),
        "健康保険": resident.insured,
    }
