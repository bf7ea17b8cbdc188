"""One field by itself for a text that may quote the data: it is typed and shown, and never saved with a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sudare.language import Language, Text, preferred
from sudare.widgets.forms.page import FormPage

if TYPE_CHECKING:
    from collections.abc import Callable

_PATH = "text"


class PrivateText:
    """A labelled field of one line, or of more, whose text is not part of the widget's state.

    `changed(text)` is called after each change a person makes, several while somebody types.

    >>> field = PrivateText(Text("値", "value"), "en", "116")
    >>> field.value, "116" in str(field.widget.get_state())
    ('116', False)
    """

    def __init__(
        self,
        label: Text,
        lang: Language | None = None,
        value: str = "",
        *,
        rows: int = 1,
        changed: Callable[[str], None] | None = None,
    ) -> None:
        """Make the field and fill it."""
        self._label = label
        self._lang: Language = lang or preferred()
        self._value = value
        self._rows = rows
        self._changed = changed
        self.widget = FormPage(self._everything, self._entered)

    @property
    def value(self) -> str:
        """What stands in the field; setting it fills the field in every view."""
        return self._value

    @value.setter
    def value(self, value: str) -> None:
        self._value = value
        self.widget.show()

    def _entered(self, _path: str, raw: Any, view: str) -> None:  # noqa: ANN401 - what the page sent
        self._value = str(raw)
        self.widget.tell(kind="news", view=view, raws={_PATH: self._value}, units={})
        if self._changed is not None:
            self._changed(self._value)

    def _everything(self) -> dict[str, Any]:
        control = {"kind": "text", "mode": "text"} if self._rows == 1 else {"kind": "area", "rows": self._rows}
        part = {"path": _PATH, "key": "", "label": self._label.pick(self._lang), "help": "", "required": False}
        return {
            "parts": [{**part, **control}],
            "raws": {_PATH: self._value},
            "words": {"required": "", "summary": ""},
            "lang": self._lang,
            "units": {},
            "problems": {},
            "summary": [],
        }
