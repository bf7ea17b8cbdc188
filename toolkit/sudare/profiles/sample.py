"""Rows of a table side by side in memory, for what no single column shows: always the same ones, evenly spread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import ROW
from sudare.profiles.patterns import patterns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Relation
    from sudare.tables.schema import Type

LOOKED_AT: Final = 200_000  # rows; beyond, forms and pairs are those of a sample
_NUMBERS: Final = frozenset({"integer", "decimal"})
_DAYS: Final = frozenset({"date", "datetime"})


@dataclass(frozen=True)
class Looked:
    """One column of the rows looked at: a code for each row, and the values that the codes stand for."""

    name: str
    type: Type
    codes: NDArray[np.int64]
    values: pa.Array  # by code; missing last, where there is any

    @property
    def size(self) -> int:
        """How many codes there are, that of missing cells included."""
        return len(self.values)

    @property
    def there(self) -> NDArray[np.bool_]:
        """Where the cell is not missing."""
        return self.codes < self.distinct

    @property
    def distinct(self) -> int:
        """How many different values there are, missing not counted."""
        missing: int = self.values.null_count
        return len(self.values) - missing

    def numbers(self) -> NDArray[np.float64] | None:
        """Return the numbers (of dates: the years) row by row, NaN where missing; None where it has none."""
        if self.type in _NUMBERS:
            values = self.values
        elif self.type in _DAYS:
            values = pc.year(self.values)
        else:
            return None
        numbers: NDArray[np.float64] = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return numbers[self.codes]

    def forms(self) -> Counter[str]:
        """Count the forms of a column of texts."""
        if self.type != "text":
            return Counter()
        return patterns(
            self.values.slice(0, self.distinct), np.bincount(self.codes, minlength=self.size)[: self.distinct]
        )


def look_at(engine: Engine, relation: Relation, rows: int, most: int = LOOKED_AT) -> list[Looked]:
    """Fetch the rows to be looked at, in the order of the table, and code every column."""
    stride = max(1, -(-rows // most))
    asked = relation.select(sql.column(ROW), *(exp.alias_(one.value, f"v{n}") for n, one in enumerate(relation.fields)))
    if stride > 1:
        asked = asked.where(sql.every_nth(ROW, stride))
    batches: list[Any] = list(engine.stream(asked))
    table = pa.Table.from_batches(batches) if batches else None
    order = pc.sort_indices(table.column(0)) if table is not None else None
    found = []
    for n, one in enumerate(relation.fields, 1):
        cells = pa.array([], pa.null()) if table is None else table.column(n).take(order).combine_chunks()
        found.append(_coded(one.name, one.type, cells))
    return found


def _coded(name: str, kind: Type, cells: pa.Array) -> Looked:
    if isinstance(cells, pa.ChunkedArray):
        cells = pa.concat_arrays(cells.chunks)
    encoded = cells.dictionary_encode()
    codes = pc.fill_null(encoded.indices, len(encoded.dictionary)).to_numpy(zero_copy_only=False).astype(np.int64)
    values = encoded.dictionary
    if cells.null_count:
        values = pa.concat_arrays([values, pa.nulls(1, values.type)])
    return Looked(name, kind, codes, values)
