"""Interval disclosure equals sdcMicro's dRisk, and says what missing numbers count as."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_folder import shared
from sudare.measures.attacks.interval_disclosure import interval_disclosure

NUMBER = st.floats(-50, 50).map(lambda number: round(number, 1))


@pytest.mark.parametrize("k", [3, 5])
def test_it_equals_the_reference(k: int) -> None:
    told = json.loads(shared("golden", "sdcmicro", f"ma_tarragona_mdav_k{k}.json").read_text(encoding="utf-8"))
    with shared("golden", "sdcmicro", f"ma_tarragona_mdav_k{k}.csv").open(encoding="utf-8", newline="") as file:
        after = list(csv.DictReader(file))
    with shared("data", "sdcmicro", "Tarragona.csv").open(encoding="utf-8", newline="") as file:
        before = list(csv.DictReader(file))
    names = list(told["colMeans_orig"])
    pairs = {
        name: (np.array([float(row[name]) for row in before]), np.array([float(row[name]) for row in after]))
        for name in names
    }
    for width in (0.05, 0.01):
        assert interval_disclosure(pairs, width=width).share == pytest.approx(told[f"dRisk_k{width}"], abs=1e-12)


@given(st.lists(st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), min_size=2, max_size=12), st.floats(0, 2))
def test_it_equals_looking_at_every_record(rows: list[tuple[float, ...]], width: float) -> None:
    old_a, new_a, old_b, new_b = (np.array(part) for part in zip(*rows, strict=True))
    near = [
        all(new - width * sd <= old <= new + width * sd for old, new, sd in cells)
        for cells in (
            [(row[0], row[1], np.std(new_a, ddof=1)), (row[2], row[3], np.std(new_b, ddof=1))] for row in rows
        )
    ]
    found = interval_disclosure({"a": (old_a, new_a), "b": (old_b, new_b)}, width=width)
    assert found.share == sum(near) / len(near)


def test_by_rank_the_interval_holds_a_share_of_the_records() -> None:
    old = np.array([1.0, 2.0, 3.0, 4.0, 1000.0])
    new = np.array([2.0, 1.0, 3.0, 1000.0, 4.0])
    assert interval_disclosure({"a": (old, new)}, width=0.2, by="rank").share == 1.0
    assert interval_disclosure({"a": (old, new)}, width=0.1, by="rank").share == 0.2
    far = interval_disclosure({"a": (old, np.array([4.0, 1000.0, 3.0, 1.0, 2.0]))}, width=0.2, by="rank")
    assert far.share == 0.2


def test_missing_numbers_are_not_close_and_those_that_never_were_do_not_count() -> None:
    nan = np.nan
    a = (np.array([1.0, 2.0, nan, nan]), np.array([1.0, nan, 3.0, nan]))
    b = (np.array([5.0, 6.0, 7.0, nan]), np.array([5.0, 6.0, 7.0, nan]))
    found = interval_disclosure({"a": a, "b": b})
    assert found.columns == {"a": 0.5, "b": 1.0}
    assert found.share == 2 / 3
    assert interval_disclosure({"a": a}, by="rank").columns == {"a": 0.5}


def test_without_numbers_there_is_no_share() -> None:
    assert interval_disclosure({}).share is None
    assert interval_disclosure({"a": (np.full(2, np.nan), np.ones(2))}).to_dict() == {
        "share": None, "columns": {"a": None}, "width": 0.05, "by": "sd"
    }  # fmt: skip


def test_the_end_of_the_interval_by_rank_belongs_to_it_whatever_the_binary_fraction() -> None:
    """29 places of 100 are a share of 0.29, though 0.29 * 100 is a little less than 29 in binary."""
    new = np.arange(100.0)
    old = np.full(100, np.nan)
    new[0], old[0] = 0.0, 29.0
    assert 0.29 * 100 < 29
    assert interval_disclosure({"x": (old, new)}, width=0.29, by="rank").share == 1.0
    assert interval_disclosure({"x": (old, new)}, width=0.28, by="rank").share == 0.0
