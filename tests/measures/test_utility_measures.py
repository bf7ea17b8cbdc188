"""Each measure of utility by itself: nothing is lost where nothing changed, and known losses are what they should be."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sudare.measures.utility.average_class_size import average_class_size, class_size_kept
from sudare.measures.utility.correlations import correlation_change, correlations
from sudare.measures.utility.cross_tabulation import cross_tabulation_difference, folded
from sudare.measures.utility.discernibility import discernibility, discernibility_kept
from sudare.measures.utility.eigenvalues import eigenvalue_change
from sudare.measures.utility.granularity import granularity, is_coarsening
from sudare.measures.utility.il1 import il1
from sudare.measures.utility.il1s import il1s
from sudare.measures.utility.kolmogorov_smirnov import largest_gap, largest_gap_of_bins
from sudare.measures.utility.label_interval import Interval, interval_of
from sudare.measures.utility.loss import loss
from sudare.measures.utility.non_uniform_entropy import entropy_lost
from sudare.measures.utility.spread import deviation, mean
from sudare.measures.utility.squared_error import squared_error
from sudare.measures.utility.suppression import suppression_share
from sudare.measures.utility.total_variation import total_variation
from sudare.measures.utility.wasserstein import wasserstein

NUMBERS = hnp.arrays(
    np.float64, st.integers(0, 30), elements=st.one_of(st.floats(-1e6, 1e6, width=32), st.just(math.nan))
)
CODES = hnp.arrays(np.int64, st.integers(0, 30), elements=st.integers(0, 5))
EXTREME = np.array([1.7e308, -1.7e308, 1.7e308])
NONE_HIDDEN = np.zeros(4, bool)


@given(NUMBERS)
def test_numbers_that_did_not_move_lose_nothing(numbers: Any) -> None:
    assert il1s(numbers, numbers.copy()) == 0.0
    assert il1(numbers, numbers.copy()) == 0.0
    error = squared_error(numbers, numbers.copy())
    assert error is None or error.sse == 0.0
    assert largest_gap(numbers, numbers[::-1]) in {0.0, None}
    assert wasserstein(numbers, numbers[::-1]) in {0.0, None}


@given(NUMBERS)
def test_the_order_of_the_rows_makes_no_difference(numbers: Any) -> None:
    moved = np.round(numbers, -3)
    back = np.arange(len(numbers))[::-1]
    assert il1s(numbers, moved) == il1s(numbers[back], moved[back])
    assert il1(numbers, moved) == il1(numbers[back], moved[back])
    assert squared_error(numbers, moved) == squared_error(numbers[back], moved[back])
    assert (mean(numbers), deviation(numbers)) == (mean(numbers[back]), deviation(numbers[back]))


@given(NUMBERS)
def test_mean_and_deviation_are_those_of_numpy(numbers: Any) -> None:
    there = numbers[~np.isnan(numbers)]
    if len(there) > 1:
        assert mean(numbers) == pytest.approx(there.mean(), rel=1e-9, abs=1e-9)
        assert deviation(numbers) == pytest.approx(there.std(ddof=1), rel=1e-6, abs=1e-6)
    else:
        assert deviation(numbers) is None


def test_everyone_at_the_mean_loses_all_variation() -> None:
    numbers = np.array([1.0, 2.0, 6.0])
    error = squared_error(numbers, np.full(3, 3.0))
    assert error is not None
    assert error.ratio == pytest.approx(1.0)
    assert error.sst == pytest.approx(2.0)  # n - 1


def test_a_constant_column_that_moved_has_no_il1s() -> None:
    constant = np.full(3, 5.0)
    assert il1s(constant, constant) == 0.0
    assert il1s(constant, constant + 1) is None
    assert il1(constant, constant + 1) == pytest.approx(0.6)
    assert squared_error(constant, constant + 1) is None


def test_numbers_at_the_end_of_what_a_double_holds_give_a_number_or_none() -> None:
    assert deviation(EXTREME / 2) == pytest.approx(1.7e308 / 2 * math.sqrt(4 / 3), rel=1e-12)
    with np.errstate(all="raise"):
        assert il1(np.array([5e-324, 1.0]), np.array([1.0, 1.0])) is None
        assert correlations([EXTREME, EXTREME])[0, 1] == pytest.approx(1.0)
        assert squared_error(np.array([1.0, 1.0 + 1e-15]), np.array([1e300, 1.0])) is None


@given(CODES)
def test_groups_that_did_not_change_lose_nothing(values: Any) -> None:
    nobody = np.zeros(len(values), bool)
    assert granularity(values, values, nobody) in {1.0, None}
    assert entropy_lost(values, values, nobody) in {0.0, None}
    assert is_coarsening(values, values, nobody, ~nobody)
    counts = np.bincount(values, minlength=1)
    assert total_variation(counts, 3 * counts) in {0.0, None}
    assert cross_tabulation_difference((values, values), (values[::-1], values[::-1])) in {0.0, None}


@given(CODES)
def test_everything_hidden_loses_everything(values: Any) -> None:
    every = np.ones(len(values), bool)
    several = len(np.unique(values)) > 1
    if len(values):
        assert granularity(values, values, every) == (0.0 if several else 1.0)
        assert entropy_lost(values, values, every) == (1.0 if several else None)


@given(CODES, st.integers(1, 6))
def test_coarser_groups_lose_no_less(values: Any, width: int) -> None:
    nobody = np.zeros(len(values), bool)
    fine, coarse = values // width, values // (2 * width)
    assert is_coarsening(values, fine, nobody, nobody)
    for measure, sign in ((granularity, -1), (entropy_lost, 1)):
        first, second = measure(values, fine, nobody), measure(values, coarse, nobody)
        if first is not None and second is not None:
            assert sign * second >= sign * first - 1e-12


def test_swapped_values_are_no_coarsening() -> None:
    old, new = np.array([0, 1, 0, 1]), np.array([1, 0, 0, 1])
    assert not is_coarsening(old, new, NONE_HIDDEN, old == new)
    # Local recoding: some of both values went into a group of their own.
    assert is_coarsening(old, np.array([2, 2, 0, 1]), NONE_HIDDEN, np.array([False, False, True, True]))


def test_half_of_the_entropy_is_lost_in_pairs_of_four_values() -> None:
    assert entropy_lost(np.arange(4), np.array([0, 0, 1, 1]), NONE_HIDDEN) == pytest.approx(0.5)


def test_loss_is_the_mean_of_what_iyengar_says() -> None:
    leaves, under = 8, np.array([1, 2, 4, 8, 8])
    assert loss(under / leaves, leaves) == pytest.approx(((under - 1) / (leaves - 1)).mean())
    assert loss(np.ones(3), 1) == 0.0
    assert loss(np.empty(0), 4) is None


def test_classes_are_measured_by_their_squares_and_their_mean() -> None:
    assert discernibility(np.array([2, 3]), 2) == 4 + 9 + 2 * 7
    assert average_class_size(np.array([2, 3])) == 2.5
    assert (average_class_size(np.empty(0, np.int64)), class_size_kept(np.array([4]), np.array([4]))) == (None, None)
    assert discernibility_kept(np.array([1, 1, 1]), np.array([1, 1, 1])) == 1.0
    assert discernibility_kept(np.array([3]), np.array([3])) is None
    assert discernibility(np.array([2**40])) == 2**80  # beyond 64 bits


def test_distances_of_distributions_are_those_worked_by_hand() -> None:
    assert total_variation(np.array([8, 2]), np.array([3, 2])) == pytest.approx(0.2)
    assert total_variation(np.array([0, 0]), np.array([1, 0])) is None
    assert largest_gap(np.array([0.0, 1.0, 2.0, 3.0]), np.array([10.0])) == 1.0
    assert largest_gap_of_bins(np.array([2, 2]), np.array([3, 1])) == 0.25
    assert wasserstein(np.array([0.0, 10.0]), np.array([5.0])) == pytest.approx(5.0)
    assert wasserstein(np.array([math.nan]), np.array([5.0])) is None
    assert suppression_share(3, 10) == 0.3
    assert suppression_share(0, 0) is None


def test_columns_that_no_longer_go_together_show_it() -> None:
    x, y = np.arange(6.0), np.array([1.0, 0, 3, 2, 5, 4])
    same = correlation_change([x, y], [x, y])
    assert same is not None
    assert (same.largest, same.mean, same.by_column) == (0.0, 0.0, (0.0, 0.0))
    turned = correlation_change([x, y], [x, y[::-1]])
    assert turned is not None
    assert turned.largest == pytest.approx(2 * np.corrcoef(x, y)[0, 1])
    assert correlation_change([x, np.full(6, 1.0)], [x, y]) is None
    assert correlation_change([], []) is None
    assert eigenvalue_change([x, y], [x, y]) == 0.0
    assert eigenvalue_change([x, 2 * x], [x, y]) is None  # no variation in one direction
    assert eigenvalue_change([x], [x]) is None


def test_swapping_one_column_shows_in_the_pair_and_not_in_the_columns() -> None:
    a, b = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])
    assert total_variation(np.bincount(b), np.bincount(b[::-1])) == 0.0
    assert cross_tabulation_difference((a, b), (a, b[::-1])) == 1.0


def test_a_pair_is_looked_at_in_few_groups() -> None:
    many = np.arange(1000)
    for in_order in (True, False):
        old, new = folded(many, many[::-1], 1001, in_order=in_order)
        assert max(old.max(), new.max()) <= 21
        assert np.array_equal(np.bincount(old), np.bincount(new))
    rare_last = folded(np.append(np.repeat(np.arange(25), 3), 30), np.array([30]), 31, in_order=False)[1]
    assert rare_last.tolist() == [0]


@pytest.mark.parametrize(
    ("label", "scale", "expected"),
    [
        ("40以上50未満", "numbers", (40, 50)),
        ("40歳以上50歳未満", "numbers", (40, 50)),
        ("40歳未満", "numbers", (-math.inf, 40)),
        ("90歳以上", "numbers", (90, math.inf)),
        ("121.5cm以下", "numbers", (-math.inf, math.nextafter(121.5, math.inf))),
        ("-5以上-1.5未満", "numbers", (-5, -1.5)),
        ("1970-01-01以降1970-01-11より前", "days", (0, 10)),
        ("1970-01-02以前", "days", (-math.inf, math.nextafter(1, 2))),
        ("1970-01", "days", (0, 31)),
        ("1970-12", "days", (334, 365)),
        ("1970-Q4", "days", (273, 365)),
        ("1971", "days", (365, 730)),
    ],
)
def test_our_labels_are_read_as_stretches(label: str, scale: Any, expected: tuple[float, float]) -> None:
    assert interval_of(label, scale) == Interval(*expected)


@pytest.mark.parametrize(
    ("label", "scale"),
    [("四十代", "numbers"), ("40代", "numbers"), ("", "numbers"), ("50以上40未満", "numbers"), ("*", "numbers"),
     ("40以上50未満など", "numbers"), ("1970-13", "days"), ("1970-06-31以降", "days"), ("昭和45年", "days"), ("45", "days")],
)  # fmt: skip
def test_other_labels_are_no_stretches(label: str, scale: Any) -> None:
    assert interval_of(label, scale) is None
