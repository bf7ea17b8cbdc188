from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import tracemalloc
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_folder import shared
from small_runs import declared, document, run, step
from sudare.errors import SudareError
from sudare.tables import csv_file, gzip_file
from sudare.tables.schema import Output
from sudare.tables.sniffing import table_size
from sudare.tables.table import describe_input, open_table, read
from sudare.tables.writing import write
from tables.reading_files import codes, column, csv_bytes, declare, put, reading_refused, refused, rows_of

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\x1b\r\n", exclude_categories=["Cs"]), max_size=6)
GZIP = Output(encoding="utf-8", compression="gzip")


def packed(content: bytes, *, members: int = 1) -> bytes:
    cuts = [len(content) * n // members for n in range(members + 1)]
    return b"".join(gzip.compress(content[a:b], mtime=0) for a, b in pairwise(cuts))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=8),
    members=st.integers(1, 3),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_a_packed_file_reads_as_the_file_inside_it(
    tmp_path: Path, rows: list[tuple[str, str]], members: int, encoding: str
) -> None:
    plain = csv_bytes([("番号", "a", "b"), *[("01", *row) for row in rows]], encoding)
    whole = read(put(tmp_path, plain), declare("番号", "a", "b", encoding=encoding, delimiter=","))
    content = packed(plain, members=members)
    table = read(put(tmp_path, content, "表.csv.gz"), declare("番号", "a", "b", encoding=encoding, delimiter=","))
    assert rows_of(table) == rows_of(whole)
    assert table.facts.sha256 == hashlib.sha256(content).hexdigest()
    assert (table.facts.encoding, table.facts.delimiter) == (whole.facts.encoding, whole.facts.delimiter)


def test_cp932_and_titles_and_row_numbers_hold_inside_a_packed_file(tmp_path: Path) -> None:
    text = "題\r\n氏名;年齢\r\n髙﨑;34\r\n山田;ひみつ\r\n合計;34\r\n"
    path = put(tmp_path, packed(text.encode("cp932")), "名前の違う.dat")
    declared_ = declare("氏名", column("年齢", "integer"), header_row=2, total_rows=1)
    (problem,) = reading_refused(path, declared_, "ひみつ").problems
    assert problem.what.en.endswith("rows 4.")
    described = describe_input(path, header_row=2)
    assert (described.format, described.encoding, described.delimiter) == ("csv", "cp932", ";")


@pytest.mark.parametrize("rest", ['a,b\n1,2\n3,"ひみつ\n5,6\n', 'a,b\n1,2\n3,"ひみつ'])
def test_an_open_quote_is_noticed_inside_a_packed_file(tmp_path: Path, rest: str) -> None:
    path = put(tmp_path, packed(rest.encode()), "表.csv.gz")
    assert codes(reading_refused(path, declare("a", "b"), "ひみつ")) == ["unclosed-quote"]


def test_a_record_longer_than_a_block_and_than_the_packed_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "_BLOCK", 64)
    cells = [("1", "長" * 50_000), ("2", "b")]
    path = put(tmp_path, packed(csv_bytes([("a", "b"), *cells])), "表.csv.gz")
    assert path.stat().st_size < 5_000
    assert rows_of(read(path, declare("a", "b"))) == cells


@pytest.mark.parametrize("left", [3, 12, 40, -1, -5, -9])
def test_a_file_that_is_cut_off_is_damaged(tmp_path: Path, left: int) -> None:
    path = put(tmp_path, packed(csv_bytes([("a",), *[(f"ひみつ{n}",) for n in range(500)]]))[:left], "表.csv.gz")
    assert codes(refused(lambda: read(path), "ひみつ")) == ["damaged"]


def test_changed_bytes_and_junk_at_the_end_are_damaged(tmp_path: Path) -> None:
    whole = packed(csv_bytes([("a",), *[(f"ひみつ{n}",) for n in range(500)]]))
    for content in (whole[:300] + b"\xff" * 5 + whole[305:], whole[:-6] + b"\0\0" + whole[-4:], whole + b"junk"):
        path = put(tmp_path, content, "表.csv.gz")
        assert codes(refused(lambda path=path: read(path), "ひみつ")) == ["damaged"]
    assert read(put(tmp_path, whole + bytes(512), "表.csv.gz")).facts.rows == 500  # padding of zeros is allowed


def test_a_packed_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    whole = packed(csv_bytes([("a",), *[(f"ひみつ{n}",) for n in range(90_000)]]))
    for content in (whole[: len(whole) // 2], packed(b"a\nx\n"), b"a\nx\n"):
        path = put(tmp_path, whole, "表.csv.gz")
        reading = open_table(path, declare("a"))
        path.write_bytes(content)
        found = codes(refused(lambda reading=reading: list(reading.batches()), "ひみつ"))
        assert found in (["changed-while-reading"], ["damaged"])


@pytest.mark.parametrize("inside", [b"PK\x03\x04rest", b"%PDF-1.7", b"PAR1xxxx", gzip.compress(b"a\n1\n")])
def test_what_is_no_csv_inside_is_told(tmp_path: Path, inside: bytes) -> None:
    assert codes(refused(lambda: read(put(tmp_path, packed(inside), "b.gz")))) == ["not-a-table"]


def test_a_file_made_to_fill_the_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed(b"a,b\n" + b"1,2\n" * 200_000)
    path = put(tmp_path, content, "表.csv.gz")
    assert read(path).facts.rows == 200_000
    assert gzip_file.expansion_limit(10) == 1 << 30
    assert gzip_file.expansion_limit(1 << 30) == 200 << 30
    monkeypatch.setattr(gzip_file, "_ALWAYS_FINE", 1_000)
    assert len(content) * 200 < 800_000
    assert codes(refused(lambda: read(path))) == ["too-large"]


def test_memory_does_not_grow_with_what_is_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "_BLOCK", 1 << 18)  # Arrow reads some 32 blocks ahead
    line = b"0123456789," * 9 + b"0\n"
    path = put(tmp_path, packed(b"a,b,c,d,e,f,g,h,i,j\n" + line * 400_000), "表.csv.gz")  # 40 MB
    reading = open_table(path, declare(*"abcdefghij"))
    tracemalloc.start()
    rows = sum(batch.num_rows for batch in reading.batches())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == 400_000
    assert peak < 20 << 20


def test_the_size_inside_is_told_without_unpacking_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = b"".join(b"%d,%d\n" % (n, n * 7919 % 10_007) for n in range(150_000))
    path = put(tmp_path, packed(numbers), "表.csv.gz")
    assert table_size(path) == len(numbers)
    monkeypatch.setattr(gzip_file, "_SAMPLE", 1 << 19)
    monkeypatch.setattr(gzip_file, "_PORTION", 1 << 16)
    assert table_size(path) == pytest.approx(len(numbers), rel=0.25)
    plain = put(tmp_path, numbers)
    assert table_size(plain) == len(numbers)
    assert table_size(put(tmp_path, packed(numbers)[:99], "x.gz")) == 99


# --- packed by us


def test_what_is_packed_is_the_csv_file_and_reads_back(tmp_path: Path) -> None:
    batch = pa.record_batch({"a": [f"文{n}" for n in range(50_000)], "b": ["=1", None] * 25_000})
    plain = write([batch], batch.schema, tmp_path / "p.csv", Output(encoding="utf-8"), text_columns=["b"])
    found = write([batch], batch.schema, tmp_path / "p.csv.gz", GZIP, text_columns=["b"])
    content = (tmp_path / "p.csv.gz").read_bytes()
    assert gzip.decompress(content) == (tmp_path / "p.csv").read_bytes()
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert (found.rows, found.escaped) == (plain.rows, plain.escaped)
    assert read(tmp_path / "p.csv.gz").facts.rows == 50_000


def test_the_packed_bytes_tell_no_name_and_no_time_and_depend_on_the_rows_alone(tmp_path: Path) -> None:
    words = [os.urandom(20).hex() for _ in range(60_000)]
    batch = pa.record_batch({"a": words, "b": words})
    write([batch], batch.schema, tmp_path / "p.csv.gz", GZIP, text_columns=[])
    cut = [batch.slice(start, 999) for start in range(0, 60_000, 999)]
    write(cut, batch.schema, tmp_path / "q.csv.gz", GZIP, text_columns=[])
    content = (tmp_path / "p.csv.gz").read_bytes()
    assert content == (tmp_path / "q.csv.gz").read_bytes()
    assert content[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    inside = zlib.decompress(content, zlib.MAX_WBITS | 16).decode()
    assert [row[0] for row in csv.reader(io.StringIO(inside))][1:] == words


def test_compression_is_for_csv_only() -> None:
    for kind in ("excel", "parquet"):
        with pytest.raises(ValueError, match="problem"):
            Output(format=kind, compression="gzip")


def test_a_run_reads_and_writes_packed_files(tmp_path: Path) -> None:
    source = put(tmp_path, packed("番号,備考\n01,=x\n02,y\n".encode()), "in.csv.gz")
    steps = [step("keep", "番号", "備考")]
    spec = document([declared("番号"), declared("備考")], steps, output={"compression": "gzip"})
    done = run(tmp_path, spec, source)
    assert done.outcome.receipt.output is not None
    assert done.outcome.receipt.output["file"] == "processed.csv.gz"
    assert sorted(gzip.decompress(done.content).decode("utf-8-sig").splitlines()) == ["01,'=x", "02,y", "番号,備考"]


def test_a_real_packed_file_is_read() -> None:
    path = shared("data/mobility/geolife_sample.csv.gz")
    table = read(path)
    assert table.facts.rows == 217_653
    assert table.facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_chance_damage_never_ends_in_an_error_of_a_library_here_either(tmp_path: Path) -> None:
    whole = packed(csv_bytes([("a", "b"), *[("ひみつ", str(n)) for n in range(200)]]))
    for place in range(0, len(whole), 7):
        content = bytearray(whole)
        content[place] ^= 0x55
        path = put(tmp_path, bytes(content), "表.csv.gz")
        try:
            read(path)
        except SudareError as error:
            assert "ひみつ" not in str(error)  # noqa: PT017 - a byte of the unread header may change nothing
