"""How large the classes are: k, the records below k, and the sample uniques."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import AS_OBSERVED, OF_ITS_OWN_OR_ANY, Explained

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Whole

EXPLAINED: Final = Explained(
    Text("組の大きさ", "class sizes"),
    Text(
        "同じ組合せの人が何人ずついるかを数えます。一人しかいない組合せは、それを知る人には誰のことか分かります。",
        "How many people share each combination. Whoever is alone with theirs is known to everyone who knows it.",
    ),
    "Samarati and Sweeney 1998",
    AS_OBSERVED,
    OF_ITS_OWN_OR_ANY,
)


@dataclass(frozen=True)
class ClassSizes:
    """The distribution of class sizes: `size` ascending, and how many `classes` and `records` there are of each."""

    size: Whole = field(repr=False)
    classes: Whole = field(repr=False)
    records: Whole = field(repr=False)

    @property
    def k(self) -> int | None:
        """The smallest size; None for an empty table."""
        return int(self.size[0]) if len(self.size) else None

    @property
    def uniques(self) -> int:
        """How many classes have a size of one: sample uniques."""
        return int(self.classes[0]) if self.k == 1 else 0

    @property
    def total(self) -> int:
        """How many records there are."""
        return int(self.records.sum())

    def below(self, k: int) -> int:
        """How many records are in classes smaller than k."""
        return int(self.records[self.size < k].sum())


def class_sizes(sizes: Whole, records: Whole) -> ClassSizes:
    """Tabulate the sizes of classes and the records in them.

    `sizes` are in people where the kernel was given units, and count compatible records where a missing cell fits
    every value; else sizes and records are the same. Valid on tables whose combinations are as observed. Source:
    Samarati and Sweeney, Protecting privacy when disclosing information, 1998.

    >>> found = class_sizes(np.array([1, 3, 1]), np.array([1, 3, 1]))
    >>> found.k, found.uniques, found.below(3), found.total
    (1, 2, 2, 5)
    """
    classes = np.bincount(sizes).astype(np.int64)
    size = np.flatnonzero(classes)
    inside = np.bincount(sizes, records.astype(np.float64)).astype(np.int64)  # whole numbers: exact up to 2^53
    return ClassSizes(size, classes[size], inside[size])
