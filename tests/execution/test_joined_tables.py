"""A run takes in the tables beside its spec as carefully as its own: told, hashed, decided, and gated alike."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from small_runs import KEY, TODAY, declared, document, key_store, refused, run, step, texts
from sudare.engines.engine import Engine
from sudare.execution.job import Job

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from sudare.specs import Document

LINK = declared("管理番号", kind="linking-code")
NAME = declared("氏名", kind="direct-identifier")
RESULT = declared("判定", kind="sensitive")
NUMBER_GOES = step("delete-column", "管理番号")


def join(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return step("join-table", "管理番号", file="検査.csv", input={"columns": list(columns)}, **more)


def put(folder: Path, header: str, *lines: str, name: str = "検査.csv") -> None:
    (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8", newline="")


def spec_in(folder: Path, columns: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]], **parts: Any) -> Document:
    """Make a spec that lies in a folder."""
    return replace(document(columns, steps, **parts), path=folder / "試験.sudare.yaml")


def register(count: int) -> pa.Table:
    """Make a register of ages: 40 and 41 in turns."""
    return texts(管理番号=[f"K-{n:04}" for n in range(count)], 年齢=[str(40 + n % 2) for n in range(count)])


AGE = declared("年齢", "integer")


# ------------------------------------------------------------------ the guideline's case


def test_two_registers_are_joined_and_the_number_between_them_goes(tmp_path: Path) -> None:
    # Guideline 3-2-3, example 1: basic information and check-up results kept apart, joined by a management number.
    put(
        tmp_path,
        "管理番号,氏名,居住地",
        "K-000102,山田花子,愛媛県松山市",
        "K-000101,佐藤次郎,愛媛県今治市",
        "K-000199,鈴木三郎,愛媛県西条市",
        name="基本.csv",
    )
    basics = {"columns": [LINK, NAME, declared("居住地", kind="quasi-identifier")]}
    spec = spec_in(
        tmp_path,
        [LINK, RESULT],
        [
            step("join-table", "管理番号", file="基本.csv", input=basics, take=["居住地"]),
            step("delete-column", "管理番号", standards=[3]),
            step("keep", "居住地", "判定", standards=[1]),
        ],
    )
    ran = run(tmp_path, spec, texts(管理番号=["K-000101", "K-000102"], 判定=["A", "B"]))
    assert ran.header == ["判定", "居住地"]
    assert sorted(ran.rows) == [("A", "愛媛県今治市"), ("B", "愛媛県松山市")]


# ------------------------------------------------------------------ decisions


@pytest.mark.parametrize(
    ("columns", "steps", "found"),
    [
        ([RESULT], [], {"undecided-column": ["steps[0]"]}),
        ([RESULT], [step("keep", "判定")], {}),
        ([RESULT], [step("rename-column", "判定", to="結果")], {"undecided-column": ["steps[0]"]}),
        ([RESULT], [step("rename-column", "判定", to="結果"), step("keep", "結果")], {}),
        ([NAME], [step("keep", "氏名")], {"must-not-stay": ["steps[0]"]}),
        ([NAME], [step("delete-column", "氏名")], {}),
        ([declared("別番号", kind="linking-code")], [step("keep", "別番号")], {"must-not-stay": ["steps[0]"]}),
    ],
)
def test_a_column_brought_in_is_decided_like_one_of_the_input(
    tmp_path: Path, columns: list[dict[str, Any]], steps: list[dict[str, Any]], found: dict[str, list[str]]
) -> None:
    put(tmp_path, "管理番号," + ",".join(column["name"] for column in columns), "K-0000,値")
    spec = spec_in(tmp_path, [LINK, AGE], [join(LINK, *columns), NUMBER_GOES, step("keep", "年齢"), *steps])
    if found:
        assert refused(lambda: run(tmp_path, spec, register(1))) == found
    else:
        run(tmp_path, spec, register(1))


def test_the_linking_number_needs_a_decision_of_its_own(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,判定", "K-0000,A")
    spec = spec_in(tmp_path, [LINK, AGE], [join(LINK, RESULT), step("keep", "年齢", "判定")])
    found = refused(lambda: run(tmp_path, spec, register(1)))
    assert found == {"undecided-column": ["input.columns[0]"], "must-not-stay": ["input.columns[0]"]}


def test_a_name_that_a_deleted_column_had_does_not_come_back(tmp_path: Path) -> None:
    # Its decision would count for the column that comes in.
    put(tmp_path, "管理番号,年齢", "K-0000,40")
    steps = [step("delete-column", "年齢"), join(LINK, AGE), NUMBER_GOES]
    found = refused(lambda: run(tmp_path, spec_in(tmp_path, [LINK, AGE], steps), register(1)))
    assert found["name-taken"] == ["steps[1]"]


# ------------------------------------------------------------------ the receipt


def test_the_receipt_names_the_file_its_hash_and_its_rows(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,判定", *(f"K-{n:04},A" for n in range(12)))
    spec = spec_in(tmp_path, [LINK, AGE], [join(LINK, RESULT), NUMBER_GOES, step("keep", "年齢", "判定")])
    told = run(tmp_path, spec, register(11)).receipt
    content = (tmp_path / "検査.csv").read_bytes()
    assert told["tables"] == [{"file": "検査.csv", "sha256": hashlib.sha256(content).hexdigest(), "rows": 12}]
    assert told["steps"][0] == {"id": "1", "technique": "join-table", "rows": 0, "cells": 11}
    put(tmp_path, "管理番号,判定", "K-0000,A")
    assert run(tmp_path, spec, register(1)).receipt["tables"][0]["rows"] == "<10"


def test_a_file_that_two_steps_join_is_read_once(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,判定,身長", "K-0000,A,170")
    columns = [LINK, RESULT, declared("身長", "decimal")]
    steps = [join(*columns, take=["判定"]), join(*columns, take=["身長"]), NUMBER_GOES]
    ran = run(tmp_path, spec_in(tmp_path, [LINK, AGE], [*steps, step("keep", "年齢", "判定", "身長")]), register(1))
    assert ran.rows == [("40", "A", "170")]
    assert len(ran.receipt["tables"]) == 1


def test_without_a_join_there_are_no_tables(tmp_path: Path) -> None:
    ran = run(tmp_path, document([LINK, AGE], [NUMBER_GOES, step("keep", "年齢")]), register(1))
    assert ran.receipt["tables"] == []


def test_rows_that_went_for_want_of_a_partner_are_counted(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,判定", *(f"K-{n:04},A" for n in range(12)))
    steps = [join(LINK, RESULT, unmatched="delete"), NUMBER_GOES, step("keep", "年齢", "判定")]
    ran = run(tmp_path, spec_in(tmp_path, [LINK, AGE], steps), register(30))
    assert (ran.receipt["steps"][0]["rows"], len(ran.rows)) == (18, 12)


def test_another_file_beside_it_gives_another_order_of_rows(tmp_path: Path) -> None:
    steps = [join(LINK, RESULT), NUMBER_GOES, step("keep", "年齢", "判定")]
    spec = spec_in(tmp_path, [LINK, AGE], steps, key=KEY)
    store = key_store(tmp_path)
    lines = [f"K-{n:04},{'AB'[n % 3 == 0]}" for n in range(40)]
    put(tmp_path, "管理番号,判定", *lines)
    first, again = (run(tmp_path, spec, register(40), store=store) for _ in range(2))
    put(tmp_path, "管理番号,判定", *lines, "K-9999,C")  # a row that nobody of the register has
    other = run(tmp_path, spec, register(40), store=store)
    assert first.content == again.content
    assert first.content != other.content
    assert sorted(first.rows) == sorted(other.rows)


# ------------------------------------------------------------------ what does not fit


def test_misfits_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,判定,身長", "K-0000,A,秘密一")
    put(tmp_path, "管理番号,所得", "K-0000,秘密二", name="税.csv")
    tax = step("join-table", "管理番号", file="税.csv", input={"columns": [LINK, declared("所得", "integer")]})
    steps = [join(LINK, RESULT, declared("身長", "decimal")), tax, NUMBER_GOES]
    spec = spec_in(tmp_path, [LINK, AGE], [*steps, step("keep", "年齢", "判定", "身長", "所得")])
    table = texts(管理番号=["K-0000"], 年齢=["秘密三"])
    assert refused(lambda: run(tmp_path, spec, table), "秘密") == {
        "misfit": ["input.columns[1]", "steps[0].input.columns[2]", "steps[1].input.columns[1]"]
    }


def test_user_defined_characters_of_the_second_file_are_a_warning_that_names_it(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,判定", "K-0000,\ue000")
    spec = spec_in(tmp_path, [LINK, AGE], [join(LINK, RESULT), NUMBER_GOES, step("keep", "年齢", "判定")])
    [warning] = run(tmp_path, spec, register(1)).receipt["warnings"]
    assert warning["code"] == "gaiji"
    assert "検査.csv" in warning["message"]


# ------------------------------------------------------------------ the gate


NOTE = declared("備考")


def test_a_name_of_the_second_file_may_not_stand_in_the_output(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,氏名,判定", "K-0000,白壁きぬ,A", "K-0001,嶺井たつ,B")
    steps = [join(LINK, NAME, RESULT, take=["判定"]), NUMBER_GOES, step("keep", "備考", "判定")]
    spec = spec_in(tmp_path, [LINK, NOTE], steps)
    clean = texts(管理番号=["K-0000"], 備考=["特になし"])
    run(tmp_path, spec, clean)
    # Of a person, too, that is no row of the table at work.
    for name in ("白壁きぬ", "嶺井 たつ"):
        leaking = texts(管理番号=["K-0000"], 備考=[f"{name}さんの紹介"])
        found = refused(lambda table=leaking: run(tmp_path, spec, table), "白壁", "嶺井")
        assert found == {"direct-identifier-left": ["備考"]}


def test_a_name_that_both_files_know_is_told_once(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,氏名,判定", "K-0000,白壁きぬ,A")
    steps = [join(LINK, {**NAME, "as": "台帳氏名"}, RESULT, take=["判定"]), NUMBER_GOES, step("delete-column", "氏名")]
    spec = spec_in(tmp_path, [LINK, NAME, NOTE], [*steps, step("keep", "備考", "判定")])
    table = texts(管理番号=["K-0000"], 氏名=["白壁きぬ"], 備考=["白壁きぬさん"])
    assert refused(lambda: run(tmp_path, spec, table)) == {"direct-identifier-left": ["備考"]}


def test_identifiers_of_the_second_file_are_looked_for_in_files_beside_the_data(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,氏名,判定", "K-0000,白壁きぬ,A", "Q-777123,嶺井たつ,B")
    steps = [join(LINK, NAME, RESULT, take=["判定"]), NUMBER_GOES, step("keep", "備考", "判定")]
    with Engine(tmp_path / "work") as engine:
        table = texts(管理番号=["K-0000"], 備考=["x"])
        job = Job(spec_in(tmp_path, [LINK, NOTE], steps), table, engine=engine, today=TODAY)
        job.read()
        assert not job.identifier_in(["表の連結", "判定"])
        for told in ("題名 白壁 きぬ", "嶺井たつ", "Ｑ－777123 の件"):
            assert job.identifier_in([told]), told


# ------------------------------------------------------------------ reasons


def test_a_reason_may_not_repeat_a_rare_value_that_came_in(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,診断", *(f"K-{n:04},{'稀な病' if n == 3 else 'かぜ'}" for n in range(40)))
    diagnosis = declared("診断")

    def attempt(reason: str) -> None:
        steps = [join(LINK, diagnosis), NUMBER_GOES, step("keep", "年齢", "診断") | {"because": reason}]
        run(tmp_path, spec_in(tmp_path, [LINK, AGE], steps), register(40))

    attempt("かぜが多い")
    assert refused(lambda: attempt("稀な病の人がいる"), "稀な病") == {"value-in-reason": ["steps[2].because"]}


def test_a_label_that_stands_once_in_a_list_is_not_rare_where_many_rows_have_it(tmp_path: Path) -> None:
    put(tmp_path, "年齢,区分", "40,四十歳", "41,四十一歳")
    labels = {"columns": [AGE, declared("区分")]}
    steps = [step("join-table", "年齢", file="検査.csv", input=labels), NUMBER_GOES]
    because = {"because": "四十歳の人が多い"}
    spec = spec_in(tmp_path, [LINK, AGE], [*steps, step("keep", "年齢", "区分") | because])
    run(tmp_path, spec, register(40))
    assert refused(lambda: run(tmp_path, spec, register(12)), "四十歳") == {"value-in-reason": ["steps[2].because"]}


def test_a_reason_may_not_repeat_an_identifier_that_was_not_taken(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,氏名,判定", "K-0000,白壁きぬ,A")
    steps = [join(LINK, NAME, RESULT, take=["判定"]), NUMBER_GOES, step("keep", "年齢", "判定")]
    spec = spec_in(tmp_path, [LINK, AGE], steps, title="白壁きぬさんの件")
    assert refused(lambda: run(tmp_path, spec, register(1)), "白壁") == {"value-in-reason": ["title"]}


# ------------------------------------------------------------------ the stories of the report


def test_a_column_brought_in_is_told_from_where_it_came_in(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,区分", *(f"K-{n:04},{'甲' if n < 15 else '乙'}" for n in range(40)))
    mapped = step("map-values", "区分", table={"甲": "丙", "乙": "丙"})
    steps = [join(LINK, declared("区分"), unmatched="keep"), NUMBER_GOES, mapped, step("keep", "年齢")]
    renamed = step("rename-column", "区分", to="群")
    ran = run(tmp_path, spec_in(tmp_path, [LINK, AGE], [*steps, renamed]), register(60))
    story = next(story for story in ran.outcome.stories if story.name == "群")
    assert story.was == "区分"
    assert story.before is not None
    assert story.after is not None
    assert {bar.label.en: bar.count for bar in story.before.bars} == {"甲": 15, "乙": 25}
    assert {bar.label.en: bar.count for bar in story.after.bars} == {"丙": 40}
    assert (story.before.missing, story.after.missing) == (20, 20)


def test_identifying_columns_and_free_text_that_came_in_are_not_drawn(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,相手番号,所見", *(f"K-{n:04},{n % 2},同文" for n in range(40)))
    columns = [LINK, declared("相手番号", kind="linking-code"), declared("所見", kind="free-text")]
    mapped = step("map-values", "相手番号", table={"0": "丙", "1": "丙"})
    steps = [join(*columns), NUMBER_GOES, mapped, step("keep", "年齢", "所見")]
    stories = run(tmp_path, spec_in(tmp_path, [LINK, AGE], steps), register(40)).outcome.stories
    assert {story.name for story in stories if story.before is None} == {"相手番号", "所見"}


def test_a_column_brought_in_after_another_went_has_a_story_of_its_own(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,区分,身分", *(f"K-{n:04},甲,乙" for n in range(40)))
    columns = [LINK, declared("区分"), declared("身分")]
    steps = [
        join(*columns, take=["区分"]),
        step("delete-column", "区分"),
        join(*columns, take=["身分"]),
        NUMBER_GOES,
        step("keep", "年齢", "身分"),
    ]
    stories = run(tmp_path, spec_in(tmp_path, [LINK, AGE], steps), register(40)).outcome.stories
    assert [(story.name, story.was) for story in stories] == [("年齢", "年齢"), ("身分", "身分")]
    before = stories[1].before
    assert before is not None
    assert [bar.label.en for bar in before.bars] == ["乙"]


def test_a_column_brought_in_after_one_went_takes_the_place_of_none(tmp_path: Path) -> None:
    put(tmp_path, "管理番号,判定", "K-0000,A")
    steps = [step("delete-column", "年齢"), join(LINK, RESULT), NUMBER_GOES, step("keep", "備考", "判定")]
    table = texts(管理番号=["K-0000"], 年齢=["40"], 備考=["よし"])
    ran = run(tmp_path, spec_in(tmp_path, [LINK, AGE, NOTE], steps), table)
    assert (ran.header, ran.rows) == (["備考", "判定"], [("よし", "A")])


# ------------------------------------------------------------------ after swaps and noise


@pytest.mark.parametrize("unmatched", ["keep", "delete"])
def test_a_table_joined_after_a_swap_is_judged_on_the_values_before_it(tmp_path: Path, unmatched: str) -> None:
    put(tmp_path, "管理番号,区分", *(f"K-{n:04},甲" for n in range(30)))
    swap = step("swap", "年齢", method="random", rate=1, if_alone="keep")
    steps = [swap, join(LINK, declared("区分"), unmatched=unmatched), NUMBER_GOES, step("keep", "年齢", "区分")]
    checks = [{"measure": "k-anonymity", "columns": ["区分"], "at_least": 10}]
    spec = spec_in(tmp_path, [LINK, AGE], steps, key=KEY, checks=checks)
    ran = run(tmp_path, spec, register(40), store=key_store(tmp_path))
    assert sorted(row[1] for row in ran.rows) == [""] * (10 if unmatched == "keep" else 0) + ["甲"] * 30
    assert ran.receipt["checks"][-1] == {
        "measure": "k-anonymity", "ok": True, "value": 10 if unmatched == "keep" else 30,
        "released": 10 if unmatched == "keep" else 30,
    }  # fmt: skip
