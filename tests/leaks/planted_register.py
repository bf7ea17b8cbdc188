"""A register of generated people in which three hold the planted values, and the spec that lets none of them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaks import canary

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = [
    "管理番号",
    "氏名",
    "フリガナ",
    "個人番号",
    "住所",
    "電話",
    "FAX",
    "メール",
    "生年月日",
    "登録日",
    "年齢",
    "身長",
    "傷病",
    "職業",
    "備考",
]
NAMES = {name: place for place, name in enumerate(COLUMNS)}
SPEC = f"""\
sudare: 1
title: 見守り台帳
key: {canary.KEY}
unit: {{person: 管理番号, at_least: 20}}
input:
  format: csv
  encoding: cp932
  columns:
    - {{name: 管理番号, type: text, kind: linking-code}}
    - {{name: 氏名, type: text, kind: direct-identifier}}
    - {{name: フリガナ, type: text, kind: direct-identifier}}
    - {{name: 個人番号, type: text, kind: identification-code}}
    - {{name: 住所, type: text}}
    - {{name: 電話, type: text, kind: direct-identifier}}
    - {{name: FAX, type: text, kind: direct-identifier}}
    - {{name: メール, type: text, kind: direct-identifier}}
    - {{name: 生年月日, type: date}}
    - {{name: 登録日, type: date}}
    - {{name: 年齢, type: integer, unit: 歳}}
    - {{name: 身長, type: decimal, unit: cm}}
    - {{name: 傷病, type: text, special_care: true}}
    - {{name: 職業, type: text}}
    - {{name: 備考, type: text, kind: free-text}}
out_of_scope: {{columns: [FAX], because: 提案の対象外}}
steps:
  - {{technique: delete-column, columns: [氏名, フリガナ, 電話, メール, 備考], standards: [1], because: 単独で識別する}}
  - {{technique: delete-column, columns: [個人番号], standards: [2], because: 残さない}}
  - {{technique: pseudonymize, columns: [管理番号], domain: 利用者, as: 仮ID, standards: [3], because: 追跡しない}}
  - {{technique: address-to-municipality, columns: [住所], ambiguous: suppress, unresolved: suppress, standards: [1], because: 町名は不要}}
  - {{technique: delete-column, columns: [生年月日], standards: [1], because: 年齢で足りる}}
  - {{technique: date-precision, columns: [登録日], to: year, standards: [1], because: 日は不要}}
  - {{technique: delete-records, where: {{column: 職業, equals: {canary.DELETED}}}, standards: [4], because: 世に一人しかいない}}
  - {{technique: suppress-cells, columns: [傷病], where: {{column: 傷病, equals: {canary.HIDDEN}}}, standards: [4], because: 世に珍しい}}
  - {{technique: top-code, columns: [年齢], at_least: 80, label: 80歳以上, standards: [4], because: 高齢は珍しい}}
  - {{technique: top-code, columns: [身長], at_least: 180, label: 180cm以上, standards: [5], because: 高い人が少ない}}
  - technique: map-values
    columns: [傷病]
    table: {{かぜ: 一般, 腰痛: 一般, {canary.MAPPED}: その他}}
    standards: [5]
    because: 珍しい傷病をまとめる
  - {{technique: keep, columns: [職業], standards: [1], because: 単独では識別しない}}
checks:
  - {{measure: k-anonymity, columns: [登録日], at_least: 3}}
"""
_PERSON_1 = {
    "管理番号": canary.CODE,
    "氏名": canary.NAME,
    "フリガナ": canary.KANA,
    "個人番号": canary.NUMBER,
    "住所": f"愛媛県松山市{canary.STREET}",
    "電話": canary.PHONE,
    "FAX": canary.FAX,
    "メール": canary.MAIL,
    "生年月日": canary.BORN,
    "年齢": canary.OLD,
    "身長": canary.TALL,
    "傷病": canary.MAPPED,
    "備考": canary.NOTE,
}
_PERSON_2 = {
    "管理番号": canary.CODE_2,
    "氏名": canary.NAME_2,
    "個人番号": canary.NUMBER_2,
    "住所": canary.NOWHERE,
    "メール": canary.MAIL_2,
    "傷病": canary.HIDDEN,
    "備考": canary.NOTE_2,
}
_PERSON_3 = {"職業": canary.DELETED}
PLANTED_AT = 30  # the first of the three rows, from 0


def rows(count: int = 90) -> list[list[str]]:
    """Return the rows; three of them hold every planted value."""
    made = [innocent(number) for number in range(count)]
    for place, person in enumerate((_PERSON_1, _PERSON_2, _PERSON_3), start=PLANTED_AT):
        for name, value in person.items():
            made[place][NAMES[name]] = value
    return made


def innocent(number: int) -> list[str]:
    """Return a row that holds nothing planted."""
    return [
        f"Q7X-{100_000 + number}",
        f"町田　{'一二三四五六七八九十'[number % 10]}郎{number}",
        "マチダ　ロウ",
        f"{700_000_000_000 + number * 7919}",
        ("愛媛県松山市三番町6-1", "香川県高松市番町1-8")[number % 2],
        f"080-0000-{number:04}",
        f"087-000-{number:05}",
        f"m{number}@town.example",
        f"{1940 + number % 50}-0{1 + number % 9}-1{number % 10}",
        f"{2021 + number % 4}-04-01",
        str(30 + number % 60),
        str(150 + number % 30),
        ("かぜ", "腰痛")[number % 2],
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

    def arguments(self, lang: str = "ja") -> list[str]:
        """Return the arguments of `sudare` that run the spec."""
        places = ["--input", str(self.file), "--out", str(self.out), "--key-store", str(self.keys)]
        return ["run", str(self.spec), *places, "--lang", lang]

    def elsewhere(self) -> dict[str, str]:
        """Return the environment in which home and temporary files lie below `left`."""
        home, temporary = str(self.left / "home"), str(self.left / "temporary")
        return {"HOME": home, "USERPROFILE": home, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary)}


def shelf(folder: Path, spec: str = SPEC, content: bytes | None = None) -> Shelf:
    """Lay out the planted file, the spec and a fresh key."""
    made = Shelf(folder)
    for below in (made.file.parent, made.left / "home", made.left / "temporary"):
        below.mkdir(parents=True)
    made.file.write_bytes(text(rows()).encode("cp932") if content is None else content)
    made.spec.write_text(spec, encoding="utf-8", newline="\n")
    canary.new_key(made.keys)
    return made
