"""Small counts are rare values: below the limit they are told as "<10"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.limits import SMALL_COUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = SMALL_COUNT


def shown(count: int, limit: int = LIMIT) -> int | str:
    """Return a count as it may be shown. None at all is no secret.

    >>> [shown(n) for n in (0, 1, 9, 10)]
    [0, '<10', '<10', 10]
    """
    return f"<{limit}" if 0 < count < limit else count


def shown_of(counts: Sequence[int], whole: int, limit: int = LIMIT) -> list[int | str]:
    """Return counts out of a whole as they may be shown: where few are left over, the last tells no exact number.

    The counts are each at least the limit. Otherwise whoever takes them from the whole knows how many the few are.

    >>> shown_of([50, 40], 100), shown_of([50, 48], 100)
    ([50, 40], [50, '>=10'])
    """
    told: list[int | str] = list(counts)
    if told and 0 < whole - sum(counts) < limit:
        told[-1] = f">={limit}"
    return told


def shown_part(count: int, whole: int) -> int | str:
    """Return a count out of a whole as it may be shown: neither few, nor all but few.

    >>> [shown_part(n, 100) for n in (0, 9, 50, 91, 100)]
    [0, '<10', 50, '>=10', 100]
    """
    told = shown(count)
    return told if isinstance(told, str) or not count else shown_of([count], whole)[0]


def shown_total(whole: int, parts: Sequence[int]) -> int | str:
    """Return a total as it may be shown beside its parts: where those that are few make up few, not exactly.

    Otherwise whoever takes the other parts from the total knows how many the few are.

    >>> shown_total(54, [12, 42]), shown_total(15, [12, 3]), shown_total(30, [12, 9, 9])
    (54, '>=12', 30)
    """
    few = sum(part for part in parts if 0 < part < LIMIT)
    return f">={whole - few}" if 0 < few < LIMIT <= whole - few else shown(whole)
