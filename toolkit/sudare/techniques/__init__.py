"""One technique per file. A file dropped into this folder, or an entry point, is a technique; nothing is edited."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from importlib.metadata import entry_points

from sudare.techniques.technique import Technique

ENTRY_POINTS = "sudare.techniques"


@functools.cache
def techniques() -> dict[str, type[Technique]]:
    """Return every technique by the name it has in a spec, in alphabetical order.

    >>> "delete-column" in techniques()
    True
    """
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    for entry in entry_points(group=ENTRY_POINTS):
        entry.load()
    found = _concrete(Technique)  # type: ignore[type-abstract]  # only its concrete children are returned
    return {kind.id(): kind for kind in sorted(found, key=lambda kind: kind.id())}


def _concrete(kind: type[Technique]) -> list[type[Technique]]:
    found = []
    for child in kind.__subclasses__():
        found += _concrete(child)
        if not child.__abstractmethods__:
            found.append(child)
    return found
