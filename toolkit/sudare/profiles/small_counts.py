"""Small counts are rare values: below the limit they are told as "<10"."""

from __future__ import annotations

LIMIT = 10


def shown(count: int, limit: int = LIMIT) -> int | str:
    """Return a count as it may be shown. None at all is no secret.

    >>> [shown(n) for n in (0, 1, 9, 10)]
    [0, '<10', '<10', 10]
    """
    return f"<{limit}" if 0 < count < limit else count
