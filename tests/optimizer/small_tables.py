"""Small tables with hierarchies, and the least loss of them found by looking at every node in plain Python."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from sudare.optimizer.hierarchy import Hierarchy

if TYPE_CHECKING:
    from collections.abc import Sequence

Rows = list[tuple[str | None, ...]]


@dataclass(frozen=True)
class Small:
    """Rows of quasi-identifiers with a sensitive value as the last cell, and a hierarchy for each quasi-identifier."""

    rows: Rows
    hierarchies: tuple[Hierarchy, ...]

    def released(self, levels: Sequence[int]) -> Rows:
        """Return the quasi-identifiers on these levels; a missing cell stays missing where there are several groups."""
        named = []
        for hierarchy, level in zip(self.hierarchies, levels, strict=True):
            groups: dict[str | None, str | None] = dict(zip(hierarchy.leaves, hierarchy.groups(level), strict=True))
            alone = len(set(hierarchy.groups(level))) == 1 and level > 0
            named.append({**groups, None: hierarchy.groups(level)[0] if alone else None})
        return [tuple(names[cell] for names, cell in zip(named, row, strict=False)) for row in self.rows]

    def missed(self, levels: Sequence[int], k: int, diverse: int = 1, near: float = 1.0) -> list[bool]:
        """Say of each row whether its class misses a goal."""
        classes: dict[tuple[str | None, ...], Counter[str | None]] = defaultdict(Counter)
        whole = Counter(row[-1] for row in self.rows)
        released = self.released(levels)
        for row, key in zip(self.rows, released, strict=True):
            classes[key][row[-1]] += 1
        bad = set()
        for key, values in classes.items():
            size = values.total()
            apart = sum(abs(Fraction(values[v], size) - Fraction(n, whole.total())) for v, n in whole.items()) / 2
            if size < k or len(values) < diverse or apart > Fraction(near):
                bad.add(key)
        return [key in bad for key in released]

    def loss(self, levels: Sequence[int], missed: Sequence[bool], weights: Sequence[int]) -> Fraction:
        """Return the loss of a node, exactly."""
        total = Fraction(0)
        n = len(self.rows)
        for column, (hierarchy, level) in enumerate(zip(self.hierarchies, levels, strict=True)):
            leaves = len(hierarchy.rows)
            sizes = Counter(hierarchy.groups(level))
            of = dict(zip(hierarchy.leaves, hierarchy.groups(level), strict=True))
            share = Fraction(0)
            for row, gone in zip(self.rows, missed, strict=True):
                cell = row[column]
                alone = len(sizes) == 1 and level > 0
                told = Fraction(1, 1 if alone else leaves) if cell is None else Fraction(sizes[of[cell]], leaves)
                share += 1 if gone else told
            least = Fraction(n, leaves)
            total += 0 if n == least else weights[column] * (share - least) / (n - least)
        return total / sum(weights)

    def best(self, limit: int, weights: Sequence[int], **goals: float) -> tuple[Fraction, int, tuple[int, ...]] | None:
        """Return loss, suppressed records and levels of the best node."""
        found = []
        for levels in itertools.product(*(range(one.height) for one in self.hierarchies)):
            missed = self.missed(levels, **goals)  # type: ignore[arg-type]
            if sum(missed) <= limit:
                found.append((self.loss(levels, missed, weights), sum(missed), levels))
        return min(found, default=None)


@st.composite
def hierarchies(draw: st.DrawFn) -> Hierarchy:
    """Make a hierarchy of up to six leaves, some of which the data will lack."""
    leaves = draw(st.integers(1, 6))
    rows = [[str(n)] for n in range(leaves)]
    for level in range(draw(st.integers(0, 3))):
        groups = sorted({row[-1] for row in rows})
        joined = {group: f"{level}{draw(st.sampled_from('abc'))}" for group in groups}
        for row in rows:
            row.append(joined[row[-1]])
    if draw(st.booleans()):
        for row in rows:
            row.append("*")
    return Hierarchy(tuple(tuple(row) for row in rows))


@st.composite
def tables(draw: st.DrawFn) -> Small:
    """Make a table of up to four quasi-identifiers, with missing cells."""
    made = tuple(draw(st.lists(hierarchies(), min_size=1, max_size=4)))
    cells = [st.sampled_from([*one.leaves, None] if draw(st.booleans()) else one.leaves) for one in made]
    rows = draw(st.lists(st.tuples(*cells, st.sampled_from(["x", "y", "z", None])), min_size=1, max_size=25))
    return Small(rows, made)
