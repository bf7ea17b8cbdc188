"""One detector per file. A file dropped into this folder, or an entry point, is a detector; nothing is edited."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from importlib.metadata import entry_points

from sudare.findings.detector import Detector

ENTRY_POINTS = "sudare.detectors"


@functools.cache
def detectors() -> tuple[Detector, ...]:
    """Return every detector, in the order in which they look: by standard, turn and name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    for entry in entry_points(group=ENTRY_POINTS):
        entry.load()
    found = [kind() for kind in _concrete(Detector)]  # type: ignore[type-abstract]  # only concrete children come back
    return tuple(sorted(found, key=lambda one: (one.standard, one.turn, one.kind)))


def _concrete(kind: type[Detector]) -> list[type[Detector]]:
    found = []
    for child in kind.__subclasses__():
        found += _concrete(child)
        if not child.__abstractmethods__ and hasattr(child, "kind"):  # what others share has no kind of its own
            found.append(child)
    return found
