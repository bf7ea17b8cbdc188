"""Finds the records of the output that a person could be, combination by combination instead of record by record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.measures.kernel.encoding import Column
from sudare.measures.kernel.grouping import by_key, numbered, packed, starts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.measures.attacks.facing import Facing
    from sudare.measures.kernel.encoding import Whole

_NONE: Final = -1


@dataclass(frozen=True)
class Combinations:
    """The different combinations of some columns' codes: `codes[n]` those of column n, `of_line` that of each line."""

    codes: tuple[Whole, ...] = field(repr=False)
    of_line: Whole = field(repr=False)

    def __len__(self) -> int:
        return len(self.codes[0])

    def records(self, counts: Whole | None) -> Whole:
        """Return how many records have each combination, `counts` being the records that each line stands for."""
        found = np.zeros(len(self), np.int64)
        np.add.at(found, self.of_line, 1 if counts is None else counts)
        return found


def combinations(codes: Sequence[Whole]) -> Combinations:
    """Return the different combinations, in the order of the codes.

    >>> found = combinations([np.array([1, 0, 1]), np.array([2, 2, 2])])
    >>> [one.tolist() for one in found.codes], found.of_line.tolist()
    ([[0, 1], [2, 2]], [1, 0, 1])
    """
    key, space = _keys(codes)
    order = by_key(key, space)
    firsts = order[starts_of(key[order])]
    return Combinations(tuple(one[firsts] for one in codes), numbered(key, space)[0])


def _keys(codes: Sequence[Whole]) -> tuple[Whole, int]:
    columns = [Column("", one.astype(np.int32), int(one.max(initial=0)) + 1) for one in codes]
    return packed(columns)


def patterns(columns: Sequence[Facing], shown: Combinations) -> list[Whole]:
    """Part the combinations shown by the layers that their cells are of: which are hidden, and which are labels."""
    layers = [column.layer[codes] for column, codes in zip(columns, shown.codes, strict=True)]
    kinds = combinations(layers)
    order = np.argsort(kinds.of_line, kind="stable")
    return np.split(order, starts_of(kinds.of_line[order])[1:]) if len(order) else []


def fitting(
    columns: Sequence[Facing], known: Sequence[Whole], shown: Combinations, parts: Sequence[Whole]
) -> Iterator[tuple[Whole, Whole]]:
    """Give the pairs of places of combinations known and shown that fit in every column, each pair once.

    `known` has the codes of the combinations known, `parts` are the `patterns` of those shown. Within a pattern a
    combination known fits at most one that is shown, so that a pattern costs one grouping of both.
    """
    for part in parts:
        wanted = [column.fits[int(column.layer[codes[part[0]]])] for column, codes in _beside(columns, shown)]
        sought = [fits[codes] for fits, codes in zip(wanted, known, strict=True)]
        possible = np.flatnonzero(np.logical_and.reduce([one != _NONE for one in sought]))
        if not len(possible):
            continue
        both = [np.concatenate((s[possible], c[part])) for s, c in zip(sought, shown.codes, strict=True)]
        number, groups = numbered(*_keys(both))
        place = np.full(groups, _NONE)
        place[number[len(possible) :]] = part
        found = place[number[: len(possible)]]
        there = found != _NONE
        yield possible[there], found[there]


def _beside(columns: Sequence[Facing], shown: Combinations) -> Iterator[tuple[Facing, Whole]]:
    return zip(columns, shown.codes, strict=True)


def spread_over(places: Whole, most: int) -> Whole:
    """Return at most so many of the places, evenly spread and always the same.

    >>> spread_over(np.arange(10), 3).tolist()
    [0, 3, 6]
    """
    if len(places) <= most:
        return places
    return places[np.arange(most) * len(places) // most]
