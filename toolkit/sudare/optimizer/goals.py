"""What every class of a released table must be, and which records are in classes that are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sudare.errors import Problem, UsageError
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real, Truth, Whole
    from sudare.optimizer.lattice import Combinations, Levels

NEARLY = 1e-12  # two sums of the same shares in another order differ by less


@dataclass(frozen=True)
class Goals:
    """At least `k` records in every class, `l` different sensitive values, and a distribution of them within `t`.

    The distance is the earth mover's with all values equally far apart, which is half the sum of the differences of
    shares, between a class and the whole table before anything is suppressed. A missing sensitive value counts as a
    value of its own. Raises `UsageError` with `bad-goal`.
    Sources: Samarati and Sweeney 1998; Machanavajjhala et al. 2007, distinct l; Li, Li and Venkatasubramanian 2007.
    """

    k: int
    l: int | None = None  # noqa: E741 - the word of the literature
    t: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no table can be measured by."""
        if self.k < 1 or (self.l is not None and self.l < 1) or (self.t is not None and not 0 <= self.t <= 1):
            what = Text("k と l は 1 以上、t は 0 から 1 です。", "k and l are at least 1, t is from 0 to 1.")
            raise UsageError(Problem("bad-goal", "goals", what))

    def missed(self, table: Combinations, levels: Levels) -> tuple[Truth, Truth]:
        """Return which combinations are in classes that miss k or l on these levels, and which that miss any goal.

        What misses k or l misses them on every lower level too; t-closeness does not promise that.
        """
        classes, space = table.classes(levels)
        sizes = table.sizes(classes, space)
        poor = sizes < self.k
        if self.l is not None or self.t is not None:
            pairs = table.pairs(classes)
            if self.l is not None:
                poor |= np.bincount(pairs[0], minlength=space) < self.l
            if self.t is not None:
                far = _distances(table, sizes, pairs) > self.t + NEARLY
                return poor[classes], (poor | far)[classes]
        found = poor[classes]
        return found, found


def furthest(table: Combinations, levels: Levels) -> float:
    """Return how far the furthest class lies from the whole table on these levels; 0 where there is none."""
    classes, space = table.classes(levels)
    apart = _distances(table, table.sizes(classes, space), table.pairs(classes))
    return float(apart[classes].max(initial=0.0))


def _distances(table: Combinations, sizes: Real, pairs: tuple[Whole, Whole, Real]) -> Real:
    """Return for each class half the sum of the differences of shares; for a number without a class, anything."""
    of, value, count = pairs
    whole = table.overall[value] / table.records
    # Values that a class lacks add their whole share: all shares, less those of the values it has.
    return (1 + np.bincount(of, np.abs(count / sizes[of] - whole) - whole, minlength=len(sizes))) / 2
