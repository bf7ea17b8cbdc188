"""The choice of cells by what a hidden one counts as."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from sudare.techniques.hiding.alike import hide_alike
from sudare.techniques.hiding.wildcards import Patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sudare.techniques.hiding.classes import Codes, Truth, Whole

Missing: TypeAlias = Literal["wildcard", "value"]
MOST_KEYS: Final = 16  # all sets of keys are weighed against one another: 65,536


def choose_cells(  # noqa: PLR0913 - what a choice depends on, each by name
    codes: Codes,
    k: int,
    ranks: Whole,
    *,
    missing: Missing,
    helps_first: bool = True,
    of_size: int | None = None,
    people: Whole | None = None,
    tell: Callable[[float], None] = lambda _: None,
) -> list[Truth]:
    """Return for each key in which rows its cell is to be hidden.

    With `value`, `ANY` equals `ANY` only, and every class has k rows and k people afterwards; there must be so many.
    With `wildcard` it fits every value, and every row fits k rows, over all keys or over each set of `of_size` keys;
    people are not counted. `ranks` says which key to hide last (1); with wildcards, `helps_first` lets the help to
    other rare rows decide before it, and `tell` is given the share that is done.

    >>> codes = np.array([[0, 0, 1, 1], [5, 5, 5, 6]], np.int32)
    >>> [cells.tolist() for cells in choose_cells(codes, 2, np.array([1, 2]), missing="wildcard")]
    [[False, False, False, False], [False, False, True, False]]
    """
    if missing == "value":
        return hide_alike(codes, k, ranks, people)
    patterns = Patterns(codes, ranks, helps_first=helps_first)
    sets = list(combinations(range(len(codes)), of_size or len(codes)))
    for n, chosen in enumerate(sets):
        patterns.hide(chosen, k, lambda share, n=n: tell((n + share) / len(sets)))  # type: ignore[misc]
    return patterns.hidden()


def ranked(names: Sequence[str], codes: Codes, importance: Sequence[str]) -> Whole:
    """Return the rank of each key: 1 for the one to be hidden last.

    That is the order of `importance`; keys that it does not name come after, those of fewer values first.

    >>> ranked(["a", "b", "c"], np.array([[0, 1], [0, 0], [0, 1]], np.int32), ["c"]).tolist()
    [3, 2, 1]
    """
    first = {name: n for n, name in enumerate(importance)}
    levels = [int(column.max(initial=0)) for column in codes]
    order = sorted(range(len(names)), key=lambda n: (first.get(names[n], len(first)), levels[n], names[n]))
    ranks = np.empty(len(names), np.int64)
    ranks[order] = np.arange(1, len(names) + 1)
    return ranks
