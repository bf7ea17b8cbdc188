"""Marketer risk: somebody matches the whole table with a register and is content with many right matches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import Explained
from sudare.measures.kernel.sums import total

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Whole

EXPLAINED: Final = Explained(
    Text("業者リスク", "marketer risk"),
    Text(
        "表全体を名簿と突き合わせたとき、正しく当たる行の割合の見込みです。誰か一人ではなく、全体を狙う人のリスクです。",
        "The share of rows that a match of the whole table with a register is expected to get right. It is the risk "
        "from somebody who wants many people, not one.",
    ),
    "El Emam 2013",
)


def marketer_risk(sizes: Whole, weighted: Real, records: Whole) -> float | None:
    """Return the expected share of right matches: the mean over the records of 1 / F. None for an empty table.

    `weighted` is F, how many of the register share the combination, and never less than the class. Where the register
    holds just the people of the table, F is the class size and the risk is classes / records. Missing cells are as
    the sizes were counted. Source: El Emam, Guide to the De-Identification of Personal Health Information, 2013,
    chapter 16; Dankar and El Emam 2010.

    >>> marketer_risk(np.array([1, 3]), np.array([1.0, 3.0]), np.array([1, 3]))
    0.5
    """
    count = int(records.sum())
    return total(1.0 / np.maximum(weighted, sizes), records) / count if count else None
