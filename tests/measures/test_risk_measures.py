"""Each measure of risk against its definition written out, and its numbers in any order of rows."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.measures.alpha_k import alpha_of
from sudare.measures.class_sizes import class_sizes
from sudare.measures.closeness import equal_distance, ordered_distance
from sudare.measures.delta_presence import delta_presence
from sudare.measures.household_risk import household_risk
from sudare.measures.individual_risk import individual_risk
from sudare.measures.journalist_risk import journalist_risk
from sudare.measures.k_map import k_map
from sudare.measures.kernel import classes_of, encode
from sudare.measures.kernel.beside import Beside, count_beside, encode_both
from sudare.measures.kernel.values import Values, values_of
from sudare.measures.marketer_risk import marketer_risk
from sudare.measures.pitman_uniqueness import pitman_uniqueness
from sudare.measures.population_uniqueness import population_uniqueness
from sudare.measures.prosecutor_risk import prosecutor_risk
from sudare.measures.record_diversity import record_diversity
from sudare.measures.snb_uniqueness import snb_uniqueness
from sudare.measures.zayatz_uniqueness import zayatz_uniqueness

SIZES = st.lists(st.integers(1, 12), min_size=1, max_size=20).map(np.array)
ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), min_size=1, max_size=30)


def exact_by_sum(f: int, p: float) -> float:
    """E(1 / F | f), F negative binomial, term by term."""
    q, found = 1 - p, 0.0
    chance = p**f
    for population in range(f, f + int(60 * f / p) + 200):
        found += chance / population
        chance *= q * population / (population - f + 1)
    return found


@pytest.mark.parametrize("p", [0.01, 0.2, 0.49, 0.5, 0.51, 0.8, 0.99])
@pytest.mark.parametrize("f", [1, 2, 3, 7, 59, 61])
def test_exact_individual_risk_is_the_sum_it_stands_for(f: int, p: float) -> None:
    found = individual_risk(np.array([f]), np.array([f / p]), np.array([f]), exact=True).each[0]
    assert found == pytest.approx(exact_by_sum(f, f / (f / p)), rel=1e-11)


def test_everybody_sampled_is_one_in_so_many_as_there_are() -> None:
    sizes = np.array([1, 2, 3, 100])
    for weighted in (sizes * 1.0, sizes * 0.5):
        for exact in (True, False):
            each = individual_risk(sizes, weighted, sizes, exact=exact).each
            assert each.tolist() == [1, 1 / 2, 1 / 3, 1 / 100]


@given(SIZES, st.floats(1.0, 1000.0))
def test_the_approximation_is_exact_for_one_and_two_and_near_above(sizes: Any, factor: float) -> None:
    weighted = sizes * factor
    exact = individual_risk(sizes, weighted, sizes, exact=True).each
    near = individual_risk(sizes, weighted, sizes).each
    assert near[sizes <= 2].tolist() == exact[sizes <= 2].tolist()
    assert np.all(np.abs(near / exact - 1) < 0.25)


def test_global_risk_is_the_mean_and_the_expected_number() -> None:
    found = individual_risk(np.array([1, 4]), np.array([1.0, 4.0]), np.array([1, 4]))
    assert (found.mean, found.expected) == (0.4, 2.0)


def test_a_certain_member_makes_the_household_certain() -> None:
    households = encode("hh", pa.array(["a", "a", "b", None, None]))
    found = household_risk(np.array([1.0, 0.3, 0.2, 0.5, 0.25]), households)
    assert found[:2].tolist() == [1.0, 1.0]
    assert found[2:] == pytest.approx([0.2, 0.5, 0.25], rel=1e-15)


def test_a_chance_of_just_the_threshold_is_not_above_it() -> None:
    sizes = np.array([4, 5, 6])
    found = prosecutor_risk(sizes, sizes)
    assert (found.highest, found.above) == (0.25, 4 / 15)
    assert prosecutor_risk(sizes, sizes, 1 / 6).above == 9 / 15


@given(SIZES)
def test_without_weights_the_three_attackers_agree_with_the_classes(sizes: Any) -> None:
    expected = len(sizes) / sizes.sum()
    assert prosecutor_risk(sizes, sizes).mean == pytest.approx(expected, rel=1e-15)
    assert journalist_risk(sizes, sizes * 1.0, sizes) == prosecutor_risk(sizes, sizes)
    assert marketer_risk(sizes, sizes * 1.0, sizes) == prosecutor_risk(sizes, sizes).mean


def test_weights_lower_the_risk_of_a_reader_who_does_not_know_who_is_in() -> None:
    sizes = np.array([1, 4])
    found = journalist_risk(sizes, np.array([10.0, 2.0]), sizes)  # the second class is at least as large as itself
    assert (found.highest, found.mean) == (0.25, pytest.approx((0.1 + 4 * 0.25) / 5))
    assert marketer_risk(sizes, np.array([10.0, 2.0]), sizes) == found.mean


def test_sizes_are_tabulated() -> None:
    sizes = np.array([3, 1, 1, 7])
    found = class_sizes(sizes, sizes)
    assert [found.size.tolist(), found.classes.tolist(), found.records.tolist()] == [[1, 3, 7], [2, 1, 1], [2, 3, 7]]
    assert (found.k, found.uniques, found.below(3), found.below(4), found.total) == (1, 2, 2, 5, 12)
    nothing = class_sizes(np.empty(0, np.int64), np.empty(0, np.int64))
    assert (nothing.k, nothing.uniques, nothing.below(5), nothing.total) == (None, 0, 0, 0)


def counted(rows: list[tuple[int, int]]) -> Values:
    columns = [encode("a", pa.array([a for a, _ in rows])), encode("s", pa.array([s for _, s in rows]), in_order=True)]
    return values_of(classes_of(columns[:1]), columns[1])


def by_class(rows: list[tuple[int, int]]) -> list[list[int]]:
    return [[s for a, s in rows if a == one] for one in sorted({a for a, _ in rows})]


@given(ROWS, st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(2), Fraction(7, 2)]))
def test_diversity_is_as_defined(rows: list[tuple[int, int]], c: Fraction) -> None:
    expected = []
    for members in by_class(rows):
        n = sorted((members.count(value) for value in set(members)), reverse=True)
        entropy = math.exp(-sum(x / sum(n) * math.log(x / sum(n)) for x in n))
        deepest = max([1, *(depth for depth in range(1, len(n) + 1) if n[0] < c * sum(n[depth - 1 :]))])
        expected.append((len(n), entropy, deepest))
    found = record_diversity(counted(rows), c)
    for place, (distinct, entropy, deepest) in enumerate(expected_in_order(rows, expected)):
        assert found.distinct[place] == distinct
        assert found.entropy[place] == pytest.approx(entropy, rel=1e-12)
        assert found.recursive[place] == deepest


def expected_in_order(rows: list[tuple[int, int]], expected: list[Any]) -> list[Any]:
    """Classes are numbered by code, and codes follow the first appearance of a value."""
    first = list(dict.fromkeys(a for a, _ in rows))
    known = dict(zip(sorted(first), expected, strict=True))
    return [known[one] for one in first]


@given(ROWS)
def test_closeness_is_as_defined(rows: list[tuple[int, int]]) -> None:
    places = sorted({s for _, s in rows})
    everybody = [s for _, s in rows]
    equal, ordered = [], []
    for members in by_class(rows):
        gaps = [
            Fraction(members.count(place), len(members)) - Fraction(everybody.count(place), len(rows))
            for place in places
        ]
        equal.append(float(sum(map(abs, gaps)) / 2))
        ordered.append(float(sum(abs(sum(gaps[: n + 1])) for n in range(len(gaps))) / max(len(gaps) - 1, 1)))
    values = counted(rows)
    assert equal_distance(values).tolist() == pytest.approx(expected_in_order(rows, equal), abs=1e-15)
    assert ordered_distance(values).tolist() == pytest.approx(expected_in_order(rows, ordered), abs=1e-12)


def test_the_example_of_the_paper_on_closeness() -> None:
    """Li et al. 2007, section 5: of 3k to 11k, {3k, 4k, 5k} lies 0.375 from the whole and {6k, 8k, 11k} 0.167."""
    pay = [3, 4, 5, 6, 11, 8, 7, 9, 10]
    rows = list(zip([0, 0, 0, 1, 1, 1, 2, 2, 2], pay, strict=True))
    assert ordered_distance(counted(rows))[:2].tolist() == pytest.approx([0.375, 1 / 6])


@given(ROWS)
def test_alpha_is_the_share_of_the_most_frequent_value(rows: list[tuple[int, int]]) -> None:
    expected = [max(members.count(value) for value in members) / len(members) for members in by_class(rows)]
    assert alpha_of(counted(rows)).tolist() == expected_in_order(rows, expected)


def test_measures_of_values_of_an_empty_table_are_empty() -> None:
    nothing = encode("c", pa.array([], pa.string()))
    values = values_of(classes_of([nothing]), nothing)
    assert len(equal_distance(values)) == len(ordered_distance(values)) == len(alpha_of(values)) == 0
    assert len(record_diversity(values).distinct) == 0


@pytest.mark.parametrize("estimate", [zayatz_uniqueness, pitman_uniqueness, snb_uniqueness])
def test_without_uniques_in_the_table_none_are_expected(estimate: Any) -> None:
    sizes = np.array([2, 5])
    assert estimate(class_sizes(sizes, sizes), 1000) == 0.0


def test_zayatz_is_the_rule_of_bayes_with_hypergeometric_chances() -> None:
    sizes, population = np.array([1, 1, 2, 3]), 50
    n = int(sizes.sum())

    def seen_once(size: int) -> float:
        return size * math.comb(population - size, n - 1) / math.comb(population, n)

    truly = 2 / 4 * seen_once(1) / (2 / 4 * seen_once(1) + 1 / 4 * seen_once(2) + 1 / 4 * seen_once(3))
    assert zayatz_uniqueness(class_sizes(sizes, sizes), population) == pytest.approx(2 * truly / n, rel=1e-12)


@pytest.mark.parametrize("estimate", [zayatz_uniqueness, snb_uniqueness])
def test_a_whole_population_has_the_uniques_it_shows(estimate: Any) -> None:
    sizes = np.repeat([1, 2, 5], [4, 3, 2])
    assert estimate(class_sizes(sizes, sizes), int(sizes.sum())) == pytest.approx(4 / sizes.sum(), rel=1e-12)


def test_snb_expects_the_uniques_and_pairs_that_were_seen() -> None:
    """A population drawn from the model itself: half of it is sampled, and the estimate comes near the truth."""
    rng = np.random.default_rng(11)
    population = 1 + rng.negative_binomial(0.7, 0.25, 60_000)
    sampled = rng.binomial(population, 0.5)
    sizes = sampled[sampled > 0]
    people = int(population.sum())
    found = snb_uniqueness(class_sizes(sizes, sizes), people)
    assert found == pytest.approx((population == 1).sum() / people, rel=0.05)


def test_pitman_does_not_fit_a_table_of_uniques_alone() -> None:
    sizes = np.ones(50, np.int64)
    assert pitman_uniqueness(class_sizes(sizes, sizes), 1000) is None
    assert snb_uniqueness(class_sizes(sizes, sizes), 1000) is None
    found = population_uniqueness(class_sizes(sizes, sizes), 1000)
    assert (found.model, found.dankar) == ("zayatz", found.zayatz)


def test_a_large_share_of_the_population_goes_by_the_smaller_of_two_estimates() -> None:
    sizes = np.repeat([1, 2, 3, 4, 5], [50, 20, 10, 5, 3])
    found = population_uniqueness(class_sizes(sizes, sizes), 400)
    assert found.snb is not None
    assert found.dankar == min(found.snb, found.zayatz)
    assert found.model == ("snb" if found.snb <= found.zayatz else "zayatz")


def beside(table: list[Any], population: list[Any]) -> Beside:
    columns = [
        encode_both(str(n), pa.array([row[n] for row in table]), pa.array([row[n] for row in population]))
        for n in range(2)
    ]
    return count_beside(columns, len(table))


PAIRS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=15)


@given(PAIRS, PAIRS)
def test_the_population_beside_a_table_is_counted_by_combination(table: list[Any], more: list[Any]) -> None:
    population = [*table, *more]
    found = beside(table, population)
    assert k_map(found) == min(population.count(row) for row in table)
    shares = [table.count(row) / population.count(row) for row in population]
    assert delta_presence(found) == (min(shares), max(shares))


def test_a_combination_that_the_register_lacks_maps_to_nobody() -> None:
    found = beside([(1, 1)], [(0, 0)])
    assert k_map(found) == 0
    assert delta_presence(found) == (0.0, 0.0)
    nothing = count_beside([encode_both("c", pa.array([], pa.int64()), pa.array([], pa.int64()))], 0)
    assert k_map(nothing) is None
    assert delta_presence(nothing) is None


def test_a_register_of_another_type_is_compared_as_text() -> None:
    column = encode_both("c", pa.array(["1", "2"]).dictionary_encode(), pa.array([2, 2, 1]))
    assert k_map(count_beside([column], 2)) == 1
