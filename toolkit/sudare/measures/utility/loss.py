"""Loss: how many values a released one could stand for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sudare.language import Text
from sudare.measures.explained import AS_COARSENED, Explained
from sudare.measures.kernel.sums import total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sudare.measures.kernel.encoding import Real

EXPLAINED: Final = Explained(
    Text("粗さによる損失", "loss by coarsening"),
    Text(
        "公開される値が、元の値を何通りまで含みうるかを 0 から 1 で表します。0 は元の値のまま、1 は全部が隠れた状態です。",
        "How many of the original values a released one could stand for, from 0 to 1. At 0 every value is as it was; "
        "at 1 all of them are hidden.",
    ),
    "Iyengar 2002; ARX",
    AS_COARSENED,
    Text(
        "もともとの空欄は一つの値として数え、隠したセルは全部が失われたものとして数えます。",
        "A cell that was missing before counts as a value of its own; a hidden one has lost everything.",
    ),
)


def loss(shares: Real, leaves: int) -> float | None:
    """Return (sum(share) - n / D) / (n - n / D), with D leaves and n records: from 0 (nothing lost) to 1 (all).

    `shares` has one number for each record: the leaves of the hierarchy under its released value, divided by D. A
    hidden cell, and each cell of a removed record, has share 1; so has a missing one that a step hid, while one that
    was missing and still is counts as a leaf. Leaves that no record has count all the same. 0 where the hierarchy has
    a single leaf, None without records. Valid after generalization and suppression; noise and swaps are not seen by
    it. Source: the measure Loss of ARX; Iyengar, Transforming data to satisfy privacy constraints, KDD 2002, whose
    (leaves - 1) / (D - 1) has the same mean.

    >>> import numpy as np
    >>> loss(np.array([0.25, 0.5, 1.0, 0.25]), 4)
    0.3333333333333333
    """
    records = len(shares)
    if not records:
        return None
    least = records / leaves
    return (total(shares) - least) / (records - least) if leaves > 1 else 0.0


def mean_loss(columns: Iterable[float]) -> float | None:
    """Return the arithmetic mean over the columns, which is ARX's score of a table.

    >>> mean_loss([0.0, 0.5])
    0.25
    """
    held = list(columns)
    return math.fsum(held) / len(held) if held else None
