"""Which entry of one list is which entry of another: what stayed, what is gone, and what moved."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_E = TypeVar("_E")


@dataclass(frozen=True)
class Pairing:
    """Which entry of the old list each entry of the new one was, which are gone, and which stand in another order."""

    origins: tuple[int | None, ...]
    gone: tuple[int, ...]
    moved: frozenset[int]


def paired(old: Sequence[_E], new: Sequence[_E], *alike: Callable[[_E, _E], bool]) -> Pairing:
    """Pair equal entries first, then those that are alike in the first way, then in the next.

    >>> paired(["a", "b", "c"], ["c", "a", "d"])
    Pairing(origins=(2, 0, None), gone=(1,), moved=frozenset({0}))
    """
    free = list(range(len(old)))
    origins: list[int | None] = [None] * len(new)
    for same in (lambda one, other: one == other, *alike):
        for n, entry in enumerate(new):
            if origins[n] is None:
                place = next((one for one in free if same(old[one], entry)), None)
                if place is not None:
                    free.remove(place)
                    origins[n] = place
    there = [(n, place) for n, place in enumerate(origins) if place is not None]
    kept = _longest_in_order([place for _, place in there])
    return Pairing(tuple(origins), tuple(free), frozenset(n for n, place in there if place not in kept))


def _longest_in_order(places: Sequence[int]) -> frozenset[int]:
    """Return the most entries that did not change their order among themselves: all others were moved."""
    ends: list[int] = []  # the smallest last place of a rising row of each length
    rows: list[tuple[int, ...]] = []
    for place in places:
        length = bisect_left(ends, place)
        row = (*(rows[length - 1] if length else ()), place)
        if length == len(ends):
            ends.append(place)
            rows.append(row)
        else:
            ends[length], rows[length] = place, row
    return frozenset(rows[-1]) if rows else frozenset()
