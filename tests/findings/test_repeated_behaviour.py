"""Rows of a person that pile up to habits are found, told in counts, and answered by steps that fit the table."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from findings.views import view_of
from shared_folder import shared
from sudare import law
from sudare.findings import Finding, detect
from sudare.findings.detectors.repeated_behaviour import RepeatedBehaviour
from sudare.tables.sample_positions import positions
from sudare.tables.samples import SAMPLES
from sudare.techniques import techniques

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sudare.findings import View

Columns = dict[str, list[str | None]]


def columns(rows: Sequence[Mapping[str, str | None]]) -> Columns:
    return {name: [row[name] for row in rows] for name in rows[0]}


@contextmanager
def looked_at(table: Any, person: str | None = None) -> Iterator[tuple[View, list[Finding]]]:
    with view_of(table) as view:
        known = replace(view, person=person)
        yield known, [one for one in detect(known) if one.kind == "repeated-behaviour"]


def found(table: Any, person: str | None = None) -> list[Finding]:
    with looked_at(table, person) as (_, findings):
        return findings


def trips(people: int, each: int, hours: int = 24) -> Columns:
    """Make visits: everybody comes `each` times, at hours that run on from person to person."""
    rows = [(f"K{n:04}", n * 7 + 5 * k) for n in range(people) for k in range(each)]
    return {
        "管理番号": [who for who, _ in rows],
        "利用日時": [f"2025-04-{1 + at % (27 * hours) // hours:02} {at % hours:02}:15:00" for _, at in rows],
    }


@pytest.fixture(scope="module")
def sample() -> Columns:
    return columns(positions())


def test_on_the_sample_traces_nearly_every_home_and_workplace_is_told_to_be_inferable(sample: Columns) -> None:
    [one] = found(sample)
    assert one.id == "repeated-behaviour/端末ID+緯度+経度+測位日+時刻"
    assert (one.standard, one.level, one.count) == (5, "must", 360)
    assert "median person has 108 rows" in one.message.en
    assert "stay by night (home) can be inferred of 100%" in one.message.en
    assert "where by working days (work) of 83%" in one.message.en
    assert "自宅など）が推定できる人は 100%" in one.message.ja


def test_a_few_points_single_out_the_share_that_they_do(sample: Columns) -> None:
    everyone = found(trips(80, 6))[0].message.en
    assert "4 points of a person (a day or an hour) singles out 100%" in everyone
    same = trips(80, 6)
    same["利用日時"] = same["利用日時"][:6] * 80  # everybody at the same hours
    assert "singles out fewer than 10 of" in found(same)[0].message.en
    assert "singles out 53%" in found(sample)[0].message.en


def test_two_real_people_are_found_and_no_count_of_them_is_told() -> None:
    [one] = found(shared("data", "mobility", "geolife_sample.csv.gz"))
    assert one.columns == ("uid", "lat", "lng", "datetime")
    assert one.to_dict("en")["count"] == "<10"
    assert not any(sign.isdigit() for sign in one.message.en.replace("fewer than 10", "").replace("4 points", "").replace("1 km", ""))  # fmt: skip


def test_no_message_holds_a_value(sample: Columns) -> None:
    [one] = found(sample)
    said = one.message.ja + one.message.en + str(one.suggestions)
    for name in ("端末ID", "緯度", "経度", "測位日"):
        assert not any(str(cell) in said for cell in sample[name])


def test_the_same_table_in_another_order_is_told_alike(sample: Columns) -> None:
    turned = {name: cells[::-1] for name, cells in sample.items()}
    assert found(turned)[0].message == found(sample)[0].message


@pytest.mark.parametrize("name", ["health-checkup", "school-checkup", "household-register"])
def test_tables_of_one_row_a_person_and_of_households_are_passed_over(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.csv"
    SAMPLES[name].write(path)
    assert found(path) == []


def test_dates_of_birth_are_no_behaviour() -> None:
    born = {
        "管理番号": [f"K{n // 3:04}" for n in range(300)],
        "生年月日": [f"{1930 + n // 5}-0{1 + n % 9}-11" for n in range(300)],
    }
    assert found(born) == []


def test_one_time_said_again_and_again_is_no_behaviour() -> None:
    once = trips(100, 4)
    once["利用日時"] = [f"2025-04-{1 + n // 4 % 28:02} 09:15:00" for n in range(400)]
    assert found(once) == []


def test_the_person_is_the_column_that_is_known() -> None:
    unnamed = trips(60, 5)
    unnamed["符号"] = unnamed.pop("管理番号")
    assert found(unnamed) == []
    [one] = found(unnamed, person="符号")
    assert one.columns == ("符号", "利用日時")


def test_rows_without_a_person_or_a_time_are_left_out() -> None:
    holes = trips(100, 4)
    holes["管理番号"] += [None] * 50
    holes["利用日時"] += ["2025-04-01 10:00:00"] * 50
    assert found(holes)[0].count == 100


def test_every_suggestion_is_a_step_that_fits_the_table(sample: Columns) -> None:
    suggested: Counter[str] = Counter()
    for table in (sample, trips(100, 4)):
        with looked_at(table) as (view, [one]):
            for suggestion in one.suggestions:
                step = techniques()[suggestion.step["technique"]].model_validate({**suggestion.step, "because": "試験"})
                assert list(step.problems(view.schema, "steps[0]")) == []
                assert step.standards == (5,)
                suggested[step.technique] += 1
    assert suggested == {
        "delete-column": 2, "suppress-near-anchor": 1, "grid-square": 1, "limit-records-per-person": 2, "shift-dates": 2,
    }  # fmt: skip


def test_the_guidelines_example_is_found() -> None:
    example = law.example("3-2-5-1")
    cells = zip(*example.before.rows, strict=True)
    table = {name: list(column) for name, column in zip(example.before.columns, cells, strict=True)}
    [expected] = example.expected
    [one] = found(table)
    assert (one.kind, one.standard, one.columns) == (expected.kind, expected.standard, expected.columns)


def test_a_table_too_long_for_memory_is_still_found(sample: Columns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sudare.findings.detectors.repeated_behaviour._MOST_ROWS", 1000)
    [one] = found(sample)
    assert one.columns == ("端末ID", "緯度", "経度", "測位日", "時刻")
    assert "single" not in one.message.en


def test_it_says_what_it_cannot_see() -> None:
    assert "cannot know" in RepeatedBehaviour.about.en
    assert "分かりません" in RepeatedBehaviour.about.ja
