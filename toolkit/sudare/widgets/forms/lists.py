"""An entry that is a list of texts, one a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sudare.language import Text
from sudare.widgets.forms.entry import LEFT_OUT, Entry, as_text

if TYPE_CHECKING:
    from sudare.language import Language
    from sudare.widgets.forms.entry import Raw

_COMMAS = re.compile(r"[,、，\s]+")
_A_LINE = Text("一行に一つ。", "One a line.")
_COMMAS_TOO = Text("一行に一つ、または , で区切ります。", "One a line, or with commas between.")


class Lines(Entry):
    """A list of texts. Where they are numbers or dates, commas may stand between them too."""

    blank = ()

    @property
    def _by_commas(self) -> bool:
        # A date may not hold a comma, a number of a spec neither; any other text may.
        return self.about.takes_values and not self.about.private

    @override
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """Several lines to write in."""
        return {"kind": "lines", "rows": 4, "note": (_COMMAS_TOO if self._by_commas else _A_LINE).pick(lang)}

    @override
    def shown(self, plain: Any) -> Raw:
        """The texts."""
        return [as_text(one) for one in plain]

    @override
    def taken(self, before: Raw, raw: Raw) -> Raw:
        """The texts, as the page cut them at the line ends."""
        return [part for line in raw for part in (_COMMAS.split(line) if self._by_commas else [line]) if part.strip()]

    @override
    def read(self, raw: Raw) -> Any:
        """The texts; the model gives them their type."""
        return list(raw) or LEFT_OUT
