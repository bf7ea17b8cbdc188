"""Entries that belong together: the fields of a model within a model; and how all entries become plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.models import Model
from sudare.widgets.forms.entry import LEFT_OUT, Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sudare.language import Language
    from sudare.widgets.forms.about import About
    from sudare.widgets.forms.entry import Raw

_MISSING = Text("「{title}」を入力してください。", "fill in '{title}'.")


class Group(Entry):
    """The fields of an inner model. Where the model may be left out, it is as long as nothing in it is entered."""

    blank = None

    def __init__(self, about: About, parts: Sequence[Entry]) -> None:
        """Take the entries of the fields."""
        super().__init__(about)
        self.parts = parts

    @override
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """A frame around the parts, which are described by themselves."""
        return {"kind": "group"}

    @override
    def shown(self, plain: Any) -> Raw:
        """Nothing of its own: each part shows what is its."""
        return None

    @override
    def read(self, raw: Raw) -> Any:
        """Nothing of its own."""
        return LEFT_OUT


def flat(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Walk over all entries, those of groups after their group."""
    for entry in entries:
        yield entry
        if isinstance(entry, Group):
            yield from flat(entry.parts)


def raws_of(entries: Sequence[Entry], values: Mapping[str, Any]) -> dict[str, Raw]:
    """Return what stands in each control for plain data of a spec; what the data leaves out shows its default."""
    raws: dict[str, Raw] = {}
    for entry in entries:
        key = entry.about.key
        given = values.get(key)
        if isinstance(entry, Group):
            inner = given.to_dict() if isinstance(given, Model) else given
            raws |= raws_of(entry.parts, inner if isinstance(inner, dict) else {})
        else:
            raws[entry.path] = entry.start if given is None else entry.shown(given)
    return raws


def written_in(entries: Sequence[Entry], values: Mapping[str, Any]) -> set[str]:
    """Return the paths of the entries that plain data of a spec says something about."""
    paths: set[str] = set()
    for entry in entries:
        given = values.get(entry.about.key)
        if given is None:
            continue
        paths.add(entry.path)
        if isinstance(entry, Group):
            inner = given.to_dict() if isinstance(given, Model) else given
            paths |= written_in(entry.parts, inner if isinstance(inner, dict) else {})
    return paths


def collected(
    entries: Sequence[Entry], raws: Mapping[str, Raw], written: Collection[str], problems: list[Problem]
) -> dict[str, Any]:
    """Return the plain data of entries; what cannot be read or is missing goes to `problems`.

    A default is written only where it was written before (`written`): to say it again would be a change of the spec.
    """
    data: dict[str, Any] = {}
    for entry in entries:
        value = _value(entry, raws, written, problems)
        if value is LEFT_OUT and entry.about.required:
            title = entry.about.title
            problems.append(Problem("missing-key", entry.path, _MISSING.fill(title=title)))
        elif value is not LEFT_OUT and value is not None:
            data[entry.about.key] = value
    return data


def _value(entry: Entry, raws: Mapping[str, Raw], written: Collection[str], problems: list[Problem]) -> Any:  # noqa: ANN401 - plain data
    if isinstance(entry, Group):
        inner: list[Problem] = []
        data = collected(entry.parts, raws, written, inner)
        unreadable = any(problem.code != "missing-key" for problem in inner)
        if data or unreadable or entry.about.required:
            problems += inner
            return data
        return LEFT_OUT
    raw = raws[entry.path]
    if not entry.about.required and raw == entry.start and entry.path not in written:
        return LEFT_OUT
    try:
        return entry.read(raw)
    except Refused as refused:
        problems += refused.problems
        return None
