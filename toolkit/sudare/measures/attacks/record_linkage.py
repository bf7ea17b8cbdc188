"""Record linkage: somebody who knows the original values of a person takes the nearest record for theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sudare.language import Text
from sudare.measures.attacks.fitting import combinations, fitting, patterns, spread_over
from sudare.measures.explained import Explained
from sudare.measures.kernel.sums import total

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.measures.attacks.facing import Facing
    from sudare.measures.attacks.fitting import Combinations
    from sudare.measures.kernel.encoding import Real, Truth, Whole

EXPLAINED: Final = Explained(
    Text("記録の突合", "record linkage"),
    Text(
        "ある人の元の値を知る人が、出力の中で最も近い記録をその人のものとみなしたとき、当たる割合です。"
        "同じ近さの記録が n 件あれば、当たりは 1/n と数えます。",
        "The share of people whose own record is picked by somebody who knows their original values and takes the "
        "nearest record for theirs. Where n records are equally near, a hit counts as 1/n.",
    ),
    "Domingo-Ferrer and Torra 2001",
    Text(
        "どの加工の後でも使えます。元の表と出力で同じ記録が分かることが要ります。",
        "After any processing; it must be known which record of the output is whose.",
    ),
    Text(
        "空欄は空欄とだけ合い、隠したセルはどの値とも合います。",
        "A missing cell fits a missing one only; a hidden cell fits every value.",
    ),
)
MOST_DISTANCES: Final = 400_000_000  # pairs of combinations times columns
_AT_ONCE: Final = 2_000_000
_TIE = 1e-9  # distances that differ by less, relative to the nearest, are equal


@dataclass(frozen=True)
class Linkage:
    """How often linking the nearest record hits, of `records` attacked; shares are None where there is none.

    `unique`: the own record alone is nearest. `nearest`: it is among the nearest. `success`: hits expected, one of n
    equally near ones being picked by chance. `sampled` says that a part of the records was measured on a sample of
    the combinations.
    """

    records: int
    unique: float | None
    nearest: float | None
    success: float | None
    sampled: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys."""
        return dict(vars(self))


@dataclass(frozen=True)
class _Hits:
    """For each record attacked: whether its own is among the nearest, and how many are equally near."""

    mine: Truth
    ties: Whole

    def sums(self) -> Real:
        ties, times = np.unique(self.ties[self.mine], return_counts=True)
        return np.array([times[ties == 1].sum(), times.sum(), total(1 / ties, times)], float)


def record_linkage(
    columns: Sequence[Facing], own: Whole, *, counts: Whole | None = None, most: int = MOST_DISTANCES
) -> Linkage:
    """Link each record known to the nearest one shown.

    `columns` are the quasi-identifiers, `own` has for each record known the line of the output that is its own;
    `counts` says how many records a line of the output stands for. The distance is that of `Facing.distance`, summed
    over the columns. Records that fit in every column are nearest, and found by grouping; distances are worked out
    for the combinations that nothing fits, as after noise. Up to `most` of them (pairs of different combinations
    times columns); beyond that for an evenly spread part of those combinations, always the same. A missing cell fits
    a missing one, a hidden one every value. Source: Domingo-Ferrer and Torra, A quantitative comparison of disclosure
    control methods for microdata, 2001.

    >>> import pyarrow as pa
    >>> from sudare.measures.attacks.facing import facing
    >>> from sudare.measures.utility.sides import sides
    >>> old, new = pa.chunked_array([[41, 45, 55]]), pa.chunked_array([["40以上50未満", "40以上50未満", "50以上"]])
    >>> age = facing(sides("age", old, new, np.zeros(3, bool)), old, new)
    >>> found = record_linkage([age], np.arange(3))
    >>> found.unique, found.nearest, round(found.success, 3)
    (0.3333333333333333, 1.0, 0.667)
    """
    ordered = sorted(columns, key=lambda column: column.name)  # sums of distances in one order
    known = combinations([column.known for column in ordered])
    shown = combinations([column.shown for column in ordered])
    if not len(own):
        return Linkage(0, None, None, None)
    records = shown.records(counts)
    fits = _fitting_records(ordered, known, shown, records)
    near = np.flatnonzero(fits[known.of_line] > 0)
    mine = np.ones(len(near), bool)
    for column in ordered:
        mine &= column.fit(column.known[near], column.shown[own[near]])
    sums = _Hits(mine, fits[known.of_line[near]]).sums()
    lost = np.flatnonzero(fits == 0)
    tried = spread_over(lost, max(1, most // max(1, len(shown) * len(ordered))))
    if len(lost):
        sums += _far(ordered, known, shown, records, own, tried).sums() * _weight(known, lost, tried)
    unique, nearest, success = (float(one) / len(own) for one in sums)
    return Linkage(len(own), unique, nearest, success, len(tried) < len(lost))


def _weight(known: Combinations, lost: Whole, tried: Whole) -> float:
    """Return how many records each record of the combinations tried stands for."""
    records = known.records(None)
    return float(records[lost].sum() / records[tried].sum())


def _fitting_records(columns: Sequence[Facing], known: Combinations, shown: Combinations, records: Whole) -> Whole:
    found = np.zeros(len(known), np.int64)
    for ours, theirs in fitting(columns, known.codes, shown, patterns(columns, shown)):
        found[ours] += records[theirs]
    return found


def _far(  # noqa: PLR0913, PLR0917 - the two tables in combinations, and what is asked of them
    columns: Sequence[Facing], known: Combinations, shown: Combinations, records: Whole, own: Whole, tried: Whole
) -> _Hits:
    """Link the records of the combinations tried by distances."""
    mine, ties = [np.empty(0, bool)], [np.empty(0, np.int64)]
    of_own = shown.of_line[own]
    rank = np.full(len(known), -1)
    for part in _parts(tried, max(1, _AT_ONCE // len(shown))):
        rank[part] = np.arange(len(part))
        distance = _distances(columns, [codes[part] for codes in known.codes], shown)
        tied = distance <= distance.min(axis=1, keepdims=True) * (1 + _TIE) + _TIE
        lines = np.flatnonzero(rank[known.of_line] >= 0)
        place = rank[known.of_line[lines]]
        mine.append(tied[place, of_own[lines]])
        ties.append((tied @ records)[place])
        rank[part] = -1
    return _Hits(np.concatenate(mine), np.concatenate(ties))


def _distances(columns: Sequence[Facing], known: Sequence[Whole], shown: Combinations) -> Real:
    whole = np.zeros((len(known[0]), len(shown)))
    for column, ours, theirs in zip(columns, known, shown.codes, strict=True):
        whole += column.distance(ours, theirs)
    return whole


def _parts(places: Whole, size: int) -> Iterator[Whole]:
    for start in range(0, len(places), size):
        yield places[start : start + size]
