"""The full-domain generalization of least loss: the search over the lattice of levels, proved or with a bound.

Two facts carry it. The loss of a node is at least that of its levels alone, which is a sum over columns; and a record
that misses k or l at a node misses them at every node below (with fewer people alike). So a node that suppresses too
much rules out everything below it, and what a node suppresses is a debt of everything below it.
"""

from __future__ import annotations

import heapq
import math
import time
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np

from sudare.language import NOTHING, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sudare.measures.kernel.encoding import Real, Truth
    from sudare.optimizer.goals import Goals
    from sudare.optimizer.lattice import Combinations, Levels

TIE = 1e-12  # losses closer than this are equal: sums in another order differ by less
AT_ONCE = 1 << 18  # nodes that are looked at together; a larger lattice is parted. 32 bytes each
# How near to the highest loss that is still open the next node lies: high ones rule out more below them.
_FIRST = 0.7  # while none was found
_DEEP = 0.9
_TELL = 0.1  # seconds between two reports


@dataclass(frozen=True)
class Node:
    """A node that keeps the goals: its levels, its loss, how many records are suppressed, how many classes are left."""

    loss: float
    suppressed: int
    levels: Levels
    classes: int


@dataclass(frozen=True)
class Progress:
    """How far a search is: nodes looked at, those not yet ruled out, the best loss so far and what it may still fall to."""

    checked: int
    nodes: int
    open: int
    loss: float | None
    bound: float

    def told(self) -> tuple[Text, float]:
        """Return the best loss so far in words, and the share of the lattice that is ruled out."""
        best = NOTHING if self.loss is None else _SO_FAR.fill(loss=f"{self.loss:.4f}", bound=f"{self.bound:.4f}")
        return Text("探索", "searching").join(best), 1 - self.open / self.nodes


_SO_FAR = Text("（損失 {loss}、下限 {bound}）", "(loss {loss}, bound {bound})")


@dataclass(frozen=True)
class Result:
    """What a search found. `bound` is a loss that no node lies below; it is the loss itself where `optimal`."""

    best: Node | None
    bound: float
    optimal: bool
    nodes: int
    checked: int


@dataclass
class Lattice:
    """The lattice of one table: what each column loses on each level, and what each suppressed record adds.

    The loss is the weighted mean over the columns of (sum of shares - n/D) / (n - n/D): n records, D leaves, the
    share of a record the leaves under its released value / D, 1 where it is suppressed; 0 for a column of one leaf.
    """

    table: Combinations
    goals: Goals
    limit: int  # records that may be suppressed
    weights: Sequence[float]  # of the columns, 0 and more; their sum does not matter
    checked: int = 0

    @property
    def heights(self) -> Levels:
        """How many levels each column has."""
        return tuple(ladder.height for ladder in self.table.ladders)

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return math.prod(self.heights)

    @cached_property
    def generalization(self) -> list[Real]:
        """Per column and level: what the level adds to the loss where nothing is suppressed."""
        return [
            np.array([self._scaled(column, float(spread @ share) - self._least(column)) for share in ladder.share])
            for column, ladder in enumerate(self.table.ladders)
            for spread in [self.table.spread(column)]
        ]

    def debt(self, table: Combinations, missed: Truth) -> list[Real]:
        """Per column and level: what suppressing these combinations adds to the loss."""
        chosen = np.flatnonzero(missed)
        return [
            np.array([self._scaled(column, float(spread @ (1.0 - share))) for share in ladder.share])
            for column, ladder in enumerate(table.ladders)
            for spread in [table.spread(column, chosen)]
        ]

    def _least(self, column: int) -> float:
        return self.table.records / self.table.ladders[column].leaves

    def _scaled(self, column: int, lost: float) -> float:
        """Bring a sum of shares to 0 for the table as it is and 1 for nothing left, as a part of the weighted mean."""
        most = self.table.records - self._least(column)
        return 0.0 if most == 0 else lost / most * self.weights[column] / sum(self.weights)

    def node(self, levels: Levels, loss: float) -> Node:
        """Return a node that was found to keep the goals."""
        _, missed = self.goals.missed(self.table, levels)
        suppressed = int(self.table.counts[missed].sum())
        classes, _ = self.table.classes(levels)
        return Node(loss, suppressed, levels, len(np.unique(classes[~missed])))


@dataclass(order=True)
class _Box:
    """All nodes from `low` to `high`; none of them loses less than `bound`."""

    bound: float
    low: Levels
    high: Levels
    table: Combinations = field(compare=False, repr=False)
    debt: list[Real] = field(compare=False, repr=False)  # of what must go at `high`, and so everywhere

    @property
    def shape(self) -> Levels:
        return tuple(top - bottom + 1 for bottom, top in zip(self.low, self.high, strict=True))

    @property
    def nodes(self) -> int:
        return math.prod(self.shape)

    def halves(self) -> tuple[tuple[Levels, Levels], tuple[Levels, Levels]]:
        """Part the box across the column with the most levels."""
        column = max(range(len(self.low)), key=lambda n: self.shape[n])
        middle = (self.low[column] + self.high[column]) // 2
        lower = (self.low, (*self.high[:column], middle, *self.high[column + 1 :]))
        return lower, ((*self.low[:column], middle + 1, *self.low[column + 1 :]), self.high)


class _Search:
    """One search: the best nodes so far, and when to stop."""

    def __init__(self, lattice: Lattice, seconds: float | None, tell: Callable[[Progress], None] | None) -> None:
        self._lattice = lattice
        self._best = math.inf
        self._found: dict[Levels, float] = {}
        self._until = math.inf if seconds is None else time.monotonic() + seconds
        self._tell = tell
        self._told = 0.0
        self._waiting: list[_Box] = []

    def run(self) -> Result:
        lowest = tuple(0 for _ in self._lattice.heights)
        highest = tuple(height - 1 for height in self._lattice.heights)
        self._put(lowest, highest, self._lattice.table, self._look(self._lattice.table, highest))
        while self._waiting and self._waiting[0].bound <= self._best + TIE:
            box = heapq.heappop(self._waiting)
            left = box.bound if self._late else self._through(box)
            if left is not None:  # out of time: what may be better lies in this box or in those that wait
                return self._result(min([left, *(one.bound for one in self._waiting)]))
        return self._result(math.inf)

    @property
    def _late(self) -> bool:
        return time.monotonic() >= self._until

    def _result(self, bound: float) -> Result:
        optimal = bound > self._best + TIE or math.isinf(bound)
        best = self._chosen() if self._found else None
        told = bound if best is None else min(bound, best.loss)
        return Result(best, told, optimal, self._lattice.nodes, self._lattice.checked)

    def _chosen(self) -> Node:
        """Return the best node; of equal ones that which suppresses least, then that of the lowest levels in order."""
        tied = [levels for levels, loss in self._found.items() if loss <= self._best + TIE]
        nodes = [self._lattice.node(levels, self._found[levels]) for levels in tied]
        return min(nodes, key=lambda node: (node.suppressed, node.levels))

    def _put(self, low: Levels, high: Levels, table: Combinations, debt: list[Real] | None) -> None:
        """Let a box wait, unless all its nodes suppress too much."""
        if debt is not None:
            alone = self._lattice.generalization
            bound = sum(float(a[n] + b[n]) for a, b, n in zip(alone, debt, low, strict=True))
            heapq.heappush(self._waiting, _Box(bound, low, high, table, debt))

    def _look(self, table: Combinations, levels: Levels) -> list[Real] | None:
        """Look at one node: return what it costs to suppress what must go at it and below; None if that is too much."""
        lattice = self._lattice
        lattice.checked += 1
        always, missed = lattice.goals.missed(table, levels)
        if int(table.counts[always].sum()) > lattice.limit:
            return None
        debt = lattice.debt(table, always)
        if always is missed or int(table.counts[missed].sum()) <= lattice.limit:
            owed = debt if always is missed else lattice.debt(table, missed)
            parts = zip(lattice.generalization, owed, levels, strict=True)
            loss = sum(float(alone[level] + more[level]) for alone, more, level in parts)
            self._found[levels] = loss
            self._best = min(self._best, loss)
        return debt

    def _through(self, box: _Box) -> float | None:
        """Look through a box, or part it. Return what its nodes lose at least where time ran out, else None."""
        table = box.table.rolled_up(box.low) if any(box.low) else box.table
        if box.nodes > AT_ONCE:
            (low, middle), (above, high) = box.halves()
            self._put(low, middle, table, self._look(table, middle))
            self._put(above, high, table, box.debt)
            return None
        alone = _outer(_cut(self._lattice.generalization, box.low, box.high))
        least = alone + _outer(_cut(box.debt, box.low, box.high))
        least[(-1,) * least.ndim] = math.inf  # it was looked at before the box was put to wait
        while (lowest := float(least.min())) <= self._best + TIE and math.isfinite(lowest):
            if self._late:
                return lowest
            place = self._next(least, lowest)
            levels = tuple(n + low for n, low in zip(place, box.low, strict=True))
            debt = self._look(table, levels)
            below = tuple(slice(0, n + 1) for n in place)
            if debt is None:
                least[below] = math.inf
            else:  # what was ruled out stays so
                np.maximum(least[below], alone[below] + _outer(_cut(debt, box.low, levels)), out=least[below])
                least[place] = math.inf
            self._report(least, lowest)
        return None

    def _next(self, least: Real, lowest: float) -> Levels:
        """Choose an open node, rather high up."""
        open_ = least <= self._best + TIE if self._found else np.isfinite(least)
        highest = float(least.max(where=open_, initial=lowest))
        target = lowest + (_DEEP if self._found else _FIRST) * (highest - lowest)
        flat = int(np.where(open_, np.abs(least - target), math.inf).argmin())
        return tuple(int(n) for n in np.unravel_index(flat, least.shape))

    def _report(self, least: Real, lowest: float) -> None:
        now = time.monotonic()
        if self._tell is None or now < self._told + _TELL:
            return
        self._told = now
        left = int((least <= self._best + TIE).sum()) + sum(one.nodes for one in self._waiting)
        bound = min([lowest, *(one.bound for one in self._waiting)])
        best = self._best if self._found else None
        self._tell(Progress(self._lattice.checked, self._lattice.nodes, left, best, bound))


def _cut(parts: Sequence[Real], low: Levels, high: Levels) -> list[Real]:
    """Return the levels of a box, of each column."""
    return [part[bottom : top + 1] for part, bottom, top in zip(parts, low, high, strict=True)]


def _outer(parts: Sequence[Real]) -> Real:
    """Add one number of each part, in all combinations."""
    return reduce(np.add, np.ix_(*parts))


def least_loss(
    lattice: Lattice, *, seconds: float | None = None, tell: Callable[[Progress], None] | None = None
) -> Result:
    """Find the levels of least loss at which at most `limit` records are in classes that miss a goal.

    Without `seconds` the search ends with a proof, else at the latest a moment after them, with the best so far and an
    honest bound. Of nodes whose loss differs by less than 1e-12 the one that suppresses least is taken, then the one
    of the lowest levels in the order of the columns. `best` is None where no node keeps the goals.

    Memory: 32 bytes for each of 262,144 nodes at most, and what `Combinations` needs; a lattice of more nodes is parted
    into boxes, of which those that cannot be better are never looked through.
    """
    return _Search(lattice, seconds, tell).run()
