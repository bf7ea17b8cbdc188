"""Local suppression beside sdcMicro 5.8.1: k is reached, and no more cells are hidden."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from shared_folder import shared
from sudare.optimizer.local_suppression import suppress_locally
from sudare.tables.table import read
from techniques_at_work import run_step

if TYPE_CHECKING:
    import pyarrow as pa

TESTDATA = ["urbrur", "roof", "walls", "water", "electcon", "relat", "sex"]
ADULT = ["sex", "age", "race", "marital-status"]


def table_of(*parts: str) -> pa.Table:
    return read(shared("data", *parts)).data


def fewest(table: pa.Table, keys: list[str]) -> int:
    """Return how many rows the rarest row fits, a missing cell fitting every value; in plain numpy, pair by pair."""
    codes = [table.column(name).dictionary_encode().combine_chunks().indices.fill_null(-1).to_numpy() for name in keys]
    different, counts = np.unique(np.array(codes), axis=1, return_counts=True)
    least = table.num_rows
    for one in different.T:
        alike = (different == one[:, None]) | (different == -1) | (one[:, None] == -1)
        least = min(least, int(counts[alike.all(axis=0)].sum()))
    return least


def reference(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared("golden", "sdcmicro", f"{name}.json").read_text(encoding="utf-8"))
    return found


# Cells hidden: here, here with sdcMicro's importance, and in sdcMicro.
@pytest.mark.parametrize(
    ("k", "cells", "by_importance", "there"), [(2, 96, 103, 157), (3, 153, 175, 293), (5, 281, 302, 500)]
)
def test_the_test_data_needs_fewer_cells(k: int, cells: int, by_importance: int, there: int) -> None:
    golden = reference(f"ls_testdata_7kv_k{k}")
    table = table_of("sdcmicro", "testdata.csv")
    ranked = [name for _, name in sorted(zip(golden["importance"], TESTDATA, strict=True))]
    for importance, most in ((None, cells), (ranked, by_importance)):
        found = suppress_locally(table, TESTDATA, k, importance=importance)
        assert fewest(found.applied(table), TESTDATA) >= k
        assert found.total <= most < golden["newSupps"] == there


def test_adult_needs_fewer_cells() -> None:
    golden = reference("ls_adult_4qi_k3")
    table = table_of("adult", "adult.csv")
    ranked = [name for _, name in sorted(zip(golden["importance"], ADULT, strict=True))]
    for importance in (None, ranked):
        found = suppress_locally(table, ADULT, 3, importance=importance)
        assert fewest(found.applied(table), ADULT) >= 3
        assert found.total <= 124 < golden["newSupps"] == 1046


@pytest.mark.parametrize(("k", "cells"), [(2, 217), (3, 416), (5, 723)])
def test_k_is_truly_reached_where_a_hidden_cell_is_a_value(k: int, cells: int) -> None:
    table = table_of("sdcmicro", "testdata.csv")
    found = suppress_locally(table, TESTDATA, k, missing="value")
    after = found.applied(table).select(TESTDATA)
    assert min(Counter(zip(*(column.to_pylist() for column in after.columns), strict=True)).values()) >= k
    assert found.total <= cells


@pytest.mark.parametrize(
    ("parts", "keys", "k", "missing", "cells"),
    [
        (("sdcmicro", "testdata.csv"), TESTDATA, 3, "wildcard", 153),
        (("sdcmicro", "testdata.csv"), TESTDATA, 5, "wildcard", 281),
        (("sdcmicro", "testdata.csv"), TESTDATA, 3, "value", 416),
        (("adult", "adult.csv"), ADULT, 3, "wildcard", 124),
    ],
)
def test_the_step_of_a_spec_hides_as_few(
    parts: tuple[str, ...], keys: list[str], k: int, missing: str, cells: int
) -> None:
    rows = list(zip(*(column.to_pylist() for column in table_of(*parts).select(keys).columns), strict=True))
    step = {"technique": "local-suppression", "columns": keys, "k": k, "missing": missing}
    outcome = run_step(step, dict.fromkeys(keys, "text"), [[str(cell) for cell in row] for row in rows])
    assert outcome.codes == []
    assert sum(cell == "*" for row in outcome.texts for cell in row) <= cells
