"""Entries that name columns of the table: one, or several in the order in which they were picked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sudare.language import Text
from sudare.tables.schema import TYPE_NAMES, same_name
from sudare.widgets.forms.choice import CHOOSE, NONE
from sudare.widgets.forms.entry import LEFT_OUT, Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.language import Language
    from sudare.tables.schema import Column
    from sudare.widgets.forms.about import About
    from sudare.widgets.forms.entry import Raw

_NOT_THERE = Text("{name}（この表にありません）", "{name} (not in this table)")
_UNFIT = Text("型の合わない列は出していません（{n} 列）。", "Columns of another type are not listed ({n}).")
_ORDER = Text("選んだ順", "in the order picked")
_FIND = Text("列名で絞る", "filter by name")


class _OfColumns(Entry):
    """What entries that name columns share: which there are, and what each is called in the list."""

    tells_example = False

    def __init__(self, about: About, columns: Sequence[Column], unfit: int = 0) -> None:
        """Take the columns that fit the field, and the number of those that do not."""
        super().__init__(about)
        self._columns = columns
        self._unfit = unfit

    def options(self, lang: Language, picked: Sequence[str]) -> list[list[str]]:
        """Return the columns to pick from; picked ones stand as they are written, also where they are not there."""
        written = {same_name(name): name for name in picked}
        options = [[written.pop(one.called, one.called), _label(one, lang)] for one in self._columns]
        return options + [[name, _NOT_THERE.fill(name=name).pick(lang)] for name in written.values()]

    def note(self, lang: Language) -> str:
        """Say that some columns are not listed."""
        return _UNFIT.fill(n=self._unfit).pick(lang) if self._unfit else ""


def _label(column: Column, lang: Language) -> str:
    about = [TYPE_NAMES[column.type].pick(lang), *([column.unit] if column.unit else [])]
    return f"{column.called}（{'、'.join(about)}）" if lang == "ja" else f"{column.called} ({', '.join(about)})"


class Columns(_OfColumns):
    """Several columns; where their order means something it is the order of picking."""

    blank = ()

    @override
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """A box to tick for each column, with a filter above a long list; a plain choice where it is one column."""
        options, note = self.options(lang, raw), self.note(lang)
        if self.about.limits.get("max_length") == 1:
            return {"kind": "pick", "options": [["", CHOOSE.pick(lang)], *options], "note": note}
        words = {"order": _ORDER.pick(lang), "find": _FIND.pick(lang)}
        return {"kind": "columns", "options": options, "note": note, "words": words}

    @override
    def shown(self, plain: Any) -> Raw:
        """The names."""
        return [str(name) for name in plain]

    @override
    def read(self, raw: Raw) -> Any:
        """The names."""
        return list(raw) or LEFT_OUT


class OneColumn(_OfColumns):
    """One column."""

    @override
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """A list to choose from."""
        nothing = (CHOOSE if self.about.required else NONE).pick(lang)
        options = [["", nothing], *self.options(lang, [raw] if raw else [])]
        return {"kind": "choice", "options": options, "note": self.note(lang)}

    @override
    def shown(self, plain: Any) -> Raw:
        """The name."""
        return str(plain)

    @override
    def read(self, raw: Raw) -> Any:
        """The name."""
        return raw or LEFT_OUT
