"""An entry that is a condition on rows: put together line by line where it is simple, written as in a spec else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from sudare.engines.predicates import Predicate
from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.tables.schema import same_name
from sudare.widgets.forms.choice import CHOOSE
from sudare.widgets.forms.entry import LEFT_OUT, Entry, as_text, is_scalar
from sudare.widgets.forms.written import from_yaml, yaml_of

if TYPE_CHECKING:
    from sudare.language import Language
    from sudare.tables.schema import Schema
    from sudare.widgets.forms.about import About
    from sudare.widgets.forms.entry import Raw

ROWS, YAML = "rows", "yaml"
_ONE: Final = ("equals", "at_least", "at_most", "matches")  # comparisons with one text
_TRUTH: Final = {"missing": "true", "there": "false"}
_LISTED: Final = "in-file"
_MANY: Final = ("in", "between")
_ENDS: Final = 2  # of `between`


def _title(key: str) -> Text:
    named = {info.alias or name: info for name, info in Predicate.model_fields.items()}
    extra = named[key].json_schema_extra
    both: Any = extra["x-title"] if isinstance(extra, dict) else {}
    return Text(both["ja"], both["en"])


_TESTS: Final[dict[str, Text]] = {
    "equals": _title("equals"),
    "in": _title("in"),
    _LISTED: Text("一覧ファイルのいずれか", "in the list of a file"),
    "at_least": _title("at_least"),
    "at_most": _title("at_most"),
    "between": _title("between"),
    "missing": _title("missing"),
    "there": Text("欠測でない", "not missing"),
    "matches": _title("matches"),
}
_NOTES: Final[dict[str, Text]] = {
    "in": Text("一行に一つ。", "One a line."),
    "between": Text("下限と上限を一行ずつ。両端を含みます。", "The lower and the upper end, one a line, included."),
    _LISTED: Text("仕様と同じ場所の CSV の名前。", "The name of a CSV beside the spec."),
    "matches": Text("正規表現（RE2）。全体が合うこと。", "A regular expression (RE2) for the whole text."),
}
_MODES = {
    ROWS: Text("選んで組み立てる", "put together from choices"),
    YAML: Text("仕様と同じ書き方（YAML）で書く", "write it as in a spec (YAML)"),
}
_WORDS = {
    "mode": Text("条件の書き方", "how to write it"),
    "join": Text("条件が二つ以上のとき", "with two or more conditions"),
    "column": Text("条件 {n} の列", "column of condition {n}"),
    "test": Text("条件 {n} の比べ方", "comparison of condition {n}"),
    "value": Text("条件 {n} の値", "value of condition {n}"),
    "add": Text("条件を加える", "add a condition"),
    "remove": Text("条件 {n} を消す", "remove condition {n}"),
    "yaml": Text("条件（YAML）", "condition (YAML)"),
}
_HALF = Text("条件 {n} が途中です。", "condition {n} is not finished.")
_FILL = Text("列と比べ方を選び、値を書いてください。", "Choose the column and the comparison, and write the value.")


class Condition(Entry):
    """A condition: one line, or several that must all hold or of which any must; everything else as YAML."""

    def __init__(self, about: About, schema: Schema | None) -> None:
        """Take the columns that a condition may name."""
        super().__init__(about)
        self._schema = schema
        self.blank = {"mode": ROWS, "join": "all", "rows": [_blank_row()], "yaml": ""}

    @override
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """Rows of column, comparison and value, and a text area beside them."""
        names = list(self._schema.names) if self._schema is not None else []
        there = {same_name(name) for name in names}
        names += [row["column"] for row in raw["rows"] if same_name(row["column"]) not in {*there, ""}]
        return {
            "kind": "condition",
            "columns": [["", CHOOSE.pick(lang)], *([name, name] for name in dict.fromkeys(names))],
            "tests": [[test, text.pick(lang)] for test, text in _TESTS.items()],
            "notes": {test: text.pick(lang) for test, text in _NOTES.items()},
            "many": list(_MANY),
            "none": list(_TRUTH),
            "modes": [[mode, text.pick(lang)] for mode, text in _MODES.items()],
            "joins": [[join, _title(join).pick(lang)] for join in ("all", "any")],
            "words": {name: text.pick(lang) for name, text in _WORDS.items()},
        }

    @override
    def shown(self, plain: Any) -> Raw:
        """Rows where the condition is simple, else YAML."""
        data = plain.to_dict() if isinstance(plain, Predicate) else plain
        simple = self._simple(data)
        return {**self.blank, **simple} if simple else {**self.blank, "mode": YAML, "yaml": yaml_of(data)}

    @override
    def read(self, raw: Raw) -> Any:
        """The condition. Raises Refused for a row that is not finished, told by number, and for bad YAML."""
        if raw["mode"] == YAML:
            return from_yaml(raw["yaml"], self.path) if raw["yaml"].strip() else LEFT_OUT
        rows = [(n, row) for n, row in enumerate(raw["rows"], start=1) if row["column"] or row["value"]]
        half = [n for n, row in rows if _is_half(row)]
        if half:
            raise Refused([Problem("half-condition", self.path, _HALF.fill(n=n), _FILL) for n in half])
        parts = [_plain(row) for _, row in rows]
        if not parts:
            return LEFT_OUT
        return parts[0] if len(parts) == 1 else {raw["join"]: parts}

    @override
    def taken(self, before: Raw, raw: Raw) -> Raw:
        """Carry the condition over where the way of writing it changed, as far as it can be."""
        if before["mode"] == raw["mode"]:
            return raw
        try:
            data = self.read({**raw, "mode": before["mode"]})
        except Refused:
            return raw
        if raw["mode"] == YAML:
            return {**raw, "yaml": "" if data is LEFT_OUT else yaml_of(data)}
        simple = self._simple(data) if data is not LEFT_OUT else {"rows": [_blank_row()]}
        return {**raw, **simple} if simple else {**raw, "mode": YAML}

    def _simple(self, data: Any) -> dict[str, Any] | None:  # noqa: ANN401 - plain data
        """Return rows that say the condition, or None."""
        join, parts = "all", [data]
        if isinstance(data, dict) and len(data) == 1 and next(iter(data)) in {"all", "any"}:
            [(join, inner)] = data.items()
            parts = list(inner) if isinstance(inner, (list, tuple)) and len(inner) > 1 else []
        rows = [_row(part) for part in parts]
        return {"join": join, "rows": rows} if rows and None not in rows else None


def _blank_row() -> dict[str, str]:
    return {"column": "", "test": "equals", "value": ""}


def _is_half(row: dict[str, str]) -> bool:
    """Say whether a row that was begun lacks its column, its value, or one of two ends."""
    if not row["column"]:
        return True
    if row["test"] in _TRUTH:
        return False
    return not row["value"] or (row["test"] == "between" and len(_lines(row["value"])) != _ENDS)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _row(data: Any) -> dict[str, str] | None:  # noqa: ANN401 - plain data
    """Return the row that says a comparison, or None where a row cannot."""
    if not isinstance(data, dict) or not isinstance(data.get("column"), str) or not data["column"]:
        return None
    tests = [(key, value) for key, value in data.items() if key != "column"]
    said = _said(*tests[0]) if len(tests) == 1 else None
    return None if said is None else {"column": data["column"], "test": said[0], "value": said[1]}


def _said(test: str, value: Any) -> tuple[str, str] | None:  # noqa: ANN401 - plain data
    """Return the comparison and the text of its value as a row holds them, or None where it cannot hold them."""
    if test in _ONE and is_scalar(value):
        return (test, as_text(value)) if _fits(as_text(value)) else None
    if test == "missing" and as_text(value) in _TRUTH.values():
        return ("missing" if as_text(value) == "true" else "there"), ""
    if test == "in" and isinstance(value, dict) and set(value) == {"file"} and is_scalar(value["file"]):
        return (_LISTED, as_text(value["file"])) if _fits(as_text(value["file"])) else None
    if test in _MANY and isinstance(value, (list, tuple)) and all(is_scalar(one) for one in value):
        texts = [as_text(one) for one in value]
        return (test, "\n".join(texts)) if texts and all(_fits(text) for text in texts) else None
    return None


def _fits(text: str) -> bool:
    """Say whether a text can stand in a line: neither blank nor of several lines."""
    return bool(text.strip()) and text.splitlines() == [text]


def _plain(row: dict[str, str]) -> dict[str, Any]:
    test, value = row["test"], row["value"]
    if test in _TRUTH:
        return {"column": row["column"], "missing": _TRUTH[test]}
    if test == _LISTED:
        return {"column": row["column"], "in": {"file": value}}
    if test in _MANY:
        return {"column": row["column"], test: _lines(value)}
    return {"column": row["column"], test: value}
