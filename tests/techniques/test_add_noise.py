from __future__ import annotations

import functools
import hmac
from collections import Counter
from decimal import Decimal
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sudare.keystore import KeyName, Secret
from sudare.techniques.add_noise import AddNoise
from sudare.techniques.technique import HIDDEN
from techniques_at_work import KEY, run_step

OTHER = bytes(reversed(KEY))
MANY = 100_000


def step(distribution: str = "normal", scale: str = "2", **more: Any) -> dict[str, Any]:
    return {"technique": "add-noise", "columns": ["n"], "distribution": distribution, "scale": scale, **more}


def noisy(kind: Any, values: list[Any], given: dict[str, Any], key: bytes = KEY) -> list[Any]:
    outcome = run_step(given, {"n": kind}, [(value,) for value in values], key)
    assert outcome.codes == []
    return [row[0] for row in outcome.rows]


@functools.cache
def draws(distribution: str, scale: str, decimals: int, value: float = 0.0) -> Any:
    """Return what was added to 100,000 equal numbers. Equal rows are numbered, so that each draws for itself."""
    news = noisy("decimal", [value] * MANY, step(distribution, scale, decimals=decimals))
    return np.array(news) - value


def standard_error_of_variance(changes: Any) -> float:
    return float(np.sqrt((np.mean((changes - changes.mean()) ** 4) - changes.var() ** 2) / len(changes)))


@pytest.mark.parametrize(
    ("distribution", "scale", "decimals", "value", "variance"),
    [
        ("normal", "2", 6, 0.0, 4.0),
        ("laplace", "2", 6, 0.0, 8.0),  # 2 b²
        ("uniform", "3", 6, 0.0, 3.0),  # a² / 3
        ("multiplicative", "0.1", 6, 50.0, 25.0),  # (value x scale)²
        ("normal", "2", 0, 0.0, 4.0 + 1 / 12),  # steps of 1 add 1/12
        ("laplace", "2", 0, 0.0, 8.0 + 1 / 12),
    ],
)
def test_the_variance_is_the_documented_one(
    distribution: str, scale: str, decimals: int, value: float, variance: float
) -> None:
    changes = draws(distribution, scale, decimals, value)
    assert len(changes) == MANY
    assert abs(changes.mean()) < 3 * changes.std() / MANY**0.5
    assert abs(changes.var() - variance) < 3 * standard_error_of_variance(changes)


@pytest.mark.parametrize(
    ("distribution", "scale", "within", "share"),
    [
        ("normal", "2", 2.0, 0.682689),
        ("normal", "2", 4.0, 0.954500),
        ("laplace", "2", 2.0, 0.632121),  # 1 - 1/e
        ("laplace", "2", 6.0, 0.950213),  # 1 - e^-3
        ("uniform", "3", 1.5, 0.5),
    ],
)
def test_the_shape_is_that_of_the_named_distribution(
    distribution: str, scale: str, within: float, share: float
) -> None:
    changes = draws(distribution, scale, 6)
    found = float((np.abs(changes) < within).mean())
    assert abs(found - share) < 3 * (share * (1 - share) / MANY) ** 0.5


def test_uniform_noise_keeps_within_its_width() -> None:
    assert float(np.abs(draws("uniform", "3", 6)).max()) <= 3.0


def test_whole_numbers_stay_whole_and_their_noise_is_rounded_not_cut() -> None:
    news = noisy("integer", [100] * 20_000, step("normal", "3"))
    assert {type(new) for new in news} == {int}
    assert abs(np.mean(news) - 100) < 3 * 3 / 20_000**0.5
    assert abs(np.var(news) - (9 + 1 / 12)) < 3 * 9 * (2 / 20_000) ** 0.5


@pytest.mark.parametrize("decimals", [0, 1, 3])
def test_decimals_lie_on_the_chosen_grid(decimals: int) -> None:
    news = noisy("decimal", [n / 7 for n in range(-500, 500)], step(decimals=decimals))
    assert all(len(repr(new).partition(".")[2]) <= max(decimals, 1) for new in news)
    assert decimals or all(new.is_integer() for new in news)


def test_nothing_is_ever_minus_zero() -> None:
    news = noisy("decimal", [0.0] * 500, step("normal", "0.2", decimals=0))
    assert not any(str(new).startswith("-0.0") for new in news)


def test_results_are_clipped_and_the_limits_are_reached() -> None:
    news = noisy("decimal", [1.0] * 2000, step("normal", "5", decimals=1, at_least="0", at_most="10.5"))
    assert (min(news), max(news)) == (0.0, 10.5)
    # Φ(-0.2) = 0.42 of them would lie below 0.
    assert abs(news.count(0.0) / 2000 - 0.42) < 0.04


def test_values_that_were_beyond_a_limit_are_clipped_too() -> None:
    assert noisy("integer", [-1000, 1000], step("uniform", "1", at_least="0", at_most="9")) == [0, 9]


def test_missing_stays_missing_and_hidden_stays_hidden() -> None:
    given = step(columns=["n", "m"])
    rows = [(1, None), (None, None), (None, 7), (99, 7)]
    outcome = run_step(given, {"n": "integer", "m": "integer"}, rows, hide={"n": {"column": "n", "equals": "99"}})
    there = [[cell is None for cell in row] for row in outcome.rows]
    assert there == [[False, True], [True, True], [True, False], [False, False]]
    assert outcome.rows[3][0] is HIDDEN


def test_a_hidden_value_is_not_told_by_the_noise_of_its_row() -> None:
    types: Any = {"n": "integer", "m": "integer"}
    hide = {"m": {"column": "m", "at_least": "50"}}
    first, second = (run_step(step(), types, [(5, m)], hide=hide).rows for m in (60, 70))
    assert first == second


def test_multiplicative_noise_leaves_nothing_at_zero_and_grows_with_the_value() -> None:
    assert noisy("decimal", [0.0] * 50, step("multiplicative", "0.5", decimals=2)) == [0.0] * 50
    small, large = draws("multiplicative", "0.1", 6, 50.0), draws("multiplicative", "0.1", 6, 5000.0)
    assert abs(large.std() / small.std() - 100) < 1


def test_two_columns_draw_for_themselves() -> None:
    rows = [(n, n) for n in range(2000)]
    outcome = run_step(step("normal", "10", columns=["a", "b"]), {"a": "integer", "b": "integer"}, rows)
    changes = np.array([(a - n, b - n) for n, (a, b) in enumerate(outcome.rows)])
    assert abs(np.corrcoef(changes.T)[0, 1]) < 3 / 2000**0.5


def test_a_person_has_one_error_in_every_row_and_others_have_others() -> None:
    types: Any = {"who": "text", "n": "integer"}
    rows = [(f"p{n % 50}", n) for n in range(200)]
    outcome = run_step(step("normal", "1000", person="who"), types, rows)
    errors: dict[str, set[int]] = {}
    for (who, old), (_, new) in zip(rows, outcome.rows, strict=True):
        errors.setdefault(who, set()).add(new - old)
    assert all(len(found) == 1 for found in errors.values())
    assert len({error for found in errors.values() for error in found}) > 45


def test_rows_without_a_person_do_not_share_an_error() -> None:
    types: Any = {"who": "text", "n": "integer"}
    rows = [(None, 0)] * 100 + [("隠", 0)] * 100
    hide = {"who": {"column": "who", "equals": "隠"}}
    outcome = run_step(step("normal", "1000", person="who"), types, rows, hide=hide)
    assert len({row[1] for row in outcome.rows}) > 180


def test_equal_rows_have_different_errors() -> None:
    assert len(set(noisy("integer", [5] * 100, step("normal", "1000")))) > 90


def test_the_order_of_rows_changes_nothing_of_what_is_released() -> None:
    values = [n % 40 for n in range(300)]  # each one more than once
    rng = np.random.default_rng(3)
    first = Counter(zip(values, noisy("integer", values, step()), strict=True))
    other = rng.permutation(values).tolist()
    assert Counter(zip(other, noisy("integer", other, step()), strict=True)) == first


def test_another_scale_draws_anew() -> None:
    # From x + n and x + 2n anyone could work out x.
    values = list(range(0, 50_000, 50))
    one, two = (np.array(noisy("integer", values, step("normal", scale))) - values for scale in ("1000", "2000"))
    assert abs(np.corrcoef(one, two)[0, 1]) < 3 / 1000**0.5


def test_another_writing_of_the_scale_is_the_same_scale() -> None:
    values = list(range(50))
    assert noisy("integer", values, step(scale="2")) == noisy("integer", values, step(scale="2.0"))


@pytest.mark.parametrize(
    ("person", "identity"),
    [
        ("who", "p山田"),
        # Length and content of each cell: the text, the number, the 64 bits of 0.1, the days since 1970.
        (None, "r6:山田:1:7:19:4591870180066957722:1:2"),
    ],
)
def test_this_error_never_changes(person: str | None, identity: str) -> None:
    # Worked out by another way. A change would give one person two errors in two deliveries, to be averaged.
    secret = Secret(KeyName("test", "2026"), KEY)
    who = hmac.digest(secret.derive("noise", "who"), identity.encode(), "sha256")
    draw = hmac.digest(secret.derive("noise", "n", "normal", "1000"), who, "sha256")
    even = (Decimal(int.from_bytes(draw[:8], "big") // 4096) + Decimal("0.5")) / 2**52
    expected = 7 + round(NormalDist(0, 1000).inv_cdf(float(even)))
    types: Any = {"who": "text", "n": "integer", "x": "decimal", "d": "date"}
    more = {} if person is None else {"person": person}
    outcome = run_step(step("normal", "1000", **more), types, [("山田", "7", "0.1", "1970-01-03")])
    assert outcome.rows[0][1] == expected == (190 if person else 967)


def test_without_a_key_there_is_no_noise() -> None:
    assert AddNoise.needs_key
    assert run_step(step(), {"n": "integer"}, [(1,)], None).codes == ["no-key"]


def test_numbers_too_large_are_refused_and_only_counted() -> None:
    rows = [(10**15,), (-(2**63),), (10**15 - 1,), (None,)]
    outcome = run_step(step(), {"n": "integer"}, rows)
    assert outcome.codes == ["too-large"]
    assert "<10" in outcome.refused[0].what.ja


@pytest.mark.parametrize(
    ("types", "more", "codes"),
    [
        ({"n": "decimal"}, {}, ["missing-decimals"]),
        ({"n": "integer"}, {"at_least": "0.5"}, ["bad-limits"]),
        ({"n": "decimal"}, {"decimals": 1, "at_most": "9.25"}, ["bad-limits"]),
        ({"n": "decimal"}, {"decimals": 2, "at_most": "9.25"}, []),
        ({"n": "integer"}, {"person": "n"}, ["person-column"]),
        ({"n": "integer"}, {"person": "who"}, ["missing-column"]),
        ({"n": "text"}, {}, ["wrong-type"]),
    ],
)
def test_what_does_not_fit_is_said_before_any_data_is_read(types: Any, more: Any, codes: list[str]) -> None:
    assert run_step(step(**more), types, []).codes == codes


@pytest.mark.parametrize(
    "more",
    [
        {"scale": "0"},
        {"scale": "-1"},
        {"distribution": "cauchy"},
        {"distribution": "multiplicative", "scale": "1.1"},
        {"at_least": "5", "at_most": "5"},
        {"decimals": -1},
        {"seed": 42},
    ],
)
def test_half_measures_and_a_known_seed_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AddNoise.model_validate({**step(), **more, "because": "x"})


@pytest.mark.parametrize(
    ("more", "old", "new", "kept"),
    [
        ({}, 5, 6, True),
        ({}, 5, 60, False),  # further than a normal draw of scale 2 can lie
        ({}, 5, 6.0, False),
        ({}, 5, None, False),
        ({}, None, 5, False),
        ({"distribution": "uniform"}, 5, 7, True),
        ({"distribution": "uniform"}, 5, 8, False),
        ({"at_least": "5"}, 1, 5, True),
        ({"at_least": "5"}, 5, 4, False),
        ({"decimals": 1}, 5.0, 5.1, True),
        ({"decimals": 1}, 5.0, 5.11, False),
    ],
)
def test_the_promise_can_be_broken(more: dict[str, Any], old: Any, new: Any, kept: bool) -> None:  # noqa: FBT001 - a table
    technique = AddNoise.model_validate({**step(**more), "because": "x"})
    assert technique.holds([{"n": old}], [{"n": new}]) is kept
