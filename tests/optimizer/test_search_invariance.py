"""What a search finds does not depend on how the table is stored: its order, index, types and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sudare
from optimizer.small_tables import Small, tables
from sudare.errors import Refused
from sudare.optimizer import Goals, Hierarchy, Task, recode_locally
from sudare.optimizer.local_suppression import suppress_locally

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TWO = Hierarchy((("0", "a", "*"), ("1", "a", "*"), ("2", "b", "*")))
STORED: dict[str, Callable[[Sequence[str | None]], Any]] = {
    "text": lambda cells: pd.array(list(cells), dtype="str"),
    "object with None": lambda cells: np.array(list(cells), dtype=object),
    "categories, some unused": lambda cells: pd.Categorical(list(cells), categories=["unused", *"9876543210"]),
    "nullable integers": lambda cells: pd.array([None if one is None else int(one) for one in cells], dtype="Int64"),
    "Arrow dictionary": lambda cells: pd.arrays.ArrowExtensionArray(pa.array(cells, pa.string()).dictionary_encode()),
}


def names_of(small: Small) -> list[str]:
    return [f"q{n}" for n in range(len(small.hierarchies))]


def frame(small: Small, rows: Sequence[tuple[str | None, ...]], kinds: Sequence[str]) -> pd.DataFrame:
    """Store the quasi-identifiers, whose leaves are numbers, each in its own way, and the sensitive column as text."""
    names = names_of(small)
    cells = {
        name: STORED[kind]([row[n] for row in rows]) for n, (name, kind) in enumerate(zip(names, kinds, strict=False))
    }
    return pd.DataFrame({**cells, "s": np.array([row[-1] for row in rows], dtype=object)})


def found(small: Small, table: pd.DataFrame, k: int, diverse: int) -> dict[str, Any] | tuple[str, ...]:
    hierarchies = dict(zip(names_of(small), small.hierarchies, strict=True))
    try:
        search = sudare.search(table, hierarchies, names_of(small), k, diverse, sensitive="s", suppress=0.2)
    except Refused as refused:
        return tuple(problem.code for problem in refused.problems)
    return {
        "levels": search.levels,
        "suppressed": search.suppressed,
        "classes": search.classes,
        "loss": search.loss,
        "bound": search.bound,
        "optimal": search.optimal,
    }


@settings(max_examples=25, deadline=None)
@given(tables(), st.integers(1, 4), st.integers(1, 2), st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_index_and_types_make_no_difference(
    small: Small, k: int, diverse: int, random: Any
) -> None:
    expected = found(small, frame(small, small.rows, ["text"] * 4), k, diverse)
    rows = random.sample(small.rows, len(small.rows))
    again = frame(small, rows, random.choices(sorted(STORED), k=4))
    again.index = pd.Index(["same"] * len(rows), dtype=object, name="q0")
    again = again[random.sample(list(again.columns), len(again.columns))].assign(そのほか=range(len(rows)))
    assert found(small, again, k, diverse) == expected


@settings(max_examples=25, deadline=None)
@given(tables(), st.integers(1, 3), st.randoms(use_true_random=False))
def test_each_row_is_recoded_alike_wherever_it_stands(small: Small, k: int, random: Any) -> None:
    task = Task(dict(zip(names_of(small), small.hierarchies, strict=True)), names_of(small), Goals(k))

    def recoded(order: Sequence[int], kind: str) -> dict[int, tuple[str | None, ...]] | str:
        table = frame(small, [small.rows[place] for place in order], [kind] * 4)
        try:
            after = recode_locally(table, task).columns
        except Refused as refused:
            return refused.problems[0].code
        cells = [after[name].cast(pa.string()).to_pylist() for name in names_of(small)]
        return dict(zip(order, zip(*cells, strict=True), strict=True))

    order = list(range(len(small.rows)))
    expected = recoded(order, "text")
    random.shuffle(order)
    assert recoded(order, random.choice(sorted(STORED))) == expected


@settings(max_examples=25, deadline=None)
@given(tables(), st.integers(1, 3), st.sampled_from(["value", "wildcard"]), st.randoms(use_true_random=False))
def test_as_many_cells_are_hidden_however_the_table_is_stored(small: Small, k: int, missing: Any, random: Any) -> None:
    names = names_of(small)

    def hidden(rows: Sequence[Any], kinds: Sequence[str]) -> int | str:
        table = pa.Table.from_pandas(frame(small, rows, kinds), preserve_index=False)
        try:
            return suppress_locally(table, names, k, missing=missing).total
        except Refused as refused:
            return refused.problems[0].code

    expected = hidden(small.rows, ["text"] * 4)
    rows = random.sample(small.rows, len(small.rows))
    assert hidden(rows, random.choices(sorted(STORED), k=4)) == expected


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize(
    ("cells", "k", "levels"),
    [
        ([], 2, 0),
        (["1"], 1, 0),
        (["2", "2", "2"], 3, 0),
        ([None, None], 2, 0),
        (["0", "1", "2"], 3, 2),
        (["0", "1"], 2, 1),
    ],
    ids=["empty", "one row", "constant", "all missing", "all different", "two of one group"],
)
def test_tables_of_hardly_anything_go_no_higher_than_they_must(
    stored: str, cells: list[str | None], k: int, levels: int
) -> None:
    table = pd.DataFrame({"q": STORED[stored](cells)})
    search = sudare.search(table, {"q": TWO}, ["q"], k)
    assert (search.levels, search.suppressed, search.optimal) == ({"q": levels}, 0, True)
