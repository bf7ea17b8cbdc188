from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sudare.errors import Refused, UsageError
from sudare.optimizer.local_suppression import Missing, suppress_locally

if TYPE_CHECKING:
    from collections.abc import Sequence

Rows = list[tuple[str | None, ...]]
CELL = st.sampled_from(["a", "b", "c", None])
ROWS = st.integers(1, 4).flatmap(lambda keys: st.lists(st.tuples(*[CELL] * keys), min_size=5, max_size=30))


def table_of(rows: Rows) -> pa.Table:
    return pa.table({f"q{n}": pa.array(cells, pa.string()) for n, cells in enumerate(zip(*rows, strict=True))})


def rows_of(table: pa.Table) -> Rows:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def fits(rows: Rows, keys: Sequence[int]) -> list[int]:
    """Return how many rows each row fits where a missing cell fits every value."""

    def alike(one: tuple[str | None, ...], other: tuple[str | None, ...]) -> bool:
        return all(one[n] is None or other[n] is None or one[n] == other[n] for n in keys)

    return [sum(alike(one, other) for other in rows) for one in rows]


@settings(max_examples=150, deadline=None)
@given(ROWS, st.integers(1, 5), st.booleans())
def test_every_row_fits_k_rows_where_a_hidden_cell_fits_every_value(rows: Rows, k: int, named: bool) -> None:  # noqa: FBT001
    table = table_of(rows)
    found = suppress_locally(table, table.column_names, k, importance=table.column_names if named else None)
    after = rows_of(found.applied(table))
    assert min(fits(after, range(len(rows[0])))) >= k
    changed = [(old, new) for one, other in zip(rows, after, strict=True) for old, new in zip(one, other, strict=True)]
    assert all(new == old for old, new in changed if new is not None)
    assert found.total == sum(new is None and old is not None for old, new in changed)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.integers(1, 5))
def test_every_class_has_k_rows_where_a_hidden_cell_is_a_value_of_its_own(rows: Rows, k: int) -> None:
    table = table_of(rows)
    found = suppress_locally(table, table.column_names, k, missing="value")
    after = rows_of(found.applied(table))
    assert min(Counter(after).values()) >= k
    assert all(
        new in {old, None} for one, other in zip(rows, after, strict=True) for old, new in zip(one, other, strict=True)
    )


@settings(max_examples=80, deadline=None)
@given(ROWS, st.integers(2, 4), st.integers(1, 3))
def test_sets_of_fewer_keys_can_be_asked_for(rows: Rows, k: int, size: int) -> None:
    table, keys = table_of(rows), len(rows[0])
    size = min(size, keys)
    found = suppress_locally(table, table.column_names, k, of_size=size)
    after = rows_of(found.applied(table))
    assert all(min(fits(after, chosen)) >= k for chosen in combinations(range(keys), size))


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(2, 4), st.sampled_from(["wildcard", "value"]), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: Rows, k: int, missing: Missing, random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    results = []
    for table in (table_of(rows), table_of(shuffled)):
        found = suppress_locally(table, table.column_names, k, missing=missing)
        results.append((found.cells, Counter(rows_of(found.applied(table)))))
    assert results[0] == results[1]


def test_nothing_is_hidden_where_nobody_is_rare() -> None:
    table = table_of([("a", "b")] * 3)
    for missing in ("wildcard", "value"):
        assert suppress_locally(table, ["q0", "q1"], 3, missing=missing).total == 0  # type: ignore[arg-type]


def test_the_key_that_matters_least_is_hidden() -> None:
    rows: Rows = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
    table = table_of(rows)
    for kept, hidden in (("q0", "q1"), ("q1", "q0")):
        for missing in ("wildcard", "value"):
            found = suppress_locally(table, ["q0", "q1"], 2, missing=missing, importance=[kept])  # type: ignore[arg-type]
            assert (found.cells[kept], found.cells[hidden]) == (0, 2 if missing == "wildcard" else 4)


def test_a_row_that_is_left_alone_takes_others_with_it() -> None:
    found = suppress_locally(table_of([("a",)] * 5 + [("b",)]), ["q0"], 3, missing="value")
    assert found.cells == {"q0": 3}
    found = suppress_locally(table_of([("a",)] * 4 + [("b",)]), ["q0"], 3, missing="value")
    assert found.cells == {"q0": 5}


def test_an_empty_table_is_left_as_it_is() -> None:
    table = pa.table({"q0": pa.array([], pa.string())})
    for missing in ("wildcard", "value"):
        assert suppress_locally(table, ["q0"], 3, missing=missing).total == 0  # type: ignore[arg-type]


def test_numbers_and_dictionaries_are_told_apart_as_texts_are() -> None:
    numbers = pa.table({"a": pa.array([1, 1, 2, None]), "b": pa.array(["x", "x", "x", "y"]).dictionary_encode()})
    found = suppress_locally(numbers, ["a", "b"], 2)
    assert found.applied(numbers).schema == numbers.schema
    assert np.array_equal(found.rows["b"], [False, False, False, True])


@pytest.mark.parametrize(
    ("keys", "k", "more"),
    [([], 2, {}), (["q0", "q0"], 2, {}), (["q0"], 0, {}), (["q0"], 2, {"of_size": 2}), (["q0"], 2, {"of_size": 1, "missing": "value"})],
)  # fmt: skip
def test_keys_that_make_no_sense_are_refused(keys: list[str], k: int, more: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        suppress_locally(table_of([("a",)] * 3), keys, k, **more)  # type: ignore[arg-type]


def test_too_few_rows_and_columns_that_are_not_there_are_refused() -> None:
    table = table_of([("a",)] * 3)
    for keys, k, code in ((["q0"], 4, "too-few-rows"), (["q1"], 2, "missing-column")):
        with pytest.raises(Refused) as raised:
            suppress_locally(table, keys, k)
        assert [problem.code for problem in raised.value.problems] == [code]
