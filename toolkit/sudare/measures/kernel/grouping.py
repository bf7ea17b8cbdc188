"""Brings equal keys together: the order of the lines by key, and where each key begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from sudare.measures.kernel.encoding import Column, Whole

_BITS: Final = 63  # of an int64 that is not negative


def packed(columns: Sequence[Column]) -> tuple[Whole, int]:
    """Return one key for each line, equal where all codes are, and the number of keys there could be.

    The key is the codes as the digits of a number. Where that could pass 2^63, what is packed so far is numbered
    anew by the keys that occur, so that the key stays exact however many columns there are.
    """
    key, space = columns[0].codes.astype(np.int64), columns[0].levels
    for column in columns[1:]:
        if (space - 1) * column.levels + column.levels - 1 >= 1 << _BITS:
            key, space = numbered(key, space)
        key = key * column.levels + column.codes
        space *= column.levels
    return key, space


def by_key(key: Whole, space: int) -> Whole:
    """Return the lines in the order of their key, lines of one key in their own order.

    Sorting numbers is several times quicker than sorting places, so key and place are sorted as one number where
    both fit into 63 bits.
    """
    bits = max(len(key) - 1, 1).bit_length()
    if max(space - 1, 1).bit_length() + bits > _BITS:
        return np.argsort(key, kind="stable")
    both = (key << bits) | np.arange(len(key), dtype=np.int64)
    both.sort()
    both &= (1 << bits) - 1
    return both


def starts_of(key_in_order: Whole) -> Whole:
    """Return where each different key begins among keys in order."""
    if not len(key_in_order):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], key_in_order[1:] != key_in_order[:-1])))


def numbered(key: Whole, space: int) -> tuple[Whole, int]:
    """Number the keys that occur from 0, in the order of the keys; return the numbers and how many there are."""
    order = by_key(key, space)
    ordered = key[order]
    new = np.zeros(len(key), np.int64)
    starts = starts_of(ordered)
    new[starts[1:]] = 1
    numbers = np.empty(len(key), np.int64)
    numbers[order] = np.cumsum(new)
    return numbers, len(starts)


def lengths(starts: Whole, total: int) -> Whole:
    """Return how many lines each key has, from where each begins."""
    return np.diff(np.append(starts, total))
