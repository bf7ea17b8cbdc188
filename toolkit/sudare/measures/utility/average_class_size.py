"""Average class size: how many records share a combination, on average over the combinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sudare.language import Text
from sudare.measures.explained import CLASSES_COARSENED, OF_ITS_OWN, Explained

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Whole

EXPLAINED: Final = Explained(
    Text("組の平均の大きさ", "average class size"),
    Text(
        "同じ組合せの記録は、一組あたり平均何件かです。必要な k よりずっと大きければ、必要以上に粗くしています。",
        "How many records a combination has on average. If it is far above the k that is needed, the table is coarser "
        "than it has to be.",
    ),
    "LeFevre, DeWitt and Ramakrishnan 2006",
    CLASSES_COARSENED,
    OF_ITS_OWN,
)


def average_class_size(sizes: Whole) -> float | None:
    """Return records / classes, over the classes that are left; divided by k it is C_AVG. None without a class.

    Missing cells are as the classes were formed. Valid after generalization and suppression. Source: LeFevre, DeWitt
    and Ramakrishnan, Mondrian multidimensional k-anonymity, ICDE 2006.

    >>> import numpy as np
    >>> average_class_size(np.array([2, 4]))
    3.0
    """
    return sum(sizes.tolist()) / len(sizes) if len(sizes) else None


def class_size_kept(before: Whole, sizes: Whole) -> float | None:
    """Return it as a share: 1 where it is the original's (`before`), 0 where all records are one class.

    None where the original has one class only, or none is left. Source: as ARX tells it.

    >>> import numpy as np
    >>> class_size_kept(np.array([1, 1, 1, 1]), np.array([2, 2]))
    0.6666666666666667
    """
    records: int = sum(before.tolist())
    first, last = average_class_size(before), average_class_size(sizes)
    if first is None or last is None or records <= first:
        return None
    return 1 - (last - first) / (records - first)
