"""sdcMicro's SUDA2: the score of every row to the digit, its DIS, and what each column contributes."""

from __future__ import annotations

import csv
import json

import numpy as np
import pyarrow as pa
import pytest

from shared_folder import shared
from sudare import risk
from sudare.measures.kernel import encode
from sudare.measures.suda import suda

CASES = {"francdat": "francdat.csv", "testdata_7kv": "testdata.csv"}


@pytest.mark.parametrize("case", CASES)
def test_every_row_has_the_score_of_sdcmicro(case: str) -> None:
    about = json.loads(shared("golden", "sdcmicro", f"suda_{case}.json").read_text(encoding="utf-8"))
    with shared("golden", "sdcmicro", f"suda_{case}.csv").open(encoding="utf-8", newline="") as file:
        reference = list(csv.DictReader(file))
    source = shared("data", "sdcmicro", CASES[case])
    with source.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    keys = about["keyVars"]
    found = suda([encode(key, pa.array([record[key] for record in records])) for key in keys])
    assert found.score.tolist() == [int(row["score"]) for row in reference]
    for place, key in enumerate(keys):
        expected = np.array([float(row[f"{key}_contribution"]) for row in reference])
        assert found.contribution[:, place] == pytest.approx(expected, rel=1e-13)
    # Its DIS is worked out from a sampling fraction held in single precision.
    assert found.dis == pytest.approx(np.array([float(row["dis"]) for row in reference]), rel=1e-6)
    told = {one["variable"]: one["contribution"] / 100 for one in about["attribute_contributions"]}
    assert found.by_column == pytest.approx(told, rel=1e-13)

    summary = risk(source, keys, suda=len(keys)).suda
    assert summary is not None
    assert (summary.records, summary.sum_score) == (about["n_pos"], about["sum_score"])
    assert summary.columns == found.by_column
