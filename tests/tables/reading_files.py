"""Writes the small files that the tests of reading use, and reads them back."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from sudare.errors import SudareError
from sudare.tables.schema import Input
from sudare.tables.table import Table, open_table, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def declare(*columns: str | dict[str, Any], **about: Any) -> Input:
    """Declare columns by name (text) or in full."""
    named = [{"name": column} if isinstance(column, str) else column for column in columns]
    return Input.model_validate({"columns": named, **about})


def column(name: str, kind: str) -> dict[str, Any]:
    """Declare one column of a type."""
    return {"name": name, "type": kind}


def csv_bytes(rows: Sequence[Sequence[str]], encoding: str = "utf-8", **dialect: Any) -> bytes:
    """Write rows with Python's own csv module."""
    text = io.StringIO(newline="")
    csv.writer(text, **dialect).writerows(rows)
    return text.getvalue().encode(encoding)


def put(folder: Path, content: str | bytes, name: str = "表.csv") -> Path:
    """Write a file."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows_of(table: Table) -> list[tuple[Any, ...]]:
    """Return the rows of a table."""
    return list(zip(*(values.to_pylist() for values in table.data.columns), strict=True))


def refused(action: Callable[[], object], *planted: str) -> SudareError:
    """Return the error of an action; no message of it, in either language, holds a planted value."""
    with pytest.raises(SudareError) as raised:
        action()
    told = str(raised.value) + "".join(p.where + p.message.ja + p.message.en for p in raised.value.problems)
    for value in planted:
        assert value not in told
    chain = raised.value.__context__
    assert raised.value.__cause__ is None
    assert chain is None or raised.value.__suppress_context__
    return raised.value


def codes(error: SudareError) -> list[str]:
    """Return the codes of all problems."""
    return [problem.code for problem in error.problems]


def reading_refused(path: Path, declared: Input, *planted: str) -> SudareError:
    """Return the refusal of a file, and prove that streaming says the same as reading it whole."""
    whole = refused(lambda: read(path, declared), *planted)
    streamed = refused(lambda: list(open_table(path, declared).batches()), *planted)
    assert streamed.problems == whole.problems
    return whole
