"""Quartiles read from bars, so that none is any record's value."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sudare.design.bars import Bins

_SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Quantiles(NamedTuple):
    """Below which values a twentieth, a quarter, half, three quarters and nineteen twentieths of the records lie."""

    low: float
    lower: float
    median: float
    upper: float
    high: float


def quantiles_of(bins: Bins) -> Quantiles | None:
    """Read quantiles from a column's bars, as if the records of a bar were spread evenly over it.

    One that lies in an open bar is told as the edge where that begins. None where no bar has an edge.

    >>> from sudare.design.bars import Bin, Bins
    >>> from sudare.language import NOTHING
    >>> ends = [(None, 10.0), (10.0, 20.0), (20.0, None)]
    >>> quantiles_of(Bins(tuple(Bin(NOTHING, 100, low, high) for low, high in ends), 0, 1.0))
    Quantiles(low=10.0, lower=10.0, median=15.0, upper=20.0, high=20.0)
    """
    bars = [bar for bar in bins.bars if bar.low is not None or bar.high is not None]
    whole = sum(bar.count for bar in bars)
    found = []
    for share in _SHARES:
        left = share * whole
        for bar in bars:
            low, high = (bar.low if bar.low is not None else bar.high, bar.high if bar.high is not None else bar.low)
            if low is not None and high is not None and left <= bar.count:
                found.append(low + (high - low) * left / bar.count)
                break
            left -= bar.count
    return Quantiles(*found) if len(found) == len(_SHARES) else None
