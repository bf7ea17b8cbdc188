"""The message of version 1: what an identifier is computed from. Frozen, since a change would change every ID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.errors import Problem, SudareError
from sudare.japan.widths import plain
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING = b"\xff\xff\xff\xff"  # no text is 4,294,967,295 bytes long


def message(values: Sequence[str | None]) -> bytes:
    """Return the bytes that stand for these values: equal only where the values are equal after normalisation.

    For each value, 4 bytes of big-endian length and the UTF-8 of `plain(value)` (NFKC, no white space); for a
    missing value, 4 bytes FF. Raises `broken-text` for half a surrogate pair, without repeating it.

    >>> message(["山田　花子", None]) == message(["山田花子", None])
    True
    >>> message(["a", None]).hex()
    '0000000161ffffffff'
    """
    return b"".join(_one(value) for value in values)


def _one(value: str | None) -> bytes:
    if value is None:
        return MISSING
    try:
        data = plain(value).encode("utf-8")
    except UnicodeEncodeError:
        raise SudareError(_broken()) from None
    return len(data).to_bytes(4, "big") + data


def _broken() -> Problem:
    return Problem(
        "broken-text",
        "",
        Text("文字として壊れている値があります。", "a value is broken as text (half a surrogate pair)."),
        Text("ファイルの文字コードを確かめてください。", "Check the encoding of the file."),
    )
