"""One part of a page of the desk: what it says, what may be entered there, and what then happens. Plain data, no widget."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Generic, TypeVar

V = TypeVar("V")
_IDS = itertools.count(1)

Asked = Callable[[], None]


class Part:
    """A node of a page; `kind` is what the page's script draws, `told` what it needs for that.

    `key` is what the part is about, where parts come and go: the person who stands in it is still there afterwards.
    """

    def __init__(
        self,
        kind: str,
        name: str = "",
        *,
        key: str = "",
        children: Sequence[Part] = (),
        **told: Any,  # noqa: ANN401 - plain data
    ) -> None:
        """Take what is drawn. `name` is a word of the style sheet, by which tests find the part too."""
        self.kind, self.key, self.children, self.told = kind, key, tuple(children), told
        self.classes = [f"sudare-{name}"] if name else []
        self.id = next(_IDS)
        self.redraw: Asked | None = None  # set by the sheet that holds the part

    def add_class(self, name: str) -> None:
        """Give the part another word of the style sheet."""
        self.classes.append(name)

    def inside(self) -> list[Part]:
        """Return the part and all parts within it."""
        return [self, *(one for child in self.children for one in child.inside())]

    def known_by(self, around: tuple[str, ...] = ()) -> list[tuple[object, Part]]:
        """Return all parts with what a person tells each from others by: the kind, the words on it, what it is about."""
        words = tuple(self.told.get(name, "") for name in ("text", "label", "says"))
        keys = (*around, self.key) if self.key else around
        mine: tuple[object, Part] = ((self.kind, tuple(self.classes), words, keys), self)
        return [mine, *(one for child in self.children for one in child.known_by(keys))]

    def plain(self) -> dict[str, Any]:
        """Return what the page is told: plain data, through all parts within."""
        children = [child.plain() for child in self.children]
        told = {"kind": self.kind, "key": self.key, "classes": self.classes, "id": self.id, "children": children}
        return {**told, **self.told}

    def entered(self, raw: Any) -> None:  # noqa: ANN401 - what the page sent
        """Take what a person did; only some parts can be acted on."""


class Button(Part):
    """A part that is pressed."""

    def __init__(self, text: str, act: Callable[[], object], name: str, **told: Any) -> None:  # noqa: ANN401 - plain data
        """Take what is done when it is pressed."""
        super().__init__("button", name, text=text, **told)
        self.act = act

    @property
    def disabled(self) -> bool:
        """Whether it cannot be pressed."""
        return bool(self.told.get("disabled"))

    @disabled.setter
    def disabled(self, off: bool) -> None:
        self.told["disabled"] = off
        if self.redraw is not None:
            self.redraw()

    def click(self) -> None:
        """Press it; nothing happens where it is disabled."""
        if not self.disabled:
            self.act()

    def entered(self, raw: Any) -> None:  # noqa: ANN401, ARG002 - as above; nothing is sent
        """Take that it was pressed."""
        self.click()


class Field(Part, Generic[V]):
    """A part with a value of the person's. `read` makes it of what the page sends, `write` the other way round."""

    def __init__(  # noqa: PLR0913 - what a field is, each by name
        self,
        kind: str,
        name: str,
        value: V,
        *,
        read: Callable[[Any], V],
        write: Callable[[V], Any],
        changed: Callable[[V], object] | None = None,
        **told: Any,  # noqa: ANN401 - plain data
    ) -> None:
        """Take the value it begins with, and what is done when another one is entered."""
        super().__init__(kind, name, **told)
        self._value, self._read, self._write, self._changed = value, read, write, changed

    @property
    def value(self) -> V:
        """What stands in the field; setting it does what entering it does."""
        return self._value

    @value.setter
    def value(self, value: V) -> None:
        self._take(value)
        if self.redraw is not None:
            self.redraw()

    def _take(self, value: V) -> None:
        if value != self._value:
            self._value = value
            if self._changed is not None:
                self._changed(value)

    def entered(self, raw: Any) -> None:  # noqa: ANN401 - what the page sent
        """Take what was entered; what cannot be read changes nothing."""
        try:
            value = self._read(raw)
        except (ValueError, TypeError, IndexError, KeyError):
            return
        self._take(value)

    def plain(self) -> dict[str, Any]:
        """Return what the page is told; what nobody listens to while it is entered is a draft, which a redraw keeps."""
        return {**super().plain(), "value": self._write(self._value), "draft": self._changed is None}


def written_day(day: date | None) -> str:
    """Return a day as the page's control holds it."""
    return "" if day is None else day.isoformat()


def read_day(raw: Any) -> date | None:  # noqa: ANN401 - what the page sent
    """Return the day that the page's control holds."""
    return date.fromisoformat(raw) if raw else None
