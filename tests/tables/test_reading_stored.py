from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from sudare.errors import UsageError
from sudare.tables.table import describe_input, open_table, read
from tables.reading_files import codes, column, declare, put, refused, rows_of

if TYPE_CHECKING:
    from pathlib import Path

STORED = pa.table(
    {
        "文字": pa.array(["01", None, ""]),
        "区分": pa.array(["a", "b", "a"]).dictionary_encode(),
        "整数": pa.array([1, None, 3], pa.int16()),
        "小数": pa.array([1.5, float("nan"), None]),
        "金額": pa.array([Decimal("1.10"), None, Decimal("2.00")]),
        "真偽": pa.array([True, None, False]),
        "日付": pa.array([date(2024, 1, 5), None, date(1970, 1, 1)]),
        "日時": pa.array([datetime(2024, 1, 5, 9), None, None], pa.timestamp("ms")),  # noqa: DTZ001 - no zone
        "空": pa.nulls(3),
    }
)
ROWS = [
    ("01", "a", 1, 1.5, 1.1, True, date(2024, 1, 5), datetime(2024, 1, 5, 9), None),  # noqa: DTZ001 - no zone
    (None, "b", None, None, None, None, None, None, None),
    (None, "a", 3, None, 2.0, False, date(1970, 1, 1), None, None),
]
KINDS = ["text", "text", "integer", "decimal", "decimal", "boolean", "date", "datetime", "text"]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    parquet.write_table(STORED, path)
    table = read(path)
    assert rows_of(table) == ROWS
    assert [c.type for c in table.schema.columns] == KINDS
    assert table.facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (table.facts.rows, table.facts.encoding, table.facts.delimiter) == (3, None, None)
    assert rows_of(read(path, describe_input(path))) == ROWS


def test_an_arrow_table_is_read_like_the_file() -> None:
    assert rows_of(read(STORED)) == ROWS


def test_the_hash_of_a_frame_does_not_depend_on_its_chunks() -> None:
    chunked = pa.concat_tables([STORED.slice(0, 1), STORED.slice(1)])
    first, second, other = (read(table).facts.sha256 for table in (STORED, chunked, STORED.slice(1)))
    assert first == second
    assert first != other


def test_a_pandas_frame_is_read_whatever_its_index() -> None:
    frame = pd.DataFrame(
        {
            "区分": pd.Categorical(["x", None, "y"], categories=["x", "y", "使わない"]),
            "整数": pd.array([1, None, 3], dtype="Int64"),
            "小数": [1.5, np.nan, 2.0],
            "文字": ["a", None, "c"],
            "日時": pd.to_datetime(["2024-01-05 10:00", None, "2024-01-06 00:00"]),
            "真偽": pd.array([True, None, False], dtype="boolean"),
        },
        index=[7, 7, "x"],
    )
    table = read(frame)
    assert [c.type for c in table.schema.columns] == ["text", "integer", "decimal", "text", "datetime", "boolean"]
    assert rows_of(table) == [
        ("x", 1, 1.5, "a", datetime(2024, 1, 5, 10), True),  # noqa: DTZ001 - no zone
        (None, None, None, None, None, None),
        ("y", 3, 2.0, "c", datetime(2024, 1, 6), False),  # noqa: DTZ001 - no zone
    ]


def test_repeated_labels_of_a_frame_are_told_apart() -> None:
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    assert read(frame).data.to_pylist() == [{"a": 1, "a_2": 2}, {"a": 3, "a_2": 4}]


def test_texts_declared_as_numbers_are_typed_like_those_of_a_csv_file() -> None:
    table = read(pa.table({"年齢": ["３４", None, "1,000"]}), declare(column("年齢", "integer")))
    assert rows_of(table) == [(34,), (None,), (1000,)]
    error = refused(lambda: read(pa.table({"年齢": ["1", "ひみつ"]}), declare(column("年齢", "integer"))), "ひみつ")
    assert error.problems[0].what.en.endswith("rows 2.")


def test_whole_numbers_may_be_declared_decimal_where_they_stay_exact() -> None:
    assert rows_of(read(pa.table({"a": [1, None]}), declare(column("a", "decimal")))) == [(1.0,), (None,)]
    big = pa.table({"a": [2**60 + 1]})
    assert codes(refused(lambda: read(big, declare(column("a", "decimal"))), str(2**60 + 1))) == ["misfit"]


@pytest.mark.parametrize(
    ("stored", "kind"),
    [
        (pa.array([1.0]), "integer"),
        (pa.array([1]), "text"),
        (pa.array([1]), "boolean"),
        (pa.array([True]), "integer"),
        (pa.array([date(2024, 1, 5)]), "datetime"),
        (pa.array([datetime(2024, 1, 5, tzinfo=UTC)], pa.timestamp("us", "UTC")), "datetime"),
        (pa.array([b"x"]), "text"),
        (pa.array([[1]]), "text"),
    ],
)
def test_a_stored_type_that_disagrees_is_refused_before_any_row(stored: pa.Array, kind: str) -> None:
    error = refused(lambda: open_table(pa.table({"a": stored}), declare(column("a", kind))))
    assert codes(error) == ["misfit-type"]
    assert error.problems[0].now.ja


@pytest.mark.parametrize(
    ("stored", "kind", "why"),
    [
        (pa.array([1.0, float("inf"), float("-inf")]), "decimal", "infinite"),
        (pa.array([1, 2**63, 2**64 - 1], pa.uint64()), "integer", "too large"),
        (pa.array([0, 1, 1_000_001], pa.timestamp("ns")), "datetime", "too precise"),
    ],
)
def test_stored_values_that_do_not_fit_are_misfits_by_row(stored: pa.Array, kind: str, why: str) -> None:
    error = refused(lambda: read(pa.table({"a": stored}), declare(column("a", kind))), str(2**63), "1000001")
    (problem,) = error.problems
    assert problem.what.en.startswith("column 'a': 2 rows are not of type ")
    assert problem.what.en.endswith(f" ({why}): rows 2, 3.")


def test_a_column_of_mixed_kinds_is_refused_without_its_values() -> None:
    frame = pd.DataFrame({"a": ["ひみつ", 5, 2.5], "b": [1, 2, 3], "c": [b"x", 1, "ないしょ"]})
    assert codes(refused(lambda: read(frame), "ひみつ", "2.5", "ないしょ")) == ["misfit-type", "misfit-type"]


def test_user_defined_characters_in_a_frame_are_a_warning() -> None:
    (warning,) = read(pa.table({"氏名": ["\ue000"], "住所": ["東京"]})).facts.warnings
    assert warning.what.ja == "外字（Unicode の私用領域）があります: 列「氏名」。"


def test_a_damaged_parquet_file_is_told_without_the_librarys_words(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    parquet.write_table(pa.table({"氏名": ["ひみつ"] * 1000}), path)
    content = path.read_bytes()
    assert codes(refused(lambda: read(put(tmp_path, content[:-20], "cut.parquet")), "ひみつ")) == ["broken-parquet"]
    assert codes(refused(lambda: read(put(tmp_path, b"PAR1" + b"\0" * 60, "no.parquet")))) == ["broken-parquet"]


def test_a_file_of_the_other_format_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    parquet.write_table(pa.table({"a": [1]}), path)
    assert codes(refused(lambda: read(path, declare("a")))) == ["wrong-format"]
    text = put(tmp_path, "a\n1\n")
    assert codes(refused(lambda: read(text, declare("a", format="parquet")))) == ["wrong-format"]


def test_a_parquet_file_larger_than_a_batch_numbers_its_rows_through(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    parquet.write_table(pa.table({"a": ["1"] * 70_000 + ["x"]}), path)
    declared = declare(column("a", "integer"), format="parquet")
    (problem,) = refused(lambda: read(path, declared)).problems
    assert problem.what.en.endswith("rows 70001.")


def test_what_is_no_table_is_a_wrong_use() -> None:
    with pytest.raises(UsageError, match="not-a-source"):
        read({"a": [1]})  # type: ignore[arg-type]


def test_a_table_without_columns_is_refused() -> None:
    assert codes(refused(lambda: read(pa.table({})))) == ["no-header"]
