from __future__ import annotations

from typing import Any

import pytest

from sudare.techniques.technique import HIDDEN
from techniques_at_work import run_step

AGES = ["40", "50", "90"]


def step(edges: list[Any], **more: Any) -> dict[str, Any]:
    return {"technique": "bin", "columns": ["n"], "edges": edges, **more}


def labels(outcome: Any) -> list[str | None]:
    return [row[0] for row in outcome.rows]


@pytest.mark.parametrize(
    ("age", "shown"),
    [
        (39, "40歳未満"),
        (40, "40歳以上50歳未満"),  # an edge belongs to the range above it
        (49, "40歳以上50歳未満"),
        (50, "50歳以上90歳未満"),
        (90, "90歳以上"),
        (116, "90歳以上"),
        (-1, "40歳未満"),
        (None, None),
    ],
)
def test_names_are_made_from_edges_and_unit(age: int | None, shown: str | None) -> None:
    outcome = run_step(step(AGES), {"n": "integer"}, [(age,)], units={"n": "歳"})
    assert labels(outcome) == [shown]
    assert outcome.types == {"n": "text"}
    assert [column.unit for column in outcome.schema] == [None]


def test_names_can_be_given() -> None:
    given = step(["140", "150", "180"], below="低い", above="高い", labels=["中の下", "中の上"])
    outcome = run_step(given, {"n": "decimal"}, [(139.9,), (140.0,), (150.0,), (180.0,)], units={"n": "cm"})
    assert labels(outcome) == ["低い", "中の下", "中の上", "高い"]


def test_one_edge_makes_two_ranges() -> None:
    outcome = run_step(step([20]), {"n": "integer"}, [(19,), (20,), (None,)])
    assert labels(outcome) == ["20未満", "20以上", None]


def test_fractions_are_compared_as_numbers() -> None:
    outcome = run_step(step(["0.1", "0.30"]), {"n": "decimal"}, [(0.1,), (0.1 + 0.2,), (0.3,), (0.0999,)])
    assert labels(outcome) == ["0.1以上0.3未満", "0.3以上", "0.3以上", "0.1未満"]


def test_dates_have_edges_in_either_calendar() -> None:
    given = step(["昭和20年8月15日", "2000-01-01"])
    rows = [("1945-08-14",), ("1945-08-15",), ("2000-01-01",), (None,)]
    outcome = run_step(given, {"n": "date"}, rows)
    assert labels(outcome) == ["1945-08-15より前", "1945-08-15以降2000-01-01より前", "2000-01-01以降", None]


def test_times_have_edges() -> None:
    rows = [("2026-04-01T09:29",), ("2026-04-01T09:30",)]
    outcome = run_step(step(["2026-04-01 09:30"], below="前", above="後"), {"n": "datetime"}, rows)
    assert labels(outcome) == ["前", "後"]


def test_hidden_cells_stay_hidden() -> None:
    outcome = run_step(step(AGES), {"n": "integer"}, [(116,), (39,)], hide={"n": {"column": "n", "at_least": "100"}})
    assert labels(outcome) == [HIDDEN, "40未満"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (step(["50", "40"]), "bad-edges"),
        (step(["40", "40.0"]), "bad-edges"),
        (step(["40", "秘密"]), "wrong-type"),
        (step(["40.5"]), "wrong-type"),
        (step(["40", "50"], labels=["a", "b"]), "bad-labels"),
        (step(["40", "50"], below="若", above="若"), "bad-labels"),
        (step(["40", "50", "60"], labels=["中", "中"]), "bad-labels"),
        (step(["40", "50"], below="40歳以上50歳未満"), "bad-labels"),
    ],
)
def test_ranges_that_make_no_sense_are_refused_without_values(given: dict[str, Any], code: str) -> None:
    outcome = run_step(given, {"n": "integer"}, [(45,)], units={"n": "歳"})
    assert outcome.codes == [code]
    assert "秘密" not in outcome.refused[0].line("ja") + outcome.refused[0].line("en")


def test_text_has_no_ranges() -> None:
    assert run_step(step(AGES), {"n": "text"}, []).codes == ["wrong-type"]
