"""How a household is named in a table, for the detectors that count its members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.findings.header import says

if TYPE_CHECKING:
    from sudare.findings.view import ColumnView, View

_HOUSEHOLD = ("世帯番号", "世帯コード", "世帯id", "世帯no", "家族番号", "household", "family", "hid", "hhid")
_NOT = ("人数", "size", "income", "type", "主")


def key_of(view: View) -> ColumnView | None:
    """Return the column that names the household, or None."""
    return next((column for column in view if says(column.header, _HOUSEHOLD, _NOT)), None)
