"""A secret that cannot be shown by accident, and the sub-keys derived from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sudare.errors import Problem, SudareError
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.keystore.name import KeyName

SECRET_BYTES = 32  # 256 bit: as strong as HMAC-SHA-256 can use
FINGERPRINT_BYTES = 8  # 64 bit, shown as 16 hex characters: enough to tell keys apart, useless to find one
VERSION = "sudare-1"  # part of every derivation: another version of sudare never gives these bytes by chance


class Secret:
    """The 32 random bytes of one key. It derives sub-keys and never gives or shows the bytes themselves.

    `repr`, `str` and `format` show the name and the fingerprint; pickling and copying are refused.
    """

    __slots__ = ("__bytes", "__name")

    def __init__(self, name: KeyName, key: bytes) -> None:
        """Take the name and the 32 bytes."""
        if len(key) != SECRET_BYTES:
            raise SudareError(_wrong_size(name))
        self.__name = name
        self.__bytes = key

    @property
    def name(self) -> KeyName:
        """The name of the key."""
        return self.__name

    @property
    def fingerprint(self) -> str:
        """The 16 hex characters by which receipts name the key: derived, never a hash of the key itself."""
        return self.derive("fingerprint", length=FINGERPRINT_BYTES).hex()

    def derive(self, purpose: str, *parts: str, length: int = 32) -> bytes:
        """Return the sub-key for a purpose, `length` bytes (at most 8,160).

        HKDF-SHA-256 (RFC 5869) without a salt; `info` is the length-prefixed list of the version, the purpose and
        the parts, so that ("a", "bc") and ("ab", "c") differ. The texts count as they stand: normalise them before.

        >>> from sudare.keystore.name import KeyName
        >>> secret = Secret(KeyName("demo", "2026"), bytes(32))
        >>> secret.derive("pseudonymize", "受診者") == secret.derive("pseudonymize", "患者")
        False
        """
        info = b"".join(_prefixed(part) for part in (VERSION, purpose, *parts))
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(self.__bytes)

    def __repr__(self) -> str:
        return f"Secret({self.__name}, {self.fingerprint})"

    def __getstate__(self) -> NoReturn:
        raise SudareError(_not_given(self.__name))

    def __reduce__(self) -> NoReturn:
        raise SudareError(_not_given(self.__name))


def _prefixed(text: str) -> bytes:
    data = text.encode("utf-8")
    return len(data).to_bytes(4, "big") + data


def _wrong_size(name: KeyName) -> Problem:
    return Problem(
        "damaged-key",
        str(name),
        Text("鍵が {n} バイトではありません。", "the key does not have {n} bytes.").fill(n=SECRET_BYTES),
    )


def _not_given(name: KeyName) -> Problem:
    return Problem(
        "secret-not-copied",
        str(name),
        Text("鍵は複製も保存もできません。", "a secret can be neither copied nor saved."),
        Text("derive() で部分鍵を作って渡してください。", "Pass on a sub-key made with derive()."),
    )
