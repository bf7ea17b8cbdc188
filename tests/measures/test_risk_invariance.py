"""`risk` answers the same however a table is stored: its order, index, types, columns, and where it is kept."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sudare import risk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

CELL = st.sampled_from([0, 1, 2, None])
ROW = st.tuples(CELL, CELL, CELL, st.sampled_from([4, 5, 6, None]), st.floats(0.5, 9))
ROWS = st.lists(ROW, max_size=18)
NAMES = ["町", "年齢", "病名", "人"]
ASKED: dict[str, Any] = {"sensitive": "病名", "unit": "人", "weight": "重み", "suda": 2, "population": 500}


def texts(cells: Sequence[int | None]) -> list[str | None]:
    return [None if cell is None else str(cell) for cell in cells]


STORED: dict[str, Callable[[Sequence[int | None]], Any]] = {
    "nullable integers": lambda cells: pd.array(list(cells), dtype="Int8"),
    "floats with NaN": lambda cells: np.array([math.nan if cell is None else cell for cell in cells], dtype=float),
    "text": lambda cells: pd.array(texts(cells), dtype="str"),
    "object with None": lambda cells: np.array(texts(cells), dtype=object),
    "object with NaN": lambda cells: np.array([math.nan if cell is None else str(cell) for cell in cells], dtype=object),
    "categories, some unused": lambda cells: pd.Categorical(texts(cells), categories=["9", "6", "5", "4", "2", "1", "0", "x"]),
    "ordered categories": lambda cells: pd.Categorical(texts(cells), categories=[*"6543210"], ordered=True),
    "Arrow text": lambda cells: pd.arrays.ArrowExtensionArray(pa.array(texts(cells), pa.large_string())),
    "Arrow dictionary": lambda cells: pd.arrays.ArrowExtensionArray(pa.array(texts(cells), pa.string()).dictionary_encode()),
}  # fmt: skip
INDEXES: dict[str, Callable[[int], pd.Index[Any]]] = {
    "numbers from 100": lambda n: pd.RangeIndex(100, 100 + n),
    "one label for all": lambda n: pd.Index(["same"] * n, dtype=object),
    "named like a column": lambda n: pd.Index(np.arange(n)[::-1], name="町"),
    "two levels": lambda n: pd.MultiIndex.from_arrays([[1] * n, np.arange(n)], names=["年齢", None]),
}


def frame(rows: Sequence[Any], kinds: Sequence[str]) -> pd.DataFrame:
    cells = {
        name: STORED[kind]([row[n] for row in rows]) for n, (name, kind) in enumerate(zip(NAMES, kinds, strict=True))
    }
    return pd.DataFrame({**cells, "重み": np.array([row[4] for row in rows], dtype=float)})


def measured(source: Any, qi: Sequence[str] = ("町", "年齢"), **other: Any) -> dict[str, Any]:
    return risk(source, qi, **{**ASKED, **other}).to_dict()


@settings(deadline=None)
@given(ROWS, st.lists(st.sampled_from(sorted(STORED)), min_size=4, max_size=4), st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_and_types_of_every_column_make_no_difference(
    rows: list[Any], kinds: list[str], random: Any
) -> None:
    plain = frame(rows, ["nullable integers"] * 4)
    expected = measured(plain)
    order = list(range(len(rows)))
    random.shuffle(order)
    again = frame([rows[place] for place in order], kinds)
    columns = list(again.columns)
    random.shuffle(columns)
    again = again[columns].assign(そのほか=range(len(rows)))
    assert measured(again, ["年齢", "町"]) == expected  # every float to the last bit


@pytest.mark.parametrize("index", INDEXES)
@settings(deadline=None, max_examples=20)
@given(rows=ROWS)
def test_the_index_of_a_frame_makes_no_difference(index: str, rows: list[Any]) -> None:
    plain = frame(rows, ["text"] * 4)
    assert measured(plain.set_axis(INDEXES[index](len(rows)))) == measured(plain)


@settings(deadline=None, max_examples=20)
@given(ROWS)
def test_people_named_otherwise_are_the_same_people(rows: list[Any]) -> None:
    plain = frame(rows, ["text"] * 4)
    renamed = plain.assign(人=plain["人"].map({"4": "甲", "5": "乙", "6": "丙"}))
    assert measured(renamed) == measured(plain)


@settings(deadline=None, max_examples=20)
@given(ROWS)
def test_a_missing_cell_fits_every_value_however_it_is_stored(rows: list[Any]) -> None:
    asked: dict[str, Any] = {"unit": None, "missing": "wildcard"}
    expected = measured(frame(rows, ["nullable integers"] * 4), **asked)
    for kind in STORED:
        assert measured(frame(rows[::-1], [kind] * 4), **asked) == expected


@settings(deadline=None, max_examples=20)
@given(ROWS)
def test_a_column_given_twice_or_a_constant_one_changes_no_class(rows: list[Any]) -> None:
    plain = frame(rows, ["text"] * 4).assign(同じ="x")
    told = [measured(plain, qi) for qi in (["町", "年齢"], ["町", "年齢", "町"], ["町", "年齢", "同じ"])]
    for one in told:
        one["suda"] = None  # its points go by the number of columns
    assert told[0] == told[1] == told[2]


def test_a_file_is_measured_like_the_frame_it_was_written_from(tmp_path: Path) -> None:
    rows = [
        (0, 1, 2, 4, 1.5),
        (0, 1, None, 4, 2.5),
        (0, None, 1, 5, 1.0),
        (None, None, 1, None, 8.0),
        (2, 2, 2, 6, 3.25),
    ]
    plain = frame(rows, ["nullable integers"] * 4)
    plain.to_csv(tmp_path / "in.csv", index=False, encoding="utf-8")
    pq.write_table(pa.Table.from_pandas(plain, preserve_index=False), tmp_path / "in.parquet")
    expected = measured(plain)
    assert measured(tmp_path / "in.csv") == expected
    assert measured(tmp_path / "in.parquet") == expected
    assert measured(pa.Table.from_pandas(plain, preserve_index=False)) == expected


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize(
    ("cells", "k", "uniques", "classes"),
    [([], None, 0, 0), ([1], 1, 1, 1), ([None], 1, 1, 1), ([2, 2, 2], 3, 0, 1), ([None, None, None], 3, 0, 1)],
    ids=["empty", "one row", "one row, missing", "constant", "all missing"],
)
def test_tables_of_hardly_anything_have_the_numbers_they_should(
    stored: str, cells: list[int | None], k: int | None, uniques: int, classes: int
) -> None:
    rows = [(cell, cell, cell, 4, 2.0) for cell in cells]
    for missing in ("value", "wildcard"):
        found = measured(frame(rows, [stored] * 4), unit=None, missing=missing)
        assert (found["rows"], found["k"], found["uniques"], found["classes"]) == (len(cells), k, uniques, classes)
        assert found["prosecutor"]["max"] == (None if k is None else 1 / k)
        assert found["l"]["distinct"] == (None if k is None else 1)
        assert found["t"]["equal"] == (None if k is None else 0.0)
        alone = 1 if len(cells) == 1 else 0
        assert found["suda"]["records"] == alone
    # All rows are of one person: alone with the combination however many rows there are.
    people = measured(frame(rows, [stored] * 4))
    assert (people["units"], people["k"]) == ((1, 1) if cells else (0, None))
