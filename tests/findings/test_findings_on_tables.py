"""What is found on whole tables: the right columns under the right standard, and nothing on the harmless ones."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING

import pytest

import sudare
from findings.real_tables import real_table
from findings.views import view_of
from sudare.findings import Finding, detect
from sudare.japan.check_digits import my_number_check_digit
from sudare.tables.guessing import open_guessed
from sudare.tables.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path


def by_standard(found: tuple[Finding, ...]) -> dict[int, set[str]]:
    return {n: {finding.id for finding in found if finding.standard == n} for n in range(1, 6)}


def sample_findings(name: str, folder: Path) -> tuple[Finding, ...]:
    path = folder / f"{name}.csv"
    SAMPLES[name].write(path)
    with view_of(path) as view:
        return detect(view)


def test_on_the_sample_register_every_personal_column_stands_under_its_standard(tmp_path: Path) -> None:
    found = by_standard(sample_findings("health-checkup", tmp_path))
    assert found[1] == {
        "person-name/氏名",
        "person-name/フリガナ",
        "phone/電話番号",
        "postal-code/郵便番号",
        "address/住所",
        "birth-date/生年月日",
        "fine-date/受診日",
        "free-text/保健師メモ",
    }
    assert found[2] == {"my-number/個人番号", "insurance-number/被保険者番号"}
    assert found[3] == {"linking-code/管理番号", "linking-code/世帯番号"}
    assert found[4] == {"unusual-in-society/年齢"}


def test_great_ages_are_found_by_outside_figures_and_names_and_ids_under_one_and_three() -> None:
    with view_of(real_table("medicaldata", "covid_testing")) as view:
        found = {finding.id: finding for finding in detect(view)}
    ages = found["unusual-in-society/age"]
    assert ages.standard == 4
    assert ages.count == 5  # of 15,524 records; 119 and 138 are among them
    assert ages.to_dict("en")["count"] == "<10"
    assert ages.suggestions[0].step["at_least"] == "90"  # where to cut is another number than what is unusual
    assert {"person-name/fake_first_name", "person-name/fake_last_name"} <= by_standard(tuple(found.values()))[1]
    assert "linking-code/subject_id" in by_standard(tuple(found.values()))[3]


def test_families_of_ten_children_are_found_by_the_number_and_by_counting() -> None:
    with view_of(real_table("HistData", "GaltonFamilies")) as view:
        found = {finding.id: finding for finding in detect(view) if finding.standard == 4}
    assert set(found) == {"unusual-in-society/children", "large-household/family+childNum"}
    assert found["large-household/family+childNum"].count == 9  # of 205 families


def test_one_child_of_170_cm_is_unusual_in_this_file_and_not_in_society(tmp_path: Path) -> None:
    found = by_standard(sample_findings("school-checkup", tmp_path))
    assert found[4] == set()
    assert "far-value-above/身長" in found[5]


def test_the_same_height_is_not_flagged_among_teenagers() -> None:
    with view_of(real_table("openintro", "yrbss")) as view:
        found = {finding.id for finding in detect(view)}
    assert "far-value-above/height" not in found
    assert not [one for one in found if one.startswith("unusual-in-society/")]


def test_a_household_of_ten_children_is_found_by_counting_its_members(tmp_path: Path) -> None:
    found = by_standard(sample_findings("household-register", tmp_path))
    assert found[4] == {"large-household/世帯番号+続柄", "unusual-in-society/満年齢"}


@pytest.mark.parametrize("share_mistyped", [0.0, 0.05])
def test_my_numbers_are_found_even_where_one_in_twenty_is_mistyped(share_mistyped: float) -> None:
    source = Random(3)  # noqa: S311 - invented test data
    cells = []
    for _ in range(400):
        first = "".join(source.choices("0123456789", k=11))
        last = my_number_check_digit(first)
        wrong = source.random() < share_mistyped
        cells.append(first + (str((int(last) + 1) % 10) if wrong else last))
    with view_of({"x": cells}) as view:
        assert [finding.kind for finding in detect(view)] == ["my-number"]


def test_random_numbers_of_twelve_digits_are_not_called_my_numbers() -> None:
    source = Random(4)  # noqa: S311 - invented test data
    with view_of({"x": ["".join(source.choices("0123456789", k=12)) for _ in range(400)]}) as view:
        assert [finding.kind for finding in detect(view)] == ["linking-code"]


def test_height_weight_and_bmi_tell_one_another() -> None:
    source = Random(5)  # noqa: S311 - invented test data
    tall = [source.uniform(145, 185) for _ in range(200)]
    heavy = [source.uniform(40, 95) for _ in range(200)]
    table = {
        "身長": [f"{h:.1f}" for h in tall],
        "体重": [f"{w:.1f}" for w in heavy],
        "BMI": [f"{w / (h / 100) ** 2:.1f}" for h, w in zip(tall, heavy, strict=True)],
        "腹囲": [f"{source.uniform(60, 110):.1f}" for _ in range(200)],
    }
    with view_of(table) as view:
        betrayed = [finding.columns for finding in detect(view) if finding.kind == "betraying-column"]
    assert betrayed == [("BMI", "身長", "体重")]


def test_a_copy_of_a_hidden_column_betrays_it() -> None:
    source = Random(6)  # noqa: S311 - invented test data
    postal = [f"79{source.randrange(10)}-00{source.randrange(10)}0" for _ in range(300)]
    areas = {code: f"第{n}区域" for n, code in enumerate(sorted(set(postal)))}
    table = {
        "郵便番号": postal,
        "区域": [areas[code] for code in postal],
        "判定": [source.choice("ABC") for _ in postal],
    }
    with view_of(table) as view:
        betrayed = [finding.columns for finding in detect(view) if finding.kind == "betraying-column"]
    assert betrayed == [("区域", "郵便番号")]


def test_no_finding_repeats_a_value_of_the_table(tmp_path: Path) -> None:
    for name in SAMPLES:
        path = tmp_path / f"{name}.csv"
        SAMPLES[name].write(path)
        with view_of(path) as view:
            told = json.dumps([one.to_dict(lang) for one in detect(view) for lang in ("ja", "en")], ensure_ascii=False)
            for column in view:
                if column.column.type != "text" or column.distinct < 50:
                    continue
                values = {text for text, _ in column.sample if len(text) >= 4}
                assert not [value for value in values if value in told], column.name


def test_an_empty_table_and_a_table_of_one_row_have_no_faults() -> None:
    with view_of({"氏名": [], "年齢": []}) as view:
        assert detect(view) == ()
    with view_of({"氏名": ["見本 花子"], "年齢": ["34"]}) as view:
        assert [finding.id for finding in detect(view)] == ["person-name/氏名"]


def test_types_are_guessed_from_cells_and_codes_keep_their_zeros(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('コード,年齢,額,日,混在\n01,３４,"1,200",R7.6.2,1\n10,71,980,令和7年6月3日,二\n', encoding="utf-8")
    assert [column.type for column in open_guessed(path).schema] == ["text", "integer", "integer", "date", "text"]


def test_a_household_far_larger_than_all_others_is_found(tmp_path: Path) -> None:
    found = by_standard(sample_findings("household-register", tmp_path))
    assert "household-size/世帯番号" in found[5]  # the household of twelve


def test_households_of_usual_sizes_are_left_alone() -> None:
    source = Random(8)  # noqa: S311 - invented test data
    sizes = [source.choice([1, 1, 2, 2, 3, 4, 5]) for _ in range(200)]
    keys = [f"{n:05}" for n, size in enumerate(sizes) for _ in range(size)]
    with view_of({"世帯番号": keys, "判定": [source.choice("AB") for _ in keys]}) as view:
        assert "household-size" not in {finding.kind for finding in detect(view)}


@pytest.mark.parametrize(("latest", "expected"), [("第11子", ["large-household/備考"]), ("第３子", [])])
def test_an_order_of_birth_betrays_a_large_household(latest: str, expected: list[str]) -> None:
    with view_of({"備考": ["第1子", "第2子"] * 20 + [latest], "判定": ["A"] * 41}) as view:
        assert [finding.id for finding in detect(view) if finding.standard == 4] == expected


def test_a_key_that_another_table_has_too_links_the_two(tmp_path: Path) -> None:
    basic, other, unrelated = (tmp_path / f"{name}.csv" for name in ("basic", "other", "unrelated"))
    codes = [str(1000 + 7 * n) for n in range(60)]
    basic.write_text(
        "\n".join(["x,判定", *(f"{code},{'AB'[n % 2]}" for n, code in enumerate(codes))]), encoding="utf-8"
    )
    other.write_text("\n".join(["y,検査", *(f"{code},{n % 3}" for n, code in enumerate(codes[:50]))]), encoding="utf-8")
    unrelated.write_text("\n".join(["z,検査", *(f"{n},{n % 3}" for n in range(50))]), encoding="utf-8")
    assert "shared-key" not in {finding.kind for finding in sudare.detect(basic).findings}
    assert "shared-key" not in {finding.kind for finding in sudare.detect(basic, beside=[unrelated]).findings}
    [found] = [finding for finding in sudare.detect(basic, beside=[other]).findings if finding.kind == "shared-key"]
    assert (found.columns, found.standard) == (("x",), 3)
    assert "83%" in found.message.en  # 50 of 60
