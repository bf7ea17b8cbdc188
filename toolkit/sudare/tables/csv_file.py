"""Reads a CSV file as a stream of text batches, counting records as a spreadsheet numbers them."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import csv

from sudare.errors import Problem
from sudare.language import Text
from sudare.tables.encoding import encoding_of, scan
from sudare.tables.gzip_file import unpacked
from sudare.tables.misfits import misfit_rows
from sudare.tables.opening import changed, stamp
from sudare.tables.records import head_of, quote_problem
from sudare.tables.tail_rows import TailRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO, Final

    from sudare.tables.encoding import Scan
    from sudare.tables.records import Head

_BLOCK: Final = 4 << 20
_LARGEST_BLOCK: Final = 1 << 30  # a record longer than this is not read


@dataclass(frozen=True)
class Examined:
    """How a CSV file is written, before its records are read."""

    path: Path
    scan: Scan
    encoding: str
    head: Head
    header_row: int


def examine(path: Path, *, encoding: str | None, delimiter: str | None, header_row: int) -> Examined:
    """Find how a CSV file is written; what is declared is checked, what is None is found.

    Errors: `cannot-open`, `encoding-…`, `no-header`, `bad-delimiter`, `unclear-delimiter`.
    """
    found = scan(path)
    codec = encoding_of(path, found, encoding)
    return Examined(path, found, codec, head_of(path, codec, delimiter, header_row), header_row)


class CsvSource:
    """The records below the header of a CSV file, as text."""

    def __init__(self, examined: Examined, columns: Sequence[int], total_rows: int) -> None:
        """Take where in the file, from 0, the declared columns stand, and how many rows at the end hold totals."""
        self.encoding: str | None = examined.encoding
        self.delimiter: str | None = examined.head.delimiter
        self.types: Sequence[pa.DataType] = [pa.string()] * len(columns)
        self._file = examined
        self._columns = list(columns)
        self._total_rows = total_rows
        self._first = examined.header_row + 1
        self._ragged = array("q")  # record numbers; eight bytes each, should every row be ragged
        self._problems: list[Problem] = []

    def sha256(self) -> str:
        """Return the hash of the file's bytes."""
        return self._file.scan.sha256

    def number(self, position: int) -> int:
        """Return the row number as a spreadsheet shows it: one more than the header's for the record below it."""
        # Ragged records are not in the batches: those that stand before this one are counted in.
        before = bisect_right(range(len(self._ragged)), position, key=lambda nth: self._ragged[nth] - self._first - nth)
        return self._first + position + before

    def problems(self) -> list[Problem]:
        """Return ragged rows, blank rows, quotes that are not closed, and a change of the file during the reading."""
        return self._problems

    def warnings(self) -> list[Problem]:
        """Return nothing: what is odd here is refused."""
        return []

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the records; totals and blank rows at the end are left out."""
        tail, records = TailRows(self._total_rows), 0
        try:
            for batch in self._records():
                records += batch.num_rows
                yield from tail.passed(batch)
        except _Unreadable as stopped:
            self._problems = [stopped.problem]
            return
        last = self._last(tail.last_filled())
        yield from tail.rest(last, self.number)
        self._problems = list(self._found(tail, last, self._first - 1 + records + len(self._ragged)))

    def _last(self, filled: int | None) -> int:
        numbers = [0 if filled is None else self.number(filled), *self._ragged[-1:]]
        return max(numbers)

    def _found(self, tail: TailRows, last: int, records: int) -> Iterator[Problem]:
        path, encoding, delimiter = self._file.path, self._file.encoding, self._file.head.delimiter
        if stamp(path) != self._file.scan.stamp:
            yield changed(path)
            return
        quote = quote_problem(path, encoding, delimiter, one_line_each=records == self._file.scan.lines)
        if quote is not None:
            yield quote
        ragged = [row for row in self._ragged if row <= last - self._total_rows]
        if ragged:
            yield misfit_rows(_RAGGED, ragged, _RAGGED_NOW)
        if tail.blank:
            yield misfit_rows(_BLANK, [self.number(position) for position in tail.blank], _BLANK_NOW)

    def _records(self) -> Iterator[pa.RecordBatch]:
        if self._file.head.ends:
            return
        done, block = 0, _BLOCK
        while True:
            try:
                for batch in self._parsed(block, done):
                    done += batch.num_rows
                    yield batch
            except pa.ArrowInvalid:  # a record longer than the block: its text is in the error, so nothing is passed on
                if block > min(self._file.scan.size, _LARGEST_BLOCK):
                    raise _Unreadable(self._unreadable()) from None
                block *= 8
            except UnicodeDecodeError:  # every byte was decoded before, so these are not the same bytes
                raise _Unreadable(changed(self._file.path)) from None
            else:
                return

    def _parsed(self, block: int, done: int) -> Iterator[pa.RecordBatch]:
        """Parse the file from its start and yield what follows the first `done` records."""
        self._ragged = array("q")
        with unpacked(self._file.path) as stream:
            for batch in self._open(stream, block):
                rows = batch.num_rows
                if rows > done:
                    yield batch.slice(done).select(self._columns)
                done = max(0, done - rows)

    def _open(self, stream: BinaryIO, block: int) -> csv.CSVStreamingReader:
        # Names are generated, since headers may be blank or repeated. The rows up to the header are skipped by the
        # parser itself, which alone knows where a quoted title with line breaks ends.
        names = [f"c{place}" for place in range(len(self._file.head.header))]
        given = pa.input_stream(stream)
        if self._file.encoding == "cp932":
            given = pa.transcoding_input_stream(given, "cp932", "utf-8")
        return csv.open_csv(
            given,
            csv.ReadOptions(
                use_threads=False,  # row numbers are known only then
                block_size=block,
                column_names=names,
                skip_rows_after_names=self._file.header_row,
            ),
            csv.ParseOptions(
                delimiter=self._file.head.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=self._note_ragged,
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                # In a single column, "" is a missing cell and an empty line is a blank row.
                quoted_strings_can_be_null=len(names) > 1,
            ),
        )

    def _note_ragged(self, row: csv.InvalidRow) -> str:
        self._ragged.append(row.number)
        return "skip"

    def _unreadable(self) -> Problem:
        file = self._file
        if stamp(file.path) != file.scan.stamp:
            return changed(file.path)
        quote = quote_problem(file.path, file.encoding, file.head.delimiter, one_line_each=False)
        return quote or Problem(
            "too-long-row",
            "input",
            Text("一行が 1 GB を超えています。", "a row is longer than 1 GB."),
            Text("区切り、引用符、改行を確かめてください。", "Check delimiter, quotes and line ends."),
        )


class _Unreadable(Exception):  # noqa: N818 - ends the parsing; told as a problem together with the others
    """The parser could not go on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


_RAGGED: Final = Text(
    "{count} 行は列の数が見出しと違います: 行 {rows}。",
    "{count} rows have not as many cells as the header: rows {rows}.",
)
_RAGGED_NOW: Final = Text(
    "区切りの文字を含むセルは引用符で囲みます。合計などの行なら total_rows: に数を書いてください。",
    "A cell that holds the delimiter is quoted. If they are totals at the end, say how many under `total_rows:`.",
)
_BLANK: Final = Text("{count} 行が空です: 行 {rows}。", "{count} rows are blank: rows {rows}.")
_BLANK_NOW: Final = Text(
    "空の行を消してください。表が二つ入っていないかも確かめてください。",
    "Delete the blank rows; check also whether the file holds two tables.",
)
