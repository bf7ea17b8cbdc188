"""Points of behaviour: a few places, times or dealings known of somebody are often theirs alone."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sudare.language import Text
from sudare.measures.attacks.fitting import spread_over
from sudare.measures.explained import AS_OBSERVED, OF_ITS_OWN, Explained
from sudare.measures.kernel.classes import classes_of
from sudare.measures.kernel.grouping import lengths, starts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Column, Real, Truth, Whole

EXPLAINED: Final = Explained(
    Text("k 点で一人に決まる割合", "unique by k points"),
    Text(
        "ある人の記録のうち k 件（場所と時刻など）を知る人にとって、それがその人だけのものである割合です。"
        "高いときは、列を粗くするか、一人あたりの記録を減らします。",
        "The share of people for whom k of their records (such as places and times) are true of nobody else. Where it "
        "is high, coarsen the columns or keep fewer records of each person.",
    ),
    "de Montjoye, Hidalgo, Verleysen and Blondel 2013",
    AS_OBSERVED,
    OF_ITS_OWN,
)
_MOST_PEOPLE: Final = 5_000
_DRAWS: Final = 10  # sets of points of a person, where there are more
_AT_ONCE: Final = 1_000_000
_NONE: Final = -1
_MIX: Final = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)  # splitmix64


@dataclass(frozen=True)
class Points:
    """The share of people whom `k` of their points tell from everybody else; None without people.

    Of `people`, `tried` were looked at; the share is the mean over them of the share of their sets of points.
    """

    k: int
    people: int
    tried: int
    share: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys."""
        return dict(vars(self))


@dataclass(frozen=True)
class _Traces:
    """The different points of each person, as pairs in the order of the persons, and the persons of each point."""

    person: Whole = field(repr=False)
    point: Whole = field(repr=False)
    points: int

    def firsts(self) -> Whole:
        return starts_of(self.person)


@dataclass(frozen=True)
class _Known:
    """Sets of points that somebody may know: the `person` they are of, `points` (sets x k, -1 for none), and a weight."""

    person: Whole
    points: Whole
    weight: Real


def unique_points(columns: Sequence[Column], unit: Column, k: int, *, most: int = _MOST_PEOPLE) -> Points:
    """Ask how often k points of a person are nobody else's.

    A point is a combination of the columns' values in a record; the same one twice counts once. Of a person with k
    points or fewer all are known; with more, every set of k of them where there are up to 10 sets, else 10 sets drawn
    by a hash of the points. Codes must be in the order of the values (`encode(..., in_order=True)`): then nothing
    depends on the order of the rows or on chance. Of more than `most` people an evenly spread part is asked about,
    beside everybody. A missing cell is a value; records whose unit is missing are one unit's. Valid on values as
    observed. Source: de Montjoye, Hidalgo, Verleysen and Blondel, Unique in the crowd: the privacy bounds of human
    mobility, Scientific Reports 3, 2013.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import encode
    >>> who, place = encode("who", pa.array(list("aabbc")), in_order=True), encode("p", pa.array([1, 2, 1, 3, 1]))
    >>> unique_points([place], who, 2)
    Points(k=2, people=3, tried=3, share=0.6666666666666666)
    """
    traces = _traces(columns, unit)
    starts = traces.firsts()
    asked = spread_over(np.arange(len(starts)), most)
    if not len(asked):
        return Points(k, 0, 0, None)
    sizes = lengths(starts, len(traces.person))
    known = [_all(traces, starts[asked], sizes[asked], k), _drawn(traces, starts[asked], sizes[asked], k)]
    sums = math.fsum(math.fsum(one.weight[_unique(traces, one)].tolist()) for one in known)
    return Points(k, len(starts), len(asked), min(sums / len(asked), 1.0))


def _traces(columns: Sequence[Column], unit: Column) -> _Traces:
    classes = classes_of(columns)
    pairs = np.unique(unit.codes * np.int64(max(len(classes), 1)) + classes.of_line)
    return _Traces(pairs // max(len(classes), 1), pairs % max(len(classes), 1), len(classes))


def _all(traces: _Traces, starts: Whole, sizes: Whole, k: int) -> _Known:
    """Return every set of the people who have few."""
    person, points, weight = [np.empty(0, np.int64)], [np.empty((0, k), np.int64)], [np.empty(0)]
    for size in np.unique(sizes):
        if not _few(int(size), k):
            continue
        chosen = np.array(list(itertools.combinations(range(size), min(k, int(size)))), np.int64)
        ones = starts[sizes == size]
        found = np.full((len(ones) * len(chosen), k), _NONE)
        found[:, : chosen.shape[1]] = traces.point[ones[:, None, None] + chosen].reshape(-1, chosen.shape[1])
        points.append(found)
        person.append(np.repeat(traces.person[ones], len(chosen)))
        weight.append(np.full(len(found), 1 / len(chosen)))
    return _Known(np.concatenate(person), np.concatenate(points), np.concatenate(weight))


def _few(size: int, k: int) -> bool:
    return size <= k or math.comb(size, k) <= _DRAWS


def _drawn(traces: _Traces, starts: Whole, sizes: Whole, k: int) -> _Known:
    """Return ten sets of each person who has many: those of the least hashes, the hash being another each time."""
    many = np.array([not _few(int(size), k) for size in sizes], bool)
    starts, sizes = starts[many], sizes[many]
    whose = np.repeat(np.arange(len(starts)), sizes)
    place = np.arange(len(whose)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(starts, sizes)
    firsts = np.cumsum(sizes) - sizes
    points = [np.empty((0, k), np.int64)]
    for draw in range(_DRAWS if len(starts) else 0):
        order = np.lexsort((_hash(traces.point[place], draw), whose))
        points.append(traces.point[place[order[firsts[:, None] + np.arange(k)]]])
    drawn = np.concatenate(points)
    weight = np.full(len(drawn), 1 / _DRAWS)
    return _Known(np.tile(traces.person[starts], len(drawn) // max(len(starts), 1)), drawn, weight)


def _hash(points: Whole, draw: int) -> Whole:
    """Scatter numbers: splitmix64 of the point and the draw, in the order of which nothing of the point is left."""
    mixed = points.astype(np.uint64) * np.uint64(_DRAWS) + np.uint64(draw + 1)
    mixed *= np.uint64(_MIX[0])
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(_MIX[1])
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(_MIX[2])
    return (mixed ^ (mixed >> np.uint64(31))).view(np.int64)


def _unique(traces: _Traces, known: _Known) -> Truth:
    """Say which sets nobody else has: the people of the rarest point of each are tried one after another."""
    order = np.argsort(traces.point, kind="stable")
    firsts = starts_of(traces.point[order])
    many = np.append(lengths(firsts, len(order)), np.iinfo(np.int64).max)  # the last stands for no point
    column = np.argmin(many[known.points], axis=1)
    rarest = known.points[np.arange(len(known.points)), column]
    held = traces.person * traces.points + traces.point
    alone = np.ones(len(known.points), bool)
    left = np.arange(len(known.points))
    done = 0
    while len(left):
        size = max(1, _AT_ONCE // len(left))
        tried = done + np.arange(size)
        there = tried < many[rarest[left]][:, None]
        place = np.where(there, firsts[rarest[left]][:, None] + tried, 0)
        others = traces.person[order[place]]
        there &= others != known.person[left][:, None]
        for n in range(known.points.shape[1]):
            point = known.points[left, n][:, None]
            there &= (point == _NONE) | _holds(held, others * traces.points + point)
        shared = there.any(axis=1)
        alone[left[shared]] = False
        done += size
        left = left[~shared & (many[rarest[left]] > done)]
    return alone


def _holds(held: Whole, asked: Whole) -> Truth:
    found: Truth = held[np.minimum(np.searchsorted(held, asked), len(held) - 1)] == asked
    return found
