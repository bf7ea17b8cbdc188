"""What a measure says about itself to a reader: its name, two plain sentences, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sudare.language import Text


class Explained(NamedTuple):
    """A measure's name, what it means for a reader who is no statistician, and its source."""

    label: Text
    about: Text
    source: str
