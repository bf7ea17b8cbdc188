"""Which rows are alike in all keys, and how many people they are."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Codes: TypeAlias = npt.NDArray[np.int32]  # one line for each key, one place for each row
Whole: TypeAlias = npt.NDArray[np.int64]
Real: TypeAlias = npt.NDArray[np.float64]
Truth: TypeAlias = npt.NDArray[np.bool_]

ANY: Final = -1  # the code of a cell in which there is nothing to see
_LARGEST: Final = (1 << 63) - 1


def classes_of(codes: Codes) -> Whole:
    """Return the class of each row, numbered from 0 in the order of the codes.

    The codes are the digits of a number. Where that could pass 2^63, what is there so far is numbered anew.

    >>> classes_of(np.array([[0, 1, 0, ANY], [3, 2, 3, 2]], np.int32)).tolist()
    [1, 2, 1, 0]
    """
    rows = codes.shape[1]
    key, space = np.zeros(rows, np.int64), 1
    for column in codes:
        levels = int(column.max(initial=ANY)) + 2
        if space > _LARGEST // levels:
            key, space = _numbered(key), rows
        key = key * levels + (column + 1)
        space *= levels
    return _numbered(key)


def sizes_of(codes: Codes, people: Whole | None = None) -> Whole:
    """Return for each row how many rows its class has; with `people`, a number for each, how many different ones.

    >>> sizes_of(np.array([[0, 1, 0]], np.int32)).tolist(), sizes_of(np.array([[0, 0]], np.int32), np.array([7, 7])).tolist()
    ([2, 1, 2], [1, 1])
    """
    of_row = classes_of(codes)
    if people is None or not len(of_row):
        return np.bincount(of_row)[of_row]
    everybody = int(people.max()) + 1
    pairs = np.unique(of_row * everybody + people)
    return np.bincount(pairs // everybody)[of_row]


def _numbered(key: Whole) -> Whole:
    return np.unique(key, return_inverse=True)[1].astype(np.int64, copy=False)
