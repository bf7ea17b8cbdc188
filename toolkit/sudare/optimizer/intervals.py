"""Hierarchies of ranges for numbers: wider from level to level."""

from __future__ import annotations

from bisect import bisect_right
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING

from sudare.errors import Problem, UsageError
from sudare.language import Text
from sudare.optimizer.hierarchy import ALL, Hierarchy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sudare.optimizer.hierarchy import StepData


def widths(
    values: Iterable[str], by: Sequence[int | str], *, start: int | str = 0, unit: str = "", whole: bool = True
) -> Hierarchy:
    """Make a hierarchy of ranges of equal width, such as of 5, 10 and 20 years, and at the top of nothing.

    Each width must be a multiple of the one before, so that ranges lie within ranges; all are counted from `start`.
    The first and the last range that hold a value are open; a width at which one range holds all values is left out.
    Raises `UsageError` with `bad-widths`, and `bad-number` where a value is no number, without telling it.

    >>> widths(["3", "7", "12"], [5, 10]).rows
    (('3', '5未満', '10未満', '*'), ('7', '5以上10未満', '10未満', '*'), ('12', '10以上', '10以上', '*'))
    """
    steps = [_number(width) for width in by]
    if not steps or any(wide <= 0 or wide % narrow for narrow, wide in pairwise([steps[0], *steps])) or steps[0] <= 0:
        what = Text("幅は、前の幅の倍数にしてください。", "each width must be a multiple of the one before.")
        raise UsageError(Problem("bad-widths", "by", what))
    leaves = tuple(values)
    numbers = [_number(value) for value in leaves]
    first = _number(start)
    levels = []
    for step in steps:
        low, high = (first + _floor((end - first) / step) * step for end in (min(numbers), max(numbers)))
        if low == high:  # one range for all says nothing more than the level above
            break
        levels.append([low + step * n for n in range(1, int((high - low) / step) + 1)])
    if not levels:
        return Hierarchy(tuple((value, ALL) for value in leaves), ((), ()), "integer" if whole else "decimal")
    return intervals(leaves, levels, unit=unit, whole=whole)


def intervals(
    values: Iterable[str], edges: Sequence[Sequence[int | str | Decimal]], *, unit: str = "", whole: bool = True
) -> Hierarchy:
    """Make a hierarchy of ranges from the edges of each level; every edge of a level must be one of the level below.

    A value on an edge belongs to the range above it, as with the technique `bin`, which the steps use. `whole` says
    that the column is declared as integer, else as decimal. Raises `UsageError` with `bad-edges`, and `bad-number`
    where a value is no number, without telling it.

    >>> intervals(["39", "40", "65"], [["40", "50", "60"], ["40", "60"]], unit="歳").rows[1]
    ('40', '40歳以上50歳未満', '40歳以上60歳未満', '*')
    """
    levels = [[_number(edge) for edge in level] for level in edges]
    nested = all(set(wide) <= set(narrow) for narrow, wide in pairwise(levels))
    if not levels or not nested or any(level != sorted(set(level)) or not level for level in levels):
        what = Text(
            "境目は小さい順に書き、広い段の境目は狭い段の境目から選びます。",
            "edges ascend, and those of a level are among those of the level below.",
        )
        raise UsageError(Problem("bad-edges", "edges", what))
    names = [_names(level, unit) for level in levels]
    rows = []
    for value in values:
        number = _number(value)
        ranges = [named[bisect_right(level, number)] for level, named in zip(levels, names, strict=True)]
        rows.append((value, *ranges, ALL))
    steps = ((), *((_step(level, named),) for level, named in zip(levels, names, strict=True)), ())
    return Hierarchy(tuple(rows), steps, "integer" if whole else "decimal")


def _names(edges: Sequence[Decimal], unit: str) -> list[str]:
    told = [f"{edge.normalize():f}{unit}" for edge in edges]
    return [f"{told[0]}未満", *(f"{low}以上{high}未満" for low, high in pairwise(told)), f"{told[-1]}以上"]


def _step(edges: Sequence[Decimal], names: Sequence[str]) -> StepData:
    step: dict[str, object] = {"technique": "bin", "edges": [f"{edge.normalize():f}" for edge in edges]}
    if len(names) > 2:  # noqa: PLR2004 - below the only edge, and above it
        step["labels"] = list(names[1:-1])
    return step | {"below": names[0], "above": names[-1]}


def _floor(number: Decimal) -> Decimal:
    return number.to_integral_value(ROUND_FLOOR)


def _number(value: int | str | Decimal) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise UsageError(Problem("bad-number", "values", Text("数でない値があります。", "a value is no number.")))
    return number
