"""Compares a table before and after processing: a few figures for the whole, and for each column."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sudare.errors import Problem
from sudare.language import Text
from sudare.measures.kernel import classes_of, encode
from sudare.measures.utility.alignment import aligned
from sudare.measures.utility.average_class_size import average_class_size, class_size_kept
from sudare.measures.utility.column_utility import column_utility
from sudare.measures.utility.correlations import correlation_change
from sudare.measures.utility.cross_tabulation import cross_tabulation_difference, folded
from sudare.measures.utility.discernibility import discernibility, discernibility_kept
from sudare.measures.utility.eigenvalues import eigenvalue_change
from sudare.measures.utility.sides import sides, texts
from sudare.measures.utility.table_utility import ClassChange, TableUtility
from sudare.measures.utility.task import can_be_scored, task_score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sudare.measures.kernel.encoding import Truth, Whole
    from sudare.measures.utility.sides import Sides
    from sudare.measures.utility.task import TaskScore

_MOST_PAIRED: Final = 30  # columns whose pairs are looked at; 435 pairs
_SUPPRESSED: Final = "_suppressed"  # ends the name of the column that marks hidden cells in our Parquet files


def compare(  # noqa: PLR0913 - two tables, and what is asked about them, each by name
    before: pa.Table,
    after: pa.Table,
    *,
    ids: tuple[pa.ChunkedArray, pa.ChunkedArray] | None = None,
    hidden: Mapping[str, Truth] | None = None,
    suppressed_as: str = "*",
    quasi_identifiers: Sequence[str] = (),
    target: str | None = None,
) -> TableUtility:
    """Compare two tables column by column of the same name, and row by row where `ids` tell which rows are the same.

    `before` is typed; `after` may be typed or text. A cell of `after` is hidden where `hidden` says so, where a
    column NAME_suppressed says so, or where it reads `suppressed_as` and no original cell of the column does.
    """
    names = [name for name in before.column_names if name in after.column_names]
    marks = hidden_cells(before, after, names, suppressed_as) | dict(hidden or {})
    rows = None if ids is None else aligned(texts(ids[0]), texts(ids[1]))
    both = [sides(name, before[name], after[name], marks[name], rows) for name in names]
    numbers = [one for one in both if one.read == "numbers"]
    old, new = [one.before.numbers for one in numbers], [one.after.numbers for one in numbers]
    score, problems = _scored(both, target, rows)
    flags = {name + _SUPPRESSED for name in names}
    return TableUtility(
        rows=(before.num_rows, after.num_rows),
        matched=None if rows is None else len(rows[0]),
        columns=tuple(column_utility(one, rows) for one in both),
        removed=tuple(name for name in before.column_names if name not in after.column_names),
        added=tuple(name for name in after.column_names if name not in {*before.column_names, *flags}),
        correlation=correlation_change(old, new),
        eigenvalues=eigenvalue_change(old, new),
        pairs=_pairs(both[:_MOST_PAIRED]),
        classes=_classes(before, after, marks, quasi_identifiers) if quasi_identifiers else None,
        task=score,
        problems=problems,
    )


def hidden_cells(before: pa.Table, after: pa.Table, names: Sequence[str], mark: str = "*") -> dict[str, Truth]:
    """Say of some columns that both tables have which cells of `after` are hidden: by a flag beside them, or the mark."""
    return {name: _hidden(before[name], after, name, mark) for name in names}


def _hidden(before: pa.ChunkedArray, after: pa.Table, name: str, mark: str) -> Truth:
    cells, flag = after[name], name + _SUPPRESSED
    found: Truth = np.zeros(len(cells), bool)
    if flag in after.column_names and pa.types.is_boolean(after[flag].type):
        found |= pc.fill_null(after[flag], False).to_numpy()  # noqa: FBT003 - what a missing flag counts as
    if not mark or not _is_text(cells.type):
        return found
    if _is_text(before.type) and pc.any(pc.equal(texts(before), mark)).as_py():
        return found  # it is a value of the data, and cannot be told from a hidden cell
    found |= pc.fill_null(pc.equal(texts(cells), mark), False).to_numpy()  # noqa: FBT003 - likewise
    return found


def _is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _pairs(both: Sequence[Sides]) -> tuple[tuple[str, str, float], ...]:
    """Return the pairs of columns with the difference of their cross-tabulation, the largest first."""
    found = []
    groups = {}
    seen = {}
    for one in both:
        first, second = one.before.codes, np.minimum(one.after.codes, one.groups - 1)
        groups[one.name] = folded(first, second, one.groups, in_order=one.read in {"numbers", "intervals"})
        seen[one.name] = ~one.after.hidden
    for a, b in itertools.combinations(sorted(groups), 2):
        there = seen[a] & seen[b]
        after = groups[a][1][there], groups[b][1][there]
        value = cross_tabulation_difference((groups[a][0], groups[b][0]), after)
        if value is not None:
            found.append((a, b, value))
    return tuple(sorted(found, key=lambda pair: (-pair[2], pair[:2])))


def _classes(before: pa.Table, after: pa.Table, marks: Mapping[str, Truth], names: Sequence[str]) -> ClassChange:
    whole = classes_of([encode(name, texts(before[name])) for name in names]).records
    gone = np.logical_and.reduce([marks[name] for name in names])
    left = np.flatnonzero(~gone)
    sizes = classes_of([encode(name, texts(after[name])).take(left) for name in names]).records
    lost = max(before.num_rows - len(left), 0)
    return ClassChange(
        (average_class_size(whole), average_class_size(sizes)),
        class_size_kept(whole, sizes),
        (discernibility(whole), discernibility(sizes, lost)),
        discernibility_kept(whole, sizes, lost),
    )


def _scored(
    both: Sequence[Sides], target: str | None, rows: tuple[Whole, Whole] | None
) -> tuple[TaskScore | None, tuple[Problem, ...]]:
    if target is None:
        return None, ()
    if rows is None:
        return None, (_not_scored(Text("ID を指定していません。", "no ID was named.")),)
    if not can_be_scored():
        return None, (_not_scored(Text("scikit-learn がありません。", "scikit-learn is not installed.")),)
    taken = {one.name: replace(one, before=one.before.take(rows[0]), after=one.after.take(rows[1])) for one in both}
    score = task_score(taken[target], [one for name, one in sorted(taken.items()) if name != target])
    few = Text("記録が少ないか、値が一通りです。", "there are too few records, or there is one value only.")
    return score, () if score is not None else (_not_scored(few),)


def _not_scored(why: Text) -> Problem:
    what = Text("課題の成績は測っていません: {why}", "The task was not scored: {why}").fill(why=why)
    return Problem("task-not-scored", "task", what)
