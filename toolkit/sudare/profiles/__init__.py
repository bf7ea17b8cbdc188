"""Facts about columns: counts and bins, never a judgement."""

from sudare.profiles.distribution import Bar, Distribution, distribution
from sudare.profiles.facts import ColumnFacts
from sudare.profiles.pairs import Pair
from sudare.profiles.profile import Profile, profile_of
from sudare.profiles.small_counts import LIMIT, shown

__all__ = ["LIMIT", "Bar", "ColumnFacts", "Distribution", "Pair", "Profile", "distribution", "profile_of", "shown"]
