"""Small tables for attacks: what is known of some people, and what an output shows of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sudare.measures.attacks.facing import facing
from sudare.measures.utility.sides import sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.attacks.facing import Facing

HIDDEN = "*"


def faced(name: str, before: Sequence[Any], after: Sequence[Any], *, followed: bool = False) -> Facing:
    """Face one column; a cell of the output that reads `*` is hidden."""
    hidden = np.array([cell == HIDDEN for cell in after], bool)
    old = pa.chunked_array([pa.array(before)])
    cells = [None if cell == HIDDEN else cell for cell in after]
    if any(isinstance(cell, str) for cell in cells):
        cells = [None if cell is None else str(cell) for cell in cells]
    kind = old.type if not any(cell is not None for cell in cells) else None
    new = pa.chunked_array([pa.array(cells, kind)])
    rows = (np.arange(len(before)), np.arange(len(after))) if followed else None
    return facing(sides(name, old, new, hidden, rows), old, new, rows)
