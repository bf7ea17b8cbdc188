"""Small counts are rare values: below the limit they are told as "<10"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 10


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
