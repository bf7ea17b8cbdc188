"""A table grouped by the engine is measured like one in memory."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from sudare.engines.engine import Engine
from sudare.measures.class_sizes import class_sizes
from sudare.measures.kernel import classes_of, encode
from sudare.measures.kernel.from_engine import combinations_of
from sudare.tables.table import describe_input, open_table

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [("f", 30, "p"), ("f", 30, "p"), ("m", 30, "q"), ("m", None, "r"), ("m", None, None), ("f", 30, "q")]


@pytest.mark.parametrize("people", [False, True])
def test_the_engine_s_combinations_have_the_sizes_of_the_kernel_s_classes(tmp_path: Path, people: bool) -> None:  # noqa: FBT001 - drawn
    table = pa.table({name: [row[n] for row in ROWS] for n, name in enumerate(["sex", "age", "who"])})
    unit = encode("who", table["who"]) if people else None
    expected = classes_of([encode(name, table[name]) for name in ("sex", "age")], unit=unit)
    reading = open_table(table, describe_input(table))
    with Engine(tmp_path / "engine", threads=1) as engine:
        relation = engine.load(reading.batches(), reading.schema, reading.arrow_schema)
        if people:
            relation = engine.name_units(relation, "who")
        found = combinations_of(engine, relation, ["sex", "age"], people=people)
    assert Counter(zip(found.classes.records, found.classes.sizes, strict=True)) == Counter(
        zip(expected.records, expected.sizes, strict=True)
    )
    ours, theirs = (class_sizes(one.sizes, one.records) for one in (found.classes, expected))
    assert (ours.k, ours.uniques, ours.below(3), ours.total) == (theirs.k, theirs.uniques, theirs.below(3), 6)
    # Fewer columns of the combinations, counted by their records, are classes of the whole table again.
    again = classes_of(found.columns[:1], counts=found.classes.records)
    assert sorted(again.records) == [3, 3]


def test_an_empty_table_has_no_combination(tmp_path: Path) -> None:
    table = pa.table({"sex": pa.array([], pa.string())})
    reading = open_table(table, describe_input(table))
    with Engine(tmp_path / "engine", threads=1) as engine:
        relation = engine.load(reading.batches(), reading.schema, reading.arrow_schema)
        assert len(combinations_of(engine, relation, ["sex"], people=False).classes) == 0
