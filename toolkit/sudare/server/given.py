"""The parameters of a spec in words: what may be set for one run, its default, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sudare.language import Text
from sudare.specs.parameters import LITERAL, names_in
from sudare.specs.reading import load_yaml, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sudare.language import Language
    from sudare.specs import Document

_LISTS: Final = ("steps", "checks", "dismissed")  # parts whose entries are places of their own, as in a problem


def parameters_told(document: Document, lang: Language) -> list[dict[str, Any]]:
    """Return each declared parameter with its default in the spec, and a line that says which parts refer to it."""
    defaults = document.spec.parameters
    if not defaults:
        return []
    found: dict[str, list[str]] = {}
    for place, text in _texts(plain(load_yaml(document.text))):
        for name in names_in(text):
            found.setdefault(name, []).append(place)
    return [
        {"name": name, "value": value, "description": _where(found.get(name, []), lang)}
        for name, value in defaults.items()
    ]


def _where(places: list[str], lang: Language) -> str:
    if not places:
        return Text("どこにも使われていません。", "It is used nowhere.").pick(lang)
    listed = ", ".join(dict.fromkeys(places))
    return Text("使う所: {places}", "Used in {places}").fill(places=listed).pick(lang)


def _texts(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Walk over every text that may refer to a parameter, with the part or entry that it stands in."""
    for key, part in data.items():
        if key in LITERAL:
            continue
        if key in _LISTS and isinstance(part, list):
            for n, entry in enumerate(part):
                yield from ((f"{key}[{n}]", text) for text in _within(entry))
        else:
            yield from ((key, text) for text in _within(part))


def _within(node: Any) -> Iterator[str]:  # noqa: ANN401 - plain data
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _within(part)
