"""Reads a Parquet file as a stream of batches that keep their types."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.tables.opening import changed, opening, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO, Final

_ROWS: Final = 1 << 16
_CHUNK: Final = 4 << 20


def stored_columns(path: Path) -> pa.Schema:
    """Return the columns of a Parquet file as stored. Errors: `cannot-open`, `broken-parquet`."""
    with opening(path) as stream, _retelling(path):
        return parquet.ParquetFile(stream).schema_arrow


class ParquetSource:
    """The rows of a Parquet file; the first row is number 1."""

    encoding: str | None = None
    delimiter: str | None = None

    def __init__(self, path: Path, stored: pa.Schema, columns: Sequence[int]) -> None:
        """Take where in the file, from 0, the declared columns stand."""
        self.types: Sequence[pa.DataType] = [stored.field(place).type for place in columns]
        self._path = path
        self._columns = list(columns)
        self._stamp = stamp(path)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the declared columns. Errors: `broken-parquet`."""
        with opening(self._path) as stream:
            for batch in self._parsed(stream):
                yield batch.select(self._columns)

    def _parsed(self, stream: BinaryIO) -> Iterator[pa.RecordBatch]:
        with _retelling(self._path):
            batches = parquet.ParquetFile(stream).iter_batches(batch_size=_ROWS, use_threads=False)
        while True:
            with _retelling(self._path):
                batch = next(batches, None)
                if batch is None:
                    return
                batch.validate(full=True)  # texts that are not UTF-8, indices out of range
            yield batch

    def number(self, position: int) -> int:
        """Return the number of a row, from 1."""
        return position + 1

    def problems(self) -> list[Problem]:
        """Return a change of the file during the reading."""
        return [] if stamp(self._path) == self._stamp else [changed(self._path)]

    def warnings(self) -> list[Problem]:
        """Return nothing: what is odd here is refused."""
        return []

    def sha256(self) -> str:
        """Return the hash of the file's bytes."""
        digest = hashlib.sha256()
        with opening(self._path) as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()


@contextlib.contextmanager
def _retelling(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError):  # Arrow raises a plain OSError for a damaged page; its text may quote data
        what = Text(
            "Parquet ファイルが壊れているか、読めない書き方です。", "the Parquet file is damaged or unreadable."
        )
        now = Text("書き出し直してもらってください。", "Ask for the file to be written again.")
        raise Refused(Problem("broken-parquet", path.name, what, now)) from None
