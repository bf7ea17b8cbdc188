"""Undo and redo without limit: every state of one branch of a design, with what led to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sudare.language import Text
    from sudare.specs import Document


@dataclass(frozen=True)
class State:
    """One state of a design: the document, what was done to come to it, and the gesture it belongs to."""

    document: Document = field(repr=False)
    label: Text
    group: str | None = None


@dataclass(frozen=True)
class History:
    """The states of one branch and which of them stands. A change returns another history, so that branches share."""

    states: tuple[State, ...]
    at: int = 0

    @property
    def now(self) -> State:
        """The state that stands."""
        return self.states[self.at]

    @property
    def undo_label(self) -> Text | None:
        """What an undo would take back, None where nothing is left."""
        return self.now.label if self.at else None

    @property
    def redo_label(self) -> Text | None:
        """What a redo would do again, None where nothing is left."""
        return self.states[self.at + 1].label if self.at + 1 < len(self.states) else None

    def changed(self, state: State) -> History:
        """Return the history after a change; what could be redone is gone.

        Successive changes of one group, such as one drag of a cut, are one entry.
        """
        kept = self.states[: self.at + 1]
        same_gesture = state.group is not None and self.at > 0 and self.now.group == state.group
        states = (*(kept[:-1] if same_gesture else kept), state)
        return History(states, len(states) - 1)

    def settled(self) -> History:
        """Return the history in which the next change is an entry of its own, whatever its group."""
        if self.now.group is None:
            return self
        states = (*self.states[: self.at], replace(self.now, group=None), *self.states[self.at + 1 :])
        return History(states, self.at)

    def moved(self, by: int) -> History:
        """Return the history one state earlier (-1) or later (1); at its end it stays as it is."""
        place = max(0, min(self.at + by, len(self.states) - 1))
        return History(self.states, place).settled()
