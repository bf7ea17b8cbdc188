from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sudare.tables.schema import Column, Schema
from sudare.techniques.grid_square import GridSquare, square
from sudare.techniques.technique import HIDDEN
from techniques_at_work import run_step

TYPES: Any = {"lat": "decimal", "lon": "decimal"}
LEVELS: Any = ("1", "2", "3", "1/2", "1/4", "1/8")


def step(level: str = "3", **more: Any) -> dict[str, Any]:
    return {"technique": "grid-square", "columns": ["lat", "lon"], "level": level, **more}


def codes(rows: list[Any], **more: Any) -> list[Any]:
    outcome = run_step(step(**more), TYPES, rows)
    assert outcome.codes == []
    return [row[0] for row in outcome.rows]


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("1", "5339"),
        ("2", "533935"),
        ("3", "53393599"),
        ("1/2", "533935992"),
        ("1/4", "5339359921"),
        ("1/8", "53393599212"),
    ],
)
def test_the_codes_of_tokyo_tower(level: Any, code: str) -> None:
    # Agrees with jismesh 2.1.0, which was not used to write this.
    assert square(35.658581, 139.745433, level) == code


@pytest.mark.parametrize(
    ("latitude", "longitude", "code"),
    [
        (34.987574, 135.759363, "52353680"),  # 京都駅
        (35.70078, 139.71475, "53394547"),  # 新宿区大久保
        (20.4225, 136.0811, "30365006"),  # 沖ノ鳥島: 20.4225 x 1.5 is 30.63375, x 8 leaves 5.07, x 10 leaves 0.7
        (24.4497, 122.9347, "36225734"),  # 与那国島
        (45.5572, 148.7525, "68482660"),  # 択捉島
    ],
)
def test_known_places(latitude: float, longitude: float, code: str) -> None:
    assert square(latitude, longitude, "3") == code


@pytest.mark.parametrize(
    ("latitude", "longitude", "code"),
    [
        (36.0, 139.0, "54390000111"),  # a corner of a first-order square belongs to it
        (35.7, 139.7125, "53394547111"),  # both borders of a third-order square; 35.7 x 1.5 is 53.55 only in decimals
        (35.69999999999999, 139.71249999999998, "53394536444"),  # a hair below both
        (20.0, 122.0, "30220000111"),
        (45.999999999999, 153.999999999999, "68537799444"),
    ],
)
def test_borders_belong_to_the_square_north_and_east(latitude: float, longitude: float, code: str) -> None:
    assert square(latitude, longitude, "1/8") == code


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.decimals(20, Decimal("45.9999"), places=4), st.decimals(122, Decimal("153.9999"), places=4))
def test_a_finer_code_begins_with_the_coarser_and_counts_from_the_corner(latitude: Decimal, longitude: Decimal) -> None:
    written = [square(float(latitude), float(longitude), level) for level in LEVELS]
    assert all(fine.startswith(coarse) for coarse, fine in pairwise(written))
    assert [len(code) for code in written] == [4, 6, 8, 9, 10, 11]
    # An eighth is 1/960 of a degree by 1/640: its number counted from 0°N 100°E, by another way of reckoning.
    first, second, third, parts = written[0], written[1][4:], written[2][6:], written[5][8:]
    row, column = (int(first[n : n + 2]) * 8 + int(second[n // 2]) for n in (0, 2))
    row, column = row * 10 + int(third[0]), column * 10 + int(third[1])
    for part in parts:
        row, column = row * 2 + (int(part) > 2), column * 2 + (int(part) in {2, 4})
    assert (row, column) == (latitude * 960 // 1, (longitude - 100) * 640 // 1)


def test_one_column_stands_where_the_latitude_stood() -> None:
    types: Any = {"a": "text", "lon": "decimal", "b": "text", "lat": "decimal"}
    rows = [("x", 139.745433, "y", 35.658581)]
    outcome = run_step(step(**{"as": "メッシュ"}), types, rows)
    assert outcome.names == ("a", "b", "メッシュ")
    assert outcome.rows == [("x", "y", "53393599")]
    assert run_step(step(), types, rows).names == ("a", "b", "lat")


def test_missing_stays_missing_and_half_a_point_is_hidden() -> None:
    assert codes([(None, None), (35.6, None), (None, 139.7)]) == [None, HIDDEN, HIDDEN]


def test_a_point_with_a_hidden_half_is_hidden() -> None:
    rows = [(35.658581, 139.745433), (34.987574, 135.759363)]
    outcome = run_step(step(), TYPES, rows, hide={"lon": {"column": "lon", "at_least": "139"}})
    assert outcome.rows == [(HIDDEN,), ("52353680",)]


OUTSIDE = [(139.745433, 35.658581), (0.0, 0.0), (19.99, 140.0), (46.0, 140.0), (35.0, 121.99), (35.0, 154.0)]


def test_points_outside_japan_stop_the_run_and_are_only_counted() -> None:
    outcome = run_step(step(), TYPES, [*OUTSIDE, (35.6, 139.7)])
    assert outcome.codes == ["outside-japan"]
    assert "<10" in outcome.refused[0].what.ja
    assert not any(text in outcome.refused[0].line("ja") for text in ("139.7", "35.6", "121"))


def test_points_outside_japan_are_hidden_if_so_decided() -> None:
    assert codes(OUTSIDE, outside="suppress") == [HIDDEN] * 6


def test_what_is_said_of_the_latitude_goes_on() -> None:
    before = Schema(columns=(Column(name="lat", type="decimal", unit="度", special_care=True), Column(name="lon")))
    technique = GridSquare.model_validate({**step(**{"as": "m"}), "because": "x"})
    [after] = technique.schema_after(before)
    assert (after.called, after.type, after.unit, after.special_care) == ("m", "text", None, True)


def test_a_name_in_use_is_refused() -> None:
    assert run_step(step(**{"as": "a"}), {**TYPES, "a": "text"}, []).codes == ["name-taken"]


@pytest.mark.parametrize("kind", ["integer", "text"])
def test_a_point_is_two_decimals(kind: Any) -> None:
    assert run_step(step(), {"lat": "decimal", "lon": kind}, []).codes == ["wrong-type"]


@pytest.mark.parametrize("more", [{"columns": ["lat"]}, {"columns": ["lat", "lon", "z"]}, {"level": "4"}, {"level": 3}])
def test_half_measures_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        GridSquare.model_validate({**step(), **more, "because": "x"})


@pytest.mark.parametrize(
    ("new", "kept"),
    [("53393599", True), ("53393598", False), ("533935", False), ("533935992", False), (HIDDEN, False), (None, False)],
)
def test_the_promise_can_be_broken(new: Any, kept: bool) -> None:  # noqa: FBT001 - a table
    technique = GridSquare.model_validate({**step(), "because": "x"})
    assert technique.holds([{"lat": 35.658581, "lon": 139.745433}], [{"lat": new}]) is kept
