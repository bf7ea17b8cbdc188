"""Utility of reference outputs: sdcMicro's MDAV on Tarragona, ARX's optimum on adult."""

from __future__ import annotations

import csv
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from shared_folder import shared
from sudare.measures.kernel import classes_of, encode
from sudare.measures.utility.average_class_size import average_class_size, class_size_kept
from sudare.measures.utility.discernibility import discernibility_kept
from sudare.measures.utility.granularity import granularity
from sudare.measures.utility.loss import loss, mean_loss
from sudare.verbs import utility

if TYPE_CHECKING:
    from pathlib import Path


def read_csv(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def numbered(path: Path, *, backwards: bool = False) -> pa.Table:
    """Read a table of texts and number its rows."""
    header, *rows = read_csv(path)
    lines = [[str(n), *row] for n, row in enumerate(rows)][:: -1 if backwards else 1]
    columns = zip(*lines, strict=True)
    return pa.table({name: pa.array(cells) for name, cells in zip(["id", *header], columns, strict=True)})


@pytest.mark.parametrize(
    ("k", "il1s", "sse_over_sst"), [(3, 1092.0964860656, 0.169325876228), (5, 1311.1230949932, 0.224618596626)]
)
def test_tarragona_loses_what_sdcmicro_says(k: int, il1s: float, sse_over_sst: float) -> None:
    before = numbered(shared("data", "sdcmicro", "Tarragona.csv"))
    after = numbered(shared("golden", "sdcmicro", f"ma_tarragona_mdav_k{k}.csv"), backwards=True)
    found = utility(before, after, id="id")
    assert found.il1s == pytest.approx(il1s, rel=1e-13)
    assert found.sse_over_sst == pytest.approx(sse_over_sst, rel=1e-11)
    reference = json.loads(shared("golden", "sdcmicro", f"ma_tarragona_mdav_k{k}.json").read_text(encoding="utf-8"))
    assert found.il1s == pytest.approx(reference["IL1s"], rel=1e-13)
    assert found.il1 is not None
    assert 100 * found.il1 == pytest.approx(reference["IL1"], rel=1e-12)  # there in percent
    assert found.eigenvalues == pytest.approx(reference["eigen"], rel=1e-9)
    assert (found.matched, len(found.columns), found.removed) == (834, 13, ())
    without = utility(before.drop_columns(["id"]), after.drop_columns(["id"]))
    assert (without.il1s, without.sse_over_sst) == (None, None)
    assert without.eigenvalues == pytest.approx(reference["eigen"], rel=1e-9)


# ------------------------------------------------------------------ ARX


def codes(values: list[str]) -> np.ndarray[Any, Any]:
    return encode("", pa.array(values)).codes.astype(np.int64)


@pytest.fixture(scope="module", params=["s02", "s04"])
def adult(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Lay out the optimum that ARX found: originals, released values, hierarchies, and who was suppressed."""
    golden = json.loads(shared("golden", "arx", f"adult_k5_{request.param}.json").read_text(encoding="utf-8"))
    header, *rows = read_csv(shared("data", "adult", "adult.csv"), ";")
    levels = golden["optimum_levels"]
    ladders = {name: read_csv(shared("data", "adult", f"adult_hierarchy_{name}.csv"), ";") for name in levels}
    original = {name: [row[header.index(name)] for row in rows] for name in levels}
    released = {}
    for name, level in levels.items():
        group = {line[0]: line[level] for line in ladders[name]}
        released[name] = [group[value] for value in original[name]]
    sizes = Counter(zip(*released.values(), strict=True))
    gone = np.array([sizes[key] < 5 for key in zip(*released.values(), strict=True)])
    return {"golden": golden, "original": original, "released": released, "ladders": ladders, "gone": gone}


def test_adult_has_the_loss_that_arx_found(adult: dict[str, Any]) -> None:
    losses = {}
    for name, ladder in adult["ladders"].items():
        level = adult["golden"]["optimum_levels"][name]
        leaves = Counter(line[level] for line in ladder)
        shares = np.array([leaves[value] / len(ladder) for value in adult["released"][name]])
        losses[name] = loss(np.where(adult["gone"], 1.0, shares), len(ladder))
    assert mean_loss(losses.values()) == pytest.approx(float(adult["golden"]["score_low"]), abs=1e-9)
    kept = adult["golden"]["quality"]["granularity_by_attr"]
    assert {name: 1 - value for name, value in losses.items()} == pytest.approx(kept, abs=1e-9)


def test_where_the_data_has_every_leaf_granularity_needs_no_hierarchy(adult: dict[str, Any]) -> None:
    kept = adult["golden"]["quality"]["granularity_by_attr"]
    for name in ("sex", "race", "marital-status", "education", "occupation"):
        assert {line[0] for line in adult["ladders"][name]} == set(adult["original"][name])
        found = granularity(codes(adult["original"][name]), codes(adult["released"][name]), adult["gone"])
        assert found == pytest.approx(kept[name], abs=1e-9)


def test_classes_of_adult_are_as_large_as_in_arx(adult: dict[str, Any]) -> None:
    quality, gone = adult["golden"]["quality"], adult["gone"]
    left = np.flatnonzero(~gone)
    before = classes_of([encode(name, pa.array(values)) for name, values in adult["original"].items()]).records
    after = classes_of([encode(name, pa.array(v)).take(left) for name, v in adult["released"].items()]).records
    assert average_class_size(after) == pytest.approx(adult["golden"]["eq_avg"], rel=1e-14)
    assert class_size_kept(before, after) == pytest.approx(quality["avg_class_size"], rel=1e-12)
    assert discernibility_kept(before, after, int(gone.sum())) == pytest.approx(quality["discernibility"], rel=1e-12)


def test_suppressed_records_of_adult_are_hidden_rows_of_the_comparison(adult: dict[str, Any]) -> None:
    ids = [str(n) for n in range(len(adult["gone"]))]
    before = pa.table({"id": ids, **adult["original"]})
    hidden = {name: np.where(adult["gone"], "*", values) for name, values in adult["released"].items()}
    after = pa.table({"id": ids, **{name: pa.array(values.tolist()) for name, values in hidden.items()}})
    names = list(adult["original"])
    found = utility(before, after, id="id", qi=names, suppressed_as="*")
    assert found.classes is not None
    assert found.classes.discernibility_kept == pytest.approx(adult["golden"]["quality"]["discernibility"], rel=1e-12)
    assert found.classes.average_kept == pytest.approx(adult["golden"]["quality"]["avg_class_size"], rel=1e-12)
