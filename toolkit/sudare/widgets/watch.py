"""The page's own clock: asks now and then to look at the file, as long as somebody sees the desk. It shows nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
from typing_extensions import override

from sudare.widgets.private import Unsaved

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent


class Watch(Unsaved):
    """Calls `look` when the page asks, in the thread in which all that a person does arrives; never by itself.

    `look` says whether to be asked again soon. A kernel without a page, such as that of nbconvert, is never asked.
    """

    _esm = (_HERE / "watch.js").read_text(encoding="utf-8")

    def __init__(self, look: Callable[[], bool]) -> None:
        """Take what looks; it must not raise."""
        super().__init__(layout=widgets.Layout(height="0", margin="0", overflow="hidden"))
        self._look = look

    @override
    def heard(self, content: dict[str, Any]) -> None:
        """Look, and answer, so that the page asks again."""
        if content.get("kind") == "look":
            self.tell(kind="looked", soon=self._look())
