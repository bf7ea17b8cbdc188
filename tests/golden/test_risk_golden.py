"""sdcMicro's counts and individual risks of every row, and ARX's risks of the adult table, by function and command."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from shared_folder import shared
from sudare import risk
from sudare.cli import main
from sudare.measures.class_sizes import class_sizes
from sudare.measures.household_risk import household_risk
from sudare.measures.individual_risk import individual_risk
from sudare.measures.kernel import classes_of, compatible_with, encode
from sudare.measures.kernel.sums import sums_by
from sudare.measures.kernel.values import values_of
from sudare.measures.population_uniqueness import population_uniqueness
from sudare.measures.record_diversity import record_diversity

if TYPE_CHECKING:
    from pathlib import Path

SEVEN = ["urbrur", "roof", "walls", "water", "electcon", "relat", "sex"]
CASES = {
    "francdat": ("francdat.csv", False),
    "testdata_7kv": ("testdata.csv", False),
    "testdata_na_alpha1": ("testdata_na.csv", True),
}


def table(path: Path) -> dict[str, list[str | None]]:
    with path.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    return {name: [record[name] or None for record in records] for name in records[0]}


def expected(case: str) -> tuple[dict[str, Any], dict[str, list[float]]]:
    about = json.loads(shared("golden", "sdcmicro", f"freq_{case}.json").read_text(encoding="utf-8"))
    columns = table(shared("golden", "sdcmicro", f"freq_{case}.csv"))
    return about, {name: [float(cell or "nan") for cell in cells] for name, cells in columns.items()}


@pytest.mark.parametrize("case", [*CASES, "testdata_na_alpha0"])
def test_every_row_has_the_counts_and_the_risk_of_sdcmicro(case: str) -> None:
    name, wildcard = CASES.get(case, ("testdata_na.csv", True))
    about, reference = expected(case)
    cells = table(shared("data", "sdcmicro", name))
    columns = [encode(key, pa.array(cells[key], pa.string())) for key in about["keyVars"]]
    weight = np.array([float(cell or "nan") for cell in cells[about["w"]]])
    classes = classes_of(columns)
    sizes, weighted = classes.sizes, sums_by(classes.of_line, weight, len(classes))
    if wildcard:
        compatible = compatible_with(columns, classes, weighted, both_ways=about["alpha"] == 1)
        sizes, weighted = compatible.sizes, compatible.weighted
    of_line = classes.of_line
    assert sizes[of_line].tolist() == reference["fk"]
    assert weighted[of_line].tolist() == reference["Fk"]
    found = individual_risk(sizes, weighted, classes.records)
    assert found.each[of_line] == pytest.approx(np.array(reference["rk_approx"]), rel=1e-9)
    assert found.mean == pytest.approx(about["global_risk"], rel=1e-9)
    assert found.expected == pytest.approx(about["global_risk_ER"], rel=1e-9)
    if "rk_exact" in reference:
        exact = individual_risk(sizes, weighted, classes.records, exact=True).each[of_line]
        assert exact == pytest.approx(np.array(reference["rk_exact"]), rel=1e-9)


def test_missing_as_a_value_is_stricter_than_sdcmicro_s_alpha_0() -> None:
    """There a record that misses cells is still taken for every whole record that agrees in the others.

    Ours counts it among the records that miss the same cells only; records that miss nothing have the same counts.
    """
    about, reference = expected("testdata_na_alpha0")
    cells = table(shared("data", "sdcmicro", "testdata_na.csv"))
    sizes = classes_of([encode(key, pa.array(cells[key], pa.string())) for key in about["keyVars"]]).size_of_line
    whole = np.array([None not in row for row in zip(*(cells[key] for key in about["keyVars"]), strict=True)])
    other = np.array(reference["fk"])
    assert (whole.sum(), (~whole).sum()) == (4177, 403)
    assert sizes[whole].tolist() == other[whole].tolist()
    assert np.all(sizes[~whole] <= other[~whole])
    assert ((sizes == 1).sum(), (other == 1).sum()) == (314, about["n1"])


def test_every_household_has_the_risk_of_sdcmicro() -> None:
    about, reference = expected("testdata_7kv")
    cells = table(shared("data", "sdcmicro", "testdata.csv"))
    classes = classes_of([encode(key, pa.array(cells[key], pa.string())) for key in SEVEN])
    weight = np.array([float(cell or "nan") for cell in cells["sampling_weight"]])
    each = individual_risk(classes.sizes, sums_by(classes.of_line, weight, len(classes)), classes.records).each
    found = household_risk(each[classes.of_line], encode("hh", pa.array(cells["ori_hid"], pa.string())))
    assert found == pytest.approx(np.array(reference["hier_risk"]), rel=1e-9)
    assert found.mean() == pytest.approx(about["hier_risk"], rel=1e-9)


def test_every_row_is_as_diverse_as_in_sdcmicro() -> None:
    """Its recursive column is not compared: it ignores the order of the counts in places."""
    cells = table(shared("data", "sdcmicro", "testdata.csv"))
    reference = table(shared("golden", "sdcmicro", "ldiv_testdata_electcon.csv"))
    classes = classes_of([encode(key, pa.array(cells[key], pa.string())) for key in ("urbrur", "roof", "sex")])
    found = record_diversity(values_of(classes, encode("electcon", pa.array(cells["electcon"], pa.string()))))
    of_line = classes.of_line
    distinct, entropy = (reference[f"electcon_{kind}_Ldiversity"] for kind in ("Distinct", "Entropy"))
    assert found.distinct[of_line].tolist() == [int(cell or "0") for cell in distinct]
    assert found.entropy[of_line] == pytest.approx(np.array([float(cell or "nan") for cell in entropy]), rel=1e-13)


@pytest.mark.parametrize("case", [*CASES, "adult_4qi"])
def test_the_command_tells_what_sdcmicro_tells(case: str, capsys: Any) -> None:
    about = json.loads(shared("golden", "sdcmicro", f"freq_{case}.json").read_text(encoding="utf-8"))
    name, wildcard = CASES.get(case, ("", False))
    source = shared("data", "sdcmicro", name) if name else shared("data", "adult", "adult.csv")
    keys = [key.replace("_", "-") if case == "adult_4qi" else key for key in about["keyVars"]]
    weight = ["--weight", about["w"]] if about["w"] else []
    told = answer(
        capsys, str(source), "--qi", ",".join(keys), *weight, *(["--missing", "wildcard"] if wildcard else [])
    )
    assert (told["rows"], told["uniques"], told["below_k"]["records"]) == (about["n"], about["n1"], about["viol5"])
    assert told["individual"]["global"] == pytest.approx(about["global_risk"], rel=1e-9)
    assert told["individual"]["expected"] == pytest.approx(about["global_risk_ER"], rel=1e-9)


def answer(capsys: Any, *arguments: str) -> dict[str, Any]:
    with pytest.raises(SystemExit) as ended:
        main(["risk", *arguments, "--json"])
    assert ended.value.code == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_the_command_tells_what_arx_tells_of_the_adult_table(capsys: Any) -> None:
    reference = json.loads(shared("golden", "arx", "adult_risk.json").read_text(encoding="utf-8"))
    about = reference["risk_input"]
    source = str(shared("data", "adult", "adult.csv"))
    told = answer(capsys, source, "--qi", reference["args"]["qi"], "--population", reference["args"]["pop"])
    assert (told["rows"], told["classes"], told["uniques"], told["k"]) == (30162, 19502, 15512, 1)
    assert told["marketer"] == pytest.approx(about["marketer_success"], rel=1e-15)
    for attacker in ("prosecutor", "journalist"):
        assert told[attacker]["max"] == about[f"{attacker}_highest"]
        assert told[attacker]["mean"] == pytest.approx(about[f"{attacker}_success"], rel=1e-15)
        assert told[attacker]["above"] == {"threshold": 0.2, "share": about[f"{attacker}_records_at_risk"]}
    people = told["population_uniques"]
    assert people["pitman"] == pytest.approx(about["pop_uniqueness_pitman"], rel=1e-6)
    assert people["zayatz"] == pytest.approx(about["pop_uniqueness_zayatz"], rel=1e-6)
    assert people["dankar"] == pytest.approx(about["pop_uniqueness_dankar"], rel=1e-6)
    assert people["model"].upper() == about["pop_model_chosen_dankar"]
    assert [told[key] for key in ("units", "l", "t", "suda")] == [None] * 4


def test_the_population_models_are_arx_s_to_many_digits() -> None:
    about = json.loads(shared("golden", "arx", "adult_risk.json").read_text(encoding="utf-8"))["risk_input"]
    with shared("data", "adult", "adult.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    classes = classes_of([encode(str(n), pa.array([row[n] for row in rows])) for n in range(9)])
    sizes = class_sizes(classes.sizes, classes.records)
    found = population_uniqueness(sizes, about["pop_size"])
    assert found.pitman == pytest.approx(about["pop_uniqueness_pitman"], rel=1e-11)
    assert found.zayatz == pytest.approx(about["pop_uniqueness_zayatz"], rel=1e-11)
    assert f"{sizes.size[-1]}:{sizes.classes[-1]}" == about["hist_last"]


def test_a_frame_is_measured_like_its_file() -> None:
    source = shared("data", "sdcmicro", "testdata_na.csv")
    frame = pd.read_csv(source).sample(frac=1, random_state=1)
    for missing in ("value", "wildcard"):
        asked = {"weight": "sampling_weight", "sensitive": "age", "suda": 3, "missing": missing}
        assert risk(frame, SEVEN, **asked).to_dict() == risk(source, SEVEN, **asked).to_dict()
