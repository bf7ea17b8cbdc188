"""Finds the parts of a desk as a person would, by what they are for, and uses them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sudare.widgets.part import Part
from sudare.widgets.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ipywidgets as widgets


def parts(widget: widgets.Widget | Part) -> Iterator[Any]:
    """Walk over a widget or a part and everything within it."""
    yield widget
    for child in widget.parts if isinstance(widget, Sheet) else getattr(widget, "children", ()):
        yield from parts(child)


def named(widget: widgets.Widget | Part, name: str) -> list[Any]:
    """Return everything with one of our style names."""
    return [one for one in parts(widget) if f"sudare-{name}" in _names(one)]


def the(widget: widgets.Widget | Part, name: str) -> Any:
    """Return the first with one of our style names."""
    return named(widget, name)[0]


def texts(widget: widgets.Widget | Part) -> str:
    """Return everything that is written on a widget or a part, markup and all."""
    return "\n".join(_said(one) for one in parts(widget))


def _names(one: Any) -> Any:
    return one.classes if isinstance(one, Part) else getattr(one, "_dom_classes", ())


def _said(one: Any) -> str:
    if isinstance(one, Part):
        return json.dumps({**one.plain(), "children": []}, ensure_ascii=False)
    return "\n".join(str(getattr(one, name, "")) for name in ("value", "description"))
