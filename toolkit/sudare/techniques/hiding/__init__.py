"""Chooses single cells to hide until k rows are alike, in plain numpy. No technique of its own lives here.

A table is a code for each key and row, `ANY` where there is nothing to see. No choice depends on the order of the rows
but among rows that are alike in all keys, which are taken by their place.
"""

from __future__ import annotations

from sudare.techniques.hiding.choosing import MOST_KEYS, Missing, choose_cells, ranked
from sudare.techniques.hiding.classes import ANY, Codes, Truth

__all__ = ["ANY", "MOST_KEYS", "Codes", "Missing", "Truth", "choose_cells", "ranked"]
