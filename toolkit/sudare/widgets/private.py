"""Keeps what a person types out of everything a notebook saves: it travels by message and stands in no trait.

A notebook saves two things of a widget: its outputs, with the text form of the widget on display, and, where somebody
switched that on, the state of every widget, which is its synced traits. A message is part of neither.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import anywidget
import ipywidgets
from typing_extensions import override


class Unsaved(anywidget.AnyWidget):
    """A widget whose content is never saved: it goes to the page and comes back by messages.

    The page asks once it is drawn (`{"kind": "ask"}`) and is told with `tell`; what it sends comes to `heard`. No
    synced trait may be added that holds a name or a value of the data.
    """

    def __init__(self, **traits: Any) -> None:  # noqa: ANN401 - traits of the parent, such as layout
        """Listen to the page."""
        super().__init__(**traits)
        self.on_msg(self._on_message)

    def _on_message(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        self.heard(content)

    @abstractmethod
    def heard(self, content: dict[str, Any]) -> None:
        """Take what the page sent; must not raise, since an error there is told with a traceback."""

    def tell(self, **content: Any) -> None:  # noqa: ANN401 - plain data
        """Send plain data to every view of the widget."""
        self.send(content)

    @override
    def __repr__(self) -> str:
        """Name the kind of widget only: this text is saved in a notebook."""
        return f"<sudare {type(self).__name__}>"


class QuietBox(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets tells no types
    """A box whose text form tells nothing of what is in it.

    The text form of an ordinary box lists the values of the widgets inside, and a notebook saves it beside the view.
    Whatever a cell displays of ours is one of these.

    >>> QuietBox([ipywidgets.Text("secret")])
    <sudare QuietBox>
    """

    @override
    def __repr__(self) -> str:
        """Name the kind of widget only."""
        return f"<sudare {type(self).__name__}>"
