"""Judges a number by its limit, and says it so that it tells no count of a few people."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Any, Final

from sudare.language import Text
from sudare.limits import SMALL_COUNT
from sudare.measures.measure import Verdict
from sudare.models import field

FEW: Final = SMALL_COUNT
_DIGITS: Final = 12  # significant digits that are looked at: sums in another order differ only behind them
CHANCE: Final = 3  # decimal places of a chance or a share of the whole table
OF_A_CLASS: Final = 2  # of a share within one class: a finer one could tell the counts of a small class

AT_MOST: Final = Text("{limit} 以下", "at most {limit}")


def upper_limit(places: int = CHANCE) -> Any:  # noqa: ANN401 - pydantic's own signature
    """Describe the field of an upper limit between 0 and 1."""
    return field(
        Text("上限", "at most"),
        Text("0 から 1 まで。", "From 0 to 1."),
        ge=0,
        le=1,
        decimal_places=places,
    )


def no_more_than(value: float | None, limit: Decimal, places: int = CHANCE) -> Verdict:
    """Judge a number by an upper limit of as many places; it is told rounded up. None keeps every limit.

    >>> no_more_than(0.1234, Decimal("0.2")).value
    0.124
    """
    if value is None:
        return Verdict(ok=True, value=None)
    exact = _exact(value)
    return Verdict(exact <= limit, rounded_up(exact, places))


def no_less_than(value: float | None, limit: Decimal, places: int = CHANCE) -> Verdict:
    """Judge a number by a lower limit of as many places; it is told rounded down. None keeps every limit."""
    if value is None:
        return Verdict(ok=True, value=None)
    exact = _exact(value)
    return Verdict(exact >= limit, float(exact.quantize(Decimal(1).scaleb(-places), ROUND_DOWN)))


def share_no_more_than(count: int, whole: int, limit: Decimal) -> Verdict:
    """Judge a share of the records by an upper limit; where few make it up, it is told as a bound.

    >>> share_no_more_than(3, 1000, Decimal("0.01")), share_no_more_than(20, 1000, Decimal("0.01")).ok
    (Verdict(ok=True, value='<=0.009', said=None), False)
    """
    if not whole:
        return Verdict(ok=True, value=None)
    ok = count <= limit * whole
    if 0 < count < FEW:
        return Verdict(ok, f"<={min(rounded_up(Decimal(FEW - 1) / whole, CHANCE), 1.0)}")
    return Verdict(ok, rounded_up(Decimal(count) / whole, CHANCE))


def count_no_more_than(count: int, limit: Decimal | int) -> Verdict:
    """Judge a number of people or records by an upper limit.

    >>> count_no_more_than(3, 0)
    Verdict(ok=False, value='<10', said=None)
    """
    return Verdict(count <= limit, f"<{FEW}" if 0 < count < FEW else count)


def rounded_up(value: Decimal, places: int) -> float:
    """Round a number up, away from zero."""
    return float(value.quantize(Decimal(1).scaleb(-places), ROUND_UP))


def _exact(value: float) -> Decimal:
    return Decimal(f"{value:.{_DIGITS}g}")
