"""The search for the least loss on the adult table: `python -m pytest tests/bench -m bench`."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

from shared_folder import shared
from sudare.optimizer import Goals, Task
from sudare.optimizer.least_loss import least_loss
from sudare.optimizer.local_suppression import suppress_locally
from sudare.optimizer.search import Prepared
from sudare.tables.table import read

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
COLUMNS = [
    "sex",
    "age",
    "race",
    "marital-status",
    "education",
    "native-country",
    "workclass",
    "occupation",
    "salary-class",
]
SECONDS = 0.5  # ARX 3.9.2 took 1.3 to 1.5 s, warm


@pytest.mark.parametrize("suppress", [0.02, 0.04])
def test_adult_is_searched_in_half_a_second(suppress: float, capsys: Any) -> None:
    folder = shared("data", "adult")
    task = Task(folder, COLUMNS, Goals(5), suppress=suppress)

    prepared = Prepared.of(folder / "adult.csv", task)
    spent = []
    for _ in range(5):
        lattice = prepared.lattice(task.goals)
        start = time.process_time()  # one thread: what a quiet machine's clock says, on a busy one too
        found = least_loss(lattice)
        spent.append(time.process_time() - start)
    with capsys.disabled():
        sys.stdout.write(
            f"\nadult, at most {suppress:.0%} suppressed: {min(spent):.3f} CPU s at best, {max(spent):.3f} at worst,"
            f" {found.checked} of {found.nodes} nodes\n"
        )
    assert found.optimal
    assert min(spent) < SECONDS


EIGHT = ["sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation"]


@pytest.mark.parametrize(("keys", "seconds"), [(EIGHT[:4], 1.0), (EIGHT, 30.0)])
def test_cells_of_adult_are_hidden_in_seconds(keys: list[str], seconds: float, capsys: Any) -> None:
    table = read(shared("data", "adult", "adult.csv")).data
    suppress_locally(table, keys, 3)
    start = time.process_time()
    found = suppress_locally(table, keys, 3)
    spent = time.process_time() - start
    with capsys.disabled():
        sys.stdout.write(f"\nadult, {len(keys)} keys, k = 3: {found.total} cells hidden in {spent:.2f} CPU s\n")
    assert spent < seconds  # sdcMicro took 3.2 s with four keys, and did not finish in 120 s with eight
