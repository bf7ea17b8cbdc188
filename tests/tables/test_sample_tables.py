"""The four samples besides the health check-up: what each is made to hold, and that the same bytes come again."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from sudare.errors import UsageError
from sudare.japan.addresses import Place, resolve
from sudare.japan.check_digits import is_licence_number, looks_like_my_number_column
from sudare.japan.eras import parse_date
from sudare.japan.widths import digits
from sudare.tables.sample_licences import SPECIAL, licence_history, write_licence_history
from sudare.tables.sample_positions import RARE_MODEL, positions, write_positions
from sudare.tables.sample_residents import AS_OF, household_register, write_household_register
from sudare.tables.sample_school import school_checkup, write_school_checkup
from sudare.tables.samples import DEFAULT, SAMPLES, sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Rows = list[dict[str, str]]

MAKERS: dict[str, tuple[Callable[..., Rows], Callable[..., None]]] = {
    "school": (school_checkup, write_school_checkup),
    "residents": (household_register, write_household_register),
    "licences": (licence_history, write_licence_history),
    "positions": (positions, write_positions),
}
every_maker = pytest.mark.parametrize(("make", "write"), MAKERS.values(), ids=MAKERS)

PUPILS = school_checkup(seed=7)
RESIDENTS = household_register(seed=7)
LICENCES = licence_history(seed=7)
FIXES = positions(60, seed=7)


def day(text: str) -> date:
    found = parse_date(text)
    assert isinstance(found, date), "a date of a sample must be readable"
    return found


def by(rows: Rows, name: str) -> dict[str, Rows]:
    groups: dict[str, Rows] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return groups


# All of them


@every_maker
def test_the_same_number_and_seed_give_the_same_rows(make: Callable[..., Rows], write: Callable[..., None]) -> None:
    assert write.__doc__ is not None
    assert make(30, seed=3) == make(30, seed=3) != make(30, seed=4)
    assert all(isinstance(cell, str) for row in make(30) for cell in row.values())
    assert len({tuple(row) for row in make(30)}) == 1


@every_maker
def test_the_file_is_cp932_with_crlf_and_comes_back(
    tmp_path: Path, make: Callable[..., Rows], write: Callable[..., None]
) -> None:
    write(tmp_path / "表.csv", 30, seed=3)
    content = (tmp_path / "表.csv").read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") == len(make(30, seed=3)) + 1
    assert list(csv.DictReader(content.decode("cp932").splitlines())) == make(30, seed=3)
    write(tmp_path / "utf8.csv", 1, encoding="utf-8-sig")
    assert (tmp_path / "utf8.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@every_maker
@pytest.mark.parametrize("count", [0, -1, 10_000_000])
def test_an_impossible_number_is_refused(make: Callable[..., Rows], write: Callable[..., None], count: int) -> None:
    with pytest.raises(UsageError) as caught:
        make(count)
    assert caught.value.problems[0].code == "bad-rows"
    assert "generated" in (make.__doc__ or "")
    assert "generated" in (write.__doc__ or "")


@pytest.mark.parametrize("rows", [PUPILS, RESIDENTS, LICENCES], ids=["school", "residents", "licences"])
def test_addresses_are_readable_and_no_telephone_can_ring(rows: Rows) -> None:
    assert all(isinstance(resolve(row["住所"]), Place) for row in rows)
    free = "\n".join(
        cell for row in rows for name, cell in row.items() if name in {"緊急連絡先", "養護教諭メモ", "備考"}
    )
    for phone in re.findall("0[0-9]+-[0-9]+-[0-9]{4}", free):
        assert re.fullmatch("(089-000|0[89]0-0000)-[0-9]{4}", phone)


# School


def test_one_child_of_170_cm_stands_far_above_its_grade() -> None:
    heights = {row["学籍番号"]: float(digits(row["身長"])) for row in PUPILS if row["身長"]}
    [tall] = [row for row in PUPILS if heights.get(row["学籍番号"]) == 170.0]
    assert tall["学年"] == "4"
    others = [heights[row["学籍番号"]] for row in PUPILS if row["学年"] == "4" and row is not tall and row["身長"]]
    assert max(others) < 150
    assert len(others) > 300
    assert sorted(heights.values())[-2] < 166


def test_pupils_are_of_the_age_of_their_grade_and_grow() -> None:
    means = []
    for grade, rows in sorted(by(PUPILS, "学年").items()):
        first = date(2025 - 6 - int(grade), 4, 2)
        assert all(first <= day(row["生年月日"]) < date(first.year + 1, 4, 2) for row in rows)
        measured = [float(digits(row["身長"])) for row in rows if row["身長"]]
        means.append(sum(measured) / len(measured))
    assert len(means) == 6
    assert means == sorted(means)
    assert 114 < means[0] < 119
    assert 144 < means[5] < 149


def test_schools_have_classes_with_rolls_and_one_school_is_small() -> None:
    schools = Counter(row["学校名"] for row in PUPILS)
    assert len(schools) == 6
    assert min(schools.values()) < 120
    assert sorted(schools.values())[1] > 250
    rolls: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for row in PUPILS:
        rolls[row["学校名"], row["学年"], row["組"]].append(int(row["出席番号"]))
    assert all(roll == list(range(1, len(roll) + 1)) and len(roll) <= 32 for roll in rolls.values())
    assert len({row["学籍番号"] for row in PUPILS}) == len(PUPILS)


def test_guardians_share_the_surname_and_notes_name_people() -> None:
    assert all(row["氏名"].split("　")[0] == row["保護者氏名"].split("　")[0] for row in PUPILS)
    notes = [row for row in PUPILS if row["養護教諭メモ"]]
    assert 0.05 < len(notes) / len(PUPILS) < 0.11
    assert any(row["保護者氏名"] in row["養護教諭メモ"] for row in notes)
    assert 10 < sum(row["身長"] == "" for row in PUPILS) < 80
    assert all((row["身長"] == "") == (row["体重"] == "") for row in PUPILS)


# Residents


def test_one_household_has_ten_children_and_no_other_more_than_four() -> None:
    homes = by(RESIDENTS, "世帯番号")
    children = Counter({number: sum(row["続柄"] == "子" for row in rows) for number, rows in homes.items()})
    (many, ten), (_, next_most) = children.most_common(2)
    assert (ten, len(homes[many])) == (10, 12)
    assert next_most <= 4
    assert {row["世帯人数"] for row in homes[many]} == {"12"}


def test_households_hold_together() -> None:
    for rows in list(by(RESIDENTS, "世帯番号").values())[:-1]:  # the last one may be cut off
        assert [row["続柄"] for row in rows].count("世帯主") == 1
        assert len({row["住所"] for row in rows}) == len({row["行政区コード"] for row in rows}) == 1
        assert {row["世帯人数"] for row in rows} == {str(len(rows))}
        assert {row["児童数"] for row in rows} == {str(sum(int(row["満年齢"]) < 18 for row in rows))}
        assert {row["世帯主氏名"] for row in rows} == {row["氏名"] for row in rows if row["続柄"] == "世帯主"}


def test_ages_are_those_of_the_birthdays_in_eras_and_pass_a_hundred() -> None:
    for row in RESIDENTS:
        born, since = day(row["生年月日"]), day(row["住民となった日"])
        age = AS_OF.year - born.year - ((AS_OF.month, AS_OF.day) < (born.month, born.day))
        assert int(row["満年齢"]) == age
        assert born <= since <= AS_OF
    ages = sorted(int(row["満年齢"]) for row in RESIDENTS)
    assert (ages[0], ages[-1]) == (0, 104)
    assert ages[-2] <= 99
    births = [row["生年月日"] for row in RESIDENTS]
    for form in ("大正|T1", "昭和[0-9]+年", "㍼|㍻", "令和|R[0-9]", "[０-９]"):
        assert sum(re.search(form, birth) is not None for birth in births) > 10
    assert not any("None" in birth for birth in births)


def test_codes_of_residents_are_unique_and_my_numbers_valid() -> None:
    for name, length in (("宛名番号", 7), ("住民票コード", 11), ("個人番号", 12)):
        assert len({row[name] for row in RESIDENTS}) == len(RESIDENTS)
        assert all(re.fullmatch(f"[0-9]{{{length}}}", row[name]) for row in RESIDENTS)
    assert looks_like_my_number_column([row["個人番号"] for row in RESIDENTS])


# Licences


def test_one_person_holds_the_special_licence_and_its_fees() -> None:
    special = [row for row in LICENCES if row["免許の種類"] == SPECIAL]
    assert len({row["管理番号"] for row in special}) == 1
    assert len(special) > 2
    usual = {row["手数料"] for row in LICENCES if row["免許の種類"] != SPECIAL}
    assert not {row["手数料"] for row in special if row["手続"] == "更新"} & usual


def test_rows_of_a_person_agree_and_follow_one_another() -> None:
    people = by(LICENCES, "管理番号")
    assert len(people) == 1300
    for rows in people.values():
        for name in ("免許証番号", "氏名", "住所", "免許の種類", "免許の条件"):
            assert len({row[name] for row in rows}) == 1
        assert len({day(row["生年月日"]) for row in rows}) == 1
        days = [day(row["手続日"]) for row in rows]
        assert days == sorted(days)
        assert [row["手続"] for row in rows].count("新規") <= 1
    assert sum(len(rows) > 1 for rows in people.values()) > 1000
    again = sorted((sum(row["手続"] == "再交付" for row in rows) for rows in people.values()), reverse=True)
    assert again[0] == 7
    assert again[1] == 1


def test_licence_numbers_have_the_form_of_real_ones_and_are_nobodys() -> None:
    numbers = [row["免許証番号"] for row in LICENCES]
    assert all(is_licence_number(number) and number.startswith("00") for number in numbers)
    assert not looks_like_my_number_column(numbers)


# Positions


def test_a_device_spends_its_nights_at_one_place_and_its_working_days_at_another() -> None:
    told = 0
    for rows in by(FIXES, "端末ID").values():
        nights = {squared(row) for row in rows if row["時刻"] < "04"}
        working = {squared(row) for row in rows if "10" <= row["時刻"] < "16" and day(row["測位日"]).weekday() < 5}
        assert len(nights) <= 4  # one place, on the edge of squares of about 100 m
        told += len(working) <= 4 and not working & nights
    assert told > 30  # of 60: whoever goes to work has a second place


def squared(row: dict[str, str]) -> tuple[float, float]:
    return round(float(row["緯度"]), 3), round(float(row["経度"]), 3)


def test_positions_last_ten_days_and_lie_in_the_open_sea() -> None:
    assert len({row["測位日"] for row in FIXES}) == 10
    assert len({row["端末ID"] for row in FIXES}) == 60
    assert all(31.8 < float(row["緯度"]) < 32.6 and 134.0 < float(row["経度"]) < 134.8 for row in FIXES)
    assert [(row["測位日"], row["時刻"]) for row in FIXES] == sorted((row["測位日"], row["時刻"]) for row in FIXES)
    assert {row["端末ID"] for row in FIXES if row["機種"] == RARE_MODEL} == {"T000001"}


# The list of samples


def test_the_samples_are_these_and_the_first_is_the_default() -> None:
    assert list(SAMPLES) == ["health-checkup", "school-checkup", "household-register", "licence-history", "positions"]
    assert DEFAULT == "health-checkup"
    for one in SAMPLES.values():
        assert one.title.ja
        assert one.title.en
        assert one.spec.endswith(".sudare.yaml")


@pytest.mark.parametrize(("name", "said"), [("posisions", "positions"), ("何か", "licence-history")])
def test_an_unknown_sample_is_refused_with_the_names(name: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        sample(name)
    problem: Any = caught.value.problems[0]
    assert (problem.code, problem.where) == ("unknown-sample", "--sample")
    assert said in problem.line("en")
