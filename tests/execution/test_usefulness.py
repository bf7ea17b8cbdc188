"""What a run says of the usefulness of each column: measured while rows align, and never about few records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sudare.execution.usefulness as measured
from checkup_table import TYPES, checkups
from small_runs import KEY, declared, document, key_store, run, step, texts
from sudare.engines.by_hand import text_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

COLUMNS = [
    declared("氏名", kind="direct-identifier"),
    declared("番号", kind="linking-code"),
    declared("町"),
    declared("年齢", "integer", unit="歳"),
    declared("身長", "decimal"),
    declared("メモ", kind="free-text"),
]
STEPS = [
    step("delete-column", "氏名"),
    step("pseudonymize", "番号", domain="人"),
    step("map-values", "町", table={"東町": "平野", "西町": "平野", "山里": "山間"}),
    step("bin", "年齢", edges=["40", "60"]),
    step("rename-column", "年齢", to="年代"),
    step("suppress-cells", "身長", where={"column": "身長", "at_least": 170}),
    step("keep", "メモ"),
]


def people(rows: int = 120, tall: int = 30) -> Any:
    n = range(rows)
    return texts(
        氏名=[f"架空{i}子" for i in n],
        番号=[f"ZQ{i:06d}" for i in n],
        町=[("東町", "西町", "山里")[i % 3] for i in n],
        年齢=[str(20 + i % 60) for i in n],
        身長=[str(171 if i < tall else 150 + i % 19) for i in n],
        メモ=["特になし"] * rows,
    )


def useful(folder: Path, table: Any, steps: list[dict[str, Any]] = STEPS, **parts: Any) -> dict[str, Any]:
    ran = run(folder, document(COLUMNS, steps, key=KEY, **parts), table, store=key_store(folder))
    found = ran.receipt["usefulness"]
    assert isinstance(found, dict)
    return found


def test_columns_of_the_output_are_told_by_their_new_names(tmp_path: Path) -> None:
    found = useful(tmp_path, people())
    assert (found["records"], found["sampled"]) == (120, False)
    # Neither pseudo-IDs nor free text nor what was deleted.
    assert list(found["columns"]) == ["町", "年代", "身長"]
    assert found["columns"]["町"] == {
        "read": "groups", "changed": 1.0, "hidden": 0.0, "distance": 0.0, "correlation": None
    }  # fmt: skip
    assert found["columns"]["年代"]["read"] == "intervals"
    assert found["columns"]["年代"]["distance"] == 0.0
    assert (found["columns"]["身長"]["changed"], found["columns"]["身長"]["hidden"]) == (0.25, 0.25)
    assert found["columns"]["身長"]["distance"] == 0.25


def test_nothing_is_told_where_few_records_differ(tmp_path: Path) -> None:
    found = useful(tmp_path, people(tall=9))["columns"]["身長"]
    assert found == {"read": "numbers", "changed": None, "hidden": None, "distance": None, "correlation": None}


def test_rows_that_went_count_in_the_distribution_and_few_are_not_told(tmp_path: Path) -> None:
    for gone, told in ((9, None), (12, 0.1)):
        drop = step("delete-records", where={"column": "身長", "at_least": 170})
        (tmp_path / str(gone)).mkdir()
        steps = [*STEPS[:5], drop, step("keep", "身長", "メモ")]
        found = useful(tmp_path / str(gone), people(tall=gone), steps)
        assert found["records"] == 120 - gone
        assert found["columns"]["身長"]["changed"] == 0.0
        assert found["columns"]["身長"]["distance"] == told


def test_dummies_are_nobodys_cells(tmp_path: Path) -> None:
    cells = [[None if cell is None else text_of(cell) for cell in row] for row in checkups(400)]
    table = texts(**dict(zip(TYPES, map(list, zip(*cells, strict=True)), strict=True)))
    columns, keep = [declared(name, kind) for name, kind in TYPES.items()], step("keep", *TYPES)
    spec = document(columns, [keep, step("add-dummies", *TYPES, rows=20, domain="提供用")], key=KEY)
    told = run(tmp_path, spec, table, store=key_store(tmp_path)).receipt
    assert told["output"]["rows"] == 420
    assert told["usefulness"]["records"] == 400
    assert {one["distance"] for one in told["usefulness"]["columns"].values()} == {0.0}


def test_of_a_large_table_always_the_same_part_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "LOOKED_AT", 50)
    found = useful(tmp_path, people())
    assert (found["records"], found["sampled"]) == (40, True)
    assert found["columns"]["身長"]["hidden"] == 0.25


def test_a_table_without_rows_has_nothing_to_tell(tmp_path: Path) -> None:
    found = useful(tmp_path, people(rows=0))
    assert found["records"] == 0
    assert {one["changed"] for one in found["columns"].values()} == {None}


def test_what_is_told_holds_no_value(tmp_path: Path) -> None:
    told = json.dumps(useful(tmp_path, people()), ensure_ascii=False)
    assert not any(value in told for value in ("架空", "ZQ0", "平野", "山間", "東町", "特に", "歳"))
