"""What measures of a sensitive column share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sudare.language import Text
from sudare.models import fault

if TYPE_CHECKING:
    from pydantic_core import PydanticCustomError

SENSITIVE: Final = Text("知られたくない項目", "sensitive column")


def sensitive_among_columns() -> PydanticCustomError:
    """Make the error of a measure whose sensitive column is among those of the classes."""
    return fault(
        "sensitive-among-columns",
        Text("sensitive の列は columns に入れません。", "the sensitive column must not be among `columns`."),
        Text("入れると、どの組でも値は一つになります。", "Each class would hold a single value of it."),
    )
