"""Interval disclosure: an original number lies close around the number that was released."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

from sudare.language import Text
from sudare.measures.explained import Explained

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sudare.measures.kernel.encoding import Real, Truth

    By: TypeAlias = Literal["sd", "rank"]

EXPLAINED: Final = Explained(
    Text("区間の漏れ", "interval disclosure"),
    Text(
        "元の数値が、出力された数値のすぐ近く（標準偏差の 5% 以内など）にある記録の割合です。"
        "割合が高いと、誤差を加えても元の値がおよそ分かります。",
        "The share of records whose original numbers lie close around the released ones, such as within 5 % of a "
        "standard deviation. Where it is high, the originals can be told roughly in spite of the noise.",
    ),
    "Domingo-Ferrer and Torra 2001; dRisk of sdcMicro",
    Text(
        "ノイズやミクロアグリゲーションの後の数値の列で使えます。区間のラベルになった列は測りません。",
        "For columns of numbers after noise or microaggregation; columns that became ranges are left out.",
    ),
    Text(
        "元の値がない記録は数えず、出力で消えた値は近くないものとします。",
        "Records without an original number are left out; a number that the output lacks is not close.",
    ),
)
_ROUNDING: Final = 1e-6  # of a place; places are apart by halves
_LEAST: Final = 2  # numbers, without which there is no deviation


@dataclass(frozen=True)
class IntervalDisclosure:
    """The share of records whose every number is close, and the same of each column alone; None without records."""

    share: float | None
    columns: dict[str, float | None] = field(default_factory=dict)
    width: float = 0.05
    by: By = "sd"

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys."""
        return {"share": self.share, "columns": dict(self.columns), "width": self.width, "by": self.by}


def interval_disclosure(
    numbers: Mapping[str, tuple[Real, Real]], *, width: float = 0.05, by: By = "sd"
) -> IntervalDisclosure:
    """Compare original and released numbers of the same records, column by column (NaN where there is none).

    By `sd` an original is close where it differs by at most `width` standard deviations of the released column (with
    n - 1); by `rank`, where as a share of the records its place among the released numbers differs by at most
    `width`. Ends belong to the interval. A record counts for the whole where it has an original number in some
    column, and is close where each of these is. Valid after noise or microaggregation. Sources: Domingo-Ferrer and
    Torra 2001; `dRisk` of sdcMicro (by sd).

    >>> found = interval_disclosure({"pay": (np.array([100.0, 200.0, 300.0]), np.array([101.0, 200.0, 250.0]))})
    >>> round(found.share, 3)
    0.667
    """
    if not numbers:
        return IntervalDisclosure(None, {}, width, by)
    near = {name: _close(old, new, width, by) for name, (old, new) in numbers.items()}
    known = {name: ~np.isnan(old) for name, (old, _) in numbers.items()}
    asked = np.logical_or.reduce(list(known.values()))
    every = np.logical_and.reduce([near[name] | ~known[name] for name in numbers])
    return IntervalDisclosure(
        _share(every, asked), {name: _share(near[name], known[name]) for name in numbers}, width, by
    )


def _share(found: Truth, asked: Truth) -> float | None:
    return float((found & asked).sum() / asked.sum()) if asked.any() else None


def _close(old: Real, new: Real, width: float, by: By) -> Truth:
    released = np.sort(new[~np.isnan(new)])
    if not len(released):
        return np.zeros(len(old), bool)
    if by == "rank":
        return np.abs(_rank(released, old) - _rank(released, new)) <= width * len(released) + _ROUNDING
    spread = float(np.std(released, ddof=1)) if len(released) >= _LEAST else 0.0
    return (old >= new - width * spread) & (old <= new + width * spread)  # NaN is close to nothing


def _rank(released: Real, numbers: Real) -> Real:
    """Return the place of numbers among those released; the middle of equal ones, NaN for NaN."""
    middle: Real = (np.searchsorted(released, numbers, "left") + np.searchsorted(released, numbers, "right")) / 2
    middle[np.isnan(numbers)] = np.nan
    return middle
