"""How far the sensitive values of a class lie from those of the whole table: t-closeness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import AS_OBSERVED, Explained

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Real, Whole
    from sudare.measures.kernel.values import Values

EXPLAINED: Final = Explained(
    Text("t-近接性", "t-closeness"),
    Text(
        "組合せが分かると、知られたくない項目について表全体よりどれだけ多く分かるか。0 なら何も増えません。",
        "How much more the combination tells of the sensitive column than the whole table does. At 0 it tells nothing "
        "more.",
    ),
    "Li, Li and Venkatasubramanian 2007",
    AS_OBSERVED,
    Text(
        "空欄は一つの値として数えます。順序のある距離は、空欄のない列でだけ計算します。",
        "A missing cell counts as a value of its own; ordered distances are for columns without any.",
    ),
)


def equal_distance(values: Values) -> Real:
    """Return for each class half the sum of |p_i - q_i|: all values are equally far from one another.

    p are the shares of the values in the class, q in the whole table. A missing value is a value of its own. Worked
    out in whole numbers. Source: Li, Li and Venkatasubramanian, t-Closeness, ICDE 2007, section 5.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import classes_of, encode
    >>> from sudare.measures.kernel.values import values_of
    >>> classes = classes_of([encode("sex", pa.array(["f", "m"]))])
    >>> equal_distance(values_of(classes, encode("ill", pa.array(["x", "y"])))).tolist()
    [0.5, 0.5]
    """
    if not len(values.starts):
        return np.empty(0)
    totals, sizes = values.totals(), values.sizes
    everybody = int(totals.sum())
    gaps = np.abs(values.count * everybody - totals[values.value] * sizes[values.of_class])
    absent = everybody - np.add.reduceat(totals[values.value], values.starts)
    return (np.add.reduceat(gaps, values.starts) + absent * sizes) / (2 * sizes * everybody)


def ordered_distance(values: Values) -> Real:
    """Return for each class the earth mover's distance where a value's place in the order is its distance.

    With m values in order, 1 / (m - 1) * sum over i of |sum over j <= i of (p_j - q_j)|. The codes must be in order
    (`encode(..., in_order=True)`) and none missing, since a missing value has no place in an order; only values that
    occur count as places. Source: Li, Li and Venkatasubramanian, t-Closeness, ICDE 2007, section 5.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import classes_of, encode
    >>> from sudare.measures.kernel.values import values_of
    >>> classes = classes_of([encode("sex", pa.array(["f", "m", "m"]))])
    >>> ordered_distance(values_of(classes, encode("pay", pa.array([3, 4, 5]), in_order=True))).tolist()
    [0.5, 0.25]
    """
    if not len(values.starts):
        return np.empty(0)
    totals, sizes = values.totals(), values.sizes
    levels, everybody = len(totals), int(totals.sum())
    below = np.cumsum(totals)  # records up to and with each place
    areas = np.concatenate(([0], np.cumsum(below)))
    # A class's own cumulative share is flat from one of its values to the next; the table's crosses it at most once.
    of_class = values.of_class
    ends = np.append(values.value[1:], levels)
    last = np.append(of_class[1:] != of_class[:-1], True)
    ends[last] = levels
    height = np.cumsum(values.count)
    height -= (height - values.count)[values.starts][of_class]
    level = height * (everybody / sizes[of_class])
    flat = _between(values.value, ends, level, below, areas)
    firsts = values.value[values.starts]
    distance = (np.add.reduceat(flat, values.starts) + areas[firsts]) / everybody
    return distance / max(levels - 1, 1)


def hierarchical_distance(levels: Sequence[Values]) -> Real:
    """Return for each class the earth mover's distance where values are as far as the hierarchy takes to join them.

    The distance of two values is the level at which they first fall into one group / the height of the hierarchy.
    `levels` has the values of each class at every level below the top, where all are one: first the values themselves,
    then the groups they are in. The paper moves, in each group of level n, the smaller of what is too much and what is
    missing among its parts, at n / height; summed over the tree that is the mean over the levels of the equal distance
    of the groups. Source: Li, Li and Venkatasubramanian, t-Closeness, ICDE 2007, section 5.2.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import classes_of, encode
    >>> from sudare.measures.kernel.values import values_of
    >>> classes = classes_of([encode("sex", pa.array(["f", "f", "m", "m"]))])
    >>> ill, kind = ["flu", "cold", "flu", "burn"], ["lungs", "lungs", "lungs", "skin"]
    >>> hierarchical_distance([values_of(classes, encode("ill", pa.array(cells))) for cells in (ill, kind)]).tolist()
    [0.25, 0.25]
    """
    distance: Real = np.sum([equal_distance(level) for level in levels], axis=0) / len(levels)
    return distance


def _between(starts: Whole, ends: Whole, level: Real, below: Whole, areas: Whole) -> Real:
    """Sum |level - below[i]| for i from each start up to each end, `below` ascending."""
    cross = np.clip(np.searchsorted(below, level), starts, ends)
    under = level * (cross - starts) - (areas[cross] - areas[starts])
    over = (areas[ends] - areas[cross]) - level * (ends - cross)
    found: Real = under + over
    return found
