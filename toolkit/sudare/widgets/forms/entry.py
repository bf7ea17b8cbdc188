"""One entry of a form: what the page is told about it, and how what is entered becomes plain data of a spec."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sudare.engines.predicates import as_written
from sudare.language import NOTHING, Text
from sudare.models import Model

if TYPE_CHECKING:
    from sudare.language import Language
    from sudare.widgets.forms.about import About

Raw: TypeAlias = Any
"""What stands in a control of the page, as JSON: text, a truth value, a list of texts …"""


class _LeftOut:
    """The value of an entry in which nothing was entered."""

    def __repr__(self) -> str:
        return "LEFT_OUT"


LEFT_OUT: Final = _LeftOut()

_RANGE = Text("範囲: {words}。", "Range: {words}.")
_DEFAULT = Text("既定: {value}。", "Default: {value}.")
_EXAMPLE = Text("例: {value}。", "Example: {value}.")


class Entry(ABC):
    """One entry. `blank` is what stands in its control when nothing is entered."""

    blank: Raw = ""
    tells_range = True  # whether the limits are told in words; some controls leave no way past them
    tells_example = True  # whether an example is told; what is chosen from a list needs none

    def __init__(self, about: About) -> None:
        """Take the description of the field."""
        self.about = about

    @property
    def path(self) -> str:
        """Where the field is, as in a spec."""
        return self.about.path

    @abstractmethod
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """Return what the page needs to build the control: `kind`, and what goes with it."""

    @abstractmethod
    def shown(self, plain: Any) -> Raw:  # noqa: ANN401 - plain data
        """Return what stands in the control for plain data of a spec."""

    @abstractmethod
    def read(self, raw: Raw) -> Any:  # noqa: ANN401 - plain data
        """Return plain data for what stands in the control, or LEFT_OUT. Raises Refused where it cannot be read."""

    def taken(self, before: Raw, raw: Raw) -> Raw:  # noqa: ARG002 - what was there matters to some entries only
        """Return what the control is to hold after the page sent something; mostly just that."""
        return raw

    @property
    def start(self) -> Raw:
        """What stands in the control of an empty form: the default."""
        return self.blank if self.about.default is None else self.shown(self.about.default)

    def described(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """Return everything that the page is told about the entry, in one language."""
        title = self.about.title.pick(lang)
        return {
            "path": self.path,
            "key": "" if title == self.about.key else self.about.key,
            "label": title,
            "help": self._help().pick(lang),
            "required": self.about.required,
            **self.control(lang, raw),
        }

    def _help(self) -> Text:
        bounds, default = self.about.range, self.about.default
        hints = [_RANGE.fill(words=bounds)] if self.tells_range and bounds != NOTHING else []
        hints.append(self.about.help)
        if is_scalar(default) and default not in (None, "", False):
            hints.append(_DEFAULT.fill(value=as_text(default)))
        if self.tells_example and self.about.example is not None and "例" not in self.about.help.ja:
            hints.append(_EXAMPLE.fill(value=_in_words(self.about.example)))
        return NOTHING.join(*hints)


def as_text(value: Any) -> str:  # noqa: ANN401 - a scalar of a spec
    """Write a scalar as it stands in a spec.

    >>> as_text(True), as_text(10)
    ('true', '10')
    """
    return str(as_written(value))


def is_scalar(value: Any) -> bool:  # noqa: ANN401 - plain data
    """Say whether plain data is one text or number."""
    return not isinstance(value, (dict, list, tuple, Model))


def _in_words(value: Any) -> Text:  # noqa: ANN401 - plain data of an example
    if is_scalar(value):
        return Text(as_text(value), as_text(value))
    texts = [as_text(one) for one in value]
    return Text("、".join(texts), ", ".join(texts))
