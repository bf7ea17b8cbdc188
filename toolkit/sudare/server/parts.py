"""The plain parts of a spec, such as the proposal or the person counted: each told in words, and edited by a form."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from sudare.design.edits import with_part
from sudare.errors import Problem, Refused, did_you_mean
from sudare.language import Text
from sudare.law import regime
from sudare.specs.json_schema import model_schema
from sudare.specs.spec import DesignedOn, File, Member, Proposal, Reader, Regime, Spec, Unit
from sudare.specs.writing import to_data
from sudare.tables.schema import Input, Output

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

    from sudare.language import Language
    from sudare.models import Model

# In the order of a person who begins a design. The columns of the input have a table of their own.
_MODELS: Final[Mapping[str, type[Model]]] = {
    "proposal": Proposal,
    "file": File,
    "unit": Unit,
    "assumed_reader": Reader,
    "input": Input,
    "output": Output,
    "designed_on": DesignedOn,
}
_ORDER: Final = (
    "regime", "proposal", "file", "unit", "key", "assumed_reader", "staff", "parameters", "input", "output", "designed_on",
)  # fmt: skip
_READ_ONLY: Final = frozenset({"designed_on"})  # written by who drafts a spec from a file
_APART: Final = {"input": frozenset({"columns"})}
_COLUMNS: Final = {"proposal": "columns", "assumed_reader": "knows"}  # lists that are chosen among the columns
_YES, _NO = Text("はい", "yes"), Text("いいえ", "no")


def forms(lang: Language) -> list[dict[str, Any]]:
    """Return the parts with the JSON Schema of the form that edits each; null where a part is only shown.

    Titles stand in both languages, as the models have them. Form data of a part with names of its own, such as the
    staff, is a list under `entries`; of a part that is one value, it stands under `value`.
    """
    return [
        {
            "id": key,
            "label": _title(key, Spec.model_fields[key]).pick(lang),
            "about": _help(Spec.model_fields[key]).pick(lang),
            "schema": None if key in _READ_ONLY else _schema(key),
        }
        for key in _ORDER
    ]


def parts_told(spec: Spec, lang: Language) -> list[dict[str, Any]]:
    """Return what the parts say, in words and as the data that their forms begin with."""
    return [
        {
            "id": key,
            "given": key in spec.model_fields_set and bool(getattr(spec, key)),
            "lines": [{"title": title.pick(lang), "value": value} for title, value in _lines(spec, key, lang)],
            "data": _data(spec, key),
        }
        for key in _ORDER
    ]


def with_form(spec: Spec, part: str, entered: Mapping[str, Any]) -> Spec:
    """Write a part as its form was filled in; a form that was emptied leaves the part out.

    `with_form(spec, "unit", {"person": "管理番号"})`. A name that stands twice, or none, is refused.
    """
    if part not in _ORDER or part in _READ_ONLY:
        what = Text("フォームのない部分です。", "there is no form for this part.")
        raise Refused(Problem("unknown-key", "edit.args.part", what, did_you_mean(part, _ORDER)))
    if not isinstance(entered, dict):
        raise Refused(Problem("bad-value", part, Text("「キー: 値」の組にしてください。", "it must be a mapping.")))
    if part in _MODELS:
        apart = {key: to_data(getattr(spec, part))[key] for key in _APART.get(part, ())}
        given = {key: value for key, value in entered.items() if value not in (None, "", [])}
        return with_part(spec, part, {**given, **apart} or None)
    if part in ("staff", "parameters"):
        return with_part(spec, part, _named(part, entered.get("entries") or []) or None)
    return with_part(spec, part, entered.get("value") or None)


def _named(part: str, entries: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the page sent
    """Return the entries by their names. A fault is told by its place: a name may be a slip with a value in it."""
    made: dict[str, Any] = {}
    problems: list[Problem] = []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Refused(Problem("bad-value", part, Text("一覧にしてください。", "it must be a list.")))
    for n, entry in enumerate(entries):
        name = str(entry.get("name") or "").strip()
        if not name or name in made:
            what = Text("名前が同じものがあります。", "the name stands there twice.") if name else _UNNAMED
            problems.append(Problem("bad-name", f"{part} ({n + 1})", what))
        made[name] = _value_of(part, entry)
    if problems:
        raise Refused(problems)
    return made


_UNNAMED = Text("名前がありません。", "the name is missing.")


def _value_of(part: str, entry: Mapping[str, Any]) -> Any:  # noqa: ANN401 - plain data
    if part == "parameters":
        return entry.get("value") or ""
    told = {"name": entry.get("full_name"), "duty": entry.get("duty")}
    return {key: value for key, value in told.items() if value not in (None, "")}


def _data(spec: Spec, key: str) -> dict[str, Any]:
    value = getattr(spec, key)
    if key == "staff":
        told = [{"name": name, "full_name": one.name, "duty": one.duty} for name, one in value.items()]
        return {"entries": [{name: part for name, part in one.items() if part is not None} for one in told]}
    if key == "parameters":
        return {"entries": [{"name": name, "value": one} for name, one in value.items()]}
    if key not in _MODELS:
        return {} if value is None else {"value": value}
    told = value.to_dict() if value is not None else {}
    return {name: part for name, part in told.items() if name not in _APART.get(key, ())}


def _lines(spec: Spec, key: str, lang: Language) -> Iterator[tuple[Text, str]]:
    value = getattr(spec, key)
    if key == "regime":
        yield _title(key, Spec.model_fields[key]), regime(value).title.pick(lang)
    elif key == "staff":
        for name, one in value.items():
            yield Text(name, name), "　".join(part for part in (one.name, one.duty) if part)
    elif key == "parameters":
        for name, default in value.items():
            yield Text(name, name), str(default)
    elif key not in _MODELS:
        if value is not None:
            yield _title(key, Spec.model_fields[key]), str(value)
    elif value is not None:
        yield from _fields(value, _APART.get(key, frozenset()), lang)


def _fields(model: Model, apart: frozenset[str], lang: Language) -> Iterator[tuple[Text, str]]:
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if name not in apart and name in model.model_fields_set and value not in (None, "", ()):
            yield _title(name, info), _words(value, lang)


def _words(value: Any, lang: Language) -> str:  # noqa: ANN401 - any field of a part
    if isinstance(value, bool):
        return (_YES if value else _NO).pick(lang)
    if isinstance(value, tuple):
        return ("、" if lang == "ja" else ", ").join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _title(name: str, info: FieldInfo) -> Text:
    ja, _, en = (info.title or name).partition(" / ")
    return Text(ja, en or ja)


def _help(info: FieldInfo) -> Text:
    ja, _, en = (info.description or "").partition(" / ")
    return Text(ja, en or ja)


def _schema(key: str) -> dict[str, Any]:
    if key in _MODELS:
        made = model_schema(_MODELS[key])
        left = {name: part for name, part in made["properties"].items() if name not in _APART.get(key, ())}
        if key in _COLUMNS:
            left[_COLUMNS[key]] = {**left[_COLUMNS[key]], "x-role": "columns"}
        required = [name for name in made.get("required", ()) if name in left]
        return {**made, "properties": left, "required": required}
    if key == "staff":
        about = model_schema(Member)["properties"]
        fields = {"name": _said(_NAME), "full_name": about["name"], "duty": about["duty"]}
        return _entries(fields, ["name", "full_name"])
    if key == "parameters":
        return _entries({"name": _said(_NAME), "value": _said(_DEFAULT)}, ["name"])
    info = Spec.model_fields[key]
    value: dict[str, Any] = {**_said(_title(key, info), _help(info))}
    if key == "regime":
        value["oneOf"] = [_choice(one) for one in get_args(Regime)]
    return {"type": "object", "properties": {"value": value}, "required": []}


def _entries(fields: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    entry = {"type": "object", "properties": dict(fields), "required": required}
    return {
        "type": "object",
        "properties": {"entries": {"type": "array", "items": entry, **_named_in(_ENTRIES)}},
        "required": [],
    }


def _choice(one: Literal["gov-2017", "gov-current", "private-current"]) -> dict[str, Any]:
    return {"const": one, **_named_in(regime(one).title)}


def _said(title: Text, about: Text | None = None) -> dict[str, Any]:
    help_ = {"x-help": {"ja": about.ja, "en": about.en}} if about is not None and about.ja else {}
    return {"type": "string", **_named_in(title), **help_}


def _named_in(title: Text) -> dict[str, Any]:
    return {"x-title": {"ja": title.ja, "en": title.en}}


_NAME = Text("この記録での呼び名", "called in this record")
_DEFAULT, _ENTRIES = Text("既定値", "default"), Text("一覧", "entries")
