from __future__ import annotations

from typing import Any

import pytest

from techniques_at_work import run_step

SUPPRESS = {"ambiguous": "suppress", "unresolved": "suppress"}
CITY = "愛媛県松山市一番町"


def shown(addresses: list[str | None], **more: Any) -> list[str | None]:
    step = {"technique": "address-to-municipality", "columns": ["住所"], **SUPPRESS, **more}
    outcome = run_step(step, {"住所": "text"}, [(address,) for address in addresses])
    assert outcome.refused == ()
    return [row[0] for row in outcome.texts]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("愛媛県松山市一番町4-4-2", "愛媛県松山市"),  # guideline 3-2-1, example 1
        ("松山市一番町４丁目", "愛媛県松山市"),
        ("〒046-0003 北海道余市町黒川町１丁目", "北海道余市郡余市町"),  # 郡 stays in the official name
        ("三重県四日市市諏訪町1-5", "三重県四日市市"),
        ("東京都千代田区霞が関1-1", "東京都千代田区"),  # special wards stay
        ("府中市宮西町2-24", "*"),  # in 東京都 and 広島県
        ("どこか", "*"),
        ("　", "*"),  # blank but not missing
        (None, None),
    ],
)
def test_addresses_become_official_names_or_are_hidden(address: str | None, place: str | None) -> None:
    assert shown([address]) == [place]


def test_wards_of_designated_cities_go_or_stay_and_special_wards_always_stay() -> None:
    addresses = ["北海道札幌市中央区北1条西2", "東京都港区芝公園1-5-25"]
    assert shown(addresses) == ["北海道札幌市", "東京都港区"]
    assert shown(addresses, wards="keep") == ["北海道札幌市中央区", "東京都港区"]


def test_prefectures() -> None:
    assert shown([CITY, "横浜市中区", None], to="prefecture") == ["愛媛県", "神奈川県", None]


@pytest.mark.parametrize("missing_policy", ["ambiguous", "unresolved"])
def test_undecided_addresses_stop_the_run_and_are_only_counted(missing_policy: str) -> None:
    policy = {name: value for name, value in SUPPRESS.items() if name != missing_policy}
    step = {"technique": "address-to-municipality", "columns": ["住所"], **policy}
    rows = [("府中市宮西町",), ("秘密の住所",), (CITY,), (None,)]
    outcome = run_step(step, {"住所": "text"}, rows)
    assert outcome.codes == [f"{missing_policy}-address"]
    assert "<10 行" in outcome.refused[0].line("ja")
    assert "府中" not in outcome.refused[0].line("ja")
    assert "秘密" not in outcome.refused[0].line("ja")


def test_both_kinds_are_told_at_once() -> None:
    step = {"technique": "address-to-municipality", "columns": ["住所"]}
    rows = [("府中市",)] * 12 + [("？",)] * 3
    outcome = run_step(step, {"住所": "text"}, rows)
    assert outcome.codes == ["ambiguous-address", "unresolved-address"]
    assert "12 行" in outcome.refused[0].line("ja")


def test_an_ambiguous_address_keeps_its_prefecture_only_if_all_candidates_share_it() -> None:
    # 緑区 of 神奈川県 is in 横浜市 or in 相模原市; 府中市 lies in two prefectures.
    addresses = ["神奈川県緑区橋本", "府中市宮西町"]
    assert shown(addresses, ambiguous="prefecture") == ["神奈川県", "*"]
    assert shown(addresses, ambiguous="suppress") == ["*", "*"]
    assert shown(addresses, to="prefecture") == ["神奈川県", "*"]  # at that level only one of them is ambiguous


def test_a_prefecture_kept_for_want_of_better_is_hidden_where_too_few_have_it() -> None:
    addresses = ["神奈川県緑区橋本", *["神奈川県鎌倉市"] * 2, "神奈川県逗子市", "神奈川県三浦市"]
    shown_now = shown(addresses, ambiguous="prefecture", minimum_count=2)
    assert shown_now == ["*", *["神奈川県鎌倉市"] * 2, *["神奈川県その他の市町村"] * 2]


def test_hidden_cells_stay_hidden() -> None:
    step = {"technique": "address-to-municipality", "columns": ["住所"]}
    rows = [("秘密",), (CITY,)]
    outcome = run_step(step, {"住所": "text"}, rows, hide={"住所": {"column": "住所", "equals": "秘密"}})
    assert outcome.texts == [("*",), ("愛媛県松山市",)]


def test_small_places_climb_only_as_far_as_they_must() -> None:
    addresses = [
        *["愛媛県松山市1"] * 3,  # enough
        *["愛媛県西宇和郡伊方町1"] * 2,  # with the next: 3 in 愛媛県
        *["愛媛県今治市1"],
        *["香川県高松市1"] * 2,  # too few in 香川県, with the next: 3 in the country
        *["高知県高知市1"],
        None,
    ]
    assert shown(addresses, minimum_count=3) == [
        *["愛媛県松山市"] * 3,
        *["愛媛県その他の市町村"] * 3,
        *["その他の市町村"] * 3,
        None,
    ]


def test_what_is_small_even_then_is_hidden() -> None:
    assert shown([*["愛媛県松山市"] * 3, "高知県高知市"], minimum_count=2) == [*["愛媛県松山市"] * 3, "*"]
    assert shown([*["愛媛県松山市"] * 3, "高知県高知市"], minimum_count=2, to="prefecture") == [*["愛媛県"] * 3, "*"]
    two = shown([*["松山市"] * 3, "高知市", "高松市"], minimum_count=2, to="prefecture")
    assert two == [*["愛媛県"] * 3, "その他の都道府県", "その他の都道府県"]


def test_people_are_counted_and_not_rows() -> None:
    step = {"technique": "address-to-municipality", "columns": ["住所"], "minimum_count": 2}
    rows = [(CITY, "1"), (CITY, "1"), (CITY, "1"), ("高知県高知市", "2"), ("高知県高知市", "3")]
    outcome = run_step(step, {"住所": "text", "番号": "text"}, rows, person="番号")
    assert [row[0] for row in outcome.texts] == ["*", "*", "*", "高知県高知市", "高知県高知市"]


def test_one_person_in_two_places_of_a_prefecture_is_one_person_there() -> None:
    step = {"technique": "address-to-municipality", "columns": ["住所"], "minimum_count": 2}
    rows = [("愛媛県松山市", "1"), ("愛媛県今治市", "1")]
    outcome = run_step(step, {"住所": "text", "番号": "text"}, rows, person="番号")
    assert [row[0] for row in outcome.texts] == ["*", "*"]


def test_two_address_columns_are_read_each_on_its_own() -> None:
    step = {"technique": "address-to-municipality", "columns": ["a", "b"], "minimum_count": 2, **SUPPRESS}
    rows = [("松山市", "高知市"), ("松山市", "？"), (None, "高知市")]
    outcome = run_step(step, {"a": "text", "b": "text"}, rows)
    assert outcome.texts == [("愛媛県松山市", "高知県高知市"), ("愛媛県松山市", "*"), (None, "高知県高知市")]
