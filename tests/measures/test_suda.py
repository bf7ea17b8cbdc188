"""SUDA2 finds the minimal sample uniques that looking at every set of columns finds."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.errors import UsageError
from sudare.measures.kernel import encode
from sudare.measures.suda import suda

CELL = st.sampled_from([0, 1, 2, None])
TABLE = st.integers(1, 5).flatmap(lambda width: st.lists(st.tuples(*[CELL] * width), min_size=1, max_size=14))


def minimal(rows: list[tuple[Any, ...]], owners: list[Any]) -> list[list[tuple[int, ...]]]:
    """Look at every set of columns for every row."""
    width = len(rows[0])
    found: list[list[tuple[int, ...]]] = [[] for _ in rows]
    for size in range(1, width + 1):
        for chosen in itertools.combinations(range(width), size):
            for line, row in enumerate(rows):
                alike = {owners[other] for other, cells in enumerate(rows) if all(cells[c] == row[c] for c in chosen)}
                if len(alike) == 1 and not any(set(less) <= set(chosen) for less in found[line]):
                    found[line].append(chosen)
    return found


def check(rows: list[tuple[Any, ...]], owners: list[Any], *, people: bool, largest: int | None) -> None:
    width = len(rows[0])
    columns = [encode(f"c{n}", pa.array([row[n] for row in rows], pa.int64())) for n in range(width)]
    unit = encode("who", pa.array(owners, pa.int64())) if people else None
    sets = [[m for m in one if largest is None or len(m) <= largest] for one in minimal(rows, owners)]
    found = suda(columns, largest=largest, unit=unit)
    points = [[math.factorial(width - len(m)) for m in one] for one in sets]
    assert found.score.tolist() == [sum(one) for one in points]
    sizes = Counter(len(m) for one in sets for m in one)
    assert found.by_size == tuple(sizes[size] for size in range(1, width + 1))
    for line, one in enumerate(sets):
        for column in range(width):
            share = sum(math.factorial(width - len(m)) for m in one if column in m) / max(sum(points[line]), 1)
            assert found.contribution[line, column] == pytest.approx(share, abs=1e-15)


@given(TABLE, st.none() | st.integers(1, 5))
def test_the_search_finds_what_looking_at_every_set_finds(rows: list[tuple[Any, ...]], largest: int | None) -> None:
    check(rows, list(range(len(rows))), people=False, largest=largest)


@given(TABLE, st.data())
def test_a_set_singles_out_a_person_whose_rows_alone_agree(rows: list[tuple[Any, ...]], data: st.DataObject) -> None:
    owners = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    check(rows, owners, people=True, largest=None)


@given(TABLE)
def test_combinations_with_counts_score_like_their_records(rows: list[tuple[Any, ...]]) -> None:
    def measured(table: list[tuple[Any, ...]], counts: Any) -> Any:
        columns = [encode(f"c{n}", pa.array([row[n] for row in table], pa.int64())) for n in range(len(rows[0]))]
        return suda(columns, counts=counts)

    counted = Counter(rows)
    whole, grouped = measured(rows, None), measured(list(counted), np.array(list(counted.values())))
    scores, dis = (dict(zip(rows, one.tolist(), strict=True)) for one in (whole.score, whole.dis))
    assert grouped.score.tolist() == [scores[row] for row in counted]
    assert grouped.dis.tolist() == [dis[row] for row in counted]
    assert grouped.by_size == whole.by_size


@given(TABLE, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_of_columns_matters(rows: list[tuple[Any, ...]], random: Any) -> None:
    def measured(order: list[int], columns: list[int]) -> tuple[dict[str, float], dict[int, tuple[int, float]]]:
        coded = [encode(f"c{n}", pa.array([rows[place][n] for place in order], pa.int64())) for n in columns]
        found = suda(coded)
        each = zip(found.score.tolist(), found.dis.tolist(), strict=True)
        return found.by_column, dict(zip(order, each, strict=True))

    order, columns = list(range(len(rows))), list(range(len(rows[0])))
    expected = measured(order, columns)
    random.shuffle(order)
    random.shuffle(columns)
    assert measured(order, columns) == expected  # DIS to the last bit


def test_many_values_take_the_sorting_road_to_the_same_answer() -> None:
    """So many levels beside so few rows that no table of all keys is kept."""
    rng = np.random.default_rng(3)
    table = rng.integers(0, 400, (60, 4)) // np.array([1, 40, 100, 1])
    rows = [tuple(row) for row in np.vstack([table, np.tile(np.arange(400)[:, None], 4)]).tolist()]
    columns = [encode(f"c{n}", pa.array([row[n] for row in rows])) for n in range(4)]
    small = suda(columns, largest=2)
    expected = [0] * len(rows)
    for size, points in ((1, 6), (2, 2)):
        for chosen in itertools.combinations(range(4), size):
            counted = Counter(tuple(row[c] for c in chosen) for row in rows)
            less = [Counter(tuple(row[c] for c in one) for row in rows) for one in itertools.combinations(chosen, 1)]
            for line, row in enumerate(rows):
                alone = size > 1 and any(one[(row[c],)] == 1 for one, c in zip(less, chosen, strict=True))
                if counted[tuple(row[c] for c in chosen)] == 1 and not alone:
                    expected[line] += points
    assert small.score.tolist() == expected


def test_nobody_stands_out_in_an_empty_or_constant_table() -> None:
    for cells in ([], ["x", "x"], [None, None]):
        found = suda([encode("c", pa.array(cells, pa.string()))] * 2)
        assert (found.records, found.sum_score) == (0, 0)
        assert found.score.tolist() == found.dis.tolist() == [0] * len(cells)


def test_more_columns_than_a_score_can_hold_are_refused() -> None:
    with pytest.raises(UsageError) as refused:
        suda([encode("c", pa.array(["x"]))] * 21)
    assert refused.value.problems[0].code == "too-many-columns"


def test_without_pairs_a_unique_record_is_taken_for_the_right_person() -> None:
    found = suda([encode("c", pa.array(["x", "y"]))])
    assert found.dis.tolist() == [1.0, 1.0]
