"""The search for the least loss beside ARX 3.9.2 on the adult table: 9 quasi-identifiers, 12,960 nodes."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

import sudare
from shared_folder import shared
from small_runs import run

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.mark.parametrize(("name", "suppress"), [("adult_k5_s02", 0.02), ("adult_k5_s04", 0.04)])
def test_adult_loses_as_little_as_in_arx_and_is_proved(name: str, suppress: float) -> None:
    reference = json.loads(shared("golden", "arx", f"{name}.json").read_text(encoding="utf-8"))
    folder = shared("data", "adult")
    found = sudare.search(folder / "adult.csv", folder, COLUMNS, k=5, suppress=suppress)
    assert found.levels == reference["optimum_levels"]
    assert found.suppressed == reference["suppressed_records"]
    assert found.classes == reference["eq_classes"]
    assert found.loss == pytest.approx(float(reference["score_low"]), abs=1e-9)
    assert (found.optimal, found.bound, found.nodes) == (True, found.loss, reference["lattice_nodes"])
    assert found.checked < reference["nodes_checked"]


def test_the_spec_that_was_found_gives_the_classes_of_arx(tmp_path: Path) -> None:
    reference = json.loads(shared("golden", "arx", "adult_k5_s04.json").read_text(encoding="utf-8"))
    folder = shared("data", "adult")
    found = sudare.search(folder / "adult.csv", folder, COLUMNS, k=5, suppress=0.04)
    found.write_spec(tmp_path / "adult.sudare.yaml")
    ran = run(tmp_path, sudare.read_spec(tmp_path / "adult.sudare.yaml"), folder / "adult.csv")
    classes = Counter(ran.rows)
    assert ran.header == [name for name in COLUMNS if name != "occupation"]  # on its top level it tells nothing
    assert classes.total() == reference["rows"] - reference["suppressed_records"]
    assert len(classes) == reference["eq_classes"]
    assert (min(classes.values()), max(classes.values())) == (reference["eq_min"], reference["eq_max"])


def test_the_columns_may_come_in_another_order() -> None:
    folder = shared("data", "adult")
    found = sudare.search(folder / "adult.csv", folder, COLUMNS[::-1], k=5, suppress=0.04)
    assert found.levels == {
        "salary-class": 0, "occupation": 2, "workclass": 1, "native-country": 1, "education": 1, "marital-status": 1,
        "race": 0, "age": 3, "sex": 0,
    }  # fmt: skip
    assert found.loss == pytest.approx(0.29281587587777774, abs=1e-9)
