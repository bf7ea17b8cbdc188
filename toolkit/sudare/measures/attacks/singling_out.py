"""Singling out: descriptions by one or two columns that are true of exactly one person of the output."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

from sudare.language import Text
from sudare.measures.explained import AS_OBSERVED, OF_ITS_OWN, Explained
from sudare.measures.kernel.classes import classes_of
from sudare.measures.kernel.encoding import Column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sudare.measures.kernel.classes import Classes
    from sudare.measures.kernel.encoding import Truth, Whole

    How: TypeAlias = Literal["values", "bins", "extremes"]

EXPLAINED: Final = Explained(
    Text("一人だけを指す条件", "singling out"),
    Text(
        "一つか二つの列の条件（値や階級が等しい、最大、最小）で、ちょうど一人だけに当てはまるものを数えます。"
        "そのような条件がある列は、その人を名簿や報道と結び付ける手がかりになります。",
        "Counts the descriptions by one or two columns (a value, a bin, the largest, the smallest) that are true of "
        "exactly one person. Columns with such descriptions are what links that person to a register or to the news.",
    ),
    "Cohen and Nissim 2020; opinion 05/2014 of the Article 29 Working Party (singling out)",
    AS_OBSERVED,
    OF_ITS_OWN,
)
_MANY: Final = 40  # values of a column in order, above which its bins are asked for too
_BINS: Final = 20


@dataclass(frozen=True)
class Descriptions:
    """How many descriptions by these columns, of this kind, are true of exactly one person."""

    columns: tuple[str, ...]
    how: How
    count: int


@dataclass(frozen=True)
class SinglingOut:
    """What singles people out; counts of any size, and names of columns.

    `isolated` are the people (or records) of `people` whom some description is true of alone. `found` tells the
    descriptions by columns, the most first; one by two columns counts where neither column's value does it alone.
    """

    people: int
    isolated: int
    found: tuple[Descriptions, ...] = ()

    def total(self, columns: int) -> int:
        """How many descriptions there are by one or by two columns."""
        return sum(one.count for one in self.found if len(one.columns) == columns)

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys."""
        told = [{"columns": list(one.columns), "by": one.how, "count": one.count} for one in self.found]
        return {
            "people": self.people,
            "isolated": self.isolated,
            "share": self.isolated / self.people if self.people else None,
            "one_column": self.total(1),
            "two_columns": self.total(2),
            "found": told,
        }


@dataclass
class _Search:
    """Counts descriptions, and remembers the lines that they are true of."""

    unit: Column | None
    lines: Truth = field(repr=False)
    counts: Counter[tuple[tuple[str, ...], How]] = field(default_factory=Counter)

    def grouped(self, columns: Sequence[Column]) -> Classes:
        return classes_of(columns, unit=self.unit)

    def note(self, columns: Sequence[Column], how: How, classes: Classes, alone: Truth) -> None:
        if alone.any():
            self.counts[tuple(column.name for column in columns), how] += int(alone.sum())
            self.lines |= alone[classes.of_line]


def singling_out(
    columns: Sequence[Column], *, ordered: Collection[str] = (), unit: Column | None = None
) -> SinglingOut:
    """Try every description of the output by one column and by two.

    By `values`: each column equals some value. By `bins`: columns whose codes are in the order of their values (those
    named in `ordered`) and that have more than 40 are known to a bin of about a twentieth of the records. By
    `extremes`: nobody has a larger (or smaller) value, in the whole table or among those of one value of another
    column; that takes no knowledge of the value. With `unit`, a description singles out where all its records are of
    one unit. A missing cell is a value, but no extreme. Costs one grouping for each pair of columns. Valid on
    values as observed. Sources: Cohen and Nissim, Towards formalizing the GDPR's notion of singling out, PNAS 117,
    2020; Article 29 Data Protection Working Party, Opinion 05/2014.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import encode
    >>> sex, age = encode("sex", pa.array(list("ffmm"))), encode("age", pa.array([30, 40, 30, 30]), in_order=True)
    >>> [(one.columns, one.how, one.count) for one in singling_out([sex, age], ordered={"age"}).found]
    [(('age',), 'extremes', 1), (('age',), 'values', 1), (('age', 'sex'), 'extremes', 2), (('age', 'sex'), 'values', 1)]
    """
    columns = sorted(columns, key=lambda column: column.name)
    lines = len(columns[0])
    search = _Search(unit, np.zeros(lines, bool))
    binned = {one.name: _in_bins(one) for one in columns if one.name in ordered and one.levels > _MANY}
    alone = {one.name: _one(search, one, in_order=one.name in ordered) for one in columns}
    for first, second in itertools.combinations(columns, 2):
        classes = search.grouped([first, second])
        single = classes.sizes == 1
        known = _of_class(classes, alone[first.name] | alone[second.name])
        search.note((first, second), "values", classes, single & ~known)
        for group, scale in ((first, second), (second, first)):
            if scale.name in ordered:
                of_group = _of_class(classes, alone[group.name])
                _extremes(search, group, scale, classes, single & ~of_group)
    for pair in _with_bins(columns, binned):
        classes = search.grouped(pair)
        search.note(pair, "bins", classes, classes.sizes == 1)
    told = [Descriptions(names, how, count) for (names, how), count in search.counts.items()]
    told.sort(key=lambda one: (len(one.columns), -one.count, one.columns, one.how))
    people = lines if unit is None else len(np.unique(unit.codes))
    isolated = search.lines.sum() if unit is None else len(np.unique(unit.codes[search.lines]))
    return SinglingOut(people, int(isolated), tuple(told))


def _one(search: _Search, column: Column, *, in_order: bool) -> Truth:
    """Note the descriptions by one column, and return the lines whose value does it."""
    classes = search.grouped([column])
    single = classes.sizes == 1
    search.note((column,), "values", classes, single)
    if in_order:
        codes = column.codes[classes.order[classes.starts]]
        there = codes != column.missing if column.missing is not None else np.ones(len(codes), bool)
        for end in (codes[there].max(initial=-1), codes[there].min(initial=column.levels)):
            search.note((column,), "extremes", classes, single & (codes == end))
    found: Truth = single[classes.of_line]
    return found


def _of_class(classes: Classes, of_line: Truth) -> Truth:
    """Return for each class what holds for all of its lines or for none."""
    found: Truth = of_line[classes.order[classes.starts]]
    return found


def _extremes(search: _Search, group: Column, scale: Column, classes: Classes, single: Truth) -> None:
    """Note who has the largest or smallest number of their group."""
    firsts = classes.order[classes.starts]
    of_group, codes = group.codes[firsts], scale.codes[firsts]
    there = codes != scale.missing if scale.missing is not None else np.ones(len(codes), bool)
    top = np.full(group.levels, -1)
    np.maximum.at(top, of_group[there], codes[there])
    low = np.full(group.levels, scale.levels)
    np.minimum.at(low, of_group[there], codes[there])
    for end in (top, low):
        search.note((scale, group), "extremes", classes, single & there & (codes == end[of_group]))


def _in_bins(column: Column) -> Column:
    """Put the values of a column into bins of about a twentieth of the records, missing cells into their own."""
    counts = np.bincount(column.codes, minlength=column.levels)
    if column.missing is not None:
        counts[column.missing] = 0
    below = np.cumsum(counts) - counts
    bins = np.minimum(below * _BINS // max(int(counts.sum()), 1), _BINS - 1)
    if column.missing is not None:
        bins[column.missing] = _BINS
    codes: Whole = bins[column.codes]
    return Column(column.name, codes.astype(np.int32), _BINS + 1, None if column.missing is None else _BINS)


def _with_bins(columns: Sequence[Column], binned: dict[str, Column]) -> Iterator[tuple[Column, Column]]:
    """Give the pairs of columns of which one or both are known to a bin only."""
    for first, second in itertools.combinations(columns, 2):
        if first.name in binned or second.name in binned:
            yield binned.get(first.name, first), binned.get(second.name, second)
