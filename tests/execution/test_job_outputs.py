"""What a run writes: marks, types, and an order of rows that tells nothing of the source."""

from __future__ import annotations

import datetime as dt
import io
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from small_runs import KEY, declared, document, key_store, refused, run, step, texts
from sudare.keystore import KeyName
from sudare.tables.text_values import ARROW_TYPES

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.specs import Document

KINDS = {
    "区分": ("text", ["甲", "乙", None, "甲"]),
    "年齢": ("integer", [40, 41, None, 43]),
    "身長": ("decimal", [150.5, 160.0, None, 1e-7]),
    "有無": ("boolean", [True, False, None, True]),
    "日": ("date", [dt.date(2026, 1, 2), dt.date(2026, 1, 3), None, dt.date(2026, 1, 4)]),
    "時": ("datetime", [dt.datetime(2026, 1, 2, 3, 4, 5), dt.datetime(2026, 1, 2), None, dt.datetime(2026, 1, 4)]),  # noqa: DTZ001 - local times, as in a file
}
COLUMNS = [declared(name, kind) for name, (kind, _) in KINDS.items()]
TABLE = pa.table({name: pa.array(values, ARROW_TYPES[kind]) for name, (kind, values) in KINDS.items()})
HIDE = step("suppress-cells", *KINDS, where={"column": "年齢", "at_least": 43})
PLAIN = {"shuffle": False, "because": "試験のため"}


def test_csv_tells_hidden_cells_from_missing_ones(tmp_path: Path) -> None:
    ran = run(tmp_path, document(COLUMNS, [HIDE], output=PLAIN), TABLE)
    assert ran.rows == [
        ("甲", "40", "150.5", "true", "2026-01-02", "2026-01-02 03:04:05"),
        ("乙", "41", "160", "false", "2026-01-03", "2026-01-02 00:00:00"),
        ("",) * 6,
        ("*",) * 6,
    ]
    other = run(tmp_path, document(COLUMNS, [HIDE], output={**PLAIN, "suppressed_as": "削除"}), TABLE)
    assert other.rows[3] == ("削除",) * 6
    assert other.rows[:3] == ran.rows[:3]


def test_parquet_keeps_types_and_marks_hidden_cells_beside_them(tmp_path: Path) -> None:
    ran = run(tmp_path, document(COLUMNS, [HIDE], output={**PLAIN, "format": "parquet"}), TABLE)
    table = parquet.read_table(io.BytesIO(ran.content))
    assert table.schema.names == ["区分"] + [
        name for column in list(KINDS)[1:] for name in (column, f"{column}_suppressed")
    ]
    assert [table.schema.field(name).type for name in KINDS] == [ARROW_TYPES[kind] for kind, _ in KINDS.values()]
    assert table["区分"].to_pylist() == ["甲", "乙", None, "*"]
    for name, (_, values) in list(KINDS.items())[1:]:
        assert table[name].to_pylist() == [*values[:3], None]
        assert table[f"{name}_suppressed"].to_pylist() == [False, False, False, True]


def test_parquet_without_hidden_cells_has_no_marks(tmp_path: Path) -> None:
    spec = document(COLUMNS, [step("keep", *KINDS)], output={"format": "parquet"})
    assert parquet.read_table(io.BytesIO(run(tmp_path, spec, TABLE).content)).schema.names == list(KINDS)


def test_a_column_that_has_the_name_of_a_mark_is_refused(tmp_path: Path) -> None:
    columns = [declared("年齢", "integer"), declared("年齢_suppressed")]
    table = pa.table({"年齢": [1, 2], "年齢_suppressed": ["x", "y"]})
    hide = step("suppress-cells", "年齢", "年齢_suppressed", where={"column": "年齢", "equals": 1})
    spec = document(columns, [hide], output={"format": "parquet"})
    assert refused(lambda: run(tmp_path, spec, table)) == {"name-taken": ["年齢_suppressed"]}
    assert len(run(tmp_path, document(columns, [hide]), table).rows) == 2


# ------------------------------------------------------------------ order

ROWS = 2_000
NUMBERED = [declared("番号", "integer"), declared("区分")]
KEEP = [step("keep", "番号", "区分")]


def numbered(rows: int = ROWS) -> pa.Table:
    return pa.table(
        {"番号": pa.array(range(rows), pa.int64()), "区分": pa.array([f"区分{n % 7}" for n in range(rows)])}
    )


def order_of(ran: Any) -> list[int]:
    return [int(row[0]) for row in ran.rows]


def alike(one: list[int], other: list[int]) -> float:
    """Return the rank correlation of the places of the same rows in two files."""
    return float(abs(np.corrcoef(np.argsort(one), np.argsort(other))[0, 1]))


NOT_ALIKE = 0.1  # four and a half standard deviations for 2,000 rows in independent orders


def test_without_a_key_the_order_of_the_source_makes_no_difference(tmp_path: Path) -> None:
    values = [("甲", "1"), ("乙", None), (None, "2"), ("甲", "1"), ("乙", "10"), ("", "3"), ("甲", None)] * 5
    spec = document([declared("a"), declared("b", "integer")], [step("keep", "a", "b")])
    contents = set()
    for seed in range(4):
        random.Random(seed).shuffle(values)  # noqa: S311 - no secret
        contents.add(run(tmp_path, spec, texts(a=[a for a, _ in values], b=[b for _, b in values])).content)
    assert len(contents) == 1


def test_without_a_key_a_hidden_and_a_missing_cell_have_their_places(tmp_path: Path) -> None:
    hide = step("suppress-cells", "a", where={"column": "b", "equals": 1})
    spec = document([declared("a"), declared("b", "integer")], [hide, step("delete-column", "b")])
    one = run(tmp_path, spec, texts(a=["x", None, "y", "z"], b=["1", "2", "2", "1"]))
    other = run(tmp_path, spec, texts(a=["z", "y", None, "x"], b=["1", "2", "2", "1"]))
    assert one.content == other.content
    assert sorted(one.rows) == [("",), ("*",), ("*",), ("y",)]


def test_the_order_of_the_source_is_kept_only_where_that_is_said(tmp_path: Path) -> None:
    rows = [3, 1, 2]
    table = pa.table({"番号": pa.array(rows, pa.int64()), "区分": ["x"] * 3})
    assert order_of(run(tmp_path, document(NUMBERED, KEEP), table)) == [1, 2, 3]
    assert order_of(run(tmp_path, document(NUMBERED, KEEP, output=PLAIN), table)) == rows


def keyed(**parts: Any) -> Document:
    return document(NUMBERED, KEEP, **{"key": KEY, **parts})


def test_with_a_key_the_order_is_neither_that_of_the_source_nor_that_of_another_delivery(tmp_path: Path) -> None:
    store = key_store(tmp_path)
    other_key = "別@2026"
    store.new(KeyName.parse(other_key))
    source = list(range(ROWS))
    first = order_of(run(tmp_path, keyed(), numbered(), store=store))
    by_key = order_of(run(tmp_path, keyed(key=other_key), numbered(), store=store))
    by_spec = order_of(run(tmp_path, keyed(title="別の題名"), numbered(), store=store))
    by_file = order_of(run(tmp_path, keyed(), numbered(ROWS + 1), store=store))
    by_file.remove(ROWS)
    deliveries = [source, first, by_key, by_spec, by_file]
    assert all(sorted(order) == source for order in deliveries)
    found = {(m, n): alike(deliveries[m], deliveries[n]) for m in range(5) for n in range(m)}
    assert max(found.values()) < NOT_ALIKE


def test_equal_specs_keys_and_files_give_equal_bytes_on_any_number_of_threads(tmp_path: Path) -> None:
    store = key_store(tmp_path)
    steps = [
        step("pseudonymize", "番号", domain="人"),
        step("keep", "区分"),
        step("delete-small-classes", "区分", below=3),
    ]
    for output in ({"format": "csv"}, {"format": "parquet"}):
        spec = document(NUMBERED, steps, key=KEY, output=output)
        runs = [run(tmp_path, spec, numbered(), store=store, threads=threads) for threads in (1, 2, 2)]
        assert len({ran.content for ran in runs}) == 1
        assert len({str(ran.receipt) for ran in runs}) == 1


def test_a_run_with_a_key_needs_the_store(tmp_path: Path) -> None:
    assert refused(lambda: run(tmp_path, keyed(), numbered(3))) == {"no-key-store": ["key"]}


@pytest.mark.parametrize("output", [{"format": "csv"}, {"format": "parquet"}])
def test_a_table_without_rows_is_written_with_its_header(tmp_path: Path, output: dict[str, Any]) -> None:
    store = key_store(tmp_path)
    ran = run(tmp_path, keyed(output=output), numbered(0), store=store)
    if output["format"] == "csv":
        assert (ran.header, ran.rows) == (["番号", "区分"], [])
    else:
        assert parquet.read_table(io.BytesIO(ran.content)).num_rows == 0
