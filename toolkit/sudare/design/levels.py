"""One column of the loaded table as codes in the order of its values, with the value that each code stands for."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sudare.engines.predicates import as_written, typed
from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.measures.kernel import encode
from sudare.techniques.technique import DATES, NUMBERS

if TYPE_CHECKING:
    from sudare.measures.kernel import Column as Codes
    from sudare.tables.schema import Column

At: TypeAlias = str | int | float | Decimal | date
Numbers: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]

_INT64 = np.iinfo(np.int64)
_EPOCH = date(1970, 1, 1).toordinal()


class Stretch(NamedTuple):
    """Codes from `start` up to but not including `stop`."""

    start: int
    stop: int


@dataclass(frozen=True)
class Levels:
    """A column's codes and its different values; code n stands for value n, a missing cell has the last code."""

    declared: Column
    codes: Codes = field(repr=False)
    values: pa.Array = field(repr=False)

    @classmethod
    def of(cls, cells: pa.ChunkedArray, declared: Column) -> Levels:
        """Encode a column; equal values get one code, greater ones a greater code."""
        codes = encode(declared.called, cells, in_order=True)
        there = codes.levels - (codes.missing is not None) if len(codes) else 0
        rows = np.zeros(codes.levels, np.int64)
        rows[codes.codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # where each code stands first
        values = cells.take(pa.array(rows[:there]))
        return cls(declared, codes, pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], cells.type))

    @property
    def ordered(self) -> bool:
        """Whether the values lie on a scale, so that a cut is of any meaning."""
        return self.declared.type in NUMBERS | DATES

    @property
    def in_years(self) -> bool:
        """Whether the column is looked at in years, as dates are."""
        return self.declared.type in DATES

    def numbers(self) -> Numbers:
        """Return the values as numbers, ascending: of dates the days, of points in time the microseconds since 1970."""
        if self.declared.type == "decimal":
            return np.asarray(self.values.cast(pa.float64()), np.float64)
        width = pa.int32() if self.declared.type == "date" else pa.int64()
        return np.asarray(self.values.cast(width), np.int64)

    def places(self) -> npt.NDArray[np.float64]:
        """Return where the values lie on a chart's axis: the number itself, of dates the year."""
        if self.in_years:
            return np.asarray(pc.year(self.values), np.int64).astype(np.float64)
        # Not cast by Arrow, whose refusal of a whole number past 2^53 would tell the number.
        return np.clip(self.numbers().astype(np.float64), -sys.float_info.max, sys.float_info.max)

    def texts(self) -> list[str]:
        """Return the values of a column without a scale as texts."""
        if self.declared.type == "boolean":
            return ["true" if value else "false" for value in self.values.to_pylist()]
        return [str(value) for value in self.values.to_pylist()]

    def number_of(self, at: At) -> float:
        """Return a cut, as a spec may write it, as a number of `numbers`.

        Errors: `wrong-type` where it does not fit the column.
        """
        value = self._read(at)
        if isinstance(value, datetime):
            since = value - datetime(1970, 1, 1)  # noqa: DTZ001 - times of a table have no zone
            return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        if isinstance(value, date):
            return value.toordinal() - _EPOCH
        if isinstance(value, Decimal):
            return float(value)
        return max(int(_INT64.min), min(value, int(_INT64.max)))

    def place_of(self, at: At) -> float:
        """Return where a cut lies on a chart's axis. Errors: `wrong-type`."""
        value = self._read(at)
        return float(value.year if isinstance(value, date) else value)

    def _read(self, at: At) -> date | Decimal | int:
        value = typed(str(as_written(at)), self.declared.type) if self.ordered else None
        if not isinstance(value, date | Decimal | int):
            what = Text("切る位置が列「{name}」の型に合いません。", "the cut does not fit the type of column '{name}'.")
            raise Refused(Problem("wrong-type", self.declared.called, what.fill(name=self.declared.called)))
        return value

    def beyond(self, at: At, *, above: bool) -> Stretch:
        """Return which codes lie at or above a cut, or at or below it."""
        number, values = self.number_of(at), self.numbers()
        if above:
            return Stretch(int(np.searchsorted(values, number, "left")), len(values))
        return Stretch(0, int(np.searchsorted(values, number, "right")))
