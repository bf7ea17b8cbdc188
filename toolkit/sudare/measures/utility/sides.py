"""One column before and after, put into groups that mean the same on both sides."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sudare.measures.kernel.encoding import encode
from sudare.measures.utility.label_interval import Interval, interval_of
from sudare.tables.text_values import Typing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Real, Truth, Whole
    from sudare.measures.utility.label_interval import Scale
    from sudare.tables.schema import Type

Read: TypeAlias = Literal["numbers", "intervals", "groups", "categories"]
_BINS: Final = 20  # of a scale, each with about as many records of the original
_FEW: Final = range(1, 2 * _BINS + 1)  # different numbers that get a group each


@dataclass(frozen=True)
class Side:
    """The cells of one column on one side.

    `codes` are the groups both sides share; `values` the cells as they stand, comparable between the sides where
    texts or numbers are equal; a missing cell and a hidden one have the last codes but one and the last one of each.
    `numbers` is NaN where a cell is no number.
    """

    codes: Whole = field(repr=False)
    values: Whole = field(repr=False)
    numbers: Real = field(repr=False)
    hidden: Truth = field(repr=False)
    missing: Truth = field(repr=False)

    def take(self, rows: Whole) -> Side:
        """Return some rows."""
        return Side(*(getattr(self, name)[rows] for name in ("codes", "values", "numbers", "hidden", "missing")))

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True)
class Sides:
    """A column before and after. `groups` counts the shared groups, the last one for missing cells.

    How it was `read`: as numbers (or dates) on both sides, a group for each where there are few (up to 40),
    around each released number where only these are few, else bins that each hold about a twentieth of the original;
    as intervals, where labels of ours stand on the same scale; as groups, where each original value became one label
    of another kind, under which it is then counted; else as categories, where only equal texts are alike.
    """

    name: str
    read: Read
    groups: int
    before: Side
    after: Side


def sides(
    name: str, before: pa.ChunkedArray, after: pa.ChunkedArray, hidden: Truth, rows: tuple[Whole, Whole] | None = None
) -> Sides:
    """Read one column of two tables.

    `before` has a type, `after` one of its own or text; `hidden` says where a step hid a cell of `after`. `rows` are
    the places of the same records on each side, where that is known; without it no value can be followed to its
    label. A missing cell is NULL, NaN or, in a column of numbers or dates, what does not fit.
    """
    scaled = _on_a_scale(before, after, hidden)
    found = _of_values(before, after, hidden) if scaled is None else scaled.in_groups(hidden)
    made = Sides(name, *found)
    if made.read != "categories" or rows is None:
        return made
    return _followed(made, *rows)


# ------------------------------------------------------------------ numbers and dates


@dataclass(frozen=True)
class _Scaled:
    """Numbers on both sides, and for cells that are labels the interval of each."""

    before: Real
    after: Real
    label: Whole  # for each row of `after` the place of its interval, -1 for a number or nothing
    intervals: tuple[Interval, ...]

    def in_groups(self, hidden: Truth) -> tuple[Read, int, Side, Side]:
        edges = _edges(self.before, self.intervals) if self.intervals else _edges_of_numbers(self.before, self.after)
        groups = len(edges) + 2
        old, new = (np.searchsorted(edges, numbers, "right") for numbers in (self.before, self.after))
        labelled = self.label >= 0
        lows = np.array([one.low for one in self.intervals])
        if labelled.any():
            new[labelled] = np.searchsorted(edges, lows, "right")[self.label[labelled]]
        missing = np.isnan(self.after) & ~labelled & ~hidden
        absent = np.isnan(self.before)
        values = np.unique(np.concatenate((self.before[~absent], self.after[~np.isnan(self.after)])))
        gone, last = len(values) + len(self.intervals), groups - 1
        first = np.searchsorted(values, self.before)
        second = np.where(labelled, len(values) + self.label, np.searchsorted(values, self.after))
        nobody = np.zeros(len(old), bool)
        before = Side(_with(old, absent, nobody, last), _with(first, absent, nobody, gone), self.before, nobody, absent)
        after = Side(
            _with(new, missing, hidden, last), _with(second, missing, hidden, gone), self.after, hidden, missing
        )
        return "intervals" if self.intervals else "numbers", groups, before, after


def _with(codes: Whole, missing: Truth, hidden: Truth, last: int) -> Whole:
    return np.where(hidden, last + 1, np.where(missing, last, codes)).astype(np.int64)


def _on_a_scale(before: pa.ChunkedArray, after: pa.ChunkedArray, hidden: Truth) -> _Scaled | None:
    kind = _kind(before.type)
    if kind is None:
        return None
    scale: Scale = "days" if kind in {"date", "datetime"} else "numbers"
    old = _numbers(before)
    label = np.full(len(after), -1, np.int64)
    if _kind(after.type) is not None and (_kind(after.type) in {"date", "datetime"}) == (scale == "days"):
        return _Scaled(old, np.where(hidden, np.nan, _numbers(after)), label, ())
    words, places = _words(after, hidden)
    typed = pa.chunked_array([Typing("decimal" if scale == "numbers" else kind).typed(words).values])
    numbers = _numbers(typed)
    unread = np.isnan(numbers)
    labels = [interval_of(word, scale) for word in words.filter(pa.array(unread)).to_pylist()]
    if any(one is None for one in labels):
        return None
    intervals = tuple(sorted({one for one in labels if one is not None}))
    which = np.full(len(words) + 1, -1, np.int64)
    rank = {one: n for n, one in enumerate(intervals)}
    which[np.flatnonzero(unread)] = [rank[one] for one in labels if one is not None]
    return _Scaled(old, np.append(numbers, np.nan)[places], which[places], intervals)


def _edges_of_numbers(before: Real, after: Real) -> Real:
    """Return where groups begin where both sides are numbers.

    Midway between the released numbers where these are few and much fewer than the original ones, as after rounding;
    between all numbers where these are few; else so that each holds about as many records of the original.
    """
    old, new = (np.unique(side[~np.isnan(side)]) for side in (before, after))
    both = np.union1d(old, new)
    if len(new) in _FEW and 2 * len(new) <= len(old):
        return _midways(new)
    return _midways(both) if len(both) in _FEW else _edges(before, ())


def _midways(values: Real) -> Real:
    middles: Real = values[:-1] / 2 + values[1:] / 2
    return middles


def _edges(before: Real, intervals: Sequence[Interval]) -> Real:
    """Return where groups begin: none within a label's stretch, so that each label lies in one group."""
    there = before[~np.isnan(before)]
    shares = np.sort(there)[(np.arange(1, _BINS) * len(there)) // _BINS] if len(there) else np.empty(0)
    ends = [end for one in intervals for end in one]
    edges: Real = np.unique(np.concatenate((shares, np.array(ends, float))))
    edges = edges[np.isfinite(edges)]
    lows, highs = np.array([one.low for one in intervals]), np.array([one.high for one in intervals])
    # As many stretches began before an edge as ended at or before it: it lies within none.
    began = np.searchsorted(np.sort(lows), edges, "left")
    ended = np.searchsorted(np.sort(highs), edges, "right")
    outside: Real = edges[began == ended]
    return outside


def _numbers(cells: pa.ChunkedArray) -> Real:
    """Return numbers, or dates as days since 1970-01-01; NaN where missing."""
    kind = _kind(cells.type)
    if kind == "date":
        cells = cells.cast(pa.date32()).cast(pa.int32())
    elif kind == "datetime":
        cells = pc.divide(cells.cast(pa.timestamp("us")).cast(pa.int64()).cast(pa.float64(), safe=False), 86_400e6)
    found: Real = cells.cast(pa.float64(), safe=False).to_numpy()
    finite: Real = np.array(found, np.float64)
    finite[np.isinf(finite)] = np.nan
    return finite


def _kind(type_: pa.DataType) -> Type | None:
    if pa.types.is_date(type_):
        return "date"
    if pa.types.is_timestamp(type_):
        return "datetime"
    if pa.types.is_integer(type_):
        return "integer"
    return "decimal" if pa.types.is_floating(type_) or pa.types.is_decimal(type_) else None


# ------------------------------------------------------------------ texts


def texts(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return cells as text: numbers and dates as a file would write them."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    if pa.types.is_floating(cells.type) and (there := cells.drop_null()).equals(pc.floor(there)):
        cells = cells.cast(pa.int64(), safe=False) if _small(there) else cells
    return cells.cast(pa.string())


def _small(numbers: pa.ChunkedArray) -> bool:
    largest = pc.max(pc.abs(numbers)).as_py()
    return largest is None or largest < 2.0**53


def _words(cells: pa.ChunkedArray, hidden: Truth) -> tuple[pa.Array, Whole]:
    """Return the different texts, and for each row the place of its own; after the last one where it has none."""
    seen = pc.if_else(pa.array(~hidden), texts(cells), pa.scalar(None, pa.string()))
    chunk = pa.chunked_array([seen]) if isinstance(seen, pa.Array) else seen
    encoded = pa.array(chunk.combine_chunks() if chunk.num_chunks else [], pa.string()).dictionary_encode()
    places = pc.fill_null(encoded.indices, len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    return encoded.dictionary, places.astype(np.int64)


def _of_values(before: pa.ChunkedArray, after: pa.ChunkedArray, hidden: Truth) -> tuple[Read, int, Side, Side]:
    old, new = texts(before), texts(after)
    both = encode("", pa.chunked_array([*old.chunks, *new.chunks], pa.string()), in_order=True)
    values = both.levels - (both.missing is not None)
    first, second = both.codes[: len(old)].astype(np.int64), both.codes[len(old) :].astype(np.int64)
    absent = first == values
    missing = (second == values) & ~hidden
    nobody = np.zeros(len(old), bool)
    first, second = _with(first, absent, nobody, values), _with(second, missing, hidden, values)
    before_side = Side(first, first, np.full(len(old), np.nan), nobody, absent)
    after_side = Side(second, second, np.full(len(new), np.nan), hidden, missing)
    return "categories", values + 1, before_side, after_side


def _followed(given: Sides, before_rows: Whole, after_rows: Whole) -> Sides:
    """Count each original value under the label it became, where every value became one label and some are new."""
    last = given.groups - 1
    old, new = given.before.codes[before_rows], given.after.codes[after_rows]
    seen = (old < last) & (new < last)
    old, new = old[seen], new[seen]
    if not len(old) or np.isin(new, given.before.codes).all():
        return given
    became = np.arange(given.groups + 1)
    became[old] = new
    if not np.array_equal(became[old], new):
        return given
    return replace(given, read="groups", before=replace(given.before, codes=became[given.before.codes]))
