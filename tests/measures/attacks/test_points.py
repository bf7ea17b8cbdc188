"""Uniqueness of k points equals asking of every set of points who else has it, and rests on no chance."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.measures.attacks.points import Points, unique_points
from sudare.measures.kernel.encoding import Column, encode

ROWS = st.lists(st.tuples(st.sampled_from("pqrst"), st.integers(0, 2), st.sampled_from([0, 1, None])), max_size=18)


def column(name: str, cells: list[Any], kind: Any = None) -> Column:
    return encode(name, pa.array(cells, kind), in_order=True)


def asked(rows: list[Any], k: int, **about: Any) -> Points:
    who, place, hour = ([row[n] for row in rows] for n in range(3))
    columns = [column("place", place, pa.int64()), column("hour", hour, pa.int64())]
    return unique_points(columns, column("who", who, pa.string()), k, **about)


@given(ROWS, st.integers(1, 4))
def test_it_equals_asking_who_else_has_every_set(rows: list[Any], k: int) -> None:
    """Nobody has more than six points, of which there are at most twenty sets."""
    points: dict[str, set[Any]] = {}
    for who, *point in rows:
        points.setdefault(who, set()).add(tuple(point))
    shares = []
    exact = True
    for who, mine in points.items():
        sets = [set(one) for one in itertools.combinations(sorted(mine, key=str), min(k, len(mine)))]
        exact &= len(sets) <= 10
        alone = [not any(one <= theirs for other, theirs in points.items() if other != who) for one in sets]
        shares.append(sum(alone) / len(alone))
    found = asked(rows, k)
    assert (found.people, found.tried) == (len(points), len(points))
    if not points:
        assert found.share is None
    elif exact:
        assert found.share == pytest.approx(sum(shares) / len(shares))


def test_drawn_sets_say_about_the_same_as_all_of_them() -> None:
    generator = np.random.default_rng(11)
    rows = [(f"{who:03}", int(place), 0) for who in range(120) for place in generator.choice(60, 14, replace=False)]
    points: dict[str, set[int]] = {}
    for who, place, _ in rows:
        points.setdefault(who, set()).add(place)
    everyone = list(points.values())
    shares = [
        sum(sum(set(one) <= theirs for theirs in everyone) == 1 for one in sets) / len(sets)
        for sets in (list(itertools.combinations(sorted(mine), 3)) for mine in everyone)
    ]
    found = asked(rows, 3)
    assert found.share == pytest.approx(sum(shares) / len(shares), abs=0.05)
    assert 0.1 < sum(shares) / len(shares) < 0.9


@given(st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_chance_matters(random: Any) -> None:
    rows = [(who, place, place % 2) for who in "pqrs" for place in range(9) if (place * 7 + ord(who)) % 4]
    first = asked(rows, 2)
    assert asked(random.sample(rows, len(rows)), 2) == first
    assert asked(rows * 2, 2) == first


def test_of_many_people_an_even_part_is_asked_about_beside_everybody() -> None:
    rows = [(f"{n:02}", n // 2, 0) for n in range(40)] + [(f"{n:02}", 100 + n, 0) for n in range(0, 40, 4)]
    found = asked(rows, 2, most=10)
    # Every fourth person has a place of their own.
    assert found == Points(2, 40, 10, 1.0)
    assert asked(rows, 2).share == 0.25


def test_popular_points_are_followed_to_the_last_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sudare.measures.attacks.points._AT_ONCE", 1)
    rows = [(f"{n:02}", 1, 0) for n in range(30)] + [("29", 2, 0), ("28", 2, 0), ("27", 2, 1)]
    assert asked(rows, 2).share == pytest.approx(1 / 30)
