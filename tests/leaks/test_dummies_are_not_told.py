"""Which rows of a released file are dummies, guessed without the key. The same guesses find dummies made carelessly.

Each guess gives every row a score; what counts is how often a dummy scores higher than a true record (0.5 is chance).
With 500 dummies among 5,000 records chance alone strays by 0.013 (one standard deviation).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from checkup_table import TYPES, checkups
from small_runs import KEY as KEY_NAME
from small_runs import declared, document, key_store, run, step, texts
from sudare.engines.by_hand import text_of
from techniques_at_work import run_step

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RECORDS, DUMMIES = 5000, 500
STRAY = 3 * 0.013
BOUND = 0.05  # what is claimed; measured: 0.477 to 0.516, and 0.517 for who trains
NAMES = list(TYPES)

Rows = list[tuple[Any, ...]]
Scores = Any


def higher(scores: Scores, dummy: NDArray[np.bool_]) -> float:
    """Return how often a dummy scores higher than a true record; equal scores count half."""
    values, where = np.unique(np.asarray(scores, float), return_inverse=True)
    true, made = (np.bincount(where[part], minlength=len(values)) for part in (~dummy, dummy))
    return float((made * (np.cumsum(true) - true / 2)).sum() / (made.sum() * true.sum()))


# A file as it is released: people have pseudo-IDs, rows are in the order of the key


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rows, NDArray[np.bool_]]:
    folder: Path = tmp_path_factory.mktemp("released")
    source = [tuple(None if cell is None else text_of(cell) for cell in row) for row in checkups(RECORDS)]
    columns = [declared("番号"), *(declared(name, kind) for name, kind in TYPES.items())]
    steps = [
        step("pseudonymize", "番号", domain="受診者", **{"as": "番号"}),
        step("keep", *NAMES),
        step("add-dummies", "番号", *NAMES, rows=DUMMIES, domain="提供用"),
    ]
    cells = {
        "番号": [f"P{n:05}" for n in range(RECORDS)],
        **dict(zip(NAMES, map(list, zip(*source, strict=True)), strict=True)),
    }
    rows = run(folder, document(columns, steps, key=KEY_NAME), texts(**cells), store=key_store(folder)).rows
    known = {tuple(cell or "" for cell in row) for row in source}
    dummy = np.array([row[1:] not in known for row in rows])
    assert dummy.sum() == DUMMIES
    return list(rows), dummy


def test_not_by_the_place_of_a_row(released: tuple[Rows, NDArray[np.bool_]]) -> None:
    _, dummy = released
    assert abs(higher(np.arange(len(dummy)), dummy) - 0.5) < STRAY
    beside = np.convolve(dummy, [1, 0, 1], "same")
    assert abs(higher(beside, dummy) - 0.5) < STRAY


def test_not_by_the_form_of_the_id(released: tuple[Rows, NDArray[np.bool_]]) -> None:
    rows, dummy = released
    guesses = [[int(row[0], 16) for row in rows], [sum(c.isdigit() for c in row[0]) for row in rows]]
    guesses += [[len(set(row[0])) for row in rows], [int(row[0][-1], 16) for row in rows]]
    for scores in guesses:
        assert abs(higher(scores, dummy) - 0.5) < STRAY


# By what the rows hold


def coded(rows: Rows) -> NDArray[np.int64]:
    return np.column_stack(
        [np.unique([str(cell) for cell in column], return_inverse=True)[1] for column in zip(*rows, strict=True)]
    )


def alike(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many rows agree with each on all of these columns."""
    whole = np.zeros(len(columns[0]), np.int64)
    for one in columns:
        whole = np.unique(whole * (one.max() + 1) + one, return_inverse=True)[1]
    return np.bincount(whole)[whole]


def nearest(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return in how many columns the nearest other row differs; a row's equals count as itself."""
    kinds, where = np.unique(codes, axis=0, return_inverse=True)
    kinds = np.asfortranarray(kinds)
    found = np.empty(len(kinds), np.int64)
    for start in range(0, len(kinds), 100):
        equal = np.zeros((len(part := kinds[start : start + 100]), len(kinds)), np.int8)
        for one, other in zip(part.T, kinds.T, strict=True):
            equal += one[:, None] == other[None, :]
        equal[np.arange(len(part)), start + np.arange(len(part))] = -1
        found[start : start + 100] = codes.shape[1] - equal.max(axis=1)
    return found[where.ravel()]


def looked_at(rows: Rows) -> dict[str, NDArray[np.float64]]:
    """Return all that is looked at in each row: how it stands among the others of the file, its own equals left out."""
    codes = coded(rows)
    columns = range(codes.shape[1])
    equals = alike(*codes.T)
    single = [alike(codes[:, n]) for n in columns]
    pairs = [(a, b) for a in columns for b in columns if a < b]
    shared = np.array([alike(codes[:, a], codes[:, b]) - equals for a, b in pairs])
    expected = np.array([single[a] * single[b] / len(rows) for a, b in pairs])
    triples = np.random.default_rng(0).permuted(np.tile(np.arange(codes.shape[1]), (40, 1)), axis=1)[:, :3]
    return {
        "equals": equals.astype(float),
        "values": np.log(single).sum(axis=0),
        "pairs": np.log1p(shared).sum(axis=0),
        "naive Bayes": np.log((shared + 0.5) / (expected + 0.5)).sum(axis=0),
        "own pairs": (shared == 0).sum(axis=0).astype(float),
        "rarest pair": shared.min(axis=0).astype(float),
        "own triples": sum((alike(*codes[:, three].T) == equals).astype(float) for three in triples),
        "nearest": nearest(codes).astype(float),
    }


@cache
def made() -> tuple[Rows, NDArray[np.bool_]]:
    """Return check-ups with dummies, pseudo-IDs aside; their order plays no part here."""
    given = {"technique": "add-dummies", "columns": NAMES, "rows": DUMMIES, "domain": "提供用"}
    outcome = run_step(given, TYPES, checkups(RECORDS))
    return outcome.rows, np.arange(RECORDS + DUMMIES) >= RECORDS


@cache
def of_made() -> dict[str, NDArray[np.float64]]:
    return looked_at(made()[0])


@cache
def careless() -> tuple[Rows, NDArray[np.bool_]]:
    """Return check-ups with dummies of values drawn from each column by itself."""
    rng, rows = np.random.default_rng(4), checkups(RECORDS)
    drawn = [[column[n] for n in rng.integers(0, RECORDS, DUMMIES)] for column in zip(*rows, strict=True)]
    return [*rows, *zip(*drawn, strict=True)], made()[1]


@pytest.mark.parametrize(
    "guess", ["equals", "values", "pairs", "naive Bayes", "own pairs", "rarest pair", "own triples", "nearest"]
)
def test_not_by_what_the_row_holds(guess: str) -> None:
    assert abs(higher(of_made()[guess], made()[1]) - 0.5) < BOUND


def trained(features: dict[str, NDArray[np.float64]], dummy: NDArray[np.bool_]) -> Any:
    """Return a scoring of rows learnt from ones of which it is known (least squares on features and their squares)."""

    def laid_out(given: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        whole = np.column_stack([given[name] for name in features])
        return np.column_stack([np.ones(len(whole)), whole, whole**2])

    basis = laid_out(features)
    middle, spread = basis.mean(axis=0), basis.std(axis=0) + 1e-9
    middle[0], spread[0] = 0, 1
    weights = np.linalg.lstsq((basis - middle) / spread, dummy.astype(float), rcond=None)[0]
    return lambda given: (laid_out(given) - middle) / spread @ weights


def test_not_by_one_who_knows_the_method_and_trains_on_dummies_of_their_own() -> None:
    """They add dummies to the released file with a key of theirs, learn what tells those, and look for it in the file."""
    rows, dummy = made()
    given = {"technique": "add-dummies", "columns": NAMES, "rows": DUMMIES, "domain": "提供用"}
    again = run_step(given, TYPES, rows, bytes(range(50, 82))).rows
    score = trained(looked_at(again), np.arange(len(again)) >= len(rows))
    guessed = score(of_made())
    assert abs(higher(guessed, dummy) - 0.5) < BOUND
    # Of the 500 most suspect rows, one in eleven is a dummy by chance.
    suspects = np.argsort(-guessed, kind="stable")[:DUMMIES]
    assert dummy[suspects].mean() < 1.4 * dummy.mean()


@pytest.mark.parametrize(
    ("guess", "found"), [("naive Bayes", 0.1), ("own pairs", 0.6), ("rarest pair", 0.15), ("nearest", 0.75)]
)
def test_the_same_guesses_find_careless_dummies(guess: str, found: float) -> None:
    scored = higher(looked_at(careless()[0])[guess], careless()[1])
    assert scored < found if found < 0.5 else scored > found
