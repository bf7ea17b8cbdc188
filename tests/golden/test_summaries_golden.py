"""What sdcMicro and ARX say about a table as a whole: sums, extremes, shares, and every set of the adult columns."""

from __future__ import annotations

import csv
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

import sudare
from shared_folder import shared
from sudare.measures.class_sizes import class_sizes
from sudare.measures.household_risk import household_risk
from sudare.measures.individual_risk import individual_risk
from sudare.measures.kernel import classes_of, compatible_with, encode
from sudare.measures.kernel.sums import sums_by
from sudare.measures.population_uniqueness import population_uniqueness
from sudare.measures.prosecutor_risk import prosecutor_risk
from sudare.measures.suda import suda

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sudare.measures.kernel import Column

TABLES = {
    "adult_4qi": ("adult", "adult.csv"),
    "francdat": ("sdcmicro", "francdat.csv"),
    "testdata_7kv": ("sdcmicro", "testdata.csv"),
    "testdata_na_alpha0": ("sdcmicro", "testdata_na.csv"),
    "testdata_na_alpha1": ("sdcmicro", "testdata_na.csv"),
}


def golden(*parts: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared("golden", *parts).read_text(encoding="utf-8"))
    return found


def cells_of(*parts: str) -> dict[str, list[str | None]]:
    with shared("data", *parts).open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file, delimiter=";" if parts[0] == "adult" else ","))
    return {name.replace("-", "_"): [record[name] or None for record in records] for name in records[0]}


def coded(cells: Mapping[str, list[str | None]]) -> dict[str, Column]:
    return {name: encode(name, pa.array(column, pa.string())) for name, column in cells.items()}


@pytest.mark.parametrize("case", TABLES)
def test_the_counts_beside_the_rows_are_those_of_sdcmicro(case: str) -> None:
    about = golden("sdcmicro", f"freq_{case}.json")
    cells = cells_of(*TABLES[case])
    columns = [one for name, one in coded(cells).items() if name in about["keyVars"]]
    classes = classes_of(columns)
    weight = np.array([float(cell or "nan") for cell in cells[about["w"]]] if about["w"] else [1.0] * about["n"])
    weighted = sums_by(classes.of_line, weight, len(classes))
    compatible = compatible_with(columns, classes, weighted, both_ways=about["alpha"] == 1)
    found = class_sizes(compatible.sizes, classes.records)
    records = dict(zip(found.size.tolist(), found.records.tolist(), strict=True))
    assert (found.total, records.get(1, 0), records.get(2, 0)) == (about["n"], about["n1"], about["n2"])
    assert (found.below(3), found.below(5)) == (about["viol3"], about["viol5"])
    assert int((found.size * found.records).sum()) == about["sum_fk"]
    assert found.size[-1] == about["max_fk"]
    assert (compatible.weighted * classes.records).sum() == pytest.approx(about["sum_Fk"], rel=1e-15)
    risks = individual_risk(compatible.sizes, compatible.weighted, classes.records)
    assert risks.mean == pytest.approx(about["global_risk"], rel=1e-9)
    assert risks.expected == pytest.approx(about["global_risk_ER"], rel=1e-9)


def test_the_households_together_have_the_expected_number_of_sdcmicro() -> None:
    about = golden("sdcmicro", "freq_testdata_7kv.json")
    cells = cells_of(*TABLES["testdata_7kv"])
    columns = coded(cells)
    classes = classes_of([columns[name] for name in about["keyVars"]])
    weight = np.array([float(cell or "nan") for cell in cells[about["w"]]])
    each = individual_risk(classes.sizes, sums_by(classes.of_line, weight, len(classes)), classes.records).each
    found = household_risk(each[classes.of_line], columns[about["hid"]])
    assert found.sum() == pytest.approx(about["hier_risk_ER"], rel=1e-9)


@pytest.mark.parametrize("case", ["francdat", "testdata_7kv"])
def test_suda_tells_which_values_stand_out_as_in_sdcmicro(case: str) -> None:
    about = golden("sdcmicro", f"suda_{case}.json")
    cells = cells_of(*TABLES[case])
    columns = coded(cells)
    found = suda([columns[key] for key in about["keyVars"]])
    assert (found.score.max(), found.sum_score, found.records) == (
        about["max_score"],
        about["sum_score"],
        about["n_pos"],
    )
    assert (found.dis.sum(), found.dis.max()) == pytest.approx((about["sum_dis"], about["max_dis"]), rel=1e-6)
    told = {(one["variable"], one["attribute"]): one["contribution"] for one in about["attribute_level_contributions"]}
    shares = found.score[:, None] * found.contribution
    for place, key in enumerate(about["keyVars"]):
        whole = shares[:, place].sum()
        for value in sorted({cell for cell in cells[key] if cell is not None}):
            here = shares[[cell == value for cell in cells[key]], place].sum()
            expected = told.pop((key, value), 0.0)
            assert (whole == 0) == (expected is None)
            assert whole == 0 or 100 * here / whole == pytest.approx(expected, rel=1e-12)
    assert told == {}


# ------------------------------------------------------------------ ARX


@pytest.fixture(scope="module")
def adult() -> dict[str, Column]:
    return coded(cells_of("adult", "adult.csv"))


def test_the_histogram_and_the_ends_of_the_risk_are_those_of_arx(adult: dict[str, Column]) -> None:
    about = golden("arx", "adult_risk.json")["risk_input"]
    classes = classes_of(list(adult.values()))
    found = class_sizes(classes.sizes, classes.records)
    first, last = (f"{found.size[place]}:{found.classes[place]}" for place in (0, -1))
    assert (first, last) == (about["hist_first"], about["hist_last"])
    assert (found.total, len(classes), found.uniques) == (about["records"], about["classes"], about["sample_uniques"])
    assert found.total / len(classes) == pytest.approx(about["avg_class"], rel=1e-15)
    assert 1 / found.size[-1] == about["lowest_risk"]
    assert found.records[-1] / found.total == about["affected_by_lowest"]
    assert found.uniques / found.total == about["affected_by_highest"] == about["sample_uniqueness"]
    assert found.total / about["pop_size"] == pytest.approx(about["sampling_fraction"], rel=1e-12)
    assert prosecutor_risk(classes.sizes, classes.records, about["threshold"]).mean == pytest.approx(
        about["avg_risk"], rel=1e-15
    )


def test_where_arx_finds_no_fit_of_snb_the_choice_is_the_same(adult: dict[str, Column]) -> None:
    """ARX writes 0 where its search for the parameters ends without a solution; ours finds one. Neither is chosen."""
    about = golden("arx", "adult_risk.json")["risk_input"]
    classes = classes_of(list(adult.values()))
    found = population_uniqueness(class_sizes(classes.sizes, classes.records), about["pop_size"])
    assert about["pop_uniqueness_snb"] == 0.0
    assert found.snb is not None
    assert 0 < found.snb < about["sample_uniqueness"]
    assert found.model.upper() == about["pop_model_chosen_dankar"]


def test_every_set_of_columns_tells_as_many_apart_as_in_arx(adult: dict[str, Column]) -> None:
    """Distinction is combinations / records; separation the share of pairs of records that differ."""
    about = golden("arx", "adult_risk.json")["risk_input"]
    n = int(about["records"])
    assert len(about["attribute_risks"]) == about["attribute_risk_sets"] == 2**9 - 1
    for one in about["attribute_risks"]:
        sizes = classes_of([adult[name.replace("-", "_")] for name in one["qi"].split("+")]).sizes
        assert len(sizes) / n == one["distinction"]
        assert 1 - (sizes * (sizes - 1)).sum() / (n * (n - 1)) == pytest.approx(one["separation"], abs=1e-14)


@pytest.mark.parametrize("name", ["s02", "s04"])
def test_the_optimum_of_arx_hides_as_many_cells_and_keeps_as_large_classes(name: str) -> None:
    about = golden("arx", f"adult_k5_{name}.json")
    cells = cells_of("adult", "adult.csv")
    released = {}
    for column, level in about["optimum_levels"].items():
        with shared("data", "adult", f"adult_hierarchy_{column}.csv").open(encoding="utf-8", newline="") as file:
            group = {line[0]: line[level] for line in csv.reader(file, delimiter=";")}
        released[column] = [group[cell or ""] for cell in cells[column.replace("-", "_")]]
    lines = list(zip(*released.values(), strict=True))
    sizes = Counter(lines)
    kept = [size for size in sizes.values() if size >= 5]
    assert (min(kept), max(kept), len(kept)) == (about["eq_min"], about["eq_max"], about["eq_classes"])
    hidden = {
        column: ["*" if sizes[line] < 5 else cell for cell, line in zip(released[column], lines, strict=True)]
        for column in released
    }
    ids = pa.array([str(n) for n in range(len(lines))])
    before = pa.table({"id": ids, **{column: cells[column.replace("-", "_")] for column in released}})
    found = sudare.utility(before, pa.table({"id": ids, **hidden}), id="id", suppressed_as="*")
    assert found.suppressed == pytest.approx(about["quality"]["missings_mean"], rel=1e-12)
