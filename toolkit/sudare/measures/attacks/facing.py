"""One column as an attacker faces it: what is known of a person, what the output shows, and what fits what."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from sudare.measures.utility.label_interval import interval_of
from sudare.measures.utility.sides import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Real, Truth, Whole
    from sudare.measures.utility.label_interval import Interval, Scale
    from sudare.measures.utility.sides import Sides

_NONE: Final = -1


@dataclass(frozen=True)
class Facing:
    """What is known and what is shown, in codes of their own, in the order of the values.

    `known` has one code for each record of the original, `shown` one for each of the output. Shown codes come in
    layers, within which no two fit the same known one: equal values, stretches of a scale that do not overlap, the
    hidden cell. `fits[layer]` has for each known code the shown one that fits, -1 where none does; `layer` has one
    number for each shown code. `places` are the numbers (or days) behind the codes of both, NaN where there is none;
    `spread` is the standard deviation of the original.
    """

    name: str
    known: Whole = field(repr=False)
    shown: Whole = field(repr=False)
    fits: tuple[Whole, ...] = field(repr=False)
    layer: Whole = field(repr=False)
    places: tuple[Real, Real] = field(repr=False)
    hidden: Truth = field(repr=False)  # for each shown code
    spread: float

    def of(self, records: Whole) -> Facing:
        """Return what is known of some records of the original."""
        return replace(self, known=self.known[records])

    def fit(self, known: Whole, shown: Whole) -> Truth:
        """Say for pairs of codes (broadcast against each other) whether what is shown fits what is known."""
        found: Truth = np.zeros(np.broadcast_shapes(known.shape, shown.shape), bool)
        for one in self.fits:
            found |= one[known] == shown
        return found

    def distance(self, known: Whole, shown: Whole) -> Real:
        """Return squared distances of every known code from every shown one (known x shown).

        The square of the difference in standard deviations where both are numbers; else 0 where what is shown fits
        and 1 where it does not, as also where all numbers of the original are equal.
        """
        known, shown = known[:, None], shown[None, :]
        apart: Real = np.where(self.fit(known, shown), 0.0, 1.0)
        if not self.spread:
            return apart
        old, new = self.places[0] / self.spread, self.places[1] / self.spread
        gap = old[known] - new[shown]
        np.multiply(gap, gap, out=gap)
        np.copyto(gap, apart, where=np.isnan(gap))
        return gap


def facing(
    column: Sides, before: pa.ChunkedArray, after: pa.ChunkedArray, rows: tuple[Whole, Whole] | None = None
) -> Facing:
    """Let an attacker who knows the original cells of a column face the output's.

    A missing cell fits a missing one, a hidden one fits everything, and a label of ours (40歳以上50歳未満) every number
    in its stretch. A label that is no original value fits the values that became it more often than any other such
    label: the attacker is taken to know the groups. That needs the `rows` of the same records on each side; without
    them such a label fits nobody.

    >>> import pyarrow as pa
    >>> from sudare.measures.utility.sides import sides
    >>> old, new = pa.chunked_array([[41, 55]]), pa.chunked_array([["40以上50未満", None]])
    >>> made = facing(sides("age", old, new, np.array([False, True])), old, new)
    >>> made.fit(made.known[:, None], made.shown[None, :]).tolist()
    [[True, True], [False, True]]
    """
    (old, first_old, known), (new, first_new, shown) = (
        np.unique(side.values, return_index=True, return_inverse=True) for side in (column.before, column.after)
    )
    known, shown = known.reshape(-1).astype(np.int64), shown.reshape(-1).astype(np.int64)
    hidden = column.after.hidden[first_new]
    places = column.before.numbers[first_old], column.after.numbers[first_new]
    layers = [_equal(old, new)]
    layer = np.zeros(len(new), np.int64)
    for codes, stretches in _apart(_stretches(column, before, after, first_new)):
        layer[codes] = len(layers)
        layers.append(_within(places[0], codes, stretches))
    groups = ~np.isin(new, old) & ~hidden & ~column.after.missing[first_new]
    if rows is not None and column.read in {"groups", "categories"} and groups.any():
        layer[groups] = len(layers)
        layers.append(_became(known[rows[0]], shown[rows[1]], groups, len(old)))
    if hidden.any():
        layer[hidden] = len(layers)
        layers.append(np.full(len(old), int(np.flatnonzero(hidden)[0])))
    numbers = column.before.numbers[~np.isnan(column.before.numbers)]
    spread = float(np.std(numbers, ddof=1)) if len(numbers) > 1 else 0.0
    return Facing(column.name, known, shown, tuple(layers), layer, places, hidden, spread)


def _became(known: Whole, shown: Whole, groups: Truth, values: int) -> Whole:
    """Return for each known value the group that it became most often, the first of equally common ones."""
    seen = groups[shown]
    pairs, times = np.unique(known[seen] * len(groups) + shown[seen], return_counts=True)
    order = np.lexsort((-pairs, times))  # so that the commonest one is put in last
    found = np.full(values, _NONE)
    found[pairs[order] // len(groups)] = pairs[order] % len(groups)
    return found


def _equal(old: Whole, new: Whole) -> Whole:
    """Return for each known value the place of the equal one among those shown."""
    if not len(new):
        return np.full(len(old), _NONE)
    place = np.minimum(np.searchsorted(new, old), len(new) - 1)
    found: Whole = np.where(new[place] == old, place, _NONE)
    return found


def _stretches(
    column: Sides, before: pa.ChunkedArray, after: pa.ChunkedArray, firsts: Whole
) -> list[tuple[int, Interval]]:
    """Return the shown codes that are labels of a stretch, each with its stretch."""
    if column.read != "intervals":
        return []
    side = column.after
    codes = np.flatnonzero(np.isnan(side.numbers[firsts]) & ~side.hidden[firsts] & ~side.missing[firsts])
    days = pa.types.is_date(before.type) or pa.types.is_timestamp(before.type)
    scale: Scale = "days" if days else "numbers"
    words = texts(after.take(pa.array(firsts[codes]))).to_pylist()
    read = [(int(code), interval_of(word, scale)) for code, word in zip(codes, words, strict=True)]
    return [(code, one) for code, one in read if one is not None]


def _apart(labels: Sequence[tuple[int, Interval]]) -> list[tuple[list[int], list[Interval]]]:
    """Part labels into layers within which no two stretches overlap, each in the order of the scale."""
    layers: list[tuple[list[int], list[Interval]]] = []
    for code, stretch in sorted(labels, key=lambda label: label[1]):
        for codes, stretches in layers:
            if stretches[-1].high <= stretch.low:
                codes.append(code)
                stretches.append(stretch)
                break
        else:
            layers.append(([code], [stretch]))
    return layers


def _within(numbers: Real, codes: Sequence[int], stretches: Sequence[Interval]) -> Whole:
    """Return for each number the code of the stretch that it lies in."""
    lows, highs = (np.array([getattr(one, end) for one in stretches]) for end in ("low", "high"))
    place = np.searchsorted(lows, numbers, "right") - 1  # NaN comes after every number, and below no end
    inside = (place >= 0) & (numbers < highs[place])
    found: Whole = np.where(inside, np.array(codes)[place], _NONE)
    return found
