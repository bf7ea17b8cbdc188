"""The ways of working that no example shows can be written for Spark as well."""

from __future__ import annotations

from typing import Any

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from techniques_at_work import run_step

TYPES: dict[str, Any] = {
    "t": "text",
    "i": "integer",
    "d": "decimal",
    "b": "boolean",
    "day": "date",
    "at": "datetime",
    "place": "text",
}
ROWS = [
    ("x", 7, 0.5, True, "1970-01-03", "2026-04-01T09:30", "松山市"),
    (None,) * 7,
    *[("y", 2, 1.5, False, "2000-02-29", None, "高知市")] * 2,
]
TREE = {"甲": {"乙": ["x", "y"]}}
GROUP = {"group": {"by": "t", "where": {"column": "i", "at_least": "1"}, "count_at_least": 2}}

STEPS: list[dict[str, Any]] = [
    *({"technique": "round", "columns": ["i", "d"], "base": "5", "ties": t} for t in ("half-even", "down", "up")),
    *({"technique": "date-precision", "columns": ["day", "at"], "to": t} for t in ("year", "quarter", "era-year")),
    {"technique": "date-precision", "columns": ["day", "at"], "to": "age", "at": "2026-06-02"},
    {"technique": "pseudonymize", "columns": ["t", "d", "b", "at"], "domain": "x", "method": "random-table"},
    {"technique": "map-values", "columns": ["t"], "tree": TREE, "level": 2},
    {"technique": "map-values", "columns": ["i", "b"], "table": {"7": "七"}, "unseen": "default", "default": "他"},
    {"technique": "address-to-municipality", "columns": ["place"], "minimum_count": 2},
    {
        "technique": "top-code",
        "columns": ["i", "d"],
        "at_least": "2",
        "strata": ["t"],
        "minimum_group": 2,
        "if_smaller": "merge",
    },
    {
        "technique": "bottom-code",
        "columns": ["day"],
        "at_most": "1980-01-01",
        "minimum_group": 2,
        "if_smaller": "suppress",
    },
    {"technique": "bin", "columns": ["day"], "edges": ["1980-01-01"]},
    {"technique": "suppress-cells", "columns": ["i"], "where": GROUP},
    {"technique": "suppress-cells", "columns": ["i"], "where": {"column": "t", "matches": r"\w'+"}},
    {"technique": "delete-records", "where": {"not": {"all": [GROUP, {"column": "at", "missing": "true"}]}}},
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["technique"])
def test_a_plan_is_written_for_spark_without_anything_it_lacks(step: dict[str, Any]) -> None:
    outcome = run_step(step, TYPES, ROWS)
    assert outcome.codes == []
    assert outcome.plan is not None
    spark = outcome.plan.sql("spark", unsupported_level=ErrorLevel.RAISE)
    assert isinstance(sqlglot.parse_one(spark, dialect="spark"), exp.Select)
