"""Proposes how far each column is generalized, and what is suppressed, so that a goal is met with the least loss."""

from sudare.optimizer.calendar import dates
from sudare.optimizer.categories import categories
from sudare.optimizer.choices import Choice, choices
from sudare.optimizer.found import Search
from sudare.optimizer.goals import Goals
from sudare.optimizer.hierarchy import Hierarchy, find_hierarchies, read_hierarchy
from sudare.optimizer.intervals import intervals, widths
from sudare.optimizer.local_recoding import Recoded, recode_locally
from sudare.optimizer.local_suppression import Hidden, suppress_locally
from sudare.optimizer.places import places
from sudare.optimizer.search import Task, search

__all__ = [
    "Choice",
    "Goals",
    "Hidden",
    "Hierarchy",
    "Recoded",
    "Search",
    "Task",
    "categories",
    "choices",
    "dates",
    "find_hierarchies",
    "intervals",
    "places",
    "read_hierarchy",
    "recode_locally",
    "search",
    "suppress_locally",
    "widths",
]
