"""The form on the page: its script, its style, and the messages between the two sides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sudare.widgets.private import Unsaved

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.widgets.forms.entry import Raw

_HERE = Path(__file__).parent


class FormPage(Unsaved):
    """The widget of a form. Neither an entry nor the name of a column is ever part of its state."""

    _esm = (_HERE / "form.js").read_text(encoding="utf-8")
    _css = (_HERE / "form.css").read_text(encoding="utf-8")

    def __init__(self, everything: Callable[[], dict[str, Any]], entered: Callable[[str, Raw, str], None]) -> None:
        """Take what tells the whole form, and what takes an entry: its path, what it holds, the view it came from."""
        super().__init__()
        self._everything = everything
        self._entered = entered
        self.add_class("sudare-form-widget")

    def show(self) -> None:
        """Draw the form anew in every view."""
        self.tell(kind="show", **self._everything())

    @override
    def heard(self, content: dict[str, Any]) -> None:
        """Answer a view that was just drawn, or take an entry."""
        if content.get("kind") == "ask":
            self.show()
        elif content.get("kind") == "set":
            self._entered(str(content["path"]), content["raw"], str(content["view"]))
