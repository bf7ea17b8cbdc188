"""Sampling weights: how many of the population each class stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.measures.kernel.sums import sums_by
from sudare.tables.text_values import Typing

if TYPE_CHECKING:
    from sudare.measures.kernel.classes import Classes
    from sudare.measures.kernel.encoding import Column, Real, Whole


def weights_of(where: str, cells: pa.ChunkedArray, counts: Whole | None = None) -> Real:
    """Return weights as numbers; texts are read as numbers.

    `counts` says how many records each line stands for. Raises `Refused` with `bad-weight`, told under `where`, where
    one is missing, not above zero, or no number.

    >>> weights_of("weight", pa.chunked_array([["1.5", "2"]])).tolist()
    [1.5, 2.0]
    """
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    if pa.types.is_string(cells.type):
        typed = [Typing("decimal").typed(chunk).values for chunk in cells.chunks]
        cells = pa.chunked_array(typed, pa.float64())
    times = np.ones(len(cells), np.int64) if counts is None else counts
    if not (pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type) or pa.types.is_null(cells.type)):
        raise Refused(_bad_weight(where, int(times.sum())))
    numbers: np.ndarray[Any, np.dtype[np.float64]] = np.array(cells.cast(pa.float64()).fill_null(-1.0), np.float64)
    faults = int(times[~np.isfinite(numbers) | (numbers <= 0)].sum())
    if faults:
        raise Refused(_bad_weight(where, faults))
    return numbers


def weights_by_class(
    weight: Real, classes: Classes, *, counts: Whole | None = None, unit: Column | None = None
) -> Real:
    """Add up the weights of each class; somebody with several records in a class counts once, with their mean.

    `counts` says how many records each line stands for.

    >>> from sudare.measures.kernel import classes_of, encode
    >>> classes = classes_of([encode("sex", pa.array(["f", "m", "f"]))])
    >>> weights_by_class(np.array([1.0, 5.0, 2.0]), classes).tolist()
    [3.0, 5.0]
    """
    of_line = classes.of_line
    if unit is None:
        return sums_by(of_line, weight if counts is None else weight * counts, len(classes))
    pairs, place = np.unique(of_line * unit.levels + unit.codes, return_inverse=True)
    times = np.ones(len(weight)) if counts is None else counts.astype(np.float64)
    means = sums_by(place, weight * times, len(pairs)) / sums_by(place, times, len(pairs))
    return sums_by(pairs // unit.levels, means, len(classes))


def _bad_weight(where: str, count: int) -> Problem:
    what = Text(
        "{count} 行で、重みが空欄か、0 以下か、数値ではありません。",
        "in {count} rows the weight is missing, not above zero, or no number.",
    ).fill(count=count)
    now = Text("重みは、その一行が代表する人数です。", "A weight is the number of people that the row stands for.")
    return Problem("bad-weight", where, what, now)
