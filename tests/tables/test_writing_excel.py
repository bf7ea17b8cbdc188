# ruff: noqa: DTZ001 - a sheet's time has no zone
from __future__ import annotations

import datetime as dt
import hashlib
import os
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from shared_folder import shared
from small_runs import declared, document, refused, run, step
from sudare.errors import Refused
from sudare.tables import excel_writing
from sudare.tables.schema import Output
from sudare.tables.table import describe_input, read
from sudare.tables.writing import Written, write
from tables.reading_files import column, declare, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EXCEL = Output(format="excel")
FORMULAS = [
    "=1+1", "+1", "-1+1", "@SUM(A1)", "＝1", "{=1}", "https://a.example", "mailto:a@b", "internal:A1",
    "<r><t>x</t></r>",
]  # fmt: skip
LOOKS = [
    "0600000", "001", "1e5", "TRUE", "#N/A", "2026-04-01", "_x0041_x0042_", "_x005F_", "a\r\nb\tc", "\x01\x1f\x7f",
    " a ", "&<>\"'", "𠮷\ue000", "'a",
]  # fmt: skip

texts = st.none() | st.sampled_from(FORMULAS + LOOKS) | st.text(
    st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=["Cs"]), min_size=1, max_size=6
)  # fmt: skip
moments = st.datetimes(dt.datetime(1900, 1, 1, 0, 0, 1)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
typed = st.tuples(
    texts,
    st.none() | st.integers(-(10**15) + 1, 10**15 - 1),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.booleans(),
    st.none() | st.dates(dt.date(1900, 1, 1)),
    st.none() | moments,
)
NAMES = ("文", "整", "小", "真", "日", "時")
KINDS = ("text", "integer", "decimal", "boolean", "date", "datetime")
ADULT = ("race", "marital-status", "education", "native-country", "workclass", "occupation", "salary-class")
ARROW = (pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("us"))


def batch_of(rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(ARROW)]
    return pa.RecordBatch.from_arrays(columns, names=list(NAMES))


def put(folder: Path, *batches: pa.RecordBatch, hidden: dict[str, str] | None = None) -> tuple[Path, Written]:
    path = folder / f"{len(list(folder.iterdir()))}.xlsx"
    return path, write(batches, batches[0].schema, path, EXCEL, text_columns=[], hidden=hidden)


def cells_of(path: Path) -> list[list[Any]]:
    return load_workbook(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(typed, min_size=1, max_size=8))
def test_any_table_of_typed_values_reads_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]
) -> None:
    anchored = [("x", *row) for row in rows]  # a row of missing cells alone would be a blank row
    batch = pa.RecordBatch.from_arrays(
        [pa.array([row[0] for row in anchored]), *batch_of(rows).columns], names=["印", *NAMES]
    )
    path, written = put(tmp_path_factory.mktemp("excel"), batch)
    table = read(path, declare("印", *map(column, NAMES, KINDS), format="excel"))
    assert rows_of(table) == anchored
    assert written.rows == len(rows)
    assert written.sha256 == table.facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("text", FORMULAS + LOOKS)
def test_a_text_stays_the_same_text_cell_formatted_as_text(tmp_path: Path, text: str) -> None:
    path, _ = put(tmp_path, pa.record_batch({text: [text]}))
    assert cells_of(path) == [[text], [text]]
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
        assert book.namelist()[0] == "[Content_Types].xml"
    assert '<c r="A2" s="2" t="inlineStr">' in sheet
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_the_cells_are_those_that_xlsxwriter_writes(tmp_path: Path) -> None:
    rows = [
        ("a&<>", 5, 0.5, True, dt.date(1900, 2, 28), dt.datetime(2026, 4, 1, 9, 30)),
        ("=1", -7, 1e300, False, dt.date(1900, 3, 1), dt.datetime(1900, 1, 2, 12)),
        ("b", 10**15 - 1, -0.25, True, dt.date(9999, 12, 31), dt.datetime(1989, 1, 8)),
    ]
    ours, _ = put(tmp_path, batch_of(rows))
    theirs = tmp_path / "theirs.xlsx"
    book = xlsxwriter.Workbook(str(theirs), {"strings_to_formulas": False})
    sheet = book.add_worksheet("データ")
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for place, name in enumerate(NAMES):
        sheet.write_string(0, place, name)
    for r, (text, whole, decimal, truth, date, time_) in enumerate(rows, 1):
        sheet.write_string(r, 0, text)
        sheet.write_number(r, 1, whole)
        sheet.write_number(r, 2, decimal)
        sheet.write_boolean(r, 3, truth)
        sheet.write_datetime(r, 4, date, day)
        sheet.write_datetime(r, 5, time_, moment)
    book.close()
    assert cells_of(ours) == cells_of(theirs)
    assert load_workbook(str(ours)).sheet_names == load_workbook(str(theirs)).sheet_names == ["データ"]


def test_missing_and_empty_cells_are_no_cells(tmp_path: Path) -> None:
    path, _ = put(tmp_path, pa.record_batch({"a": ["x", None, ""], "b": pa.array([None, 1, None], pa.int64())}))
    assert cells_of(path) == [["a", "b"], ["x", ""], ["", 1.0]]


def test_a_suppressed_cell_shows_the_mark_whatever_its_type(tmp_path: Path) -> None:
    flags = pa.array([True, False, None])
    batch = pa.record_batch({"年齢": pa.array([34, 35, None]), "日": pa.array([dt.date(2026, 4, 1)] * 3), "印": flags})
    path, _ = put(tmp_path, batch, hidden={"年齢": "印", "日": "印"})
    day = dt.date(2026, 4, 1)
    assert cells_of(path) == [["年齢", "日"], ["*", "*"], [35.0, day], ["", day]]


def test_the_header_is_bold_and_stays_in_view(tmp_path: Path) -> None:
    path, _ = put(tmp_path, pa.record_batch({"a": ["x"]}))
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
        styles = book.read("xl/styles.xml").decode("utf-8")
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert '<c r="A1" s="1" t="inlineStr">' in sheet
    assert "<font><b/>" in styles


def test_the_same_rows_give_the_same_bytes_however_they_come_and_whenever(tmp_path: Path) -> None:
    batch = pa.record_batch({"a": [f"文{n % 977}" for n in range(20_000)], "b": pa.array(range(20_000))})
    whole, first = put(tmp_path, batch)
    old = os.umask(0o077)
    try:
        time.sleep(2.1)  # a zip tells times to two seconds
        parts, second = put(tmp_path, *[batch.slice(start, 777) for start in range(0, 20_000, 777)])
    finally:
        os.umask(old)
    assert whole.read_bytes() == parts.read_bytes()
    assert first == second
    assert cells_of(whole)[20_000] == ["文459", 19_999.0]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (pa.array(["x" * 32_768]), "more than 32,767 characters: <10"),
        (pa.array(["𠮷" * 16_384]), "more than 32,767 characters: <10"),  # two UTF-16 characters each
        (pa.array(["a\uffff"]), "U+FFFE, U+FFFF): <10"),
        (pa.array([10**15]), "more than 15 digits, whose end Excel would lose: <10"),
        (pa.array([-(10**15)] * 12), "more than 15 digits, whose end Excel would lose: 12"),
        (pa.array([dt.date(1899, 12, 31)]), "dates before 1900"),
        (pa.array([dt.datetime(1899, 12, 31, 23)], pa.timestamp("us")), "dates before 1900"),
        (pa.array([dt.datetime(2026, 4, 1, 0, 0, 0, 1)], pa.timestamp("us")), "finer than a millisecond"),
        (pa.array([float("inf")]), "numbers that Excel does not have"),
    ],
)
def test_what_a_cell_cannot_hold_is_refused_and_nothing_is_left(tmp_path: Path, values: pa.Array, words: str) -> None:
    with pytest.raises(Refused) as raised:
        put(tmp_path, pa.RecordBatch.from_arrays([values, values], names=["a", "b"]))
    assert [problem.code for problem in raised.value.problems] == ["beyond-excel"] * 2
    assert words in raised.value.problems[0].what.en
    assert "csv" in raised.value.problems[0].now.en
    assert list(tmp_path.iterdir()) == []


def test_the_longest_text_is_held(tmp_path: Path) -> None:
    path, _ = put(tmp_path, pa.record_batch({"a": ["字" * 32_767]}))
    assert cells_of(path)[1] == ["字" * 32_767]


def test_more_rows_or_columns_than_a_sheet_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert excel_writing.beyond_a_sheet(1_048_575, 16_384) == []
    assert [p.code for p in excel_writing.beyond_a_sheet(1_048_576, 16_385)] == ["beyond-excel"] * 2
    wide = pa.record_batch({f"c{n}": ["x"] for n in range(16_385)})
    with pytest.raises(Refused, match="beyond-excel"):
        put(tmp_path, wide)
    monkeypatch.setattr(excel_writing, "MOST_ROWS", 3)
    rows = pa.record_batch({"a": ["x", "y"]})
    put(tmp_path, rows)
    with pytest.raises(Refused, match="beyond-excel"):
        put(tmp_path, rows, rows)
    assert len(list(tmp_path.iterdir())) == 1


# --- through a run


def test_a_run_writes_types_and_marks_and_leaves_no_other_column(tmp_path: Path) -> None:
    source = pa.table({"年齢": pa.array([34, 35, 90] * 4), "番号": [f"0{n}" for n in range(12)]})
    steps = [
        step("suppress-cells", "年齢", where={"column": "年齢", "at_least": 90}),
        step("keep", "番号"),
    ]
    spec = document([declared("年齢", "integer"), declared("番号")], steps, output={"format": "excel"})
    done = run(tmp_path, spec, source)
    assert done.outcome.receipt.output is not None
    assert done.outcome.receipt.output["file"] == "processed.xlsx"
    path = tmp_path / "out.xlsx"
    path.write_bytes(done.content)
    header, *rows = cells_of(path)
    assert header == ["年齢", "番号"]
    assert sorted(rows, key=lambda row: row[1])[:4] == [
        [34.0, "00"], [35.0, "01"], [35.0, "010"], ["*", "011"],
    ]  # fmt: skip
    assert run(tmp_path, spec, source).content == done.content


def test_a_run_with_too_many_rows_for_a_sheet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_writing, "MOST_ROWS", 3)
    spec = document([declared("a")], [step("keep", "a")], output={"format": "excel"})
    assert refused(lambda: run(tmp_path, spec, pa.table({"a": ["1", "2", "3"]}))) == {"beyond-excel": ["output.format"]}


def test_a_real_table_of_thirty_thousand_rows_goes_out_and_comes_back(tmp_path: Path) -> None:
    source = read(
        shared("data/adult/adult.csv"),
        declare(column("sex", "text"), column("age", "integer"), *ADULT, delimiter=";"),
    )
    path = tmp_path / "adult.xlsx"
    written = write(source.data.to_batches(), source.data.schema, path, EXCEL, text_columns=[])
    assert written.rows == 30_162
    described = describe_input(path)
    assert [c.type for c in described.columns] == ["text", "integer", *["text"] * len(ADULT)]
    assert read(path, described).data.equals(source.data)
