"""Reads a spec: YAML in which every plain scalar is text, typed by the model, with all faults told at once."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, ScalarEvent
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

from sudare.errors import Problem, Refused, SudareError, did_you_mean
from sudare.language import NOTHING, Text
from sudare.measures import measures
from sudare.models import Model, problems_of
from sudare.specs.parameters import declared, filled, refuse_unknown
from sudare.specs.spec import Spec
from sudare.specs.upgrade import upgraded
from sudare.techniques import techniques

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sudare.measures import Measure
    from sudare.techniques.technique import Technique

_LARGEST = 4 * 1024 * 1024  # bytes; a spec is written by people
_DEEPEST = 50  # lists and mappings within one another; conditions and trees of groups need some
_SURROGATE = re.compile("[\ud800-\udfff]")
_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True)
class Document:
    """A spec as it stands on disk: its text, and what it says with the values of its parameters put in."""

    text: str = field(repr=False)
    spec: Spec
    sha256: str  # of the file's bytes
    path: Path | None = None
    given: Mapping[str, str] = field(default_factory=dict, repr=False)  # parameters set in place of their defaults

    @property
    def parameters(self) -> dict[str, str]:
        """The values of all parameters in the order of the spec: as set, else the default."""
        return {**self.spec.parameters, **self.given}

    @property
    def overridden(self) -> tuple[str, ...]:
        """The names of the parameters whose value is not the default."""
        return tuple(name for name, value in self.parameters.items() if value != self.spec.parameters[name])

    @property
    def folder(self) -> Path | None:
        """The folder in which files named by the spec lie."""
        return self.path.resolve().parent if self.path else None


def read_spec(source: Path | str, given: Mapping[str, str] | None = None) -> Document:
    """Read a spec file. Raises Refused with every fault at once; `SudareError` where the file cannot be opened.

    Unknown keys are refused with the near match; plain scalars keep their text (0600000 and 01 survive). `given` sets
    parameters in place of their defaults; a name the spec does not declare is a `UsageError`.
    """
    path = Path(source)
    try:
        if path.stat().st_size > _LARGEST:
            raise _too_large()
        data = path.read_bytes()
    except OSError as error:
        raise SudareError(
            Problem(
                "cannot-open",
                "",
                Text("仕様ファイルを開けません（{kind}）。", "the spec cannot be opened ({kind}).").fill(
                    kind=type(error).__name__
                ),
                Text(
                    "場所と、他のプログラムが開いていないかを確かめてください。",
                    "Check its place, and that no program holds it.",
                ),
            )
        ) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(
            Problem(
                "spec-encoding",
                "",
                Text("仕様ファイルが UTF-8 ではありません。", "the spec is not UTF-8."),
                Text("UTF-8 で保存し直してください。", "Save it as UTF-8."),
            )
        ) from None
    return replace(parse_spec(text, path, given), sha256=hashlib.sha256(data).hexdigest())


def parse_spec(text: str, path: Path | None = None, given: Mapping[str, str] | None = None) -> Document:
    r"""Read a spec from its text. `given` as in `read_spec`.

    >>> parse_spec("sudare: 1\ntitel: x").spec
    Traceback (most recent call last):
    ...
    sudare.errors.Refused: ...
    """
    spec = build(plain(load_yaml(text)), given)
    return Document(text, spec, hashlib.sha256(text.encode()).hexdigest(), path, dict(given or {}))


class _AllText(VersionedResolver):
    """Takes every plain scalar for text: the models give it its type, so that 0600000 and 01 survive."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:  # noqa: ANN401 - ruamel's own signature
        """Return the tag of a node."""
        return super().resolve(kind, "text" if kind is ScalarNode else value, implicit)


def yaml() -> YAML:
    """Return the one reader and writer of YAML: round-trip, block style, no types but text."""
    maker = YAML(typ="rt", pure=True)
    maker.Resolver = _AllText
    maker.preserve_quotes = True
    maker.width = 10_000  # a line is never folded
    maker.indent(mapping=2, sequence=4, offset=2)
    maker.allow_unicode = True
    return maker


def load_yaml(text: str) -> CommentedMap:
    """Read the YAML of a spec into a tree that keeps its comments."""
    if len(text) > _LARGEST:
        raise _too_large()
    try:
        _refuse_unused(text)
        tree = yaml().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}" if mark is not None else ""
        what = Text("YAML として読めません。", "it cannot be read as YAML.")
        raise _bad_yaml(
            what, where, _UNQUOTED if mark is not None and _holds_reference(text, mark.line) else _LOOK_AT
        ) from None
    except (YAMLError, ValueError, TypeError, RecursionError):  # TypeError: a list or mapping as part of a key
        raise _bad_yaml(Text("YAML として読めません。", "it cannot be read as YAML."), "") from None
    if not isinstance(tree, CommentedMap):
        raise _bad_yaml(Text("「キー: 値」の形ではありません。", "it is not a mapping of keys to values."), "")
    return tree


def _refuse_unused(text: str) -> None:
    """Refuse what a spec does not use of YAML, before anything is built from it."""
    depth = 0
    for event in yaml().parse(StringIO(text)):
        where = f"line {event.start_mark.line + 1}"
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            what = Text(
                "YAML の別名（& *）と型指定（!）は使えません。",
                "YAML aliases (& *) and tags (!) are not used in a spec.",
            )
            raise _bad_yaml(what, where)
        if isinstance(event, ScalarEvent) and _SURROGATE.search(event.value):
            # Written with an escape, in quotes: it is half a character, which no file can hold and no screen can show.
            raise _bad_yaml(
                Text("文字の片割れ（\\ud800 など）があります。", "there is half a character (\\ud800)."), where
            )
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > _DEEPEST:
            raise _bad_yaml(Text("入れ子が深すぎます。", "it is nested too deeply."), where)


def _too_large() -> Refused:
    what = Text("仕様ファイルが大きすぎます（4 MB まで）。", "the spec is too large (4 MB at most).")
    return Refused(Problem("spec-too-large", "", what))


_LOOK_AT = Text(
    "字下げ、コロンの後の空白、同じキーの重複を確かめてください。",
    "Check the indents, the space after each colon, and repeated keys.",
)
_UNQUOTED = Text(
    '[ ] や { } の中のパラメーターは "${名前}" と引用符で囲んでください。',
    'Quote a parameter within [ ] or { }: "${NAME}".',
)


def _holds_reference(text: str, line: int) -> bool:
    return "${" in "".join(text.splitlines()[line : line + 1])


def _bad_yaml(what: Text, where: str, now: Text = _LOOK_AT) -> Refused:
    return Refused(Problem("bad-yaml", where, what, now))


def plain(node: Any) -> Any:  # noqa: ANN401 - a YAML tree
    """Return a YAML tree as plain dictionaries, lists and texts."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return "" if node is None else str(node)


def build(data: dict[str, Any], given: Mapping[str, str] | None = None) -> Spec:
    """Make a spec from plain data, telling every fault at once. `given` as in `read_spec`."""
    data = upgraded(data)
    defaults = declared(data)
    refuse_unknown(given or {}, defaults)
    made, faults = filled(data, {**defaults, **(given or {})})
    problems: list[Problem] = []
    for key, kind, known in (("steps", "technique", techniques()), ("checks", "measure", measures())):
        entries = made.get(key)
        if isinstance(entries, list):
            built = [_entry(entry, f"{key}[{n}]", kind, known, problems) for n, entry in enumerate(entries)]
            made[key] = tuple(entry for entry in built if entry is not None)
    try:
        spec = Spec.model_validate(made)
    except ValidationError as error:
        problems += problems_of(error, Spec)
    if faults or problems:
        told = {fault.where for fault in faults}  # what stands in the place of a faulty reference is no fault as well
        raise Refused([*faults, *(problem for problem in problems if problem.where not in told)])
    return spec


def built_step(data: Mapping[str, Any], where: str) -> Technique:
    """Make one step from plain data as a file would hold it. Raises Refused with every fault, at `where`."""
    return _built(data, where, "technique", techniques())


def built_check(data: Mapping[str, Any], where: str) -> Measure:
    """Make one check from plain data as a file would hold it. Raises Refused with every fault, at `where`."""
    return _built(data, where, "measure", measures())


def _built(data: Mapping[str, Any], where: str, kind: str, known: Mapping[str, type[_M]]) -> _M:
    problems: list[Problem] = []
    made = _entry(data, where, kind, known, problems)
    if made is None:
        raise Refused(problems)
    return made


def _entry(
    data: Any,  # noqa: ANN401 - whatever the file held
    where: str,
    kind: str,
    known: Mapping[str, type[_M]],
    problems: list[Problem],
) -> _M | None:
    if not isinstance(data, dict) or kind not in data:
        problems.append(
            Problem(
                "missing-key",
                where,
                Text("キー「{kind}」がありません。", "the key '{kind}' is missing.").fill(kind=kind),
                Text("使えるもの: {names}。", "There are: {names}.").fill(names=", ".join(known)),
            )
        )
        return None
    model = known.get(str(data[kind]))
    if model is None:
        near = did_you_mean(str(data[kind]), known)
        listed = Text("使えるもの: {names}。", "There are: {names}.").fill(names=", ".join(known))
        what = Text("知らない {kind} です。", "the {kind} is unknown.").fill(kind=kind)
        problems.append(Problem(f"unknown-{kind}", where, what, near if near != NOTHING else listed))
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems += problems_of(error, model, where)
        return None
