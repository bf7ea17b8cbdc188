"""`risk` as a whole beside the definitions, worked out class by class in plain Python: no codes, no sorting, no numpy."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sudare import risk
from sudare.measures.household_risk import household_risk
from sudare.measures.kernel import encode

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

CELL = st.sampled_from(["x", "y", None])
VALUE, PERSON = st.sampled_from(["a", "b", "c", None]), st.sampled_from(["p", "q", "r", None])
WEIGHT = st.sampled_from(
    [0.25, 0.5, 1.0, 8.0, 40.0]
)  # below 1 too: the population is never taken for less than the class
ROWS = st.lists(st.tuples(CELL, CELL, VALUE, WEIGHT, PERSON), min_size=1, max_size=16)
C = 2  # of recursive l-diversity


def frame(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["町", "年", "病", "重み", "人"], dtype=object)


def told(rows: Sequence[tuple[Any, ...]], **asked: Any) -> dict[str, Any]:
    cells = frame(rows)
    return risk(cells.assign(重み=cells["重み"].astype("float64")), ["町", "年"], **asked).to_dict()


class Oracle:
    """A table of records with key, sensitive value, weight and person; sizes are of people where `people` is set."""

    def __init__(self, rows: Sequence[tuple[Any, ...]], *, people: bool) -> None:
        self.rows, self.people = list(rows), people
        self.classes: dict[Hashable, list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows:
            self.classes[row[:2]].append(row)

    def size(self, members: list[tuple[Any, ...]]) -> int:
        """Count records, or different people."""
        return len({row[4] for row in members}) if self.people else len(members)

    def population(self, members: list[tuple[Any, ...]]) -> Fraction:
        """Sum the weights; a person's are averaged first."""
        if not self.people:
            return sum((Fraction(row[3]) for row in members), Fraction(0))
        weights = defaultdict(list)
        for row in members:
            weights[row[4]].append(Fraction(row[3]))
        return sum((sum(one) / Fraction(len(one)) for one in weights.values()), Fraction(0))

    def values(self, members: list[tuple[Any, ...]]) -> Counter[Any]:
        """Count sensitive values; a person once with each."""
        return Counter(value for value, _ in {(row[2], row[4]) for row in members}) if self.people else Counter(
            row[2] for row in members
        )  # fmt: skip

    def mean(self, risk_of: Any) -> float:
        """Return the mean over the records of what their class has."""
        return float(sum(len(members) * risk_of(members) for members in self.classes.values()) / len(self.rows))


def individual(f: int, population: Fraction) -> float:
    """Return the risk of Benedetti and Franconi as the reference notes write it."""
    p = min(Fraction(f) / population, Fraction(1))
    if p == 1:
        return 1 / f
    odds, log = float(p / (1 - p)), math.log(1 / p)
    return {1: odds * log, 2: odds - odds**2 * log}.get(f, float(p / (f - (1 - p))))


def recursive(counts: Counter[Any]) -> int:
    n = sorted(counts.values(), reverse=True)
    return max([1, *(depth for depth in range(1, len(n) + 1) if n[0] < C * sum(n[depth - 1 :]))])


@pytest.mark.parametrize("people", [False, True], ids=["records", "people"])
@settings(deadline=None)
@given(rows=ROWS, k=st.integers(1, 6))
def test_sizes_and_the_three_attackers_are_as_defined(people: bool, rows: list[Any], k: int) -> None:  # noqa: FBT001 - drawn
    oracle = Oracle(rows, people=people)
    found = told(rows, k=k, weight="重み", **({"unit": "人"} if people else {}))
    sizes = [oracle.size(members) for members in oracle.classes.values()]
    assert (found["rows"], found["classes"], found["k"]) == (len(rows), len(sizes), min(sizes))
    assert found["units"] == (len({row[4] for row in rows}) if people else None)
    assert found["uniques"] == sizes.count(1)
    below = sum(len(members) for members in oracle.classes.values() if oracle.size(members) < k)
    assert found["below_k"] == {"k": k, "records": below, "share": below / len(rows)}

    def alone(members: list[Any]) -> Fraction:
        return Fraction(1, oracle.size(members))

    def among(members: list[Any]) -> Fraction:
        return 1 / max(oracle.population(members), Fraction(oracle.size(members)))

    for name, chance in (("prosecutor", alone), ("journalist", among)):
        chances = {key: chance(members) for key, members in oracle.classes.items()}
        above = sum(len(oracle.classes[key]) for key, one in chances.items() if one > Fraction(1, 5))
        assert found[name]["max"] == pytest.approx(float(max(chances.values())), rel=1e-15)
        assert found[name]["mean"] == pytest.approx(oracle.mean(chance), rel=1e-14)
        assert found[name]["above"]["share"] == pytest.approx(above / len(rows), rel=1e-15)
    assert found["marketer"] == pytest.approx(oracle.mean(among), rel=1e-14)
    expected = [individual(oracle.size(one), oracle.population(one)) for one in oracle.classes.values()]
    summed = math.fsum(len(one) * each for one, each in zip(oracle.classes.values(), expected, strict=True))
    assert found["individual"]["expected"] == pytest.approx(summed, rel=1e-12)
    assert found["individual"]["global"] == pytest.approx(summed / len(rows), rel=1e-12)


@pytest.mark.parametrize("people", [False, True], ids=["records", "people"])
@settings(deadline=None)
@given(rows=ROWS)
def test_diversity_and_closeness_are_as_defined(people: bool, rows: list[Any]) -> None:  # noqa: FBT001 - drawn
    oracle = Oracle(rows, people=people)
    found = told(rows, sensitive="病", **({"unit": "人"} if people else {}))
    counts = [oracle.values(members) for members in oracle.classes.values()]
    entropies = [
        math.exp(-math.fsum(n / one.total() * math.log(n / one.total()) for n in one.values())) for one in counts
    ]
    assert found["l"]["distinct"] == min(map(len, counts))
    assert found["l"]["entropy"] == pytest.approx(min(entropies), rel=1e-12)
    assert found["l"]["entropy"] >= 1
    assert found["l"]["recursive"] == {"c": C, "l": min(map(recursive, counts))}
    whole = sum(counts, Counter[Any]())
    distances = [
        sum(abs(Fraction(one[value], one.total()) - Fraction(n, whole.total())) for value, n in whole.items()) / 2
        for one in counts
    ]
    assert found["t"]["equal"] == pytest.approx(float(max(distances)), abs=1e-15)


@settings(deadline=None)
@given(ROWS)
def test_where_a_missing_cell_fits_everything_sizes_count_who_could_be_meant(rows: list[Any]) -> None:
    def fits(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
        return all(a is None or b is None or a == b for a, b in zip(one[:2], other[:2], strict=True))

    found = told(rows, weight="重み", missing="wildcard", k=3)
    sizes = [sum(fits(row, other) for other in rows) for row in rows]
    people = [sum(other[3] for other in rows if fits(row, other)) for row in rows]
    assert found["k"] == min(sizes)
    assert found["below_k"]["records"] == sum(size < 3 for size in sizes)
    assert found["prosecutor"]["mean"] == pytest.approx(sum(1 / size for size in sizes) / len(rows), rel=1e-14)
    assert found["marketer"] == pytest.approx(
        sum(1 / max(size, n) for size, n in zip(sizes, people, strict=True)) / len(rows), rel=1e-14
    )


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["h", "i", None])), min_size=1, max_size=12))
def test_a_household_is_found_where_one_of_its_members_is(rows: list[tuple[float, str | None]]) -> None:
    expected = []
    for place, (_, home) in enumerate(rows):
        members = [one for one, other in rows if other == home] if home is not None else [rows[place][0]]
        expected.append(1 - math.prod(1 - one for one in members))
    risks = np.array([one for one, _ in rows], np.float64)
    found = household_risk(risks, encode("h", pa.array([home for _, home in rows], pa.string())))
    assert found.tolist() == pytest.approx(expected, abs=1e-12)
