"""The reference pages of measures: what each number means, when it is valid, and how it is asked for.

Nothing is listed here: a check is found where measures are registered, any other measure by the `EXPLAINED` of its file.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import sys
from dataclasses import dataclass
from inspect import Parameter
from typing import TYPE_CHECKING, Final

from sudare.language import Text
from sudare.measures import measures
from sudare.measures.explained import Explained, explanations
from sudare.reports.page import SECTIONS, linked, titled
from sudare.reports.parameter_tables import parameter_tables, prose, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from sudare.language import Language
    from sudare.measures import Measure

_ROOM: Final = "sudare.measures."
_VALID: Final = Text("使える場面: {text}", "Valid: {text}")
_MISSING: Final = Text("空欄の扱い: {text}", "Missing cells: {text}")
_SOURCE: Final = Text("出典: {text}", "Source: {text}")
_GROUPS: Final = {"": "リスク / Risk", "attacks": "攻撃 / Attacks", "utility": "有用性 / Utility"}  # by folder
_HEAD: Final = ("指標", "measure", "仕様の checks / check of a spec", "出典 / source")


@dataclass(frozen=True)
class Subject:
    """What one page is about. `module` is its file below the room of measures; `check` what a spec can ask for."""

    path: str
    module: str
    explained: Explained
    check: type[Measure] | None = None

    @property
    def folder(self) -> str:
        """The folder of its file below the room of measures."""
        return self.module.rpartition(".")[0].replace(".", "/")


def subjects() -> tuple[Subject, ...]:
    """Return what there are pages about: every registered check, and every other file that defines `EXPLAINED`.

    A check has a page under its name in a spec, with what `EXPLAINED` in its file says, defined there or taken from
    another file, which then has no page of its own.

    >>> [one.path for one in subjects() if one.module in {"k_anonymity", "utility.il1s"}]
    ['measures/k-anonymity.md', 'measures/utility/il1s.md']
    """
    checks = [_check(kind) for kind in measures().values()]
    covered = {one.explained.about for one in checks}
    others = [
        Subject(_path(name), name, explained)
        for name, explained in explanations().items()
        if explained.about not in covered
    ]
    return tuple(sorted([*checks, *others], key=lambda one: (one.folder, one.path)))


def _check(kind: type[Measure]) -> Subject:
    said: Explained | None = getattr(sys.modules[kind.__module__], "EXPLAINED", None)
    explained = Explained(kind.label, kind.about, kind.source)
    if said is not None:
        explained = explained._replace(valid=said.valid, missing=said.missing)
    return Subject(f"measures/{kind.id()}.md", kind.__module__.removeprefix(_ROOM), explained, kind)


def _path(module: str) -> str:
    return f"measures/{module.replace('.', '/').replace('_', '-')}.md"


def measure_pages() -> dict[str, str]:
    """Return the page of every measure by its path below `reference/`.

    >>> measure_pages()["measures/utility/il1s.md"].splitlines()[3]
    '`sudare.measures.utility.il1s`'
    """
    return {one.path: _page(one) for one in subjects()}


def index_of_measures() -> Iterator[str]:
    """Walk over the tables of measures for the index, risk first."""
    places = {folder: place for place, folder in enumerate(_GROUPS)}
    ordered = sorted(subjects(), key=lambda one: (places.get(one.folder, len(places)), one.folder, one.path))
    for folder, group in itertools.groupby(ordered, key=lambda one: one.folder):
        yield f"### {_GROUPS.get(folder, folder)}"
        yield table(_HEAD, [_row(one) for one in group])


def _row(one: Subject) -> list[str]:
    said = one.explained
    check = "" if one.check is None else f"`{one.check.id()}`"
    return [linked(one.path, said.label), said.label.en, check, said.source]


def _page(one: Subject) -> str:
    written = f"{_ROOM}{one.module}" if one.check is None else f"measure: {one.check.id()}"
    parts = [titled(one.explained.label, written)]
    for lang, heading in SECTIONS:
        parts += [f"## {heading}", prose(one.explained.about.pick(lang)), _facts(one.explained, lang)]
        parts += parameter_tables(one.check, lang) if one.check is not None else ()
    if one.check is None:
        parts += _in_python(importlib.import_module(_ROOM + one.module))
    return "\n\n".join(parts) + "\n"


def _facts(said: Explained, lang: Language) -> str:
    source = Text(said.source, said.source)
    facts = [(_VALID, said.valid), (_MISSING, said.missing), (_SOURCE, source)]
    return "\n".join(f"- {prose(words.fill(text=text).pick(lang))}" for words, text in facts if text.pick(lang))


def _in_python(module: ModuleType) -> Iterator[str]:
    """Write the calls of a file's public functions, as they stand there."""
    found = [one for name, one in inspect.getmembers(module, inspect.isfunction) if not name.startswith("_")]
    own = sorted(
        (one for one in found if one.__module__ == module.__name__), key=lambda one: one.__code__.co_firstlineno
    )
    if own:
        yield "## Python"
        yield "\n".join(f"- `{one.__name__}{_call(one)}`" for one in own)


def _call(function: Callable[..., object]) -> str:
    """Write a function's parameters with their defaults, without types: these look another way in each Python."""
    whole = inspect.signature(function)
    bare = [one.replace(annotation=Parameter.empty) for one in whole.parameters.values()]
    return str(whole.replace(parameters=bare, return_annotation=inspect.Signature.empty))
