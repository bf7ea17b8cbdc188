"""What the guideline's examples are about is found in their tables by the detectors, which know no example."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from small_runs import texts
from sudare import law
from sudare.engines.engine import Engine
from sudare.findings import View, detect
from sudare.findings.detectors import detectors
from sudare.tables.schema import Input
from sudare.tables.table import open_table

if TYPE_CHECKING:
    from sudare.findings import Finding


def found(example: law.Example) -> tuple[Finding, ...]:
    """Everything that is found in the table before, under its declared types."""
    cells = zip(*example.before.rows, strict=True)
    table = texts(
        **{name: [cell or None for cell in column] for name, column in zip(example.before.columns, cells, strict=True)}
    )
    declared = Input.model_validate({"columns": [column.to_dict() for column in example.columns]})
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "spill") as engine:
        reading = open_table(table, declared)
        relation = engine.load(reading.batches(), reading.schema, reading.arrow_schema)
        return detect(View(engine, relation, reading.schema))


@pytest.mark.parametrize("example", law.examples(), ids=lambda example: example.id)
def test_what_an_example_is_about_is_found(example: law.Example) -> None:
    there = {(one.kind, one.standard, one.columns) for one in found(example)}
    assert example.expected
    assert {(one.kind, one.standard, one.columns) for one in example.expected} <= there


@pytest.mark.parametrize("example", law.examples(), ids=lambda example: example.id)
def test_an_example_asks_for_a_must_of_its_own_standard(example: law.Example) -> None:
    assert example.standard in {one.standard for one in example.expected}
    levels = {one.id: one.level for one in found(example)}
    assert {levels[f"{one.kind}/{'+'.join(one.columns)}"] for one in example.expected} == {"must"}


@pytest.mark.parametrize("example", law.examples(), ids=lambda example: example.id)
def test_every_column_that_was_found_is_answered_by_a_step_other_than_keeping_it(example: law.Example) -> None:
    changed = {name for step in example.steps if step["technique"] != "keep" for name in step.get("columns", [])}
    for one in example.expected:
        assert changed & set(one.columns), one


def test_no_detector_knows_the_examples() -> None:
    folder = Path(__file__).parents[2] / "toolkit" / "sudare" / "findings"
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py")))
    assert len(detectors()) > 20
    assert "law.example" not in code
    assert "import example" not in code
    assert "特例業務免許" not in code
