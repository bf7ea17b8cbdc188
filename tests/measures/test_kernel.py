"""Classes are counted alike however a table is stored, and right where a brute-force count says so."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.measures.kernel import classes_of, compatible_with, encode
from sudare.measures.kernel.grouping import by_key, numbered, packed
from sudare.measures.kernel.sums import sums_by
from sudare.measures.kernel.values import values_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel import Column

CELL = st.sampled_from([0, 1, 2, 30, None])
ROWS = st.lists(st.tuples(CELL, CELL, CELL), max_size=40)


def coded(rows: Sequence[tuple[Any, ...]], width: int = 3) -> list[Column]:
    return [encode(f"c{n}", pa.array([row[n] for row in rows], pa.int64())) for n in range(width)]


@given(ROWS)
def test_a_class_holds_the_rows_that_are_equal(rows: list[tuple[Any, ...]]) -> None:
    classes = classes_of(coded(rows))
    counted = Counter(rows)
    assert sorted(classes.sizes) == sorted(counted.values())
    assert classes.size_of_line.tolist() == [counted[row] for row in rows]
    of_line = classes.of_line.tolist()
    assert len(set(zip(of_line, rows, strict=True))) == len(counted) == len(set(of_line))


@given(ROWS, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_of_columns_matters(rows: list[tuple[Any, ...]], random: Any) -> None:
    expected = classes_of(coded(rows)).size_of_line
    places = list(range(len(rows)))
    random.shuffle(places)
    columns = coded([rows[place] for place in places])
    random.shuffle(columns)
    assert classes_of(columns).size_of_line.tolist() == [expected[place] for place in places]


STORED = {
    "nullable integer": lambda cells: pd.array(cells, dtype="Int64"),
    "float with NaN": lambda cells: np.array([np.nan if cell is None else cell for cell in cells], dtype=float),
    "text": lambda cells: pd.array([None if cell is None else str(cell) for cell in cells], dtype="str"),
    "object": lambda cells: np.array([None if cell is None else str(cell) for cell in cells], dtype=object),
    "category": lambda cells: pd.Categorical(
        [None if cell is None else str(cell) for cell in cells], categories=["unused", "30", "2", "1", "0"]
    ),
}


@pytest.mark.parametrize("stored", STORED)
@given(cells=st.lists(CELL, max_size=30))
def test_the_type_a_column_is_stored_in_does_not_matter(stored: str, cells: list[int | None]) -> None:
    expected = classes_of([encode("c", pa.array(cells, pa.int64()))]).size_of_line.tolist()
    series = pd.Series(STORED[stored](cells), index=range(100, 100 + len(cells)))
    column = encode("c", pa.Array.from_pandas(series))
    assert classes_of([column]).size_of_line.tolist() == expected
    assert column.levels == max(len(set(cells)), 1)
    assert (column.missing is not None) == (None in cells)


def test_chunks_with_dictionaries_of_their_own_are_one_column() -> None:
    chunks = [pa.array(["b", "a"]).dictionary_encode(), pa.array(["a", None]).dictionary_encode()]
    column = encode("c", pa.chunked_array(chunks))
    assert classes_of([column]).size_of_line.tolist() == [1, 2, 2, 1]
    assert encode("c", pa.chunked_array(chunks), in_order=True).codes.tolist() == [1, 0, 0, 2]


def test_a_dictionary_with_a_missing_and_a_repeated_entry_is_read_by_its_values() -> None:
    odd = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None]), pa.array(["a", None, "a"]))
    assert classes_of([encode("c", odd)]).size_of_line.tolist() == [2, 2, 2, 2]


def test_zero_has_one_sign_and_nan_is_missing() -> None:
    column = encode("c", pa.array([0.0, -0.0, float("nan"), None]))
    assert classes_of([column]).size_of_line.tolist() == [2, 2, 2, 2]


def test_codes_in_order_follow_the_values() -> None:
    assert encode("c", pa.array([9, 10, None, -1]), in_order=True).codes.tolist() == [1, 2, 3, 0]


@pytest.mark.parametrize("cells", [[], [None], [None, None], ["x"], ["x", "x"]], ids=str)
def test_empty_one_row_constant_and_all_missing(cells: list[str | None]) -> None:
    classes = classes_of([encode("c", pa.array(cells, pa.string()))] * 2)
    assert classes.sizes.tolist() == ([len(cells)] if cells else [])
    assert classes.size_of_line.tolist() == [len(cells)] * len(cells)


def test_keys_past_2_to_the_63_stay_exact() -> None:
    """Nine columns of 200 levels have 200^9 = 5.1e20 combinations; a wrapped key would mix them."""
    rng = np.random.default_rng(5)
    table = rng.integers(0, 200, (3000, 9))
    table[1500:] = table[:1500]  # pairs
    columns = [encode(f"c{n}", pa.array(np.append(table[:, n], np.arange(200)))) for n in range(9)]
    expected = Counter(map(tuple, np.vstack([table, np.tile(np.arange(200)[:, None], 9)]).tolist()))
    key, space = packed(columns)
    assert space < 2**63
    assert len(np.unique(key)) == len(expected)
    assert sorted(classes_of(columns).sizes) == sorted(expected.values())


def test_a_key_that_leaves_no_room_for_the_row_is_sorted_by_itself() -> None:
    key = np.array([2**62, 5, 2**62, 7], np.int64)
    assert by_key(key, 2**63 - 1).tolist() == [1, 3, 0, 2]
    numbers, count = numbered(key, 2**63 - 1)
    assert (numbers.tolist(), count) == ([2, 0, 2, 1], 3)


@given(st.lists(st.tuples(CELL, st.sampled_from(["p", "q", "r", None])), max_size=30))
def test_sizes_count_people_where_a_unit_is_given(rows: list[tuple[Any, ...]]) -> None:
    unit = encode("who", pa.array([row[1] for row in rows], pa.string()))
    classes = classes_of([encode("c", pa.array([row[0] for row in rows], pa.int64()))], unit=unit)
    people = {value: len({who for other, who in rows if other == value}) for value, _ in rows}
    assert classes.size_of_line.tolist() == [people[value] for value, _ in rows]
    assert classes.records.sum() == len(rows)


def test_a_line_may_stand_for_several_records() -> None:
    classes = classes_of([encode("c", pa.array(["a", "b", "a"]))], counts=np.array([3, 1, 2]))
    assert sorted(zip(classes.records, classes.sizes, strict=True)) == [(1, 1), (5, 5)]


def fits(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


@given(ROWS)
def test_a_missing_cell_fits_every_value_in_both_directions(rows: list[tuple[Any, ...]]) -> None:
    columns = coded(rows)
    classes = classes_of(columns)
    found = compatible_with(columns, classes)
    expected = [sum(fits(row, other) for other in rows) for row in rows]
    assert found.sizes[classes.of_line].tolist() == expected
    assert found.weighted[classes.of_line].tolist() == expected


@given(ROWS, st.randoms(use_true_random=False))
def test_sums_of_weights_are_the_same_in_any_order(rows: list[tuple[Any, ...]], random: Any) -> None:
    weights = [random.uniform(1, 100) for _ in rows]
    places = list(range(len(rows)))

    def summed(order: list[int], columns: list[int]) -> list[float]:
        lines = coded([rows[place] for place in order])
        lines = [lines[n] for n in columns]
        classes = classes_of(lines)
        each = sums_by(classes.of_line, np.array([weights[place] for place in order]), len(classes))
        return sorted(compatible_with(lines, classes, each).weighted)

    expected = summed(places, [0, 1, 2])
    random.shuffle(places)
    assert summed(places, [2, 0, 1]) == expected  # to the last bit


@given(st.lists(st.tuples(CELL, CELL, st.sampled_from(["p", "q", None])), max_size=30), st.booleans())
def test_sensitive_values_are_counted_by_record_or_by_person(rows: list[tuple[Any, ...]], people: bool) -> None:  # noqa: FBT001 - drawn
    unit = encode("who", pa.array([row[2] for row in rows], pa.string())) if people else None
    columns = coded(rows, 2)
    classes = classes_of(columns[:1], unit=unit)
    values = values_of(classes, columns[1], unit=unit)
    expected = Counter((a, b) for a, b, _ in set(rows)) if people else Counter((a, b) for a, b, _ in rows)
    assert sorted(values.count) == sorted(expected.values())
    assert values.totals().sum() == sum(expected.values())
    assert len(values.starts) == len({row[0] for row in rows})
