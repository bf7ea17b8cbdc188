"""Turns columns of typed values into the XML of a sheet's rows: every text stays a text, whatever it looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from sudare.tables.cells import content

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
LONGEST: Final = 32_767  # characters of a cell, counted in UTF-16 as Excel does
LARGEST: Final = 10**15  # a larger number loses its last digits
FIRST_DAY: Final = -25_567  # 1900-01-01 in days since 1970-01-01; Excel has no earlier date
_MILLISECOND: Final = 1_000
_DAY: Final = 86_400_000  # milliseconds
_EPOCH: Final = 25_569  # Excel's number of 1970-01-01
_MARCH_1900: Final = 61  # before it Excel's numbers are one lower: it counts 29 February 1900, a day that never was

# Numbers of the cell formats in the workbook's style part.
PLAIN, HEADER, TEXT, DATE, DATETIME = range(5)

_ESCAPES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
# Control characters cannot stand in XML; Excel reads them from this spelling, and a text that looks like the spelling
# itself from a spelled underscore (ECMA-376 part 1, 22.9.2.19).
_UNWRITABLE: Final = "[\x00-\x08\x0b-\x1f]|_x"
_SPELLED: Final = re.compile("[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_NO_CHARACTER: Final = "[\ufffe\uffff]"  # Unicode's own non-characters, which XML forbids even when spelled
_LETTERS: Final = 26


@dataclass(frozen=True)
class Unholdable:
    """How many cells of a column a sheet cannot hold as they are, by reason."""

    long: int = 0
    odd: int = 0
    large: int = 0
    early: int = 0
    fine: int = 0
    infinite: int = 0

    def __add__(self, other: Unholdable) -> Unholdable:
        return Unholdable(
            self.long + other.long,
            self.odd + other.odd,
            self.large + other.large,
            self.early + other.early,
            self.fine + other.fine,
            self.infinite + other.infinite,
        )


def unholdable(cells: pa.Array) -> Unholdable:
    """Count the cells that Excel would cut, round or not take.

    >>> unholdable(pa.array([10**15, 7, None]))
    Unholdable(long=0, odd=0, large=1, early=0, fine=0, infinite=0)
    """
    kind = cells.type
    if pa.types.is_integer(kind):
        return Unholdable(large=_count(pc.or_(pc.greater_equal(cells, LARGEST), pc.less_equal(cells, -LARGEST))))
    if pa.types.is_floating(kind):
        return Unholdable(infinite=_count(pc.invert(pc.is_finite(cells))))
    if pa.types.is_date(kind):
        return Unholdable(early=_count(pc.less(cells.cast(pa.int32()), FIRST_DAY)))
    if pa.types.is_timestamp(kind):
        micros = cells.cast(pa.int64())
        rest = pc.subtract(micros, pc.multiply(pc.divide(micros, _MILLISECOND), _MILLISECOND))
        early = pc.less(micros, FIRST_DAY * _DAY * _MILLISECOND)
        return Unholdable(early=_count(early), fine=_count(pc.not_equal(rest, 0)))
    if pa.types.is_boolean(kind):
        return Unholdable()
    odd = _count(pc.match_substring_regex(cells, _NO_CHARACTER))
    # Four bytes of UTF-8 are two characters of UTF-16, and three are one: only long texts are looked at.
    long = cells.filter(pc.greater(pc.binary_length(cells), LONGEST)).to_pylist()
    return Unholdable(sum(len(text.encode("utf-16-le")) > 2 * LONGEST for text in long if text is not None), odd)


@dataclass(frozen=True)
class Column:
    """The cells of a column, and which of them were suppressed, where any may be."""

    values: pa.Array
    hidden: pa.BooleanArray | None = None


def rows_of(columns: Sequence[Column], first: int, *, mark: str = "", style: int = TEXT) -> memoryview:
    """Write columns of one length as rows of a sheet, the first of which has this number, in UTF-8.

    Texts become text cells; numbers, truths and dates become cells of their kind. A missing cell and an empty text
    are no cell. `mark` stands as a text where a cell is suppressed; `style` is the format of text cells.

    >>> cells = [Column(pa.array(["=1+1", None], pa.large_string())), Column(pa.array([5, 6]))]
    >>> rows_of(cells, 2).tobytes().decode("ascii").split("</row>")[1]
    '<row r="3"><c r="B3"><v>6</v></c>'
    """
    numbers = pa.array(range(first, first + len(columns[0].values)), pa.int64()).cast(pa.large_string())
    made = [_cells(column, _Place(letters(place), numbers), mark, style) for place, column in enumerate(columns)]
    return content(_joined('<row r="', numbers, '">', *made, "</row>", missing="replace"))


def letters(place: int) -> str:
    """Return the letters of a column, counted from 0.

    >>> letters(0), letters(25), letters(26), letters(16_383)
    ('A', 'Z', 'AA', 'XFD')
    """
    name, left = "", place + 1
    while left:
        left, letter = divmod(left - 1, _LETTERS)
        name = chr(ord("A") + letter) + name
    return name


@dataclass(frozen=True)
class _Place:
    """The addresses of a column's cells."""

    letters: str
    numbers: pa.LargeStringArray

    def cells(self, about: str, values: pa.LargeStringArray, end: str) -> pa.LargeStringArray:
        return _joined(f'<c r="{self.letters}', self.numbers, f'"{about}>', values, f"{end}</c>", missing="emit_null")


def _cells(column: Column, place: _Place, mark: str, style: int) -> pa.LargeStringArray:
    values = column.values
    kind = values.type
    if pa.types.is_boolean(kind):
        cells = place.cells(' t="b"', _number(values.cast(pa.int8())), "</v>")
    elif pa.types.is_date(kind):
        cells = place.cells(f' s="{DATE}"', _number(_days(values)), "</v>")
    elif pa.types.is_timestamp(kind):
        cells = place.cells(f' s="{DATETIME}"', _number(_moments(values)), "</v>")
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        cells = place.cells("", _number(values), "</v>")
    else:
        cells = _text_cells(values.cast(pa.large_string()), place, style)
    if column.hidden is None:
        return cells
    marks = _text_cells(pa.array([mark] * len(values), pa.large_string()), place, style)
    return pc.if_else(pc.fill_null(column.hidden, fill_value=False), marks, cells)


def _number(values: pa.Array) -> pa.LargeStringArray:
    return _joined("<v>", values.cast(pa.large_string()), "", missing="emit_null")


def _text_cells(texts: pa.LargeStringArray, place: _Place, style: int) -> pa.LargeStringArray:
    known = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.large_string()), texts)
    about = f' s="{style}" t="inlineStr"'
    spelled = _joined('<is><t xml:space="preserve">', _escaped(known), "", missing="emit_null")
    return place.cells(about, spelled, "</t></is>")


def _escaped(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    for sign, written in _ESCAPES:
        if sign.encode("ascii") in content(texts).tobytes():
            texts = pc.replace_substring(texts, sign, written)
    odd = pc.fill_null(pc.match_substring_regex(texts, _UNWRITABLE), fill_value=False)
    if not pc.any(odd).as_py():
        return texts
    spelled = [_SPELLED.sub(_spell, text) for text in texts.filter(odd).to_pylist()]
    return pc.replace_with_mask(texts, odd, pa.array(spelled, pa.large_string()))


def _spell(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _days(dates: pa.Array) -> pa.Array:
    days = pc.add(dates.cast(pa.int32()), _EPOCH)
    return pc.if_else(pc.less(days, _MARCH_1900), pc.subtract(days, 1), days)


def _moments(times: pa.Array) -> pa.Array:
    milliseconds = pc.divide(times.cast(pa.int64()), _MILLISECOND)
    days = pc.divide(pc.cast(pc.add(milliseconds, _EPOCH * _DAY), pa.float64()), float(_DAY))
    return pc.if_else(pc.less(days, float(_MARCH_1900)), pc.subtract(days, 1.0), days)


def _joined(*parts: str | pa.LargeStringArray, missing: str) -> pa.LargeStringArray:
    given = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts]
    # The last argument is what stands between the parts: nothing.
    return pc.binary_join_element_wise(*given, pa.scalar("", pa.large_string()), null_handling=missing)


def _count(wrong: pa.BooleanArray) -> int:
    return pc.sum(wrong).as_py() or 0
