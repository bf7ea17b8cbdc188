"""The frozen model that every noun of sudare is, and how its faults are told to a person."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from sudare.errors import Problem, did_you_mean
from sudare.language import NOTHING, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic_core import ErrorDetails


class Model(BaseModel):
    """A frozen model that refuses unknown keys and suggests the near match."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)

    @classmethod
    def keys(cls) -> frozenset[str]:
        """The keys as they are written in a file."""
        return frozenset(field.alias or name for name, field in cls.model_fields.items())

    def to_dict(self) -> dict[str, Any]:
        """Return plain data with the keys as they are written in a file; what was left out stays left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def field(  # noqa: PLR0913 - a field says everything about itself in one place
    title: Text,
    help: Text = NOTHING,  # noqa: A002 - the word the reader of a form knows
    *,
    default: Any = ...,  # noqa: ANN401 - any field type
    role: str | None = None,
    private: bool = False,
    alias: str | None = None,
    **limits: Any,  # noqa: ANN401 - ge, le, min_length … as pydantic takes them
) -> Any:  # noqa: ANN401 - pydantic's own signature
    """Describe one field once: form, JSON Schema, reference page and command-line help derive from it.

    `role` says which widget fits (`column`, `columns`, `new-column`). `private` marks a field that may hold
    values of the data: it is never shown outside the spec, in no message, receipt or report.
    """
    extra = {"x-title": {"ja": title.ja, "en": title.en}}
    if help != NOTHING:
        extra["x-help"] = {"ja": help.ja, "en": help.en}
    described: dict[str, Any] = {**extra}
    if role is not None:
        described["x-role"] = role
    if private:
        described["x-private"] = True
    return Field(
        default,
        title=f"{title.ja} / {title.en}",
        description=f"{help.ja} / {help.en}" if help != NOTHING else None,
        alias=alias,
        json_schema_extra=described,
        repr=not private,
        **limits,
    )


def _filled(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("empty", "empty")
    return value


Words = Annotated[str, AfterValidator(_filled)]
"""A text that is not empty."""


_MESSAGES: dict[str, Text] = {
    "missing": Text("キー「{key}」がありません。", "the key '{key}' is missing."),
    "empty": Text("空です。", "it is empty."),
    "literal_error": Text("選べる値は {expected} です。", "it must be one of {expected}."),
    "union_tag_not_found": Text("キー「technique」などの種別がありません。", "the key that names its kind is missing."),
    "int_parsing": Text("整数ではありません。", "it is not a whole number."),
    "decimal_parsing": Text("数値ではありません。", "it is not a number."),
    "float_parsing": Text("数値ではありません。", "it is not a number."),
    "bool_parsing": Text("true または false にしてください。", "it must be true or false."),
    "date_from_datetime_parsing": Text("日付は 2026-04-01 の形で書いてください。", "write the date as 2026-04-01."),
    "greater_than": Text("{gt} より大きくしてください。", "it must be more than {gt}."),
    "greater_than_equal": Text("{ge} 以上にしてください。", "it must be at least {ge}."),
    "less_than": Text("{lt} より小さくしてください。", "it must be less than {lt}."),
    "less_than_equal": Text("{le} 以下にしてください。", "it must be at most {le}."),
    "too_short": Text("{min_length} 個以上必要です。", "it needs at least {min_length}."),
    "too_long": Text("{max_length} 個までです。", "it may have at most {max_length}."),
    "string_pattern_mismatch": Text("書き方が違います。", "it is not written as expected."),
    "string_type": Text("文字ではありません。", "it is not a text."),
    "tuple_type": Text("[ ] で囲んだ一覧にしてください。", "it must be a list in [ ]."),
    "list_type": Text("[ ] で囲んだ一覧にしてください。", "it must be a list in [ ]."),
    "dict_type": Text("「キー: 値」の組にしてください。", "it must be a mapping of keys to values."),
    "model_type": Text("「キー: 値」の組にしてください。", "it must be a mapping of keys to values."),
}
_DATES = {"date_parsing", "date_type", "date_from_datetime_inexact", "datetime_parsing", "datetime_from_date_parsing"}
_KEY = re.compile(r"[a-z][a-z_-]{0,39}")
_OTHER = Text("値が受け付けられません。", "the value is not accepted.")


def problems_of(error: ValidationError, model: type[BaseModel], where: str = "") -> list[Problem]:
    """Tell pydantic's faults in our words: all at once, with near matches, without any value.

    A path ends at the first private field, since the keys below it may be values of the data.
    """
    found = error.errors(include_input=False, include_url=False)
    return [problem for details in found if not _is_echo(details, found) for problem in _told(details, model, where)]


def _is_echo(details: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Say whether a list is called too short only because pydantic left out the faulty entries, told by themselves."""
    place = details["loc"]
    return details["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in found
    )


def _told(details: ErrorDetails, model: type[BaseModel], where: str) -> Iterator[Problem]:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        *above, key = details["loc"]
        loc = _public(tuple(above), model)
        yield _unknown_key(str(key), _known_at(model, tuple(above)), path_of(loc, where))
        return
    loc = _public(details["loc"], model)
    place = path_of(loc, where)
    if kind == "problem":  # a validator of our own that already speaks both languages
        yield Problem(context["code"], place, context["what"], context.get("now", NOTHING))
        return
    if kind in _DATES:
        kind = "date_from_datetime_parsing"
    words = {key: str(value) for key, value in context.items() if key != "error"}
    if kind == "missing":
        words["key"] = str(details["loc"][-1])  # a key of ours, also below a private field
        place = path_of(_public(details["loc"][:-1], model), where)
    text = _MESSAGES.get(kind, _OTHER)
    yield Problem("missing-key" if kind == "missing" else "bad-value", place, text.fill(**words))


def _known_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> frozenset[str]:
    """Return the keys that are known at a place below a model."""
    here = {model}
    for part in loc:
        below = {
            inner
            for outer in here
            for name, info in outer.model_fields.items()
            if part in {name, info.alias}
            for inner in _models_in(info.annotation)
        }
        here = below or here  # a list's position or a mapping's own key leads no deeper
    return frozenset(info.alias or name for outer in here for name, info in outer.model_fields.items())


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _unknown_key(key: str, known: frozenset[str], place: str) -> Problem:
    # A slip of indentation can make a value of the data a key: only what looks like a key of ours is repeated.
    if not _KEY.fullmatch(key):
        what = Text("知らないキーがあります（表示しません）。", "there is an unknown key (not shown here).")
        return Problem("unknown-key", place, what)
    what = Text("知らないキー「{key}」があります。", "there is an unknown key '{key}'.").fill(key=key)
    return Problem("unknown-key", place, what, did_you_mean(key, known))


def _public(loc: tuple[int | str, ...], model: type[BaseModel]) -> tuple[int | str, ...]:
    private = private_keys(model)
    stop = next((n for n, part in enumerate(loc) if part in private), len(loc))
    return loc[: stop + 1]


@functools.cache
def private_keys(model: type[BaseModel]) -> frozenset[str]:
    """Return the keys, anywhere below a model, whose content may hold values of the data."""
    schema = model.model_json_schema(by_alias=True)
    parts = [schema, *schema.get("$defs", {}).values()]
    return frozenset(
        key for part in parts for key, about in part.get("properties", {}).items() if about.get("x-private")
    )


def path_of(parts: tuple[int | str, ...], where: str = "") -> str:
    """Write a place in a spec as a path.

    >>> path_of(("steps", 3, "columns"))
    'steps[3].columns'
    """
    path = where
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path


def fault(code: str, what: Text, now: Text = NOTHING) -> PydanticCustomError:
    """Make the error that one of our validators raises, to be told by `problems_of`."""
    return PydanticCustomError("problem", "problem", {"code": code, "what": what, "now": now})
