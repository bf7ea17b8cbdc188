"""Facts about columns: counts and bins, never a judgement."""

from sudare.profiles.distribution import Bar, Distribution, distribution
from sudare.profiles.small_counts import LIMIT, shown

__all__ = ["LIMIT", "Bar", "Distribution", "distribution", "shown"]
