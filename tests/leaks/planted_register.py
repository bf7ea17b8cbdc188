"""A register of generated people in which five hold the planted values, and the spec that lets none of them out.

The spec uses every technique there is; a test says when one is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaks import canary

if TYPE_CHECKING:
    from pathlib import Path

TYPES = {
    "管理番号": "type: text, kind: linking-code",
    "氏名": "type: text, kind: direct-identifier",
    "フリガナ": "type: text, kind: direct-identifier",
    "ローマ字": "type: text, kind: direct-identifier",
    "個人番号": "type: text, kind: identification-code",
    "旅券番号": "type: text, kind: identification-code",
    "カード番号": "type: text, kind: direct-identifier",
    "郵便番号": "type: text",
    "住所": "type: text",
    "緯度": "type: decimal",
    "経度": "type: decimal",
    "電話": "type: text, kind: direct-identifier",
    "FAX": "type: text, kind: direct-identifier",
    "メール": "type: text, kind: direct-identifier",
    "生年月日": "type: date",
    "登録日": "type: date",
    "訪問日時": "type: datetime",
    "地区": "type: text",
    "年齢": "type: integer, unit: 歳",
    "身長": "type: decimal, unit: cm",
    "体重": "type: decimal, unit: kg",
    "腹囲": "type: decimal, unit: cm",
    "血圧": "type: decimal, unit: mmHg",
    "歩数": "type: integer",
    "等級": "type: integer",
    "傷病": "type: text, special_care: true",
    "勤務先": "type: text",
    "学校": "type: text",
    "職業": "type: text",
    "備考": "type: text, kind: free-text",
}
COLUMNS = list(TYPES)
NAMES = {name: place for place, name in enumerate(COLUMNS)}
HIERARCHY, SECOND = "schools.csv", "checkup.csv"
_DECLARED = "".join(f"    - {{name: {name}, {about}}}\n" for name, about in TYPES.items())
SPEC = f"""\
sudare: 1
title: 見守り台帳
key: {canary.KEY}
unit: {{person: 管理番号, at_least: 20}}
input:
  format: csv
  encoding: cp932
  columns:
{_DECLARED}out_of_scope: {{columns: [FAX], because: 提案の対象外}}
steps:
  - technique: join-table
    columns: [管理番号]
    file: {SECOND}
    input:
      columns:
        - {{name: 番号, type: text, kind: linking-code}}
        - {{name: 担当医, type: text, kind: direct-identifier}}
        - {{name: 所見, type: text, special_care: true}}
    match: [番号]
    unmatched: keep
    because: 健診の台帳は分けて保管している
  - {{technique: delete-column, columns: [担当医], standards: [1], because: 氏名は要らない}}
  - {{technique: suppress-cells, columns: [所見], where: {{column: 所見, in: [{canary.FINDING}]}}, standards: [4], because: 世に珍しい}}
  - {{technique: delete-column, columns: [氏名, フリガナ, ローマ字, カード番号, 電話, メール, 備考], standards: [1], because: 単独で識別する}}
  - {{technique: delete-column, columns: [個人番号, 旅券番号], standards: [2], because: 残さない}}
  - {{technique: truncate-code, columns: [郵便番号], form: postal, keep: 3, fill: "-****", standards: [1], because: 配達局まで}}
  - {{technique: address-to-municipality, columns: [住所], ambiguous: suppress, unresolved: suppress, standards: [1], because: 町名は不要}}
  - technique: suppress-near-anchor
    columns: [緯度, 経度]
    person: 管理番号
    time: 訪問日時
    radius: 500
    offset: 250
    standards: [5]
    because: 自宅が推定できる
  - {{technique: grid-square, columns: [緯度, 経度], level: 1, as: 区画, standards: [1], because: 広い区画で足りる}}
  - {{technique: delete-column, columns: [生年月日], standards: [1], because: 年齢で足りる}}
  - {{technique: date-precision, columns: [登録日], to: year, standards: [1], because: 日は不要}}
  - {{technique: limit-records-per-person, person: 管理番号, at_most: 5, standards: [5], because: 多く残る人が分かる}}
  - technique: delete-records
    where: {{column: 職業, in: [{canary.DELETED}, {canary.DELETED_2}, {canary.NOWHERE_FOUND}]}}
    standards: [4]
    because: 世に一人しかいない
  - {{technique: suppress-cells, columns: [傷病], where: {{column: 傷病, equals: {canary.HIDDEN}}}, standards: [4], because: 世に珍しい}}
  - {{technique: top-code, columns: [年齢], at_least: 80, label: 80歳以上, standards: [4], because: 高齢は珍しい}}
  - {{technique: top-code, columns: [身長], at_least: 170, label: 170cm以上, standards: [5], because: 高い人が少ない}}
  - {{technique: round, columns: [体重], base: 5, standards: [5], because: 五刻みで足りる}}
  - {{technique: bottom-code, columns: [体重], at_most: 45, label: 45kg以下, standards: [5], because: 軽い人が少ない}}
  - {{technique: microaggregate, columns: [腹囲], k: 3, standards: [5], because: 値が一人ずつ違う}}
  - {{technique: bin, columns: [歩数], edges: [5000, 8000], standards: [5], because: 多い人が少ない}}
  - technique: map-values
    columns: [傷病]
    table: {{かぜ: 一般, 腰痛: 一般, {canary.MAPPED}: その他}}
    standards: [5]
    because: 珍しい傷病をまとめる
  - technique: map-values
    columns: [勤務先]
    tree: {{公共: [役場], 民間: [農協, 工場, {canary.EMPLOYER}]}}
    standards: [5]
    because: 一人しか勤めない所がある
  - {{technique: map-values, columns: [学校], hierarchy: {HIERARCHY}, standards: [5], because: 小さな学校がある}}
  - {{technique: keep, columns: [職業], standards: [1], because: 単独では識別しない}}
  - {{technique: local-suppression, columns: [職業, 学校], k: 2, standards: [5], because: 組合せが一人だけの行がある}}
  - {{technique: keep, columns: [地区], standards: [1], because: 単独では識別しない}}
  - technique: add-noise
    columns: [血圧]
    person: 管理番号
    distribution: normal
    scale: 5
    decimals: 1
    standards: [5]
    because: 正確な値で探させない
  - {{technique: shift-dates, columns: [訪問日時], person: 管理番号, days: 3, standards: [5], because: 正確な日で探させない}}
  - {{technique: date-precision, columns: [訪問日時], to: month, standards: [1], because: 日は不要}}
  - {{technique: pseudonymize, columns: [管理番号], domain: 利用者, as: 仮ID, standards: [3], because: 追跡しない}}
  - {{technique: swap, columns: [等級], strata: [登録日], method: random, rate: 0.3, standards: [5], because: 本人の値かを分からなくする}}
  - {{technique: rename-column, columns: [地区], to: 圏域, because: 提供先の呼び名}}
  - {{technique: delete-small-classes, columns: [圏域, 登録日], below: 2, at_most: 20%, standards: [5], because: 一人の組は残さない}}
  - technique: add-dummies
    columns: [仮ID, 郵便番号, 住所, 区画, 登録日, 訪問日時, 圏域, 年齢, 身長, 体重, 腹囲, 血圧, 歩数, 等級, 傷病, 勤務先, 学校, 職業, 所見]
    rows: 3
    domain: 利用者
    standards: [5]
    because: 実在の記録かどうかを分かりにくくする
checks:
  - {{measure: k-anonymity, columns: [登録日], at_least: 3}}
"""
_LAST_STEP = SPEC.index("  - technique: add-dummies")
# Of many rows, this register is too regular to take dummies in: they would be seen.
SPEC_FOR_MANY = SPEC[:_LAST_STEP] + SPEC[SPEC.index("checks:\n") :]
GROUPS = f"市立第一;市立;公立\n県立第二;県立;公立\n{canary.SCHOOL};私立;私立\n"
CHECKUP = "番号,担当医,所見\n" + "".join(
    [f"Q7X-{100_000 + number},町田　次郎,{('良', '可')[number % 2]}\n" for number in range(0, 90, 2)]
    + [f"{canary.CODE},{canary.DOCTOR},{canary.FINDING}\n", f"Q7X-999999,{canary.NOBODY},良\n"]
)
_PERSON_1 = {
    "管理番号": canary.CODE,
    "氏名": canary.NAME,
    "フリガナ": canary.KANA,
    "ローマ字": canary.ROMAJI,
    "個人番号": canary.NUMBER,
    "旅券番号": canary.PASSPORT,
    "カード番号": canary.CARD,
    "郵便番号": canary.POSTAL,
    "住所": f"愛媛県松山市{canary.STREET}",
    "緯度": canary.NORTH,
    "経度": canary.EAST,
    "電話": canary.PHONE,
    "FAX": canary.FAX,
    "メール": canary.MAIL,
    "生年月日": canary.BORN,
    "登録日": canary.ENTERED,
    "訪問日時": canary.VISITED,
    "年齢": canary.OLD,
    "身長": canary.TALL,
    "体重": canary.HEAVY,
    "腹囲": canary.ROUND,
    "血圧": canary.PRESSURE,
    "歩数": canary.STEPS,
    "傷病": canary.MAPPED,
    "勤務先": canary.EMPLOYER,
    "学校": canary.SCHOOL,
    "備考": canary.NOTE,
}
_PERSON_2 = {
    "管理番号": canary.CODE_2,
    "氏名": canary.NAME_2,
    "個人番号": canary.NUMBER_2,
    "旅券番号": canary.RESIDENCE,
    "住所": canary.NOWHERE,
    "メール": canary.MAIL_2,
    "生年月日": canary.BORN_2,
    "傷病": canary.HIDDEN,
    "備考": canary.NOTE_2,
}
_PERSON_3 = {
    "氏名": canary.SHORT,
    "フリガナ": canary.SHORT_KANA,
    "生年月日": canary.BORN_3,
    "地区": canary.ISLAND,
}
_PERSON_4 = {"職業": canary.DELETED}
_PERSON_5 = {"職業": canary.DELETED_2}
PLANTED_AT = 30  # the first of the five rows, from 0


def rows(count: int = 90) -> list[list[str]]:
    """Return the rows; five of them hold every planted value but one, which the spec alone names."""
    made = [innocent(number) for number in range(count)]
    for place, person in enumerate((_PERSON_1, _PERSON_2, _PERSON_3, _PERSON_4, _PERSON_5), start=PLANTED_AT):
        for name, value in person.items():
            made[place][NAMES[name]] = value
    return made


def innocent(number: int) -> list[str]:
    """Return a row that holds nothing planted."""
    return [
        f"Q7X-{100_000 + number}",
        f"町田　{'一二三四五六七八九十'[number % 10]}郎{number}",
        "マチダ　ロウ",
        f"MACHIDA Roh {number}",
        f"{700_000_000_000 + number * 7919}",
        f"MM{1_000_000 + number * 13}",
        f"4000 0000 0000 {number:04}",
        ("790-0003", "760-0017")[number % 2],
        ("愛媛県松山市三番町6-1", "香川県高松市番町1-8")[number % 2],
        ("33.8365", "34.3428")[number % 2],
        ("132.7654", "134.0466")[number % 2],
        f"080-0000-{number:04}",
        f"087-000-{number:05}",
        f"m{number}@town.example",
        f"{1940 + number % 50}-0{1 + number % 9}-1{number % 10}",
        f"{2021 + number % 4}-04-01",
        f"{2021 + number % 4}-05-1{number % 10} 10:00:00",
        ("北部", "南部")[number % 2],
        str(30 + number % 60),
        str(150 + number % 30),
        f"{44 + number % 40}.5",
        f"{70 + number % 35}.{number % 10}",
        f"{110 + number % 50}.0",
        str(3000 + number * 97 % 7000),
        str(1 + number % 9),
        ("かぜ", "腰痛")[number % 2],
        ("役場", "農協", "工場")[number % 3],
        ("市立第一", "県立第二")[number % 2],
        ("会社員", "農業")[number % 2],
        "",
    ]


def text(table: list[list[str]], header: list[str] | None = None) -> str:
    """Return a table as the text of a CSV file."""
    return "".join(",".join(row) + "\r\n" for row in [COLUMNS if header is None else header, *table])


@dataclass(frozen=True)
class Shelf:
    """A folder with the planted file, the spec and the key, a fake home, and a folder for temporary files."""

    folder: Path

    @property
    def file(self) -> Path:
        """The table."""
        return self.folder / "in" / "table.csv"

    @property
    def spec(self) -> Path:
        """The spec."""
        return self.folder / "in" / "spec.yaml"

    @property
    def keys(self) -> Path:
        """The key store."""
        return self.folder / "in" / "keys"

    @property
    def left(self) -> Path:
        """Where everything lies that a run may leave: its output, the home, temporary files, what it printed."""
        return self.folder / "left"

    @property
    def out(self) -> Path:
        """The output folder."""
        return self.left / "out"

    @property
    def here(self) -> Path:
        """Where the command is called: what Jupyter keeps beside a notebook would come to lie there."""
        return self.left / "here"

    def arguments(self, lang: str = "ja", out: Path | None = None) -> list[str]:
        """Return the arguments of `sudare` that run the spec."""
        places = ["--input", str(self.file), "--out", str(out or self.out), "--key-store", str(self.keys)]
        return ["run", str(self.spec), *places, "--lang", lang]

    def elsewhere(self) -> dict[str, str]:
        """Return the environment in which home and temporary files lie below `left`."""
        home, temporary = str(self.left / "home"), str(self.left / "temporary")
        return {"HOME": home, "USERPROFILE": home, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary)}


def shelf(folder: Path, spec: str = SPEC, content: bytes | None = None) -> Shelf:
    """Lay out the planted file, the spec and a fresh key."""
    made = Shelf(folder)
    for below in (made.file.parent, made.here, made.left / "home", made.left / "temporary"):
        below.mkdir(parents=True)
    made.file.write_bytes(text(rows()).encode("cp932") if content is None else content)
    made.spec.write_text(spec, encoding="utf-8", newline="\n")
    made.spec.with_name(SECOND).write_text(CHECKUP, encoding="utf-8", newline="\n")
    made.spec.with_name(HIERARCHY).write_text(GROUPS, encoding="utf-8", newline="\n")
    canary.new_key(made.keys)
    return made
