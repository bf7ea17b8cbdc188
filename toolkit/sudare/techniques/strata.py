"""Strata: records that are alike in some columns, and are worked on by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sudare.errors import Problem
from sudare.language import Text
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_BOTH = Text("列「{name}」は層と対象の両方です。", "'{name}' is both a stratum and a column of the step.")
_ONE = Text("どちらか一方から外してください。", "Take it out of one of them.")


def both_at_once(strata: Sequence[str], columns: Sequence[str], where: str) -> Iterator[Problem]:
    """Say which columns a step is to change and to form strata by.

    >>> [problem.code for problem in both_at_once(["地区"], ["年齢", "地区"], "steps[0]")]
    ['repeated-column']
    """
    mine = {same_name(name) for name in columns}
    for name in strata:
        if same_name(name) in mine:
            yield Problem("repeated-column", where, _BOTH.fill(name=name), _ONE)


def split(keys: Sequence[NDArray[np.int64]], records: int) -> list[NDArray[np.int64]]:
    """Return the places of the records of each stratum, in their order; without keys all records are one.

    >>> [part.tolist() for part in split([np.array([1, 0, 1])], 3)]
    [[1], [0, 2]]
    """
    if not records:
        return []
    order = np.lexsort(keys) if keys else np.arange(records)  # stable
    new = np.zeros(records, np.bool_)
    for key in keys:
        new[1:] |= key[order][1:] != key[order][:-1]
    return np.split(order, np.flatnonzero(new))
