"""A preview says what a run would do and what would stop it, finished or not, and shows nothing rare."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from small_runs import KEY, TODAY, declared, document, key_store, run, step, texts
from sudare.design import edits
from sudare.design.comparison import compare
from sudare.design.preview import Preview, preview
from sudare.errors import Cancelled, Refused
from sudare.specs import changed_spec

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.language import Text
    from sudare.specs import Document

TOWNS = ["松山市"] * 60 + ["砥部町"] * 35 + ["久万高原町"] * 3 + ["内子町"] * 2
AGES = [30 + n % 40 for n in range(99)] + [116]
TABLE = pa.table(
    {
        "氏名": pa.array([f"秘密太郎{n}号" for n in range(100)]),
        "市町": pa.array(TOWNS),
        "年齢": pa.array(AGES, pa.int64()),
    }
)
COLUMNS = [
    declared("氏名", kind="direct-identifier"),
    declared("市町"),
    declared("年齢", "integer", unit="歳"),
]
DELETE = step("delete-column", "氏名", standards=[1])
BIN = step("bin", "年齢", edges=["40", "50", "60"], below="40歳未満", above="60歳以上", standards=[4])
KEEP = step("keep", "市町", standards=[5])
SMALL = step("delete-small-classes", "市町", "年齢", below="5", standards=[5])
CHECK = {"measure": "k-anonymity", "columns": ["市町", "年齢"], "at_least": 5}
DONE = document(COLUMNS, [DELETE, BIN, KEEP, SMALL], checks=[CHECK])


def codes(seen: Preview) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in seen.problems]


def looked(spec: Document, table: Any = TABLE, **how: Any) -> Preview:
    return preview(spec, table, today=TODAY, **how)


def changed(spec: Document, **parts: Any) -> Document:
    return changed_spec(spec, spec.spec.model_copy(update=parts))


# ------------------------------------------------------------------ what it says


def test_a_finished_design_says_what_its_run_says(tmp_path: Path) -> None:
    seen, ran = looked(DONE), run(tmp_path, DONE, TABLE).outcome
    assert (seen.ok, seen.sampled, seen.rows, seen.of_rows, seen.people) == (True, False, 100, 100, None)
    told = ran.receipt.to_dict("en")
    assert [(str(one.place + 1), one.rows, one.cells) for one in seen.steps] == [
        (done["id"], done["rows"], done["cells"]) for done in told["steps"]
    ]
    assert seen.after is not None
    assert seen.after.k == told["checks"][-1]["value"]
    assert seen.usefulness.to_dict() == told["usefulness"]
    stories = {story.name: (story.before, story.after) for story in ran.stories}
    assert {one.name: (one.before, one.after) for one in seen.columns if one.name} == stories


def test_safety_is_told_before_and_after() -> None:
    seen = looked(DONE)
    assert seen.before is not None
    assert (seen.before.columns, seen.before.k, seen.before.limit) == (("市町", "年齢"), 1, 5)
    # Twenty ages of 松山市 stand once; so do the 35 of 砥部町, the 3 of 久万高原町 and the 2 of 内子町.
    assert (seen.before.uniques, seen.before.below) == (60, 100)
    assert seen.after is not None
    assert (seen.after.below, seen.after.uniques) == (0, 0)


def test_a_person_with_several_records_counts_once_in_a_class() -> None:
    columns = [declared("番号", kind="linking-code"), declared("区分")]
    table = texts(番号=["a", "a", "b", "c", "c"], 区分=["甲", "甲", "甲", "乙", "甲"])
    spec = document(columns, [step("delete-column", "番号")], unit={"person": "番号"})
    seen = looked(spec, table, columns=["区分"], limit=2)
    assert seen.before is not None
    assert (seen.before.k, seen.before.below, seen.before.uniques, seen.before.people) == (1, "<10", "<10", "<10")
    assert seen.people == "<10"


def test_classes_are_counted_over_what_is_asked_checked_or_known() -> None:
    bare = changed(DONE, checks=())
    reader = {"who": ["知人"], "knows": ["年齢"]}
    knowing = document(COLUMNS, [DELETE, BIN, KEEP], assumed_reader=reader)
    assert looked(bare).after is None
    [asked, checked, known] = [looked(DONE, columns=["市町"]), looked(DONE), looked(knowing)]
    assert [one.after.columns for one in (asked, checked, known) if one.after] == [
        ("市町",),
        ("市町", "年齢"),
        ("年齢",),
    ]
    assert [one.after.limit for one in (looked(DONE, limit=20), known) if one.after] == [20, 5]


def test_a_renamed_column_is_known_by_both_names() -> None:
    renamed = [DELETE, BIN, KEEP, step("rename-column", "市町", to="地域")]
    check = CHECK | {"columns": ["地域", "年齢"]}
    seen = looked(document(COLUMNS, renamed, checks=[check]))
    assert seen.before is not None
    assert seen.after is not None
    assert (seen.before.columns, seen.after.columns) == (("市町", "年齢"), ("地域", "年齢"))


def test_a_deleted_column_is_shown_before_and_gone_after() -> None:
    columns = [declared("区分"), declared("余り")]
    table = texts(区分=["甲"] * 20, 余り=["x"] * 10 + ["y"] * 10)
    seen = looked(document(columns, [step("keep", "区分"), step("delete-column", "余り")]), table)
    [kept, gone] = seen.columns
    assert (kept.name, gone.name, gone.was, gone.after) == ("区分", None, "余り", None)
    assert gone.before is not None
    assert [bar.count for bar in gone.before.bars] == [10, 10]


def test_hidden_cells_are_counted_where_they_were_hidden() -> None:
    table = texts(区分=["甲"] * 30 + ["乙"] * 12, 地区=["北"] * 42)
    hide = step("suppress-cells", "区分", where={"column": "区分", "equals": "乙"})
    again = step("suppress-cells", "地区", where={"column": "地区", "equals": "北"})
    seen = looked(document([declared("区分"), declared("地区")], [hide, again]), table)
    assert ([one.hidden for one in seen.steps], seen.cells_hidden) == ([12, 42], 54)


# ------------------------------------------------------------------ unfinished designs


def test_what_is_undecided_is_listed_and_the_rest_is_worked_out() -> None:
    seen = looked(document(COLUMNS, [BIN], checks=[CHECK]))
    assert ("undecided-column", "input.columns[0]") in codes(seen)
    assert ("must-not-stay", "input.columns[0]") in codes(seen)
    assert ("check-failed", "checks[0]") in codes(seen)
    assert ("direct-identifier-left", "氏名") in codes(seen)
    assert seen.after is not None
    assert seen.after.k == 1
    [told] = [one for one in seen.columns if one.name == "年齢"]
    assert told.after is not None
    assert "40歳未満" in [bar.label.ja for bar in told.after.bars]


def test_a_design_of_nothing_is_a_look_at_the_table() -> None:
    seen = looked(document(COLUMNS, []), columns=["市町"])
    assert [code for code, _ in codes(seen)].count("undecided-column") == 3
    assert seen.before == seen.after
    assert seen.steps == ()


def test_a_disabled_step_is_not_made() -> None:
    off = changed_spec(DONE, edits.with_disabled(DONE.spec, 3))
    seen = looked(off)
    assert [one.place for one in seen.steps] == [0, 1, 2]
    assert codes(seen) == [("check-failed", "checks[0]")]
    assert "step-disabled" in [problem.code for problem in seen.open]


def test_a_step_that_does_not_fit_is_left_out_with_its_reason() -> None:
    steps = [DELETE, step("round", "市町", base="10"), step("keep", "無い列"), BIN, KEEP]
    seen = looked(document(COLUMNS, steps))
    assert [(one.place, [problem.code for problem in one.left_out]) for one in seen.steps] == [
        (0, []),
        (1, ["wrong-type"]),
        (2, ["missing-column"]),
        (3, []),
        (4, []),
    ]
    assert len([code for code in codes(seen) if code == ("wrong-type", "steps[1]")]) == 1


def test_a_step_that_refuses_the_data_is_left_out_and_the_next_goes_on() -> None:
    strict = SMALL | {"at_most": "1%"}
    seen = looked(document(COLUMNS, [DELETE, BIN, KEEP, strict, step("keep", "年齢")]))
    assert [len(one.left_out) for one in seen.steps] == [0, 0, 0, 1, 0]
    assert seen.rows_gone == 0
    assert [where for _, where in codes(seen)] == ["steps[3]"]


def test_checks_of_columns_that_are_gone_are_told_once_and_not_made() -> None:
    gone = [DELETE, BIN, step("delete-column", "市町")]
    assert codes(looked(document(COLUMNS, gone, checks=[CHECK]))) == [("missing-column", "checks[0]")]


def test_a_person_column_that_is_not_there_is_told() -> None:
    seen = looked(document(COLUMNS, [DELETE, BIN, KEEP], unit={"person": "番号"}))
    assert codes(seen) == [("missing-column", "unit.person")]


def test_a_reason_that_repeats_a_value_is_told_without_it() -> None:
    steps = [DELETE | {"because": "秘密太郎7号のため"}, BIN, KEEP]
    seen = looked(document(COLUMNS, steps))
    assert codes(seen) == [("value-in-reason", "steps[0].because")]


def test_no_key_is_needed_and_two_previews_agree(tmp_path: Path) -> None:
    steps = [step("pseudonymize", "氏名", domain="人"), BIN, KEEP]
    for spec in (document(COLUMNS, steps, key=KEY), document(COLUMNS, steps)):
        one, other = looked(spec), looked(spec)
        assert one == other
        assert [step_.left_out for step_ in one.steps] == [()] * 3
        assert next(column for column in one.columns if column.name == "氏名").after is None
    assert codes(looked(document(COLUMNS, steps))) == [("no-key-named", "steps[0]")]
    assert looked(document(COLUMNS, steps, key=KEY)).ok
    assert run(tmp_path, document(COLUMNS, steps, key=KEY), TABLE, store=key_store(tmp_path)).rows


@pytest.mark.parametrize("content", [None, "番号,区\n1,東\n", "市町,区\n松山市,東\n松山市,西\n"])
def test_a_table_beside_that_cannot_be_joined_leaves_the_join_out(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "区.csv").write_text(content, encoding="utf-8")
    beside = {"columns": [declared("市町"), declared("区")]}
    join = step("join-table", "市町", file="区.csv", input=beside)
    spec = document(COLUMNS, [DELETE, join, BIN, KEEP, step("keep", "区")], checks=[CHECK])
    seen = looked(replace(spec, path=tmp_path / "試験.sudare.yaml"))
    assert [len(one.left_out) > 0 for one in seen.steps] == [False, True, False, False, True]
    assert ("check-failed", "checks[0]") in codes(seen)


def test_a_table_that_does_not_fit_is_refused_without_its_values() -> None:
    table = texts(氏名=["秘密太郎"], 市町=["松山市"], 年齢=["秘密の年"])
    with pytest.raises(Refused) as raised:
        looked(DONE, table)
    assert [problem.code for problem in raised.value.problems] == ["misfit"]
    assert "秘密" not in str(raised.value)


# ------------------------------------------------------------------ what can be told back


def test_a_value_that_another_column_tells_is_named_with_the_fix() -> None:
    columns = [declared("市町"), declared("保健所")]
    table = texts(市町=["甲町", "乙町", "丙町"] * 20, 保健所=["一", "二", "三"] * 20)
    seen = looked(document(columns, [step("delete-column", "市町"), step("keep", "保健所")]), table)
    [told] = seen.told_back
    assert (told.code, told.where) == ("restorable", "保健所")
    assert "保健所" in told.now.ja
    assert seen.ok
    assert told not in seen.open


# ------------------------------------------------------------------ nothing rare


def test_nothing_rare_is_in_what_a_preview_tells() -> None:
    rare = ["秘密太郎", "久万高原町", "内子町", "116"]
    for spec in (DONE, document(COLUMNS, []), document(COLUMNS, [BIN], checks=[CHECK])):
        seen = looked(spec)
        for lang in ("ja", "en"):
            told = json.dumps(seen.to_dict(lang), ensure_ascii=False) + seen._repr_html_() + repr(seen)
            assert [word for word in rare if word in told] == []


def test_small_counts_are_not_told() -> None:
    table = texts(区分=["甲"] * 30 + ["乙"] * 3)
    spec = document([declared("区分")], [step("keep", "区分"), step("delete-small-classes", "区分", below="5")])
    seen = looked(spec, table, columns=["区分"])
    assert (seen.rows_gone, seen.steps[1].rows) == ("<10", "<10")
    assert seen.before is not None
    assert seen.before.below == "<10"


def test_a_total_does_not_tell_the_small_count_of_one_step() -> None:
    table = texts(区分=["甲"] * 30 + ["乙"] * 12 + ["丙"] * 3)
    gone = [step("delete-records", where={"column": "区分", "equals": word}) for word in ("乙", "丙")]
    hide = [step("suppress-cells", "区分", where={"column": "区分", "equals": word}) for word in ("乙", "丙")]
    spec = document([declared("区分")], [*gone, step("keep", "区分")])
    seen = looked(spec, table)
    assert ([one.rows for one in seen.steps], seen.rows_gone) == ([12, "<10", 0], ">=12")
    seen = looked(document([declared("区分")], hide), table)
    assert ([one.hidden for one in seen.steps], seen.cells_hidden) == ([12, "<10"], ">=12")


def test_people_below_k_do_not_tell_how_few_are_not() -> None:
    table = texts(区分=[f"{n // 3}" for n in range(60)] + ["丙"] * 5)
    seen = looked(document([declared("区分")], [step("keep", "区分")]), table, columns=["区分"], limit=4)
    assert seen.before is not None
    assert (seen.before.people, seen.before.below, seen.before.k) == (65, ">=10", 3)


# ------------------------------------------------------------------ samples, names, progress


def many(rows: int) -> pa.Table:
    return pa.table(
        {"番号": pa.array([f"p{n // 4}" for n in range(rows)]), "区分": pa.array(["甲", "乙"] * (rows // 2))}
    )


def test_a_sample_is_of_whole_people_and_always_the_same() -> None:
    columns = [declared("番号", kind="linking-code"), declared("区分")]
    steps = [step("delete-column", "番号"), step("keep", "区分")]
    spec = document(columns, steps, unit={"person": "番号"})
    seen = looked(spec, many(4000), rows=1000, columns=["区分"])
    assert (seen.sampled, seen.rows, seen.of_rows, seen.people) == (True, 1000, 4000, 1000)
    assert seen.after is not None
    assert seen.after.people == 250
    assert seen == looked(spec, many(4000), rows=1000, columns=["区分"])
    assert not looked(spec, many(4000), rows=4000).sampled


def test_rows_of_a_sample_are_told_as_rows_of_the_whole_table() -> None:
    table = pa.table(
        {"番号": pa.array([f"p{n // 4}" for n in range(100)]), "区分": pa.array([f"v{n}" for n in range(100)])}
    )
    spec = document([declared("番号"), declared("区分")], [step("keep", "番号", "区分")], unit={"person": "番号"})
    for given in (spec, changed_spec(spec, edits.with_unit(spec.spec, None))):
        known = looked(given, table, rows=20, columns=["区分"]).known
        assert known is not None
        assert known.num_rows == 20
        assert all(
            value == f"v{row}" for row, value in zip(*(known.column(n).to_pylist() for n in (0, 1)), strict=True)
        )


def test_a_value_that_is_rare_only_in_the_sample_is_no_fault_of_a_reason() -> None:
    table = pa.table({"区分": pa.array(["きわめてありふれた区分"] * 100 + ["ほかの区分"] * 1900)})
    spec = document([declared("区分")], [step("keep", "区分") | {"because": "きわめてありふれた区分を残す"}])
    assert looked(spec, table).ok
    assert looked(spec, table, rows=20).ok


def test_a_table_in_memory_may_bear_the_names_that_steps_use() -> None:
    columns = [declared("判定"), {"name": "判定", "nth": 2, "as": "判定2", "type": "text"}]
    spec = document(columns, [step("keep", "判定", "判定2")])
    for names in (["判定", "判定2"], ["判定", "判定"]):
        table = pa.table([pa.array(["A"] * 10), pa.array(["B"] * 10)], names=names)
        assert [one.name for one in looked(spec, table).columns] == ["判定", "判定2"]


def test_a_file_is_previewed_as_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    path.write_text("区分\n" + "甲\n" * 12, encoding="utf-8")
    assert looked(document([declared("区分")], [step("keep", "区分")]), path).rows == 12
    assert [one.name for one in tmp_path.iterdir()] == ["表.csv"]


def test_progress_is_told_in_order() -> None:
    heard: list[str] = []

    def tell(stage: Text, share: float) -> None:
        assert 0 <= share <= 1
        if stage.en not in heard:
            heard.append(stage.en)

    looked(DONE, tell=tell)
    assert heard[0] == "reading"
    assert [stage.partition(":")[0] for stage in heard[1:]] == ["step 1", "step 2", "step 3", "step 4", "checking"]


@pytest.mark.parametrize("after", [0, 1, 10, 60])
def test_a_cancelled_preview_ends_at_the_next_question(after: int) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    with pytest.raises(Cancelled) as raised:
        looked(DONE, cancelled=cancelled)
    assert [problem.code for problem in raised.value.problems] == ["cancelled"]
    assert asked == after + 1


def test_a_long_question_is_interrupted() -> None:
    rows = 400_000
    table = pa.table({"a": pa.array([f"{n % 9973:05}" for n in range(rows)]), "b": pa.array(range(rows), pa.int64())})
    spec = document([declared("a"), declared("b", "integer")], [step("keep", "a"), step("round", "b", base="10")])
    stop = threading.Event()
    timer = threading.Timer(0.2, stop.set)
    timer.start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        looked(spec, table, cancelled=stop.is_set)
    assert time.monotonic() - begun < 30
    timer.cancel()


# ------------------------------------------------------------------ side by side


def test_alternatives_stand_side_by_side() -> None:
    coarse = changed_spec(DONE, edits.changed_step(DONE.spec, 1, edges=["50"], below="50歳未満", above="50歳以上"))
    without = document(COLUMNS, [DELETE, step("delete-column", "年齢"), KEEP], checks=[CHECK | {"columns": ["市町"]}])
    previews = {"細かく": looked(DONE), "粗く": looked(coarse), "除く": looked(without)}
    rows = {row.key: row for row in compare(previews)}
    assert rows["k"].values == {name: seen.after.k for name, seen in previews.items() if seen.after}
    assert rows["rows_gone"].values["除く"] == 0
    assert rows["problems"].values == {"細かく": 0, "粗く": 0, "除く": 1}
    assert rows["changed/年齢"].values == {"細かく": 1.0, "粗く": 1.0, "除く": None}
    assert rows["distance/市町"].about == "usefulness"
    assert rows["changed/年齢"].label.ja == "「年齢」変わったセルの割合"
    assert json.dumps([row.to_dict("en") for row in rows.values()])
