"""What the step promises that the shelf does not ask: people, strata, missing and hidden cells, and the function's cells."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from small_runs import declared, document, refused, run, texts
from small_runs import step as step_of
from sudare.engines.engine import Engine
from sudare.optimizer import suppress_locally
from sudare.tables.schema import Column, Schema
from sudare.techniques.hiding import ANY, choose_cells
from sudare.techniques.hiding.classes import classes_of
from sudare.techniques.local_suppression import LocalSuppression
from sudare.techniques.technique import HIDDEN, Context
from techniques_at_work import loaded, run_step

if TYPE_CHECKING:
    from pathlib import Path

    from techniques_at_work import Outcome

Rows = list[tuple[str | None, ...]]
TYPES: dict[str, Any] = {"a": "text", "b": "text", "c": "text"}
CELL = st.sampled_from(["x", "y", "z", None])
ROWS = st.lists(st.tuples(CELL, CELL, CELL), min_size=4, max_size=24)
quickly = settings(max_examples=20, deadline=None, derandomize=True, database=None)


def step(*columns: str, k: int = 2, **more: Any) -> dict[str, Any]:
    return {"technique": "local-suppression", "columns": list(columns or TYPES), "k": k, **more}


def done(rows: Rows, *columns: str, **more: Any) -> list[tuple[str | None, ...]]:
    outcome = run_step(step(*columns, **more), TYPES, rows)
    assert outcome.codes == []
    return outcome.texts


def hidden_in(outcome: Outcome) -> int:
    assert outcome.codes == []
    return sum(cell == "*" for row in outcome.texts for cell in row)


# What k counts


def test_a_missing_cell_is_a_value_of_its_own_and_is_hidden_where_it_is_rare() -> None:
    rows: Rows = [("x", "1", None), ("x", "1", "p"), ("y", "1", None), ("y", "1", None)]
    assert done(rows, importance=["a", "b"]) == [("x", "1", "*"), ("x", "1", "*"), ("y", "1", None), ("y", "1", None)]


def test_with_wildcards_a_missing_cell_fits_every_value_and_stays_missing() -> None:
    rows: Rows = [("x", "1", None), ("x", "1", "p"), ("y", "1", "p"), ("y", "1", "q")]
    after = done(rows, missing="wildcard")
    assert after[:2] == [("x", "1", None), ("x", "1", "p")]
    assert sum(cell == "*" for row in after for cell in row) == 1


def test_cells_that_were_hidden_before_count_with_those_that_are_hidden_now() -> None:
    rows: Rows = [("x", "1", "gone"), ("x", "1", "p"), ("y", "1", "q"), ("y", "1", "q")]
    hide = {"c": {"column": "c", "equals": "gone"}}
    outcome = run_step(step(importance=["a", "b"]), TYPES, rows, hide=hide)
    assert outcome.texts == [("x", "1", "*"), ("x", "1", "*"), ("y", "1", "q"), ("y", "1", "q")]


@quickly
@given(ROWS, st.lists(st.integers(0, 4), min_size=24, max_size=24), st.integers(2, 4))
def test_every_combination_is_shared_by_k_people_not_only_rows(rows: Rows, who: list[int], k: int) -> None:
    people = [f"p{n}" for n in who[: len(rows)]]
    given_rows = [(*row, person) for row, person in zip(rows, people, strict=True)]
    outcome = run_step(step("a", "b", "c", k=k), {**TYPES, "who": "text"}, given_rows, person="who")
    if len(set(people)) < k:
        assert outcome.codes == ["too-few-rows"]
        return
    shared = defaultdict(set)
    for row in outcome.texts:
        shared[row[:3]].add(row[3])
    assert min(len(some) for some in shared.values()) >= k


@quickly
@given(ROWS, st.integers(2, 3), st.sampled_from(["value", "wildcard"]))
def test_strata_are_counted_each_by_itself(rows: Rows, k: int, missing: str) -> None:
    about = {"k": k, "missing": missing, "importance": ["c"]}
    outcome = run_step(step("b", "c", within=["a"], **about), TYPES, rows)
    if min(Counter(row[0] for row in rows).values()) < k:
        assert outcome.codes == ["too-few-rows"]
        return
    for stratum in {row[0] for row in rows}:
        mine = [row[1:] for row in rows if row[0] == stratum]
        alone = run_step(step("b", "c", **about), {"b": "text", "c": "text"}, mine)
        assert Counter(row[1:] for row in outcome.texts if row[0] == stratum) == Counter(alone.texts)


def test_wildcards_refuse_people_of_several_rows() -> None:
    rows: Rows = [("x", "1", "p"), ("x", "1", "q"), ("y", "1", "r")]
    outcome = run_step(step("a", missing="wildcard"), TYPES, rows, person="b")
    assert outcome.codes == ["people-with-wildcard"]
    assert run_step(step("a", missing="wildcard"), TYPES, rows, person="c").codes == []


def test_sets_of_two_columns_need_no_cells_where_only_all_three_tell_somebody() -> None:
    rows: Rows = [(a, b, c) for a in "xy" for b in "12" for c in "pq"]
    over = [hidden_in(run_step(step(missing="wildcard", subsets=n), TYPES, rows)) for n in (3, 2, 1)]
    assert over == [4, 0, 0]


def test_a_table_of_fewer_than_k_is_refused_and_an_empty_one_is_not() -> None:
    assert run_step(step(k=3), TYPES, [("x", "1", "p")] * 2).codes == ["too-few-rows"]
    assert run_step(step(k=3), TYPES, []).codes == []


# Which cells


def test_a_rare_row_meets_the_class_nearest_to_it() -> None:
    rows: Rows = [("x", "1", "p")] * 5 + [("x", "1", "q"), *[("y", "2", "r")] * 3]
    after = done(rows, k=3)
    assert after == [("x", "1", "*")] * 2 + [("x", "1", "p")] * 3 + [("x", "1", "*"), *[("y", "2", "r")] * 3]


def test_a_class_that_cannot_spare_anybody_goes_along_as_a_whole() -> None:
    rows: Rows = [("x", "1", "p")] * 3 + [("x", "1", "q"), *[("y", "2", "r")] * 3]
    assert done(rows, k=3) == [("x", "1", "*")] * 4 + [("y", "2", "r")] * 3


def test_the_columns_that_are_named_first_are_kept() -> None:
    rows: Rows = [("x", "1", "p"), ("x", "2", "p"), ("y", "1", "p"), ("y", "2", "p")]
    for kept, gone in ((0, 1), (1, 0)):
        after = done(rows, importance=["ab"[kept]])
        assert {row[gone] for row in after} == {"*"}
        assert [row[kept] for row in after] == [row[kept] for row in rows]


@quickly
@given(ROWS, st.integers(2, 4), st.sampled_from(["value", "wildcard"]), st.booleans())
def test_what_the_function_finds_comes_back_as_a_step(rows: Rows, k: int, missing: Any, named: bool) -> None:  # noqa: FBT001
    table = texts(**dict(zip(TYPES, zip(*rows, strict=True), strict=True)))
    found = suppress_locally(table, list(TYPES), k, missing=missing, importance=["c", "a"] if named else None)
    outcome = run_step(found.step("en"), TYPES, rows)
    assert hidden_in(outcome) == found.total
    after = zip(*(column.to_pylist() for column in found.applied(table).columns), strict=True)
    assert Counter(after) == Counter(tuple(None if c == "*" else c for c in row) for row in outcome.texts)


def test_the_check_of_a_run_finds_k(tmp_path: Path) -> None:
    rows: Rows = [
        ("x", "1", None),
        ("x", "1", "p"),
        ("y", "2", "p"),
        ("y", "1", "q"),
        ("y", "1", None),
        (None, "1", "q"),
    ]
    check = {"measure": "k-anonymity", "columns": list(TYPES), "at_least": 2}
    columns = [declared(name) for name in TYPES]
    table = texts(**dict(zip(TYPES, zip(*rows, strict=True), strict=True)))
    spec = document(columns, [step_of("local-suppression", *TYPES, k=2, standards=[5])], checks=[check])
    found = run(tmp_path, spec, table).receipt["checks"]
    assert [one["value"] for one in found if one["measure"] == "k-anonymity"] == [2]
    loose = document(
        columns, [step_of("local-suppression", *TYPES, k=2, missing="wildcard", standards=[5])], checks=[check]
    )
    assert refused(lambda: run(tmp_path, loose, table)) == {"check-failed": ["checks[0]"]}


@pytest.mark.parametrize(
    "more",
    [
        {"subsets": 1},
        {"subsets": 4, "missing": "wildcard"},
        {"importance": ["d"]},
        {"k": 1},
        {"columns": [f"c{n}" for n in range(17)]},
    ],
)
def test_parameters_that_do_not_fit_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LocalSuppression.model_validate({**step(), "because": "試験", **more})


def test_a_stratum_cannot_be_hidden() -> None:
    assert run_step(step("a", "b", within=["a"]), TYPES, []).codes == ["repeated-column"]


def test_a_table_that_breaks_the_promise_does_not_hold() -> None:
    before: list[Any] = [{"a": a} for a in ("x", "x", "y", "z", None)]
    counted = LocalSuppression.model_validate({**step("a"), "because": "試験"})
    fitting = LocalSuppression.model_validate({**step("a", missing="wildcard"), "because": "試験"})
    both = [["x", "x", HIDDEN, HIDDEN, HIDDEN], [HIDDEN] * 5]
    only_fitting = [["x", "x", HIDDEN, "z", None], ["x", "x", "y", "z", None]]
    neither = [["x", "x", "z", "z", None], ["x", "x", None, "z", HIDDEN], ["x", "x", "y", HIDDEN]]
    for step_, holds, breaks in ((counted, both, [*only_fitting, *neither[:2]]), (fitting, only_fitting, neither[:2])):
        assert [step_.holds(before, [{"a": cell} for cell in after]) for after in holds] == [True] * len(holds)
        assert [step_.holds(before, [{"a": cell} for cell in after]) for after in breaks] == [False] * len(breaks)
    assert not counted.holds(before, [{"a": cell} for cell in both[0][:4]] + [None])


def test_progress_is_told_as_a_share(tmp_path: Path) -> None:
    schema = Schema(columns=tuple(Column(name=name, type="integer") for name in ("a", "b")))
    rows = np.random.default_rng(1).integers(0, 40, (1500, 2)).tolist()
    one = LocalSuppression.model_validate({**step("a", "b", k=3, missing="wildcard"), "because": "試験"})
    heard: list[float] = []
    with Engine(tmp_path, threads=1) as engine:
        relation = loaded(engine, schema, rows)
        engine.on_progress = heard.append
        one.plan(relation, Context(engine, "steps[0]", lambda: pytest.fail("no key"), None, schema))
    assert heard == sorted(heard)
    assert 20 < len(heard) <= 101
    assert heard[-1] > 0.95


# The choice itself, over codes


@quickly
@given(st.integers(1, 60), st.integers(1, 6), st.integers(2, 5), st.integers(0, 999))
def test_every_class_of_codes_has_k_people(rows: int, keys: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.integers(ANY, 4, (keys, rows)).astype(np.int32)
    people = rng.integers(0, max(rows // 2, 1), rows)
    if len(np.unique(people)) < k:
        return
    hidden = choose_cells(codes, k, np.arange(1, keys + 1), missing="value", people=people)
    after = np.where(np.array(hidden), ANY, codes)
    assert not np.any(np.array(hidden) & (codes == ANY))
    classes: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for row, person in zip(after.T.tolist(), people.tolist(), strict=True):
        classes[tuple(row)].add(person)
    assert min(len(some) for some in classes.values()) >= k


def test_classes_stay_exact_where_codes_pass_63_bits() -> None:
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 2**31 - 2, (5, 40)).astype(np.int32)
    codes[:, 20:] = codes[:, :20]
    found = classes_of(codes)
    assert np.array_equal(found[:20], found[20:])
    assert len(np.unique(found)) == 20
