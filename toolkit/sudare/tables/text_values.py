"""Types the texts of a column: strictly, never guessing, and without looking at each cell where that can be avoided."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from sudare.japan.eras import DateFault, parse_date, parse_datetime
from sudare.japan.widths import digits
from sudare.tables.misfits import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from typing import Final

    from sudare.tables.misfits import Why
    from sudare.tables.schema import Type

    Value = int | float | bool | date | datetime

ARROW_TYPES: Final[dict[Type, pa.DataType]] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}
_EXACT_DIGITS: Final = 15  # every decimal of 15 significant digits survives a float64 (IEEE 754: DBL_DIG)
_INT64: Final = range(-(2**63), 2**63)
_GROUPED: Final = re.compile(r"([+-]?[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]*)?")
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?(?P<digits>[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# These are read by Arrow in one go; of the rest each distinct text is read once in Python.
_PLAIN: Final[dict[Type, str]] = {"integer": "^-?[0-9]{1,18}$", "decimal": "^-?[0-9]{1,7}([.][0-9]{1,7})?$"}
_SPACES: Final = " \u3000"
# ○ is typed as 〇 (the kanji zero) or ◯ by some input methods.
_TRUE: Final = frozenset({"true", "TRUE", "True", "1", "はい", "有", "○", "〇", "◯"})
_FALSE: Final = frozenset({"false", "FALSE", "False", "0", "いいえ", "無", "×"})
_REMEMBERED: Final = 100_000


@dataclass(frozen=True)
class Typed:
    """A typed column, and the positions of the cells that did not fit, by reason; those cells are NULL."""

    values: pa.Array
    faults: tuple[tuple[Why, pa.Array], ...] = ()


class Typing:
    """Types one text column, batch after batch; a text met before is not read again."""

    def __init__(self, kind: Type) -> None:
        """Take the declared type."""
        self._kind = kind
        self._type = ARROW_TYPES[kind]
        self._seen: dict[str, Value | Why] = {}

    def typed(self, texts: pa.Array) -> Typed:
        """Type texts (NULL stays NULL): what fits becomes a value, what does not becomes NULL and a fault.

        Spaces around a number (U+3000 too) and full-width digits are read; thousands separators only where they
        are well-formed. `nan`, `inf`, `0x1f`, `1_000` and more than 15 significant digits are faults.

        >>> Typing("integer").typed(pa.array(["１２", "1,234", None, "1.5"])).values.to_pylist()
        [12, 1234, None, None]
        """
        if self._kind == "text":
            return Typed(texts)
        quick = _quick(texts, self._kind)
        return self._slow(texts) if quick is None else Typed(quick)

    def _slow(self, texts: pa.Array) -> Typed:
        encoded = texts.dictionary_encode()
        words, places = encoded.dictionary, encoded.indices
        odd = pc.invert(_plain(words, self._kind))
        plain = pc.cast(pc.if_else(odd, None, words), self._type) if self._kind in _PLAIN else None
        read = [self._read(word) for word in words.filter(odd).to_pylist()]
        good = pa.array([None if isinstance(one, (Fault, DateFault)) else one for one in read], self._type)
        values = good if plain is None else pc.replace_with_mask(plain, odd, good)
        return Typed(values.take(places), _faults(read, pc.indices_nonzero(odd), places))

    def _read(self, word: str) -> Value | Why:
        if word not in self._seen:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[word] = _READERS[self._kind](word)
        return self._seen[word]


def _quick(texts: pa.Array, kind: Type) -> pa.Array | None:
    """Let Arrow read the whole column where what it accepts is what we accept; None where that is not so."""
    if kind == "boolean":
        return None
    try:
        values = pc.cast(texts, ARROW_TYPES[kind])
    except pa.ArrowInvalid:
        return None
    return values if _QUICK_IS_RIGHT[kind](texts, values) else None


def _no_hexadecimal(texts: pa.Array, _values: pa.Array) -> bool:
    return not _true(pc.any(pc.or_(pc.match_substring(texts, "x"), pc.match_substring(texts, "X"))))


def _finite_and_short(texts: pa.Array, values: pa.Array) -> bool:
    longest = pc.max(pc.binary_length(texts)).as_py() or 0
    return longest <= _EXACT_DIGITS and not _true(pc.any(pc.invert(pc.is_finite(values))))


def _from_year_one(_texts: pa.Array, values: pa.Array) -> bool:
    return (pc.min(pc.cast(values, pa.int32())).as_py() or 0) >= _FIRST_DAY


def _with_minutes(texts: pa.Array, values: pa.Array) -> bool:
    shortest = pc.min(pc.binary_length(texts)).as_py()
    return (shortest is None or shortest >= len("2026-04-01T09:30")) and _from_year_one(
        texts, pc.cast(values, pa.date32(), safe=False)
    )


def _true(scalar: pa.Scalar) -> bool:
    return scalar.as_py() is True


_FIRST_DAY: Final = -719162  # 0001-01-01 in days since 1970-01-01
_QUICK_IS_RIGHT: Final[dict[Type, Callable[[pa.Array, pa.Array], bool]]] = {
    "integer": _no_hexadecimal,
    "decimal": _finite_and_short,
    "date": _from_year_one,
    "datetime": _with_minutes,
}


def _plain(words: pa.Array, kind: Type) -> pa.Array:
    if kind not in _PLAIN:
        return pa.array([False] * len(words), pa.bool_())
    return pc.match_substring_regex(words, _PLAIN[kind])


def _faults(read: Sequence[Value | Why], odd: pa.Array, places: pa.Array) -> tuple[tuple[Why, pa.Array], ...]:
    words: dict[Why, list[int]] = {}
    for place, one in zip(odd.to_pylist(), read, strict=True):
        if isinstance(one, (Fault, DateFault)):
            words.setdefault(one, []).append(place)
    return tuple(
        (why, pc.indices_nonzero(pc.is_in(places, value_set=pa.array(which, places.type))))
        for why, which in words.items()
    )


def _number(word: str) -> str:
    text = digits(word).strip(_SPACES)
    grouped = _GROUPED.fullmatch(text)
    return text if grouped is None else grouped[1].replace(",", "") + (grouped[2] or "")


def _whole(word: str) -> int | Why:
    text = _number(word)
    if not _WHOLE.fullmatch(text):
        return Fault.not_whole
    if len(text.lstrip("+-0")) > len(str(_INT64.stop)):  # Python refuses to read thousands of digits
        return Fault.too_large
    value = int(text)
    return value if value in _INT64 else Fault.too_large


def _decimal(word: str) -> float | Why:
    text = _number(word)
    found = _DECIMAL.fullmatch(text)
    if found is None:
        return Fault.not_a_number
    if _significant(found["digits"]) > _EXACT_DIGITS:
        return Fault.too_precise
    value = float(text)
    return value if abs(value) != float("inf") else Fault.too_large


def _significant(written: str) -> int:
    return len(written.replace(".", "").strip("0"))


def _truth(word: str) -> bool | Why:
    text = digits(word).strip(_SPACES)
    if text in _TRUE:
        return True
    return False if text in _FALSE else Fault.not_a_truth


_READERS: Final[dict[Type, Callable[[str], Value | Why]]] = {
    "integer": _whole,
    "decimal": _decimal,
    "boolean": _truth,
    "date": parse_date,
    "datetime": parse_datetime,
}
