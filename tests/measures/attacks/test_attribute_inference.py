"""Attribute inference equals guessing person by person, beside the guess without the attack."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.attacks.attacked_tables import HIDDEN, faced
from sudare.measures.attacks.attribute_inference import attribute_inference

if TYPE_CHECKING:
    from collections.abc import Sequence

LABELS = {"0以上3未満": (0, 3), "2以上5未満": (2, 5)}
TOWN, SHOWN_TOWN = st.sampled_from(["x", "y", None]), st.sampled_from(["x", "y", None, HIDDEN])
PAY = st.integers(0, 4)
SHOWN_PAY = st.one_of(PAY.map(str), st.sampled_from([*LABELS, HIDDEN]))
ROWS = st.lists(st.tuples(TOWN, PAY, SHOWN_TOWN, SHOWN_PAY), min_size=1, max_size=14)


def fits(known: int, shown: str) -> bool:
    low, high = LABELS.get(shown) or (int(shown), int(shown) + 1)
    return low <= known < high


def guess(values: Sequence[str], true: int) -> Fraction | None:
    counts = Counter(value for value in values if value != HIDDEN)
    best = [value for value, count in counts.items() if count == max(counts.values())]
    return Fraction(sum(fits(true, value) for value in best), len(best)) if best else None


def oracle(rows: Sequence[tuple[Any, ...]]) -> list[float]:
    sums = [Fraction(0)] * 4
    for town, pay, _, _ in rows:
        base = guess([row[3] for row in rows], pay) or Fraction(0)
        could = [row[3] for row in rows if row[2] in {HIDDEN, town}]
        right = guess(could, pay)
        certain = len(set(could)) == 1 and could[0] != HIDDEN
        found = (base, base if right is None else right, Fraction(certain), (right or 0) * certain)
        sums = [one + more for one, more in zip(sums, found, strict=True)]
    return [float(one / len(rows)) for one in sums]


@given(ROWS)
def test_it_equals_guessing_person_by_person(rows: list[tuple[Any, ...]]) -> None:
    town, pay, shown_town, shown_pay = (list(part) for part in zip(*rows, strict=True))
    found = attribute_inference([faced("town", town, shown_town)], faced("pay", pay, shown_pay))
    assert [found.baseline, found.right, found.certain, found.certain_right] == pytest.approx(oracle(rows))
    assert (found.column, found.records, found.sampled) == ("pay", len(rows), False)


def test_it_is_worked_out_in_parts_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(3)
    towns, ills = (generator.integers(0, many, 300).tolist() for many in (30, 4))
    town, ill = faced("town", towns, towns), faced("ill", [str(one) for one in ills], [str(one) for one in ills])
    whole = attribute_inference([town], ill)
    monkeypatch.setattr("sudare.measures.attacks.attribute_inference._AT_ONCE", 8)
    assert attribute_inference([town], ill) == whole
    part = attribute_inference([town], ill, most=60)
    assert part.sampled
    assert part.right == pytest.approx(whole.right, abs=0.2)


def test_homogeneous_classes_give_their_value_away() -> None:
    town = ["x"] * 5 + ["y"] * 5
    ill = ["flu"] * 5 + ["flu", "cut", "flu", "cut", "cut"]
    found = attribute_inference([faced("town", town, town)], faced("ill", ill, ill))
    assert (found.baseline, found.right, found.certain, found.certain_right) == (0.7, 0.8, 0.5, 0.5)


def test_certainty_may_be_wrong_after_a_swap() -> None:
    town = faced("town", ["x", "y"], ["y", "x"])
    ill = faced("ill", ["flu", "cut"], ["flu", "cut"])
    found = attribute_inference([town], ill)
    assert (found.right, found.certain, found.certain_right) == (0.0, 1.0, 0.0)


def test_lines_of_the_output_may_stand_for_several_records() -> None:
    town, ill = faced("town", ["x"], ["x", "x", "x"]), faced("ill", ["flu"], ["flu", "cut", "cut"])
    for counts, right in (([0, 3, 2], 0.0), ([6, 3, 2], 1.0)):
        assert attribute_inference([town], ill, counts=np.array(counts)).right == right
    alone = attribute_inference([town], ill, counts=np.array([6, 0, 0]))
    assert (alone.certain, alone.certain_right) == (1.0, 1.0)


def test_an_output_without_records_tells_nothing() -> None:
    town, ill = faced("town", ["x"], []), faced("ill", ["flu"], [])
    assert attribute_inference([town], ill).right is None
