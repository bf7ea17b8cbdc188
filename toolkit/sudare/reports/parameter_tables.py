"""A model's parameters as Markdown tables, in words: what is written, its default, its range and its help."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, get_args

from sudare.engines.predicates import Given
from sudare.language import NOTHING, Text
from sudare.specs import model_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pydantic.fields import FieldInfo

    from sudare.language import Language
    from sudare.models import Model

_HEAD = (
    Text("キー", "key"),
    Text("名前", "name"),
    Text("書くもの", "what to write"),
    Text("既定", "default"),
    Text("範囲", "range"),
    Text("説明", "about"),
)
_REQUIRED = Text("必須", "required")
_NO_DEFAULT = Text("なし", "none")
_PRIVATE = Text(
    "データの値を書くことがあるため、仕様の外には出しません。",
    "May hold values of the data: shown nowhere outside the spec.",
)
_HEADING = Text("表 `{name}`", "Table `{name}`")
_TEXT, _VALUE = Text("文字", "text"), Text("値", "value")
_NAMED = {  # what a text names, by the role of its field
    "column": Text("列の名前", "column name"),
    "columns": Text("列の名前", "column name"),
    "new-column": Text("新しい列の名前", "new column name"),
    "file": Text("ファイルの名前", "file name"),
}
_SIMPLE = {
    "integer": Text("整数", "whole number"),
    "number": Text("数値", "number"),
    "boolean": Text("`true` か `false`", "`true` or `false`"),
    "object": Text("「キー: 値」の組", "mapping of keys to values"),
}
_DAY = Text("日付（`2026-04-01` の形）", "date such as `2026-04-01`")
_LIST = Text("一覧（{item}）", "list ({item})")
_TABLE_OF = Text("表 `{name}`", "table `{name}`")
_CONSTANT = Text("`{word}` と書きます", "write `{word}`")
_LIMITS = {
    "minimum": Text("{n} 以上", "at least {n}"),
    "exclusiveMinimum": Text("{n} より大きい", "more than {n}"),
    "maximum": Text("{n} 以下", "at most {n}"),
    "exclusiveMaximum": Text("{n} より小さい", "less than {n}"),
    "minLength": Text("{n} 文字以上", "{n} or more characters"),
    "maxLength": Text("{n} 文字以内", "{n} or fewer characters"),
    "minItems": Text("{n} 個以上", "{n} or more"),
    "maxItems": Text("{n} 個まで", "{n} or fewer"),
    "minProperties": Text("{n} 組以上", "{n} or more pairs"),
    "maxProperties": Text("{n} 組まで", "{n} or fewer pairs"),
    "pattern": Text("形 `{n}`", "form `{n}`"),
}
_EXACTLY = Text("ちょうど {n} 個", "exactly {n}")
_EACH = Text("それぞれ {limits}", "each {limits}")
_REFERENCE = re.compile(r'"#/\$defs/(\w+)"')
_GIVEN = get_args(Given)[1]  # marks a value that is read as the column's type


def parameter_tables(kind: type[Model], lang: Language) -> Iterator[str]:
    """Write the parameters of a technique or measure as tables: its own, then those of each model inside it.

    Every field is there, by its key as it stands in a file; a sub-heading goes before each inner table.

    >>> from sudare.measures import measures
    >>> print(*parameter_tables(measures()["k-anonymity"], "en"))  # doctest: +ELLIPSIS
    | key | name | what to write | default | range | about |
    ...
    | `at_least` | at least | whole number | required | at least 1 |  |
    """
    schema = model_schema(kind)
    shared = schema.pop("$defs")
    fields = {info.alias or name: info for name, info in kind.model_fields.items()}
    given = {key for key, info in fields.items() if _takes_values(info)}
    yield _parameters(schema, shared, given, lang)
    for name in _models_inside(schema, shared):
        yield f"### {_HEADING.fill(name=name).pick(lang)}"
        yield _parameters(shared[name], shared, set(), lang)


def _models_inside(schema: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[str]:
    """Walk over the names of the models below a schema, once each, in the order in which a reader meets them."""
    ahead, met = [schema], set[str]()
    while ahead:
        for name in _REFERENCE.findall(json.dumps(ahead.pop(0))):
            if name not in met:
                met.add(name)
                ahead.append(shared[name])
                if "properties" in shared[name]:
                    yield name


def _takes_values(info: FieldInfo) -> bool:
    return _GIVEN in info.metadata or _mentions_given(info.annotation)


def _mentions_given(annotation: Any) -> bool:  # noqa: ANN401 - any annotation
    return annotation is _GIVEN or any(_mentions_given(part) for part in get_args(annotation))


def _parameters(schema: Mapping[str, Any], shared: Mapping[str, Any], given: set[str], lang: Language) -> str:
    rows = []
    for key, about in schema["properties"].items():
        title, help_ = (Text(**about.get(part, NOTHING._asdict())) for part in ("x-title", "x-help"))
        private = bool(about.get("x-private"))
        leaf = _NAMED.get(about.get("x-role", ""), _VALUE if private or key in given else _TEXT)
        options = list(_options(about, shared))
        cells = [
            Text(f"`{key}`", f"`{key}`"),
            title,
            enumerated(dict.fromkeys(_kind(option, shared, leaf) for option in options)),
            _REQUIRED if key in schema.get("required", ()) else _default(about["default"]),
            enumerated([limit for option in options for limit in _limits(option, shared)]),
            help_.join(_PRIVATE) if private else help_,
        ]
        rows.append([cell.pick(lang) for cell in cells])
    return table([head.pick(lang) for head in _HEAD], rows)


def _options(about: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Walk over what a value may be, one by one; that it may be left out goes without saying."""
    inner = shared[_referred(about)] if "$ref" in about else None
    if inner is not None and "properties" not in inner:
        yield from _options(inner, shared)
    elif "anyOf" in about or "oneOf" in about:
        for part in about.get("anyOf", about.get("oneOf")):
            yield from _options(part, shared)
    elif isinstance(about.get("type"), list):
        yield {**about, "type": "string"}  # whichever a reader of YAML takes the value for
    elif about.get("type") != "null":
        yield about


def _referred(about: Mapping[str, Any]) -> str:
    return str(about["$ref"]).rpartition("/")[2]


def _kind(option: Mapping[str, Any], shared: Mapping[str, Any], leaf: Text) -> Text:
    """Say in words what is to be written; `leaf` says what a text is."""
    if "$ref" in option:
        return _TABLE_OF.fill(name=_referred(option))
    if "const" in option:
        return _CONSTANT.fill(word=option["const"])
    if "enum" in option:
        return enumerated([Text(f"`{word}`", f"`{word}`") for word in option["enum"]])
    if option.get("type") == "array":
        item = enumerated(dict.fromkeys(_kind(part, shared, leaf) for part in _items(option, shared)))
        return _LIST.fill(item=item)
    if option.get("format") == "date":
        return _DAY
    return _SIMPLE.get(option.get("type", ""), leaf)


def _items(option: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for item in option.get("prefixItems", [option.get("items", {})]):
        yield from _options(item, shared)


def _limits(option: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[Text]:
    exact = "minItems" in option and option["minItems"] == option.get("maxItems")
    if exact:
        yield _EXACTLY.fill(n=option["minItems"])
    for key, words in _LIMITS.items():
        if key in option and not (exact and key in {"minItems", "maxItems"}):
            limit = option[key]
            yield words.fill(n=int(limit) if isinstance(limit, float) and limit.is_integer() else limit)
    if option.get("type") == "array":
        within = [limit for item in _items(option, shared) for limit in _limits(item, shared)]
        if within:
            yield _EACH.fill(limits=enumerated(within))


def _default(value: Any) -> Text:  # noqa: ANN401 - any default
    if value is None or value in ([], {}):
        return _NO_DEFAULT
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Text(f"`{written}`", f"`{written}`")


def enumerated(texts: Iterable[Text]) -> Text:
    """Put texts after one another.

    >>> enumerated([Text("年", "year"), Text("月", "month")]).ja
    '年、月'
    """
    parts = list(texts)
    return Text("、".join(part.ja for part in parts), ", ".join(part.en for part in parts))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Write a Markdown table; links and code in its cells work, other signs stand for themselves.

    >>> print(table(["年齢"], [["*"], ["a|b"]]))
    | 年齢 |
    | --- |
    | \* |
    | a\|b |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(prose(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


_CODE_OR_SIGN = re.compile(r"(`[^`]*`)|([\\*<])")


def prose(text: str) -> str:
    r"""Keep signs that mean something in Markdown from meaning it, except inside code.

    >>> prose("`*` is not *"), prose("<10")
    ('`*` is not \\*', '\\<10')
    """
    return _CODE_OR_SIGN.sub(lambda found: found[1] or f"\\{found[2]}", text)
