from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from sudare.errors import UsageError
from sudare.japan.addresses import Place, resolve
from sudare.japan.check_digits import is_my_number, looks_like_my_number_column
from sudare.japan.eras import parse_date
from sudare.japan.widths import digits
from sudare.tables.sample import SAMPLE_NOTE, health_checkup, write_health_checkup

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = [
    "氏名",
    "フリガナ",
    "個人番号",
    "被保険者番号",
    "管理番号",
    "世帯番号",
    "電話番号",
    "郵便番号",
    "住所",
    "生年月日",
    "性別",
    "年齢",
    "受診日",
    "身長",
    "体重",
    "腹囲",
    "収縮期血圧",
    "拡張期血圧",
    "HbA1c",
    "喫煙",
    "判定",
    "保健師メモ",
]
REGISTER = health_checkup(3000, seed=7)


def day(text: str) -> date:
    found = parse_date(text)
    assert isinstance(found, date), "a date of the sample must be readable"
    return found


def column(name: str) -> list[str]:
    return [row[name] for row in REGISTER]


def mean(texts: list[str]) -> float:
    return sum(float(digits(text)) for text in texts) / len(texts)


@pytest.mark.parametrize("rows", [1, 2, 17, 1200])
def test_there_are_as_many_rows_as_asked_for_and_the_same_again(rows: int) -> None:
    register = health_checkup(rows, seed=3)
    assert len(register) == rows
    assert register == health_checkup(rows, seed=3)
    assert register != health_checkup(rows, seed=4)


def test_the_columns_stand_in_order_and_every_cell_is_text() -> None:
    assert all(list(row) == COLUMNS for row in REGISTER)
    assert all(isinstance(cell, str) for row in REGISTER for cell in row.values())


def test_the_file_is_that_of_a_municipality(tmp_path: Path) -> None:
    write_health_checkup(tmp_path / "健診.csv", rows=300, seed=7)
    content = (tmp_path / "健診.csv").read_bytes()
    assert content.count(b"\r\n") == 301
    assert content.count(b"\n") == 301
    assert list(csv.DictReader(content.decode("cp932").splitlines())) == health_checkup(300, seed=7)
    write_health_checkup(tmp_path / "again.csv", rows=300, seed=7)
    assert (tmp_path / "again.csv").read_bytes() == content
    write_health_checkup(str(tmp_path / "utf8.csv"), rows=1, encoding="utf-8-sig")
    assert (tmp_path / "utf8.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_every_character_can_be_written_in_cp932_and_comes_back() -> None:
    text = "\n".join(cell for row in REGISTER for cell in row.values())
    assert text.encode("cp932").decode("cp932") == text


def test_every_my_number_is_valid_and_nobody_shares_one() -> None:
    assert all(is_my_number(number) and re.fullmatch("[0-9]{12}", number) for number in column("個人番号"))
    assert looks_like_my_number_column(column("個人番号"))
    assert not looks_like_my_number_column(column("被保険者番号"))


@pytest.mark.parametrize(
    ("name", "form"), [("個人番号", "[0-9]{12}"), ("被保険者番号", "[0-9]{8}"), ("管理番号", "0[0-9]{6}")]
)
def test_codes_are_unique_text_with_leading_zeros(name: str, form: str) -> None:
    assert all(re.fullmatch(form, code) for code in column(name))
    assert len(set(column(name))) == len(REGISTER)
    assert any(code.startswith("0") for code in column(name))


def test_every_address_is_a_municipality_and_its_writing_varies() -> None:
    places = [resolve(address) for address in column("住所")]
    assert all(isinstance(place, Place) for place in places)
    names = Counter(place.municipality + place.ward for place in places if isinstance(place, Place))
    assert set(names) == {
        "伊予郡砥部町",
        "松山市",
        "東温市",
        "伊予市",
        "伊予郡松前町",
        "上浮穴郡久万高原町",
        "広島市中区",
        "札幌市中央区",
    }
    assert names["伊予郡砥部町"] > 1000
    assert 0 < names["札幌市中央区"] < 60
    addresses = column("住所")
    assert any(address.startswith("愛媛県砥部町") for address in addresses)
    assert any(address.startswith("松山市") for address in addresses)
    assert any(re.search("[０-９]", address) for address in addresses)
    assert any(re.search("[0-9]-[0-9]", address) for address in addresses)


def test_postal_codes_and_telephones_have_their_form_and_no_telephone_can_ring() -> None:
    assert all(re.fullmatch("[0-9]{3}-[0-9]{4}", code) for code in column("郵便番号"))
    assert any(code.startswith("0") for code in column("郵便番号"))
    assert all(re.fullmatch("(089-000|0[89]0-0000)-[0-9]{4}", phone) for phone in column("電話番号"))


def test_ages_are_those_of_the_birthdays_on_the_day_of_the_check_up() -> None:
    for row in REGISTER:
        born, seen = day(row["生年月日"]), day(row["受診日"])
        assert date(2025, 6, 2) <= seen <= date(2026, 1, 30)
        assert seen.isoweekday() <= 5
        assert int(row["年齢"]) == seen.year - born.year - ((seen.month, seen.day) < (born.month, born.day))
    ages = sorted(map(int, column("年齢")))
    assert ages[0] == 40
    assert ages[-2] <= 97


def test_one_person_is_116_as_in_the_guideline() -> None:
    for register in (REGISTER, health_checkup(1), health_checkup()):
        (eldest,) = [row for row in register if row["年齢"] == "116"]
        assert day(eldest["生年月日"]) == date(1909, 5, 5)


def test_dates_stand_in_mixed_forms() -> None:
    births = column("生年月日")
    for form in ("昭和[0-9]+年", "大正|S[0-9]+[.]", "㍼[0-9]+[.]", "19[0-9]{2}/[0-9]{2}/[0-9]{2}", "[０-９]"):
        assert sum(re.search(form, birth) is not None for birth in births) > 50
    assert any(seen.startswith("令和7年") for seen in column("受診日"))
    assert any(seen.startswith("2025-") for seen in column("受診日"))


def test_a_household_shares_surname_address_and_telephone() -> None:
    homes: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in REGISTER:
        homes[row["世帯番号"]].append(row)
    for members in homes.values():
        for name in ("電話番号", "郵便番号", "住所"):
            assert len({row[name] for row in members}) == 1
        assert len({row["氏名"].split("　")[0] for row in members}) == 1
        assert len({row["フリガナ"].split("　")[0] for row in members}) == 1
    sizes = Counter(map(len, homes.values()))
    assert set(sizes) == {1, 2, 3}
    assert sizes[2] > sizes[3]
    assert sum(size * count for size, count in sizes.items() if size > 1) > len(REGISTER) / 2


def test_names_are_written_with_a_full_width_space_and_katakana() -> None:
    assert all(re.fullmatch("[^　 ]+　[^　 ]+", name) for name in column("氏名"))
    assert all(re.fullmatch("[ァ-ヶー]+　[ァ-ヶー]+", kana) for kana in column("フリガナ"))
    assert len(set(column("氏名"))) > 2000


def test_measurements_are_plausible() -> None:
    men = [row for row in REGISTER if row["性別"] == "男"]
    women = [row for row in REGISTER if row["性別"] == "女"]
    assert set(column("性別")) == {"男", "女"}
    assert 0.4 < len(men) / len(REGISTER) < 0.6
    assert 165 < mean([row["身長"] for row in men]) < 170
    assert 151 < mean([row["身長"] for row in women]) < 156
    young = [row["身長"] for row in men if int(row["年齢"]) < 50]
    old = [row["身長"] for row in men if int(row["年齢"]) >= 80]
    assert mean(young) - mean(old) > 3
    assert any(re.search("[０-９]", height) for height in column("身長"))
    for row in REGISTER:
        assert 130 < float(digits(row["身長"])) < 200
        assert 25 < float(digits(row["体重"])) < 130
        assert 50 < float(digits(row["腹囲"])) < 130
        assert 40 < int(row["拡張期血圧"]) < int(row["収縮期血圧"]) < 220
        assert 5.0 <= float(row["HbA1c"]) < 12


def test_answers_and_judgements_are_of_their_lists_and_some_are_blank() -> None:
    smoking, judgement = Counter(column("喫煙")), Counter(column("判定"))
    assert set(smoking) == {"はい", "いいえ", ""}
    assert set(judgement) == {"情報提供", "動機付け支援", "積極的支援", ""}
    assert min(smoking.values()) > 50
    assert judgement["情報提供"] > judgement["動機付け支援"] > judgement["積極的支援"] > judgement[""] > 0
    assert {row["判定"] for row in REGISTER if int(row["年齢"]) >= 75} <= {"情報提供", ""}
    assert "積極的支援" not in {row["判定"] for row in REGISTER if int(row["年齢"]) >= 65}


def test_one_in_ten_has_a_memo_and_some_name_a_person_or_a_telephone() -> None:
    memos = [memo for memo in column("保健師メモ") if memo]
    assert 0.07 < len(memos) / len(REGISTER) < 0.13
    assert any(re.search("[一-龥髙﨑]+様", memo) for memo in memos)
    assert any(re.search("0[0-9]+-0[0-9]+-[0-9]{4}", memo) for memo in memos)


@pytest.mark.parametrize("rows", [0, -1, 10_000_000])
def test_an_impossible_number_of_rows_is_refused(rows: int) -> None:
    with pytest.raises(UsageError) as caught:
        health_checkup(rows)
    assert caught.value.problems[0].code == "bad-rows"


def test_the_sample_says_that_it_is_generated() -> None:
    assert "機械で作った" in SAMPLE_NOTE.ja
    assert "generated" in SAMPLE_NOTE.en
    assert "generated" in (health_checkup.__doc__ or "")


def test_ten_thousand_rows_take_a_moment() -> None:
    start = perf_counter()
    health_checkup(10_000)
    assert perf_counter() - start < 5  # measured 0.4 s; the limit leaves room for a busy machine
