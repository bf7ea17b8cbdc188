from __future__ import annotations

import csv
import json
from typing import Any

import numpy as np
import pytest

from shared_folder import shared
from techniques_at_work import run_step


def table_of(*parts: str) -> tuple[list[str], np.ndarray[Any, Any]]:
    with shared(*parts).open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    return names, np.array([[float(cell) for cell in row] for row in rows])


def aggregated(k: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    names, before = table_of("data", "sdcmicro", "Tarragona.csv")
    step = {"technique": "microaggregate", "columns": names, "k": k, "method": "mdav"}
    outcome = run_step(step, dict.fromkeys(names, "decimal"), before.tolist())
    assert outcome.refused == ()
    return before, np.array(outcome.rows)


@pytest.mark.parametrize(("k", "tied"), [(5, []), (3, [759, 760])])
def test_tarragona_comes_out_as_from_sdcmicro(k: int, tied: list[int]) -> None:
    _, after = aggregated(k)
    _, expected = table_of("golden", "sdcmicro", f"ma_tarragona_mdav_k{k}.csv")
    untied = np.setdiff1d(np.arange(len(expected)), tied)
    np.testing.assert_allclose(after[untied], expected[untied], rtol=1e-9, atol=0)


@pytest.mark.parametrize(
    ("k", "il1s", "sse_over_sst"), [(3, 1092.0964860656, 0.169325876228), (5, 1311.1230949932, 0.224618596626)]
)
def test_tarragona_loses_as_much_as_in_sdcmicro(k: int, il1s: float, sse_over_sst: float) -> None:
    before, after = aggregated(k)
    deviations = before.std(axis=0, ddof=1)
    moved = (before - after) / deviations
    spread = (before - before.mean(axis=0)) / deviations
    assert (np.abs(moved) / np.sqrt(2)).sum() == pytest.approx(il1s, rel=1e-12)
    assert (moved**2).sum() / (spread**2).sum() == pytest.approx(sse_over_sst, rel=1e-11)
    reference = json.loads(shared("golden", "sdcmicro", f"ma_tarragona_mdav_k{k}.json").read_text(encoding="utf-8"))
    assert il1s == pytest.approx(reference["IL1s"], rel=1e-11)
    assert sse_over_sst == pytest.approx(reference["SSE_std"] / reference["SST_std"], rel=1e-11)


@pytest.mark.parametrize(("k", "groups"), [(3, 278), (5, 166)])
def test_tarragona_has_the_groups_and_keeps_the_means_of_sdcmicro(k: int, groups: int) -> None:
    names, _ = table_of("data", "sdcmicro", "Tarragona.csv")
    _, after = aggregated(k)
    reference = json.loads(shared("golden", "sdcmicro", f"ma_tarragona_mdav_k{k}.json").read_text(encoding="utf-8"))
    different, sizes = np.unique(after.round(6), axis=0, return_counts=True)
    assert len(different) == groups == reference["n_distinct"]
    assert sizes.min() == k == reference["min_group"]
    assert dict(zip(names, after.mean(axis=0).tolist(), strict=True)) == pytest.approx(
        reference["colMeans_anon"], rel=1e-9
    )
