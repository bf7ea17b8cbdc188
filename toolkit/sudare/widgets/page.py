"""One page of the desk: it is drawn from the design as it stands, whenever that changed and the page is looked at."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from sudare.widgets.parts import heading
from sudare.widgets.sheet import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ipywidgets as widgets

    from sudare.design.design import Design
    from sudare.design.opened import Opened
    from sudare.language import Text
    from sudare.widgets.desk import Desk
    from sudare.widgets.part import Part


class Page(ABC):
    """A page. `stale` says that the design changed since it was drawn."""

    title: ClassVar[Text]
    about: ClassVar[Text]

    def __init__(self, desk: Desk) -> None:
        """Take the desk that the page is part of."""
        self.desk = desk
        self.stale = True
        self.widget = Place(desk.told, "page")

    def show(self) -> None:
        """Draw the page anew if anything changed."""
        if not self.stale:
            return
        self.stale = False
        self.widget.put(heading(self.say(self.title), about=self.say(self.about)), *self.draw())

    @property
    def design(self) -> Design:
        """The design on the desk; asked for only where there is one."""
        if self.desk.design is None:
            raise LookupError
        return self.desk.design

    @property
    def opened(self) -> Opened:
        """The table on the desk; asked for only where there is one."""
        if self.desk.opened is None:
            raise LookupError
        return self.desk.opened

    def say(self, text: Text) -> str:
        """Return a text in the desk's language."""
        return text.pick(self.desk.lang)

    @property
    def in_hand(self) -> bool:
        """Whether something is being filled in here that drawing the page anew would take away."""
        return False

    def saw(self) -> None:  # noqa: B027 - most pages show nothing of the preview
        """Show what the newest preview says, where the page shows any of it."""

    @abstractmethod
    def draw(self) -> Sequence[Part | widgets.Widget]:
        """Return the parts of the page."""
