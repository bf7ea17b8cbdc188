"""An entry of one line: a text, a number, a date, the name of a file or of a new column."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sudare.engines.predicates import typed
from sudare.widgets.forms.entry import LEFT_OUT, Entry, as_text

if TYPE_CHECKING:
    from sudare.language import Language
    from sudare.widgets.forms.entry import Raw

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


class OneLine(Entry):
    """A text of one line. A number may be typed in full width and with thousands separated; a day as 令和8年4月1日."""

    @override
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """A line, with the keys of a telephone where a number is wanted."""
        mode = {int: "numeric", Decimal: "decimal", float: "decimal"}.get(self.about.kind, "text")
        return {"kind": "text", "mode": mode, "wide": self.about.key == "because"}

    @override
    def shown(self, plain: Any) -> Raw:
        """The text as it stands in a spec."""
        return as_text(plain)

    @override
    def read(self, raw: Raw) -> Any:
        """The text; the model gives it its type."""
        text = str(raw)
        if not text.strip():
            return LEFT_OUT
        if self.about.kind in {int, Decimal, float}:
            return _THOUSANDS.sub("", unicodedata.normalize("NFKC", text).strip())
        if self.about.kind is date:
            day = typed(text.strip(), "date")
            return day.isoformat() if isinstance(day, date) else text.strip()
        return text
