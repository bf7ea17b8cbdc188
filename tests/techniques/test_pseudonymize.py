from __future__ import annotations

import hmac
import re
from typing import Any

import pytest
from pydantic import ValidationError

from sudare.keystore import KeyName, Secret, message
from sudare.tables.schema import Column, Schema
from sudare.techniques.pseudonymize import ALPHABETS, Pseudonymize
from sudare.techniques.technique import HIDDEN
from techniques_at_work import KEY, run_step

OTHER = bytes(reversed(KEY))
MY_NUMBERS = ["123456789018", "987654321093"]  # made up, with the check digit right


def step(**more: Any) -> dict[str, Any]:
    return {"technique": "pseudonymize", "columns": ["氏名"], "domain": "受診者", **more}


def ids(rows: list[Any], key: bytes | None = KEY, **more: Any) -> list[Any]:
    outcome = run_step(step(**more), {"氏名": "text"}, [(row,) for row in rows], key)
    assert outcome.codes == []
    return [row[0] for row in outcome.rows]


def test_the_id_is_the_hmac_of_the_normalised_values() -> None:
    subkey = Secret(KeyName("test", "2026"), KEY).derive("pseudonym", "受診者")
    digest = hmac.digest(subkey, message(["山田花子"]), "sha256")
    assert ids(["山田花子"]) == [f"{int.from_bytes(digest, 'big') % 16**16:016x}"]


def test_this_id_never_changes() -> None:
    # Worked out apart from this code (HKDF and HMAC by hand). Another value would break every delivery to be continued.
    types = {"氏名": "text", "生年月日": "date", "番号": "integer"}
    given = step(columns=["氏名", "生年月日", "番号"], domain="受診者")
    assert run_step(given, types, [("山田花子", "1970-01-03", "7")]).rows == [("38e297e150c91979",)]


def test_writing_in_another_width_is_the_same_person() -> None:
    one, two, three = ids(["ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ　ハナコ", "ヤマダハナオ"])
    assert one == two != three


def test_missing_stays_missing_and_hidden_stays_hidden() -> None:
    rows = [("a", "x"), (None, "x"), ("a", None), (None, None), ("b", "y")]
    given = step(columns=["氏名", "名"], **{"as": "仮ID"})
    outcome = run_step(given, {"氏名": "text", "名": "text"}, rows, hide={"名": {"column": "名", "equals": "y"}})
    assert outcome.names == ("仮ID",)
    assert outcome.rows[3] == (None,)
    assert outcome.rows[4] == (HIDDEN,)
    assert len({row[0] for row in outcome.rows[:3]}) == 3


def test_columns_are_not_run_together() -> None:
    rows = [("ab", "c"), ("a", "bc"), ("abc", None), (None, "abc"), ("abc", "")]
    outcome = run_step(step(columns=["氏名", "名"]), {"氏名": "text", "名": "text"}, rows)
    assert len(set(outcome.rows)) == 5


def test_the_id_stands_where_the_first_column_stood() -> None:
    types = {"a": "integer", "b": "text", "c": "text", "d": "text"}
    outcome = run_step(step(columns=["c", "a"], **{"as": "仮ID"}), types, [("1", "x", "y", "z")])
    assert outcome.names == ("b", "仮ID", "d")
    assert run_step(step(columns=["c", "a"]), types, [("1", "x", "y", "z")]).names == ("b", "c", "d")


def test_nothing_the_source_said_is_said_of_the_id() -> None:
    columns = (Column(name="氏名", kind="direct-identifier", special_care=True), Column(name="x"))
    after = Pseudonymize.model_validate({**step(**{"as": "仮ID"}), "because": "x"}).schema_after(
        Schema(columns=columns)
    )
    assert [(c.called, c.kind, c.special_care) for c in after] == [("仮ID", None, False), ("x", None, False)]


@pytest.mark.parametrize("alphabet", sorted(ALPHABETS))
@pytest.mark.parametrize("length", [8, 16, 64])
def test_ids_are_written_as_chosen(alphabet: str, length: int) -> None:
    for one in ids([f"p{n}" for n in range(20)], alphabet=alphabet, length=length):
        assert re.fullmatch(f"[{ALPHABETS[alphabet]}]{{{length}}}", one)


def test_base32_holds_no_signs_that_are_read_for_one_another() -> None:
    assert len(set(ALPHABETS["base32"])) == 32
    assert not set(ALPHABETS["base32"]) & set("0O1I")


@pytest.mark.parametrize("method", ["hmac", "random-table"])
def test_ids_of_two_keys_do_not_meet(method: str) -> None:
    people = [f"人{n}" for n in range(200)]
    mine, theirs = ids(people, method=method), ids(people, OTHER, method=method)
    same = sum(one == other for one, other in zip(mine, theirs, strict=True))
    assert len(set(mine)) == 200
    assert same == 0 if method == "hmac" else same < 8  # of 200 numbers dealt twice, about one falls as before


def test_ids_of_two_domains_do_not_meet() -> None:
    assert not set(ids(["a", "b"])) & set(ids(["a", "b"], domain="患者"))


def test_numbers_run_from_one_and_say_nothing_of_the_order() -> None:
    people = [f"人{n:03}" for n in range(120)]
    numbers = ids([*people, people[0], None], method="random-table")
    assert sorted(numbers[:120]) == [f"{n:03}" for n in range(1, 121)]
    assert numbers[120] == numbers[0]
    assert numbers[121] is None
    assert numbers[:120] != sorted(numbers[:120])


def test_numbers_of_two_files_do_not_line_up_although_the_key_is_the_same() -> None:
    people = [f"人{n:03}" for n in range(100)]
    first = ids(people, method="random-table")
    second = ids([*people, "新しい人"], method="random-table")[:100]
    ranks = [sorted(numbers).index(number) for numbers in (first, second) for number in numbers]
    agreeing = sum((ranks[a] < ranks[b]) == (ranks[100 + a] < ranks[100 + b]) for a in range(100) for b in range(a))
    assert 0.35 < agreeing / 4950 < 0.65  # an order kept would give 1


def test_two_people_with_one_id_are_refused() -> None:
    people = [f"人{n}" for n in range(30_000)]  # among 10^8 texts some two of 30,000 meet almost surely (98.9 %)
    outcome = run_step(step(length=8, alphabet="digits"), {"氏名": "text"}, [(name,) for name in people])
    assert outcome.codes == ["collision"]
    assert "length" in outcome.refused[0].now.ja


@pytest.mark.parametrize("values", [MY_NUMBERS, ["1234 5678 9018"], ["１２３４５６７８９０１８"]])
@pytest.mark.parametrize("columns", [["番号"], ["氏名", "番号"]])
def test_my_numbers_are_refused_by_content(values: list[str], columns: list[str]) -> None:
    rows = [("a", value) for value in values] + [("b", None)]
    outcome = run_step(step(columns=columns), {"氏名": "text", "番号": "text"}, rows)
    assert outcome.codes == ["my-number"]
    assert not any(value in outcome.refused[0].line("ja") for value in values)


def test_many_short_codes_are_told_from_my_numbers_without_a_look_at_each() -> None:
    outcome = run_step(step(columns=["番号"]), {"番号": "text"}, [(f"{n:05d}",) for n in range(45_000)])
    assert outcome.codes == []
    assert len(set(outcome.rows)) == 45_000


def test_my_numbers_in_circled_digits_are_refused_though_they_are_short() -> None:
    for value, codes in (("㉟㉝㊶⑪㊵⑫", ["my-number"]), ("㉟㉝㊶⑪㊵⑬", [])):  # 353341114012, made up
        assert run_step(step(columns=["番号"]), {"番号": "text"}, [(value,)]).codes == codes


def test_my_numbers_are_refused_as_whole_numbers_too() -> None:
    outcome = run_step(step(columns=["番号"]), {"番号": "integer"}, [(int(value),) for value in MY_NUMBERS])
    assert outcome.codes == ["my-number"]


@pytest.mark.parametrize("header", ["個人番号", "本人の個人番号（12桁）", "マイナンバー", "ﾏｲﾅﾝﾊﾞｰ", "My Number"])
def test_my_numbers_are_refused_by_header_before_any_data_is_read(header: str) -> None:
    given = Pseudonymize.model_validate({**step(columns=[header]), "because": "x"})
    declared = Schema(columns=(Column(name=header, kind="identification-code"),))
    assert [problem.code for problem in given.problems(declared, "steps[0]")] == ["my-number"]


def test_other_codes_may_be_replaced() -> None:
    declared = Schema(columns=(Column(name="旅券番号", kind="identification-code"),))
    given = Pseudonymize.model_validate({**step(columns=["旅券番号"]), "because": "x"})
    assert list(given.problems(declared, "steps[0]")) == []


def test_without_a_key_there_is_no_id() -> None:
    assert Pseudonymize.needs_key
    assert run_step(step(), {"氏名": "text"}, [("a",)], None).codes == ["no-key"]


@pytest.mark.parametrize("name", ["判定", "か\u3099"])
def test_a_name_in_use_is_refused(name: str) -> None:
    outcome = run_step(step(**{"as": name}), {"氏名": "text", "判定": "text", "が": "text"}, [])
    assert outcome.codes == ["name-taken"]


def test_the_name_of_a_column_that_goes_is_free() -> None:
    given = step(columns=["氏名", "名"], **{"as": "名"})
    assert run_step(given, {"氏名": "text", "名": "text"}, [("a", "b")]).names == ("名",)


@pytest.mark.parametrize(
    "more",
    [
        {"method": "sha256"},
        {"method": "random-table", "length": 8},
        {"method": "random-table", "alphabet": "hex"},
        {"length": 7},
        {"length": 65},
        {"domain": " "},
        {"key": "abc"},
        {"columns": []},
    ],
)
def test_there_is_no_unkeyed_hash_and_no_other_half_measure(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Pseudonymize.model_validate({**step(**more), "because": "x"})
