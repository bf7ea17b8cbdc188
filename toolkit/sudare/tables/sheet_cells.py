"""Types the cells of a sheet, which may be texts, numbers, dates and truths in one column."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from sudare.tables.misfits import Fault
from sudare.tables.text_values import ARROW_TYPES, Typed, Typing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from sudare.tables.schema import Type
    from sudare.tables.text_values import Value

Cell: TypeAlias = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta

LOST: Final = 10.0**15  # Excel keeps 15 digits of a number: of a longer one the last are zeros of its own


def text_of(cell: Cell) -> str:
    """Return a cell as a text: a number as Excel shows it plainly, a date in ISO form.

    >>> text_of(34.0), text_of(0.1 + 0.2), text_of(1e-7), text_of(True), text_of(dt.date(2026, 4, 1))
    ('34', '0.3', '0.0000001', 'TRUE', '2026-04-01')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return str(int(cell)) if _is_whole(cell) else format(Decimal(f"{cell:.15g}"), "f")
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return cell.isoformat()


class CellTyping:
    """Types one column, portion after portion."""

    def __init__(self, kind: Type, missing: frozenset[str]) -> None:
        """Take the declared type, and the texts that mean missing."""
        self._kind = kind
        self._missing = missing
        self._typing = Typing(kind)
        self._numbers_may_be_missing = any(map(_looks_like_a_number, missing))
        self.numbers_as_text = False

    def typed(self, cells: Sequence[Cell]) -> Typed:
        """Type cells; '' is an empty cell. Real dates, numbers and truths are taken as they are, texts are read.

        A cell of another kind than the declared type is read from its text. A number of more than 15 digits is a
        fault in a column of whole numbers or of texts: Excel has put zeros for what follows.

        >>> CellTyping("integer", frozenset({"不明"})).typed([34.0, "１２", "不明", "", 1.5]).values.to_pylist()
        [34, 12, None, None, None]
        """
        kinds = set(map(type, cells))
        if kinds <= {str}:
            unknown = self._missing | {""}
            return self._typing.typed(pa.array([None if cell in unknown else cell for cell in cells], pa.string()))
        if kinds == {float} and not self._numbers_may_be_missing and (quick := _numbers(self._kind, cells)) is not None:
            return Typed(quick)
        texts: list[str | None] = []
        values: list[Value | None] = []
        lost: list[int] = []
        for place, cell in enumerate(cells):
            text, value = self._read(cell)
            if value is None and text is not None and not isinstance(cell, str) and self._loses(cell):
                lost.append(place)
                text = None
            texts.append(text)
            values.append(value)
        typed = self._typing.typed(pa.array(texts, pa.string()))
        merged = typed.values if self._kind == "text" else self._merged(typed.values, values)
        faults = (*typed.faults, *(((Fault.rounded, pa.array(lost, pa.uint64())),) if lost else ()))
        return Typed(merged, faults)

    def _merged(self, read: pa.Array, values: list[Value | None]) -> pa.Array:
        return pc.coalesce(pa.array(values, ARROW_TYPES[self._kind]), read)

    def _known(self, cell: Cell) -> str | None:
        text = text_of(cell)
        return None if not text or text in self._missing else text

    def _read(self, cell: Cell) -> tuple[str | None, Value | None]:
        """Return the text to be read, or the value where the cell is of the declared type already."""
        text = self._known(cell)
        if text is None or isinstance(cell, str):
            return text, None
        if self._kind == "text":
            self.numbers_as_text = self.numbers_as_text or isinstance(cell, int | float)
            return text, None
        value = _own(self._kind, cell)
        return (text, None) if value is None else (None, value)

    def _loses(self, cell: Cell) -> bool:
        return self._kind in {"text", "integer"} and isinstance(cell, int | float) and abs(cell) >= LOST


def _numbers(kind: Type, cells: Sequence[Cell]) -> pa.Array | None:
    """Take a column of number cells at once where each is of the declared type as it stands, else None."""
    if kind not in {"decimal", "integer"}:
        return None
    numbers = pa.array(cells, pa.float64())
    if kind == "integer":
        fits = pc.and_(pc.equal(numbers, pc.trunc(numbers)), pc.less(pc.abs(numbers), LOST))
        return numbers.cast(pa.int64()) if pc.all(fits).as_py() else None
    return numbers if pc.all(pc.is_finite(numbers)).as_py() else None


def _looks_like_a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _own(kind: Type, cell: Cell) -> Value | None:
    """Return a cell as a value of this type where it is of that kind, else None."""
    if isinstance(cell, bool):
        return cell if kind == "boolean" else None
    if isinstance(cell, int | float):
        if kind == "decimal":
            return float(cell) if math.isfinite(cell) else None
        return int(cell) if kind == "integer" and _is_whole(cell) and abs(cell) < LOST else None
    if kind == "datetime" and isinstance(cell, dt.date):
        # A date cell shows no time where it is midnight.
        return cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())
    return cell if kind == "date" and type(cell) is dt.date else None


def _is_whole(number: float) -> bool:
    return math.isfinite(number) and number == int(number)


class Kinds:
    """What kinds of cells a column holds, looked at portion after portion; from these its type is told."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kinds: set[type] = set()
        self._whole = True

    def add(self, cells: Sequence[Cell]) -> None:
        """Take more cells of the column."""
        kinds = {float if kind is int else kind for kind in set(map(type, cells))}
        if str in kinds and not any(cell for cell in cells if type(cell) is str):
            kinds.discard(str)
        self._kinds |= kinds
        if self._kinds == {float}:
            self._whole = self._whole and all(
                _is_whole(cell) and abs(cell) < LOST for cell in cells if isinstance(cell, int | float)
            )

    @property
    def type(self) -> Type:
        """The type: that of all cells that hold something, and text where they differ or there are none."""
        if self._kinds == {float}:
            return "integer" if self._whole else "decimal"
        if self._kinds in ({dt.datetime}, {dt.datetime, dt.date}):
            return "datetime"
        if self._kinds == {dt.date}:
            return "date"
        return "boolean" if self._kinds == {bool} else "text"
