"""A run goes through its stages in order, and stops with everything that is wrong at the first that fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from small_runs import KEY, TODAY, declared, document, key_store, refused, run, step, texts
from sudare.engines.engine import Engine
from sudare.execution.job import Job
from sudare.japan.check_digits import my_number_check_digit
from sudare.keystore import KeyStore

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.language import Text

COLUMNS = [declared("区分"), declared("年齢", "integer", unit="歳")]
KEEP = [step("keep", "区分", "年齢")]
TABLE = texts(区分=["甲", "乙", "甲"], 年齢=["40", "41", None])
IDENTIFIER = {"kind": "direct-identifier"}


def ages(*values: int | None) -> pa.Table:
    return pa.table({"区分": pa.array(["甲"] * len(values)), "年齢": pa.array(values, pa.int64())})


def test_a_table_goes_through(tmp_path: Path) -> None:
    ran = run(tmp_path, document(COLUMNS, KEEP), TABLE)
    assert ran.header == ["区分", "年齢"]
    assert sorted(ran.rows) == [("乙", "41"), ("甲", ""), ("甲", "40")]


def test_the_spec_comes_before_the_key_and_the_key_before_the_table(tmp_path: Path) -> None:
    bad_table = texts(区分=["甲"], 年齢=["よんじゅう"])
    undecided = document(COLUMNS, [step("keep", "区分")], key=KEY)
    assert refused(lambda: run(tmp_path, undecided, bad_table)) == {"undecided-column": ["input.columns[1]"]}
    decided = document(COLUMNS, KEEP, key=KEY)
    empty = KeyStore(tmp_path / "none")
    assert list(refused(lambda: run(tmp_path, decided, bad_table, store=empty))) != ["misfit"]
    store = key_store(tmp_path)
    assert refused(lambda: run(tmp_path, decided, bad_table, store=store)) == {"misfit": ["input.columns[1]"]}


def test_the_stages_are_told_in_order(tmp_path: Path) -> None:
    told: list[str] = []

    def tell(stage: Text, _share: float) -> None:
        if stage.en not in told:
            told.append(stage.en)

    with Engine(tmp_path / "work") as engine:
        job = Job(document(COLUMNS, KEEP), TABLE, engine=engine, today=TODAY, tell=tell)
        job.read()
        job.process()
        job.check()
        job.write(tmp_path)
    assert told == ["reading", "step 1: keep", "checking", "writing"]


def test_all_misfits_are_told_at_once(tmp_path: Path) -> None:
    columns = [declared("甲", "integer"), declared("乙", "date"), declared("丙", "decimal")]
    table = texts(甲=["1", "秘密一"], 乙=["秘密二", "2026-01-01"], 丙=["秘密三", "1.5"])
    found = refused(lambda: run(tmp_path, document(columns, [step("keep", "甲", "乙", "丙")]), table), "秘密")
    assert found == {"misfit": ["input.columns[0]", "input.columns[1]", "input.columns[2]"]}


def test_a_renamed_column_of_the_file_is_a_misfit(tmp_path: Path) -> None:
    table = texts(区分=["甲"], 年令=["40"])
    found = refused(lambda: run(tmp_path, document(COLUMNS, KEEP), table))
    assert "missing-column" in found


def test_columns_out_of_scope_are_gone_before_the_first_step(tmp_path: Path) -> None:
    columns = [*COLUMNS, declared("備考")]
    table = texts(区分=["甲"], 年齢=["40"], 備考=["x"])
    spec = document(columns, KEEP, out_of_scope={"columns": ["備考"], "because": "対象外"})
    ran = run(tmp_path, spec, table)
    assert ran.header == ["区分", "年齢"]
    assert [done["technique"] for done in ran.receipt["steps"]] == ["keep"]


def check(columns: list[str], at_least: int) -> dict[str, Any]:
    return {"measure": "k-anonymity", "columns": columns, "at_least": at_least}


def test_every_failed_check_is_told(tmp_path: Path) -> None:
    checks = [check(["区分"], 2), check(["年齢"], 2), check(["区分", "年齢"], 1)]
    found = refused(lambda: run(tmp_path, document(COLUMNS, KEEP, checks=checks), TABLE))
    assert found == {"check-failed": ["checks[0]", "checks[1]"]}


def test_a_failed_check_keeps_its_value_for_the_receipt(tmp_path: Path) -> None:
    with Engine(tmp_path / "work") as engine:
        job = Job(document(COLUMNS, KEEP, checks=[check(["区分"], 2)]), TABLE, engine=engine, today=TODAY)
        job.read()
        job.process()
        refused(job.check)
        told = job.receipt.to_dict("en")
    assert told["state"] == "refused"
    assert told["output"] is None
    assert told["checks"][-1] == {"measure": "k-anonymity", "ok": False, "value": 1}


# ------------------------------------------------------------------ reasons


def reason(text: str, **parts: Any) -> dict[str, Any]:
    return {"columns": COLUMNS, "steps": [step("keep", "区分", "年齢") | {"because": text}], **parts}


RARE = pa.table(
    {
        "区分": pa.array(["よくある区分"] * 20 + ["めずらしい 区分"], pa.string()),
        "年齢": pa.array([40] * 10 + [41] * 10 + [116], pa.int64()),
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "めずらしい 区分があるため",
        "めずらしい区分があるため",
        "めずらしい　区分があるため",
        "116歳の人がいるため",
        "１１６歳の人がいるため",
        "最高齢は116",
        "年齢が116.0のため",
    ],
)
def test_a_reason_that_repeats_a_rare_value_is_refused(tmp_path: Path, text: str) -> None:
    found = refused(lambda: run(tmp_path, document(**reason(text)), RARE), "めずらしい", "116")
    assert found == {"value-in-reason": ["steps[0].because"]}


@pytest.mark.parametrize(
    "text",
    [
        "よくある区分なので残す",
        "40歳と41歳は多い",
        "年齢と区分は提案項目",
        "内規第116条による",
        "施行規則62条5号、令和116年度",
        "1116人と1160人",
        "区分が多い",
    ],
)
def test_a_reason_of_common_words_is_no_false_alarm(tmp_path: Path, text: str) -> None:
    kept = {"finding": "unusual-in-society/年齢", "standards": [4], "because": "この試験では残す"}
    assert len(run(tmp_path, document(**reason(text, dismissed=[kept])), RARE).rows) == 21


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1970-01-03の受診", True),
        ("１９７０－０１－０３の受診", True),
        ("受診1970-01-032", True),
        ("1970-01-02と2026-13-45", False),
    ],
)
def test_a_rare_day_may_not_stand_in_a_reason(tmp_path: Path, text: str, told: bool) -> None:  # noqa: FBT001 - a case
    days = ["1970-01-02"] * 20 + ["1970-01-03"]
    columns = [declared("区分"), declared("受診日", type="date")]
    spec = document(columns, [step("keep", "区分", "受診日") | {"because": text}])
    table = texts(区分=["甲"] * 21, 受診日=days)
    if told:
        assert refused(lambda: run(tmp_path, spec, table)) == {"value-in-reason": ["steps[0].because"]}
    else:
        assert len(run(tmp_path, spec, table).rows) == 21


def test_what_society_calls_rare_is_not_written_unless_somebody_said_so(tmp_path: Path) -> None:
    assert refused(lambda: run(tmp_path, document(COLUMNS, KEEP), RARE), "116") == {"finding-left": ["年齢"]}
    kept = {"finding": "unusual-in-society/年齢", "standards": [4], "because": "全員が公表に同意した"}
    assert len(run(tmp_path, document(COLUMNS, KEEP, dismissed=[kept]), RARE).rows) == 21


@pytest.mark.parametrize(
    "text",
    ["折り返しは089-000-1234まで", "０８９－０００－１２３４", "mail: a.b@example.jp あて", "番号は123456789018でした"],
)
def test_identifiers_inside_texts_are_found_in_the_processed_table(tmp_path: Path, text: str) -> None:
    table = texts(区分=["甲"] * 19 + [text], 年齢=["40"] * 20)
    assert refused(lambda: run(tmp_path, document(COLUMNS, KEEP), table), text) == {"finding-left": ["区分"]}


def test_a_value_that_another_column_still_tells_is_named_as_open(tmp_path: Path) -> None:
    places = [f"{n % 4}番区" for n in range(40)]
    areas = {"0番区": "北", "1番区": "東", "2番区": "南", "3番区": "西"}
    table = texts(区分=places, 年齢=["40"] * 40, 方角=[areas[one] for one in places])
    steps = [step("delete-column", "区分"), step("keep", "年齢", "方角")]
    ran = run(tmp_path, document([*COLUMNS, declared("方角")], steps), table)
    assert [(one["code"], one["where"]) for one in ran.receipt["open"] if one["code"] == "restorable"] == [
        ("restorable", "方角")
    ]


def test_a_threshold_may_stand_in_its_reason(tmp_path: Path) -> None:
    table = ages(*[40] * 20, 90, 91)
    top = step("top-code", "年齢", at_least=90, label="90歳以上") | {"because": "90歳以上は珍しい"}
    spec = document(COLUMNS, [step("keep", "区分"), top])
    assert ("甲", "90歳以上") in run(tmp_path, spec, table).rows
    told = document(COLUMNS, [step("keep", "区分"), top | {"because": "91歳がいる"}])
    assert refused(lambda: run(tmp_path, told, table)) == {"value-in-reason": ["steps[1].because"]}


def test_a_threshold_of_one_digit_hides_no_longer_number(tmp_path: Path) -> None:
    small = step("delete-small-classes", "区分", below=9)
    spec = document(COLUMNS, [*KEEP, small | {"because": "年齢は99もある"}])
    assert refused(lambda: run(tmp_path, spec, ages(*[40] * 20, 99))) == {"value-in-reason": ["steps[1].because"]}
    spec = document(COLUMNS, [*KEEP, small | {"because": "199と991"}])
    assert run(tmp_path, spec, ages(*[40] * 20, 1, 99)).rows


def test_the_values_of_a_table_excuse_no_reason(tmp_path: Path) -> None:
    mapping = step("map-values", "区分", table={"めずらしい 区分": "他", "よくある区分": "他"})
    steps = [mapping | {"because": "めずらしい 区分を隠す"}, step("keep", "年齢")]
    assert refused(lambda: run(tmp_path, document(COLUMNS, steps), RARE)) == {"value-in-reason": ["steps[0].because"]}


def test_titles_dismissals_and_scopes_are_looked_at_too(tmp_path: Path) -> None:
    columns = [*COLUMNS, declared("備考")]
    table = RARE.append_column("備考", pa.array(["x"] * 21))
    spec = document(
        columns,
        KEEP,
        title="めずらしい 区分の表",
        dismissed=[{"finding": "rare/年齢", "standards": [4], "because": "116は多い"}],
        out_of_scope={"columns": ["備考"], "because": "116のため"},
    )
    assert refused(lambda: run(tmp_path, spec, table)) == {
        "value-in-reason": ["title", "dismissed[0].because", "out_of_scope.because"]
    }


# ------------------------------------------------------------------ what is looked for in every result


def test_a_name_left_in_another_column_is_refused(tmp_path: Path) -> None:
    columns = [declared("氏名", **IDENTIFIER), declared("メモ"), declared("区分")]
    table = texts(氏名=["例田 いちこ", "見本 にこ"], メモ=["電話で 例田　いちこ さんに", ""], 区分=["甲", "乙"])
    steps = [step("delete-column", "氏名"), step("keep", "メモ", "区分")]
    found = refused(lambda: run(tmp_path, document(columns, steps), table), "例田", "いちこ")
    assert found == {"direct-identifier-left": ["メモ"]}
    hidden = step("suppress-cells", "メモ", where={"column": "区分", "equals": "甲"})
    ran = run(tmp_path, document(columns, [steps[0], hidden, step("keep", "区分")]), table)
    assert sorted(ran.rows) == [("", "乙"), ("*", "甲")]


def test_a_name_left_in_the_rows_of_another_person_is_refused(tmp_path: Path) -> None:
    columns = [declared("氏名", **IDENTIFIER), declared("紹介者")]
    table = texts(氏名=["例田いちこ", "見本にこ"], 紹介者=[None, "例田いちこ"])
    spec = document(columns, [step("delete-column", "氏名"), step("keep", "紹介者")])
    assert refused(lambda: run(tmp_path, spec, table)) == {"direct-identifier-left": ["紹介者"]}


def my_numbers(count: int) -> list[str]:
    return [f"{n:011d}" + my_number_check_digit(f"{n:011d}") for n in range(12345, 12345 + count)]


def test_my_numbers_under_another_header_are_refused(tmp_path: Path) -> None:
    spec = document([declared("照会番号")], [step("keep", "照会番号")])
    numbers = my_numbers(30)
    found = refused(lambda: run(tmp_path, spec, texts(照会番号=numbers)), *numbers)
    assert found == {"identification-code-left": ["照会番号"]}
    wrong = [number[:-1] + str((int(number[-1]) + 1) % 10) for number in numbers]
    assert len(run(tmp_path, spec, texts(照会番号=wrong)).rows) == 30


def test_my_numbers_that_a_spreadsheet_made_whole_numbers_are_refused(tmp_path: Path) -> None:
    spec = document([declared("照会番号", "integer")], [step("keep", "照会番号")])
    numbers = pa.table({"照会番号": pa.array([int("9" + n[1:11]) * 10 for n in my_numbers(3)], pa.int64())})
    whole = [f"{n // 10:011d}" + my_number_check_digit(f"{n // 10:011d}") for n in numbers["照会番号"].to_pylist()]
    table = pa.table({"照会番号": pa.array([int(n) for n in whole], pa.int64())})
    assert refused(lambda: run(tmp_path, spec, table)) == {"identification-code-left": ["照会番号"]}


def test_residence_cards_are_refused(tmp_path: Path) -> None:
    spec = document([declared("番号")], [step("keep", "番号")])
    cards = [f"AB{n:08d}CD" for n in range(20)]
    assert refused(lambda: run(tmp_path, spec, texts(番号=cards)), *cards) == {"identification-code-left": ["番号"]}


def test_a_mark_that_the_data_uses_is_refused(tmp_path: Path) -> None:
    hide = step("suppress-cells", "区分", where={"column": "年齢", "at_least": 41})
    spec = document(COLUMNS, [hide, step("keep", "年齢")])
    table = texts(区分=["*", "乙", "甲"], 年齢=["40", "41", None])
    assert refused(lambda: run(tmp_path, spec, table)) == {"mark-taken": ["output.suppressed_as"]}
    other = document(COLUMNS, [hide, step("keep", "年齢")], output={"suppressed_as": "削除"})
    assert sorted(run(tmp_path, other, table).rows) == [("*", "40"), ("削除", "41"), ("甲", "")]


def test_a_mark_that_is_a_number_of_the_column_is_refused(tmp_path: Path) -> None:
    hide = step("suppress-cells", "年齢", where={"column": "区分", "equals": "乙"})
    spec = document(COLUMNS, [hide, step("keep", "区分")], output={"suppressed_as": "40"})
    assert refused(lambda: run(tmp_path, spec, TABLE)) == {"mark-taken": ["output.suppressed_as"]}


# ------------------------------------------------------------------ people


NO_PERSON = [step("delete-column", "人"), step("keep", "区分")]


def linked(name: str) -> dict[str, Any]:
    return {"name": name, "type": "text", "kind": "linking-code"}


def test_checks_count_people_where_the_spec_names_them(tmp_path: Path) -> None:
    columns = [linked("人"), declared("区分")]
    table = texts(人=["a", "a", "b", "c", "c", "c"], 区分=["甲", "甲", "甲", "乙", "乙", "乙"])
    in_rows = run(tmp_path, document(columns, NO_PERSON, checks=[check(["区分"], 3)]), table)
    assert in_rows.receipt["input"]["people"] is None
    spec = document(columns, NO_PERSON, checks=[check(["区分"], 2)], unit={"person": "人"})
    assert refused(lambda: run(tmp_path, spec, table)) == {"check-failed": ["checks[0]"]}


def test_too_few_people_are_refused(tmp_path: Path) -> None:
    columns = [linked("人"), declared("区分")]
    table = texts(人=[f"p{n % 12}" for n in range(40)], 区分=["甲"] * 40)
    enough = run(tmp_path, document(columns, NO_PERSON, unit={"person": "人", "at_least": 12}), table)
    assert (enough.receipt["input"]["people"], enough.receipt["output"]["people"]) == (12, 12)
    assert enough.receipt["checks"][-1] == {"measure": "people", "ok": True, "value": 12}
    spec = document(columns, NO_PERSON, unit={"person": "人", "at_least": 13})
    assert refused(lambda: run(tmp_path, spec, table)) == {"check-failed": ["unit.at_least"]}


def test_rows_without_a_person_are_one_person_together(tmp_path: Path) -> None:
    columns = [linked("人"), declared("区分")]
    table = texts(人=[None] * 30 + [f"p{n}" for n in range(10)], 区分=["甲"] * 40)
    assert run(tmp_path, document(columns, NO_PERSON, unit={"person": "人"}), table).receipt["input"]["people"] == 11


def test_a_table_without_rows_goes_through(tmp_path: Path) -> None:
    spec = document(
        COLUMNS, [*KEEP, step("delete-small-classes", "区分", below=5, at_most="2%")], checks=[check(["区分"], 5)]
    )
    ran = run(tmp_path, spec, texts(区分=[], 年齢=[]))
    assert (ran.header, ran.rows) == (["区分", "年齢"], [])
    assert ran.receipt["checks"][-1] == {"measure": "k-anonymity", "ok": True, "value": None}


# ------------------------------------------------------------------ the receipt

RECEIPT = {"state", "spec", "input", "output", "steps", "checks", "open", "keys", "versions"}
# What stood beside it, what was set, why it was refused, what to know of the input.
MORE = {"policy", "tables", "lists", "parameters", "overridden", "problems", "warnings", "usefulness", "assessment"}


def test_the_receipt_has_the_keys_of_the_design(tmp_path: Path) -> None:
    spec = document(
        COLUMNS, [*KEEP, step("delete-small-classes", "区分", below=5)], key=KEY, checks=[check(["区分"], 5)]
    )
    store = key_store(tmp_path)
    told = run(tmp_path, spec, RARE, store=store).receipt
    assert set(told) == RECEIPT | MORE
    assert told["state"] == "done"
    assert told["spec"] == {"sha256": spec.sha256}
    assert set(told["input"]) == {"sha256", "rows", "people"}
    assert set(told["output"]) == {"file", "sha256", "rows", "people"}
    assert told["steps"] == [
        {"id": "1", "technique": "keep", "rows": 0, "cells": 0},
        {"id": "2", "technique": "delete-small-classes", "rows": "<10", "cells": 0},
    ]
    assert told["checks"] == [
        {"measure": "identification-codes", "ok": True, "value": None},
        {"measure": "direct-identifiers", "ok": True, "value": None},
        {"measure": "suppression-mark", "ok": True, "value": None},
        {"measure": "findings-left", "ok": True, "value": None},
        {"measure": "k-anonymity", "ok": True, "value": 20},
    ]
    assert told["keys"] == [{"name": KEY, "fingerprint": told["keys"][0]["fingerprint"]}]
    assert re.fullmatch("[0-9a-f]{16}", told["keys"][0]["fingerprint"])
    assert {"python", "sudare", "duckdb", "pyarrow", "sqlglot", "papermill"} <= set(told["versions"])


def test_small_counts_are_told_as_below_ten(tmp_path: Path) -> None:
    columns = [linked("人"), declared("区分")]
    table = texts(人=[f"p{n}" for n in range(9)], 区分=["甲"] * 9)
    told = run(tmp_path, document(columns, NO_PERSON, unit={"person": "人", "at_least": 2}), table).receipt
    assert (told["input"]["rows"], told["input"]["people"]) == ("<10", "<10")
    assert (told["output"]["rows"], told["output"]["people"]) == ("<10", "<10")
    assert told["steps"][0]["cells"] == "<10"
    assert told["checks"][-1]["value"] == "<10"


def test_changed_cells_are_counted(tmp_path: Path) -> None:
    table = pa.table({"区分": ["甲"] * 30, "年齢": pa.array([40] * 15 + [95] * 15, pa.int64())})
    top = step("top-code", "年齢", at_least=90, label="90歳以上")
    hide = step("suppress-cells", "区分", where={"column": "年齢", "equals": "90歳以上"})
    told = run(tmp_path, document(COLUMNS, [top, hide, step("delete-column", "年齢")]), table).receipt
    assert [(done["rows"], done["cells"]) for done in told["steps"]] == [(0, 15), (0, 15), (0, 30)]
