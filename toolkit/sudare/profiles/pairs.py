"""Columns that tell one another: copies, nested ones, near dependencies, and what is computed from others."""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sudare.language import Text
from sudare.profiles.computed import FEWEST, TELLS, adds_up, is_body_mass_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from sudare.language import Language
    from sudare.profiles.sample import Looked
    from sudare.tables.schema import Type

    Numbers = NDArray[np.float64]

_EQUAL: Final = 0.99  # of the rows hold the same in two copies
_GUESS: Final = 0.9  # of the rows hold the commonest value: then telling it tells nothing
_BEYOND_CHANCE: Final = 0.9  # of the rows besides one for each value of the telling column
_NEARLY_UNIQUE: Final = 0.5  # different values by cells; a column of single values tells everything and means nothing
_SOME: Final = 500  # rows of a glance
_AT_A_GLANCE: Final = 0.9  # of them; where fewer agree, 97 % of all rows do not: eight standard deviations
_YEARS: Final = (1868, 2100)  # in which a column of years has its median
_AGES: Final = (0, 120)
# Medians of grown people and of children, in m or cm, kg, and kg/m2: which numbers may be what.
_HEIGHTS: Final = ((0.9, 2.1), (90, 210))
_WEIGHTS: Final = ((12, 130),)
_INDICES: Final = ((12, 40),)
_ABOUT: Final = 1.3  # by which the index of the medians and the median of the indices may differ

Kind = Literal["equal", "one-to-one", "nested", "tells", "birth-year-and-age", "body-mass-index"]


@dataclass(frozen=True)
class Pair:
    """Columns of which one tells the other. The share is of the rows looked at, rounded down; of a rule there is none."""

    kind: Kind
    columns: tuple[str, ...] = field(repr=False)  # the telling one first; of three, the computed one last
    share: float | None = None

    @property
    def message(self) -> Text:
        """What the kind means, with the columns named."""
        one, other, third = (*self.columns, "")[:3]
        share = f"{math.floor((self.share or 0) * 1000) / 10:g} %"
        return _MESSAGES[self.kind].fill(one=one, other=other, third=third, share=share)

    def to_dict(self, lang: Language) -> dict[str, Any]:
        """Return the stable keys."""
        return {
            "kind": self.kind,
            "columns": list(self.columns),
            "share": self.share,
            "message": self.message.pick(lang),
        }


_MESSAGES: Final[Mapping[Kind, Text]] = {
    "equal": Text(
        "「{one}」と「{other}」は {share} の行で同じです。",
        "'{one}' and '{other}' are the same in {share} of the rows.",
    ),
    "one-to-one": Text(
        "「{one}」と「{other}」は一対一に対応します。", "'{one}' and '{other}' tell each other in every row."
    ),
    "nested": Text(
        "「{one}」が決まれば「{other}」も決まります（逆は決まりません）。",
        "'{one}' tells '{other}' in every row, and not the other way round.",
    ),
    "tells": Text(
        "「{one}」から「{other}」が {share} の行で分かります。", "'{one}' tells '{other}' in {share} of the rows."
    ),
    "birth-year-and-age": Text(
        "「{one}」の年と「{other}」の和がほぼ一定です（生年と年齢）。",
        "the year of '{one}' and '{other}' add up to nearly the same (year of birth and age).",
    ),
    "body-mass-index": Text(
        "「{third}」は「{one}」と「{other}」から計算できます（BMI）。",
        "'{third}' can be computed from '{one}' and '{other}' (BMI).",
    ),
}


def pairs_of(columns: Sequence[Looked]) -> tuple[Pair, ...]:
    """Return what columns tell of one another in the rows looked at; nothing where there are fewer than 30.

    A column that is nearly constant is not told, and one that is nearly unique does not tell: neither would mean
    anything. A share counts the rows in which the commonest value beside each value is the right one; rows in which
    the telling cell is missing are left out.
    """
    if not columns or len(columns[0].codes) < FEWEST:
        return ()
    varied = _at_a_glance([one for one in columns if one.distinct > 1])
    return (
        *(pair for one, other in itertools.combinations(varied, 2) for pair in _told(one, other)),
        *_computed([one.column for one in varied]),
    )


def _told(one: _Glance, other: _Glance) -> Iterator[Pair]:
    names = one.column.name, other.column.name
    share = _equal_share(one.column, other.column) if one.may_equal(other) else 0.0
    if share >= _EQUAL:
        yield Pair("equal", names, _down(share))
        return
    forth, back = one.may_tell(other)
    shares = (
        _tells(one.column, other.column) if forth else 0.0,
        _tells(other.column, one.column) if back else 0.0,
    )
    if shares == (1, 1):
        yield Pair("one-to-one", names, 1.0)
        return
    for share, (telling, told) in zip(shares, (names, names[::-1]), strict=True):
        if share >= TELLS:
            yield Pair("nested" if share == 1 else "tells", (telling, told), _down(share))


@dataclass(frozen=True)
class _Glance:
    """Some hundred rows of a column: of many pairs of columns, nearly all are told apart by them."""

    column: Looked
    codes: NDArray[np.int64]
    values: NDArray[np.int64]  # numbers that stand for the same value in every column; -1 missing
    size: int  # of the codes; the last is that of missing cells, where there are any
    telling: bool  # whether the column has values that come again
    varied: bool  # whether no value is in nearly every row

    def may_equal(self, other: _Glance) -> bool:
        """Say whether two columns can be copies."""
        if not (self.varied and other.varied and self.column.type == other.column.type):
            return False
        there = (self.values >= 0) | (other.values >= 0)
        held = int(np.count_nonzero(there))
        alike = int(np.count_nonzero((self.values == other.values) & there))
        return 2 * held < len(there) or alike >= _AT_A_GLANCE * held

    def may_tell(self, other: _Glance) -> tuple[bool, bool]:
        """Say whether the column can tell another, and whether it can be told by it."""
        keys, counts = np.unique(self.codes * other.size + other.codes, return_counts=True)
        return self._may_tell(keys // other.size, counts), other._may_tell(keys % other.size, counts)

    def _may_tell(self, codes: NDArray[np.int64], counts: NDArray[np.int64]) -> bool:
        if not self.telling:
            return False
        right = np.zeros(self.size + 1, np.int64)  # the commonest value beside each value
        np.maximum.at(right, codes, counts)
        held = int(np.count_nonzero(self.values >= 0))
        missing = int(right[self.size - 1]) if held < len(self.values) else 0
        return 2 * held < len(self.values) or int(right.sum()) - missing >= _AT_A_GLANCE * held


def _at_a_glance(columns: Sequence[Looked]) -> list[_Glance]:
    rows = len(columns[0].codes) if columns else 0
    part = slice(None, None, max(1, rows // _SOME))
    coded = [np.unique(one.codes[part], return_inverse=True) for one in columns]
    texts = [
        one.values.take(pa.array(places)).cast(pa.string()) for one, (places, _) in zip(columns, coded, strict=True)
    ]
    encoded = pa.chunked_array(texts, pa.string()).combine_chunks().dictionary_encode()
    numbers = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    ends = list(itertools.accumulate((len(places) for places, _ in coded), initial=0))
    found = []
    for one, (places, codes), start in zip(columns, coded, ends, strict=False):
        sizes = np.bincount(one.codes, minlength=one.size)
        present = int(sizes[: one.distinct].sum())
        telling = one.distinct <= _NEARLY_UNIQUE * present
        varied = bool(sizes.max() <= _GUESS * rows)
        values = numbers[start + codes]
        found.append(_Glance(one, codes.astype(np.int64), values, len(places), telling, varied))
    return found


def _equal_share(one: Looked, other: Looked) -> float:
    """Return in which share of the rows that hold anything two columns hold the same."""
    held = (one.codes < one.distinct) | (other.codes < other.distinct)
    # Values are compared once for each pair of codes.
    keys, counts = np.unique(one.codes[held] * other.size + other.codes[held], return_counts=True)
    same = pc.equal(one.values.take(pa.array(keys // other.size)), other.values.take(pa.array(keys % other.size)))
    alike = counts[pc.fill_null(same, False).to_numpy(zero_copy_only=False)]  # noqa: FBT003 - pyarrow's own
    return float(alike.sum() / counts.sum())


def _tells(one: Looked, other: Looked) -> float:
    """Return in which share of its rows a column tells another; 0 where that would be chance or mean nothing."""
    kept = one.codes < one.distinct
    codes, beside = one.codes[kept], other.codes[kept]
    if len(codes) < FEWEST or np.bincount(beside).max() > _GUESS * len(beside):
        return 0.0
    keys, counts = np.unique(codes * other.size + beside, return_counts=True)
    # The keys are sorted, so that those of one value stand together.
    starts = np.flatnonzero(np.diff(keys // other.size, prepend=-1))
    right = int(np.maximum.reduceat(counts, starts).sum())
    beyond = (right - len(starts)) / max(1, len(codes) - len(starts))
    return right / len(codes) if beyond >= _BEYOND_CHANCE else 0.0


def _down(share: float) -> float:
    return math.floor(share * 10_000) / 10_000


def _computed(columns: Sequence[Looked]) -> Iterator[Pair]:
    numbers = [_Numbers(one.name, one.type, found) for one in columns if (found := one.numbers()) is not None]
    moving = [one for one in numbers if not one.is_nearly_constant()]
    years = [one for one in moving if one.lies_in(_YEARS)]
    ages = [one for one in moving if one.type == "integer" and one.lies_in(_AGES)]
    for birth, age in itertools.product(years, ages):
        if _holds(adds_up, birth, age):
            yield Pair("birth-year-and-age", (birth.name, age.name))
    measured = [one for one in numbers if one.type in {"integer", "decimal"}]
    kinds = ([one for one in measured if one.lies_in(*ranges)] for ranges in (_HEIGHTS, _WEIGHTS, _INDICES))
    for three in itertools.product(*kinds):
        if _is_plausible(*three) and _holds(is_body_mass_index, *three):
            yield Pair("body-mass-index", tuple(one.name for one in three))


def _is_plausible(height: _Numbers, weight: _Numbers, index: _Numbers) -> bool:
    """Say whether the medians of three columns fit, which spares nearly all threes the asking."""
    metres = height.median / 100 if height.median > _HEIGHTS[0][1] else height.median
    return len({height.name, weight.name, index.name}) == 3 and (  # noqa: PLR2004 - all three
        1 / _ABOUT <= weight.median / metres**2 / index.median <= _ABOUT
    )


@dataclass(frozen=True)
class _Numbers:
    """The numbers of one column row by row, NaN where missing."""

    name: str
    type: Type
    values: Numbers

    @functools.cached_property
    def median(self) -> float:
        return float(np.nanmedian(self.values))

    def lies_in(self, *ranges: tuple[float, float]) -> bool:
        return any(low <= self.median <= high for low, high in ranges)

    def is_nearly_constant(self) -> bool:
        """Say whether nearly every number is within one of the median: then nearly everything adds up."""
        there = self.values[~np.isnan(self.values)]
        return bool(np.mean(np.abs(there - self.median) <= 1) > _GUESS)


def _holds(rule: Callable[..., bool], *columns: _Numbers) -> bool:
    """Ask a rule of the rows that have all numbers."""
    beside = [one.values for one in columns]
    whole = np.invert(np.any(np.isnan(beside), axis=0))
    return rule(*(numbers[whole] for numbers in beside))
