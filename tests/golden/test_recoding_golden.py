"""sdcMicro's recoding of the test data: the same people gather at the ends and in the ranges."""

from __future__ import annotations

import csv
import json
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import sudare
from shared_folder import shared
from sudare.measures.attacks.interval_disclosure import interval_disclosure
from techniques_at_work import run_step


def ages() -> list[dict[str, str]]:
    with shared("golden", "sdcmicro", "recode_testdata_age.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def summary() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared("golden", "sdcmicro", "recode_testdata.json").read_text(encoding="utf-8"))
    return found


def coded(step: dict[str, Any]) -> list[str]:
    outcome = run_step({**step, "columns": ["age"]}, {"age": "integer"}, [(row["age"],) for row in ages()])
    assert outcome.refused == ()
    return [cell for (cell,) in outcome.rows]


@pytest.mark.parametrize(
    ("step", "end", "column", "changed"),
    [
        ({"technique": "top-code", "at_least": "70"}, "70", "top70", "top_changed"),
        ({"technique": "bottom-code", "at_most": "5"}, "5", "bot5", "bottom_changed"),
    ],
)
def test_the_same_people_are_gathered_at_the_ends_as_in_sdcmicro(
    step: dict[str, Any], end: str, column: str, changed: str
) -> None:
    """Its label is the last number itself; ours must not look like a value of the column."""
    label = "まとめて"
    found = coded({**step, "label": label})
    there = [row[column] for row in ages()]
    assert found == [label if cell == end else cell for cell in there]
    alone = sum(row["age"] == end for row in ages())  # those on the limit, who did not move there
    assert found.count(label) - alone == summary()[changed]


def test_the_ranges_hold_as_many_as_in_sdcmicro() -> None:
    """Its ranges are open below and closed above; 0 lies in none there and is missing, ours has a range below."""
    edges = [1, 10, 20, 30, 40, 50, 60, 70]
    found = coded({"technique": "bin", "edges": [str(edge) for edge in edges], "labels": list("1234567"), "above": "8"})
    there = [row["rec_lab"] for row in ages()]
    below = {cell for cell, label in zip(found, there, strict=True) if label not in set("12345678")}
    assert len(below) == 1
    assert [label if label in set("12345678") else next(iter(below)) for label in there] == found
    counted = Counter(found)
    about = summary()
    assert {label: counted[label] for label in about["rec_table"]} == about["rec_table"]
    assert counted[next(iter(below))] == about["rec_iv_NA"]


def test_incomes_that_were_top_coded_moved_as_far_as_in_sdcmicro() -> None:
    about = summary()
    with shared("data", "sdcmicro", "testdata.csv").open(encoding="utf-8", newline="") as file:
        incomes = [float(row["income"]) for row in csv.DictReader(file)]
    coded = [about["income_top_replacement"] if one > about["income_p99"] else one for one in incomes]
    ids = [str(n) for n in range(len(incomes))]
    before, after = (pa.table({"id": ids, "income": pa.array(cells, pa.float64())}) for cells in (incomes, coded))
    found = sudare.utility(before, after, id="id")
    [column] = found.columns
    assert column.by_row is not None
    assert column.by_row.changed == about["income_changed"] == 40
    assert found.il1s == pytest.approx(about["IL1s_top"], rel=1e-12)
    near = interval_disclosure({"income": (np.array(incomes), np.array(coded))}, width=0.05)
    assert near.share == about["dRisk_top"]
