from __future__ import annotations

import csv
import hashlib
import io
import os
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.tables.schema import Output
from sudare.tables.writing import ROWS_AT_ONCE, Written, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

UTF_8 = Output(encoding="utf-8")

texts = st.none() | st.text(st.sampled_from("aあ𠮷,\"'\r\n\t =-0１\ufeff"), max_size=5) | st.text(max_size=5)
tables = st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[texts] * width), max_size=12))


def batch_of(**columns: Sequence[str | None]) -> pa.RecordBatch:
    return pa.record_batch({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def written(folder: Path, batch: pa.RecordBatch, output: Output = UTF_8, *, text: str = "") -> tuple[bytes, Written]:
    path = folder / f"{len(list(folder.iterdir()))}.csv"
    facts = write([batch], batch.schema, path, output, text_columns=text.split())
    return path.read_bytes(), facts


def read_back(content: bytes, encoding: str = "utf-8") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline="")))


def cut(batch: pa.RecordBatch, places: Sequence[int]) -> list[pa.RecordBatch]:
    ends = sorted({min(place, batch.num_rows) for place in places} | {0, batch.num_rows})
    return [batch.slice(start, end - start) for start, end in pairwise(ends)]


@given(rows=tables)
def test_every_cell_reads_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple]) -> None:
    width = len(rows[0]) if rows else 2
    batch = batch_of(**{f"c{n}": [row[n] for row in rows] for n in range(width)})
    content, facts = written(tmp_path_factory.mktemp("csv"), batch)
    assert read_back(content)[1:] == [[cell or "" for cell in row] for row in rows]
    assert facts.rows == len(rows)


@given(rows=tables, places=st.lists(st.integers(0, 12)), encoding=st.sampled_from(["utf-8-sig", "utf-8", "cp932"]))
def test_how_the_rows_were_cut_does_not_change_a_byte(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple], places: list[int], encoding: str
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    width = len(rows[0]) if rows else 2
    batch = batch_of(**{f"c{n}": [row[n] for row in rows] for n in range(width)})
    output = Output(encoding=encoding, unwritable="replace")
    whole = write([batch], batch.schema, folder / "whole.csv", output, text_columns=["c0"])
    parts = write(cut(batch, places), batch.schema, folder / "parts.csv", output, text_columns=["c0"])
    assert (folder / "whole.csv").read_bytes() == (folder / "parts.csv").read_bytes()
    assert whole == parts


def test_lines_beyond_one_portion_are_written_in_order_and_once(tmp_path: Path) -> None:
    numbers = [f"{n:06d}" for n in range(2 * ROWS_AT_ONCE + 7)]
    content, facts = written(tmp_path, batch_of(番号=numbers, 他=numbers))
    assert read_back(content)[1:] == [[number, number] for number in numbers]
    assert facts.rows == 2 * ROWS_AT_ONCE + 7


def test_only_the_cells_that_need_it_are_quoted(tmp_path: Path) -> None:
    batch = batch_of(a=["x", " x ", "x,y", 'x"y', "x\ny", "x\r\ny", "x\ry", "x;y", None], b=["1"] * 9)
    content, _ = written(tmp_path, batch)
    assert content == (
        b'a,b\r\nx,1\r\n x ,1\r\n"x,y",1\r\n"x""y",1\r\n"x\ny",1\r\n"x\r\ny",1\r\n"x\ry",1\r\nx;y,1\r\n,1\r\n'
    )


def test_codes_keep_their_leading_zeros(tmp_path: Path) -> None:
    content, _ = written(tmp_path, batch_of(郵便番号=["0600000", "01"], 区分=["00", "1.50"]), text="郵便番号 区分")
    assert content.decode("utf-8") == "郵便番号,区分\r\n0600000,00\r\n01,1.50\r\n"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8-sig", b"\xef\xbb\xbf\xe5\x90\x8d,a\r\n\xe8\x8c\xb6,1\r\n\xe8\x8c\xb6,1\r\n"),
        ("utf-8", b"\xe5\x90\x8d,a\r\n\xe8\x8c\xb6,1\r\n\xe8\x8c\xb6,1\r\n"),
        ("cp932", b"\x96\xbc,a\r\n\x92\x83,1\r\n\x92\x83,1\r\n"),
    ],
)
def test_the_mark_of_utf_8_stands_once_at_the_start_where_asked(tmp_path: Path, encoding: str, expected: bytes) -> None:
    batch = batch_of(名=["茶"], a=["1"])
    write([batch, batch], batch.schema, tmp_path / "out.csv", Output(encoding=encoding), text_columns=[])
    assert (tmp_path / "out.csv").read_bytes() == expected


def test_a_table_without_rows_keeps_its_headers(tmp_path: Path) -> None:
    schema = batch_of(名=[], a=[]).schema
    facts = write([], schema, tmp_path / "out.csv", UTF_8, text_columns=[])
    assert (tmp_path / "out.csv").read_bytes().decode("utf-8") == "名,a\r\n"
    assert facts.rows == 0


def test_one_column_never_gives_a_blank_line(tmp_path: Path) -> None:
    # The blanks are quoted too: pandas drops a line of them.
    content, _ = written(tmp_path, batch_of(a=["x", None, "", "  ", "\u3000", "y"]))
    assert content.decode("utf-8") == 'a\r\nx\r\n""\r\n""\r\n"  "\r\n"\u3000"\r\ny\r\n'


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "＋1+1", "－1+1", "＠SUM(A1)",
        "\tx", "\rx", "\nx", "  =1", "\u3000=1", "\ufeff=1", "\u200b=1", "\x00=1", "\x1f\u00a0 ＝1", " \tx",
        "-5-", "--5", "+", "-", "-5 ", "-1,000", "+81 3", "-5\n", "－5", "=5", "-٥",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path: Path, cell: str) -> None:
    content, facts = written(tmp_path, batch_of(a=[cell, "x"], b=[cell, "x"]), text="a")
    assert read_back(content)[1] == ["'" + cell, cell]
    assert facts.escaped == {"a": 1}


@pytest.mark.parametrize("cell", ["-5", "+81.5", "-0.50", "x=1", "1-2", "a@b", "'=1", "", None, "ー1", "２＝２"])
def test_what_a_spreadsheet_would_show_stays_as_it_is(tmp_path: Path, cell: str | None) -> None:
    content, facts = written(tmp_path, batch_of(a=[cell, "x"], b=["1", "2"]), text="a b")
    assert read_back(content)[1] == [cell or "", "1"]
    assert facts.escaped == {}


def test_a_header_that_would_run_is_escaped_even_over_a_column_of_numbers(tmp_path: Path) -> None:
    content, facts = written(tmp_path, batch_of(**{"=1+1": ["-5"], "-5": ["-6"], '@a,"b': ["1"]}))
    assert content == b'\'=1+1,-5,"\'@a,""b"\r\n-5,-6,1\r\n'
    assert facts.escaped == {"=1+1": 1, '@a,"b': 1}


def test_an_escaped_cell_is_still_quoted_where_it_must_be(tmp_path: Path) -> None:
    content, _ = written(tmp_path, batch_of(a=['=HYPERLINK("x","y")'], b=["1"]), text="a")
    assert content == b'a,b\r\n"\'=HYPERLINK(""x"",""y"")",1\r\n'


def test_other_kinds_of_text_arrays_are_taken_too(tmp_path: Path) -> None:
    words = ["あ", None, "=い"]
    kinds = [pa.array(words, pa.large_string()), pa.array(words).dictionary_encode(), pa.array(words, pa.string_view())]
    batch = pa.record_batch(dict(zip("abc", kinds, strict=True)))
    content, facts = written(tmp_path, batch, text="a b c")
    assert content.decode("utf-8") == "a,b,c\r\nあ,あ,あ\r\n,,\r\n'=い,'=い,'=い\r\n"
    assert facts.escaped == {"a": 1, "b": 1, "c": 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_the_hash_is_that_of_the_file(tmp_path: Path, encoding: str) -> None:
    content, facts = written(tmp_path, batch_of(名=["茶", None], a=["1", "2"]), Output(encoding=encoding))
    assert facts.sha256 == hashlib.sha256(content).hexdigest()


def test_nobody_but_its_owner_may_read_the_file(tmp_path: Path) -> None:
    batch = batch_of(a=["1"], b=["2"])
    write([batch], batch.schema, tmp_path / "out.csv", UTF_8, text_columns=[])
    # Windows knows no such bits; there the folder's rights hold, and the file can be read and written.
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == (0o600 if os.name == "posix" else 0o666)
