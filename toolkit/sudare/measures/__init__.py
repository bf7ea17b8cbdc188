"""One risk or utility measure per file."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from sudare.measures.measure import Measure

__all__ = ["Measure", "measures"]


@functools.cache
def measures() -> dict[str, type[Measure]]:
    """Return every measure by the name it has in a spec.

    >>> "k-anonymity" in measures()
    True
    """
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    found = _concrete(Measure)  # type: ignore[type-abstract]  # only its concrete children are returned
    return {kind.id(): kind for kind in sorted(found, key=lambda kind: kind.id())}


def _concrete(kind: type[Measure]) -> list[type[Measure]]:
    found = []
    for child in kind.__subclasses__():
        found += _concrete(child)
        if not child.__abstractmethods__:
            found.append(child)
    return found
