"""SUDA2: records that few facts are enough to single out."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.errors import Problem, UsageError
from sudare.language import Text
from sudare.measures.explained import AS_OBSERVED, OF_ITS_OWN, Explained
from sudare.measures.kernel.classes import classes_of
from sudare.measures.kernel.grouping import lengths, numbered
from sudare.measures.kernel.sums import total

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.measures.kernel.encoding import Column, Real, Truth, Whole

EXPLAINED: Final = Explained(
    Text("特に目立つ記録（SUDA2）", "special uniques (SUDA2)"),
    Text(
        "少ない項目だけで一人に決まる記録ほど、点が高くなります。点の高い記録から、どの項目が効いているかを見て加工します。",
        "The fewer facts single a record out, the higher its score. Start with the records of high score and with the "
        "columns that contribute most.",
    ),
    "Manning, Haglin and Keane 2008; Elliot, Manning and Ford 2002",
    AS_OBSERVED,
    OF_ITS_OWN,
)
MOST: Final = 20  # columns: a score is at most 20!, the last factorial below 2^63
_DENSE: Final = 8  # keys there could be for each line, up to which a table of all keys is quicker than sorting


@dataclass(frozen=True)
class Suda:
    """Scores of a table's records.

    `score` and `dis` have one number for each line; `contribution` is the share of each line's score that rests on
    each column (lines x columns); `by_column` the same share for the whole table, and `by_size` how many minimal
    sample uniques there are of each size, from 1, counted by lines. `times` says how many records a line stands for.
    """

    score: Whole = field(repr=False)
    dis: Real = field(repr=False)
    contribution: Real = field(repr=False)
    by_column: dict[str, float]
    by_size: tuple[int, ...]
    times: Whole = field(repr=False)

    @property
    def records(self) -> int:
        """How many records have a score."""
        return int(self.times[self.score > 0].sum())

    @property
    def sum_score(self) -> int:
        """The scores of all records together."""
        return int((self.score * self.times).sum())


def suda(
    columns: Sequence[Column],
    *,
    largest: int | None = None,
    counts: Whole | None = None,
    unit: Column | None = None,
    fraction: float = 0.01,
) -> Suda:
    """Find the minimal sample uniques of up to `largest` columns (all by default) and score the records by them.

    A set of columns singles a record out where no other record agrees with it in all of them; it is minimal where no
    smaller set within it does. With M columns a record's score is the sum of (M - size)! over its minimal sets. DIS is
    the chance that somebody who finds the record in a sample of `fraction` of the population has found the right
    person: with U unique records, P records in pairs, d = U f / (U f + P (1 - f)) and q = 1 + (8 - M) / 20,
    odds = score^q * sum(score^-q) * d / (U (1 - d)).

    A missing cell counts as a value of its own. With `unit`, a set singles a record out where all records that agree
    are of one unit; without, `counts` says how many records a line stands for. Valid for records as they were
    observed: after noise or swaps a unique may be nobody. Up to 20 columns, else `too-many-columns`. Sources: Manning,
    Haglin and Keane, A recursive search algorithm for statistical disclosure assessment, DMKD 16, 2008; Elliot,
    Manning and Ford, A computational algorithm for handling the special uniques problem, 2002; DIS: Skinner and
    Elliot 2002, with the exponent q of the SUDA program.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import encode
    >>> table = {"sex": ["f", "f", "m", "m"], "age": [30, 40, 30, 30]}
    >>> suda([encode(name, pa.array(cells)) for name, cells in table.items()]).score.tolist()
    [1, 1, 0, 0]
    """
    if len(columns) > MOST:
        raise UsageError(_too_many(len(columns)))
    lines = len(columns[0])
    width = len(columns)
    score = np.zeros(lines, np.int64)
    parts = np.zeros((lines, width), np.int64)
    by_size = [0] * width
    search = _Search(columns, counts, unit)
    for members, found in search.minimal_uniques(min(largest or width, width)):
        points = math.factorial(width - len(members))
        score[found] += points
        by_size[len(members) - 1] += len(found)
        for member in members:
            parts[found, member] += points
    times = np.ones(lines, np.int64) if counts is None else counts
    whole = int((score * times).sum())
    shares = {c.name: int((parts[:, n] * times).sum()) / whole if whole else 0.0 for n, c in enumerate(columns)}
    dis = _dis(score, times, width, classes_of(columns, counts=counts, unit=unit).sizes, fraction)
    return Suda(score, dis, parts / np.maximum(score, 1)[:, None], shares, tuple(by_size), times)


def _dis(score: Whole, times: Whole, width: int, sizes: Whole, fraction: float) -> Real:
    found = score > 0
    uniques, paired = int((sizes == 1).sum()), 2 * int((sizes == 2).sum())  # noqa: PLR2004 - a pair
    dis = np.zeros(len(score))
    if not uniques or not found.any():
        return dis
    exponent = 1 + (8 - width) / 20
    points, place = np.unique(score[found], return_inverse=True)
    inverse = total(points.astype(np.float64) ** -exponent, np.bincount(place, times[found]).astype(np.int64))
    # U (1 - d) / d, with d put in, is P (1 - f) / f.
    against = paired * (1 - fraction) / fraction
    dis[found] = 1 / (1 + against / (score[found].astype(np.float64) ** exponent * inverse))
    return dis


class _Search:
    """Walks through the sets of columns so that each comes after all sets within it.

    Numbered by bits, a set is greater than every set within it; adding ever lower columns to a set visits the sets in
    that order and lets each set start from the groups of the one it grew from. A line that a set singles out agrees
    with no other there, nor in any greater set: it is left out from there on, and the groups shrink quickly.
    """

    def __init__(self, columns: Sequence[Column], counts: Whole | None, unit: Column | None) -> None:
        self._classes = classes_of(columns, counts=counts)
        firsts = self._classes.order[self._classes.starts]
        self._columns = [column.take(firsts) for column in columns]
        self._owner, self._shared = self._owners(unit)
        self._found: dict[int, Whole] = {}
        self._flag = np.zeros(len(firsts), bool)

    def _owners(self, unit: Column | None) -> tuple[Whole, Truth]:
        """Return whose each combination is, and which combinations several have: each of those is of an owner apart."""
        count = len(self._classes)
        if unit is None or not count:
            return np.arange(count, dtype=np.int64), self._classes.records > 1
        codes = unit.codes[self._classes.order].astype(np.int64)
        least = np.minimum.reduceat(codes, self._classes.starts)
        shared = least != np.maximum.reduceat(codes, self._classes.starts)
        return np.where(shared, unit.levels + np.arange(count), least), shared

    def minimal_uniques(self, largest: int) -> Iterator[tuple[tuple[int, ...], Whole]]:
        """Yield sets of columns (by place) with the lines of which they are minimal sample uniques."""
        everybody = np.arange(len(self._classes), dtype=np.int64)
        for column in range(len(self._columns)):
            yield from self._grown(0, column, everybody, np.zeros(len(everybody), np.int64), 1, largest)

    def _grown(  # noqa: PLR0913, PLR0917 - the state of one branch
        self, within: int, column: int, rows: Whole, group: Whole, groups: int, deeper: int
    ) -> Iterator[tuple[tuple[int, ...], Whole]]:
        """Add one column to a set, then each lower one to that."""
        members = within | 1 << column
        left = ~self._singled_out(within, column)[rows] if self._found else np.ones(len(rows), bool)
        rows, group = rows[left], group[left]
        levels = self._columns[column].levels
        key, space = group * levels + self._columns[column].codes[rows], groups * levels
        if space > _DENSE * len(rows) + 1024:
            key, space = numbered(key, space)
        mixed = self._mixed(key, space, rows)
        stays = mixed[key]
        alone = rows[~stays]
        unique = alone[~self._shared[alone]]
        if len(unique):
            self._found[members] = unique
            yield _places(members), self._lines(unique)
        if deeper > 1 and column and stays.any():
            rows, key = rows[stays], (np.cumsum(mixed) - 1)[key[stays]]
            for lower in range(column):
                yield from self._grown(members, lower, rows, key, int(mixed.sum()), deeper - 1)

    def _mixed(self, key: Whole, space: int, rows: Whole) -> Truth:
        """Say which keys several share: whoever was written last under a key is not the only one there."""
        last = np.empty(space, np.int64)
        owner = self._owner[rows]
        last[key] = owner
        mixed = np.zeros(space, bool)
        mixed[key[last[key] != owner]] = True
        return mixed

    def _singled_out(self, within: int, column: int) -> Truth:
        """Mark the combinations that a set within the new one, with the new column, singles out already."""
        self._flag[:] = False
        smaller = within
        while smaller:
            smaller = (smaller - 1) & within
            found = self._found.get(smaller | 1 << column)
            if found is not None:
                self._flag[found] = True
        return self._flag

    def _lines(self, combinations: Whole) -> Whole:
        """Return the lines of combinations."""
        starts = self._classes.starts[combinations]
        many = lengths(self._classes.starts, len(self._classes.order))[combinations]
        ends = np.cumsum(many)
        places = np.arange(ends[-1]) + np.repeat(starts - (ends - many), many)
        lines: Whole = self._classes.order[places]
        return lines


def _places(members: int) -> tuple[int, ...]:
    return tuple(place for place in range(members.bit_length()) if members >> place & 1)


def _too_many(count: int) -> Problem:
    what = Text(
        "SUDA2 で調べられるのは {most} 列までです（{count} 列）。", "SUDA2 takes up to {most} columns ({count})."
    )
    now = Text("列を減らしてください。", "Give fewer columns.")
    return Problem("too-many-columns", "qi", what.fill(most=MOST, count=count), now)
