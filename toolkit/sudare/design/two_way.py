"""How two columns go together, in cells of which none tells a few people, not by subtraction either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sudare.design.sharers import sharers
from sudare.language import Text
from sudare.profiles.small_counts import LIMIT

if TYPE_CHECKING:
    from sudare.design.bars import Bins
    from sudare.design.levels import Levels
    from sudare.measures.kernel import Column

_MISSING = Text("（欠測）", "(missing)")


@dataclass(frozen=True)
class TwoWay:
    """Counts of records by the bars of two columns; None where a count is hidden.

    Hidden are cells of fewer people than the limit, and those from which they could be worked out with the sums.
    """

    rows: tuple[Text, ...]
    columns: tuple[Text, ...]
    counts: tuple[tuple[int | None, ...], ...]


def two_way(one: Levels, ones: Bins, other: Levels, others: Bins, unit: Column | None) -> TwoWay:
    """Count the records by the bars of two columns; missing values are a row, or a column, of their own.

    Empty where a column has too few people for any bar.
    """
    if not ones.bars or not others.bars:
        return TwoWay((), (), ())
    row, column = groups_of(one, ones), groups_of(other, others)
    rows, columns = (_names(bins, levels) for bins, levels in ((ones, one), (others, other)))
    size = len(rows) * len(columns)
    cell = row * len(columns) + column
    records = np.bincount(cell, minlength=size)
    people = records if unit is None else sharers(cell, unit, size)
    shape = (len(rows), len(columns))
    hidden = hidden_cells(records.reshape(shape), ((records > 0) & (people < LIMIT)).reshape(shape))
    counts = tuple(
        tuple(None if gone else int(count) for count, gone in zip(line, off, strict=True))
        for line, off in zip(records.reshape(shape), hidden, strict=True)
    )
    return TwoWay(rows, columns, counts)


def groups_of(levels: Levels, bins: Bins) -> npt.NDArray[np.int64]:
    """Return the place of each line's value among the bars of its column; one past the last where it is missing."""
    if levels.ordered:
        edges = [bar.high for bar in bins.bars if bar.high is not None]
        of_level = np.searchsorted(np.array(edges, np.float64), levels.places(), "right")
    else:
        rest = len(bins.bars) - 1  # the bar of all others is the last; a value may be called その他 too
        names = {bar.label.ja: n for n, bar in reversed(list(enumerate(bins.bars)))}
        of_level = np.array([names.get(text, rest) for text in levels.texts()], np.int64)
    of_code = np.append(of_level.astype(np.int64), len(bins.bars))
    return of_code[np.minimum(levels.codes.codes, len(of_level))]


def hidden_cells(counts: npt.NDArray[np.int64], few: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Say which cells are not shown: those of a few, and more in their lines until no subtraction tells them.

    >>> import numpy as np
    >>> hidden_cells(np.array([[50, 3], [40, 60]]), np.array([[False, True], [False, False]])).tolist()
    [[True, True], [True, True]]
    """
    hidden = few.copy()
    changed = True
    while changed:
        changed = False
        for line, off in (*zip(counts, hidden, strict=True), *zip(counts.T, hidden.T, strict=True)):
            left = np.flatnonzero(~off & (line > 0))
            if off.any() and (off.sum() == 1 or line[off].sum() < LIMIT) and len(left):
                off[left[np.argmin(line[left])]] = True  # a view: it marks the cell in `hidden`
                changed = True
    return hidden


def _names(bins: Bins, levels: Levels) -> tuple[Text, ...]:
    missing = (_MISSING,) if levels.codes.missing is not None else ()
    return (*(bar.label for bar in bins.bars), *missing)
