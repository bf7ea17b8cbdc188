"""Differencing equals taking the counts of one delivery from those of the other."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from sudare.measures.attacks.differencing import differencing
from sudare.measures.kernel.beside import encode_both
from sudare.measures.kernel.encoding import encode

ROW = st.tuples(st.sampled_from(["x", "y", None]), st.integers(0, 2), st.sampled_from("pqr"))


def cells(rows: list[Any], place: int) -> pa.Array:
    return pa.array([row[place] for row in rows], pa.int64() if place == 1 else pa.string())


@given(st.lists(ROW, max_size=12), st.lists(ROW, max_size=12), st.integers(1, 5), st.booleans())
def test_it_equals_counting_both(later: list[Any], earlier: list[Any], k: int, people: bool) -> None:  # noqa: FBT001
    columns = [encode_both(name, cells(later, n), cells(earlier, n)) for n, name in enumerate(("town", "age"))]
    units = tuple(encode("who", cells(rows, 2)) for rows in (later, earlier)) if people else None
    found = differencing(columns, len(later), k, units=units)  # type: ignore[arg-type]
    sizes = [Counter(row[:2] for row in (dict.fromkeys(rows) if people else rows)) for rows in (later, earlier)]
    gaps = [sizes[0][one] - sizes[1][one] for one in sizes[0] | sizes[1]]
    small = [gap for gap in gaps if 0 < abs(gap) < k]
    assert (found.classes, found.people) == (len(small), sum(abs(gap) for gap in small))
    assert (found.joined, found.left) == (sum(gap for gap in small if gap > 0), -sum(gap for gap in small if gap < 0))
    assert found.columns == ("town", "age")


def test_somebody_who_joined_a_large_class_is_seen() -> None:
    later, earlier = pa.array(["x"] * 51 + ["y"] * 9), pa.array(["x"] * 50 + ["y"] * 20)
    found = differencing([encode_both("town", later, earlier)], 60, 5)
    assert found.to_dict() == {"columns": ["town"], "k": 5, "classes": 1, "people": 1, "joined": 1, "left": 0}
