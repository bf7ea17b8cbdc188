from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from sudare.tables.headers import header_problems
from sudare.tables.table import describe_input, open_table, read
from tables.reading_files import codes, declare, put, refused, rows_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_header_written_on_a_mac_matches(tmp_path: Path) -> None:
    path = put(tmp_path, unicodedata.normalize("NFD", "がっこう,性別") + "\nx,y\n")
    table = read(path, declare("がっこう", "性別"))
    assert table.data.column_names == ["がっこう", "性別"]


def test_columns_come_in_the_declared_order_under_the_declared_names(tmp_path: Path) -> None:
    path = put(tmp_path, "判定,,年齢,判定\nA,z,34,B\n")
    declared = declare(
        {"name": "年齢"}, {"name": "判定", "nth": 2, "as": "判定2"}, {"name": "", "as": "余白"}, {"name": "判定"}
    )
    table = read(path, declared)
    assert table.data.column_names == ["年齢", "判定2", "余白", "判定"]
    assert rows_of(table) == [("34", "B", "z", "A")]
    assert table.schema.names == ("年齢", "判定2", "余白", "判定")


def test_everything_wrong_with_a_header_is_told_at_once_without_its_unknown_names(tmp_path: Path) -> None:
    path = put(tmp_path, "氏名,ひみつ,判定,判定,ないしょ\n1,2,3,4,5\n")
    error = refused(lambda: open_table(path, declare("氏名", "判定", "身長")), "ひみつ", "ないしょ")
    assert [(p.code, p.where) for p in error.problems] == [
        ("missing-column", "input.columns[2]"),
        ("repeated-column", "input.columns[1]"),
        ("extra-column", "input.columns"),
    ]
    assert error.problems[1].what.ja == "見出し「判定」はファイルに 2 回あります。"
    assert error.problems[2].what.ja == "宣言されていない列が 2 列あります: 左から 2、5 列目。"
    assert error.exit_code == 3


def test_a_near_header_is_suggested() -> None:
    (missing, _) = header_problems(["height", "年齢"], declare("hieght", "年齢"))
    assert missing.now.en == "Did you mean 'height'?"


def test_nothing_is_suggested_where_the_header_is_probably_a_row_of_data() -> None:
    problems = header_problems(["山田花", "松山市"], declare("山田花子", "年齢", "性別"))
    assert all("山田花」" not in p.message.ja and "松山市" not in p.message.ja for p in problems)
    assert "header_row" in problems[0].now.en


def test_a_second_column_of_a_name_must_exist() -> None:
    (problem,) = header_problems(["判定"], declare("判定", {"name": "判定", "nth": 2, "as": "判定2"}))
    assert problem.what.ja == "列「判定（2番目）」がファイルにありません。"


def test_a_header_that_fits_has_no_problem() -> None:
    assert header_problems(["b", "a"], declare("a", "b")) == []


def test_with_nothing_declared_every_column_is_text_and_has_a_name_of_its_own(tmp_path: Path) -> None:
    path = put(tmp_path, "年齢,,年齢,年齢_2, \n034,1,2,3,4\n")
    described = describe_input(path)
    assert [(c.name, c.nth, c.called, c.type) for c in described.columns] == [
        ("年齢", 1, "年齢", "text"),
        ("", 1, "列2", "text"),
        ("年齢", 2, "年齢_2_", "text"),
        ("年齢_2", 1, "年齢_2", "text"),
        (" ", 1, "列5", "text"),
    ]
    assert rows_of(read(path)) == [("034", "1", "2", "3", "4")]
    assert rows_of(read(path, described)) == [("034", "1", "2", "3", "4")]
    assert codes(refused(lambda: describe_input(path, header_row=9))) == ["no-header"]
