# ruff: noqa: DTZ001 - a sheet's time has no zone
from __future__ import annotations

import datetime as dt
import hashlib
import random
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sudare.errors import SudareError, UsageError
from sudare.tables import workbook as reading_workbooks
from sudare.tables.table import describe_input, open_table, read
from tables.reading_files import codes, column, declare, put, reading_refused, refused, rows_of
from tables.workbooks import ERA, edit, workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from sudare.tables.schema import Input


def excel(*columns: str | dict[str, Any], **about: Any) -> Input:
    return declare(*columns, format="excel", **about)


def warnings_of(path: Path, declared: Input) -> list[tuple[str, str]]:
    return [(problem.code, problem.what.en) for problem in read(path, declared).facts.warnings]


CELLS = st.sampled_from(["", "001", "=1+1", "山田 太郎", "１２", "𠮷", "_x0041_", "<r>", "a\nb", " x "]) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\x1b\ufffe\uffff", exclude_categories=["Cs", "Cc"]), max_size=5
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=8))
def test_texts_come_in_as_they_stand(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    path = workbook(tmp_path / "b.xlsx", [("番号", "a", "b"), *[(f"0{n}", *row) for n, row in enumerate(rows)]])
    table = read(path, excel("番号", "a", "b"))
    assert rows_of(table) == [(f"0{n}", *[cell or None for cell in row]) for n, row in enumerate(rows)]
    assert table.facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_cells_of_every_kind_are_typed_as_declared(tmp_path: Path) -> None:
    rows = [
        ("文", "整", "小", "真", "日", "時"),
        ("0600000", 34, 0.1 + 0.2, True, dt.date(2026, 4, 1), dt.datetime(2026, 4, 1, 9, 30)),
        ("１２", "１，２３４".replace("，", ","), "0.5", "はい", "令和8年4月1日", "2026-04-01 09:30"),
        (34, -5, 7, 0, "S45.1.3", dt.datetime(2026, 4, 1)),
        ("不明", "不明", "不明", "不明", "不明", "不明"),
    ]
    path = workbook(tmp_path / "b.xlsx", rows)
    kinds = ["text", "integer", "decimal", "boolean", "date", "datetime"]
    table = read(path, excel(*map(column, rows[0], kinds), missing=["不明"]))
    day = dt.date(2026, 4, 1)
    assert rows_of(table) == [
        ("0600000", 34, pytest.approx(0.3, abs=1e-15), True, day, dt.datetime(2026, 4, 1, 9, 30)),
        ("１２", 1234, 0.5, True, day, dt.datetime(2026, 4, 1, 9, 30)),
        ("34", -5, 7.0, False, dt.date(1970, 1, 3), dt.datetime(2026, 4, 1)),
        (None,) * 6,
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (34.0, "34"), (-0.0, "0"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (999_999_999_999_999, "999999999999999"),
        (True, "TRUE"), (False, "FALSE"), (dt.date(2026, 4, 1), "2026-04-01"),
        (dt.datetime(2026, 4, 1, 9, 30), "2026-04-01 09:30:00"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_text_becomes_the_text_that_excel_would_show(tmp_path: Path, cell: Any, text: str) -> None:
    path = workbook(tmp_path / "b.xlsx", [("番号", "値"), ("1", cell)])
    assert rows_of(read(path, excel("番号", "値"))) == [("1", text)]


def test_a_text_column_with_numbers_warns_that_zeros_are_lost(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("郵便番号", "区分"), (600000, "01"), ("0600001", "02")])
    assert warnings_of(path, excel("郵便番号", "区分")) == [
        ("numbers-as-text", "columns of text hold cells that were entered as numbers: '郵便番号'.")
    ]


def test_a_number_beyond_fifteen_digits_has_lost_its_end_and_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("番号", "数"), ("a", 1), (1234567890123456789, 2), ("b", 10**16)])
    error = reading_refused(path, excel("番号", column("数", "integer")), "123456789")
    assert [problem.what.en.partition(":")[2] for problem in error.problems] == [
        " 1 rows are not of type text (Excel has lost what follows the 15th digit): rows 3.",
        " 1 rows are not of type integer (Excel has lost what follows the 15th digit): rows 4.",
    ]


@pytest.mark.parametrize("system", [False, True])
def test_dates_of_both_systems_and_of_japanese_formats_are_the_same_days(tmp_path: Path, system: bool) -> None:  # noqa: FBT001 - one of two
    days = [dt.date(1912, 7, 30), dt.date(1989, 1, 8), dt.date(2026, 4, 1)]

    def eras(book: Workbook, sheet: Worksheet) -> None:
        for row, day in enumerate(days, 1):
            sheet.write_datetime(row, 1, day, book.add_format(ERA))

    path = workbook(
        tmp_path / "b.xlsx", [("日", "和暦"), *[(day, None) for day in days]], change=eras, date_1904=system
    )
    assert rows_of(read(path)) == [(day, day) for day in days]


@pytest.mark.parametrize("number", [27, 28, 30, 31, 57, 58])
def test_the_built_in_date_formats_of_japanese_excel_are_dates(tmp_path: Path, number: int) -> None:
    path = workbook(tmp_path / "b.xlsx", [("日",), (dt.date(2026, 4, 1),)])
    edit(path, ('numFmtId="164" fontId', f'numFmtId="{number}" fontId'), part="xl/styles.xml")
    assert rows_of(read(path, excel(column("日", "date")))) == [(dt.date(2026, 4, 1),)]


def test_a_number_without_a_date_format_is_no_date_and_a_time_no_day(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("日",), (43832,), (dt.datetime(2026, 4, 1, 9, 30),)])
    (problem,) = reading_refused(path, excel(column("日", "date")), "43832").problems
    assert problem.what.en.endswith("rows 2, 3.")


def test_error_cells_and_formulas_without_a_result_are_told_by_row(tmp_path: Path) -> None:
    def formulas(_book: Workbook, sheet: Worksheet) -> None:
        sheet.write_formula(1, 1, "=1+2", None, 3)
        sheet.write_formula(2, 1, "=NA()", None, "#N/A")
        sheet.write_formula(3, 1, "=A1/0", None, "#DIV/0!")
        sheet.write_formula(4, 1, "=1+1", None, "")  # never worked out
        sheet.write_formula(5, 0, '="ひみつ"', None, "ひみつ")

    path = workbook(tmp_path / "b.xlsx", [("氏名", "値"), ("a",), ("b",), ("c",), ("d",), ()], change=formulas)
    error = reading_refused(path, excel("氏名", column("値", "integer")), "ひみつ")
    assert [problem.what.en.partition(":")[2] for problem in error.problems] == [
        " 2 rows are not of type integer (the cell is an error value): rows 3, 4.",
        " 1 rows are not of type integer (a formula whose result was not saved): rows 5.",
    ]
    assert "rows 3, 4" in reading_refused(path, excel("氏名", "値")).problems[0].what.en


def test_the_saved_result_of_a_formula_is_read(tmp_path: Path) -> None:
    def formulas(_book: Workbook, sheet: Worksheet) -> None:
        sheet.write_formula(1, 1, "=1+2", None, 3)
        sheet.write_formula(2, 1, '="01"', None, "01")
        sheet.write_formula(3, 1, '=""', None, "")

    path = workbook(tmp_path / "b.xlsx", [("a", "b"), ("x",), ("y",), ("z",)], change=formulas)
    edit(path, ('<c r="B4"><f>""</f><v></v></c>', '<c r="B4" t="str"><f>""</f><v></v></c>'))
    assert rows_of(read(path, excel("a", "b"))) == [("x", "3"), ("y", "01"), ("z", None)]


def test_a_row_of_errors_alone_is_no_blank_row(tmp_path: Path) -> None:
    def formulas(_book: Workbook, sheet: Worksheet) -> None:
        sheet.write_formula(2, 0, "=NA()", None, "#N/A")

    path = workbook(tmp_path / "b.xlsx", [("a",), ("x",)], change=formulas)
    (problem,) = reading_refused(path, excel("a")).problems
    assert problem.what.en.endswith("(the cell is an error value): rows 3.")


def test_row_numbers_are_those_of_the_sheet_with_titles_and_an_empty_margin(tmp_path: Path) -> None:
    rows = [(), (None, "令和8年度 一覧", None, None, "内部"), (), (None, "氏名", "年齢")]
    data = [(None, "a", 34), (None, "b", "x"), (), (None, "c", 5), (None, "合計", 39), (), (None, None, "")]
    path = workbook(tmp_path / "b.xlsx", [*rows, *data])
    declared = excel("氏名", column("年齢", "integer"), header_row=4, total_rows=1)
    assert [problem.what.en for problem in reading_refused(path, declared).problems] == [
        "1 rows are blank: rows 7.",
        "column '年齢': 1 rows are not of type integer (not written as a whole number): rows 6.",
    ]


def test_totals_and_blank_rows_at_the_end_are_not_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("a", "b"), ("x", 1), ("y", 2), (), ("合計", 3), (), ("", "")])
    assert rows_of(read(path, excel("a", column("b", "integer"), total_rows=1))) == [("x", 1), ("y", 2)]


@pytest.mark.parametrize("totals", [0, 5])
def test_a_header_alone_is_a_table_without_rows_in_excel(tmp_path: Path, totals: int) -> None:
    path = workbook(tmp_path / "b.xlsx", [("a", "b")])
    assert read(path, excel("a", column("b", "date"), total_rows=totals)).facts.rows == 0
    assert [(c.called, c.type) for c in describe_input(path).columns] == [("a", "text"), ("b", "text")]


@pytest.mark.parametrize("row", [1, 3, 99])
def test_a_sheet_without_its_header_is_refused(tmp_path: Path, row: int) -> None:
    path = workbook(tmp_path / "b.xlsx", [(), ("a",)])
    assert codes(refused(lambda: read(path, excel("a", header_row=row)))) == ["no-header"]


def test_a_column_with_cells_and_no_header_must_be_declared(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("a", None, "b"), ("x", None, "y", "ひみつ")])
    error = refused(lambda: read(path, excel("a", "b")), "ひみつ")
    assert [(problem.code, problem.what.en[-10:]) for problem in error.problems] == [("extra-column", "numbers 3.")]
    described = describe_input(path)
    assert [(c.name, c.called) for c in described.columns] == [("a", "a"), ("b", "b"), ("", "列3")]


def test_types_are_described_by_the_cells(tmp_path: Path) -> None:
    rows = [
        ("整", "小", "真", "日", "時", "番号", "混", "空"),
        (1, 1, True, dt.date(2026, 4, 1), dt.datetime(2026, 4, 1, 9, 30), "01", 1, None),
        (None, 2.5, None, None, dt.datetime(2026, 4, 2), "02", "x", None),
    ]
    described = describe_input(workbook(tmp_path / "b.xlsx", rows))
    assert [c.type for c in described.columns] == [
        "integer", "decimal", "boolean", "date", "datetime", "text", "text", "text",
    ]  # fmt: skip
    assert described.format == "excel"
    assert read(tmp_path / "b.xlsx").facts.rows == 2


def two_sheets(path: Path, *, hide: bool = False) -> Path:
    def second(book: Workbook, _sheet: Worksheet) -> None:
        other = book.add_worksheet("健診ひみつ")
        other.write_column(0, 0, ["b", "y"])
        if hide:
            other.hide()

    return workbook(path, [("a",), ("x",)], name="住民ひみつ", change=second)


def test_of_several_sheets_one_must_be_named_and_names_are_not_told(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "b.xlsx")
    assert codes(refused(lambda: read(path), "ひみつ")) == ["unclear-sheet"]
    missing = refused(lambda: read(path, excel("a", sheet="住民")), "ひみつ")
    assert missing.problems[0].what.en == "the workbook has no sheet '住民' (it has 2)."
    assert rows_of(read(path, excel("b", sheet="健診ひみつ"))) == [("y",)]
    assert describe_input(path, sheet="住民ひみつ").sheet == "住民ひみつ"


def test_a_hidden_sheet_is_read_only_by_name_and_with_a_warning(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "b.xlsx", hide=True)
    assert rows_of(read(path)) == [("x",)]
    assert warnings_of(path, excel("b", sheet="健診ひみつ")) == [("hidden-sheet", "a hidden sheet was read.")]


def test_hidden_rows_and_columns_are_read_with_a_warning(tmp_path: Path) -> None:
    def hide(_book: Workbook, sheet: Worksheet) -> None:
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(9, None, None, {"hidden": True})  # below the table
        sheet.set_column(1, 1, None, None, {"hidden": True})

    path = workbook(tmp_path / "b.xlsx", [("a", "b"), ("x", "1"), ("y", "2")], change=hide)
    assert rows_of(read(path)) == [("x", "1"), ("y", "2")]
    assert warnings_of(path, excel("a", "b")) == [
        ("hidden-rows", "hidden rows were read like the others: <10."),
        ("hidden-columns", "hidden columns were read like the others: 'b'."),
    ]


@pytest.mark.parametrize(
    ("area", "rows"),
    [
        ("A1:B1", None), ("C9:D9", None), ("A3:B3", "rows 3."), ("A2:A3", "rows 3."),
        ("A4:A6", "rows 4, 5, 6."), ("A5:B6", "rows 5, 6."),
    ]
)  # fmt: skip
def test_merged_cells_in_the_table_are_refused_and_in_titles_are_not(
    tmp_path: Path, area: str, rows: str | None
) -> None:
    data = [("題",), (), ("a", "b"), ("x", "1"), ("y", "2"), ("z", "3")]
    path = workbook(
        tmp_path / "b.xlsx",
        data,
        change=lambda book, sheet: sheet.merge_range(area, "a" if rows else "", book.add_format()),
    )
    declared = excel("a", "b", header_row=3)
    if rows is None:
        assert len(rows_of(read(path, declared))) == 3
    else:
        (problem,) = refused(lambda: read(path, declared)).problems
        assert (problem.code, problem.what.en[-len(rows) :]) == ("merged-cells", rows)


def test_furigana_does_not_join_the_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("氏名",), ("山田",)])
    spoken = '<si><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh><phoneticPr fontId="1"/></si>'
    edit(path, ("<si><t>山田</t></si>", spoken), part="xl/sharedStrings.xml")
    assert rows_of(read(path)) == [("山田",)]


def test_headers_are_matched_in_nfc_and_a_user_defined_character_warns(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("か\u3099", 2026), ("\ue000", "x")])
    table = read(path, excel("が", "2026"))
    assert rows_of(table) == [("\ue000", "x")]
    assert [problem.code for problem in table.facts.warnings] == ["gaiji"]


def test_rows_beyond_one_portion_keep_their_numbers(tmp_path: Path) -> None:
    rows = [("a",), *[(n,) for n in range(40_000)]]
    rows[35_000] = ("x",)
    (problem,) = reading_refused(workbook(tmp_path / "b.xlsx", rows), excel(column("a", "integer"))).problems
    assert problem.what.en.endswith("rows 35001.")
    assert "{" not in problem.what.en


# --- what is no readable workbook


def test_a_password_is_told(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    assert codes(refused(lambda: read(put(tmp_path, content, "b.xlsx")))) == ["encrypted"]


@pytest.mark.parametrize(("names", "word"), [(["xl/workbook.bin"], "xlsb"), (["content.xml"], "ods"), (["a"], "zip")])
def test_other_zips_are_told_apart(tmp_path: Path, names: list[str], word: str) -> None:
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        for name in names:
            book.writestr(name, b"x")
    (problem,) = refused(lambda: read(path)).problems
    assert problem.code == "not-a-table"
    assert word in problem.what.en


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-400])


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as book:
        start = book.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[start + 60 : start + 80] = bytes(20)
    path.write_bytes(content)


BROKEN: dict[str, Callable[[Path], object]] = {
    "cut off": cut,
    "a changed byte": flipped,
    "no sheet part": lambda path: edit(path, ("worksheets/sheet1.xml", "worksheets/x.xml"), part="xl/_rels/workbook.xml.rels"),
    "open tags": lambda path: edit(path, ("</sheetData>", "")),
    "no XML": lambda path: edit(path, ("<worksheet", "ひみつ")),
    "another root": lambda path: edit(path, ("worksheet ", "ひみつ "), ("/worksheet>", "/ひみつ>")),
    "a bad address": lambda path: edit(path, ('r="A2"', 'r="ひみつ2"')),
    "a cell beyond the sheet": lambda path: edit(path, ('r="A2"', 'r="A99999999"')),
    "a far cell": lambda path: edit(path, ('r="A2"', 'r="XFD1048576"')),
    "a bad row": lambda path: edit(path, ('<row r="2"', '<row r="ひみつ"')),
    "a bad shared text": lambda path: edit(path, ('<c r="A2" t="s"><v>2<', '<c r="A2" t="s"><v>999<')),
    "a document type": lambda path: edit(
        path, ("<worksheet", '<!DOCTYPE x [<!ENTITY a "ひみつ">]><worksheet')
    ),
    "an unknown encoding": lambda path: edit(path, ('encoding="UTF-8"', 'encoding="UTF-48"')),
    "a bad kind": lambda path: edit(path, ('<c r="A2" t="s">', '<c r="A2" t="ひみつ">')),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_workbook_is_refused_without_any_of_its_text(tmp_path: Path, name: str) -> None:
    path = workbook(tmp_path / "b.xlsx", [("a", "b"), ("ひみつ", 116), ("ないしょ", 117)])
    BROKEN[name](path)
    error = refused(lambda: read(path), "ひみつ", "ないしょ", "116", "117")
    assert error.problems[0].code in {"damaged", "not-a-table", "too-large"}


def test_chance_damage_never_ends_in_an_error_of_a_library(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "b.xlsx", [("a", "b"), *[("ひみつ", n) for n in range(30)]]).read_bytes()
    chance = random.Random(7)  # noqa: S311 - the same damage every time
    path = tmp_path / "c.xlsx"
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        try:
            read(path)
        except SudareError as error:
            assert "ひみつ" not in str(error)  # noqa: PT017 - most are refused, some are read: both are right


def test_a_zip_that_would_fill_the_memory_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "b.xlsx", [("a",), ("x",)])
    assert reading_workbooks.LARGEST_INSIDE == 2 << 30
    monkeypatch.setattr(reading_workbooks, "LARGEST_INSIDE", 2_000)
    assert codes(refused(lambda: read(path))) == ["too-large"]


def test_more_cells_than_memory_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "b.xlsx", [("a", "b"), ("x", "y")])
    monkeypatch.setattr(reading_workbooks, "MOST_CELLS", 3)
    (problem,) = refused(lambda: read(path)).problems
    assert (problem.code, "CSV UTF-8" in problem.now.en) == ("too-large", True)


def test_the_format_must_be_the_one_declared(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("a",), ("x",)])
    assert codes(refused(lambda: read(path, declare("a")))) == ["wrong-format"]
    assert codes(refused(lambda: read(put(tmp_path, "a\nx\n"), excel("a")))) == ["wrong-format"]


def test_a_sheet_is_for_workbooks_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="problem"):
        declare("a", sheet="表")
    with pytest.raises(UsageError, match="not-a-workbook"):
        describe_input(put(tmp_path, "a\nx\n"), sheet="表")


def test_a_workbook_that_changes_while_it_is_read_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("a",), ("x",)])
    reading = open_table(path, excel("a"))
    workbook(path, [("a",), ("x",), ("y",)])
    assert codes(refused(lambda: list(reading.batches()))) == ["changed-while-reading"]


def test_rows_without_addresses_and_with_a_prefix_are_looked_through(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("a", "b"), ("x", "y")], change=lambda _b, sheet: sheet.write_number(2, 0, 5))
    edit(path, ('<c r="A3"><v>5</v></c>', '<c r="A3" t="e"><v>#N/A</v></c>'))
    assert "rows 3" in reading_refused(path, excel("a", "b")).problems[0].what.en
    edit(path, ('<row r="3" spans="1:2"><c r="A3"', '<row spans="1:2"><c'))
    assert "rows 3" in reading_refused(path, excel("a", "b")).problems[0].what.en
