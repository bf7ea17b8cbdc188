"""What a run says the assumed reader could find out: by the columns they know, in shares, and never about few."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import sudare.execution.assessment as measured
import sudare.execution.usefulness as shared
from checkup_table import TYPES, checkups
from small_runs import KEY, declared, document, key_store, refused, run, step, texts
from sudare.engines.by_hand import text_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

COLUMNS = [
    declared("氏名", kind="direct-identifier"),
    declared("番号", kind="linking-code"),
    declared("町"),
    declared("年齢", "integer"),
    declared("病名", special_care=True),
    declared("メモ", kind="free-text"),
]
STEPS = [
    step("delete-column", "氏名"),
    step("pseudonymize", "番号", domain="人"),
    step("map-values", "町", table={"東町": "平野", "西町": "平野", "山里": "山間"}),
    step("bin", "年齢", edges=["40", "60"]),
    step("rename-column", "年齢", to="年代"),
    step("keep", "病名", "メモ"),
]
KNOWS = {"knows": ["町", "年齢"]}


def people(rows: int = 120) -> Any:
    n = range(rows)
    return texts(
        氏名=[f"架空{i}子" for i in n],
        番号=[f"ZQ{i:06d}" for i in n],
        町=[("東町", "西町", "山里")[i % 3] for i in n],
        年齢=[str(20 + i % 60) for i in n],
        病名=["高血圧" if i % 3 == 2 else ("風邪", "骨折")[i % 2] for i in n],
        メモ=["特になし"] * rows,
    )


def assessed(folder: Path, table: Any, steps: list[dict[str, Any]] = STEPS, **parts: Any) -> Any:
    parts = {"assumed_reader": KNOWS, **parts}
    return run(folder, document(COLUMNS, steps, key=KEY, **parts), table, store=key_store(folder)).receipt["assessment"]


def test_the_reader_knows_what_the_spec_says_and_follows_it_through_the_steps(tmp_path: Path) -> None:
    found = assessed(tmp_path, people())
    ill: dict[tuple[bool, int], Counter[str]] = defaultdict(Counter)
    for town, age, name in zip(*(people()[column].to_pylist() for column in ("町", "年齢", "病名")), strict=True):
        ill[town == "山里", int(age) // 20][name] += 1
    assert len(ill) == 6  # so that six people are expected to be found: too few to be told
    assert found["linkage"] == {"unique": 0.0, "nearest": 1.0, "success": None}
    assert (found["knows"], found["records"], found["sampled"]) == (["町", "年齢"], 120, False)
    # Those of the mountains all have one illness: a third of the people. Of the others about half are guessed rightly.
    # Shares of 120 records are told in steps of ten of them: 80 for 82.
    assert sum(max(counts.values()) for counts in ill.values()) == 82
    assert found["inference"] == {
        "病名": {"baseline": 0.33, "right": round(80 / 120, 2), "certain": 0.33, "certain_right": 0.33}
    }


def test_rows_that_nobody_changed_are_all_found(tmp_path: Path) -> None:
    table = people(60)
    table = table.set_column(2, "町", [[f"里{n:02}" for n in range(60)]])
    steps = [*STEPS[:2], step("keep", "町", "年齢", "病名", "メモ")]
    found = assessed(tmp_path, table, steps)
    assert found["linkage"] == {"unique": 1.0, "nearest": 1.0, "success": 1.0}
    assert found["inference"]["病名"]["certain_right"] == 1.0


def test_hidden_cells_fit_everybody(tmp_path: Path) -> None:
    hide = step("suppress-cells", "町", where={"column": "年齢", "at_least": 0})
    found = assessed(tmp_path, people(60), [*STEPS[:2], hide, step("keep", "年齢", "病名", "メモ")])
    # Everybody is alone with their age.
    assert found["linkage"]["unique"] == 1.0
    found = assessed(_folder(tmp_path, "b"), people(60), [*STEPS[:2], hide, *STEPS[3:]])
    assert found["linkage"] == {"unique": 0.0, "nearest": 1.0, "success": None}


def test_codes_of_grid_squares_are_no_numbers(tmp_path: Path) -> None:
    """The reader knows which square a place lies in, however far its code is from the latitude."""
    columns = [declared(name, "decimal") for name in ("緯度", "経度")]
    table = texts(緯度=[("35.01", "35.51", "36.01")[n % 3] for n in range(90)], 経度=["139.01"] * 90)
    square = step("grid-square", "緯度", "経度", level="3", **{"as": "区画"}, outside="stop")
    spec = document(columns, [square], key=KEY, assumed_reader={"knows": ["緯度"]})
    found = run(tmp_path, spec, table, store=key_store(tmp_path)).receipt["assessment"]
    assert found["knows"] == ["緯度"]
    assert found["linkage"] == {"unique": 0.0, "nearest": 1.0, "success": None}


def test_noise_leaves_the_nearest(tmp_path: Path) -> None:
    noise = step("add-noise", "年齢", distribution="uniform", scale=3)
    found = assessed(tmp_path, people(600), [*STEPS[:3], noise, step("keep", "病名", "メモ")])
    # Ten people share an age and a town; an error of up to three years leaves the reader a guess.
    assert 0.02 <= found["linkage"]["success"] <= 0.1
    assert found["linkage"]["nearest"] < 0.5


def test_nothing_is_measured_without_an_assumed_reader_or_where_nothing_known_is_left(tmp_path: Path) -> None:
    assert assessed(_folder(tmp_path, "a"), people(), assumed_reader={"who": ["知人"]}) is None
    assert assessed(_folder(tmp_path, "b"), people(), assumed_reader={"knows": ["近所の人が知ること", "氏名"]}) is None
    ran = run(_folder(tmp_path, "c"), document(COLUMNS, STEPS, key=KEY), people(), store=key_store(tmp_path / "c"))
    assert ran.receipt["assessment"] is None


def test_a_column_that_the_reader_knows_is_not_guessed(tmp_path: Path) -> None:
    found = assessed(tmp_path, people(), assumed_reader={"knows": ["町", "病名"]})
    assert (found["knows"], found["inference"]) == (["町", "病名"], {})


def test_shares_of_few_records_are_not_told(tmp_path: Path) -> None:
    table = people(120)
    towns = [("東町", "西町")[n % 2] if n > 4 else "山里" for n in range(120)]
    found = assessed(tmp_path, table.set_column(2, "町", [towns]), assumed_reader={"knows": ["町"]})
    assert found["linkage"]["success"] is None
    # The five of the mountains have two illnesses, so that nothing is certain of anybody.
    assert found["inference"]["病名"]["certain"] == 0.0
    one = table.set_column(2, "町", [towns]).set_column(4, "病名", [["風邪"] * 5 + table["病名"].to_pylist()[5:]])
    told = assessed(_folder(tmp_path, "b"), one, assumed_reader={"knows": ["町"]})["inference"]["病名"]
    assert (told["certain"], told["certain_right"]) == (None, None)


def test_records_of_a_large_table_are_attacked_by_a_part_beside_all_of_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = assessed(_folder(tmp_path, "a"), people(600))
    for module in (shared, measured):
        monkeypatch.setattr(module, "LOOKED_AT", 120)
    part = assessed(_folder(tmp_path, "b"), people(600))
    assert (part["sampled"], part["records"]) == (True, 120)
    # Classes are those of the whole output: a part beside a part would find five times as many.
    assert (whole["linkage"]["unique"], part["linkage"]["unique"]) == (0.0, 0.0)
    assert part["linkage"]["success"] is None
    assert part["inference"]["病名"]["certain"] == whole["inference"]["病名"]["certain"]


def test_too_many_combinations_are_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "_MOST", 6)
    found = assessed(tmp_path, people())
    assert found["linkage"] is not None  # six combinations of town and age
    assert found["inference"] == {}  # and more with an illness
    monkeypatch.setattr(measured, "_MOST", 5)
    found = assessed(_folder(tmp_path, "b"), people())
    assert (found["linkage"], found["records"]) == (None, 0)


def test_added_rows_stand_beside_the_true_ones(tmp_path: Path) -> None:
    """They are records like others to the reader, and nobody is looked for among them."""
    cells = [[None if cell is None else text_of(cell) for cell in row] for row in checkups(400)]
    table = texts(**dict(zip(TYPES, map(list, zip(*cells, strict=True)), strict=True)))
    columns, keep = [declared(name, kind) for name, kind in TYPES.items()], step("keep", *TYPES)
    knows = {"knows": list(TYPES)}
    found = {}
    for name, steps in (("without", []), ("with", [step("add-dummies", *TYPES, rows=40, domain="提供用")])):
        spec = document(columns, [keep, *steps], key=KEY, assumed_reader=knows)
        folder = _folder(tmp_path, name)
        found[name] = run(folder, spec, table, store=key_store(folder)).receipt["assessment"]
    assert [one["records"] for one in found.values()] == [400, 400]
    # No dummy is equal to a true record, so that who knows all finds as many as before.
    assert found["with"]["linkage"] == found["without"]["linkage"]


def test_a_refused_run_tells_nothing_of_it(tmp_path: Path) -> None:
    spec = document(
        COLUMNS, STEPS, key=KEY, assumed_reader=KNOWS,
        checks=[{"measure": "k-anonymity", "columns": ["町", "年代"], "at_least": 119}],
    )  # fmt: skip
    assert refused(lambda: run(tmp_path, spec, people(), store=key_store(tmp_path))) == {"check-failed": ["checks[0]"]}


def test_no_value_of_the_data_is_told(tmp_path: Path) -> None:
    told = json.dumps(assessed(tmp_path, people()), ensure_ascii=False)
    assert not [value for value in ("東町", "平野", "風邪", "骨折", "高血圧", "ZQ0", "架空") if value in told]


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder
