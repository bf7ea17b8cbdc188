"""Writes the processed table to a new file: the same rows always give the same bytes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.limits import SMALL_COUNT
from sudare.tables.cp932 import with_geta, with_twins
from sudare.tables.csv_text import Lines, lines
from sudare.tables.excel_writing import write_workbook
from sudare.tables.gzip_file import Packing
from sudare.tables.new_file import NewFile

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sudare.tables.schema import Output

ROW_GROUP = 122_880  # rows; what DuckDB reads in one go
ROWS_AT_ONCE = 16_384  # lines of CSV made in memory at a time: some MB, whatever the engine hands over
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Written:
    """What was written: rows, the SHA-256 of the file, and for each column in how many cells the text was changed.

    `escaped` counts the cells that begin with an apostrophe now, since a spreadsheet would have run them; `replaced`
    those in which 〓 stands for a character that cp932 lacks. A header counts as a cell; a column with none is absent.
    """

    rows: int
    sha256: str
    escaped: Mapping[str, int]
    replaced: Mapping[str, int]


def write(  # noqa: PLR0913 - what goes into a file, each by name
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    path: Path,
    output: Output,
    *,
    text_columns: Container[str],
    hidden: Mapping[str, str] | None = None,
) -> Written:
    r"""Write the rows, in the order they come, to a new file as CSV (packed by gzip where asked), Excel or Parquet.

    The bytes depend on the rows and `output` alone, not on how the rows were cut into batches. Memory does not grow
    with the rows.

    CSV: every column comes as text. One line of headers; a comma between cells; CR LF after each line; quotes only
    around a cell that needs them; a missing cell is empty. In `text_columns` and in the headers, what a spreadsheet
    would run gets a leading apostrophe (requirement G-75).
    gzip: the CSV file packed, without a name or a time.
    Excel: the columns keep their types; see `write_workbook`. `hidden` says for a column which boolean column tells
    its suppressed cells; those get `output.suppressed_as`.
    Parquet: the columns keep their types; zstd, row groups of 122,880 rows, no time of writing.

    Raises:
        Refused: `unwritable`, one problem per column, where cp932 lacks characters and `output.unwritable` is `refuse`;
            `beyond-excel`, where a sheet cannot hold the table.
        SudareError: `disk-full` or `cannot-write`. A file that exists already is never written over.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sudare.tables.schema import Output
    >>> batch = pa.record_batch({"備考": ["=1+1", None], "年齢": ["041", "-5"]})
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "out.csv")
    ...     written = write([batch], batch.schema, path, Output(encoding="utf-8"), text_columns={"備考"})
    ...     path.read_bytes().decode("utf-8")
    "備考,年齢\r\n'=1+1,041\r\n,-5\r\n"
    >>> written.rows, dict(written.escaped)
    (2, {'備考': 1})
    """
    with NewFile(path) as file:
        if output.format == "parquet":
            rows = _write_parquet(batches, schema, file)
            return _done(rows, file, Counter(), Counter())
        if output.format == "excel":
            rows = write_workbook(batches, schema.names, file, mark=output.suppressed_as, hidden=hidden or {})
            return _done(rows, file, Counter(), Counter())
        packing = Packing(file) if output.compression == "gzip" else None
        risky = tuple(name in text_columns for name in schema.names)
        csv = _Csv(packing or file, tuple(schema.names), output, risky)
        csv.open()
        rows = sum(csv.add(batch) for batch in batches)
        if csv.replaced and output.unwritable == "refuse":
            raise Refused(_unwritable(csv.replaced))
        if packing is not None:
            packing.finish()
        return _done(rows, file, csv.escaped, csv.replaced)


def _done(rows: int, file: NewFile, escaped: Mapping[str, int], replaced: Mapping[str, int]) -> Written:
    return Written(rows, file.sha256, dict(escaped), dict(replaced))


@dataclass(frozen=True)
class _Csv:
    file: NewFile | Packing
    names: tuple[str, ...]
    output: Output
    risky: tuple[bool, ...]
    escaped: Counter[str] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)

    def open(self) -> None:
        if self.output.encoding == "utf-8-sig":
            self.file.write(BOM)
        self._put([pa.array([name], pa.large_string()) for name in self.names], [True] * len(self.names))

    def add(self, batch: pa.RecordBatch) -> int:
        for start in range(0, batch.num_rows, ROWS_AT_ONCE):
            part = batch.slice(start, ROWS_AT_ONCE)
            self._put([cells.cast(pa.large_string()) for cells in part.columns], self.risky)
        return int(batch.num_rows)

    def _put(self, columns: Sequence[pa.LargeStringArray], risky: Sequence[bool]) -> None:
        made = self._in_cp932(columns, risky) if self.output.encoding == "cp932" else lines(columns, risky)
        self._count(self.escaped, made.escaped)
        self.file.write(made.content)

    def _in_cp932(self, columns: Sequence[pa.LargeStringArray], risky: Sequence[bool]) -> Lines:
        # Formulas are looked for in what the reader will see, thus after the twins and the 〓.
        fitted = [with_twins(cells) for cells in columns]
        try:
            return lines(fitted, risky).in_cp932()
        except UnicodeEncodeError:
            changed = [with_geta(cells) for cells in fitted]
        self._count(self.replaced, [count for _, count in changed])
        return lines([cells for cells, _ in changed], risky).in_cp932()

    def _count(self, into: Counter[str], counts: Sequence[int]) -> None:
        into.update({name: count for name, count in zip(self.names, counts, strict=True) if count})


def _unwritable(replaced: Mapping[str, int]) -> list[Problem]:
    return [
        Problem(
            "unwritable",
            name,
            Text(
                "cp932 で書けない文字のあるセルが {count} 個あります（見出しを含む）。",
                "cells with a character that cp932 cannot write: {count} (the header counts as one).",
            ).fill(count=f"<{SMALL_COUNT}" if count < SMALL_COUNT else count),
            Text(
                "output の encoding を utf-8-sig にするか、unwritable: replace と書いて〓に置き換えてください。",
                "Under output, set encoding to utf-8-sig, or write unwritable: replace to put 〓 in their place.",
            ),
        )
        for name, count in replaced.items()
    ]


def _write_parquet(batches: Iterable[pa.RecordBatch], schema: pa.Schema, file: NewFile) -> int:
    bare = pa.schema([column.remove_metadata() for column in schema])
    rows = 0
    # What a later pyarrow might do otherwise by default is said here: the bytes are part of the promise.
    with pq.ParquetWriter(
        pa.PythonFile(file, mode="w"),
        bare,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        store_schema=False,
    ) as writer:
        for group in row_groups(batches, bare, ROW_GROUP):
            writer.write_table(group, row_group_size=ROW_GROUP)
            rows += group.num_rows
    return rows


def row_groups(batches: Iterable[pa.RecordBatch], schema: pa.Schema, size: int) -> Iterator[pa.Table]:
    """Cut the rows anew into tables of `size` rows, the last of what is left, each in one piece.

    >>> parts = [pa.record_batch({"n": [1]}), pa.record_batch({"n": [2, 3, 4, 5]})]
    >>> [table["n"].to_pylist() for table in row_groups(parts, parts[0].schema, 2)]
    [[1, 2], [3, 4], [5]]
    """
    waiting: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        waiting.append(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
        held += batch.num_rows
        if held < size:
            continue
        table = pa.Table.from_batches(waiting, schema)
        full = held - held % size
        for start in range(0, full, size):
            yield table.slice(start, size).combine_chunks()
        waiting = table.slice(full).to_batches()
        held -= full
    if held:
        yield pa.Table.from_batches(waiting, schema).combine_chunks()
