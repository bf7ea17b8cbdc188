"""One field of a model, as a form needs it: what it is called, what may be written, and what it is without an entry."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from sudare.engines.predicates import Given
from sudare.language import NOTHING, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic.fields import FieldInfo

_GIVEN = get_args(Given)[1]  # marks a value that is read as the column's type
_BOUNDS = {
    "ge": Text("{n} 以上", "at least {n}"),
    "gt": Text("{n} より大きい", "more than {n}"),
    "le": Text("{n} 以下", "at most {n}"),
    "lt": Text("{n} より小さい", "less than {n}"),
}
_COUNTS = {"min_length": Text("{n} 個以上", "{n} or more"), "max_length": Text("{n} 個まで", "{n} or fewer")}
_EXACTLY = Text("ちょうど {n} 個", "exactly {n}")


@dataclass(frozen=True)
class About:
    """A field as the model describes it; `kind` is its annotation without None and without limits."""

    path: str  # as in a spec, such as per.column
    kind: Any
    title: Text
    help: Text
    role: str | None
    private: bool
    required: bool
    default: Any  # as the model holds it; None where there is none
    takes_values: bool  # whether the column's type decides what may be written
    limits: dict[str, Any]
    example: Any  # plain data from the technique's example, or None

    @property
    def key(self) -> str:
        """The key of the field within its model."""
        return self.path.rpartition(".")[2]

    @property
    def range(self) -> Text:
        """The limits in words, or nothing.

        >>> from sudare.techniques import techniques
        >>> about(techniques()["truncate-code"].model_fields["keep"], "keep").range.en
        'at least 1, at most 64'
        """
        least, most = self.limits.get("min_length"), self.limits.get("max_length")
        counted = self.is_many and least is not None and least == most
        words = [_EXACTLY.fill(n=least)] if counted else []
        for names in (_BOUNDS, {} if counted or not self.is_many else _COUNTS):
            words += [word.fill(n=self._number(name)) for name, word in names.items() if self._tells(name)]
        return Text("、".join(word.ja for word in words), ", ".join(word.en for word in words))

    @property
    def is_many(self) -> bool:
        """Whether the field holds a list or a mapping."""
        return get_origin(self.kind) in {tuple, list, dict}

    def _tells(self, name: str) -> bool:
        # That a list needs one entry is said by its being required.
        return name in self.limits and not (name == "min_length" and self.limits[name] == 1)

    def _number(self, name: str) -> str:
        return format(self.limits[name], "f" if name in _BOUNDS and not isinstance(self.limits[name], int) else "")


def about(info: FieldInfo, path: str, example: Any = None) -> About:  # noqa: ANN401 - plain data
    """Read the description of a field (`sudare.models.field`) for a form."""
    kind, metadata = core_of(info.annotation)
    metadata = [*info.metadata, *metadata]
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    key = path.rpartition(".")[2]
    required = info.is_required()
    return About(
        path=path,
        kind=kind,
        title=_text(extra.get("x-title")) or Text(key, key),
        help=_text(extra.get("x-help")) or NOTHING,
        role=str(extra["x-role"]) if "x-role" in extra else None,
        private=bool(extra.get("x-private")),
        required=required,
        default=None if required else info.get_default(call_default_factory=True),
        takes_values=_GIVEN in metadata or any(_GIVEN in core_of(part)[1] for part in get_args(kind)),
        limits=dict(_limits(metadata)),
        example=example,
    )


def core_of(annotation: Any) -> tuple[Any, list[Any]]:  # noqa: ANN401 - any annotation
    """Take None and the limits off an annotation; return what is left, and the limits."""
    metadata: list[Any] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata += more
        elif get_origin(annotation) in {Union, UnionType}:
            others = [part for part in get_args(annotation) if part is not NoneType]
            if len(others) != 1:
                return annotation, metadata
            annotation = others[0]
        else:
            return annotation, metadata


def _limits(metadata: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    for part in metadata:
        for name in (*_BOUNDS, *_COUNTS):
            if getattr(part, name, None) is not None:
                yield name, getattr(part, name)


def _text(both: Any) -> Text | None:  # noqa: ANN401 - from a JSON Schema
    return Text(str(both["ja"]), str(both["en"])) if isinstance(both, dict) else None
