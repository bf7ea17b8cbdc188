"""Entries that are chosen, not typed: one word of a few, a truth value, the standards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from typing_extensions import override

from sudare.language import Text
from sudare.law.guideline import standards
from sudare.widgets.forms.entry import LEFT_OUT, Entry, as_text

if TYPE_CHECKING:
    from sudare.language import Language
    from sudare.widgets.forms.about import About
    from sudare.widgets.forms.entry import Raw

CHOOSE = Text("選んでください", "choose one")
NONE = Text("（指定しない）", "(none)")
_TRUTHS = {"true": Text("はい", "yes"), "false": Text("いいえ", "no")}
_STANDARD = Text("{id}号 {title}", "{id} {title}")


class Choice(Entry):
    """One of a few words, which stand as in the spec; a truth value that may be left out."""

    tells_example = False

    def __init__(self, about: About) -> None:
        """Collect the words."""
        super().__init__(about)
        words = [as_text(word) for word in get_args(about.kind)]
        self._options = {word: Text(word, word) for word in words} or _TRUTHS

    @override
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """A list to choose from, with a way to choose nothing where that may be."""
        options = [[word, shown.pick(lang)] for word, shown in self._options.items()]
        if self.about.default is None:
            options.insert(0, ["", (CHOOSE if self.about.required else NONE).pick(lang)])
        if raw not in [word for word, _ in options]:  # a spec from another version: shown, told as a fault
            options.append([raw, raw])
        return {"kind": "choice", "options": options}

    @override
    def shown(self, plain: Any) -> Raw:
        """The word."""
        return as_text(plain)

    @override
    def read(self, raw: Raw) -> Any:
        """The word, or nothing."""
        return raw or LEFT_OUT


class Truth(Entry):
    """A box to tick, where the field is true or false."""

    blank = False
    tells_example = False

    @override
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """A box to tick."""
        return {"kind": "truth"}

    @override
    def shown(self, plain: Any) -> Raw:
        """Whether it is ticked."""
        return as_text(plain).lower() == "true"

    @override
    def read(self, raw: Raw) -> Any:
        """A truth value as it stands in a spec."""
        return as_text(bool(raw))


class Standards(Entry):
    """The standards that a decision answers, each with its short name."""

    blank = ()
    tells_range = False

    @override
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """Five boxes to tick."""
        names = [(one.id, _STANDARD.fill(id=one.id, title=Text(one.title.ja, one.title.en))) for one in standards()]
        return {"kind": "checks", "options": [[number, name.pick(lang)] for number, name in names]}

    @override
    def shown(self, plain: Any) -> Raw:
        """The numbers that are ticked."""
        return [as_text(number) for number in plain]

    @override
    def read(self, raw: Raw) -> Any:
        """The numbers, as they were ticked."""
        return list(raw) or LEFT_OUT
