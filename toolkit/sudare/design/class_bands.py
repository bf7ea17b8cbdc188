"""How many records are in small and in large classes, in bands that each hold enough to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sudare.language import Text
from sudare.profiles.small_counts import LIMIT

if TYPE_CHECKING:
    from sudare.design.crossed import Crossed

_STARTS = (1, 2, 3, 5, 10, 20, 50, 100, 1000)


@dataclass(frozen=True)
class Band:
    """Classes from `low` to `high` people (None: open), and how many records are in them: none, or at least ten."""

    low: int
    high: int | None
    records: int

    @property
    def label(self) -> Text:
        """The band in words."""
        if self.high is None:
            return Text(f"{self.low}～", f"{self.low}+")
        return Text(*[str(self.low) if self.low == self.high else f"{self.low}～{self.high}"] * 2)


def bands_of(crossed: Crossed) -> tuple[Band, ...]:
    """Return the distribution of class sizes; a band of a few records is joined to its neighbour."""
    sizes = np.concatenate((crossed.sizes, crossed.absent_sizes))
    records = np.concatenate((crossed.records, crossed.absent_records))
    counts = np.bincount(np.searchsorted(_STARTS, sizes, "right") - 1, records, minlength=len(_STARTS))
    ends = [start - 1 for start in _STARTS[1:]]
    bands: list[Band] = []
    for low, high, count in zip(_STARTS, [*ends, None], counts.astype(int).tolist(), strict=True):
        last = bands[-1] if bands else None
        if last is not None and (0 < last.records < LIMIT or 0 < count < LIMIT):
            bands[-1] = Band(last.low, high, last.records + count)
        else:
            bands.append(Band(low, high, count))
    # What is few at the end was joined to an empty band, perhaps: join on towards the smaller classes.
    while len(bands) > 1 and 0 < bands[-1].records < LIMIT:
        few, before = bands.pop(), bands.pop()
        bands.append(Band(before.low, few.high, before.records + few.records))
    while bands and not bands[-1].records:
        bands.pop()
    return tuple(bands) if bands and not 0 < bands[-1].records < LIMIT else ()
