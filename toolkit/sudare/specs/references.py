"""Puts ${NAME} back where a spec on disk has it, before a changed spec is written: what was put in never is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sudare.specs.entries import origins
from sudare.specs.parameters import LITERAL, escaped, names_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def with_references(
    new: Mapping[str, Any],
    old: Mapping[str, Any] | None = None,
    written: Mapping[str, Any] | None = None,
    known: Collection[str] = (),
) -> dict[str, Any]:
    """Return the data of a spec as it is to be written: ${NAME} where it stood and its value is the same.

    `old` is the data of the spec before, `written` the same as it stands on disk. A reference stays only where all its
    parameters are among the `known` ones; elsewhere the value is written. A `${` in a value is escaped.

    >>> with_references({"title": "R8", "key": "${x"}, {"title": "R8"}, {"title": "R${年}"}, ["年"])
    {'title': 'R${年}', 'key': '$${x'}
    """
    was, text = old or {}, written or {}
    return {
        key: part if key in LITERAL else _restored(part, was.get(key), text.get(key), known)
        for key, part in new.items()
    }


def _restored(new: Any, old: Any, written: Any, known: Collection[str]) -> Any:  # noqa: ANN401 - plain data
    if isinstance(new, dict):
        values, texts = (part if isinstance(part, dict) else {} for part in (old, written))
        return {key: _restored(part, values.get(key), texts.get(key), known) for key, part in new.items()}
    if isinstance(new, list):
        whole = isinstance(old, list) and isinstance(written, list)
        return _entries(new, old if whole else [], written if whole else [], known)
    if isinstance(written, str) and new == old and (names := names_in(written)) and names.issubset(known):
        return written
    return escaped(new) if isinstance(new, str) else new


def _entries(new: list[Any], old: list[Any], written: list[Any], known: Collection[str]) -> list[Any]:
    places = origins(old, new) if len(old) == len(written) else [None] * len(new)
    return [
        _restored(part, None, None, known) if place is None else _restored(part, old[place], written[place], known)
        for part, place in zip(new, places, strict=True)
    ]
