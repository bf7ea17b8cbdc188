"""Local recoding: each group of records is generalized as far as it must be, and no further (Mondrian)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from sudare.errors import Refused
from sudare.optimizer.goals import NEARLY
from sudare.optimizer.search import OUT_OF_REACH, Prepared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sudare.measures.kernel.encoding import Real, Whole
    from sudare.optimizer.hierarchy import Hierarchy
    from sudare.optimizer.lattice import Levels
    from sudare.optimizer.search import Task
    from sudare.tables.table import Given


@dataclass(frozen=True)
class Recoded:
    """A table recoded group by group: what each quasi-identifier says in each row, the loss, how many groups there are.

    `loss` is measured as that of whole columns is, so that the two can be compared. A value may stand in one row as
    itself and in another as its group: that is the price of losing less, and who counts must be ready for it.
    """

    columns: Mapping[str, pa.Array] = field(repr=False)
    loss: float
    groups: int


@dataclass(frozen=True)
class _Group:
    """Rows that are alike, and the level on which each column is told of them."""

    rows: Whole
    levels: Levels


def recode_locally(source: Given, task: Task) -> Recoded:
    """Split the table from the top of the hierarchies down, as long as every part keeps the goals.

    A group is split one level down across the column that wins most; a split that leaves any part below k or l, or
    farther than t, is not made. That is greedy: little loss, no proof of the least. No record is suppressed, whatever
    the task allows. A missing cell stays missing, but on a level that tells nothing. Raises `Refused`: as `search`, and
    `out-of-reach` where not even the top levels keep the goals.
    Source: LeFevre, DeWitt and Ramakrishnan 2006, with hierarchies in the place of medians.

    >>> from sudare.optimizer import Goals, Task, widths
    >>> ages = {"年齢": widths(["31", "32", "47", "48", "61"], [10, 20])}
    >>> table = pa.table({"年齢": ["31", "32", "47", "48", "61", "61"]})
    >>> recode_locally(table, Task(ages, ["年齢"], Goals(2))).columns["年齢"].to_pylist()
    ['40未満', '40未満', '40以上50未満', '40以上50未満', '61', '61']
    """
    splitting = _Splitting(Prepared.of(source, task))
    groups = list(splitting.groups())
    levels = np.zeros((len(splitting.ladders), splitting.count), np.int64)
    for group in groups:
        levels[:, group.rows] = np.array(group.levels)[:, None]
    columns = {
        name: _told(hierarchy, splitting.leaf[n], levels[n])
        for n, (name, hierarchy) in enumerate(splitting.prepared.hierarchies.items())
    }
    return Recoded(columns, splitting.loss(levels), len(groups))


class _Splitting:
    """One table on its way down the hierarchies."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.ladders = prepared.combinations.ladders
        self.leaf = [np.asarray(leaf) for leaf in prepared.leaf]
        self.count = prepared.table.data.num_rows
        self._goals = prepared.task.goals
        self._value = None if prepared.values is None else prepared.values.codes.astype(np.int64)
        self._values = 1 if prepared.values is None else prepared.values.levels
        given = np.array([(prepared.task.weights or {}).get(name, 1.0) for name in prepared.task.qi])
        self._weights = given / given.sum()

    def groups(self) -> Iterator[_Group]:
        """Yield the groups that cannot be split further."""
        waiting = self._first()
        while waiting:
            group = waiting.pop()
            parts = self._split(group)
            if parts is None:
                yield group
            else:
                waiting += parts

    def loss(self, levels: Whole) -> float:
        """Return the loss of each row on levels of its own."""
        lost = 0.0
        for n, ladder in enumerate(self.ladders):
            shares = np.array(ladder.share)[levels[n], self.leaf[n]].sum()
            lost += self._scaled(n, float(shares) - self.count / ladder.leaves)
        return lost

    def _scaled(self, n: int, lost: float) -> float:
        most = self.count - self.count / self.ladders[n].leaves
        return float(self._weights[n]) * lost / most if most else 0.0

    def _first(self) -> list[_Group]:
        """Return the groups on the top levels."""
        tops = tuple(ladder.height - 1 for ladder in self.ladders)
        if not self.count:
            return []
        keys = np.array([ladder.up[-1][leaf] for ladder, leaf in zip(self.ladders, self.leaf, strict=True)])
        different, part = np.unique(keys, axis=1, return_inverse=True)
        if not self._kept(part.reshape(-1), np.arange(self.count)):
            raise Refused(OUT_OF_REACH)
        return [_Group(np.flatnonzero(part.reshape(-1) == n), tops) for n in range(different.shape[1])]

    def _split(self, group: _Group) -> list[_Group] | None:
        """Split a group where it wins most; None where no split keeps the goals."""
        best: tuple[float, int, Whole] | None = None
        for n, (ladder, level) in enumerate(zip(self.ladders, group.levels, strict=True)):
            if level == 0:
                continue
            leaf = self.leaf[n][group.rows]
            won = self._scaled(n, float((ladder.share[level][leaf] - ladder.share[level - 1][leaf]).sum()))
            part = ladder.up[level - 1][leaf]
            if (best is None or won > best[0]) and self._kept(part, group.rows):
                best = (won, n, part)
        if best is None:
            return None
        _, n, part = best
        levels = (*group.levels[:n], group.levels[n] - 1, *group.levels[n + 1 :])
        return [_Group(group.rows[part == code], levels) for code in np.unique(part)]

    def _kept(self, part: Whole, rows: Whole) -> bool:
        """Say whether every part keeps the goals."""
        sizes = np.bincount(part)
        there = sizes > 0
        if (sizes[there] < self._goals.k).any():
            return False
        if self._value is None:
            return True
        counts = np.zeros((len(sizes), self._values))
        np.add.at(counts, (part, self._value[rows]), 1)
        counts = counts[there]
        if self._goals.l is not None and ((counts > 0).sum(axis=1) < self._goals.l).any():
            return False
        if self._goals.t is None:
            return True
        apart: Real = np.abs(counts / counts.sum(axis=1, keepdims=True) - self._whole).sum(axis=1) / 2
        return bool((apart <= self._goals.t + NEARLY).all())

    @property
    def _whole(self) -> Real:
        shares: Real = self.prepared.combinations.overall / self.count
        return shares


def _told(hierarchy: Hierarchy, leaf: Whole, levels: Whole) -> pa.Array:
    """Return what each row says on its level."""
    names = [hierarchy.groups(level) for level in range(hierarchy.height)]
    alone = [len(set(groups)) == 1 and level > 0 for level, groups in enumerate(names)]
    missing = len(hierarchy.rows)
    said = [
        names[level][one if one < missing else 0] if one < missing or alone[level] else None
        for one, level in zip(leaf.tolist(), levels.tolist(), strict=True)
    ]
    return pa.array(said, pa.string())
