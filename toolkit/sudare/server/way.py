"""How far a whole run is: its stages tell only how far each of them is, and a bar that falls back says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sudare.language import Text

# Where each stage begins and ends, as it takes its time on a large file; the steps lie between reading and checking.
_STAGES: Final[Mapping[str, tuple[float, float]]] = {
    "reading": (0.0, 0.4),
    "checking": (0.8, 0.9),
    "writing": (0.9, 1.0),
}
_STEPS: Final = (0.4, 0.8)


class Way:
    """The share of a run that is done, from 0 to 1: it never falls.

    >>> from sudare.language import Text
    >>> way = Way()
    >>> [way.share(Text("", stage), share) for stage, share in (("reading", 0.5), ("reading", 1.0), ("step 2: a", 0.25))]
    [0.2, 0.4, 0.5]
    """

    def __init__(self) -> None:
        """Begin with nothing done."""
        self._stage = ""
        self._done = 0.0

    def share(self, stage: Text, share: float) -> float:
        """Return how far the run is when a stage, told as the run tells it, is so far.

        A step begins with the share of the steps before it; what it tells of itself afterwards moves nothing.
        """
        begins, self._stage = stage.en != self._stage, stage.en
        start, end = _STAGES.get(stage.en, _STEPS)
        if stage.en in _STAGES or begins:
            self._done = max(self._done, start + (end - start) * min(1.0, max(0.0, share)))
        return round(self._done, 3)
