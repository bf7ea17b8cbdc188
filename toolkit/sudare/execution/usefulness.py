"""How useful a run leaves each column, measured while the rows of the source and of the output still align."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import ROW
from sudare.measures.utility.correlations import correlation_change
from sudare.measures.utility.sides import sides
from sudare.measures.utility.total_variation import counts_of, total_variation
from sudare.profiles import LIMIT, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation
    from sudare.measures.kernel.encoding import Truth, Whole
    from sudare.measures.utility.sides import Read, Sides

LOOKED_AT: Final = 100_000  # records; of a larger table an evenly spread sample, always the same
_SHARE: Final = 2  # decimal places: a share to the percent tells of no single record
_FIGURE: Final = 3


@dataclass(frozen=True)
class Useful:
    """One column of the output: shares of its cells, and distances from the source.

    `changed` counts cells with another value and hidden ones, `hidden` the hidden ones, both among those that were not
    missing. `distance` is the total variation of the distributions, `correlation` the largest difference of a
    correlation with another column of numbers. None where it has no meaning, or where few records differ.
    """

    name: str
    read: Read
    changed: float | None
    hidden: float | None
    distance: float | None
    correlation: float | None


@dataclass(frozen=True)
class Usefulness:
    """The columns of the output that were in the source, and how many records were compared."""

    records: int
    sampled: bool  # whether these are an evenly spread part of a larger table
    columns: tuple[Useful, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return what the receipt says."""
        told = {one.name: {key: value for key, value in vars(one).items() if key != "name"} for one in self.columns}
        return {"records": shown(self.records), "sampled": self.sampled, "columns": told}


def share_of(count: int, share: float | None) -> float | None:
    """Return a share unless the records that it counts are few.

    >>> share_of(0, 0.0), share_of(9, 0.09), share_of(10, 0.1)
    (0.0, None, 0.1)
    """
    return None if 0 < count < LIMIT else share


def usefulness(
    engine: Engine, before: Relation, after: Relation, pairs: Sequence[tuple[Field, Field]], *, rows: int
) -> Usefulness:
    """Compare columns of the source, of so many `rows`, with what became of them, record by record.

    Rows that were put in are left out; rows that went count in the distributions. Costs about one reading of 100,000
    records on each side.
    """
    stride = max(1, -(-rows // LOOKED_AT))
    old, _ = looked(engine, before, [one for one, _ in pairs], stride, rows)
    new, masks = looked(engine, after, [one for _, one in pairs], stride, rows)
    _, first, second = np.intersect1d(_numbers(old), _numbers(new), assume_unique=True, return_indices=True)
    gone = old.num_rows - len(first)
    read = [
        sides(field.name, old.column(n + 1), new.column(n + 1), masks[n], (first, second))
        for n, (_, field) in enumerate(pairs)
    ]
    gaps = _correlations(read)
    told = tuple(_useful(one, first, second, gone, gaps.get(one.name)) for one in read)
    return Usefulness(len(first), stride > 1, told)


def _useful(column: Sides, first: Whole, second: Whole, gone: int, gap: float | None) -> Useful:
    old, new = column.before, column.after
    there = ~old.missing[first]
    cells = int(there.sum())
    changed = int((there & (old.values[first] != new.values[second])).sum())
    hidden = int((there & new.hidden[second]).sum())
    few = 0 < changed + gone < LIMIT
    distance = total_variation(counts_of(old.codes, column.groups), counts_of(new.codes, column.groups))
    return Useful(
        column.name,
        column.read,
        _rounded(share_of(changed, changed / cells if cells else None), _SHARE),
        _rounded(share_of(hidden, hidden / cells if cells else None), _SHARE),
        None if few else _rounded(distance, _FIGURE),
        None if few else _rounded(gap, _FIGURE),
    )


def _correlations(columns: Sequence[Sides]) -> dict[str, float]:
    numbers = [one for one in columns if one.read == "numbers"]
    found = correlation_change([one.before.numbers for one in numbers], [one.after.numbers for one in numbers])
    if found is None:
        return {}
    return {one.name: gap for one, gap in zip(numbers, found.by_column, strict=True) if not np.isnan(gap)}


def _rounded(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)


def looked(
    engine: Engine, relation: Relation, fields: Sequence[Field], stride: int, rows: int
) -> tuple[pa.Table, list[Truth]]:
    """Fetch the numbers of the rows looked at (of the source, each so many-th) and their cells, and which are hidden."""
    asked = [exp.alias_(sql.column(ROW), "row", quoted=True)]
    asked += [exp.alias_(one.value, f"v{n}", quoted=True) for n, one in enumerate(fields)]
    masked = [n for n, one in enumerate(fields) if one.masked]
    asked += [exp.alias_(fields[n].hidden, f"h{n}", quoted=True) for n in masked]
    query = relation.select(*asked).where(sql.less_than(sql.column(ROW), sql.count(rows)))
    if stride > 1:
        query = query.where(sql.every_nth(ROW, stride))
    batches: list[Any] = list(engine.stream(query))
    table = (
        pa.Table.from_batches(batches) if batches else pa.table([pa.nulls(0)] * len(asked), [a.alias for a in asked])
    )
    nobody = np.zeros(table.num_rows, bool)
    hidden = {n: table.column(f"h{n}").to_numpy().astype(bool) for n in masked}
    return table, [hidden.get(n, nobody) for n in range(len(fields))]


def _numbers(table: pa.Table) -> Whole:
    numbers: Whole = table.column(0).to_numpy().astype(np.int64)
    return numbers
