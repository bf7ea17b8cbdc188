"""How coarse the bins of a draft must be, so that few records are left in small classes and the draft can be run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.measures.kernel import Column, classes_of, encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sudare.engines.sql import Term
    from sudare.findings.view import View

Edges = tuple[str, ...]
_FEWEST = 2  # edges: both ends stay open, with one bin between them


def coarse_enough(
    view: View, bins: Mapping[str, Edges], known: Sequence[str], *, below: int, at_most: float
) -> dict[str, Edges] | None:
    """Return bins of which at most a share `at_most` of the records lies in classes of fewer than `below`.

    Classes are those of the columns `known` together: numbers in their bins, other columns as they are; a missing
    value is one of its own. Of the bins, the column with the most loses every other edge until the share is met; the
    first edge stays, and the last bin only grows, so that open ends stay as full as they were. None where it cannot
    be met that way. The table is read once.
    """
    if not bins:
        return None
    numbers, others = _read(view, tuple(bins), [name for name in known if name not in bins])
    now = dict(bins)
    while _small([*(_in_bins(name, numbers[name], now[name]) for name in now), *others], below) > at_most:
        finest = max(now, key=lambda name: len(now[name]))
        if len(now[finest]) <= _FEWEST:
            return None
        now[finest] = now[finest][::2] if len(now[finest]) > _FEWEST + 1 else now[finest][:_FEWEST]
    return now


def _read(
    view: View, numbers: Sequence[str], others: Sequence[str]
) -> tuple[dict[str, NDArray[np.float64]], list[Column]]:
    columns: list[Term] = [sql.cast(view.column(name).field.value, "decimal") for name in numbers]
    columns += [view.column(name).field.text for name in others]
    asked = view.relation.select(*(exp.alias_(column, f"c{n}") for n, column in enumerate(columns)))
    batches: list[Any] = list(view.engine.stream(asked))
    table = pa.Table.from_batches(batches)
    read = {name: np.asarray(table.column(n).to_numpy(), np.float64) for n, name in enumerate(numbers)}  # missing: NaN
    return read, [encode(name, table.column(n)) for n, name in enumerate(others, len(numbers))]


def _in_bins(name: str, values: NDArray[np.float64], edges: Edges) -> Column:
    last = len(edges) + 1  # the code of the missing
    codes = np.where(np.isnan(values), last, np.digitize(values, [float(edge) for edge in edges]))
    return Column(name, codes.astype(np.int64), last + 1, last)


def _small(columns: Sequence[Column], below: int) -> float:
    """Return the share of the records in classes of fewer than `below`."""
    sizes = classes_of(columns).records
    return float(sizes[sizes < below].sum() / sizes.sum())
