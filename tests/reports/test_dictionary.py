"""The data dictionary: one row for each column of the processed file, and no value of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from reports.invented_run import IDENTIFIERS, RARE_JOB, RARE_NOTE, RARE_TOWN, Written, written
from small_runs import declared, document, run, step, texts
from sudare.errors import SudareError
from sudare.reports import write_dictionary

if TYPE_CHECKING:
    from pathlib import Path


def test_every_column_of_the_output_has_its_row_in_order(told: Written) -> None:
    assert [row["列名"] for row in told.rows()] == ["管理番号", "町", "年齢", "職業", "'=健診判定", "メモ"]
    assert [row["列名"].removeprefix("'") for row in told.rows()] == list(told.outcome.schema.names)


def test_the_rows_say_what_was_done_and_on_what_it_rests(told: Written) -> None:
    rows = {row["列名"]: row for row in told.rows()}
    assert rows["年齢"] == {
        "列名": "年齢",
        "型": "文字 / text",
        "単位": "",  # the ranges hold it
        "加工": "一般化（階級）",
        "根拠": "第1号・第4号",
        "欠測の書き方": "空欄 / empty cell",
        "削除の印": "",
        "欠測数": "0",
        "削除数": "0",
        "元の列名": "",
    }
    assert (rows["職業"]["削除の印"], rows["職業"]["削除数"]) == ("*", "<10")
    assert (rows["メモ"]["欠測数"], rows["メモ"]["削除数"]) == ("数えていません / not counted",) * 2


def test_a_column_under_another_name_tells_its_own_story(told: Written) -> None:
    row = told.rows()[4]
    assert row["加工"] == "そのまま残す、列名の変更"
    assert row["根拠"] == "第1号・第4号"  # the dismissed finding was about it under its old name
    assert row["元の列名"] == "判定"
    assert row["欠測数"] == "<10"


def test_no_value_of_the_data_stands_in_it(told: Written) -> None:
    text = told.dictionary().decode("utf-8-sig")
    values = ("東町", "平野部", "会社員", RARE_JOB, RARE_TOWN, RARE_NOTE, *IDENTIFIERS)
    assert not [value for value in values if value in text]


def test_it_opens_in_a_spreadsheet_and_runs_nothing_there(told: Written) -> None:
    content = told.dictionary()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 7
    assert not [cell for row in told.rows() for cell in row.values() if cell.startswith(("=", "+", "@"))]
    assert content == told.dictionary()


def test_a_parquet_file_says_missing_and_hidden_in_its_own_way(tmp_path: Path) -> None:
    hide = {**step("suppress-cells", "年齢", where={"column": "町", "equals": "東町"}), "because": "少ない"}
    spec = document(
        [declared("年齢", "integer"), declared("町")], [hide, step("keep", "町")], output={"format": "parquet"}
    )
    ran = run(tmp_path, spec, texts(年齢=[str(n) for n in range(40)], 町=["東町", "西町"] * 20))
    processed = tmp_path / "p.parquet"
    processed.write_bytes(ran.content)
    told = Written(spec, ran.outcome, tmp_path)
    assert [row["列名"] for row in told.rows()] == pq.read_schema(processed).names == ["年齢", "年齢_suppressed", "町"]
    first, flag, last = told.rows()
    assert (first["欠測の書き方"], first["削除の印"], first["削除数"]) == ("null", "年齢_suppressed = true", "20")
    assert (flag["型"], last["削除の印"]) == ("真偽 / boolean", "")


def test_a_repeated_header_is_named_with_its_place(tmp_path: Path) -> None:
    spec = document(
        [declared("値"), {**declared("値"), "nth": 2, "as": "値2"}],
        [step("keep", "値", "値2")],
        input={"format": "csv"},
    )
    source = tmp_path / "in.csv"
    source.write_text("値,値\r\n" + "a,b\r\n" * 20, encoding="utf-8")
    told = Written(spec, run(tmp_path, spec, source).outcome, tmp_path)
    assert [(row["列名"], row["元の列名"]) for row in told.rows()] == [("値", ""), ("値2", "値（2）")]


def test_a_dictionary_that_exists_is_never_written_over(tmp_path: Path) -> None:
    made = written(tmp_path)
    path = tmp_path / "dictionary.csv"
    path.write_bytes(b"kept")
    with pytest.raises(SudareError):
        write_dictionary(path, made.document, made.outcome)
    assert path.read_bytes() == b"kept"
