from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sudare.engines.engine import Engine
from sudare.tables.schema import Column, Schema
from sudare.techniques.grouping import Groups, mdav, optimal, shells, standardized
from sudare.techniques.microaggregate import Microaggregate
from sudare.techniques.technique import HIDDEN, Context
from techniques_at_work import loaded, run_step

quickly = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def step(*columns: str, k: int = 2, **more: Any) -> dict[str, Any]:
    return {"technique": "microaggregate", "columns": list(columns or "n"), "k": k, **more}


def column(outcome: Any, name: str = "n") -> list[Any]:
    assert outcome.refused == ()
    return [row[outcome.names.index(name)] for row in outcome.rows]


# MDAV: what a look at every point would find


def mdav_by_hand(points: np.ndarray[Any, Any], k: int) -> list[int]:
    alive, groups, made = list(range(points.shape[1])), [-1] * points.shape[1], 0

    def distance(center: Any, n: int) -> float:
        return float(sum((x - c) ** 2 for x, c in zip(points[:, n].tolist(), center, strict=True)))

    def centroid() -> list[float]:
        grain = shells.GRAIN
        return [sum(round(points[j, n] * grain) for n in alive) / (len(alive) * grain) for j in range(len(points))]

    def farthest(center: Any) -> list[float]:
        return list(points[:, max(alive, key=lambda n: (distance(center, n), -n))].tolist())

    def group_around(center: Any) -> None:
        nonlocal made
        for n in sorted(alive, key=lambda n: (distance(center, n), n))[:k]:
            groups[n] = made
            alive.remove(n)
        made += 1

    while len(alive) >= 3 * k:
        far = farthest(centroid())
        across = farthest(far)
        group_around(far)
        group_around(across)
    if len(alive) >= 2 * k:
        group_around(farthest(centroid()))
    return [made if group < 0 else group for group in groups]


@quickly
@given(st.integers(1, 400), st.integers(1, 4), st.integers(2, 9), st.sampled_from([3, 8, 10**6]), st.integers(0, 99))
def test_mdav_is_what_a_look_at_every_point_gives(n: int, p: int, k: int, values: int, seed: int) -> None:
    points = np.random.default_rng(seed).integers(0, values, (p, n)).astype(np.float64)  # few values: many ties
    scores = standardized(points[:, np.lexsort(points)])
    assert mdav(scores, k).tolist() == mdav_by_hand(scores, k)


@pytest.mark.parametrize(
    ("n", "sizes"), [(1, [1]), (5, [5]), (6, [3, 3]), (8, [3, 5]), (9, [3, 3, 3]), (14, [3, 3, 3, 5])]
)
def test_mdav_makes_groups_of_k_and_a_last_one(n: int, sizes: list[int]) -> None:
    groups = mdav(standardized(np.random.default_rng(n).normal(size=(2, n))), 3)
    assert sorted(np.bincount(groups).tolist()) == sizes


def test_mdav_of_points_all_alike_still_makes_groups_of_k() -> None:
    assert sorted(np.bincount(mdav(np.zeros((2, 1000)), 3)).tolist()) == [3] * 332 + [4]


# One column: the least squared error there can be


def error(values: list[float], cuts: tuple[int, ...]) -> Fraction:
    total = Fraction(0)
    for start, end in itertools.pairwise((0, *cuts, len(values))):
        group = [Fraction(value) for value in values[start:end]]
        mean = sum(group, Fraction(0)) / len(group)
        total += sum(((value - mean) ** 2 for value in group), Fraction(0))
    return total


def least_error(values: list[float], k: int) -> Fraction:
    """Try every way to cut the sorted values into groups of at least k."""
    every = (cuts for count in range(len(values) // k) for cuts in itertools.combinations(range(1, len(values)), count))
    return min(
        error(values, cuts)
        for cuts in every
        if all(end - start >= k for start, end in itertools.pairwise((0, *cuts, len(values))))
    )


@quickly
@given(
    st.lists(st.one_of(st.integers(0, 6), st.integers(0, 10**6)), min_size=2, max_size=11),
    st.sampled_from([0, 10**9]),  # far from zero, differences of running sums would lose the small distances
    st.integers(2, 5),
)
def test_optimal_has_the_least_squared_error_of_all_groupings(values: list[int], offset: int, k: int) -> None:
    numbers = sorted(float(value + offset) for value in values)
    groups = optimal(np.array(numbers), k).tolist()
    cuts = tuple(n for n in range(1, len(groups)) if groups[n] != groups[n - 1])
    least = least_error(numbers, k) if len(numbers) >= k else error(numbers, ())
    assert float(error(numbers, cuts)) == pytest.approx(float(least), rel=1e-12)
    assert len(numbers) < k or min(Counter(groups).values()) >= k


def test_optimal_is_the_same_however_much_is_held_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.sort(np.random.default_rng(3).normal(size=500))
    whole = optimal(values, 4).tolist()
    monkeypatch.setitem(optimal.__globals__, "AT_ONCE", 20)
    assert optimal(values, 4).tolist() == whole


def test_optimal_keeps_neighbours_together() -> None:
    outcome = run_step(step(method="optimal"), {"n": "integer"}, [(10,), (1,), (11,), (2,), (9,)])
    assert column(outcome) == [10, 2, 10, 2, 10]  # 1 and 2 have the mean 1.5


# What stands for a group


@pytest.mark.parametrize(
    ("representative", "expected"),
    [("mean", 4), ("median", 2), ("mode", 1), ("medoid", 1)],  # 22 / 6 = 3.67; (1 + 2) / 2 = 1.5
)
def test_one_value_stands_for_the_group(representative: str, expected: int) -> None:
    rows = [(1,), (1,), (1,), (2,), (4,), (13,)]
    outcome = run_step(step(k=6, representative=representative), {"n": "integer"}, rows)
    assert column(outcome) == [expected] * 6
    assert outcome.types == {"n": "integer"}


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ([1, 2], 2),
        ([-1, -2], -2),  # ties go away from zero
        ([0, 1, 1], 1),
        ([2**63 - 1, 2**63 - 3], 2**63 - 2),  # too large for a double, and their sum for 64 bits
        ([-(2**63), -(2**63)], -(2**63)),
    ],
)
def test_whole_numbers_stay_whole_and_exact(values: list[int], mean: int) -> None:
    for representative in ("mean", "median") if len(values) == 2 else ("mean",):
        outcome = run_step(step(representative=representative), {"n": "integer"}, [(value,) for value in values])
        assert column(outcome) == [mean] * len(values)


def test_decimals_of_any_size_have_a_mean_between_them() -> None:
    largest = 1.7976931348623157e308
    for values, mean in [([largest] * 3, largest), ([largest, largest / 2], largest * 0.75), ([0.1] * 3, 0.1)]:
        assert column(run_step(step(), {"n": "decimal"}, [(value,) for value in values])) == [mean] * len(values)


def test_a_medoid_is_a_record_that_was_there() -> None:
    rows = [(0, 9.5), (1, 7.0), (2, 7.5), (30, 1.0)]
    outcome = run_step(step("a", "b", k=4, representative="medoid"), {"a": "integer", "b": "decimal"}, rows)
    assert set(outcome.rows) == {(2, 7.5)}


def test_of_several_most_frequent_values_the_middle_one_counts() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1, 1, 2])
    assert Groups(labels).mode(np.array([5, 3, 4, 8, 6, 6, 8, 1])).tolist() == [4, 6, 1]


# Strata, people, and what is too few


def test_groups_stay_within_their_stratum() -> None:
    types: Any = {"n": "integer", "s": "text", "t": "integer"}
    rows = [(1, "x", 1), (2, "x", None), (3, "x", 1), (4, "x", None), (5, None, 1), (7, None, 1)]
    outcome = run_step(step(strata=["s", "t"]), types, rows)
    assert column(outcome) == [2, 3, 2, 3, 6, 6]


def test_a_hidden_stratum_is_not_a_missing_one() -> None:
    rows = [(1, None), (3, None), (10, 99), (20, 99)]
    hide = {"s": {"column": "s", "at_least": "90"}}
    outcome = run_step(step(strata=["s"]), {"n": "integer", "s": "integer"}, rows, hide=hide)
    assert column(outcome) == [2, 2, 15, 15]


def test_too_few_stop_the_run_or_are_hidden() -> None:
    rows = [(1, "x"), (3, "x"), (116, "y")]
    types: Any = {"n": "integer", "s": "text"}
    outcome = run_step(step(strata=["s"]), types, rows)
    assert outcome.codes == ["small-group"]
    assert outcome.refused[0].line("en") == (
        "[small-group] steps[0]: <10 groups (<10 records) have fewer than k: too few in a stratum, too few that miss "
        "the same cells, or too few people in a group. Use coarser strata or a smaller k, or write "
        "`if_smaller: suppress`."
    )
    assert column(run_step(step(strata=["s"], if_smaller="suppress"), types, rows)) == [2, 2, HIDDEN]


def test_records_of_one_person_are_no_group() -> None:
    rows = [(1, "甲"), (2, "甲"), (100, "乙"), (101, "丙")]
    types: Any = {"n": "integer", "person": "text"}
    assert column(run_step(step(), types, rows)) == [2, 2, 101, 101]
    assert run_step(step(), types, rows, person="person").codes == ["small-group"]
    hidden = run_step(step(if_smaller="suppress"), types, rows, person="person")
    assert column(hidden) == [HIDDEN, HIDDEN, 101, 101]


# Missing and hidden cells


def test_records_that_miss_the_same_cells_form_groups() -> None:
    rows = [(1, 10), (None, 50), (3, 20), (None, 70), (None, None)]
    outcome = run_step(step("n", "m"), {"n": "integer", "m": "integer"}, rows)
    assert outcome.rows == [(2, 15), (None, 60), (2, 15), (None, 60), (None, None)]


def test_a_record_that_alone_misses_a_cell_is_hidden_whole() -> None:
    rows = [(1, 10), (3, 20), (None, 70)]
    types: Any = {"n": "integer", "m": "integer"}
    assert run_step(step("n", "m"), types, rows).codes == ["small-group"]
    outcome = run_step(step("n", "m", if_smaller="suppress"), types, rows)
    assert outcome.rows == [(2, 15), (2, 15), (HIDDEN, HIDDEN)]


def test_hidden_cells_stay_hidden_and_are_no_missing_ones() -> None:
    rows = [(116, 10), (118, 30), (None, 20), (None, 60), (1, 1), (3, 5)]
    hide = {"n": {"column": "n", "at_least": "90"}}
    outcome = run_step(step("n", "m"), {"n": "integer", "m": "integer"}, rows, hide=hide)
    assert outcome.rows == [(HIDDEN, 20), (HIDDEN, 20), (None, 40), (None, 40), (2, 3), (2, 3)]


# The order of the rows


@settings(quickly, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=4, max_size=40), st.randoms())
def test_row_order_does_not_matter(pairs: list[tuple[int, int]], chance: Any) -> None:
    types: Any = {"n": "integer", "m": "integer", "name": "text"}
    rows = [(*pair, f"{name:02}") for name, pair in enumerate(pairs)]
    mixed = chance.sample(rows, len(rows))
    for given_step in (step("n", "m"), step("n", method="optimal", k=3)):
        first, second = (run_step(given_step, types, order) for order in (rows, mixed))
        assert sorted(first.rows, key=lambda row: row[2]) == sorted(second.rows, key=lambda row: row[2])


def test_records_equal_in_everything_are_interchangeable() -> None:
    rows = [(1,), (5,), (5,), (9,)]
    outcome = run_step(step(method="optimal"), {"n": "integer"}, rows)
    assert Counter(outcome.rows) == {(3,): 2, (7,): 2}  # 1, 5 and 5, 9: all four together would err twice as much


# What is refused


def test_infinite_values_are_refused_and_only_counted() -> None:
    outcome = run_step(step(), {"n": "decimal"}, [(float("inf"),), (1.0,), (float("nan"),), (2.0,)])
    assert outcome.codes == ["not-finite"]
    assert outcome.refused[0].line("en") == (
        "[not-finite] steps[0]: the column 'n' holds infinite values or what is no number, in <10 rows. "
        "Hide or mend them first."
    )


@pytest.mark.parametrize("kind", ["text", "date", "boolean"])
def test_only_numbers_are_aggregated(kind: Any) -> None:
    assert run_step(step(), {"n": kind}, []).codes == ["wrong-type"]


def test_a_column_is_not_its_own_stratum() -> None:
    assert run_step(step(strata=["n"]), {"n": "integer"}, []).codes == ["repeated-column"]


@pytest.mark.parametrize("more", [{"k": 1}, {"method": "optimal", "columns": ["n", "m"]}, {"representative": "max"}])
def test_what_cannot_be_meant_is_no_step(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Microaggregate.model_validate({"because": "x", **step(), **more})


def test_a_table_that_breaks_the_promise_does_not_hold() -> None:
    given_step = Microaggregate.model_validate({"because": "x", **step()})
    before: list[Any] = [{"n": 1}, {"n": 3}, {"n": None}]
    assert given_step.holds(before, [{"n": 2}, {"n": 2}, {"n": None}])
    for broken in ([1, 3, None], [2, 2, 2], [2, 2, HIDDEN], [2.0, 2.0, None], [9, 9, None], [HIDDEN, HIDDEN, None]):
        assert not given_step.holds(before, [{"n": value} for value in broken]), broken


def test_progress_is_told_as_a_share(tmp_path: Any) -> None:
    schema = Schema(columns=(Column(name="n", type="decimal"),))
    given_step = Microaggregate.model_validate({"because": "x", **step(k=5)})
    heard: list[float] = []
    with Engine(tmp_path, threads=1) as engine:
        relation = loaded(engine, schema, [(value,) for value in np.random.default_rng(1).normal(size=3000).tolist()])
        engine.on_progress = heard.append
        given_step.plan(relation, Context(engine, "steps[0]", lambda: pytest.fail("no key"), None, schema))
    assert heard == sorted(heard)
    assert 20 < len(heard) <= 101
    assert heard[-1] > 0.95


def test_one_scale_for_all_units() -> None:
    scores = standardized(np.array([[1e308, 1.5e308, 1.7e308], [1e-300, 3e-300, 2e-300]]))
    assert scores[1].tolist() == pytest.approx([-1.0, 1.0, 0.0])
    assert np.isfinite(scores).all()
    assert scores[0].std(ddof=1) == pytest.approx(1.0)
    assert standardized(np.array([[0.1] * 7])).tolist() == [[0.0] * 7]  # not the rounding of the mean
