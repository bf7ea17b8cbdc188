"""What it costs to look at people's ways and to take home and workplace out of them: `python -m pytest tests/bench`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from findings.views import view_of
from shared_folder import shared
from sudare.engines.engine import Engine
from sudare.findings import detect
from sudare.findings.detectors.repeated_behaviour import RepeatedBehaviour
from sudare.keystore import KeyName, Secret
from sudare.tables.guessing import open_guessed
from sudare.techniques import techniques
from sudare.techniques.technique import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sudare.engines.relation import Relation

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
ROWS = int(os.environ.get("SUDARE_BENCH_ROWS", "1000000"))
EACH = 100  # rows of a person
STEPS: dict[str, dict[str, Any]] = {
    "suppress-near-anchor": {"columns": ["lat", "lng"], "time": "datetime", "radius": 500, "offset": 250},
    "limit-records-per-person": {"at_most": 20},
    "shift-dates": {"columns": ["datetime"], "days": 28, "weeks": True},
}


def generated() -> pa.Table:
    """Make positions of people, a hundred rows each over ten days, as texts."""
    source = np.random.default_rng(1)
    people = ROWS // EACH
    who = np.repeat(np.arange(people), EACH)
    minutes = np.tile(np.arange(EACH) * 144, people) + source.integers(0, 60, len(who))
    night = (minutes % 1440 < 420) | (minutes % 1440 > 1200)
    homes, works = (source.normal([32.2, 134.4], 0.05, (people, 2)) for _ in range(2))
    where = np.where(night[:, None], homes[who], works[who]) + source.normal(0, 0.00005, (len(who), 2))
    times = np.datetime64("2025-10-06T00:00:00") + minutes.astype("timedelta64[m]")
    return pa.table({
        "uid": [f"U{n:07}" for n in who.tolist()],
        "lat": [f"{n:.6f}" for n in where[:, 0].tolist()],
        "lng": [f"{n:.6f}" for n in where[:, 1].tolist()],
        "datetime": [str(n).replace("T", " ") for n in times.tolist()],
    })  # fmt: skip


def cpu(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("source", ["two real people", "generated people"])
def test_what_looking_at_ways_and_hiding_homes_costs(source: str, capsys: Any) -> None:
    table: pa.Table | Path = (
        generated() if source.startswith("gen") else shared("data", "mobility", "geolife_sample.csv.gz")
    )
    spent: dict[str, float] = {}
    with view_of(table) as view:
        found = detect(view)
        spent["detector"] = cpu(lambda: list(RepeatedBehaviour().look(view, found)))
        rows = view.rows
    with TemporaryDirectory() as folder, Engine(Path(folder) / "spill", threads=2) as engine:
        reading = open_guessed(table)
        relation = engine.load(reading.batches(), reading.schema, reading.arrow_schema)
        context = Context(
            engine, "steps[0]", lambda: Secret(KeyName("bench", "1"), bytes(range(32))), None, reading.schema
        )
        for name, step in STEPS.items():
            spent[name] = cpu(lambda name=name, step=step: done(engine, relation, context, {"technique": name, **step}))
    with capsys.disabled():
        parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in spent.items())
        sys.stdout.write(f"\n{source}, {rows:,} positions, CPU s: {parts}\n")


def done(engine: Engine, relation: Relation, context: Context, step: Mapping[str, Any]) -> Relation:
    """Make one step and work the table out."""
    technique = techniques()[step["technique"]].model_validate({**step, "person": "uid", "because": "速さ"})
    return engine.settle(engine.apply(relation, technique.plan(relation, context)))
