"""An invented town library's card holders: the file as an office would write it, the spec for it, and its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sudare.keystore import KeyName, KeyStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = "library-a@2026"
HEADER = "カード番号,氏名,住所,登録日,年齢,性別,貸出冊数,連絡先"
STEPS = """\
  - {technique: delete-column, columns: [氏名, 連絡先], standards: [1], because: 単独で識別する}
  - {technique: pseudonymize, columns: [カード番号], domain: 利用者, as: 仮ID, standards: [3], because: 追跡しない}
  - {technique: address-to-municipality, columns: [住所], ambiguous: suppress, unresolved: suppress, standards: [1], because: 町名は不要}
  - {technique: date-precision, columns: [登録日], to: year, standards: [1], because: 日は不要}
  - {technique: bin, columns: [年齢], edges: [30, 50], below: 30歳未満, above: 50歳以上, standards: [1], because: 年代で足りる}
  - {technique: top-code, columns: [貸出冊数], at_least: 40, label: 40以上, standards: [5], because: 多い人が少ない}
  - {technique: keep, columns: [性別], standards: [1], because: 単独では識別しない}
  - {technique: delete-small-classes, columns: [住所, 性別], below: 3, at_most: 20%, standards: [5], because: 少数の組は残さない}
"""
SPEC = f"""\
sudare: 1
title: 町立図書館の利用者
key: {KEY} # 名前だけ
unit: {{person: カード番号, at_least: 20}}
input:
  format: csv
  encoding: cp932
  columns:
    - {{name: カード番号, type: text, kind: linking-code}}
    - {{name: 氏名, type: text, kind: direct-identifier}}
    - {{name: 住所, type: text}}
    - {{name: 登録日, type: date}}
    - {{name: 年齢, type: integer, unit: 歳}}
    - {{name: 性別, type: text}}
    - {{name: 貸出冊数, type: integer, unit: 冊}}
    - {{name: 連絡先, type: text, kind: direct-identifier}}
steps:
{STEPS}checks:
  - {{measure: k-anonymity, columns: [住所, 性別], at_least: 3}}
"""
COLUMNS = ["仮ID", "住所", "登録日", "年齢", "性別", "貸出冊数"]
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_SURNAMES = ["大樹町", "雲野辺", "鈴掛田", "百舌鳥", "七夕井"]
_GIVEN = ["あけみ", "ひろのぶ", "ミチル", "一二三", "十和子", "葉月"]
_PLACES = ["愛媛県松山市一番町四丁目4-2", "香川県高松市番町１丁目８番１５号", "徳島県徳島市幸町二丁目五番地"]
_DATES: list[Callable[[int, int, int], str]] = [
    lambda year, month, day: f"令和{year - 2018}年{month}月{day}日".translate(_WIDE),
    lambda year, month, day: f"R{year - 2018}.{month}.{day}",
    lambda year, month, day: f"{year}/{month}/{day}",
    lambda year, month, day: f"{year}-{month:02}-{day:02}",
]


def lines(rows: int = 120, first: int = 1) -> list[str]:
    """Return the rows as text; `first` is the number of the first card, so that another year has other people."""
    return [_line(number) for number in range(first, first + rows)]


def _line(number: int) -> str:
    date = _DATES[number % 4](2020 + number % 6, 1 + number % 12, 1 + number * 7 % 28)
    age = str(18 + number * 13 % 60)
    books = str(number * 17 % 50)
    return ",".join(
        [
            f"{number:06}",
            f"{_SURNAMES[number % 5]}　{_GIVEN[number % 6]}",
            _PLACES[number % 3] + (f"の{number}".translate(_WIDE)),
            date,
            age.translate(_WIDE) if number % 3 else age,
            "女" if number % 2 else "男",
            books.translate(_WIDE) if number % 5 == 0 else books,
            f"090-{number * 37 % 10_000:04}-{number * 91 % 10_000:04}",
        ]
    )


@dataclass(frozen=True)
class Desk:
    """A folder with the file, the spec and the key, as it lies on somebody's desk."""

    folder: Path

    @property
    def file(self) -> Path:
        """The table."""
        return self.folder / "利用者.csv"

    @property
    def spec(self) -> Path:
        """The spec."""
        return self.folder / "library.sudare.yaml"

    @property
    def keys(self) -> Path:
        """The key store."""
        return self.folder / "keys"

    @property
    def out(self) -> Path:
        """Where the results go."""
        return self.folder / "out"

    def arguments(self, out: Path | None = None) -> list[str]:
        """Return the arguments of `sudare` that run the spec."""
        places = ["--input", str(self.file), "--out", str(out or self.out), "--key-store", str(self.keys)]
        return ["run", str(self.spec), *places, "--lang", "ja"]

    def table(self, *rows: str, header: str = HEADER, encoding: str = "cp932") -> None:
        """Write the table."""
        self.file.write_bytes("".join(f"{line}\r\n" for line in [header, *rows]).encode(encoding))

    def new_key(self, name: str = KEY) -> None:
        """Make a key."""
        KeyStore(self.keys).new(KeyName.parse(name))


def desk(folder: Path, spec: str = SPEC) -> Desk:
    """Lay out a desk: the table of 120 people, the spec, a fresh key."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Desk(folder)
    made.table(*lines())
    made.spec.write_text(spec, encoding="utf-8", newline="\n")
    made.new_key()
    return made
