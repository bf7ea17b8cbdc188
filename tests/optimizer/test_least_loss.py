from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.small_tables import Small, tables
from sudare.errors import UsageError
from sudare.measures.kernel import encode
from sudare.optimizer import least_loss as searching
from sudare.optimizer.goals import Goals
from sudare.optimizer.hierarchy import Hierarchy
from sudare.optimizer.lattice import Combinations, Ladder
from sudare.optimizer.least_loss import Lattice, Progress, Result, least_loss

if TYPE_CHECKING:
    from collections.abc import Sequence


def combinations(small: Small) -> Combinations:
    ladders = [Ladder.of(str(n), one) for n, one in enumerate(small.hierarchies)]
    leaf = []
    for column, one in enumerate(small.hierarchies):
        number = {value: n for n, value in enumerate([*one.leaves, None])}
        leaf.append(np.array([number[row[column]] for row in small.rows], np.int64))
    return Combinations.of(ladders, leaf, sensitive=encode("s", pa.array([row[-1] for row in small.rows])))


def search(small: Small, goals: Goals, limit: int, weights: Sequence[int]) -> Result:
    return least_loss(Lattice(combinations(small), goals, limit, weights))


@settings(max_examples=120, deadline=None)
@given(tables(), st.integers(1, 5), st.integers(0, 4), st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_no_node_of_a_small_lattice_loses_less(small: Small, k: int, limit: int, given_weights: list[int]) -> None:
    weights = [*given_weights[: len(small.hierarchies) - 1], 1]
    compare(search(small, Goals(k), limit, weights), small.best(limit, weights, k=k))


@settings(max_examples=120, deadline=None)
@given(tables(), st.integers(1, 3), st.integers(1, 3), st.sampled_from([0.25, 0.5, 0.75, 1.0]), st.integers(0, 4))
def test_nor_where_classes_must_be_diverse_and_near_the_whole(
    small: Small, k: int, diverse: int, near: float, limit: int
) -> None:
    weights = [1] * len(small.hierarchies)
    found = search(small, Goals(k, diverse, near), limit, weights)
    compare(found, small.best(limit, weights, k=k, diverse=diverse, near=near))


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(1, 4), st.integers(0, 4))
def test_a_lattice_that_is_parted_gives_the_same(small: Small, k: int, limit: int) -> None:
    weights = [1] * len(small.hierarchies)
    whole, at_once = search(small, Goals(k, 2), limit, weights), searching.AT_ONCE
    searching.AT_ONCE = 3
    try:
        assert search(small, Goals(k, 2), limit, weights).best == whole.best
    finally:
        searching.AT_ONCE = at_once


def compare(found: Result, best: tuple[object, int, tuple[int, ...]] | None) -> None:
    assert found.optimal
    if best is None or found.best is None:
        assert found.best is best is None
        return
    loss, suppressed, levels = best
    assert found.best.loss == pytest.approx(float(loss), abs=1e-12)  # type: ignore[arg-type]
    assert (found.best.suppressed, found.best.levels) == (suppressed, levels)
    assert found.bound == found.best.loss


@settings(max_examples=60, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(small: Small, random: object) -> None:
    shuffled = list(small.rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    weights = [1] * len(small.hierarchies)
    other = Small(shuffled, small.hierarchies)
    assert search(small, Goals(2), 1, weights).best == search(other, Goals(2), 1, weights).best


def wide(columns: int, rows: int) -> Small:
    """Return a table in which everybody is alone, over a lattice of 5^columns nodes."""
    hierarchy = Hierarchy(tuple((str(n), f"a{n // 2}", f"b{n // 4}", f"c{n // 8}", "*") for n in range(16)))
    numbers = np.random.default_rng(4).integers(0, 16, (rows, columns))
    return Small([(*map(str, row), "x") for row in numbers.tolist()], (hierarchy,) * columns)


def test_a_search_that_runs_out_of_time_says_how_far_it_may_be_from_the_best() -> None:
    lattice = Lattice(combinations(wide(12, 400)), Goals(5), 20, [1] * 12)
    seen: list[Progress] = []
    start = time.monotonic()
    found = least_loss(lattice, seconds=0.5, tell=seen.append)
    assert time.monotonic() - start < 5
    assert found.nodes == 5**12
    assert not found.optimal
    assert found.best is not None
    assert 0 < found.bound < found.best.loss <= 1
    assert seen
    assert all(one.loss is None or one.bound <= one.loss for one in seen)


@settings(max_examples=80, deadline=None)
@given(tables(), st.sampled_from([0.0, 0.0001, 0.0003, 0.001]), st.integers(0, 4))
def test_no_node_loses_less_than_the_bound_whenever_time_ran_out(small: Small, seconds: float, limit: int) -> None:
    weights = [1] * len(small.hierarchies)
    found = least_loss(Lattice(combinations(small), Goals(2), limit, weights), seconds=seconds)
    best = small.best(limit, weights, k=2)
    assert (best is None) == (found.best is None)  # the top is always looked at
    if best is not None and found.best is not None:
        assert found.bound <= float(best[0]) + 1e-12
        assert found.best.loss >= float(best[0]) - 1e-12
        assert not found.optimal or found.best.levels == best[2]


def test_no_time_at_all_still_gives_a_table_that_keeps_the_goal() -> None:
    found = least_loss(Lattice(combinations(wide(3, 50)), Goals(5), 0, [1] * 3), seconds=0)
    assert found.best is not None
    assert (found.best.levels, found.best.suppressed, found.checked) == ((4, 4, 4), 0, 1)
    assert not found.optimal


def test_an_empty_table_needs_nothing() -> None:
    small = Small([], (Hierarchy((("1", "*"), ("2", "*"))),))
    found = search(small, Goals(5), 0, [1])
    assert found.best is not None
    assert (found.best.levels, found.best.loss, found.best.classes) == ((0,), 0.0, 0)


def test_more_keys_than_a_whole_number_holds_are_counted_all_the_same() -> None:
    hierarchy = Hierarchy(tuple((str(n), "*") for n in range(300)))
    rows = [tuple(str((n * 7 + c) % 300) for c in range(12)) for n in range(40)]
    small = Small([(*row, "x") for row in [*rows, *rows]], (hierarchy,) * 12)
    found = search(small, Goals(2), 0, [1] * 12)
    assert found.best is not None
    assert (found.best.levels, found.best.classes) == ((0,) * 12, 40)


@pytest.mark.parametrize("goals", [(0, None, None), (2, 0, None), (2, None, 1.5)])
def test_a_goal_that_means_nothing_is_refused(goals: tuple[int, int | None, float | None]) -> None:
    with pytest.raises(UsageError):
        Goals(*goals)
