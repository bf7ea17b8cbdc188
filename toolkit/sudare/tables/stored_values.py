"""Types the columns of Parquet files and frames, which bring types of their own: they must agree with the spec's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from sudare.errors import Problem
from sudare.language import Text
from sudare.tables.misfits import Fault
from sudare.tables.schema import TYPE_NAMES
from sudare.tables.text_values import ARROW_TYPES, Typed, Typing

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from sudare.tables.schema import Column, Type


def kind_of(stored: pa.DataType) -> Type | None:
    """Return the type a stored column has in a spec, or None where a spec has no such type.

    Arrow's dictionaries (categories of a frame) count as what they hold. Dates and times with a time zone, durations,
    bytes and nested values have no type in a spec.

    >>> kind_of(pa.int8()), kind_of(pa.dictionary(pa.int32(), pa.string())), kind_of(pa.binary())
    ('integer', 'text', None)
    """
    if pa.types.is_dictionary(stored):
        return kind_of(stored.value_type)
    if pa.types.is_timestamp(stored) and stored.tz is not None:
        return None
    return next((kind for kind, holds in _KINDS if holds(stored)), None)


def is_text(stored: pa.DataType) -> bool:
    """Whether a stored type holds texts, in whatever layout."""
    return bool(pa.types.is_string(stored) or pa.types.is_large_string(stored) or pa.types.is_string_view(stored))


_KINDS: Final[tuple[tuple[Type, Callable[[pa.DataType], bool]], ...]] = (
    ("text", is_text),
    ("text", pa.types.is_null),
    ("boolean", pa.types.is_boolean),
    ("integer", pa.types.is_integer),
    ("decimal", pa.types.is_floating),
    ("decimal", pa.types.is_decimal),
    ("date", pa.types.is_date),
    ("datetime", pa.types.is_timestamp),
)


def type_problem(stored: pa.DataType, column: Column, index: int) -> Problem | None:
    """Return the `misfit-type` problem where a stored column cannot be of its declared type, else None.

    Texts can be read as any type, as in a CSV file, and whole numbers as decimals.
    """
    found = kind_of(stored)
    if found in {column.type, "text"} or (found == "integer" and column.type == "decimal"):
        return None
    what = Text(
        "列「{name}」は{type}と宣言されていますが、ファイルでは{found}です。",
        "column '{name}' is declared as {type}, but the file holds {found}.",
    ).fill(name=column.called, type=TYPE_NAMES[column.type], found=TYPE_NAMES[found] if found else _UNKNOWN)
    return Problem("misfit-type", f"input.columns[{index}]", what, _advice(stored, found))


_UNKNOWN: Final = Text("扱えない型", "a type that cannot be read")


def _advice(stored: pa.DataType, found: Type | None) -> Text:
    if pa.types.is_timestamp(stored) and found is None:
        return Text("時間帯を外してください。", "Remove the time zone first.")
    if found is None:
        return Text("文字、数、日付などの列にしてください。", "Make it a column of texts, numbers or dates first.")
    return Text(
        "type: {found} と書くか、元の列を直してください。", "Declare `type: {found}`, or mend the column."
    ).fill(found=found)


class Storing:
    """Types one stored column, batch after batch."""

    def __init__(self, stored: pa.DataType, kind: Type) -> None:
        """Take the stored type and the declared one; `type_problem` said that they agree."""
        self._kind = kind
        self._held = stored.value_type if pa.types.is_dictionary(stored) else stored
        through_text = is_text(self._held) or (kind == "decimal" and not pa.types.is_floating(self._held))
        self._typing = Typing(kind) if through_text else None

    def typed(self, values: pa.Array) -> Typed:
        """Type values; NaN is missing, infinity and what the declared type cannot hold exactly are faults."""
        if pa.types.is_null(self._held):
            return Typed(pa.nulls(len(values), ARROW_TYPES[self._kind]))
        held = values.cast(self._held) if pa.types.is_dictionary(values.type) else values
        if self._typing is not None:
            return self._typing.typed(held.cast(pa.string()))
        return _STORED.get(self._kind, _as_it_is)(held, ARROW_TYPES[self._kind])


def _as_it_is(values: pa.Array, wanted: pa.DataType) -> Typed:
    return Typed(values.cast(wanted))


def _floats(values: pa.Array, wanted: pa.DataType) -> Typed:
    wide = values.cast(wanted)
    known = pc.if_else(pc.is_nan(wide), None, wide)
    return _without(known, pc.is_inf(known), Fault.infinite)


def _integers(values: pa.Array, wanted: pa.DataType) -> Typed:
    if not pa.types.is_uint64(values.type):
        return Typed(values.cast(wanted))
    beyond = pc.greater(values, pa.scalar(2**63 - 1, pa.uint64()))
    kept = _without(values, beyond, Fault.too_large)
    return Typed(kept.values.cast(wanted), kept.faults)


def _times(values: pa.Array, wanted: pa.DataType) -> Typed:
    coarse = values.cast(wanted, safe=False)
    if values.type.unit != "ns":
        return Typed(values.cast(wanted))
    return _without(coarse, pc.not_equal(coarse.cast(values.type), values), Fault.too_precise)


def _without(values: pa.Array, wrong: pa.Array, why: Fault) -> Typed:
    rows = pc.indices_nonzero(pc.fill_null(wrong, False))  # noqa: FBT003 - Arrow's own argument
    if not len(rows):
        return Typed(values)
    return Typed(pc.if_else(wrong, None, values), ((why, rows),))


_STORED: Final[dict[Type, Callable[[pa.Array, pa.DataType], Typed]]] = {
    "decimal": _floats,
    "integer": _integers,
    "datetime": _times,
}
