"""What a detector is: it looks at a table and finds one kind of thing. One detector is one file in `detectors/`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.findings.finding import Finding, Level
    from sudare.findings.view import View
    from sudare.language import Text
    from sudare.techniques.technique import Standard


class Detector(ABC):
    """Finds one kind of thing, such as names or unusual ages."""

    kind: ClassVar[str]  # the first half of a finding's id, such as person-name
    label: ClassVar[Text]
    about: ClassVar[Text]  # what it looks at, from when on it is sure, what it cannot see
    standard: ClassVar[Standard]
    level: ClassVar[Level]
    turn: ClassVar[int] = 0  # among the detectors of a standard, those with a higher number look later
    after: ClassVar[bool] = False  # whether it also looks at the processed table before it is written

    @abstractmethod
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        """Yield what it finds, at most one finding for the same columns. Reads no value into a message.

        `found` is what the detectors before it found, in the order of the standards.
        """
