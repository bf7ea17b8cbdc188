"""sdcMicro's l-diversity of every record: distinct, and exp of the natural entropy.

Its recursive column is not compared: the reference notes say that it ignores the order of the counts in places.
"""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

import pytest

from shared_folder import shared
from sudare.engines.engine import Engine
from sudare.measures.l_diversity import class_diversities
from sudare.tables.schema import Input
from sudare.tables.table import open_table

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ["urbrur", "roof", "sex"]


def test_every_class_of_the_test_data_is_as_diverse_as_in_sdcmicro(tmp_path: Path) -> None:
    path = shared("data", "sdcmicro", "testdata.csv")
    with path.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    with shared("golden", "sdcmicro", "ldiv_testdata_electcon.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    reading = open_table(path, Input.model_validate({"columns": [{"name": name} for name in records[0]]}))
    with Engine(tmp_path / "engine", threads=1) as engine:
        relation = engine.load(reading.batches(), reading.schema, reading.arrow_schema)
        query = class_diversities(relation, KEYS, "electcon", people=False)
        keys = [key.copy().as_(name) for key, name in zip(query.args["group"].expressions, KEYS, strict=True)]
        found = {tuple(row[name] for name in KEYS): row for row in engine.ask(query.select(*keys))}
    assert sum(int(row["size"]) for row in found.values()) == len(records) == len(expected) == 4580
    for record, reference in zip(records, expected, strict=True):
        row = found[tuple(record[name] for name in KEYS)]
        assert int(row["values"]) == int(reference["electcon_Distinct_Ldiversity"])
        assert math.exp(row["entropy"]) == pytest.approx(float(reference["electcon_Entropy_Ldiversity"]), rel=1e-14)
