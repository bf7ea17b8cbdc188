from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_folder import shared
from sudare.errors import UsageError
from sudare.tables import csv_file
from sudare.tables.table import describe_input, open_table, read
from tables.reading_files import codes, column, csv_bytes, declare, put, reading_refused, refused, rows_of

ANY = st.characters(codec="utf-8", exclude_characters="\0\x1b")
IN_CP932 = st.sampled_from("山田﨑髙①～ヶｱ,\";\t|'\n\r 　0x-") | st.characters(
    codec="ascii", exclude_characters="\0\x1b"
)
# Python's csv module leaves a lone CR or LF unquoted unless it is part of the line end.
WRITTEN = st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\n", csv.QUOTE_ALL), ("\r", csv.QUOTE_ALL)])


def tables(letters: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    rows = st.lists(st.lists(st.text(letters, max_size=6), min_size=3, max_size=3), max_size=12)
    return rows.map(lambda found: [["氏名", *row[1:]] if not any(row) else row for row in found])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    cells=tables(ANY),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
    delimiter=st.sampled_from(",;\t|"),
    written=WRITTEN,
)
def test_what_python_writes_is_read_back(
    tmp_path: Path, cells: list[list[str]], encoding: str, delimiter: str, written: tuple[str, int]
) -> None:
    _read_back(tmp_path, cells, encoding, delimiter, written)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(cells=tables(IN_CP932), delimiter=st.sampled_from(",;\t|"), written=WRITTEN)
def test_what_python_writes_in_cp932_is_read_back(
    tmp_path: Path, cells: list[list[str]], delimiter: str, written: tuple[str, int]
) -> None:
    _read_back(tmp_path, cells, "cp932", delimiter, written)


def _read_back(folder: Path, cells: list[list[str]], encoding: str, delimiter: str, written: tuple[str, int]) -> None:
    dialect = {"delimiter": delimiter, "lineterminator": written[0], "quoting": written[1]}
    content = csv_bytes([["a", "髙", "c"], *cells], encoding, **dialect)
    path = put(folder, content)
    table = read(path, declare("a", "髙", "c", encoding=encoding, delimiter=delimiter))
    assert rows_of(table) == [tuple(cell or None for cell in row) for row in cells]
    assert table.facts.sha256 == hashlib.sha256(content).hexdigest()
    assert table.facts.rows == len(cells)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(cells=tables(IN_CP932), block=st.integers(8, 60), totals=st.integers(0, 3))
def test_streaming_in_small_blocks_equals_reading_at_once(
    tmp_path: Path, cells: list[list[str]], block: int, totals: int
) -> None:
    path = put(tmp_path, csv_bytes([["a", "髙", "c"], *cells, ["合", "計", "x"]], "cp932"))
    declared = declare("a", "髙", "c", encoding="cp932", delimiter=",", total_rows=totals)
    whole = rows_of(read(path, declared))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "_BLOCK", block)
        reading = open_table(path, declared)
        streamed = [tuple(row.values()) for batch in reading.batches() for row in batch.to_pylist()]
    assert streamed == whole
    assert len(whole) == max(0, len(cells) + 1 - totals)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, sign: str) -> None:
    path = put(tmp_path, f"氏名{sign}住所\n山田{sign}松山,市;の\n".replace(",市;の", "市"))
    table = read(path)
    assert table.facts.delimiter == sign
    assert table.data.column_names == ["氏名", "住所"]


def test_a_quoted_delimiter_does_not_mislead(tmp_path: Path) -> None:
    path = put(tmp_path, '氏名;住所\n"a,b";"c,d"\n"e,f";"g,h"\n')
    assert rows_of(read(path)) == [("a,b", "c,d"), ("e,f", "g,h")]


def test_a_file_that_reads_alike_with_two_delimiters_is_refused_until_one_is_declared(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b;c\n1,2;3\n")
    assert codes(refused(lambda: read(path))) == ["unclear-delimiter"]
    assert rows_of(read(path, declare("a,b", "c", delimiter=";"))) == [("1,2", "3")]


@pytest.mark.parametrize("sign", ["、", '"', "\n"])
def test_a_character_that_cannot_separate_is_refused(tmp_path: Path, sign: str) -> None:
    path = put(tmp_path, "a\n1\n")
    assert codes(refused(lambda: read(path, declare("a", delimiter=sign)))) == ["bad-delimiter"]


def test_a_single_column_needs_no_delimiter(tmp_path: Path) -> None:
    path = put(tmp_path, '番号\n01\n""\n02')
    assert rows_of(read(path)) == [("01",), (None,), ("02",)]


def test_titles_above_the_header_are_not_read(tmp_path: Path) -> None:
    path = put(tmp_path, '"令和8年度\n健診 ""一覧""",,,\n\nただし"内部"用\n年齢,性別\n34,男\nx,女\n')
    declared = declare(column("年齢", "integer"), "性別", header_row=4)
    (problem,) = reading_refused(path, declared).problems
    assert problem.what.en.endswith("rows 6.")
    whole = read(path, declare("年齢", "性別", header_row=4))
    assert rows_of(whole) == [("34", "男"), ("x", "女")]


@pytest.mark.parametrize("tail", ["合計,35\n", "合計\n", "合計,35,,\n", "\n\n合計,35\n\n,\n", "合計,35"])
def test_total_rows_and_blank_rows_at_the_end_are_dropped(tmp_path: Path, tail: str) -> None:
    path = put(tmp_path, f"名,年齢\na,34\nb,1\n{tail}")
    assert rows_of(read(path, declare("名", column("年齢", "integer"), total_rows=1))) == [("a", 34), ("b", 1)]


def test_ragged_and_blank_rows_are_told_by_number_with_the_misfits_after_them(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\n1,2\nひみつ\n3,4\n\n5,6,ないしょ\nx,8\n9,y\n\n")
    declared = declare(column("a", "integer"), column("b", "integer"))
    error = reading_refused(path, declared, "ひみつ", "ないしょ")
    assert [(p.where, p.what.en) for p in error.problems] == [
        ("input", "2 rows have not as many cells as the header: rows 3, 6."),
        ("input", "1 rows are blank: rows 5."),
        (
            "input.columns[0]",
            "column 'a': 1 rows are not of type integer (not written as a whole number): rows 7.",
        ),
        (
            "input.columns[1]",
            "column 'b': 1 rows are not of type integer (not written as a whole number): rows 8.",
        ),
    ]


def test_row_numbers_hold_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "_BLOCK", 64)
    lines = ["1,2"] * 300
    lines[100], lines[200], lines[250] = "7", "1,2,3", "x,2"
    path = put(tmp_path, "a,b\n" + "\n".join(lines) + "\n")
    error = reading_refused(path, declare(column("a", "integer"), "b"))
    assert [p.what.en.rpartition("rows ")[2] for p in error.problems] == ["102, 202.", "252."]


def test_a_cell_longer_than_a_block_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "_BLOCK", 64)
    long = "長い\n文" * 200
    cells = [["1", "a"], ["2", long], ["3", "b"]]
    path = put(tmp_path, csv_bytes([["番号", "文"], *cells], "cp932"))
    assert rows_of(read(path, declare("番号", "文"))) == [tuple(row) for row in cells]


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ('a,b\n1,2\n3,"ひみつ\n5,6\n', 3),
        ('a,b\n1,2\n3,"ひみつ', 3),
        ('a,b\n1,2\n3,"ひみつ\n', 3),
        ('a,b,c\n1,"ひみつ,2\n3,4,5\nx,"y",z\n', 2),  # the next quote makes the widths come out right
        ('a,b\n5" x,1\n3,"ひみつ\n', 3),  # two quotes in all, yet one is open
    ],
)
def test_a_quote_that_swallows_rows_is_noticed(tmp_path: Path, content: str, row: int) -> None:
    names = content.split("\n", maxsplit=1)[0].split(",")
    error = reading_refused(put(tmp_path, content), declare(*names), "ひみつ")
    assert error.problems[0].code == "unclosed-quote"
    assert f"row {row}:" in error.problems[0].what.en


def test_quotes_inside_cells_and_line_breaks_are_no_fault(tmp_path: Path) -> None:
    path = put(tmp_path, 'a,b\n5" x,"1\n2"\n3,"say ""hi"""\n')
    assert rows_of(read(path)) == [('5" x', "1\n2"), ("3", 'say "hi"')]


@pytest.mark.parametrize("content", ["a,b", "a,b\n", "a,b\r\n\r\n", "a,b\n,\n"])
def test_a_header_alone_is_a_table_without_rows(tmp_path: Path, content: str) -> None:
    table = read(put(tmp_path, content), declare("a", column("b", "date")))
    assert table.facts.rows == 0
    assert str(table.data.schema.field("b").type) == "date32[day]"


@pytest.mark.parametrize(("content", "row"), [("", 1), ("\n\n", 1), (",,\n1,2,3\n", 1), ("a,b\n1,2\n", 3)])
def test_a_file_without_its_header_is_refused(tmp_path: Path, content: str, row: int) -> None:
    path = put(tmp_path, content)
    assert codes(refused(lambda: read(path, declare("a", header_row=row)))) == ["no-header"]


def test_a_byte_order_mark_inside_the_file_stays_in_its_cell(tmp_path: Path) -> None:
    path = put(tmp_path, "\ufeffa,b\n\ufeffx,y\n")
    assert rows_of(read(path)) == [("\ufeffx", "y")]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\n1,2\n")
    reading = open_table(path, declare("a", "b"))
    put(tmp_path, "a,b\n1,2\n3,4\n")
    assert codes(refused(lambda: list(reading.batches()))) == ["changed-while-reading"]
    assert [problem.code for problem in reading.problems] == ["changed-while-reading"]


def test_bytes_swapped_for_another_encoding_while_reading_are_told_without_them(tmp_path: Path) -> None:
    path = put(tmp_path, "氏名\n山田\n".encode("cp932"))
    reading = open_table(path, declare("氏名", encoding="cp932"))
    path.write_bytes("氏名\n".encode("cp932") + b"secret\xff\x81\n")
    assert codes(refused(lambda: list(reading.batches()), "secret", "x81")) == ["changed-while-reading"]


def test_the_facts_are_known_only_at_the_end_and_the_pass_is_one(tmp_path: Path) -> None:
    reading = open_table(put(tmp_path, "a\n1\n"), declare("a"))
    with pytest.raises(UsageError, match="not-read-yet"):
        _ = reading.facts
    assert sum(batch.num_rows for batch in reading.batches()) == 1
    assert reading.facts.rows == 1
    with pytest.raises(UsageError, match="read-already"):
        next(reading.batches())


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"PK\x03\x04rest", "not-a-table"),
        (b"\xd0\xcf\x11\xe0", "not-a-table"),
        (b"\x1f\x8b\x08", "damaged"),
        (b"%PDF-1", "not-a-table"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_its_first_bytes(tmp_path: Path, start: bytes, code: str) -> None:
    path = put(tmp_path, start, "table.csv")
    assert codes(refused(lambda: describe_input(path))) == [code]


def test_what_cannot_be_opened_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = refused(lambda: read(tmp_path / "ない.csv"))
    folder = refused(lambda: read(tmp_path))
    path = put(tmp_path, "a\n1\n")
    monkeypatch.setattr(Path, "open", _locked)
    locked = refused(lambda: read(path))
    for error in (absent, folder, locked):
        assert (codes(error), error.exit_code) == (["cannot-open"], 1)
        assert error.problems[0].now.ja
    assert "Excelで閉じてください" in locked.problems[0].message.ja


def _locked(*_: object, **__: object) -> None:
    raise PermissionError(13, "secret path")


def test_a_real_file_of_thirty_thousand_rows_is_read() -> None:
    path = shared("data/adult/adult.csv")
    described = describe_input(path)
    assert described.delimiter == ";"
    table = read(path, declare(*[column(c.name, "integer" if c.name == "age" else "text") for c in described.columns]))
    assert table.facts.rows == 30_162
    assert table.facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (min(ages := table.data["age"].to_pylist()), max(ages)) == (17, 90)
    assert rows_of(table)[0][:3] == ("Male", 39, "White")
