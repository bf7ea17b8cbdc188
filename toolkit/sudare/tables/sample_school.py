"""Makes a sample: the school health check-up (学校健康診断) of a town's primary schools; every pupil is generated."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from sudare.tables.sample_dates import birth
from sudare.tables.sample_file import refuse_unless_between, write_rows
from sudare.tables.sample_people import TOWN, WIDE, Choice, home, names, now_and_then

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.tables.sample_people import Home, Name

_MOST = 999_999  # 学籍番号 has six digits after the year
_YEAR, _FIRST_DAY, _WEEKS = 2025, date(2025, 4, 14), 10  # the season of check-ups: to 2025-06-20
_CLASS = 32  # pupils at most

# Schools of no town: the first two digits of the code are the district. The last one is a small branch school.
_SCHOOLS = Choice(
    (("0101", "北野原小学校"), 20),
    (("0102", "月見台小学校"), 17),
    (("0103", "若竹小学校"), 15),
    (("0201", "汐見ヶ丘小学校"), 24),
    (("0202", "花園台小学校"), 21),
    (("0203", "柿の坂小学校分校"), 3),
)

# Mean heights of boys and girls by grade and their deviations, rounded from what 学校保健統計調査 has reported.
_HEIGHTS = {True: (116.7, 122.6, 128.3, 133.8, 139.3, 145.9), False: (115.8, 121.8, 127.6, 134.1, 141.0, 147.2)}
_HEIGHT_SD = (4.9, 5.2, 5.4, 5.7, 6.2, 7.0)
_FURTHEST = 2.4  # deviations: nobody but the tall child lies further out
_BMI = (15.5, 15.8, 16.2, 16.7, 17.3, 18.0)
_BMI_SD = 1.7

TALL: Final = 170.0  # cm, as in example 3 of the guideline's 3-2-5
TALL_GRADE: Final = 4  # where nobody else reaches 150 cm
_TALL_WEIGHT = 52.0  # kg

_SIGHT = Choice(("A", 60), ("B", 14), ("C", 17), ("D", 9))  # 1.0 and more, 0.7 to 0.9, 0.3 to 0.6, less
_CARIES = Choice((0, 66), (1, 12), (2, 9), (3, 5), (4, 3), (5, 2), (6, 1.5), (7, 1), (9, 0.5))
_FOUND = Choice(
    ("所見なし", 74),
    ("アレルギー性鼻炎", 10),
    ("アトピー性皮膚炎", 5),
    ("耳垢栓塞", 4),
    ("結膜炎", 3),
    ("扁桃肥大", 2),
    ("心電図要精検", 1.2),
    ("脊柱側弯の疑い", 0.6),
    ("難聴の疑い", 0.2),
)
_MEMOS = Choice(
    ("保護者（{guardian}）へ受診を勧める文書を渡した。", 2),
    ("{name}さん本人から、頭痛が続くと相談あり。", 1),
    ("家庭への連絡は夕方に{phone}まで。", 1),
    ("次の身体測定でもう一度測る。", 2),
)


class _Pupil(NamedTuple):
    school: tuple[str, str]
    grade: int
    is_boy: bool
    is_tall: bool
    home: Home
    given: Name
    born: date


def school_checkup(pupils: int = 2400, seed: int = 1) -> list[dict[str, str]]:
    """Make a town's school health check-up. It is generated: no real person, school or address below the town is in it.

    One row per pupil, all cells text as a municipal CSV holds them, blank where a pupil was absent, ordered by school,
    grade, class and number on the roll. One child is 170 cm tall in a grade in which no other reaches 150 cm, as in
    example 3 of the guideline's 3-2-5. The same number and seed give the same rows. `UsageError` unless 1 to 999,999.

    >>> rows = school_checkup(pupils=3)
    >>> [row["身長"] for row in rows].count("170.0"), rows[0]["学籍番号"][:4]
    (1, '2025')
    """
    refuse_unless_between(pupils, _MOST, "pupils")
    source = Random(seed)  # noqa: S311 - sample data, no secret
    everyone = sorted((_pupil(n, source) for n in range(pupils)), key=_place)
    numbers = source.sample(range(_MOST + 1), pupils)
    rows: list[dict[str, str]] = []
    for (school, grade), group in itertools.groupby(everyone, key=lambda pupil: (pupil.school, pupil.grade)):
        members = list(group)
        classes = -(-len(members) // _CLASS)
        rolls: Counter[int] = Counter()
        for place, pupil in enumerate(members):
            rolls[room := place % classes + 1] += 1
            roll = {
                "学校コード": school[0],
                "学校名": school[1],
                "学年": str(grade),
                "組": str(room),
                "出席番号": str(rolls[room]),
                "学籍番号": f"{_YEAR}{numbers[len(rows)]:06}",
            }
            rows.append(roll | _row(pupil, source))
    return rows


def write_school_checkup(path: str | Path, pupils: int = 2400, seed: int = 1, encoding: str = "cp932") -> None:
    """Write the generated check-up as a municipal CSV: a header row, CRLF, by default cp932 (Shift_JIS).

    `pupils` and `seed` as in `school_checkup`. A file of that name is written over; where the folder cannot be
    written, `OSError` names it.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_school_checkup(Path(folder, "gakko.csv"), pupils=2)
    ...     Path(folder, "gakko.csv").read_text(encoding="cp932")[:8]
    '学校コード,学校'
    """
    write_rows(path, school_checkup(pupils, seed), encoding)


def _pupil(number: int, source: Random) -> _Pupil:
    """Return a pupil; the first is the tall one, a boy of the largest school."""
    is_tall = number == 0
    grade, is_boy = source.randint(1, len(_BMI)), now_and_then(source, 0.51)
    school = _SCHOOLS.pick(source)
    if is_tall:
        school, grade, is_boy = ("0201", "汐見ヶ丘小学校"), TALL_GRADE, True
    # Grade 1 are those born from 2 April six years before the last school year's end (学校教育法 第17条).
    born = date(_YEAR - 6 - grade, 4, 2) + timedelta(days=source.randrange(365))
    given = names("male" if is_boy else "female").pick(source)
    return _Pupil(school, grade, is_boy, is_tall, home(number + 1, source, TOWN), given, born)


def _place(pupil: _Pupil) -> tuple[str, int, str, str]:
    return pupil.school[0], pupil.grade, pupil.home.surname.kana, pupil.given.kana


def _row(pupil: _Pupil, source: Random) -> dict[str, str]:
    house = pupil.home
    guardian = (
        f"{house.surname.written}　{names('male' if now_and_then(source, 0.45) else 'female').pick(source).written}"
    )
    name = f"{house.surname.written}　{pupil.given.written}"
    memo = _MEMOS.pick(source).format(guardian=guardian, name=name, phone=house.phone)
    return {
        "氏名": name,
        "フリガナ": f"{house.surname.kana}　{pupil.given.kana}",
        "性別": "男" if pupil.is_boy else "女",
        "生年月日": birth(pupil.born, source),
        "保護者氏名": guardian,
        "住所": house.address,
        "緊急連絡先": house.phone,
        "検査日": (_FIRST_DAY + timedelta(weeks=source.randrange(_WEEKS), days=source.randrange(5))).isoformat(),
        **_measured(pupil, source),
        "所見": _FOUND.pick(source),
        "養護教諭メモ": memo if now_and_then(source, 0.08) else "",
    }


def _measured(pupil: _Pupil, source: Random) -> dict[str, str]:
    """Return height, weight, sight and teeth; blank for a pupil who was absent on the day of measuring."""
    place = pupil.grade - 1
    off = min(max(source.gauss(0, 1), -_FURTHEST), _FURTHEST)
    height = TALL if pupil.is_tall else round(_HEIGHTS[pupil.is_boy][place] + off * _HEIGHT_SD[place], 1)
    bmi = min(max(source.gauss(_BMI[place], _BMI_SD), _BMI[place] - 2 * _BMI_SD), _BMI[place] + 2.5 * _BMI_SD)
    weight = _TALL_WEIGHT if pupil.is_tall else bmi * (height / 100) ** 2
    left = _SIGHT.pick(source)
    right = left if now_and_then(source, 0.8) else _SIGHT.pick(source)
    absent = now_and_then(source, 0.015) and not pupil.is_tall
    written = f"{height:.1f}"
    return {
        "身長": "" if absent else written.translate(WIDE) if now_and_then(source, 0.02) else written,
        "体重": "" if absent else f"{weight:.1f}",
        "視力右": right,
        "視力左": left,
        "う歯数": str(_CARIES.pick(source)),
    }
