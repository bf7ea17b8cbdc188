from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared_folder import shared
from sudare.errors import Refused, UsageError
from sudare.japan.addresses import municipalities
from sudare.optimizer.calendar import dates
from sudare.optimizer.categories import categories
from sudare.optimizer.hierarchy import Hierarchy, find_hierarchies, read_hierarchy
from sudare.optimizer.intervals import intervals, widths
from sudare.optimizer.places import REGION_OF, places

if TYPE_CHECKING:
    from pathlib import Path


def told(error: Refused | UsageError) -> str:
    return str(error) + "".join(p.where + p.message.ja + p.message.en for p in error.problems)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_hierarchy_of_any_delimiter_is_found_by_the_name_of_its_column(tmp_path: Path, delimiter: str) -> None:
    lines = [("39", "30-39", "*"), ("40", "40-49", "*")]
    for name in ("adult_hierarchy_age.csv", "性別.csv", "other.csv"):
        (tmp_path / name).write_text("".join(delimiter.join(line) + "\n" for line in lines), encoding="utf-8")
    found = find_hierarchies(tmp_path, ["age", "性別"])
    assert found == {"age": Hierarchy(tuple(lines)), "性別": Hierarchy(tuple(lines))}
    assert (found["age"].height, found["age"].leaves, found["age"].groups(1)) == (3, ("39", "40"), ("30-39", "40-49"))


def test_columns_without_a_hierarchy_or_with_two_are_told_at_once(tmp_path: Path) -> None:
    for name in ("a_hierarchy_age.csv", "b_hierarchy_age.csv"):
        (tmp_path / name).write_text("1;*\n", encoding="utf-8")
    with pytest.raises(Refused) as raised:
        find_hierarchies(tmp_path, ["age", "sex"])
    assert [problem.code for problem in raised.value.problems] == ["unclear-hierarchy", "no-hierarchy"]


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ((("1", "a", "*"), ("secret", "a")), 2),
        ((("secret", "a", "*"), ("2", "a", "*"), ("secret", "a", "*")), 3),
        ((("1", "secret", "x", "*"), ("2", "secret", "y", "*")), 2),  # one group in two groups above
    ],
)
def test_what_is_no_hierarchy_is_refused_by_row_and_never_by_value(rows: tuple[tuple[str, ...], ...], row: int) -> None:
    with pytest.raises(Refused) as raised:
        Hierarchy(rows)
    assert f"row {row}:" in told(raised.value)
    assert "secret" not in told(raised.value)


def test_the_hierarchies_of_arx_can_be_read() -> None:
    folder = shared("data", "adult")
    sizes = {"age": (100, 5), "native-country": (41, 3), "education": (16, 4), "sex": (2, 2)}
    found = find_hierarchies(folder, sizes)
    assert {name: (len(one.rows), one.height) for name, one in found.items()} == sizes
    assert read_hierarchy(folder / "adult_hierarchy_sex.csv") == found["sex"]


def test_ranges_lie_within_wider_ranges() -> None:
    found = widths(["0", "19", "20", "64", "107"], [10, 20], unit="歳")
    assert found.rows == (
        ("0", "10歳未満", "20歳未満", "*"),
        ("19", "10歳以上20歳未満", "20歳未満", "*"),
        ("20", "20歳以上30歳未満", "20歳以上40歳未満", "*"),
        ("64", "60歳以上70歳未満", "60歳以上80歳未満", "*"),
        ("107", "100歳以上", "100歳以上", "*"),
    )
    assert found.type == "integer"


def test_ranges_may_begin_below_zero_and_have_fractions() -> None:
    found = widths(["-0.7", "0.2", "1.4"], ["0.5", 1], whole=False)
    assert [row[1] for row in found.rows] == ["-0.5未満", "0以上0.5未満", "1以上"]
    assert [row[2] for row in found.rows] == ["0未満", "0以上1未満", "1以上"]


def test_a_width_at_which_one_range_holds_all_values_is_left_out() -> None:
    assert widths(["3", "7"], [5, 10]).rows == (("3", "5未満", "*"), ("7", "5以上", "*"))
    assert widths(["3", "4"], [5, 10]).rows == (("3", "*"), ("4", "*"))


@pytest.mark.parametrize("by", [[], [0], [-5], [5, 12]])
def test_widths_that_do_not_nest_are_refused(by: list[int]) -> None:
    with pytest.raises(UsageError):
        widths(["1"], by)


@pytest.mark.parametrize("edges", [[], [[]], [["5", "3"]], [["10", "20"], ["15"]]])
def test_edges_that_do_not_nest_are_refused(edges: list[list[str]]) -> None:
    with pytest.raises(UsageError):
        intervals(["1"], edges)


@pytest.mark.parametrize("value", ["secret", "nan", ""])
def test_a_value_that_is_no_number_or_date_is_not_told(value: str) -> None:
    for make in (lambda: widths([value], [5]), lambda: dates([value])):
        with pytest.raises(UsageError) as raised:
            make()
        assert "secret" not in told(raised.value)


def test_dates_become_months_quarters_and_years() -> None:
    assert dates(["1989-01-08", "2024-12-31"]).rows == (
        ("1989-01-08", "1989-01", "1989-Q1", "1989", "*"),
        ("2024-12-31", "2024-12", "2024-Q4", "2024", "*"),
    )


def test_short_branches_of_a_tree_keep_their_broadest_group() -> None:
    found = categories({"x": {"y": {"z": ["1"]}, "w": ["2"]}, "v": ["3"]})
    assert found.rows == (("1", "z", "y", "x", "*"), ("2", "w", "x", "x", "*"), ("3", "v", "v", "v", "*"))


def test_addresses_become_municipality_prefecture_and_region() -> None:
    found = places(["愛媛県松山市一番町4-4-2", "松山市二番町１", "府中市宮西町2-24", "なし"])
    assert [row[1:] for row in found.rows] == [
        ("愛媛県松山市", "愛媛県", "四国", "*"),
        ("愛媛県松山市", "愛媛県", "四国", "*"),
        ("*", "*", "*", "*"),  # in Tokyo or in Hiroshima
        ("*", "*", "*", "*"),
    ]


def test_every_prefecture_lies_in_a_region() -> None:
    assert {place.prefecture for place in municipalities()} == set(REGION_OF)
    assert len(set(REGION_OF.values())) == 8
