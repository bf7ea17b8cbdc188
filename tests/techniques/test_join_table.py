"""A second file is joined as a dictionary would be, or the step says why not, without a value of either file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from pydantic import ValidationError
from sqlglot import ErrorLevel, exp

from sudare.models import problems_of
from sudare.techniques.join_table import JoinTable
from techniques_at_work import run_step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sudare.tables.schema import Type
    from techniques_at_work import Outcome

NUMBER = {"name": "番号", "type": "text"}
RESULT = {"name": "判定", "type": "text"}
TYPES: dict[str, Type] = {"番号": "text", "年齢": "integer"}


def step(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "technique": "join-table",
        "columns": ["番号"],
        "file": "検査.csv",
        "input": {"columns": list(columns or (NUMBER, RESULT))},
        **more,
    }


def file(*rows: Sequence[Any]) -> dict[str, str]:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return {"検査.csv": out.getvalue()}


def joined(rows: Sequence[Any], beside: Sequence[Any], *, types: Mapping[str, Type] = TYPES, **more: Any) -> Outcome:
    return run_step(step(**more), types, rows, files=file(("番号", "判定"), *beside))


def told(outcome: Outcome) -> str:
    return "".join(problem.line(lang) for problem in outcome.refused for lang in ("ja", "en"))


def fault_codes(**more: Any) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        JoinTable.model_validate({"because": "x", **step(), **more})
    problems = problems_of(raised.value, JoinTable)
    assert all(problem.what.ja != problem.what.en for problem in problems)
    return [problem.code for problem in problems]


# ------------------------------------------------------------------ what comes in


def test_columns_come_in_by_the_key_in_the_order_they_are_declared() -> None:
    columns = [NUMBER, {"name": "血圧", "type": "integer"}, {"name": "検査日", "type": "date"}]
    beside = file(("番号", "血圧", "検査日"), ("b", 140, "2026-04-02"), ("a", 121, "2026-04-01"))
    outcome = run_step(step(*columns), TYPES, [("a", 45), ("b", 52), ("a", 61)], files=beside)
    assert outcome.names == ("番号", "年齢", "血圧", "検査日")
    assert outcome.types == {"番号": "text", "年齢": "integer", "血圧": "integer", "検査日": "date"}
    assert outcome.texts == [
        ("a", "45", "121", "2026-04-01"),
        ("b", "52", "140", "2026-04-02"),
        ("a", "61", "121", "2026-04-01"),
    ]


def test_only_the_columns_taken_come_in_with_what_is_declared_of_them() -> None:
    columns = [NUMBER, {"name": "血圧", "type": "integer", "unit": "mmHg", "kind": "sensitive"}, RESULT]
    beside = file(("番号", "血圧", "判定"), ("a", 121, "A"))
    outcome = run_step(step(*columns, take=["血圧"]), TYPES, [("a", 45)], files=beside)
    assert outcome.names == ("番号", "年齢", "血圧")
    brought = outcome.schema.get("血圧")
    assert brought is not None
    assert (brought.type, brought.unit, brought.kind) == ("integer", "mmHg", "sensitive")


def test_the_keys_may_have_other_names_there_and_the_columns_other_names_here() -> None:
    columns = [{"name": "管理ID", "type": "text"}, {"name": "年齢", "type": "integer", "as": "受診時年齢"}]
    outcome = run_step(step(*columns, match=["管理ID"]), TYPES, [("a", 45)], files=file(("管理ID", "年齢"), ("a", 44)))
    assert outcome.names == ("番号", "年齢", "受診時年齢")
    assert outcome.rows == [("a", 45, 44)]


def test_leading_zeros_widths_and_spaces_make_another_key() -> None:
    numbers = ["00101", "101", "０0101", "00101 ", "00102"]
    outcome = joined([(number, 1) for number in numbers], [("00101", "A"), ("102", "B")], unmatched="keep")
    assert [row[2] for row in outcome.rows] == ["A", None, None, None, None]


def test_numbers_are_compared_as_numbers_where_they_are_declared_so() -> None:
    columns = [{"name": "番号", "type": "integer"}, RESULT]
    types: dict[str, Type] = {"番号": "integer", "年齢": "integer"}
    outcome = run_step(step(*columns), types, [("101", 45)], files=file(("番号", "判定"), ("00101", "A")))
    assert outcome.rows == [(101, 45, "A")]


def test_a_parquet_file_is_joined_too(tmp_path: Path) -> None:
    table = pa.table({"番号": ["a", "b"], "血圧": pa.array([121, None], pa.int64())})
    parquet.write_table(table, tmp_path / "検査.parquet")
    declared = {"format": "parquet", "columns": [NUMBER, {"name": "血圧", "type": "integer"}]}
    outcome = run_step(step(file="検査.parquet", input=declared), TYPES, [("a", 1), ("b", 2)], folder=tmp_path)
    assert outcome.rows == [("a", 1, 121), ("b", 2, None)]


def test_the_missing_texts_of_the_second_file_are_its_own() -> None:
    declared = {"columns": [NUMBER, RESULT], "missing": ["-"]}
    outcome = joined([("a", 1), ("-", 2)], [("a", "-"), ("-", "B")], input=declared, unmatched="keep")
    assert outcome.rows == [("a", 1, None), ("-", 2, None)]


# ------------------------------------------------------------------ keys


def test_a_missing_key_never_matches_on_either_side() -> None:
    outcome = joined([("a", 1), (None, 2)], [("a", "A"), ("", "秘密"), ("", "秘密")], unmatched="keep")
    assert outcome.rows == [("a", 1, "A"), (None, 2, None)]


def test_a_key_of_two_columns_matches_only_where_both_are_there() -> None:
    columns = [NUMBER, {"name": "年度", "type": "integer"}, RESULT]
    types: dict[str, Type] = {"番号": "text", "年度": "integer"}
    beside = file(("番号", "年度", "判定"), ("a", 2025, "A"), ("a", 2026, "B"), ("a", "", "秘密"), ("", 2025, "秘密"))
    rows = [("a", 2025), ("a", 2026), ("a", None), (None, 2025), ("a", 2027)]
    outcome = run_step(step(*columns, columns=["番号", "年度"], unmatched="keep"), types, rows, files=beside)
    assert [row[2] for row in outcome.rows] == ["A", "B", None, None, None]


def test_a_hidden_key_finds_nobody() -> None:
    outcome = run_step(
        step(unmatched="keep"),
        TYPES,
        [("a", 1), ("b", 2)],
        files=file(("番号", "判定"), ("a", "A"), ("b", "B")),
        hide={"番号": {"column": "番号", "equals": "b"}},
    )
    assert outcome.texts == [("a", "1", "A"), ("*", "2", None)]


@pytest.mark.parametrize(("times", "keys", "rows"), [(1, "<10", "<10"), (6, "<10", "12"), (12, "12", "24")])
def test_a_key_that_stands_twice_in_the_second_file_is_refused_and_only_counted(
    times: int, keys: str, rows: str
) -> None:
    twice = [(f"秘密{n}", result) for n in range(times) for result in "AB"]
    outcome = joined([("a", 1)], [("a", "A"), *twice])
    assert outcome.codes == ["repeated-key"]
    message = outcome.refused[0].line("ja")
    assert f"{keys} 種類（{rows} 行）" in message
    assert "検査.csv" in message
    assert "秘密" not in told(outcome)


def test_a_key_may_stand_twice_in_the_table_at_work() -> None:
    assert joined([("a", 1), ("a", 2)], [("a", "A")]).rows == [("a", 1, "A"), ("a", 2, "A")]


# ------------------------------------------------------------------ rows without a partner


@pytest.mark.parametrize(("alone", "keyless", "ja"), [(3, 0, "<10 行"), (12, 0, "12 行"), (12, 11, "23 行")])
def test_rows_without_a_partner_stop_the_run_unless_it_is_said_what_becomes_of_them(
    alone: int, keyless: int, ja: str
) -> None:
    rows = [("a", 1), *[(f"秘密{n}", 2) for n in range(alone)], *[(None, 3)] * keyless]
    outcome = joined(rows, [("a", "A")])
    assert outcome.codes == ["unmatched-rows"]
    assert ja in outcome.refused[0].line("ja")
    assert ("キーのない行 11" if keyless else "キーのない行 <10") in outcome.refused[0].line("ja")
    assert "秘密" not in told(outcome)


def test_rows_of_the_second_file_that_nobody_asks_for_are_left_there() -> None:
    assert joined([("a", 1)], [("a", "A"), ("z", "Z")]).rows == [("a", 1, "A")]


def test_rows_without_a_partner_can_stay_or_go() -> None:
    rows = [("a", 1), ("x", 2), (None, 3)]
    assert joined(rows, [("a", "A")], unmatched="keep").rows == [("a", 1, "A"), ("x", 2, None), (None, 3, None)]
    assert joined(rows, [("a", "A")], unmatched="delete").rows == [("a", 1, "A")]


def test_an_empty_table_and_an_empty_file_are_joined() -> None:
    assert joined([], [("a", "A")]).rows == []
    assert joined([("a", 1)], [], unmatched="keep").rows == [("a", 1, None)]
    assert joined([("a", 1)], [], unmatched="delete").rows == []
    assert joined([("a", 1)], []).codes == ["unmatched-rows"]


@pytest.mark.parametrize("unmatched", ["refuse", "keep", "delete"])
def test_the_plan_can_be_written_for_spark(unmatched: str) -> None:
    outcome = joined([("a", 1)], [("a", "A")], unmatched=unmatched)
    assert outcome.plan is not None
    spark = outcome.plan.sql("spark", unsupported_level=ErrorLevel.RAISE)
    assert isinstance(sqlglot.parse_one(spark, dialect="spark"), exp.Select)


# ------------------------------------------------------------------ as a dictionary would


KEYS = st.sampled_from(["1", "01", "００１", "a", "A", "a ", "ä", 'a"b', "a,b", None])
CELLS = st.one_of(st.none(), st.sampled_from(["x", "ｘ", "0", "00", 'q"', "改\n行"]))


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.tuples(KEYS, st.integers(0, 2)), max_size=12),
    beside=st.dictionaries(st.tuples(KEYS, st.integers(0, 2)), st.tuples(CELLS, CELLS), max_size=12),
    unmatched=st.sampled_from(["refuse", "keep", "delete"]),
)
def test_it_joins_as_a_dictionary_does(
    rows: list[tuple[str | None, int]],
    beside: dict[tuple[str | None, int], tuple[str | None, str | None]],
    unmatched: str,
) -> None:
    columns = [{"name": "x", "type": "text"}, NUMBER, {"name": "y", "type": "text"}, {"name": "月", "type": "integer"}]
    lines = [(x or "", number or "", y or "", month) for (number, month), (x, y) in beside.items()]
    outcome = run_step(
        step(*columns, columns=["番号", "月"], unmatched=unmatched, take=["y", "x"]),
        {"番号": "text", "月": "integer"},
        rows,
        files=file(("x", "番号", "y", "月"), *lines),
    )
    partners = [None if key is None else beside.get((key, month)) for key, month in rows]
    if unmatched == "refuse" and None in partners:
        assert outcome.codes == ["unmatched-rows"]
        return
    expected = [
        (*row, *((partner[1], partner[0]) if partner else (None, None)))
        for row, partner in zip(rows, partners, strict=True)
        if partner or unmatched == "keep"
    ]
    assert outcome.rows == expected


# ------------------------------------------------------------------ refused before any data is read


@pytest.mark.parametrize(
    "name",
    [
        "../検査.csv", "/検査.csv", "下/検査.csv", "下\\検査.csv", "C:検査.csv", "C:\\検査.csv", "\\\\server\\a.csv",
        "..", ".", "検査.csv:stream", "NUL", "a\0b.csv",
    ],
)  # fmt: skip
def test_only_a_name_beside_the_spec_can_be_written(name: str) -> None:
    assert fault_codes(file=name) == ["outside-folder"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"columns": ["管理番号"]}, "missing-column"),  # no such key there
        ({"match": ["管理番号"]}, "missing-column"),
        ({"take": ["身長"]}, "missing-column"),
        ({"match": ["番号", "判定"]}, "key-length"),
        ({"columns": ["番号", "判定"], "match": ["番号"]}, "key-length"),
        ({"columns": ["x", "y"], "match": ["番号", "番号"]}, "repeated-column"),
        ({"take": ["判定", "判定"]}, "repeated-column"),
        ({"take": ["番号"]}, "key-taken"),
        ({"input": {"columns": [NUMBER]}}, "nothing-taken"),
        ({"unmatched": "drop"}, "bad-value"),
        ({"on": ["番号"]}, "unknown-key"),
        ({"input": {"columns": [{**NUMBER, "sort": "text"}]}}, "unknown-key"),
    ],
)
def test_a_step_that_does_not_fit_together_is_refused(more: dict[str, Any], code: str) -> None:
    assert fault_codes(**more) == [code]


def test_a_name_that_is_there_already_is_refused_before_the_file_is_looked_for() -> None:
    columns = [NUMBER, {"name": "年齢", "type": "integer"}]
    outcome = run_step(step(*columns), TYPES, [("a", 45)])
    assert outcome.codes == ["name-taken"]
    assert "年齢" in outcome.refused[0].what.ja


def test_a_key_of_another_type_is_refused_before_the_file_is_looked_for() -> None:
    columns = [{"name": "番号", "type": "integer"}, RESULT]
    outcome = run_step(step(*columns), TYPES, [("a", 45)])
    assert outcome.codes == ["key-type"]
    assert "「番号」は文字、相手の「番号」は整数" in outcome.refused[0].what.ja


# ------------------------------------------------------------------ the file


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    outcome = run_step(step(), TYPES, [("a", 45)], folder=tmp_path)
    assert outcome.codes == ["no-file"]
    assert outcome.refused[0].where == "steps[0]"


def test_a_spec_without_a_folder_has_no_file_beside_it() -> None:
    assert run_step(step(), TYPES, [("a", 45)]).codes == ["outside-folder"]


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "外.csv"
    outside.write_text("番号,判定\na,秘密\n", encoding="utf-8")
    inside = tmp_path / "spec"
    inside.mkdir()
    try:
        (inside / "検査.csv").symlink_to(outside)
    except OSError:  # Windows without the right to make links: there is none to follow then
        return
    outcome = run_step(step(), TYPES, [("a", 45)], folder=inside)
    assert outcome.codes == ["outside-folder"]
    assert str(tmp_path) not in told(outcome)


def test_what_does_not_fit_is_told_by_file_column_and_row_without_a_value() -> None:
    columns = [NUMBER, {"name": "血圧", "type": "integer"}, {"name": "検査日", "type": "date"}]
    beside = file(("番号", "血圧", "検査日"), ("a", 121, "2026-04-01"), ("b", "秘密", "2026-04-01"), ("c", 1, "極秘"))
    outcome = run_step(step(*columns), TYPES, [("a", 45)], files=beside)
    assert [(problem.code, problem.where) for problem in outcome.refused] == [
        ("misfit", "steps[0].input.columns[1]"),
        ("misfit", "steps[0].input.columns[2]"),
    ]
    first = outcome.refused[0]
    assert "検査.csv" in first.what.ja
    assert "検査.csv" in first.what.en
    assert "「血圧」" in first.what.ja
    assert "行 3" in first.what.ja
    assert "秘" not in told(outcome)


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        ("番号,判定,秘密\na,A,x\n", "extra-column", "steps[0].input.columns"),
        ("番号,評価\na,秘密\n", "missing-column", "steps[0].input.columns[1]"),
        ("番号,判定\na,A,秘密\n", "misfit", "steps[0].input"),
        ('番号,判定\na,"秘密\n', "unclosed-quote", None),
        ("", "no-header", None),
        ("PK\x03\x04秘密", "not-a-table", "steps[0]"),
    ],
)
def test_a_file_that_is_not_as_declared_is_refused_without_a_value(content: str, code: str, where: str | None) -> None:
    outcome = run_step(step(), TYPES, [("a", 45)], files={"検査.csv": content})
    assert code in outcome.codes
    assert all(problem.where.startswith("steps[0]") for problem in outcome.refused)
    assert where is None or where in {problem.where for problem in outcome.refused}
    assert "検査.csv" in told(outcome)
    assert "秘密" not in told(outcome)


# ------------------------------------------------------------------ the promise can fail


def test_the_promise_sees_a_row_that_fares_otherwise() -> None:
    given_step = JoinTable.model_validate({"because": "x", **step(unmatched="delete")})
    before = [{"番号": "a", "年齢": 1}, {"番号": "a", "年齢": 2}, {"番号": None, "年齢": 3}]
    good = [{**before[0], "判定": "A"}, {**before[1], "判定": "A"}, None]
    assert given_step.holds(before, good)
    assert not given_step.holds(before, [good[0], {**before[1], "判定": "B"}, None])  # other values for one key
    assert not given_step.holds(before, [good[0], None, None])  # one stays, the other goes
    assert not given_step.holds(before, [good[0], good[1], {**before[2], "判定": None}])  # without a key, yet there
    assert not given_step.holds(before, [good[0], {**good[1], "年齢": 9}, None])  # a column of before changed
    kept = JoinTable.model_validate({"because": "x", **step(unmatched="keep")})
    assert not kept.holds(before, good)
    assert not kept.holds(before, [good[0], good[1], {**before[2], "判定": "A"}])
