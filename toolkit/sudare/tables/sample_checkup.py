"""What the check-up of the sample register measured and what was advised, generated to be plausible together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sudare.tables.sample_people import WIDE, Choice, now_and_then

if TYPE_CHECKING:
    from random import Random

    from sudare.tables.sample_people import Person

INFORMATION: Final = "情報提供"
MOTIVATION: Final = "動機付け支援"
ACTIVE: Final = "積極的支援"


class _Body(NamedTuple):
    """How the bodies of one sex are distributed: means and standard deviations."""

    height: float  # cm at 40
    shrinks: float  # cm a year
    height_sd: float
    bmi: float
    bmi_sd: float
    waist: float  # cm at the mean BMI
    smokers: float  # share at 40


# Rounded from what 国民健康・栄養調査 has reported over the years; only the shape matters for a sample.
_MAN = _Body(171.5, 0.17, 5.7, 24.0, 3.2, 85.5, 0.36)
_WOMAN = _Body(158.5, 0.19, 5.3, 22.5, 3.3, 81.5, 0.12)
_BEGINNING = 40
_STOP_SMOKING = 0.006  # share a year

# 標準的な健診・保健指導プログラム (厚生労働省): who gets which guidance.
_WAIST = {True: 85, False: 90}  # cm, by whether a man
_BMI = 25
_SYSTOLIC, _DIASTOLIC = 130, 85  # mmHg
_HBA1C = 5.6  # %
_MILDER, _NO_GUIDANCE = 65, 75  # years of age

_MEMOS = Choice(
    ("次回は{other}様のご家族も同席を希望。", 2),
    ("{surname}様より結果の郵送を希望との申し出あり。", 2),
    ("日中は不在。連絡は{phone}まで。", 2),
    ("禁煙を検討中。次回に状況を確認する。", 2),
    ("膝痛のため、運動は歩行から始める。", 2),
    ("降圧薬を服用中。", 2),
    ("夜勤が続き、食事が不規則とのこと。", 1),
    ("昨年より体重が減り、励みになっている様子。", 1),
    ("介護のため外出が難しい。電話での支援を希望。", 1),
)


class Checkup(NamedTuple):
    """The measurements: cm, kg, cm, mmHg, mmHg, %; smoking is None where it was not asked."""

    height: float
    weight: float
    waist: float
    systolic: int
    diastolic: int
    hba1c: float
    smokes: bool | None


def measure(person: Person, source: Random) -> Checkup:
    """Generate the measurements of a person, with sex, age and build pulling together."""
    body, years = (_MAN if person.is_man else _WOMAN), person.age - _BEGINNING
    height = round(source.gauss(body.height - body.shrinks * years, body.height_sd), 1)
    bmi = max(source.gauss(body.bmi, body.bmi_sd), 15.5)
    systolic = max(round(source.gauss(119 + 0.4 * years + 1.2 * (bmi - body.bmi), 14)), 82)
    return Checkup(
        height=height,
        weight=round(bmi * (height / 100) ** 2, 1),
        waist=round(body.waist + 2.3 * (bmi - body.bmi) + 0.05 * years + source.gauss(0, 3.5), 1),
        systolic=systolic,
        diastolic=min(max(round(0.52 * systolic + 12 - 0.15 * years + source.gauss(0, 7)), 42), systolic - 15),
        hba1c=round(5.0 + 0.006 * years + source.lognormvariate(-0.9, 0.65), 1),
        smokes=None if now_and_then(source, 0.04) else now_and_then(source, body.smokers - _STOP_SMOKING * years),
    )


def judged(person: Person, found: Checkup) -> str:
    """Return the guidance a person gets (保健指導の階層化), as far as the columns of the sample tell.

    Source: 標準的な健診・保健指導プログラム, 厚生労働省. Blood lipids are not among the columns and count as normal.
    """
    risks = (found.systolic >= _SYSTOLIC or found.diastolic >= _DIASTOLIC) + (found.hba1c >= _HBA1C)
    if risks and found.smokes:
        risks += 1
    wide = found.waist >= _WAIST[person.is_man]
    heavy = found.weight / (found.height / 100) ** 2 >= _BMI
    if person.age >= _NO_GUIDANCE or not risks or not (wide or heavy):
        return INFORMATION
    enough_for_active = 2 if wide else 3
    return ACTIVE if risks >= enough_for_active and person.age < _MILDER else MOTIVATION


def cells(person: Person, other: str, source: Random) -> dict[str, str]:
    """Return the cells of a check-up as the register writes them; `other` is a surname a memo may mention."""
    found = measure(person, source)
    return {
        "身長": _decimal(found.height, source),
        "体重": _decimal(found.weight, source),
        "腹囲": _decimal(found.waist, source),
        "収縮期血圧": str(found.systolic),
        "拡張期血圧": str(found.diastolic),
        "HbA1c": f"{found.hba1c:.1f}",
        "喫煙": "" if found.smokes is None else "はい" if found.smokes else "いいえ",
        "判定": "" if now_and_then(source, 0.015) else judged(person, found),
        "保健師メモ": _memo(person, other, source) if now_and_then(source, 0.1) else "",
    }


def _decimal(number: float, source: Random) -> str:
    written = f"{number:.1f}"
    return written.translate(WIDE) if now_and_then(source, 0.02) else written


def _memo(person: Person, other: str, source: Random) -> str:
    home = person.home
    return _MEMOS.pick(source).format(surname=home.surname.written, other=other, phone=home.phone)
