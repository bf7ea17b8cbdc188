"""What one column tells of another, and who is alone, counted cell by cell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from sudare.findings.codes import alone, commonest, sizes_of, tells
from sudare.measures.kernel import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel import Column

CELL = st.sampled_from(["x", "y", "z", None])
ROWS = st.lists(st.tuples(CELL, CELL, CELL), max_size=20)


def coded(rows: Sequence[tuple[Any, ...]]) -> list[Column]:
    return [encode(f"c{n}", pa.array([row[n] for row in rows], pa.string())) for n in range(3)]


@given(ROWS)
def test_a_row_is_alone_where_no_other_holds_the_same(rows: list[Any]) -> None:
    for width in (1, 2, 3):
        counted = Counter(row[:width] for row in rows)
        assert alone(coded(rows)[:width]) == sum(n == 1 for n in counted.values())


@given(ROWS)
def test_a_column_tells_another_as_often_as_its_commonest_companion_is_right(rows: list[Any]) -> None:
    one, other, _ = coded(rows)
    right = 0
    for value in {row[0] for row in rows}:
        right += Counter(row[1] for row in rows if row[0] == value).most_common(1)[0][1]
    assert tells(one, other) == (right / len(rows) if rows else 0.0)
    whole = Counter(row[0] for row in rows).most_common(1)
    assert commonest(one) == (whole[0][1] / len(rows) if rows else 0.0)


@given(ROWS)
def test_values_are_counted_and_missing_cells_are_none(rows: list[Any]) -> None:
    expected = Counter(row[0] for row in rows if row[0] is not None)
    found = [size for size in sizes_of(coded(rows)[0]).tolist() if size]
    assert sorted(found) == sorted(expected.values())
