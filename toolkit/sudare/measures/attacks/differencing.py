"""Differencing: two deliveries of the same file tell of the few people who stand in one of them only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import Explained
from sudare.measures.kernel.classes import classes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Column, Whole

EXPLAINED: Final = Explained(
    Text("前回の提供との差分", "difference between two deliveries"),
    Text(
        "前回と今回で、同じ組合せの人数の差が 1 から k-1 の組を数えます。"
        "差が小さい組では、加わった人や抜けた人の値が、差を取るだけで分かるおそれがあります。",
        "Counts the combinations whose number of people differs by 1 to k - 1 between two deliveries. Where few came "
        "or went, taking one delivery from the other may tell their values.",
    ),
    "Fung, Wang, Chen and Yu 2010 (sequential and continuous releases)",
    Text(
        "二つの提供が同じ区分で書かれているときに使えます。ノイズや入れ替えの後の差は、人の出入りを表しません。",
        "Where both deliveries are written in the same groups. After noise or swaps a difference is no coming or going.",
    ),
    Text("空欄や隠したセルは、それぞれ一つの値として数えます。", "A missing or hidden cell is a value of its own."),
)


@dataclass(frozen=True)
class Differencing:
    """What taking one delivery from the other tells of: classes with a difference below `k`, and people in it.

    `joined` are more in the later delivery, `left` more in the earlier one; `people` is both together.
    """

    columns: tuple[str, ...]
    k: int
    classes: int
    joined: int
    left: int

    @property
    def people(self) -> int:
        """How many people (or records) the small differences are about, at least."""
        return self.joined + self.left

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys."""
        return {
            "columns": list(self.columns),
            "k": self.k,
            "classes": self.classes,
            "people": self.people,
            "joined": self.joined,
            "left": self.left,
        }


def differencing(
    columns: Sequence[Column], later: int, k: int, *, units: tuple[Column, Column] | None = None
) -> Differencing:
    """Count the classes whose size differs by 1 to k - 1 between two deliveries.

    `columns` are those in common, encoded over both (`kernel.beside.encode_both`), the first `later` lines being the
    later delivery's. Sizes are in records, or with `units` (of the later and of the earlier delivery) in people;
    pseudo-IDs of two deliveries need not agree. A missing cell is a value. It tells differences of whole classes
    only: people who came while as many went are not seen. Valid where both were made with the same groups. Source:
    Fung, Wang, Chen and Yu, Privacy-preserving data publishing: a survey of recent developments, ACM CSUR 42, 2010.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel.beside import encode_both
    >>> town = encode_both("town", pa.array(["x", "x", "x", "y"]), pa.array(["x", "x", "y", "z"]))
    >>> found = differencing([town], 4, 3)
    >>> found.classes, found.joined, found.left
    (2, 1, 1)
    """
    classes = classes_of(columns)
    sizes = (_sizes(columns, classes.of_line, part, n, units) for n, part in enumerate(_sides(columns, later)))
    gap = np.subtract(*(np.bincount(cls, size, len(classes)).astype(np.int64) for cls, size in sizes))
    small = (gap != 0) & (np.abs(gap) < k)
    joined, left = (int(gap[small & (sign * gap > 0)].sum()) * sign for sign in (1, -1))
    return Differencing(tuple(column.name for column in columns), k, int(small.sum()), joined, left)


def _sides(columns: Sequence[Column], later: int) -> tuple[Whole, Whole]:
    lines = np.arange(len(columns[0]))
    return lines[:later], lines[later:]


def _sizes(
    columns: Sequence[Column], of_line: Whole, part: Whole, n: int, units: tuple[Column, Column] | None
) -> tuple[Whole, Whole]:
    """Return the classes that one delivery has, by their number among those of both, and their sizes."""
    found = classes_of([column.take(part) for column in columns], unit=None if units is None else units[n])
    return of_line[part[found.order[found.starts]]], found.sizes
