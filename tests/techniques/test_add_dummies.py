from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from checkup_table import TYPES, checkups
from sudare.techniques.add_dummies import AddDummies
from sudare.techniques.technique import HIDDEN
from techniques_at_work import KEY, Outcome, run_step

OTHER = bytes(reversed(KEY))
ROWS = 5000
NUMBERS = {"年齢": 62.0, "身長": 160.0, "体重": 56.0, "血圧": 132.0, "HbA1c": 5.4}


def step(types: dict[str, Any] = TYPES, **more: Any) -> dict[str, Any]:
    how_many = {} if more.keys() & {"rows", "share"} else {"share": "0.1"}
    return {"technique": "add-dummies", "columns": list(types), "domain": "提供用", **how_many, **more}


@cache
def whole(key: bytes = KEY) -> Outcome:
    """Add 500 dummies to 5,000 check-ups. 喫煙 is hidden where the district is the twentieth."""
    hide = {"喫煙": {"column": "地区", "equals": "地区20"}}
    outcome = run_step(step(), TYPES, checkups(ROWS), key, hide=hide)
    assert outcome.codes == []
    return outcome


def small(records: list[tuple[Any, ...]], types: dict[str, Any], **more: Any) -> Outcome:
    given = {name: more.pop(name) for name in ("rows", "share", "domain") if name in more}
    return run_step(step(types, **given), types, records, **more)


def letters(count: int, seed: int = 1) -> list[tuple[str, ...]]:
    """Make records of six columns of four letters."""
    return [tuple(row) for row in np.random.default_rng(seed).choice(list("abcd"), (count, 6)).tolist()]


LETTERS: dict[str, Any] = {f"c{n}": "text" for n in range(6)}


# How many, and what they are not


@pytest.mark.parametrize(("more", "count"), [({"share": "0.02"}, 21), ({"rows": 7}, 7), ({"share": "0.0001"}, 1)])
def test_there_are_as_many_as_said(more: dict[str, Any], count: int) -> None:
    outcome = small(letters(1001), LETTERS, **more)
    assert (outcome.codes, len(outcome.added), len(outcome.rows)) == ([], count, 1001 + count)


def test_none_equals_a_true_record_and_the_true_ones_stay() -> None:
    outcome = whole()
    assert outcome.aligned == outcome.before
    assert not {tuple(row.values()) for row in outcome.added} & {tuple(row.values()) for row in outcome.before}


def test_the_promise_can_fail() -> None:
    promised = AddDummies.model_validate({**step(), "because": "試験"})
    before, after = whole().sides
    assert promised.holds(before, after)
    copy = [*after[:-1], after[0]]
    fewer = before[:-1], after[:-1]
    changed = [{**(after[0] or {}), "年齢": -1}, *after[1:]]
    unknown = [*after[:-1], {**(after[-1] or {}), "年齢": -1}]
    assert not any(promised.holds(*sides) for sides in [(before, copy), fewer, (before, changed), (before, unknown)])


def test_a_dummy_keeps_to_rules_between_columns() -> None:
    """A code that belongs to a name belongs to it in dummies too: a wrong one would be seen at once."""
    names = {row["地区"]: row["地区コード"] for row in whole().before}
    assert all(names[row["地区"]] == row["地区コード"] for row in whole().added)


# What they keep


@pytest.mark.parametrize("column", [name for name, kind in TYPES.items() if kind == "text"])
def test_shares_of_values_are_those_of_the_column(column: str) -> None:
    true = Counter(row[column] for row in whole().before)
    made = Counter(row[column] for row in whole().added)
    assert set(made) <= set(true)
    # 500 drawn evenly would be off by 0.022 at most in one of three cases where the share is a half.
    assert max(abs(made[value] / 500 - count / ROWS) for value, count in true.items()) < 0.06


@pytest.mark.parametrize("column", list(NUMBERS))
def test_means_and_spreads_are_those_of_the_column(column: str) -> None:
    true, made = (
        np.array([row[column] for row in rows if row[column] is not None], float)
        for rows in (whole().before, whole().added)
    )
    assert abs(made.mean() - true.mean()) < 0.15 * true.std()
    assert made.std() / true.std() == pytest.approx(1, abs=0.15)


def test_relations_between_columns_are_kept() -> None:
    def together(rows: list[dict[str, Any]]) -> float:
        both = [(row["身長"], row["体重"]) for row in rows]
        return float(np.corrcoef(np.array(both, float).T)[0, 1])

    assert together(whole().added) == pytest.approx(together(whole().before), abs=0.1)


def test_missing_and_hidden_cells_come_at_the_rate_of_the_column() -> None:
    for column, cell in (("血圧", None), ("喫煙", None), ("喫煙", HIDDEN)):
        true = sum(row[column] is cell for row in whole().before) / ROWS
        made = sum(row[column] is cell for row in whole().added) / 500
        assert true > 0.01
        assert made == pytest.approx(true, abs=0.03)


def test_types_stay_and_no_value_is_invented() -> None:
    typed: dict[str, Any] = {
        "i": "integer", "d": "decimal", "b": "boolean", "day": "date", "at": "datetime", "t": "text",
    }  # fmt: skip
    rng = np.random.default_rng(5)
    picks = rng.integers(0, 3, (90, 6)).tolist()
    rows = [
        (
            [-5, 0, 2**40][i],
            [0.1, -0.0, 1e-9][d],
            [True, False, None][b],
            ["1970-01-03", "2000-02-29", None][day],
            ["2026-04-01T09:30", "2026-04-01T09:30:00.000001", None][at],
            ["", "'x", "あ"][t],
        )
        for i, d, b, day, at, t in picks
    ]
    outcome = small(rows, typed, rows=30)
    assert outcome.codes == []
    assert outcome.types == typed
    for name in typed:
        assert {row[name] for row in outcome.added} <= {row[name] for row in outcome.before}


# Pseudo-IDs


@pytest.mark.parametrize(("letters_of", "length"), [("0123456789abcdef", 16), ("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 9)])
def test_ids_are_new_and_of_the_same_form(letters_of: str, length: int) -> None:
    rng = np.random.default_rng(3)
    ids = ["".join(rng.choice(list(letters_of), length)) for _ in range(600)]
    rows = [(one if n % 10 else None, *row) for n, (one, row) in enumerate(zip(ids, letters(600), strict=True))]
    outcome = small(rows, {"ID": "text", **LETTERS}, rows=100, ids=["ID"])
    made = [row["ID"] for row in outcome.added if row["ID"] is not None]
    assert len(set(made)) == len(made) == pytest.approx(90, abs=10)  # a tenth has none
    assert not set(made) & set(ids)
    assert {len(one) for one in made} == {length}
    assert set("".join(made)) <= set(letters_of)
    without = {tuple(row.values())[1:] for row in outcome.before if row["ID"] is not None}
    assert not {tuple(row.values())[1:] for row in outcome.added if row["ID"] is not None} & without


@pytest.mark.parametrize(
    ("ids", "code"),
    [
        ([f"{n:04}" for n in range(600)], "ids-of-other-form"),  # numbers without gaps: a new one would be the last
        ([f"受診者{n:09}" for n in range(600)], "ids-of-other-form"),
        (["a" * (8 + n % 2) + f"{n:09}" for n in range(600)], "ids-of-other-form"),
        ([f"{n // 2:016x}" for n in range(600)], "repeated-ids"),  # two rows a person
    ],
)
def test_ids_that_would_give_dummies_away_are_refused(ids: list[str], code: str) -> None:
    rows = [(one, *row) for one, row in zip(ids, letters(600), strict=True)]
    outcome = small(rows, {"ID": "text", **LETTERS}, rows=10, ids=["ID"])
    assert outcome.codes == [code]
    assert not [one for one in ids if one in str(outcome.refused)]


# Refusals


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "b")],
        [("a", "b")] * 500,
        [(first, second) for first in "abcd" for second in "efgh"] * 40,  # every combination is there
        [(letter,) * 2 for letter in "abcdefgh"] * 20,  # the columns say the same
    ],
)
def test_a_table_too_small_or_uniform_is_refused(rows: list[tuple[str, ...]]) -> None:
    assert small(rows, {"x": "text", "y": "text"}, rows=3).codes == ["too-few-different"]


def test_one_column_is_refused() -> None:
    assert small([(letter,) for letter in "abcd" * 50], {"x": "text"}, rows=1).codes == ["too-few-different"]


def test_a_coarse_table_in_which_new_combinations_stand_out_is_refused() -> None:
    rows = [(row[2], row[3] // 20, row[8], row[9]) for row in checkups(3000)]
    types: dict[str, Any] = {"性別": "text", "年代": "integer", "喫煙": "text", "判定": "text"}
    outcome = small([*rows[:2990], *[("男", 9, None, "良")] * 10], types, share="0.02")
    assert outcome.codes in (["dummies-stand-out"], ["too-few-different"])


def test_values_that_one_record_alone_has_are_refused_by_column() -> None:
    rows = [(f"{n}", *row) for n, row in enumerate(letters(200))]
    outcome = small(rows, {"番号": "text", **LETTERS}, rows=5)
    assert outcome.codes == ["values-of-one"]
    assert "番号" in outcome.refused[0].what.ja
    assert "c1" not in outcome.refused[0].what.ja


def test_a_few_such_values_are_not_refused() -> None:
    rows = [(f"{n}" if n < 18 else "x", *row) for n, row in enumerate(letters(200))]
    outcome = small(rows, {"番号": "text", **LETTERS}, rows=20)
    assert outcome.codes == []


def test_every_column_must_be_named() -> None:
    outcome = run_step(step({"c0": "text"}), LETTERS, letters(50))
    assert outcome.codes == ["columns-left-out"]


@pytest.mark.parametrize(
    "more", [{"share": None}, {"share": "0.1", "rows": 3}, {"share": "0"}, {"share": "1.5"}, {"rows": 0}]
)
def test_how_many_is_said_once_and_within_reason(more: dict[str, Any]) -> None:
    given = {key: value for key, value in {**step(), **more, "because": "試験"}.items() if value is not None}
    with pytest.raises(ValidationError):
        AddDummies.model_validate(given)


def test_an_empty_table_gets_none() -> None:
    outcome = small([], LETTERS, rows=5)
    assert (outcome.codes, outcome.rows) == ([], [])


# The key decides


def test_the_same_key_gives_the_same_dummies_and_another_key_others() -> None:
    first, second = letters(2000), letters(2000)[::-1]
    made = [Counter(map(str, small(rows, LETTERS, rows=40).added)) for rows in (first, second)]
    assert made[0] == made[1]
    other = Counter(map(str, small(first, LETTERS, rows=40, key=OTHER).added))
    another_domain = Counter(map(str, small(first, LETTERS, rows=40, domain="別").added))
    assert (made[0] & other).total() < 10
    assert (made[0] & another_domain).total() < 10


def test_a_table_that_changed_a_little_has_mostly_the_same_dummies() -> None:
    """Or whoever holds both deliveries would know: who stands in one alone is a dummy."""
    rows = checkups(3000)
    made = [
        Counter(map(str, run_step(step(rows=60), TYPES, part).added))
        for part in (rows, [*rows[:2970], *checkups(30, 9)])
    ]
    assert (made[0] & made[1]).total() > 40
