"""簾 sudare: processing design for anonymized information, as a readable spec that replays on the next file.

The words of the command line are functions here: `read`, `check`, `run`, `demo`. A notebook, the command line and
the server call the same ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sudare.errors import Problem, Refused, SudareError, UsageError
    from sudare.keystore import KeyStore
    from sudare.production import Finished, run
    from sudare.production.demo import demo
    from sudare.specs import Checked, Spec, read_spec
    from sudare.tables.table import Table, read
    from sudare.verbs import case, check, detect, diff, profile, risk, search, utility
    from sudare.widgets.lesson import lesson
    from sudare.widgets.open_desk import desk

_HOMES = {
    "Checked": "sudare.specs",
    "Finished": "sudare.production",
    "KeyStore": "sudare.keystore",
    "Problem": "sudare.errors",
    "Refused": "sudare.errors",
    "Spec": "sudare.specs",
    "SudareError": "sudare.errors",
    "Table": "sudare.tables.table",
    "UsageError": "sudare.errors",
    "case": "sudare.verbs",
    "check": "sudare.verbs",
    "demo": "sudare.production.demo",
    "desk": "sudare.widgets.open_desk",
    "detect": "sudare.verbs",
    "diff": "sudare.verbs",
    "lesson": "sudare.widgets.lesson",
    "profile": "sudare.verbs",
    "read": "sudare.tables.table",
    "read_spec": "sudare.specs",
    "risk": "sudare.verbs",
    "run": "sudare.production",
    "search": "sudare.verbs",
    "utility": "sudare.verbs",
}
__all__ = [
    "Checked",
    "Finished",
    "KeyStore",
    "Problem",
    "Refused",
    "Spec",
    "SudareError",
    "Table",
    "UsageError",
    "case",
    "check",
    "demo",
    "desk",
    "detect",
    "diff",
    "lesson",
    "profile",
    "read",
    "read_spec",
    "risk",
    "run",
    "search",
    "utility",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the public words
    """Load a public word when it is first used, so that `import sudare` is quick."""
    if name not in _HOMES:
        message = f"module 'sudare' has no attribute {name!r}"
        raise AttributeError(message)
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public words."""
    return list(__all__)
