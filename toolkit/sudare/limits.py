"""The small-count limit: a count below it points at a few people and is told as "<10", wherever counts are told.

`SUDARE_SMALL_COUNTS` makes it stricter, never looser: a whole number from 10 to 1000, read once, when Python starts.
"""

from __future__ import annotations

import os
import re
import warnings
from typing import Final

from sudare.errors import Problem, UsageError
from sudare.language import Text, preferred

VARIABLE: Final = "SUDARE_SMALL_COUNTS"
LEAST: Final = 10
MOST: Final = 1000  # beyond it a register of a town would tell nothing at all
_WRONG = Problem(
    "bad-small-counts",
    VARIABLE,
    Text("{least} から {most} までの整数ではありません。", "it is no whole number from {least} to {most}.").fill(
        least=LEAST, most=MOST
    ),
    Text("直すか、設定を消してください。", "Mend it, or take the setting away."),
)


def limit_in(text: str) -> int | None:
    """Return the limit that a setting names: 10 where it is empty, None where it is no limit.

    >>> [limit_in(text) for text in ("", " 20 ", "10", "9", "1001", "2O", "-20")]
    [10, 20, 10, None, None, None, None]
    """
    if not text.strip():
        return LEAST
    named = int(text) if re.fullmatch(r"\s*[0-9]{1,4}\s*", text, re.ASCII) else 0
    return named if LEAST <= named <= MOST else None


def refuse_bad_limit() -> None:
    """Raise `UsageError` with `bad-small-counts` where the environment names a limit that is none.

    A command says so before it does anything; elsewhere Python only warns, and 10 holds.
    """
    if limit_in(os.environ.get(VARIABLE, "")) is None:
        raise UsageError(_WRONG)


def _read() -> int:
    limit = limit_in(os.environ.get(VARIABLE, ""))
    if limit is None:
        warnings.warn(_WRONG.line(preferred()), stacklevel=2)
        return LEAST
    return limit


SMALL_COUNT: Final = _read()
