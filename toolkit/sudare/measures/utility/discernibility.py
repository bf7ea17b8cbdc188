"""Discernibility: how many others each record looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sudare.language import Text
from sudare.measures.explained import CLASSES_COARSENED, OF_ITS_OWN, Explained

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Whole

EXPLAINED: Final = Explained(
    Text("見分けにくさ", "discernibility"),
    Text(
        "記録ごとに「同じ組合せの記録が何件あるか」を足した値で、大きいほど記録が互いに見分けられません。除いた記録は、全件と見分けられないものとして数えます。",
        "For each record the number of records that look the same, added up: the larger, the less can be told apart. "
        "A record that was taken out counts as one that looks like all of them.",
    ),
    "Bayardo and Agrawal 2005",
    CLASSES_COARSENED,
    OF_ITS_OWN,
)


def discernibility(sizes: Whole, suppressed: int = 0) -> int:
    """Return the sum of squared class sizes, and the number of all records for each suppressed one.

    `sizes` are the records of each equivalence class that is left; how missing cells group is decided there. Valid
    after generalization and suppression: after noise or swaps equal values say little. Source: Bayardo and Agrawal,
    Data privacy through optimal k-anonymization, ICDE 2005.

    >>> import numpy as np
    >>> discernibility(np.array([2, 3]), suppressed=1)
    19
    """
    each: list[int] = sizes.tolist()
    return sum(size * size for size in each) + suppressed * (sum(each) + suppressed)


def discernibility_kept(before: Whole, sizes: Whole, suppressed: int = 0) -> float | None:
    """Return it as a share: 1 where the classes are those of the original (`before`), 0 where nothing can be told apart.

    None where nothing could be told apart before. Source: as ARX tells it.

    >>> import numpy as np
    >>> discernibility_kept(np.array([1, 1]), np.array([2]))
    0.0
    """
    least, records = discernibility(before), sum(before.tolist())
    most = records * records
    return 1 - (discernibility(sizes, suppressed) - least) / (most - least) if most > least else None
