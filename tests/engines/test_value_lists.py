"""Particular values stand in a file beside the spec: it is read as the table is, and told by line, never by value."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from small_runs import KEY, declared, document, key_store, refused, run, step, texts
from sudare.engines.by_hand import met
from sudare.engines.predicates import Predicate
from sudare.errors import Refused, SudareError
from sudare.models import problems_of
from sudare.reports import write_report
from sudare.specs import Document, changed_spec, check_document, dump_spec
from sudare.tables import value_list
from sudare.tables.value_list import read_list

if TYPE_CHECKING:
    from pathlib import Path

RARE = "くすのき熱"  # a value that no message may repeat
COLUMNS = [declared("傷病"), declared("年齢", "integer"), declared("受診日", "date")]
KEEP = step("keep", "傷病", "年齢", "受診日")
LISTED = {"column": "傷病", "in": {"file": "希少疾患.csv"}}
TABLE = texts(
    傷病=["かぜ"] * 12 + [RARE, "梅毒, 疑い", " 空白病", None],
    年齢=[str(20 + n) for n in range(16)],
    受診日=["2026-04-01"] * 16,
)


def beside(folder: Path, where: dict[str, Any], **parts: Any) -> Document:
    """Make a spec that lies in a folder and removes the rows that meet a condition."""
    spec = document(COLUMNS, [KEEP, step("delete-records", where=where)], **parts)
    return dataclasses.replace(spec, path=folder / "a.sudare.yaml")


def listed(folder: Path, content: bytes | str, name: str = "希少疾患.csv") -> None:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_is_the_first_column_in_any_encoding_of_a_table(tmp_path: Path, encoding: str, end: str) -> None:
    content = end.join([f"{RARE},備考", "", '"梅毒, 疑い"', " 空白病", "  ", f"{RARE}"])
    listed(tmp_path, content.encode(encoding))
    read = read_list(tmp_path, "希少疾患.csv", "")
    assert read.values == ((1, RARE), (3, "梅毒, 疑い"), (4, " 空白病"), (6, RARE))
    assert read.texts == (RARE, "梅毒, 疑い", " 空白病")
    assert read.sha256 == hashlib.sha256(content.encode(encoding)).hexdigest()
    assert RARE not in repr(read)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip), min_size=1))
def test_every_text_that_a_table_may_hold_can_be_listed(values: list[str]) -> None:
    quoted = "\n".join('"' + value.replace('"', '""') + '"' for value in values)
    assert [text for _, text in value_list._values(quoted)] == values


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-list"),
        (b"\n \n", "empty-list"),
        (f'ok\n"{RARE}\n'.encode(), "bad-list"),
        (RARE.encode("utf-16"), "encoding-utf16"),
        (RARE.encode("euc_jp") + b"\n", "encoding-ambiguous"),
        (b"\xff\xff\x80\n", "encoding-unknown"),
        (b"PK\x03\x04" + RARE.encode(), "not-a-table"),
        (b"PAR1" + RARE.encode(), "bad-list"),
        ("\n".join(map(str, range(value_list.MOST + 1))).encode(), "list-too-long"),
        (b"x" * (value_list.LARGEST + 1), "list-too-long"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_without_its_values(tmp_path: Path, content: bytes, code: str) -> None:
    listed(tmp_path, content)
    assert refused(lambda: read_list(tmp_path, "希少疾患.csv", "steps[1]"), RARE) == {code: ["steps[1]"]}


def test_what_to_do_about_a_list_names_no_key_of_a_table(tmp_path: Path) -> None:
    listed(tmp_path, RARE.encode("euc_jp"))  # half-width kana in cp932 as well
    with pytest.raises(Refused) as raised:
        read_list(tmp_path, "希少疾患.csv", "steps[1]")
    [problem] = raised.value.problems
    assert problem.code == "encoding-ambiguous"
    assert "encoding:" not in problem.now.en
    assert "希少疾患.csv" in problem.what.ja


# ------------------------------------------------------------------ the condition


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ([], "bad-value"),
        ({}, "missing-key"),
        ({"file": ""}, "bad-value"),
        ({"file": "../希少疾患.csv"}, "outside-folder"),
        ({"file": "/希少疾患.csv"}, "outside-folder"),
        ({"file": "C:希少疾患.csv"}, "outside-folder"),
        ({"file": "a\\希少疾患.csv"}, "outside-folder"),
        ({"file": [RARE]}, "bad-value"),
        ({"file": "a.csv", RARE: 1}, "unknown-key"),
        (RARE, "bad-value"),
    ],
)
def test_a_condition_takes_values_or_one_file_beside_the_spec(given_: Any, code: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Predicate.model_validate({"column": "傷病", "in": given_})
    problems = problems_of(raised.value, Predicate, "w")
    assert [(p.code, p.where) for p in problems] == [(code, "w.in")]
    assert not any(RARE in part for p in problems for part in p.message)


def test_the_values_of_a_list_go_in_wherever_it_stands() -> None:
    where = Predicate.model_validate(
        {
            "any": [
                {"not": LISTED},
                {"all": [LISTED, {"column": "年齢", "in": ["1"]}]},
                {"group": {"by": "世帯", "where": LISTED, "count_at_least": 2}},
            ]
        }
    )
    assert where.lists() == ("希少疾患.csv",)
    read = value_list.ListRead("希少疾患.csv", "", ((1, "a"), (2, "b"), (3, "a")))
    filled = where.with_lists({"希少疾患.csv": read})
    assert filled.lists() == ()
    assert [part.in_ for part in filled.parts() if part.in_] == [("a", "b"), ("a", "b"), ("1",), ("a", "b")]
    rows = [
        {"傷病": "a", "年齢": 1, "世帯": 1},
        {"傷病": "c", "年齢": 1, "世帯": 1},
        {"傷病": None, "年齢": 1, "世帯": 2},
    ]
    assert met(Predicate.model_validate(LISTED).with_lists({"希少疾患.csv": read}), rows) == [True, False, False]


def test_a_list_that_was_not_read_meets_nothing_silently() -> None:
    with pytest.raises(Refused, match="list-not-read"):
        met(Predicate.model_validate(LISTED), [{"傷病": "a"}])


# ------------------------------------------------------------------ the check


def test_the_check_says_which_lines_do_not_fit_and_which_files_are_not_there(tmp_path: Path) -> None:
    where = {
        "any": [LISTED, {"column": "年齢", "in": {"file": "年.csv"}}, {"column": "受診日", "in": {"file": "日.csv"}}]
    }
    listed(tmp_path, f"40\n{RARE}\n\n" + "x\n" * 6, "年.csv")
    checked = check_document(beside(tmp_path, where))
    assert [(p.code, p.where) for p in checked.problems] == [
        ("no-file", "steps[1]"),
        ("no-file", "steps[1]"),
        ("list-misfit", "steps[1].where"),
    ]
    misfit = checked.problems[-1].message
    assert misfit.en.startswith("the list '年.csv' does not fit the type of '年齢' in line 2, 4, 5, 6, 7…. There are 7")
    assert RARE not in misfit.ja + misfit.en
    listed(tmp_path, "傷病\n")
    listed(tmp_path, "令和8年4月1日\n2026/5/1\n", "日.csv")
    listed(tmp_path, "40\n41\n", "年.csv")
    assert check_document(beside(tmp_path, where)).problems == ()


def test_a_spec_that_lies_nowhere_has_no_lists() -> None:
    spec = document(COLUMNS, [KEEP, step("delete-records", where=LISTED)])
    assert [p.code for p in check_document(spec).problems] == ["outside-folder"]


def test_the_file_of_a_hierarchy_is_looked_for_too(tmp_path: Path) -> None:
    spec = document(COLUMNS, [step("keep", "年齢", "受診日"), step("map-values", "傷病", hierarchy="病.csv")])
    spec = dataclasses.replace(spec, path=tmp_path / "a.yaml")
    assert [(p.code, p.where) for p in check_document(spec).problems] == [("no-file", "steps[1]")]
    listed(tmp_path, "かぜ;感染症\n", "病.csv")
    assert check_document(spec).problems == ()


@pytest.mark.parametrize(("values", "points"), [(20, []), (21, ["steps[1].where"])])
def test_a_long_list_within_the_spec_is_open(tmp_path: Path, values: int, points: list[str]) -> None:
    spec = beside(tmp_path, {"not": {"column": "年齢", "in": list(range(values))}})
    assert [p.where for p in check_document(spec).open if p.code == "long-list"] == points


def test_a_list_is_written_as_it_was_read(tmp_path: Path) -> None:
    spec = beside(tmp_path, LISTED)
    assert "file: 希少疾患.csv" in spec.text
    assert dump_spec(spec.spec) == spec.text
    assert "file: 希少疾患.csv" in changed_spec(spec, spec.spec.model_copy(update={"title": "別"})).text


# ------------------------------------------------------------------ the run


def test_the_rows_of_listed_values_go_and_the_receipt_names_the_file(tmp_path: Path) -> None:
    content = f'{RARE}\n"梅毒, 疑い"\n 空白病\n'.encode("cp932")
    listed(tmp_path, content)
    spec = beside(tmp_path, LISTED)
    ran = run(tmp_path, spec, TABLE)
    assert sorted(row[0] for row in ran.rows) == ["", *["かぜ"] * 12]
    assert ran.receipt["lists"] == [
        {"file": "希少疾患.csv", "sha256": hashlib.sha256(content).hexdigest(), "lines": "<10"}
    ]
    page = tmp_path / "report.html"
    write_report(page, spec, ran.outcome, "ja")
    told = page.read_text(encoding="utf-8")
    assert "希少疾患.csv" in told
    assert hashlib.sha256(content).hexdigest() in told
    assert RARE not in told + str(ran.receipt)


def test_a_list_gives_what_the_same_values_in_the_spec_give(tmp_path: Path) -> None:
    listed(tmp_path, f"{RARE}\nかぜ\n")
    steps = [KEEP, step("suppress-cells", "年齢", where=LISTED)]
    by_file = dataclasses.replace(document(COLUMNS, steps), path=tmp_path / "a.yaml")
    steps[1] = step("suppress-cells", "年齢", where={"column": "傷病", "in": [RARE, "かぜ"]})
    outputs = [run(tmp_path, spec, TABLE).content for spec in (by_file, document(COLUMNS, steps))]
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b"*") == 13


def test_another_list_gives_another_order_of_rows(tmp_path: Path) -> None:
    """Otherwise two deliveries of one spec and file could be laid side by side, row by row."""
    store = key_store(tmp_path)
    table = texts(傷病=[f"病{n}" for n in range(60)], 年齢=["40"] * 60, 受診日=["2026-04-01"] * 60)
    orders = []
    for value in ("病x", "病y", "病x"):
        listed(tmp_path, f"{value}\n")
        spec = beside(tmp_path, LISTED, key=KEY)
        orders.append([row[0] for row in run(tmp_path, spec, table, store=store).rows])
    assert orders[0] == orders[2]
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])


def test_a_list_that_is_gone_or_does_not_fit_stops_the_run(tmp_path: Path) -> None:
    spec = beside(tmp_path, {"column": "年齢", "in": {"file": "年.csv"}})
    assert refused(lambda: run(tmp_path, spec, TABLE), RARE) == {"no-file": ["steps[1]"]}
    listed(tmp_path, f"{RARE}\n", "年.csv")
    assert refused(lambda: run(tmp_path, spec, TABLE), RARE) == {"list-misfit": ["steps[1].where"]}


def test_a_list_may_be_long(tmp_path: Path) -> None:
    listed(tmp_path, "\n".join(f"病{n}" for n in range(3000)))
    checks = [{"measure": "k-anonymity", "columns": ["年齢"], "at_least": 1}]
    assert len(run(tmp_path, beside(tmp_path, LISTED, checks=checks), TABLE).rows) == 16


def test_a_file_that_cannot_be_opened_is_told_at_its_step(tmp_path: Path) -> None:
    (tmp_path / "希少疾患.csv").mkdir()
    with pytest.raises(SudareError) as raised:
        read_list(tmp_path, "希少疾患.csv", "steps[1]")
    assert [(p.code, p.where) for p in raised.value.problems] == [("no-file", "steps[1]")]
