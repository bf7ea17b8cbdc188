"""The steps that several detectors suggest, filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.findings.finding import Suggestion
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.techniques.technique import Standard


def delete(*names: str, standard: Standard) -> Suggestion:
    """Suggest that columns go."""
    step = {"technique": "delete-column", "columns": list(names), "standards": [standard]}
    return Suggestion(step, Text("分析に使わないとき", "when the analysis does not need it"))


def pseudonymize(name: str, *, standard: Standard) -> Suggestion:
    """Suggest that a code becomes a pseudo-ID under a key."""
    step = {"technique": "pseudonymize", "columns": [name], "domain": name, "standards": [standard]}
    return Suggestion(step, Text("同じ人の行を結ぶ必要があるとき", "when rows of one person must be told together"))


def coarser_date(name: str, to: str, *, standard: Standard) -> Suggestion:
    """Suggest that a date is cut to a month, a year or an age."""
    step = {"technique": "date-precision", "columns": [name], "to": to, "standards": [standard]}
    when = {
        "month": Text("月までで足りるとき", "when the month is enough"),
        "year": Text("年までで足りるとき", "when the year is enough"),
    }
    return Suggestion(step, when[to])
