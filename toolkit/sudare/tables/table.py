"""Opens whatever holds a table, and reads it whole where it fits into memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from sudare.display import html_table
from sudare.errors import Problem, Refused, UsageError
from sudare.language import Text
from sudare.tables.csv_file import CsvSource, Examined, examine
from sudare.tables.excel_file import ExcelSource, examine_sheet, types_of
from sudare.tables.frame import FrameSource, arrow_of, is_frame
from sudare.tables.headers import columns_of, header_problems, positions
from sudare.tables.parquet_file import ParquetSource, stored_columns
from sudare.tables.reading import Facts, Reading
from sudare.tables.schema import TYPE_NAMES, Input, Schema
from sudare.tables.sniffing import sniff
from sudare.tables.stored_values import kind_of, type_problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    import pandas as pd

    from sudare.tables.schema import Column, Type

    Given: TypeAlias = Path | str | pa.Table | pd.DataFrame


@dataclass(frozen=True)
class Table:
    """A table in memory: the declared columns, the typed data, and what is known of the source.

    Shown in a notebook it tells its size and types: no cell, and no header either, since a header read from the wrong
    row is a record.
    """

    schema: Schema = field(repr=False)
    data: pa.Table = field(repr=False)
    facts: Facts

    def _repr_html_(self) -> str:
        types = Counter(column.type for column in self.schema)
        rows = [(TYPE_NAMES[kind], Text(str(count), str(count))) for kind, count in types.items()]
        size = Text("{rows} 行 {columns} 列", "{rows} rows, {columns} columns")
        return html_table(size.fill(rows=f"{self.data.num_rows:,}", columns=len(self.schema.names)), rows)


def open_table(source: Given, declared: Input) -> Reading:
    """Open a file or frame whose columns are declared; the rows are read by `Reading.batches`.

    `source` is a path, an Arrow table or a pandas frame. The header and the stored types are checked here, the
    cells while they are read. Errors: `cannot-open`, `not-a-table`, `wrong-format`, `damaged`, `too-large`,
    `encrypted`, `encoding-…`, `missing-sheet`, `unclear-sheet`, `merged-cells`, `missing-column`, `extra-column`,
    `repeated-column`, `misfit-type`; header problems are told all at once.
    """
    if isinstance(source, str | Path):
        path = Path(source)
        _agree(path, sniff(path), declared)
        return _OPENED[declared.format](path, declared)
    return _opened_frame(_in_memory(source), declared)


def read(source: Given, declared: Input | None = None) -> Table:
    """Read a file or frame into memory; with nothing declared, as `describe_input` describes it.

    Missing cells are NULL. Errors: as `open_table` and `Reading.batches`.

    >>> import pyarrow as pa
    >>> read(pa.table({"年齢": [34, None]})).data.to_pylist()
    [{'年齢': 34}, {'年齢': None}]
    """
    if not isinstance(source, str | Path):
        source = _in_memory(source)
    reading = open_table(source, describe_input(source) if declared is None else declared)
    data = pa.Table.from_batches(reading.batches(), reading.arrow_schema)
    return Table(reading.schema, data, reading.facts)


def describe_input(
    source: Given,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
    sheet: str | None = None,
) -> Input:
    """Return the `input` of a spec for a file or frame about which nothing is declared yet.

    Every column of a CSV file is text: what looks like a number may be a code. Parquet files and frames keep their
    types. A column of a workbook has the type of its cells where all are numbers, dates or truths, else text; `sheet`
    names the sheet where there are several. A blank header is called `列N` by its position, a repeated one `name_2`. Errors: as `open_table`.
    """
    if not isinstance(source, str | Path):
        return _stored_input(_in_memory(source).schema)
    path = Path(source)
    found = sniff(path)
    if sheet is not None and found != "excel":
        raise UsageError(_no_sheets())
    if found == "parquet":
        return _stored_input(stored_columns(path))
    if found == "excel":
        return _sheet_input(path, sheet, header_row)
    return _csv_input(examine(path, encoding=encoding, delimiter=delimiter, header_row=header_row))


def _csv_input(examined: Examined) -> Input:
    header = examined.head.header
    return Input.model_validate(
        {
            "format": "csv",
            "encoding": examined.encoding,
            "delimiter": examined.head.delimiter,
            "header_row": examined.header_row,
            "columns": columns_of(header, ["text"] * len(header)),
        }
    )


def _sheet_input(path: Path, sheet: str | None, header_row: int) -> Input:
    examined = examine_sheet(path, name=sheet, header_row=header_row)
    about: dict[str, object] = {"format": "excel", "header_row": header_row}
    if sheet is not None:
        about["sheet"] = sheet
    return Input.model_validate({**about, "columns": columns_of(examined.header, types_of(examined))})


def _stored_input(stored: pa.Schema) -> Input:
    kinds = [kind_of(kind) for kind in stored.types]
    types: list[Type] = [kind or "text" for kind in kinds]
    if not types:
        raise Refused(Problem("no-header", "input.columns", Text("列がありません。", "there is no column.")))
    columns = columns_of(stored.names, types)
    _refuse_if(_type_problems(stored, columns, range(len(columns))))
    return Input(format="parquet", columns=columns)


def _opened_csv(path: Path, declared: Input) -> Reading:
    examined = examine(path, encoding=declared.encoding, delimiter=declared.delimiter, header_row=declared.header_row)
    _refuse_if(header_problems(examined.head.header, declared))
    source = CsvSource(examined, positions(examined.head.header, declared), declared.total_rows)
    return Reading(source, declared)


def _opened_sheet(path: Path, declared: Input) -> Reading:
    examined = examine_sheet(path, name=declared.sheet, header_row=declared.header_row)
    _refuse_if(header_problems(examined.header, declared))
    return Reading(ExcelSource(examined, positions(examined.header, declared), declared), declared)


def _opened_parquet(path: Path, declared: Input) -> Reading:
    stored = stored_columns(path)
    return Reading(ParquetSource(path, stored, _stored_positions(stored, declared)), declared)


_OPENED: Final[dict[str, Callable[[Path, Input], Reading]]] = {
    "csv": _opened_csv,
    "excel": _opened_sheet,
    "parquet": _opened_parquet,
}


def _opened_frame(table: pa.Table, declared: Input) -> Reading:
    return Reading(FrameSource(table, _stored_positions(table.schema, declared)), declared)


def _stored_positions(stored: pa.Schema, declared: Input) -> list[int]:
    _refuse_if(header_problems(stored.names, declared))
    places = positions(stored.names, declared)
    _refuse_if(_type_problems(stored, declared.columns, places))
    return places


def _type_problems(stored: pa.Schema, columns: tuple[Column, ...], places: list[int] | range) -> list[Problem]:
    found = [
        type_problem(stored.field(place).type, column, index)
        for index, (column, place) in enumerate(zip(columns, places, strict=True))
    ]
    return [problem for problem in found if problem is not None]


def _refuse_if(problems: list[Problem]) -> None:
    if problems:
        raise Refused(problems)


def _agree(path: Path, found: str, declared: Input) -> None:
    if found == declared.format:
        return
    what = Text(
        "{declared} と宣言されていますが、{found} のファイルです。",
        "it is declared as {declared}, but the file is {found}.",
    ).fill(declared=declared.format, found=found)
    now = Text("format: を直してください。", "Mend `format:`.")
    raise Refused(Problem("wrong-format", path.name, what, now))


def _no_sheets() -> Problem:
    what = Text("シートがあるのは Excel のブックだけです。", "only an Excel workbook has sheets.")
    return Problem("not-a-workbook", "sheet", what, Text("指定を外してください。", "Leave it out."))


def _in_memory(source: pa.Table | pd.DataFrame) -> pa.Table:
    if isinstance(source, pa.Table):
        return source
    if is_frame(source):
        return arrow_of(source)
    what = Text("表として読めません。", "this cannot be read as a table.")
    now = Text(
        "ファイルの場所、pandas の表、Arrow の表を渡してください。", "Give a path, a pandas frame or an Arrow table."
    )
    raise UsageError(Problem("not-a-source", "", what, now))
