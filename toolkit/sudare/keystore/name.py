"""The name of a key: whom it is for and for which period, written `name@period`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sudare.errors import Problem, Refused
from sudare.language import Text

MAX_NAME = 40
MAX_PERIOD = 20  # 61 characters of at most 4 bytes and the longest ending stay below the 255 bytes of a file name

# Letters that look different when they are different: ASCII and Japanese, nothing that imitates them.
_LETTERS = r"0-9A-Za-z々〆〇ーぁ-ゖァ-ヺ\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\U00020000-\U0003FFFF"
_PART = re.compile(rf"[{_LETTERS}](?:[{_LETTERS}._-]*[{_LETTERS}])?")
# Windows opens a device, not a file, where the text before the first dot is one of these.
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in range(10)})


@dataclass(frozen=True, order=True)
class KeyName:
    """Whom a key is for, and for which period; safe as a file name on every system.

    Full-width letters and digits become half-width ones, so that `Ｒ８＠２０２６` and `R8@2026` are one name.
    Raises `Refused` with `bad-key-name`; the message never repeats the text, which may be a key pasted by mistake.

    >>> KeyName.parse("R8-3-受診@2026").period
    '2026'
    """

    name: str
    period: str

    def __post_init__(self) -> None:
        """Refuse what is no name, however it was made."""
        if not (_acceptable(self.name, MAX_NAME) and _acceptable(self.period, MAX_PERIOD)):
            raise Refused(_bad_name())

    @classmethod
    def parse(cls, text: str) -> KeyName:
        """Read a name such as `r8-3-a@2026`, or refuse it."""
        name, _, period = unicodedata.normalize("NFKC", text.strip()).partition("@")
        return cls(name, period)

    @property
    def folded(self) -> str:
        """The form in which Windows compares file names: two keys may not share it.

        >>> KeyName.parse("R8@2026").folded == KeyName.parse("r8@2026").folded
        True
        """
        return str(self).casefold()

    def __str__(self) -> str:
        return f"{self.name}@{self.period}"


def _acceptable(part: str, longest: int) -> bool:
    return (
        len(part) <= longest
        and _PART.fullmatch(part) is not None
        and unicodedata.normalize("NFKC", part) == part
        and part.partition(".")[0].upper() not in _DEVICES
    )


def _bad_name() -> Problem:
    return Problem(
        "bad-key-name",
        "key",
        Text("鍵の名前として使えません（表示しません）。", "this cannot be the name of a key (not shown here)."),
        Text(
            "「名前@期間」の形で、英数字・かな・漢字と . _ - を使い、最初と最後は文字か数字にしてください"
            "（名前 {name} 字、期間 {period} 字まで。CON や NUL などは使えません）。例: r8-3-a@2026",
            "Write NAME@PERIOD with letters (Latin or Japanese), digits and . _ -, beginning and ending with a letter "
            "or digit (name up to {name}, period up to {period} characters; not CON, NUL …), such as r8-3-a@2026.",
        ).fill(name=MAX_NAME, period=MAX_PERIOD),
    )
