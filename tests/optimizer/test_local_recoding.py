from __future__ import annotations

from collections import Counter, defaultdict

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.small_tables import Small, tables
from shared_folder import shared
from sudare.errors import Refused
from sudare.optimizer import Goals, Hierarchy, Recoded, Task, recode_locally, search


def recoded(small: Small, goals: Goals) -> Recoded:
    names = [f"q{n}" for n in range(len(small.hierarchies))]
    columns = zip([*names, "s"], zip(*small.rows, strict=True), strict=True)
    table = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns})
    sensitive = None if goals.l is None else "s"
    return recode_locally(table, Task(dict(zip(names, small.hierarchies, strict=True)), names, goals, sensitive))


@settings(max_examples=80, deadline=None)
@given(tables(), st.integers(1, 4), st.integers(1, 3))
def test_every_group_keeps_the_goals_and_tells_nothing_untrue(small: Small, k: int, diverse: int) -> None:
    tops = [one.height - 1 for one in small.hierarchies]
    try:
        found = recoded(small, Goals(k, diverse))
    except Refused:
        assert any(small.missed(tops, k, diverse))
        return
    after = list(zip(*(column.to_pylist() for column in found.columns.values()), strict=True))
    values: dict[tuple[str | None, ...], set[str | None]] = defaultdict(set)
    for row, key in zip(small.rows, after, strict=True):
        values[key].add(row[-1])
        for cell, told, hierarchy in zip(row, key, small.hierarchies, strict=False):
            levels = [hierarchy.groups(level) for level in range(1, hierarchy.height)]
            telling_nothing = {groups[0] for groups in levels if len(set(groups)) == 1}
            above: dict[str | None, set[str | None]] = {row[0]: set(row) for row in hierarchy.rows}
            assert told in above.get(cell, {None, *telling_nothing})
    assert min(Counter(after).values()) >= k
    assert min(map(len, values.values())) >= diverse
    assert -1e-12 <= found.loss <= 1 + 1e-12


def test_adult_loses_less_than_with_the_same_levels_for_all() -> None:
    folder = shared("data", "adult")
    columns = ["sex", "age", "race", "marital-status", "education"]
    task = Task(folder, columns, Goals(5))
    found = recode_locally(folder / "adult.csv", task)
    assert found.loss < 0.5 * search(folder / "adult.csv", task).loss
    rows = zip(*(column.to_pylist() for column in found.columns.values()), strict=True)
    assert min(Counter(rows).values()) >= 5


def test_a_goal_out_of_reach_is_refused() -> None:
    with pytest.raises(Refused):
        recoded(Small([("0", "x")], (Hierarchy((("0", "*"),)),)), Goals(2))
