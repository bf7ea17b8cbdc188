"""What texts look like without what they say: each character by its class, runs of a class folded."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST: Final = 40  # characters of a text that are looked at; a longer one is prose, not a form
_MORE: Final = "…"
_ITSELF: Final = "-/.,:()_@+ 　・、。（）「」"  # punctuation that forms are known by stands for itself
_SIGN: Final = "記"  # any other sign
_RANGES: Final = (
    ("9", "09"),
    ("A", "AZ"),
    ("a", "az"),
    ("９", "０９"),
    ("Ａ", "ＡＺ"),
    ("ａ", "ａｚ"),
    ("ひ", "ぁゖ"),
    ("ひ", "ゝゞ"),
    ("カ", "ァヺ"),
    ("カ", "ーヾ"),
    ("ｶ", "ｦﾟ"),
    ("漢", "㐀䶿"),
    ("漢", "一鿿"),
    ("漢", "々〇"),
    ("漢", "\uf900\ufaff"),
    ("漢", "\U00020000\U0003ffff"),
    ("外", "\ue000\uf8ff"),
)
_CLASSES: Final = (*dict.fromkeys(name for name, _ in _RANGES), _SIGN, *_ITSELF)
_CODES: Final = {name: 33 + n for n, name in enumerate(_CLASSES)}  # one byte each, so that a form is an ASCII text
_END: Final = 33 + len(_CLASSES)  # the text goes on
_BACK: Final = {chr(code): name for name, code in _CODES.items()} | {chr(_END): _MORE}


def pattern(text: str) -> str:
    """Return the form of one text.

    漢 kanji, ひ hiragana, カ katakana, ｶ its half-width, A a 9 letters and digits (Ａ ａ ９ full-width), 外 characters of the
    user's own (外字), 記 other signs; some punctuation stands for itself. A run of more than one is folded.

    >>> pattern("山田　花子"), pattern("790-0001"), pattern("A１")
    ('漢{2}　漢{2}', '9{3}-9{4}', 'A９')
    """
    [(found, _)] = patterns(pa.array([text]), np.ones(1, np.int64)).items()
    return found


def patterns(texts: pa.Array, counts: NDArray[np.int64]) -> Counter[str]:
    """Count the forms of different texts, each held by so many records; none may be missing.

    All characters are looked up at once: one at a time would take fifty times as long.
    """
    if not len(texts):
        return Counter()
    cut = pc.utf8_slice_codeunits(texts, 0, LONGEST)
    lengths = pc.utf8_length(cut).to_numpy(zero_copy_only=False)
    longer = pc.utf8_length(texts).to_numpy(zero_copy_only=False) > LONGEST
    letters = np.frombuffer("".join(cut.to_pylist()).encode("utf-32-le", "surrogatepass"), np.uint32)
    # Behind each text that was cut stands one more byte.
    ends = np.cumsum(lengths)
    forms = np.insert(_table()[letters], ends[longer], _END)
    offsets = np.zeros(len(texts) + 1, np.int32)
    np.cumsum(lengths + longer, out=offsets[1:])
    formed = pa.StringArray.from_buffers(len(texts), pa.py_buffer(offsets), pa.py_buffer(forms.tobytes()))
    encoded = formed.dictionary_encode()
    places = encoded.indices.to_numpy(zero_copy_only=False)
    held = np.zeros(len(encoded.dictionary), np.int64)
    np.add.at(held, places, counts)
    return Counter({_folded(form): int(size) for form, size in zip(encoded.dictionary.to_pylist(), held, strict=True)})


@functools.cache
def _table() -> NDArray[np.uint8]:
    """Return the class of every character there is, by its number."""
    table = np.full(0x110000, _CODES[_SIGN], np.uint8)
    for name, (first, last) in _RANGES:
        table[ord(first) : ord(last) + 1] = _CODES[name]
    for name in _ITSELF:
        table[ord(name)] = _CODES[name]
    return table


def _folded(form: str) -> str:
    runs = ((_BACK[code], len(list(run))) for code, run in itertools.groupby(form))
    return "".join(name if size == 1 else f"{name}{{{size}}}" for name, size in runs)
