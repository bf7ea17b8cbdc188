"""After swaps or noise, safety is judged on the values before them, and told again for the file as released."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from small_runs import KEY, declared, document, key_store, refused, run, step, texts

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

# Nine people of one town and one of another: the tenth is alone, wherever a swap or an error puts the town or age.
ROWS = [("松山市", str(40 + n % 2), "A") for n in range(9)] + [("砥部町", "40", "A")]
COLUMNS = [declared("所在"), declared("年齢", "integer"), declared("判定")]
SWAP = step("swap", "所在", method="random", rate=1, because="入れ替え", if_alone="keep")
NOISE = step("add-noise", "年齢", distribution="uniform", scale=50, because="誤差")
KEEP = step("keep", "所在", "年齢", "判定")


def table(rows: list[tuple[str, str, str]]) -> pa.Table:
    return texts(**dict(zip(("所在", "年齢", "判定"), map(list, zip(*rows, strict=True)), strict=True)))


def k(*columns: str, at_least: int) -> list[dict[str, object]]:
    return [{"measure": "k-anonymity", "columns": list(columns), "at_least": at_least}]


@pytest.mark.parametrize("perturbing", [SWAP, NOISE], ids=["swap", "noise"])
def test_a_class_of_one_stays_a_class_of_one(tmp_path: Path, perturbing: dict[str, object]) -> None:
    spec = document(COLUMNS, [perturbing, KEEP], key=KEY, checks=k("所在", "年齢", at_least=2))
    faults = refused(lambda: run(tmp_path, spec, table(ROWS), store=key_store(tmp_path)))
    assert faults == {"check-failed": ["checks[0]"]}


def test_both_values_stand_in_the_receipt(tmp_path: Path) -> None:
    rows = [row for row in ROWS if row[0] == "松山市"]
    spec = document(COLUMNS, [NOISE, KEEP], key=KEY, checks=k("所在", "年齢", at_least=4))
    ran = run(tmp_path, spec, table(rows), store=key_store(tmp_path))
    told = ran.receipt["checks"][-1]
    released = Counter((row[ran.header.index("所在")], row[ran.header.index("年齢")]) for row in ran.rows)
    assert told == {"measure": "k-anonymity", "ok": True, "value": 4, "released": min(released.values())}


def test_small_classes_go_by_the_values_before(tmp_path: Path) -> None:
    small = step("delete-small-classes", "所在", below=2)
    spec = document(COLUMNS, [SWAP, NOISE, small, KEEP], key=KEY, checks=k("所在", at_least=9))
    ran = run(tmp_path, spec, table(ROWS), store=key_store(tmp_path))
    assert len(ran.rows) == 9
    # The one person of 砥部町 is gone, whoever carries the town's name now.
    assert ran.receipt["checks"][-1]["value"] == 9
