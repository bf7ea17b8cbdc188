"""Reads a table in memory: an Arrow table or a pandas frame, whose index does not matter."""

from __future__ import annotations

import hashlib
import io
import sys
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sudare.errors import Problem, Refused
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    import pandas as pd

_ROWS: Final = 1 << 16


def is_frame(source: object) -> bool:
    """Whether this is a pandas frame; pandas is not imported for the question."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(source, pandas.DataFrame)


def arrow_of(frame: pd.DataFrame) -> pa.Table:
    """Return the columns of a pandas frame as an Arrow table, without the index; NaN and None are missing.

    Errors: `misfit-type`, all columns at once, where a column holds values of several kinds.
    """
    columns: list[pa.Array] = []
    problems: list[Problem] = []
    for place in range(frame.shape[1]):
        try:
            columns.append(_column(frame.iloc[:, place]))
        except (pa.ArrowException, TypeError, ValueError, OverflowError):  # their texts quote the value
            problems.append(_several_kinds(place))
    if problems:
        raise Refused(problems)
    return pa.Table.from_arrays(columns, names=[str(name) for name in frame.columns])


def _column(series: pd.Series[Any]) -> pa.Array:
    found = pa.Array.from_pandas(series)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _several_kinds(place: int) -> Problem:
    what = Text(
        "左から {place} 列目に、違う種類の値が混ざっています。",
        "column number {place} from the left mixes kinds of values.",
    ).fill(place=place + 1)
    now = Text("すべて文字にするなら astype(str) を使ってください。", "Make them one kind, with astype for instance.")
    return Problem("misfit-type", "input.columns", what, now)


class FrameSource:
    """The rows of a table in memory; the first row is number 1."""

    encoding: str | None = None
    delimiter: str | None = None

    def __init__(self, table: pa.Table, columns: Sequence[int]) -> None:
        """Take where in the table, from 0, the declared columns stand."""
        self.types: Sequence[pa.DataType] = [table.schema.field(place).type for place in columns]
        self._table = table
        self._columns = list(columns)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the declared columns."""
        # Dictionaries that differ from chunk to chunk are made one.
        yield from self._table.select(self._columns).unify_dictionaries().to_batches(max_chunksize=_ROWS)

    def number(self, position: int) -> int:
        """Return the number of a row, from 1."""
        return position + 1

    def problems(self) -> list[Problem]:
        """Return nothing: a table in memory has whole rows."""
        return []

    def warnings(self) -> list[Problem]:
        """Return nothing: what is odd here is refused."""
        return []

    def sha256(self) -> str:
        """Return the hash of the table's Arrow IPC stream, which does not depend on how it is split into chunks."""
        table = self._table.replace_schema_metadata(None).unify_dictionaries().combine_chunks()
        sink = _Hashing()
        with pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), table.schema) as writer:
            writer.write_table(table, max_chunksize=_ROWS)
        return sink.digest.hexdigest()


class _Hashing(io.RawIOBase):
    """Takes bytes and keeps only their hash."""

    def __init__(self) -> None:
        super().__init__()
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:  # noqa: ANN401 - bytes or any buffer, as Arrow hands them over
        self.digest.update(content)
        return len(content)
