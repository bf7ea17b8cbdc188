from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.japan.eras import ERAS, FAULT_NAMES, DateFault, era_year, parse_date, parse_datetime

THIRD = date(1970, 1, 3)


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-03",
        "1970-1-3",
        "1970/1/3",
        "1970/01/03",
        "1970.1.3",
        "19700103",
        "1970年1月3日",
        "１９７０年１月３日",
        "１９７０／０１／０３",
        "1970年 1月 3日",
        "一九七〇年一月三日",
        "一九七零年一月三日",
        "昭和45年1月3日",
        "昭和４５年　１月　３日",
        "昭和四十五年一月三日",
        "昭和四五年一月三日",
        "昭45.1.3",
        "S45.1.3",
        "s45.01.03",
        "Ｓ４５．１．３",
        "ｓ４５／１／３",
        "S45/1/3",
        "S45-1-3",
        "S45−1−3",
        "S45年1月3日",
        "S 45. 1. 3",
        "S450103",
        "Ｓ４５０１０３",
        "㍼45年1月3日",
        "㍼45.1.3",
        "㍼４５．１．３",
        "1970-01-03 00:00:00",
        "1970-01-03T00:00:00",
        "1970/1/3 0:00",
        "1970/1/3 00:00:00.000",
        " 1970-01-03\n",
    ],
)
def test_one_day_in_every_accepted_form(text: str) -> None:
    assert parse_date(text) == THIRD


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明治43年1月3日", date(1910, 1, 3)),
        ("M43.1.3", date(1910, 1, 3)),
        ("㍾43.1.3", date(1910, 1, 3)),
        ("大正二年十月二十三日", date(1913, 10, 23)),
        ("T2.10.23", date(1913, 10, 23)),
        ("㍽元年8月1日", date(1912, 8, 1)),
        ("昭和二十三年十二月三十一日", date(1948, 12, 31)),
        ("昭和元年12月26日", date(1926, 12, 26)),
        ("S元.12.26", date(1926, 12, 26)),
        ("平成十年十月十日", date(1998, 10, 10)),
        ("㍻1.2.3", date(1989, 2, 3)),
        ("H310430", date(2019, 4, 30)),
        ("㋿元年5月1日", date(2019, 5, 1)),
        ("r7.6.2", date(2025, 6, 2)),
        ("令和〇七年〇六月〇二日", date(2025, 6, 2)),
        ("2024-02-29", date(2024, 2, 29)),
        ("令和6年2月29日", date(2024, 2, 29)),
    ],
)
def test_every_era_in_every_dress(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明治6年1月1日", date(1873, 1, 1)),
        ("明治45年7月30日", date(1912, 7, 30)),  # a day of both eras
        ("大正元年7月30日", date(1912, 7, 30)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("令和元年5月1日", date(2019, 5, 1)),
    ],
)
def test_first_and_last_day_of_each_era(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "明治5年12月2日",  # the lunar calendar
        "明治45年7月31日",
        "大正元年7月29日",
        "大正15年12月26日",
        "昭和元年12月24日",
        "昭和64年1月8日",
        "昭和65年1月1日",
        "平成元年1月7日",
        "平成31年5月1日",
        "H32.4.1",
        "令和元年4月30日",
        "令和0年6月1日",
        "S990101",
    ],
)
def test_a_day_the_era_did_not_have_is_outside_it(text: str) -> None:
    assert parse_date(text) is DateFault.outside_era


@pytest.mark.parametrize(
    "text",
    ["1970-02-30", "昭和45年2月30日", "S45.13.1", "19700230", "2023/2/29", "令和7年0月1日", "H1.1.32", "00000000"],
)
def test_a_day_that_no_calendar_has_is_invalid(text: str) -> None:
    assert parse_date(text) is DateFault.invalid_day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "　",
        "不明",
        "昭和45年",
        "昭和45年1月",  # a day is never filled in
        "1970-01",
        "70/1/3",  # which century?
        "1970/1-3",
        "1970 1 123",
        "1970 01 03",
        "昭和四 五年一月三日",
        "昭和十十年1月1日",
        "昭和二三十年1月1日",
        "昭和4５年1月３",
        "X45.1.3",
        "450103",
        "3450103",
        "1970-01-03 09:30:00",  # a time that would be lost
        "1970-01-03 24:00",
        "元1.1.1",
        "1970年元月1日",
        "S٤٥.1.3",  # digits, but not ours
    ],
)
def test_what_is_no_full_date_is_unparsed(text: str) -> None:
    assert parse_date(text) is DateFault.unparsed


@given(st.dates(min_value=date(1873, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from(["年月日", "...", "/", "7"]))
def test_a_day_comes_back_from_its_era(day: date, form: str) -> None:
    year, letter = era_year(day), {era.name: era.letter for era in ERAS}
    name, number = year[:2], year[2:-1].replace("元", "1")
    written = {
        "年月日": f"{year}{day.month}月{day.day}日",
        "...": f"{letter[name]}{number}.{day.month}.{day.day}",
        "/": f"{name}{number}/{day.month:02}/{day.day:02}",
        "7": f"{letter[name]}{int(number):02}{day:%m%d}",
    }[form]
    assert parse_date(written) == day


@given(st.dates(min_value=date(1873, 1, 1), max_value=date(2117, 12, 31)))
def test_a_day_in_kanji_comes_back(day: date) -> None:
    ones = "〇一二三四五六七八九"

    def kanji(number: int) -> str:
        tens, rest = divmod(number, 10)
        return ("" if tens == 0 else "十" if tens == 1 else f"{ones[tens]}十") + (ones[rest] if rest else "")

    year = era_year(day)
    number = year[2:-1]
    written = year[:2] + ("元" if number == "元" else kanji(int(number)))
    assert parse_date(f"{written}年{kanji(day.month)}月{kanji(day.day)}日") == day


@given(st.text(max_size=20))
def test_any_text_gives_a_day_or_a_fault(text: str) -> None:
    assert isinstance(parse_date(text), date | DateFault)
    assert isinstance(parse_datetime(text), datetime | DateFault)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-06-02 09:30", datetime(2025, 6, 2, 9, 30)),  # noqa: DTZ001 - cells hold local time
        ("2025-06-02T09:30:15", datetime(2025, 6, 2, 9, 30, 15)),  # noqa: DTZ001 - as above
        ("2025/6/2 9:30:15.25", datetime(2025, 6, 2, 9, 30, 15, 250000)),  # noqa: DTZ001 - as above
        ("令和7年6月2日 9時30分", datetime(2025, 6, 2, 9, 30)),  # noqa: DTZ001 - as above
        ("令和７年６月２日９時３０分１５秒", datetime(2025, 6, 2, 9, 30, 15)),  # noqa: DTZ001 - as above
        ("R7.6.2　23:59", datetime(2025, 6, 2, 23, 59)),  # noqa: DTZ001 - as above
        ("2025-06-02 24:00", DateFault.invalid_day),
        ("2025-06-02 9:60", DateFault.invalid_day),
        ("昭和65年1月1日 9:30", DateFault.outside_era),
        ("2025-02-30 9:30", DateFault.invalid_day),
        ("2025-06-02", DateFault.unparsed),  # midnight is not guessed
        ("9:30", DateFault.unparsed),
        ("2025-06-02 9時", DateFault.unparsed),
    ],
)
def test_a_date_and_time_or_the_reason(text: str, moment: datetime | DateFault) -> None:
    assert parse_datetime(text) == moment


def test_the_year_of_a_day_is_written_as_its_era_does() -> None:
    assert era_year(date(1912, 7, 29)) == "明治45年"
    assert era_year(date(1912, 7, 30)) == "大正元年"
    assert era_year(date(1926, 12, 24)) == "大正15年"
    assert era_year(date(1926, 12, 25)) == "昭和元年"
    assert era_year(date(1989, 1, 7)) == "昭和64年"
    assert era_year(date(1989, 1, 8)) == "平成元年"
    assert era_year(date(2019, 4, 30)) == "平成31年"
    assert era_year(date(2019, 5, 1)) == "令和元年"
    assert era_year(date(1872, 12, 31)) == "西暦1872年"


def test_each_fault_can_be_told_in_both_languages() -> None:
    assert set(FAULT_NAMES) == set(DateFault)
    assert [fault.value for fault in DateFault] == ["unparsed", "invalid_day", "outside_era"]
