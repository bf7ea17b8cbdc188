from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest

from shared_folder import shared
from sudare.errors import Refused
from sudare.optimizer import Goals, Hierarchy, Task, choices, widths

AGES = [str(20 + n * n % 41) for n in range(80)]
TABLE = pa.table({"年齢": AGES, "性別": [("男", "女")[n % 3 == 0] for n in range(80)]})
LEVELS = {"年齢": widths(sorted(set(AGES)), [5, 10, 20]), "性別": Hierarchy((("男", "*"), ("女", "*")))}


def test_each_choice_is_safer_and_costs_more_than_the_one_before() -> None:
    found = choices(TABLE, Task(LEVELS, ["年齢", "性別"], Goals(2)), suppress=[0.0, 0.1])
    risks = [one.highest for one in found]
    losses = [one.search.loss for one in found]
    assert len(found) > 2
    assert risks == sorted(risks, key=lambda risk: -(risk or 0.0))
    assert losses == sorted(losses)
    assert len(set(risks)) == len(set(losses)) == len(found)


def test_the_risk_of_a_choice_is_counted_on_its_classes() -> None:
    [only] = choices(TABLE, Task(LEVELS, ["年齢", "性別"], Goals(2)), ks=[80])
    assert only.search.levels == {"年齢": LEVELS["年齢"].height - 1, "性別": 1}
    assert (only.smallest, only.highest, only.mean) == (80, 1 / 80, 1 / 80)
    [one] = choices(TABLE, Task(LEVELS, ["性別"], Goals(2)), ks=[2])
    assert one.smallest == min(Counter(TABLE.column("性別").to_pylist()).values()) == 27
    assert one.mean == 2 / 80


def test_what_no_levels_reach_is_passed_over_unless_it_is_all() -> None:
    task = Task(LEVELS, ["年齢", "性別"], Goals(2))
    assert choices(TABLE, task, ks=[80, 81]) == choices(TABLE, task, ks=[80])
    with pytest.raises(Refused):
        choices(TABLE, task, ks=[81])


def test_adult_gives_several_choices() -> None:
    folder = shared("data", "adult")
    columns = ["sex", "age", "race", "marital-status", "education"]
    found = choices(folder / "adult.csv", Task(folder, columns, Goals(2), suppress=0.02))
    assert [one.search.optimal for one in found] == [True] * len(found)
    assert len(found) >= 5
