"""Record linkage equals an attacker who compares every person with every record, and says when it sampled."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.attacks.attacked_tables import HIDDEN, faced
from sudare.measures.attacks.record_linkage import Linkage, record_linkage

if TYPE_CHECKING:
    from collections.abc import Sequence

LABELS = {"0以上3未満": (0, 3), "3以上6未満": (3, 6), "2以上5未満": (2, 5), "4以上": (4, 99)}
TOWN = st.sampled_from(["x", "y", "z", None])
AGE = st.integers(0, 5)
SHOWN_AGE = st.one_of(AGE.map(str), st.sampled_from([*LABELS, HIDDEN]))
SHOWN_TOWN = st.sampled_from(["x", "y", "z", None, HIDDEN])
ROW = st.tuples(TOWN, AGE, SHOWN_TOWN, SHOWN_AGE)


def oracle(rows: Sequence[tuple[Any, ...]]) -> tuple[Fraction, Fraction, Fraction]:
    """Compare every person with every record."""
    ages = [row[1] for row in rows]
    spread = float(np.std(ages, ddof=1)) if len(rows) > 1 else 0.0

    def town(known: Any, shown: Any) -> float:
        return 0.0 if shown in {HIDDEN, known} else 1.0

    def age(known: int, shown: str) -> float:
        if shown == HIDDEN:
            return 0.0
        if shown in LABELS:
            low, high = LABELS[shown]
            return 0.0 if low <= known < high else 1.0
        if not spread:
            return float(int(shown) != known)
        return ((known - int(shown)) / spread) ** 2

    unique = nearest = success = Fraction(0)
    for n, (known_town, known_age, _, _) in enumerate(rows):
        far = [town(known_town, row[2]) + age(known_age, row[3]) for row in rows]
        tied = [place for place, one in enumerate(far) if one <= min(far) + 1e-9]
        if n in tied:
            nearest += 1
            success += Fraction(1, len(tied))
            unique += len(tied) == 1
    return unique / len(rows), nearest / len(rows), success / len(rows)


def columns(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    towns, ages, shown_towns, shown_ages = (list(part) for part in zip(*rows, strict=True))
    return [faced("town", towns, shown_towns), faced("age", ages, shown_ages)]


@given(st.lists(ROW, min_size=1, max_size=14))
def test_it_equals_an_attacker_who_compares_everything(rows: list[tuple[Any, ...]]) -> None:
    found = record_linkage(columns(rows), np.arange(len(rows)))
    assert (found.unique, found.nearest, found.success) == pytest.approx([float(one) for one in oracle(rows)])
    assert not found.sampled


@given(st.lists(st.tuples(AGE, st.integers(-3, 9), AGE, st.integers(-3, 9)), min_size=1, max_size=14))
def test_numbers_with_noise_are_linked_to_the_nearest(rows: list[tuple[int, int, int, int]]) -> None:
    one, noisy, two, other = (np.array(part, float) for part in zip(*rows, strict=True))

    def scaled(old: Any, new: Any) -> Any:
        spread = np.std(old, ddof=1) if len(old) > 1 else 0.0
        gap = old[:, None] - new[None, :]
        return (gap / spread) ** 2 if spread else (gap != 0).astype(float)

    far = scaled(one, noisy) + scaled(two, other)
    tied = far <= far.min(axis=1, keepdims=True) * (1 + 1e-9) + 1e-9
    mine = np.diagonal(tied)
    found = record_linkage(
        [faced("b", one.tolist(), noisy.tolist()), faced("a", two.tolist(), other.tolist())], np.arange(len(rows))
    )
    assert found.nearest == pytest.approx(mine.mean())
    assert found.success == pytest.approx((mine / tied.sum(axis=1)).mean())
    assert found.unique == pytest.approx((mine & (tied.sum(axis=1) == 1)).mean())


@given(st.lists(ROW, min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_of_columns_matters(rows: list[tuple[Any, ...]], random: Any) -> None:
    first = record_linkage(columns(rows), np.arange(len(rows)))
    order = random.sample(range(len(rows)), len(rows))
    moved = columns([rows[place] for place in order])
    assert record_linkage(moved[::-1], np.arange(len(rows))) == first


def test_labels_that_values_became_are_followed_to_them() -> None:
    town = faced("town", ["x", "y", "z", "z"], ["xy", "xy", "z", "z"], followed=True)
    assert record_linkage([town], np.arange(4)) == Linkage(4, 0.0, 1.0, 0.5)


def test_groups_are_known_even_where_some_records_were_swapped_or_kept() -> None:
    """Two values became one group; a record of the first was swapped into the other, and one of the second kept its value."""
    before = ["x", "x", "x", "y", "y", "z", "z"]
    after = ["xy", "xy", "zz", "xy", "y", "zz", "xy"]
    found = record_linkage([faced("town", before, after, followed=True)], np.arange(7))
    # The three of x face four records of their group; those of y one more; z ties, and goes by the first.
    assert found.success == pytest.approx((2 / 4 + 2 / 5 + 1 / 4) / 7)
    assert found.unique == 0.0


def test_lines_of_the_output_may_stand_for_several_records() -> None:
    """The own lines stand first and for none; the combinations after them say how many records there are."""
    town = faced("town", ["x", "y"], ["x", "y", "x", "y"])
    found = record_linkage([town], np.arange(2), counts=np.array([0, 0, 1, 4]))
    assert found == Linkage(2, 0.5, 1.0, 0.625)


def test_a_part_of_the_combinations_is_looked_at_where_there_are_too_many_distances() -> None:
    generator = np.random.default_rng(5)
    old = generator.normal(size=400)
    new = old + generator.normal(scale=0.02, size=400)
    column = faced("n", old.tolist(), new.tolist())
    whole = record_linkage([column], np.arange(400))
    part = record_linkage([column], np.arange(400), most=400 * 80)
    assert (whole.sampled, part.sampled, part.records) == (False, True, 400)
    assert part.unique == pytest.approx(whole.unique, abs=0.15)
    assert whole.unique is not None
    assert 0.05 < whole.unique < 0.95


def test_nobody_attacked_has_no_share() -> None:
    assert record_linkage([faced("town", ["x"], ["x"]).of(np.empty(0, np.int64))], np.empty(0, np.int64)) == Linkage(
        0, None, None, None
    )
