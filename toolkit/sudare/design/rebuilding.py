"""A spec with other parts: made through its model, so that an edit is taken whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.models import problems_of
from sudare.specs.spec import Spec
from sudare.specs.writing import as_read, to_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.models import Model

_T = TypeVar("_T")


def rebuilt(spec: Spec, **parts: Any) -> Spec:  # noqa: ANN401 - any part, as a model or as plain data
    """Return the spec with other parts; one that is None is left out. Raises Refused with every fault at once."""
    was = {name: getattr(spec, name) for name in spec.model_fields_set}
    # An empty list is written only where one was: what was left out stays so.
    given = {name: value for name, value in (was | parts).items() if value is not None and (value != () or name in was)}
    try:
        return Spec.model_validate(given)
    except ValidationError as error:
        raise Refused(problems_of(error, Spec)) from None


def written(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain data as a file would hold it; what is None is left out. Refuses what is no mapping."""
    if not isinstance(data, Mapping):
        raise Refused(Problem("bad-value", "", Text("「キー: 値」の組にしてください。", "it must be a mapping.")))
    return {key: as_read(value) for key, value in data.items() if value is not None}


def with_data(model: Model, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """Return a model as plain data with some keys changed; one that is None is left out."""
    return written(to_data(model) | changes)


def entry_at(entries: Sequence[_T], place: int, path: str) -> _T:
    """Return the entry at a place, counted from 0. Raises Refused where there is none."""
    if not 0 <= place < len(entries):
        raise Refused(no_such_place(place, path))
    return entries[place]


def no_such_place(place: int, path: str) -> Problem:
    """Return the problem of a place that a list does not have."""
    what = Text("その位置には何もありません。", "there is nothing at that place.")
    now = Text("画面を読み直してください。", "Look at the list again.")
    return Problem("no-such-place", f"{path}[{place}]", what, now)
