"""`risk` attacks a table beside its original, tells the best attack first, and tells no value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pytest

from sudare import Refused, UsageError, risk
from sudare.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEFORE = pa.table(
    {
        "番": ["1", "2", "3", "4", "5"],
        "町": ["東", "東", "西", "西", "北"],
        "年齢": ["41", "45", "52", "58", "90"],
        "身長": ["150.0", "160.0", "170.0", "180.0", "190.0"],
        "病名": ["風邪", "風邪", "骨折", "風邪", "骨折"],
    }
)
AFTER = pa.table(
    {
        "番": ["5", "4", "3", "2", "1"],
        "町": ["*", "西", "西", "東", "東"],
        "年齢": ["90歳以上", "50歳以上60歳未満", "50歳以上60歳未満", "40歳以上50歳未満", "40歳以上50歳未満"],
        "身長": ["190.1", "185", "170.5", "160", "150"],
        "病名": ["骨折", "風邪", "骨折", "風邪", "風邪"],
    }
)
QI = ["町", "年齢"]


def problem(ask: Callable[[], Any], error: type[Refused | UsageError] = UsageError) -> list[tuple[str, str]]:
    with pytest.raises(error) as raised:
        ask()
    return [(one.code, one.where) for one in raised.value.problems]


def test_every_attack_beside_the_original() -> None:
    found = risk(AFTER, [*QI, "身長"], original=BEFORE, id="番", sensitive="病名", unit="番").to_dict()["attack"]
    assert list(found) == ["linkage", "inference", "singling_out", "interval"]
    # By their heights everybody is nearest to their own record.
    assert found["linkage"] == {"records": 5, "unique": 1.0, "nearest": 1.0, "success": 1.0, "sampled": False}
    assert found["interval"]["columns"] == {"身長": 0.8}
    assert found["singling_out"]["people"] == 5
    assert found["inference"]["column"] == "病名"


def test_labels_and_hidden_cells_fit_what_they_stand_for() -> None:
    found = risk(AFTER, QI, original=BEFORE, id="番", sensitive="病名").to_dict()["attack"]
    assert found["linkage"] == {"records": 5, "unique": 0.2, "nearest": 1.0, "success": 0.6, "sampled": False}
    # East: the flu for certain; north: alone, and certain; west: one of two, guessed by half.
    assert found["inference"] | {"records": 5} == {
        "column": "病名", "records": 5, "baseline": 0.6, "right": 0.8, "certain": 0.6, "certain_right": 0.6,
        "sampled": False,
    }  # fmt: skip
    assert found["interval"] is None  # no column of numbers is among those known


def test_without_an_id_nobody_is_linked() -> None:
    found = risk(AFTER, QI, original=BEFORE, sensitive="病名").to_dict()["attack"]
    assert (found["linkage"], found["interval"]) == (None, None)
    assert found["inference"]["certain"] == 0.6
    assert risk(AFTER, QI, original=BEFORE).to_dict()["attack"]["inference"] is None


def test_the_best_attack_is_told_first_and_the_rest_below() -> None:
    asked: dict[str, Any] = {"original": BEFORE, "id": "番", "sensitive": "病名"}
    plain, attacked = risk(AFTER, QI), risk(AFTER, QI, **asked)
    assert plain.few()[-1][0].en == "chance of a reader who knows who is in"
    label, value = attacked.few()[-1]
    assert (label.ja, value.ja) == ("想定する閲覧者の最良の攻撃", "記録の突合 60.0%")
    assert plain.few()[-1] in attacked.more()
    told = "\n".join(attacked.lines("ja"))
    assert "「病名」の的中 80.0%（当て推量 60.0%）、確実に分かる 60.0%" in told
    assert "提供の前に" in told
    told_en = "\n".join(attacked.lines("en"))
    assert "before delivery" in told_en
    assert not [cell for cell in ("風邪", "骨折", "東", "190") if cell in told]
    # Where nothing could be measured of anybody, the reader who knows who is in stays.
    assert risk(AFTER, QI, original=BEFORE).few()[-1] == plain.few()[-1]


def test_small_differences_from_an_earlier_delivery() -> None:
    earlier = AFTER.slice(1).drop_columns(["年齢"])
    found = risk(AFTER, QI, earlier=earlier).to_dict()["differencing"]
    assert found == {"columns": ["町"], "k": 5, "classes": 1, "people": 1, "joined": 1, "left": 0}
    people = risk(AFTER, ["町"], earlier=pa.concat_tables([earlier, earlier]), unit="番").to_dict()["differencing"]
    assert (people["classes"], people["people"]) == (1, 1)  # people, not rows
    assert "1 classes differ by fewer than 5; 1 people" in "\n".join(risk(AFTER, QI, earlier=earlier).lines("en"))


def test_points_of_a_unit() -> None:
    visits = pa.table({"人": list("aabbc"), "場所": ["x", "y", "x", "z", "x"]})
    found = risk(visits, ["場所"], unit="人", points=2)
    assert found.to_dict()["points"] == {"k": 2, "people": 3, "tried": 3, "share": 2 / 3}
    assert "66.7% by 2 points" in "\n".join(found.lines("en"))


def test_what_cannot_be_meant_is_refused() -> None:
    assert problem(lambda: risk(AFTER, QI, id="番")) == [("id-without-original", "id")]
    assert problem(lambda: risk(AFTER, QI, points=2)) == [("points-without-unit", "points")]
    assert problem(lambda: risk(AFTER, QI, unit="番", points=0)) == [("bad-value", "points")]
    assert problem(lambda: risk(AFTER, [*QI, "番"], original=BEFORE, id="番")) == [("id-among-columns", "id")]
    assert problem(lambda: risk(AFTER, QI, original=BEFORE.drop_columns(["町"]))) == [("missing-column", "qi")]
    assert problem(lambda: risk(AFTER, QI, earlier=AFTER.drop_columns(QI))) == [("missing-column", "earlier")]
    twice = BEFORE.set_column(0, "番", [["1", "1", "3", "4", "5"]])
    assert problem(lambda: risk(AFTER, QI, original=twice, id="番"), Refused) == [("repeated-id", "id")]


def test_files_and_frames_are_told_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = {name: tmp_path / f"{name}.csv" for name in ("before", "after")}
    for path, table in zip(paths.values(), (BEFORE, AFTER), strict=True):
        table.to_pandas().to_csv(path, index=False, encoding="cp932")
    command = ["risk", str(paths["after"]), "--qi", "町,年齢", "--sensitive", "病名", "--unit", "番", "--points", "1"]
    command += ["--original", str(paths["before"]), "--id", "番", "--earlier", str(paths["after"]), "--json"]
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 0
    asked: dict[str, Any] = {"sensitive": "病名", "unit": "番", "points": 1, "id": "番"}
    by_frame = risk(pd.DataFrame(AFTER.to_pandas()), QI, original=BEFORE.to_pandas(), earlier=AFTER, **asked)
    told = json.loads(capsys.readouterr().out)
    assert told == by_frame.to_dict()
    assert told["differencing"]["classes"] == 0


def test_an_empty_output_has_nothing_to_attack() -> None:
    found = risk(AFTER.slice(0, 0), QI, original=BEFORE, sensitive="病名").to_dict()["attack"]
    assert found["inference"]["right"] is None
    assert found["singling_out"]["share"] is None
