"""Looks at the text of a whole column at once, as it lies in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def content(cells: pa.LargeStringArray) -> memoryview:
    """Return the texts of a column in UTF-8, one behind the other, without a copy.

    What lies under a missing cell may be among them.

    >>> import pyarrow as pa
    >>> content(pa.array(["a", "bc", "d"], pa.large_string()).slice(1)).tobytes()
    b'bcd'
    """
    _, offsets, data = cells.buffers()
    if not len(cells) or data is None:
        return memoryview(b"")
    places = memoryview(offsets).cast("b").cast("q")  # a large string array counts its bytes in 64 bits
    return memoryview(data)[places[cells.offset] : places[cells.offset + len(cells)]]
