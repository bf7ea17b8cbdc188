from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from sudare.tables.schema import Output
from sudare.tables.writing import row_groups, write

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PARQUET = Output(format="parquet")
SCHEMA = pa.schema(
    [
        ("名", pa.string()),
        ("数", pa.int64()),
        ("値", pa.float64()),
        ("額", pa.decimal128(9, 2)),
        ("日", pa.date32()),
        ("時", pa.timestamp("us")),
        ("可", pa.bool_()),
    ]
)


def made(rows: int) -> pa.RecordBatch:
    numbers = [None if n % 7 == 0 else n for n in range(rows)]
    columns = [
        [None if n is None else f"=町{n % 13}" for n in numbers],
        numbers,
        [None if n is None else n / 3 for n in numbers],
        [None if n is None else Decimal(n % 999).scaleb(-2) for n in numbers],
        [None if n is None else dt.date(1940, 1, 1) + dt.timedelta(n % 9999) for n in numbers],
        [None if n is None else dt.datetime(2026, 4, 1) + dt.timedelta(seconds=n) for n in numbers],  # noqa: DTZ001 - a table's time has no zone
        [None if n is None else n % 2 == 0 for n in numbers],
    ]
    arrays = [pa.array(cells, kind) for cells, kind in zip(columns, SCHEMA.types, strict=True)]
    return pa.record_batch(arrays, schema=SCHEMA)


def cut(batch: pa.RecordBatch, places: list[int]) -> list[pa.RecordBatch]:
    ends = sorted({min(place, batch.num_rows) for place in places} | {0, batch.num_rows})
    return [batch.slice(start, end - start) for start, end in pairwise(ends)]


def test_types_values_and_missing_cells_are_kept_and_nothing_is_escaped(tmp_path: Path) -> None:
    facts = write([made(30)], SCHEMA, tmp_path / "out.parquet", PARQUET, text_columns=["名"])
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.schema.equals(SCHEMA)
    assert table.to_pylist() == made(30).to_pylist()
    assert (facts.rows, facts.escaped, facts.replaced) == (30, {}, {})
    assert facts.sha256 == hashlib.sha256((tmp_path / "out.parquet").read_bytes()).hexdigest()


def test_the_file_says_nothing_of_who_made_the_table(tmp_path: Path) -> None:
    marked = SCHEMA.with_metadata({"pandas": "{}"})
    marked = marked.set(0, marked.field(0).with_metadata({"source": "名簿"}))
    batch = made(30).cast(marked)
    write([batch], marked, tmp_path / "marked.parquet", PARQUET, text_columns=[])
    write([made(30)], SCHEMA, tmp_path / "plain.parquet", PARQUET, text_columns=[])
    assert (tmp_path / "marked.parquet").read_bytes() == (tmp_path / "plain.parquet").read_bytes()
    facts = pq.read_metadata(tmp_path / "marked.parquet")
    assert facts.metadata is None
    assert facts.row_group(0).column(0).compression == "ZSTD"


@settings(max_examples=40)
@given(rows=st.integers(0, 3000), places=st.lists(st.integers(0, 3000), max_size=8))
def test_how_the_rows_were_cut_changes_no_byte(
    tmp_path_factory: pytest.TempPathFactory, rows: int, places: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    batch = made(3000).slice(0, rows)
    whole = write([batch], SCHEMA, folder / "whole.parquet", PARQUET, text_columns=[])
    parts = write(cut(batch, places), SCHEMA, folder / "parts.parquet", PARQUET, text_columns=[])
    assert (folder / "whole.parquet").read_bytes() == (folder / "parts.parquet").read_bytes()
    assert whole == parts


def test_row_groups_are_of_one_size_however_the_rows_were_cut(tmp_path: Path) -> None:
    numbers = pa.array(range(300_000))
    batch = pa.record_batch({"数": numbers, "文": numbers.cast(pa.string())})
    files = []
    for places in ([], [1], [122_879, 122_881], [60_000, 200_000, 299_999], list(range(0, 300_000, 7_777))):
        path = tmp_path / f"{len(files)}.parquet"
        write(cut(batch, places), batch.schema, path, PARQUET, text_columns=[])
        files.append(path.read_bytes())
    assert len(set(files)) == 1
    facts = pq.read_metadata(tmp_path / "0.parquet")
    assert [facts.row_group(n).num_rows for n in range(facts.num_row_groups)] == [122_880, 122_880, 54_240]
    assert pq.read_table(tmp_path / "0.parquet")["数"].to_pylist() == list(range(300_000))


@given(rows=st.integers(0, 40), places=st.lists(st.integers(0, 40)), size=st.integers(1, 10))
def test_cutting_anew_keeps_every_row_in_order(rows: int, places: list[int], size: int) -> None:
    batch = pa.record_batch({"n": pa.array(range(rows), pa.int64())})
    groups = [table["n"].to_pylist() for table in row_groups(cut(batch, places), batch.schema, size)]
    assert groups == [list(range(start, min(start + size, rows))) for start in range(0, rows, size)]


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    facts = write([], SCHEMA, tmp_path / "out.parquet", PARQUET, text_columns=[])
    assert pq.read_table(tmp_path / "out.parquet").schema.equals(SCHEMA)
    assert facts.rows == 0
