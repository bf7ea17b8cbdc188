from __future__ import annotations

import csv
import hashlib
from datetime import date
from importlib import resources
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.japan.addresses import TABLE_VERSION, Ambiguous, Place, Unresolved, _folded, municipalities, resolve

ROOM = resources.files("sudare.japan")


def lines(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(ROOM.joinpath(name).read_text(encoding="utf-8").splitlines(), delimiter="\t"))


TABLE = lines("municipalities.tsv")
SEALS = {"municipalities.tsv": "6bf33ed6a929d4ed", "old_names.tsv": "56e0855fff9a6de5"}  # for this version


def place(line: dict[str, str]) -> Place:
    return Place(line["prefecture"], line["district"] + line["name"], line["ward"])


def test_the_table_holds_the_municipalities_of_its_date() -> None:
    wards = [line for line in TABLE if line["ward"]]
    designated = {(line["prefecture"], line["name"]) for line in wards}
    assert len({line["prefecture"] for line in TABLE}) == 47
    assert len(designated) == 20
    assert len(wards) == 171
    assert len(TABLE) - len(designated) == 1892
    assert sum(line["code"].startswith("131") for line in TABLE) == 23  # the special wards are municipalities
    assert municipalities() == tuple(place(line) for line in TABLE)


def test_a_changed_table_has_a_new_version() -> None:
    seals = {name: hashlib.sha256(ROOM.joinpath(name).read_bytes()).hexdigest()[:16] for name in SEALS}
    assert (TABLE_VERSION, seals) == ("2026-10", SEALS)


@pytest.mark.parametrize("rest", ["", "大字西町１２３番地", "1-2-3", "市場町5", "町田123"])
def test_every_municipality_is_found_with_its_prefecture(rest: str) -> None:
    wrong = [one for one in municipalities() if resolve(one.prefecture + one.municipality + one.ward + rest) != one]
    assert wrong == []


def test_every_town_is_found_with_its_prefecture_and_without_its_district() -> None:
    towns = [line for line in TABLE if line["district"]]
    assert len(towns) == 919
    assert [line for line in towns if resolve(f"{line['prefecture']}{line['name']}字西1") != place(line)] == []


def test_without_its_prefecture_every_municipality_is_found_but_the_shared_names() -> None:
    missed = {one.municipality + one.ward for one in municipalities() if resolve(one.municipality + one.ward) != one}
    assert missed == {"府中市", "伊達市", "中央区", "北区", "港区", "大島町"}


def test_a_bare_name_never_gives_another_place() -> None:
    for line in TABLE:
        for name in {line["name"], line["ward"]} - {""}:
            answer = resolve(f"{name}1-2")
            if isinstance(answer, Place):
                assert name in (answer.municipality, answer.ward) or answer.municipality.endswith(name)


@pytest.mark.parametrize(
    ("address", "prefectures"),
    [
        ("府中市宮西町2-24", ("東京都", "広島県")),
        ("伊達市末永町", ("北海道", "福島県")),
        ("港区芝公園", ("東京都", "愛知県", "大阪府")),
        ("泉区七北田", ("宮城県", "神奈川県")),
        ("青葉区", ("宮城県", "神奈川県")),
        ("旭区", ("神奈川県", "大阪府")),
        ("鶴見区", ("神奈川県", "大阪府")),
        ("中区", ("神奈川県", "静岡県", "愛知県", "大阪府", "岡山県", "広島県")),  # 静岡県: of 浜松市 until 2024
        ("緑区", ("埼玉県", "千葉県", "神奈川県", "愛知県")),
        ("神奈川県緑区橋本", ("神奈川県",)),  # 横浜市 and 相模原市
        ("大阪府北区", ("大阪府",)),  # 大阪市 and 堺市
        ("三春町1-2", ("福島県", "神奈川県")),  # a neighbourhood of 横須賀市
    ],
)
def test_a_shared_name_is_ambiguous_and_never_guessed(address: str, prefectures: tuple[str, ...]) -> None:
    assert resolve(address) == Ambiguous(prefectures)


@pytest.mark.parametrize(
    "name", ["中央区", "北区", "南区", "東区", "西区", "栄町", "池田町", "朝日町", "美里町", "川上村"]
)
def test_other_shared_names_are_ambiguous_too(name: str) -> None:
    answer = resolve(f"{name}１－２")
    assert isinstance(answer, Ambiguous)
    assert len(answer.prefectures) > 1


@pytest.mark.parametrize(
    ("address", "prefecture", "municipality", "ward"),
    [
        ("四日市市諏訪町1-5", "三重県", "四日市市", ""),
        ("広島県廿日市市下平良", "広島県", "廿日市市", ""),
        ("市川市八幡1-1", "千葉県", "市川市", ""),
        ("西八代郡市川三郷町", "山梨県", "西八代郡市川三郷町", ""),
        ("兵庫県市川町西川辺", "兵庫県", "神崎郡市川町", ""),
        ("北海道余市郡余市町", "北海道", "余市郡余市町", ""),
        ("余市郡余市町朝日町26", "北海道", "余市郡余市町", ""),
        ("奈良県大和郡山市北郡山町", "奈良県", "大和郡山市", ""),
        ("郡山市朝日1", "福島県", "郡山市", ""),
        ("町田市森野", "東京都", "町田市", ""),
        ("福島県田村市船引町", "福島県", "田村市", ""),
        ("福島県田村郡三春町", "福島県", "田村郡三春町", ""),
        ("田村郡三春町", "福島県", "田村郡三春町", ""),
        ("福島県三春町大町", "福島県", "田村郡三春町", ""),
        ("十日町市千歳町", "新潟県", "十日町市", ""),
        ("石川県野々市市三納", "石川県", "野々市市", ""),
        ("東村山市本町", "東京都", "東村山市", ""),  # 東村 lies in Okinawa
        ("武蔵村山市本町", "東京都", "武蔵村山市", ""),
        ("東京都三宅島三宅村阿古", "東京都", "三宅島三宅村", ""),
        ("東京都三宅村阿古", "東京都", "三宅島三宅村", ""),
        ("東京都八丈町大賀郷", "東京都", "八丈島八丈町", ""),
        ("津市西丸之内", "三重県", "津市", ""),
        ("大津市御陵町", "滋賀県", "大津市", ""),
        ("蒲郡市旭町", "愛知県", "蒲郡市", ""),
        ("郡上市八幡町", "岐阜県", "郡上市", ""),
        ("兵庫県赤穂郡上郡町大持", "兵庫県", "赤穂郡上郡町", ""),
        ("佐賀県大町町", "佐賀県", "杵島郡大町町", ""),
        ("長野県大町市大町", "長野県", "大町市", ""),
        ("茨城県鹿嶋市", "茨城県", "鹿嶋市", ""),
        ("鹿嶋市平井", "茨城県", "鹿嶋市", ""),  # 鹿島市 is in Saga
        ("鹿島市納富分", "佐賀県", "鹿島市", ""),
        ("東京都府中市宮西町", "東京都", "府中市", ""),
        ("広島県安芸郡府中町", "広島県", "安芸郡府中町", ""),
        ("京都市中京区", "京都府", "京都市", "中京区"),
        ("京都府京都市", "京都府", "京都市", ""),
        ("神奈川県相模原市緑区", "神奈川県", "相模原市", "緑区"),
        ("左京区", "京都府", "京都市", "左京区"),  # one city only has it
        ("東京都北区王子", "東京都", "北区", ""),
        ("新宿区西新宿2-8-1", "東京都", "新宿区", ""),
        ("北海道中央区", "北海道", "札幌市", "中央区"),
    ],
)
def test_tricky_names(address: str, prefecture: str, municipality: str, ward: str) -> None:
    assert resolve(address) == Place(prefecture, municipality, ward)


@pytest.mark.parametrize(
    ("variants", "municipality"),
    [
        (("龍ケ崎市", "龍ヶ崎市", "竜ヶ崎市", "龍が崎市", "龍ケ﨑市"), "龍ケ崎市"),
        (("茅ヶ崎市", "茅ケ崎市", "茅が崎市", "茅ヶ﨑市"), "茅ヶ崎市"),
        (("鎌ケ谷市", "鎌ヶ谷市", "鎌が谷市"), "鎌ケ谷市"),
        (("横浜市保土ヶ谷区", "横濱市保土が谷区", "橫浜市保土ケ谷區"), "横浜市"),
        (("宮崎市", "宮﨑市"), "宮崎市"),
        (("大阪府高槻市", "大阪府髙槻市"), "高槻市"),
        (("浜松市天竜区", "浜松市天龍区"), "浜松市"),
        (("長野県天龍村", "長野県天竜村"), "下伊那郡天龍村"),
        (("西多摩郡檜原村", "西多摩郡桧原村"), "西多摩郡檜原村"),
        (("高岡郡檮原町", "高岡郡梼原町"), "高岡郡檮原町"),
        (("糟屋郡須惠町", "糟屋郡須恵町"), "糟屋郡須惠町"),
        (("塩竈市", "塩釜市", "塩竃市", "鹽竈市"), "塩竈市"),
        (("葛城市", "葛\U000e0100城市"), "葛城市"),  # a variation selector
        (("愛媛県松山市", "愛媛縣松山市", "愛媛県　松山市", " 愛媛県松 山 市"), "松山市"),
    ],
)
def test_variants_of_one_name_are_one_municipality(variants: tuple[str, ...], municipality: str) -> None:
    answers = [resolve(variant + "１－２") for variant in variants]
    assert len(set(answers)) == 1
    assert isinstance(answers[0], Place)
    assert answers[0].municipality == municipality


def test_no_variant_joins_two_municipalities() -> None:
    names = [one.prefecture + one.municipality + one.ward for one in municipalities()]
    assert len({_folded(name) for name in names}) == len(names)
    towns = {line["name"] for line in TABLE}
    assert len({_folded(name) for name in towns}) == len(towns)


@pytest.mark.parametrize(
    "code", ["790-0001", "〒790-0001", "〒７９０－０００１　", "7900001 ", "〒 790‐0001", "〒790ー0001"]
)
def test_a_postal_code_before_the_address_is_passed_over(code: str) -> None:
    assert resolve(f"{code}愛媛県松山市一番町4") == Place("愛媛県", "松山市", "")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "　",
        "〒790-0001",
        "愛媛県",
        "松山",
        "一番町4丁目",
        "東京都松山市一番町",
        "京都松山市",
        "不明",
        "London",
        "県松山市",
        "中央1-2",
    ],
)
def test_what_does_not_begin_with_a_municipality_is_unresolved(address: str) -> None:
    assert resolve(address) == Unresolved()


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("兵庫県篠山市北新町41", Place("兵庫県", "丹波篠山市", "")),
        ("篠山市北新町41", Place("兵庫県", "丹波篠山市", "")),
        ("静岡県浜松市中区元城町", Place("静岡県", "浜松市", "")),
        ("浜松市北区細江町", Place("静岡県", "浜松市", "")),
        ("浜松市浜北区西美薗", Place("静岡県", "浜松市", "")),
        ("浜松市浜名区細江町", Place("静岡県", "浜松市", "浜名区")),
        ("愛知県西加茂郡三好町", Place("愛知県", "みよし市", "")),
        ("愛知県三好町", Place("愛知県", "みよし市", "")),
        ("三好町", Ambiguous(("愛知県",))),  # nobody has listed which neighbourhoods bear the name
        ("徳島県三好郡東みよし町", Place("徳島県", "三好郡東みよし町", "")),
        ("福岡県筑紫郡那珂川町", Place("福岡県", "那珂川市", "")),
        ("栃木県那須郡那珂川町", Place("栃木県", "那須郡那珂川町", "")),
        ("那珂川町", Ambiguous(("栃木県", "福岡県"))),
        ("埼玉県鳩ケ谷市", Place("埼玉県", "川口市", "")),
        ("愛媛県北条市", Place("愛媛県", "松山市", "")),
    ],
)
def test_old_names_give_the_municipality_of_today(address: str, answer: Place | Ambiguous) -> None:
    assert resolve(address) == answer


def test_every_old_name_is_dated_sourced_and_found() -> None:
    today = {line["code"]: place(line) for line in TABLE}
    for line in lines("old_names.tsv"):
        name = line["prefecture"] + line["district"] + line["name"] + line["ward"]
        assert resolve(name) == today[line["now"]]
        assert date.fromisoformat(line["date"]) < date(2026, 10, 1)
        assert line["source"]


@given(st.text(max_size=30))
def test_any_text_gets_one_of_the_three_answers(text: str) -> None:
    assert isinstance(resolve(text), Place | Ambiguous | Unresolved)


@given(st.sampled_from(municipalities()), st.text("0123456789-一二三丁目番地号 　ABCマンション", max_size=20))
def test_what_follows_the_municipality_is_never_kept(one: Place, rest: str) -> None:
    assert resolve(one.prefecture + one.municipality + one.ward + rest) == one


def test_a_hundred_thousand_addresses_take_about_a_second() -> None:
    addresses = [f"{one.prefecture}{one.municipality}{one.ward}大字西町１２３番地４５" for one in municipalities()] * 53
    start = perf_counter()
    for address in addresses:
        resolve(address)
    assert perf_counter() - start < 5  # measured 0.5 s; the limit leaves room for a busy machine
