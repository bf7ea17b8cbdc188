"""`utility` answers the same however the two tables are stored: their order, index, types and columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sudare import utility

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

NUMBER = st.one_of(st.none(), st.integers(-40, 40))
ROWS = st.lists(
    st.tuples(NUMBER, NUMBER, st.sampled_from(["男", "女", None]), st.sampled_from(["keep", "hide", "move", "drop"])),
    min_size=1,
    max_size=18,
)
NAMES = ["年齢", "点数", "性別"]


def texts(cells: Sequence[Any]) -> list[str | None]:
    return [None if cell is None else str(cell) for cell in cells]


def categories(cells: Sequence[Any], *, ordered: bool = False) -> pd.Categorical:
    used = sorted({cell for cell in texts(cells) if cell is not None}, reverse=True)
    return pd.Categorical(texts(cells), categories=["unused", *used], ordered=ordered)


AS_TEXT: dict[str, Callable[[Sequence[Any]], Any]] = {
    "text": lambda cells: pd.array(texts(cells), dtype="str"),
    "object with None": lambda cells: np.array(texts(cells), dtype=object),
    "object with NaN": lambda cells: np.array(
        [math.nan if cell is None else str(cell) for cell in cells], dtype=object
    ),
    "categories, some unused": categories,
    "ordered categories": lambda cells: categories(cells, ordered=True),
    "Arrow text": lambda cells: pd.arrays.ArrowExtensionArray(pa.array(texts(cells), pa.large_string())),
}
AS_NUMBERS: dict[str, Callable[[Sequence[Any]], Any]] = {
    "nullable integers": lambda cells: pd.array(list(cells), dtype="Int64"),
    "floats with NaN": lambda cells: np.array([math.nan if cell is None else cell for cell in cells], dtype=float),
    "Arrow integers": lambda cells: pd.arrays.ArrowExtensionArray(pa.array(list(cells), pa.int16())),
}
ANY_OF_NUMBERS = {**AS_NUMBERS, **AS_TEXT}


def released(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Process rows: numbers are hidden or moved, and some rows go."""
    after = []
    for n, (age, score, sex, what) in enumerate(rows):
        if what != "drop":
            shown = "*" if what == "hide" else None if age is None else age + 3 * (what == "move")
            after.append((f"p{n}", shown, None if score is None else score // 10 * 10, sex))
    return after


def frame(rows: Sequence[tuple[Any, ...]], kinds: Sequence[Callable[[Sequence[Any]], Any]]) -> pd.DataFrame:
    cells = {name: kind([row[n + 1] for row in rows]) for n, (name, kind) in enumerate(zip(NAMES, kinds, strict=True))}
    return pd.DataFrame({"番号": pd.array([row[0] for row in rows], dtype="str"), **cells})


def measured(before: Any, after: Any, **asked: Any) -> dict[str, Any]:
    return utility(before, after, **asked).to_dict("en")


def close(one: Any, other: Any) -> bool:
    """Compare figures; correlations are sums of floats and differ behind the tenth digit."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(close(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(close(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other)


def same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for told in (found, expected):
        told["columns"] = {name: told["columns"][name] for name in sorted(told["columns"])}
    for part, value in expected.items():
        if part in {"correlation", "eigenvalues"}:
            assert close(found[part], value), part
        else:
            assert found[part] == value, part  # every float to the last bit


KINDS = st.tuples(*[st.sampled_from(sorted(pool)) for pool in (ANY_OF_NUMBERS, ANY_OF_NUMBERS, AS_TEXT)] * 2)


@pytest.mark.parametrize("asked", [{"id": "番号", "qi": ["性別", "点数"]}, {}], ids=["by row", "without rows"])
@settings(deadline=None, max_examples=40)
@given(rows=ROWS, kinds=KINDS, random=st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_index_and_types_make_no_difference(
    asked: dict[str, Any], rows: list[Any], kinds: tuple[str, ...], random: Any
) -> None:
    before = [(f"p{n}", *row[:3]) for n, row in enumerate(rows)]
    after = released(rows)
    numbers, text = AS_NUMBERS["nullable integers"], AS_TEXT["text"]
    expected = measured(frame(before, [numbers, numbers, text]), frame(after, [text, numbers, text]), **asked)
    pools = [AS_NUMBERS, AS_NUMBERS, AS_TEXT, AS_TEXT, ANY_OF_NUMBERS, AS_TEXT]  # texts of the original are guessed at
    chosen = [pool.get(kind, next(iter(pool.values()))) for pool, kind in zip(pools, kinds, strict=True)]
    sides = []
    for cells, stored in ((before, chosen[:3]), (after, chosen[3:])):
        order = random.sample(range(len(cells)), len(cells))
        shuffled = frame([cells[place] for place in order], stored)
        shuffled.index = pd.Index(["same"] * len(order), dtype=object, name="年齢")
        sides.append(shuffled[random.sample(list(shuffled.columns), len(shuffled.columns))])
    same(measured(*sides, **asked), expected)


@settings(deadline=None, max_examples=12)
@given(rows=ROWS.filter(lambda rows: all(any(row[n] is not None for row in rows) for n in (0, 1))))
def test_numbers_written_as_text_are_read_as_numbers_on_both_sides(rows: list[Any]) -> None:
    before, after = [(f"p{n}", *row[:3]) for n, row in enumerate(rows)], released(rows)
    text, numbers = AS_TEXT["text"], AS_NUMBERS["nullable integers"]
    plain = frame(after, [text, text, text])
    expected = measured(frame(before, [numbers, numbers, text]), plain, id="番号")
    for kind in AS_TEXT.values():
        same(measured(frame(before, [kind, kind, kind]), frame(after, [kind, kind, kind]), id="番号"), expected)


def test_files_are_compared_like_the_frames_they_were_written_from(tmp_path: Path) -> None:
    rows = [
        (n % 7 * 5, None if n % 11 == 0 else n, "男女"[n % 2], ["keep", "move", "hide", "drop"][n % 4])
        for n in range(48)
    ]
    before, after = [(f"p{n}", *row[:3]) for n, row in enumerate(rows)], released(rows)
    numbers, text = AS_NUMBERS["nullable integers"], AS_TEXT["text"]
    frames = frame(before, [numbers, numbers, text]), frame(after, [text, numbers, text])
    expected = measured(*frames, id="番号", qi=["性別"])
    paths = []
    for name, one in zip(("before", "after"), frames, strict=True):
        one.to_csv(tmp_path / f"{name}.csv", index=False, encoding="utf-8")
        pq.write_table(pa.Table.from_pandas(one, preserve_index=False), tmp_path / f"{name}.parquet")
        paths.append(tmp_path / name)
    for ending in (".csv", ".parquet"):
        same(measured(*(path.with_suffix(ending) for path in paths), id="番号", qi=["性別"]), expected)


@pytest.mark.parametrize("stored", ANY_OF_NUMBERS)
@pytest.mark.parametrize("cells", [[], [7], [None], [7, 7, 7], [None, None, None]], ids=str)
@pytest.mark.parametrize("asked", [{"id": "番号", "qi": ["年齢"]}, {"qi": ["年齢"]}], ids=["by row", "without rows"])
def test_tables_of_hardly_anything_beside_themselves_lost_nothing(
    stored: str, cells: list[int | None], asked: dict[str, Any]
) -> None:
    rows = [(f"p{n}", cell, cell, cell) for n, cell in enumerate(cells)]
    table = frame(rows, [ANY_OF_NUMBERS[stored]] * 3)
    found = utility(table, table, **asked)
    told = found.to_dict("en")
    assert told["il1s"] in {0.0, None}
    assert told["sse_over_sst"] in {0.0, None}
    assert told["suppressed"] in {0.0, None}
    for name in NAMES:
        column = told["columns"][name]
        assert column["total_variation"] == (0.0 if cells else None)
        assert (column["ks"], column["wasserstein"]) in {(0.0, 0.0), (0.0, None), (None, None)}
        assert column["hidden"] == 0
    assert not any(isinstance(one, float) and not math.isfinite(one) for one in leaves(told))


def leaves(data: Any) -> list[Any]:
    if isinstance(data, dict):
        return [leaf for part in data.values() for leaf in leaves(part)]
    if isinstance(data, (list, tuple)):
        return [leaf for part in data for leaf in leaves(part)]
    return [data]
