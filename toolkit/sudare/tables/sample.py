"""Makes the sample data: a town's register of health check-ups in which every person is generated."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from sudare.japan.check_digits import my_number_check_digit
from sudare.language import Text
from sudare.tables import sample_checkup
from sudare.tables.sample_dates import IN_FULL, birth, written
from sudare.tables.sample_file import refuse_unless_between, write_rows
from sudare.tables.sample_people import Person, now_and_then, people

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE_NOTE: Final = Text(
    "この表は見本用に機械で作ったものです。実在の人の情報は一つも含みません。",
    "This table was generated as a sample. It holds no information about any real person.",
)

_MOST = 9_999_999  # 管理番号 has seven digits


def health_checkup(rows: int = 1200, seed: int = 1) -> list[dict[str, str]]:
    """Make a town's register of specific health check-ups (特定健康診査). It is generated: no real person is in it.

    One row per person, all cells text as a municipal CSV holds them, blank where something was not recorded, ordered
    by 管理番号. People of one 世帯番号 share surname, address and telephone. Dates stand in several forms, some digits
    are full-width, and one person is 116 years old, as in example 2 of the guideline's 3-2-4. The My Numbers have
    valid check digits, or there would be nothing to detect; one may by chance have been issued to somebody, and tells
    nothing about them. The same rows and seed give the same register. `UsageError` unless 1 to 9,999,999 rows.

    >>> people = health_checkup(rows=3)
    >>> [person["管理番号"] for person in people], [person["年齢"] for person in people].count("116")
    (['0000001', '0000002', '0000003'], 1)
    """
    refuse_unless_between(rows, _MOST)
    source = Random(seed)  # noqa: S311 - sample data, no secret
    register = people(rows, source)
    source.shuffle(register)
    my_numbers, insured = source.sample(range(10**11), rows), source.sample(range(10**8), rows)
    others = [register[place // 2].home.surname.written for place in range(rows)]  # whom a memo may mention
    return [
        _row(person, (f"{serial:07}", f"{first:011}", f"{number:08}"), other, source)
        for serial, (person, first, number, other) in enumerate(
            zip(register, my_numbers, insured, others, strict=True), start=1
        )
    ]


def write_health_checkup(path: str | Path, rows: int = 1200, seed: int = 1, encoding: str = "cp932") -> None:
    """Write the generated register as a municipal CSV: a header row, CRLF, by default cp932 (Shift_JIS).

    `rows` and `seed` as in `health_checkup`. A file of that name is written over; where the folder cannot be written,
    `OSError` names it.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_health_checkup(Path(folder, "kenshin.csv"), rows=2)
    ...     Path(folder, "kenshin.csv").read_text(encoding="cp932")[:12]
    '氏名,フリガナ,個人番号'
    """
    write_rows(path, health_checkup(rows, seed), encoding)


def _row(person: Person, codes: tuple[str, str, str], other: str, source: Random) -> dict[str, str]:
    """Return the cells of one person; the codes are the serial number, a My Number's first 11 digits, the insured's."""
    home = person.home
    return {
        "氏名": f"{home.surname.written}　{person.given.written}",
        "フリガナ": f"{home.surname.kana}　{person.given.kana}",
        "個人番号": codes[1] + my_number_check_digit(codes[1]),
        "被保険者番号": codes[2],
        "管理番号": codes[0],
        "世帯番号": f"{home.number:06}",
        "電話番号": home.phone,
        "郵便番号": home.postal,
        "住所": home.address,
        "生年月日": birth(person.born, source),
        "性別": "男" if person.is_man else "女",
        "年齢": str(person.age),
        "受診日": person.seen.isoformat() if now_and_then(source, 0.7) else written(person.seen, IN_FULL),
        **sample_checkup.cells(person, other, source),
    }
