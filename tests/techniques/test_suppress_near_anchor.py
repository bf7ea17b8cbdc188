"""Positions around homes and workplaces go; what is inferred is never told; another look finds nothing there."""

from __future__ import annotations

import csv
import gzip
import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import sudare.techniques.walks as walks_room
from shared_folder import shared
from sudare.tables.sample_positions import positions
from sudare.techniques.anchors import DAY, HOUR, Anchors, Fixes, anchors_of, metres_between, near
from sudare.techniques.suppress_near_anchor import SuppressNearAnchor
from sudare.techniques.technique import HIDDEN
from techniques_at_work import KEY, Outcome, run_step

if TYPE_CHECKING:
    from collections.abc import Sequence

OTHER = bytes(reversed(KEY))
TYPES: Any = {"who": "text", "when": "datetime", "lat": "decimal", "lon": "decimal"}
HOME, WORK, SHOP = (32.2, 134.4), (32.25, 134.45), (32.23, 134.5)
SAMPLE_TYPES: Any = {"端末ID": "text", "測位日": "date", "時刻": "text", "緯度": "decimal", "経度": "decimal"}


def step(**more: Any) -> dict[str, Any]:
    given = {
        "technique": "suppress-near-anchor", "columns": ["lat", "lon"], "person": "who", "time": "when",
        "radius": 500, "offset": 250,
    }  # fmt: skip
    return {key: value for key, value in {**given, **more}.items() if value is not None}


def week(who: str | None, home: tuple[float, float], work: tuple[float, float] | None) -> list[Any]:
    """Make three nights and days of somebody, from a Monday on, and an evening at a shop."""
    rows: list[Any] = []
    for day in (6, 7, 8):
        rows += [(who, f"2025-10-{day:02} {hour:02}:00:00", *home) for hour in (1, 4)]
        rows += [(who, f"2025-10-{day:02} {hour:02}:00:00", *work) for hour in (10, 12, 15) if work is not None]
        rows += [(who, f"2025-10-{day:02} 18:00:00", *SHOP), (who, f"2025-10-{day:02} 21:30:00", *home)]
    return rows


def fixes_of(rows: Sequence[Any], ahead: int = 0) -> Fixes:
    """Return rows (who, when, latitude, longitude) with a place that is neither missing nor hidden as fixes."""
    there = [row for row in rows if None not in row[1:] and HIDDEN not in row[1:]]
    people = sorted({row[0] or "" for row in rows})
    moments = np.array([row[1] for row in there], "datetime64[us]").astype(np.int64) + ahead * HOUR
    return Fixes(
        np.array([people.index(row[0] or "") for row in there], np.int64),
        moments,
        np.array([row[2] for row in there], np.float64),
        np.array([row[3] for row in there], np.float64),
    )


def found_again(after: Anchors, before: Anchors, metres: float) -> int:
    """Count the places that lie within so many metres of an old one of the same person."""
    places = Fixes(after.person, after.person, after.latitude, after.longitude)
    return int(near(places, before, metres).sum())


def done(given: dict[str, Any], rows: list[Any], key: bytes = KEY, **more: Any) -> Outcome:
    outcome = run_step(given, TYPES, rows, key, **more)
    assert outcome.codes == []
    return outcome


# What is inferred


def test_home_and_work_are_inferred_and_the_shop_is_not() -> None:
    found = anchors_of(fixes_of(week("a", HOME, WORK) + week("b", WORK, None)), 0.2, 2)
    places = zip(found.person.tolist(), found.latitude.tolist(), found.longitude.tolist(), strict=True)
    assert sorted(places) == [(0, *HOME), (0, *WORK), (1, *WORK)]
    assert sorted(zip(found.person.tolist(), found.by_night.tolist(), strict=True)) == [
        (0, False),
        (0, True),
        (1, True),
    ]


@pytest.mark.parametrize(("share", "days", "inferred"), [(0.2, 1, 1), (0.2, 2, 0), (0.5, 1, 1)])
def test_one_night_alone_is_an_anchor_only_where_one_day_is_enough(share: float, days: int, inferred: int) -> None:
    rows = [("a", "2025-10-06 23:00:00", *HOME), ("a", "2025-10-07 12:00:00", *SHOP)]
    assert len(anchors_of(fixes_of(rows), share, days).person) == inferred


def test_weekends_are_no_working_days() -> None:
    rows = [("a", f"2025-10-{day:02} {hour}:00:00", *WORK) for day in (4, 5, 11, 12) for hour in (10, 13, 16)]
    assert not len(anchors_of(fixes_of(rows), 0.2, 2).person)


def test_a_stay_of_unknown_length_counts_three_hours_at_most() -> None:
    # Home at eight in the evening, then nothing until noon: by ten o'clock the device may be anywhere.
    rows = [("a", f"2025-10-{day:02} {hour}:00:00", *HOME) for day in (6, 7, 8, 9) for hour in (18,)]
    assert not len(anchors_of(fixes_of(rows), 0.2, 2).person)
    rows = [("a", f"2025-10-{day:02} 19:30:00", *HOME) for day in (6, 7, 8, 9)]
    assert len(anchors_of(fixes_of(rows), 0.2, 2).person) == 1


@given(st.floats(-60, 60), st.floats(-179, 179), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_home_is_found_wherever_it_lies_between_the_cells(latitude: float, longitude: float, seed: int) -> None:
    source = np.random.default_rng(seed)
    stray = source.normal(0, 0.00005, (40, 2)) / [1, np.cos(np.radians(latitude))]
    hours = np.tile([0, 2, 4, 12], 10)
    there = np.array([latitude, longitude]) + stray + np.where(hours[:, None] == 12, source.uniform(0.2, 0.9), 0)
    moments = np.repeat(np.arange(10), 4) * DAY + hours * HOUR
    found = anchors_of(Fixes(np.zeros(40, np.int64), moments, there[:, 0], there[:, 1]), 0.5, 2)
    [home] = np.flatnonzero(found.by_night)
    far = metres_between(
        *(np.array([n]) for n in (latitude, longitude)), found.latitude[[home]], found.longitude[[home]]
    )
    assert far[0] < 30


def test_what_is_inferred_depends_neither_on_the_order_of_rows_nor_on_other_people() -> None:
    rows = week("a", HOME, WORK) + week("b", WORK, SHOP)
    both, alone, turned = (anchors_of(fixes_of(some), 0.2, 2) for some in (rows, rows[:18], rows[::-1]))
    assert both.latitude.tolist() == turned.latitude.tolist()
    assert both.latitude[both.person == 0].tolist() == alone.latitude.tolist()


# What goes


def test_on_the_sample_every_home_is_inferred_before_and_none_after() -> None:
    generated = positions()
    rows: list[Any] = [tuple(row[name] for name in SAMPLE_TYPES) for row in generated]
    given = step(columns=["緯度", "経度"], person="端末ID", time="測位日", clock="時刻")
    outcome = run_step(given, SAMPLE_TYPES, rows)
    assert outcome.codes == []

    def inferred(table: Sequence[Any]) -> Anchors:
        timed = [(who, f"{day} {clock}", lat, lon) for who, day, clock, lat, lon in table]
        return anchors_of(fixes_of(timed), 0.2, 2)

    before, after = inferred([[*row[:3], float(row[3]), float(row[4])] for row in rows]), inferred(outcome.rows)
    assert len(set(before.person[before.by_night].tolist())) == 360
    assert len(set(before.person[~before.by_night].tolist())) > 0.8 * 360  # who works
    assert not after.by_night.any()  # what is left of the nights are no places
    assert found_again(after, before, 500) == 0
    left = sum(row[3] is not HIDDEN for row in outcome.rows) / len(rows)
    assert 0.1 < left < 0.3  # ways and shops stay


def test_of_two_real_people_homes_and_workplaces_are_inferred_before_and_not_after() -> None:
    path = shared("data", "mobility", "geolife_sample.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows: list[Any] = [
            (row["uid"], datetime.fromisoformat(row["datetime"]), float(row["lat"]), float(row["lng"]))
            for row in csv.DictReader(file)
        ]
    outcome = done(step(utc_offset=8), rows)
    before, after = (anchors_of(fixes_of(some, ahead=8), 0.2, 2) for some in (rows, outcome.rows))
    homes = [len(set(found.person[found.by_night].tolist())) for found in (before,)]
    works = len(set(before.person[~before.by_night].tolist()))
    again = found_again(after, before, 500)
    hidden = [row[2] is HIDDEN for row in outcome.rows]
    assert (len(rows), homes, works, again) == (217_653, [2], 1, 0)
    assert 0.3 < sum(hidden) / len(hidden) < 0.6


def test_everything_within_the_radius_goes_and_nothing_beyond_the_circle() -> None:
    source = np.random.default_rng(5)
    north, east = source.uniform(-0.015, 0.015, (2, 400))
    around = [("a", "2025-10-11 12:00:00", HOME[0] + n, HOME[1] + e) for n, e in zip(north, east, strict=True)]
    rows = week("a", HOME, WORK) + around
    after = done(step(), rows).rows[len(rows) - 400 :]
    here = [np.array([degrees]) for degrees in HOME]
    for old, new in zip(around, after, strict=True):
        far = metres_between(*here, np.array([old[2]]), np.array([old[3]]))[0]
        if far <= 500:
            assert new[2:] == (HIDDEN, HIDDEN)
        if far > 1000:
            assert new == (old[0], datetime.fromisoformat(old[1]), *old[2:])
    assert sum(new[2] is HIDDEN for new in after) > 20


def test_the_middle_of_what_is_hidden_is_not_the_home() -> None:
    # A fine lattice around many homes: the middle of the hidden points is the centre of the circle.
    lattice = [(n / 8000, e / 8000) for n in range(-90, 91, 3) for e in range(-90, 91, 3)]
    aways = []
    for nth in range(12):
        home = (32.2 + nth / 20, 134.4)
        rows = week("a", home, None)
        grid = [("a", "2025-10-11 12:00:00", home[0] + n, home[1] + e) for n, e in lattice]
        after = done(step(radius=600, offset=400), rows + grid).rows[len(rows) :]
        hidden = [old[2:] for old, new in zip(grid, after, strict=True) if new[2] is HIDDEN]
        middle = np.mean(hidden, axis=0)
        far = metres_between(*(np.array([n]) for n in (*home, *middle)))
        aways.append(float(far[0]))
    assert min(aways) > 0.25 * 400 - 15
    assert max(aways) < 400 + 15
    assert max(aways) - min(aways) > 100  # each place has a draw of its own


def test_another_key_another_offset_and_another_person_have_other_circles() -> None:
    ring = [(HOME[0] + 0.0061 * np.sin(turn), HOME[1] + 0.0072 * np.cos(turn)) for turn in np.arange(0, 6.28, 0.1)]

    def hidden(who: str, key: bytes = KEY, **more: Any) -> set[int]:
        rows = week(who, HOME, None) + [(who, "2025-10-11 12:00:00", *place) for place in ring]
        after = done(step(radius=500, **{"offset": 400, **more}), rows, key).rows[-len(ring) :]
        return {n for n, row in enumerate(after) if row[2] is HIDDEN}

    first = hidden("a")
    assert hidden("a") == first
    assert first not in (hidden("a", OTHER), hidden("b"))
    assert not hidden("a", offset=399) <= first


def test_records_go_where_records_are_the_target() -> None:
    rows = [*week("a", HOME, WORK), ("a", "2025-10-09 12:00:00", None, 134.4), ("a", "2025-10-09 13:00:00", None, None)]
    after = done(step(target="record"), rows).rows
    assert [row[2:] for row in after] == [SHOP, SHOP, SHOP, (None, None)]


def test_columns_that_tell_the_place_are_hidden_with_it() -> None:
    types: Any = {**TYPES, "station": "text", "speed": "integer"}
    rows = [(*row, "海駅" if row[2:] == HOME else None, 3) for row in week("a", HOME, WORK)]
    after = run_step(step(columns=["lat", "lon", "station"]), types, rows)
    assert after.codes == []
    assert {row[2:] for row in after.rows} == {(HIDDEN, HIDDEN, HIDDEN, 3), (HIDDEN, HIDDEN, None, 3), (*SHOP, None, 3)}


def test_times_in_utc_are_read_as_local_ones() -> None:
    # Two in the afternoon of a weekend by UTC: eleven at night in Japan.
    rows = [("a", f"2025-10-{day} {hour}:00:00", *HOME) for day in (11, 12) for hour in (14, 20)]
    assert {row[2] for row in done(step(), rows).rows} == {HOME[0]}
    assert {row[2] for row in done(step(utc_offset=9), rows).rows} == {HIDDEN}


def test_a_position_without_a_time_goes_and_halves_go_and_nonsense_stays() -> None:
    more = [("a", None, *HOME), ("a", None, None, HOME[1]), ("a", None, None, None), ("a", None, 999.0, 134.4)]
    after = done(step(), week("a", HOME, None) + more).rows[-4:]
    assert [row[2:] for row in after] == [(HIDDEN, HIDDEN), (None, HIDDEN), (None, None), (999.0, 134.4)]


def test_another_persons_home_is_a_place_like_any() -> None:
    rows = [*week("a", HOME, None), ("b", "2025-10-06 12:00:00", *HOME)]
    assert done(step(), rows).rows[-1][2:] == HOME


def test_rows_without_a_person_count_as_one_person() -> None:
    after = done(step(), week(None, HOME, None) + week("a", SHOP, None)).rows
    assert {row[2] for row in after if row[0] is None} == {HIDDEN, SHOP[0]}


def test_people_are_whole_however_few_rows_are_worked_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row for n in range(9) for row in week(f"p{n}", (32.2 + n, 134.4), (32.3 + n, 134.4))]
    whole = done(step(), rows).rows
    monkeypatch.setattr(walks_room, "AT_ONCE", 1)
    assert done(step(), rows).rows == whole


def test_a_person_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walks_room, "AT_ONCE", 10)
    monkeypatch.setattr(walks_room, "MOST_OF_ONE", 10)
    assert run_step(step(), TYPES, week("a", HOME, WORK)).codes == ["too-many-rows"]


def test_clocks_that_cannot_be_read_are_refused_by_their_number_and_without_the_text() -> None:
    types: Any = {"who": "text", "day": "date", "clock": "text", "lat": "decimal", "lon": "decimal"}
    rows = [("a", "2025-10-06", text, *HOME) for text in ("7:05", "９時３０分", "昼過ぎ", None)]
    outcome = run_step(step(time="day", clock="clock"), types, rows)
    assert outcome.codes == ["bad-time"]
    assert "昼過ぎ" not in str(outcome.refused)
    assert "<10" in outcome.refused[0].what.ja


def test_no_place_and_no_anchor_is_told_or_logged(caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    with caplog.at_level(logging.DEBUG):
        outcome = done(step(), week("a", HOME, WORK))
    said = caplog.text + "".join(capfd.readouterr()) + outcome.relation_sql + repr(outcome.refused)
    assert not any(str(degrees) in said for degrees in (*HOME, *WORK))


# What does not fit


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (step(columns=["lat", "who"]), ["wrong-type", "repeated-column"]),
        (step(time="who"), ["wrong-type"]),
        (step(clock="who"), ["bad-clock"]),
        (step(time="lat"), ["wrong-type", "repeated-column"]),
        (step(person="x"), ["missing-column"]),
    ],
)
def test_what_does_not_fit_is_said_before_any_data_is_read(given: dict[str, Any], codes: list[str]) -> None:
    assert run_step(given, TYPES, []).codes == codes


def test_a_day_without_a_clock_is_refused() -> None:
    assert run_step(step(), {**TYPES, "when": "date"}, []).codes == ["bad-clock"]


@pytest.mark.parametrize(
    "given",
    [
        step(columns=["lat"]),
        step(offset=None),
        step(offset=501),
        step(offset=0),
        step(radius=99),
        step(target="column"),
        step(share="0"),
        step(seed=1),
    ],
)
def test_circles_that_give_the_place_away_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SuppressNearAnchor.model_validate({**given, "because": "x"})


def test_without_a_key_nothing_is_done() -> None:
    assert SuppressNearAnchor.needs_key
    assert run_step(step(), TYPES, week("a", HOME, WORK), None).codes == ["no-key"]


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (lambda rows: rows, True),
        (lambda rows: [{**rows[0], "lat": 32.2, "lon": 134.4}, *rows[1:]], False),  # one at home came back
        (lambda rows: [{**rows[0], "lat": 32.204, "lon": 134.4}, *rows[1:]], False),  # 445 m from it
        (lambda rows: [*rows[:-2], {**rows[-2], "lat": HIDDEN, "lon": HIDDEN}, rows[-1]], False),  # the shop went
        (lambda rows: [{**rows[0], "lat": None, "lon": None}, *rows[1:]], False),  # no mark
        (lambda rows: [None, *rows[1:]], False),
    ],
)
def test_the_promise_can_be_broken(change: Any, kept: bool) -> None:  # noqa: FBT001 - a table
    outcome = done(step(), week("a", HOME, WORK))
    technique = SuppressNearAnchor.model_validate({**step(), "because": "x"})
    assert technique.holds(outcome.before, change(outcome.aligned)) is kept
