"""An entry that is a table of two columns: a value, and what it becomes or goes with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.widgets.forms.entry import LEFT_OUT, Entry, as_text

if TYPE_CHECKING:
    from sudare.language import Language
    from sudare.widgets.forms.entry import Raw

_HEADS = (Text("値", "value"), Text("対応するもの", "goes with"))
_WORDS = {
    "add": Text("行を加える", "add a row"),
    "remove": Text("{n} 行目を消す", "remove row {n}"),
    "cell": Text("{head} {n} 行目", "{head}, row {n}"),
}
_PASTE = Text("表計算ソフトから二列を貼り付けられます。", "Two columns can be pasted from a spreadsheet.")


class Pairs(Entry):
    """A mapping of texts to texts. Rows of which both cells are blank do not count."""

    blank = ()

    @override
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """A table to write in, which grows row by row."""
        words = {name: text.pick(lang) for name, text in _WORDS.items()}
        return {
            "kind": "pairs",
            "heads": [head.pick(lang) for head in _HEADS],
            "words": words,
            "note": _PASTE.pick(lang),
        }

    @override
    def shown(self, plain: Any) -> Raw:
        """The rows."""
        return [[as_text(key), as_text(value)] for key, value in plain.items()]

    @override
    def read(self, raw: Raw) -> Any:
        """The mapping. Raises `repeated-value` where a value stands on the left twice; rows are told by number."""
        rows = [(n, key, value) for n, (key, value) in enumerate(raw, start=1) if key or value]
        seen: dict[str, int] = {}
        for n, key, _ in rows:
            if key in seen:
                what = Text("{a} 行目と {b} 行目の値が同じです。", "rows {a} and {b} have the same value.")
                raise Refused(Problem("repeated-value", self.path, what.fill(a=seen[key], b=n)))
            seen[key] = n
        return {key: value for _, key, value in rows} or LEFT_OUT
