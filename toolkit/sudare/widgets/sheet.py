"""Parts of a page on the screen: one small widget draws many of them, and none of it is saved with a notebook."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
from typing_extensions import override

from sudare.widgets.part import Button, Part
from sudare.widgets.private import Unsaved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

    Guard = Callable[[], AbstractContextManager[object]]

_HERE = Path(__file__).parent
WIDE = widgets.Layout(width="auto", max_width="100%")


class Sheet(Unsaved):
    """Parts that are drawn together. New ones are drawn over the old: who stands in a field or on a button stays there.

    What a person does reaches the part within `guard`, which tells an error in place.
    """

    _esm = (_HERE / "sheet.js").read_text(encoding="utf-8")
    _css = (_HERE / "desk.css").read_text(encoding="utf-8")

    def __init__(self, guard: Guard = contextlib.nullcontext) -> None:
        """Begin empty."""
        super().__init__(layout=widgets.Layout(width="auto", max_width="100%"))
        self._guard = guard
        self._asked = False  # whether any page draws it yet
        self.parts: tuple[Part, ...] = ()
        self._by_id: dict[int, Part] = {}
        self._just_gone: dict[int, Part] = {}  # by the id of a part that was drawn over: the one that says the same now

    def put(self, parts: Sequence[Part]) -> None:
        """Draw these parts."""
        before = {part.id: sign for sign, part in self._signs()}
        self.parts = tuple(parts)
        now: dict[object, list[Part]] = {}
        for sign, part in self._signs():
            now.setdefault(sign, []).append(part)
        self._just_gone = {place: now[sign][0] for place, sign in before.items() if len(now.get(sign, ())) == 1}
        self._by_id = {one.id: one for part in parts for one in part.inside()}
        for one in self._by_id.values():
            one.redraw = self._show
        self._show()

    def _signs(self) -> list[tuple[object, Part]]:
        return [one for part in self.parts for one in part.known_by()]

    def _show(self) -> None:
        if self._asked:
            self.tell(kind="show", parts=[part.plain() for part in self.parts])

    @override
    def heard(self, content: dict[str, Any]) -> None:
        """Answer a page that was just opened, or take what a person did.

        A click that was on its way while the parts were drawn anew goes to the one part that says the same now; where
        there is none, or several, to nobody.
        """
        if content.get("kind") == "ask":
            self._asked = True
            self._show()
            return
        place = content.get("id", 0)
        part = self._by_id.get(place) or self._just_gone.get(place)
        if part is None:
            return
        with self._guard() if isinstance(part, Button) or not part.plain().get("draft") else contextlib.nullcontext():
            part.entered(content.get("value"))


class Place(widgets.VBox):  # type: ignore[misc]  # ipywidgets tells no types
    """A place on a page for parts and widgets, in their order."""

    children: tuple[widgets.Widget, ...]

    def __init__(self, guard: Guard = contextlib.nullcontext, name: str = "") -> None:
        """Begin empty. `name` is a word of the style sheet, by which tests find the place too."""
        super().__init__(layout=WIDE)
        self._guard = guard
        if name:
            self.add_class(f"sudare-{name}")

    def put(self, *shown: Part | widgets.Widget) -> None:
        """Show these and nothing else; widgets that are no longer shown are closed."""
        before = self.children
        free = (one for one in before if isinstance(one, Sheet))
        packed: list[widgets.Widget] = []
        for are_parts, run in itertools.groupby(shown, key=lambda one: isinstance(one, Part)):
            if are_parts:
                sheet = next(free, None) or Sheet(self._guard)
                sheet.put([one for one in run if isinstance(one, Part)])
                packed.append(sheet)
            else:
                packed.extend(run)
        if list(before) != packed:
            self.children = tuple(packed)
        close_all(one for one in before if one not in packed)


def close_all(parts: Iterable[widgets.Widget]) -> None:
    """Close widgets that are no longer shown, and all within them."""
    for part in parts:
        close_all(getattr(part, "children", ()))
        part.close()
