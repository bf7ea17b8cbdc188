"""How often each sensitive value occurs in each class."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sudare.measures.kernel.grouping import by_key, lengths, starts_of

if TYPE_CHECKING:
    from sudare.measures.kernel.classes import Classes
    from sudare.measures.kernel.encoding import Column, Whole


@dataclass(frozen=True)
class Values:
    """The different pairs of class and value, by class and then by value: `count` records (or people) have each.

    `starts` is where each class begins; `levels` how many values the codes can have.
    """

    of_class: Whole = field(repr=False)
    value: Whole = field(repr=False)
    count: Whole = field(repr=False)
    starts: Whole = field(repr=False)
    levels: int

    @property
    def sizes(self) -> Whole:
        """The number of records (or of pairs of person and value) of each class."""
        return np.add.reduceat(self.count, self.starts) if len(self.starts) else np.empty(0, np.int64)

    def totals(self) -> Whole:
        """How often each value occurs in the whole table, by code."""
        found = np.zeros(self.levels, np.int64)
        np.add.at(found, self.value, self.count)
        return found


def values_of(
    classes: Classes, sensitive: Column, *, counts: Whole | None = None, unit: Column | None = None
) -> Values:
    """Count the sensitive values of each class; a missing one is a value of its own.

    With `unit`, a unit with several records of one value in a class counts once, one with different values once with
    each. `counts` says how many records a line stands for.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import classes_of, encode
    >>> classes = classes_of([encode("sex", pa.array(["f", "m", "f"]))])
    >>> values_of(classes, encode("ill", pa.array(["x", "x", None]))).count.tolist()
    [1, 1, 1]
    """
    line_class = np.repeat(np.arange(len(classes), dtype=np.int64), lengths(classes.starts, len(classes.order)))
    key = line_class * sensitive.levels + sensitive.codes[classes.order]
    times = np.ones(len(key), np.int64) if counts is None else counts[classes.order]
    if unit is not None:
        first = np.lexsort((unit.codes[classes.order], key))
        key, who = key[first], unit.codes[classes.order][first]
        fresh = np.ones(len(key), bool)
        fresh[1:] = (key[1:] != key[:-1]) | (who[1:] != who[:-1])
        key = key[fresh]
        times = np.ones(len(key), np.int64)
    order = by_key(key, max(len(classes), 1) * sensitive.levels)
    ordered = key[order]
    starts = starts_of(ordered)
    pairs = ordered[starts]
    count = np.add.reduceat(times[order], starts) if len(starts) else np.empty(0, np.int64)
    of_class = pairs // sensitive.levels
    return Values(of_class, pairs % sensitive.levels, count, starts_of(of_class), sensitive.levels)
