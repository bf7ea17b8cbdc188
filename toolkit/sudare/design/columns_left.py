"""What is left of steps and checks when columns are no longer there for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from sudare.design.rebuilding import rebuilt, with_data
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sudare.measures import Measure
    from sudare.specs import Spec
    from sudare.techniques.technique import Technique

_E = TypeVar("_E", "Technique", "Measure")


def without_columns(spec: Spec, names: Iterable[str], touches: Callable[[Technique], bool] | None = None) -> Spec:
    """Return the spec whose steps and checks no longer name some columns; those that are about nothing else go.

    `touches` says which steps are meant, all by default; checks are meant only then. A step that cannot do without
    the column goes as a whole.
    """
    gone = frozenset(map(same_name, names))
    steps = [_left(step, gone) if touches is None or touches(step) else step for step in spec.steps]
    parts: dict[str, object] = {"steps": tuple(step for step in steps if step is not None)}
    if touches is None:
        parts["checks"] = tuple(check for one in spec.checks if (check := _left(one, gone)) is not None)
    return rebuilt(spec, **{key: value for key, value in parts.items() if value != getattr(spec, key)})


def _left(entry: _E, gone: frozenset[str]) -> _E | None:
    left = [name for name in entry.columns if same_name(name) not in gone]
    if len(left) == len(entry.columns):
        return entry
    try:
        return type(entry).model_validate(with_data(entry, columns=left)) if left else None
    except ValidationError:  # such as a grid square, which needs both of its columns
        return None
