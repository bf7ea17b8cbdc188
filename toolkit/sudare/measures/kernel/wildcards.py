"""Counts the records that a record could be taken for where a missing cell fits every value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sudare.measures.kernel.grouping import numbered, packed
from sudare.measures.kernel.sums import sums_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.classes import Classes
    from sudare.measures.kernel.encoding import Column, Real, Whole


@dataclass(frozen=True)
class Compatible:
    """For each class of equal lines (a missing cell equals a missing one), what its records could be taken for.

    `sizes` counts records, the record itself among them; `weighted` adds up their weights.
    """

    sizes: Whole = field(repr=False)
    weighted: Real = field(repr=False)


def compatible_with(
    columns: Sequence[Column], classes: Classes, weighted: Real | None = None, *, both_ways: bool = True
) -> Compatible:
    """Count for each class the records that agree with it wherever neither has a missing cell.

    This is sdcMicro's alpha = 1: a missing cell fits every value, in both directions. The relation is not transitive,
    so these are no classes: two records may both fit a third and not each other. `weighted` is the sum of weights of
    each class (its records by default). Costs one grouping for each pair of patterns of missing cells.

    `both_ways=False` is what sdcMicro counts with alpha = 0: a record's own missing cells fit every value of records
    that miss nothing, and a missing one of records that miss the same cells; no other record's missing cells fit.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import classes_of, encode
    >>> columns = [encode("sex", pa.array(["f", "m", None]))]
    >>> compatible_with(columns, classes_of(columns)).sizes.tolist()
    [2, 2, 3]
    """
    firsts = classes.order[classes.starts]
    each = [column.take(firsts) for column in columns]
    weights = classes.records.astype(np.float64) if weighted is None else weighted
    pattern = _patterns(each)
    kinds = [np.flatnonzero(pattern == kind) for kind in np.unique(pattern)]
    sizes = np.zeros(len(classes), np.int64)
    sums = np.zeros(len(classes))
    whole = np.all([column.codes != column.missing for column in each], axis=0)
    for ones in kinds:
        beside = [others for others in kinds if both_ways or others is ones or whole[others[0]]]
        found = [_fitting(each, ones, others, classes.records, weights) for others in beside]
        sizes[ones] = sum(count for count, _ in found)
        # From the smallest on, so that the order of the patterns, and with it of the columns, does not matter.
        sums[ones] = np.sort(np.array([weight for _, weight in found]), axis=0).sum(axis=0)
    return Compatible(sizes, sums)


def _patterns(columns: Sequence[Column]) -> Whole:
    """Number, for each line, which of its cells are missing."""
    pattern = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        gone = column.codes == column.missing if column.missing is not None else np.zeros(len(column), bool)
        pattern, _ = numbered(pattern * 2 + gone, 2 * len(column) + 2)
    return pattern


def _fitting(
    columns: Sequence[Column], ones: Whole, others: Whole, records: Whole, weights: Real
) -> tuple[Whole, Real]:
    """Count, for each of some lines of one pattern, the fitting records among lines of another."""
    known = [column for column in columns if not _is_missing(column, ones[0]) and not _is_missing(column, others[0])]
    if not known:
        alike, groups = np.zeros(len(ones) + len(others), np.int64), 1
    else:
        both = np.concatenate((ones, others))
        alike, groups = numbered(*packed([column.take(both) for column in known]))
    here, there = alike[: len(ones)], alike[len(ones) :]
    counts = np.zeros(groups, np.int64)
    np.add.at(counts, there, records[others])
    return counts[here], sums_by(there, weights[others], groups)[here]


def _is_missing(column: Column, line: int) -> bool:
    return column.missing is not None and bool(column.codes[line] == column.missing)
