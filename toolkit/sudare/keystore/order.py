"""Row orders that only the holder of the key could compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

from sudare.errors import Problem, UsageError
from sudare.language import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUBKEY_BYTES = 32
_WORD = 8
_NONCE = bytes(16)  # zero: each sub-key is derived for one purpose and makes one stream, which is never sent out
_ZEROS = memoryview(bytes(1 << 20))  # a stream of any length needs 1 MiB of working memory besides its result


def key_stream(subkey: bytes, count: int) -> NDArray[np.uint64]:
    """Return `count` even random numbers of 64 bits that depend on nothing but the sub-key.

    The ChaCha20 key stream (RFC 8439, counter and nonce zero), read as little-endian words. A longer stream begins
    with the shorter one. Raises `bad-subkey` for a sub-key that has not 32 bytes, and for a negative count.

    >>> [hex(word) for word in key_stream(bytes(32), 2).tolist()]
    ['0x903df1a0ade0b876', '0x28bd8653e56a5d40']
    """
    if len(subkey) != SUBKEY_BYTES or count < 0:
        what = Text(
            "32 バイトの部分鍵と 0 以上の数が要ります。", "a sub-key of 32 bytes and a count of 0 or more are needed."
        )
        raise UsageError(Problem("bad-subkey", "", what))
    words = np.empty(count, dtype="<u8")
    target = words.view(np.uint8).data
    stream = Cipher(ChaCha20(subkey, _NONCE), mode=None).encryptor()
    for start in range(0, count * _WORD, len(_ZEROS)):
        part = target[start : start + len(_ZEROS)]
        stream.update_into(_ZEROS[: len(part)], part)
    return words.astype(np.uint64, copy=False)


def order(subkey: bytes, rows: int) -> NDArray[np.uint64]:
    """Return one sort key per row: sorted by them, with the row number last, the rows stand in a secret order.

    The sub-key comes from the key and the input's hash, so that two deliveries do not line up. Two of n rows share
    a sort key with a chance of about n² / 2^65 (10 million rows: 3 in a million), hence the row number.

    >>> order(bytes(32), 3).argsort(kind="stable").tolist()
    [2, 1, 0]
    """
    return key_stream(subkey, rows)
