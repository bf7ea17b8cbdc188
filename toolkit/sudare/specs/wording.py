"""What the fields of a spec say, in words: one field, and a field before and after a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from sudare.language import Text
from sudare.models import Model, path_of, private_keys
from sudare.specs.strictness import loosens
from sudare.tables.schema import KIND_NAMES, TYPE_NAMES, Column

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from pydantic.fields import FieldInfo

_CHANGE = Text("{subject}: {title} {old} → {new}", "{subject}: {title} {old} → {new}")
_UNSEEN = Text("{subject}: {title} が変わりました（値は表示しません）", "{subject}: {title} changed (values not shown)")
_LOOSER, _TIGHTER = Text("（緩和）", " (loosened)"), Text("（厳格化）", " (tightened)")
_NONE, _HIDDEN = Text("なし", "none"), Text("（表示しません）", "(not shown)")
_EMPTY = Text("（空）", "(empty)")
_YES, _NO = Text("はい", "yes"), Text("いいえ", "no")
_ENTRY = Text("{key}: {value}", "{key}: {value}")
_COMMA, _CLAUSE = Text("、", ", "), Text("；", "; ")
_NAMED: dict[str, Text] = {str(key): text for key, text in (*TYPE_NAMES.items(), *KIND_NAMES.items())}


@dataclass(frozen=True)
class FieldChange:
    """One field before and after. The values are None where they may be values of the data, which are never told."""

    name: str
    where: str
    title: Text
    old: Text | None
    new: Text | None
    loosens: bool | None

    def told(self, subject: Text, loosens: bool | None = None) -> Text:  # noqa: FBT001 - looser, stricter, neither
        """Say the change of what is called `subject`, with its direction where one is given."""
        if self.old is None or self.new is None:
            return directed(_UNSEEN.fill(subject=subject, title=self.title), loosens)
        return directed(_CHANGE.fill(subject=subject, title=self.title, old=self.old, new=self.new), loosens)


def changed_fields(old: Model, new: Model, where: str, skip: Container[str] = ()) -> Iterator[FieldChange]:
    """Return the fields in which two models of one kind differ, in the order of the kind."""
    kind = type(new)
    for name, info in kind.model_fields.items():
        before, after = getattr(old, name), getattr(new, name)
        if name in skip or before == after:
            continue
        key = info.alias or name
        place, title = path_of((key,), where), title_of(info, key)
        if is_private(info):
            yield FieldChange(key, place, title, None, None, None)
            continue
        names = _NAMED if kind is Column else {}
        direction = loosens(key, before, after)
        yield FieldChange(key, place, title, said(before, names), said(after, names), direction)


def directed(message: Text, loosens: bool | None) -> Text:  # noqa: FBT001 - looser, stricter, or neither
    """Add to a message whether it is of a limit that was loosened or tightened."""
    if loosens is None:
        return message
    return message.join(_LOOSER if loosens else _TIGHTER, by="")


def title_of(info: FieldInfo, key: str) -> Text:
    """Return the title that a field gives itself, or its key."""
    title = _described(info).get("x-title")
    return Text(str(title["ja"]), str(title["en"])) if isinstance(title, dict) else Text(key, key)


def said(value: Any, names: Mapping[str, Text] | None = None) -> Text:  # noqa: ANN401 - any value of a spec
    """Say a value of a spec in words; what may hold values of the data is not told.

    >>> tuple(said((40, 50)))
    ('40、50', '40, 50')
    """
    if value is None or value in ((), {}, []):
        return _NONE
    if isinstance(value, Model):
        return _model_said(value)
    if isinstance(value, Mapping):
        return _joined([_ENTRY.fill(key=key, value=said(inner)) for key, inner in value.items()], _CLAUSE)
    if isinstance(value, tuple | list):
        return listed(value)
    return _scalar(value, names or {})


def listed(values: Sequence[Any]) -> Text:
    """Say several values one after another."""
    return _joined([said(value) for value in values], _COMMA)


def _scalar(value: Any, names: Mapping[str, Text]) -> Text:  # noqa: ANN401 - a scalar of a spec
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, Decimal):
        return Text(format(value, "f"), format(value, "f"))
    text = value.isoformat() if isinstance(value, date) else str(value)
    return names.get(text, Text(text, text))


def _model_said(value: Model) -> Text:
    told = []
    for name, info in type(value).model_fields.items():
        inner = getattr(value, name)
        if name in value.model_fields_set and inner is not None:
            words = _HIDDEN if is_private(info) else said(inner)
            told.append(_ENTRY.fill(key=title_of(info, name), value=words))
    return _joined(told, _CLAUSE) if told else _EMPTY


def _joined(texts: Sequence[Text], by: Text) -> Text:
    return Text(by.ja.join(text.ja for text in texts), by.en.join(text.en for text in texts))


def _described(info: FieldInfo) -> dict[str, Any]:
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}


def is_private(info: FieldInfo) -> bool:
    """Say whether a field, or a model anywhere within it, may hold values of the data."""
    return bool(_described(info).get("x-private")) or any(map(private_keys, _models_in(info.annotation)))


def _models_in(annotation: Any) -> Iterator[type[Model]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
