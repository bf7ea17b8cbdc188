"""Every sample, run by its spec: all is decided, and what was rare in it cannot be told in what comes out."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections import Counter, defaultdict
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import pytest

from production.test_commands import called
from production.the_command import FILES, contents, sudare
from small_runs import TODAY, Ran, key_store, run
from sudare.errors import UsageError
from sudare.production.demo import demo
from sudare.specs import check_document, read_spec
from sudare.tables.sample_licences import SPECIAL, licence_history
from sudare.tables.sample_positions import RARE_MODEL, positions
from sudare.tables.sample_residents import household_register
from sudare.tables.samples import DEFAULT, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sudare.keystore import KeyStore
    from sudare.specs import Document

NEW = [name for name in SAMPLES if name != DEFAULT]
KEY = "demo@2026"
RUNS: dict[str, Ran] = {}

Rows = list[dict[str, str]]


def spec_of(name: str) -> Document:
    with as_file(files("sudare.production") / SAMPLES[name].spec) as path:
        return read_spec(path)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    return key_store(tmp_path_factory.mktemp("keys"), KEY)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, store: KeyStore) -> Callable[[str], Ran]:
    """Run a sample as it is, once."""

    def once(name: str) -> Ran:
        if name not in RUNS:
            folder = tmp_path_factory.mktemp(name)
            SAMPLES[name].write(folder / "input.csv")
            RUNS[name] = run(folder, spec_of(name), folder / "input.csv", store=store)
        return RUNS[name]

    return once


@pytest.fixture
def ran_on(tmp_path: Path, store: KeyStore) -> Callable[[str, Rows], Ran]:
    """Run a sample's spec on other rows, with the same key."""

    def other(name: str, rows: Rows) -> Ran:
        with (tmp_path / "input.csv").open("w", encoding="cp932", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)
        return run(tmp_path, spec_of(name), tmp_path / "input.csv", store=store)

    return other


def column(ran: Ran, name: str) -> list[str]:
    return [row[ran.header.index(name)] for row in ran.rows]


# Every sample


@pytest.mark.parametrize("name", NEW)
def test_all_five_standards_are_decided_and_only_the_signature_is_open(name: str) -> None:
    checked = check_document(spec_of(name), TODAY)
    assert checked.problems == ()
    assert [standard.status for standard in checked.standards] == ["decided"] * 5
    assert [(point.code, point.where) for point in checked.open] == [("left-out", "approvals")]


@pytest.mark.parametrize("name", NEW)
def test_the_spec_was_designed_on_the_very_bytes_of_the_sample(
    name: str, tmp_path: Path, ran: Callable[[str], Ran]
) -> None:
    SAMPLES[name].write(tmp_path / "input.csv")
    designed = spec_of(name).spec.designed_on
    assert designed is not None
    assert designed.sha256 == hashlib.sha256((tmp_path / "input.csv").read_bytes()).hexdigest()
    found = ran(name).receipt["input"]
    assert (found["rows"], found["people"]) == (designed.rows, designed.people)


@pytest.mark.parametrize("name", NEW)
def test_a_sample_runs_and_keeps_its_checks_as_judged_and_as_released(name: str, ran: Callable[[str], Ran]) -> None:
    receipt = ran(name).receipt
    assert receipt["state"] == "done"
    assert all(check["ok"] for check in receipt["checks"])
    [k] = [check for check in receipt["checks"] if check["measure"] == "k-anonymity"]
    assert k["value"] >= 5
    assert k.get("released", k["value"]) >= 5
    assert receipt["output"]["people"] >= 0.95 * receipt["input"]["people"]


@pytest.mark.parametrize("name", NEW)
def test_every_decision_has_a_reason_and_a_person(name: str) -> None:
    spec = spec_of(name).spec
    assert all(step.because and step.by and step.standards for step in spec.steps)
    assert "（見本）" in spec.title


def test_the_samples_show_many_techniques() -> None:
    shown = {step.technique for name in SAMPLES for step in spec_of(name).spec.steps}
    assert shown >= {
        "add-noise",
        "address-to-municipality",
        "bin",
        "date-precision",
        "delete-column",
        "delete-records",
        "delete-small-classes",
        "grid-square",
        "keep",
        "map-values",
        "microaggregate",
        "pseudonymize",
        "round",
        "suppress-cells",
        "swap",
        "top-code",
        "truncate-code",
    }


# School


def test_nobody_can_tell_the_child_of_170_cm(ran: Callable[[str], Ran]) -> None:
    done = ran("school-checkup")
    labels: dict[tuple[str, ...], set[str]] = defaultdict(set)
    tall: Counter[tuple[str, ...]] = Counter()
    for school, grade, sex, height in zip(
        *(column(done, name) for name in ("学校名", "学年", "性別", "身長")), strict=True
    ):
        labels[grade, sex].add(height)
        tall[school, grade, sex] += height.endswith("以上")
    assert not [height for height in column(done, "身長") if height.isdigit() and int(height) >= 150]
    assert "170" not in "".join(column(done, "身長"))
    assert "140cm以上" in labels["4", "男"]
    assert min(tall.values()) >= 10  # in each district, grade and sex
    weights = {
        float(w) for w, grade in zip(column(done, "体重"), column(done, "学年"), strict=True) if grade == "4" and w
    }
    assert max(weights) < 48  # the tall child weighs 52 kg, next to whom nobody in the grade comes


def test_the_small_school_is_not_named(ran: Callable[[str], Ran]) -> None:
    done = ran("school-checkup")
    assert set(column(done, "学校名")) == {"北部", "南部"}
    assert set(column(done, "所見")) == {"所見なし", "所見あり"}


# Residents


def test_the_household_of_ten_children_leaves_no_trace(
    ran: Callable[[str], Ran], ran_on: Callable[[str, Rows], Ran]
) -> None:
    """Without the household in the register, the very same rows come out."""
    register = household_register()
    others = [row for row in register if row["世帯番号"] != "000001"]
    assert len(register) - len(others) == 12
    without = ran_on("household-register", others)
    assert Counter(without.rows) == Counter(ran("household-register").rows)


def test_no_household_looks_large_and_nobody_looks_old(ran: Callable[[str], Ran]) -> None:
    done = ran("household-register")
    assert not {"世帯番号", "宛名番号"} & set(done.header)
    assert set(column(done, "世帯人数")) == {"1", "2", "3", "4人以上"}
    assert set(column(done, "児童数")) == {"0", "1", "2人以上"}
    ages = Counter(column(done, "満年齢"))
    assert set(ages) == {
        "15歳未満",
        "15歳以上35歳未満",
        "35歳以上55歳未満",
        "55歳以上75歳未満",
        "75歳以上90歳未満",
        "90歳以上",
    }
    assert ages["90歳以上"] > 20
    assert set(column(done, "続柄")) == {"世帯主", "配偶者", "子", "その他の親族"}


# Licences


def test_the_holder_of_the_special_licence_looks_like_a_holder_of_the_usual_one(
    ran: Callable[[str], Ran], ran_on: Callable[[str, Rows], Ran]
) -> None:
    """With a usual licence and usual fees in place of the special ones, the very same rows come out."""
    history = licence_history()
    fees = {row["手続"]: row["手数料"] for row in history if row["免許の種類"] == "普通免許"}
    usual = [
        row | {"免許の種類": "普通免許", "手数料": fees[row["手続"]]} if row["免許の種類"] == SPECIAL else row
        for row in history
    ]
    assert usual != history
    done = ran("licence-history")
    assert SPECIAL not in done.content.decode("utf-8-sig")
    assert Counter(ran_on("licence-history", usual).rows) == Counter(done.rows)


def test_histories_stay_linked_without_the_number_and_none_is_long(ran: Callable[[str], Ran]) -> None:
    done = ran("licence-history")
    rows_of = Counter(column(done, "仮ID"))
    assert len(rows_of) == done.receipt["output"]["people"] > 1200
    assert max(rows_of.values()) <= 5
    assert sum(count > 1 for count in rows_of.values()) > 1000
    again = Counter(
        who for who, what in zip(column(done, "仮ID"), column(done, "手続"), strict=True) if what == "再交付"
    )
    assert max(again.values()) <= 2
    assert not {row["管理番号"] for row in licence_history()} & set(rows_of)
    assert set(column(done, "免許の条件")) == {"なし", "眼鏡等", "*"}
    assert all(len(year) == 4 for year in column(done, "手続日"))


# Positions


def test_neither_nights_nor_devices_nor_days_are_left(ran: Callable[[str], Ran]) -> None:
    done = ran("positions")
    assert done.header == ["測位日", "時刻", "メッシュ", "速度", "機種"]
    assert set(column(done, "時刻")) == {"朝", "昼", "夕方"}
    assert set(column(done, "測位日")) == {"2025-10"}
    assert all(len(square) == 8 for square in column(done, "メッシュ"))
    assert set(column(done, "機種")) == {"A系", "その他"}


def test_the_device_of_the_rare_model_looks_like_others(
    ran: Callable[[str], Ran], ran_on: Callable[[str, Rows], Ran]
) -> None:
    usual = [row | {"機種": "B社 8"} if row["機種"] == RARE_MODEL else row for row in positions()]
    assert Counter(ran_on("positions", usual).rows) == Counter(ran("positions").rows)


# Through the command


def test_the_samples_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert called("demo", "--sample", "--lang", "en") == 0
    assert [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()] == list(SAMPLES)
    assert called("demo", "--sample", "--json", "--lang", "ja") == 0
    listed = json.loads(capsys.readouterr().out)["samples"]
    assert [(one["name"], one["title"]) for one in listed] == [(name, one.title.ja) for name, one in SAMPLES.items()]


def test_an_unknown_sample_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("demo", "--out", tmp_path / "d", "--sample", "licence-historie", "--lang", "en") == 2
    assert "Did you mean 'licence-history'?" in capsys.readouterr().err
    assert not (tmp_path / "d").exists()


def test_a_folder_that_holds_another_sample_is_left_alone(tmp_path: Path) -> None:
    with as_file(files("sudare.production") / SAMPLES["positions"].spec) as path:
        shutil.copy(path, tmp_path / "demo.sudare.yaml")
    with pytest.raises(UsageError) as caught:
        demo(tmp_path, sample="school-checkup")
    assert [problem.code for problem in caught.value.problems] == ["another-sample"]
    assert [path.name for path in tmp_path.iterdir()] == ["demo.sudare.yaml"]


@pytest.mark.slow
@pytest.mark.parametrize("name", NEW)
def test_a_sample_runs_through_the_command(name: str, tmp_path: Path) -> None:
    out = tmp_path / name
    done = sudare("demo", "--sample", name, "--out", out, "--json", "--lang", "ja")
    assert done.returncode == 0, done.stderr
    receipt = json.loads(done.stdout)
    assert receipt["state"] == "done"
    assert [point["where"] for point in receipt["open"]] == ["approvals"]
    assert {path.name for path in out.iterdir()} == {"input.csv", "demo.sudare.yaml", "keys", "out"}
    left = contents(out / "out")
    assert set(left) == set(FILES)
    assert "（見本）" in left["report.html"].decode()
    for content in left.values():
        for rare in (SPECIAL, RARE_MODEL, "義手・義足の装着", "170.0"):
            assert rare.encode() not in content
