"""The small parts that every page of the desk is put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sudare.language import Text
from sudare.widgets.part import Button, Field, Part, read_day, written_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from sudare.language import Language

V = TypeVar("V")


def heading(text: str, level: int = 3, about: str = "") -> Part:
    """Return a heading, with a line of explanation beneath it where there is one."""
    more = [words(about, "sudare-about")] if about else []
    return Part("div", children=[Part("heading", text=text, level=level), *more])


def words(text: str, kind: str = "", *, live: bool = False) -> Part:
    """Return a paragraph of plain text; `kind` is a word of the style sheet. One that is `live` is read out when it changes."""
    part = Part("words", text=text, live=live)
    if kind:
        part.add_class(kind)
    return part


def code(text: str, label: str) -> Part:
    """Return a text as it is written, which can be scrolled by keys; `label` says what it is."""
    return Part("code", "spec", text=text, label=label)


def page_of_report(markup: str, title: str) -> Part:
    """Return a whole page of ours in a frame of its own, in which no script runs."""
    return Part("frame", "report", text=markup, label=title)


def button(  # noqa: PLR0913 - what a button is, each by name
    text: str,
    act: Callable[[], object],
    *,
    help: str = "",  # noqa: A002 - the word of a form
    says: str = "",
    style: str = "",
    name: str = "",
    disabled: bool = False,
) -> Button:
    """Return a button. `says` is read out in place of the text, where that is a sign or stands many times on a page."""
    made = Button(text, act, name, help=help, says=says, disabled=disabled)
    if style:
        made.add_class(f"sudare-{style}")
    return made


def row(*parts: Part, name: str = "") -> Part:
    """Return parts beside one another, which go on beneath where the page is narrow."""
    made = Part("div", name, children=parts)
    made.add_class("sudare-row")
    return made


def column(*parts: Part, name: str = "", key: str = "") -> Part:
    """Return parts beneath one another."""
    return Part("div", name, key=key, children=parts)


def folded(title: str, *parts: Part, is_open: bool = False, key: str = "") -> Part:
    """Return parts that a click on their title shows or hides."""
    return Part("folded", "folded", key=key, children=parts, text=title, open=is_open)


def choice(  # noqa: PLR0913 - what a list is, each by name
    label: str,
    options: Sequence[tuple[str, V]],
    value: V,
    *,
    name: str = "",
    says: str = "",
    changed: Callable[[V], object] | None = None,
) -> Field[V]:
    """Return a list to choose one entry from. `says` is its label for whoever does not see where it stands."""
    values = [one for _, one in options]
    return Field(
        "choice",
        name,
        value,
        read=lambda raw: values[int(raw)],
        write=values.index,
        changed=changed,
        label=label,
        says=says,
        options=[text for text, _ in options],
    )


def several(label: str, options: Sequence[tuple[str, V]], value: Sequence[V], *, name: str) -> Field[tuple[V, ...]]:
    """Return a list to tick any number of entries in."""
    values = [one for _, one in options]
    return Field(
        "several",
        name,
        tuple(value),
        read=lambda raw: tuple(values[int(n)] for n in raw),
        write=lambda chosen: [values.index(one) for one in chosen],
        label=label,
        options=[text for text, _ in options],
    )


def text_field(  # noqa: PLR0913 - what a field is, each by name
    label: str,
    value: str = "",
    *,
    hint: str = "",
    help: str = "",  # noqa: A002 - the word of a form
    says: str = "",
    name: str = "",
    wide: bool = False,
    changed: Callable[[str], object] | None = None,
) -> Field[str]:
    """Return a field for one line of text, with its label."""
    told = {"label": label, "hint": hint, "help": help, "says": says, "wide": wide}
    return Field("text", name, value, read=str, write=str, changed=changed, **told)


def number(label: str, value: int, low: int, high: int, *, name: str) -> Field[int]:
    """Return a field for a whole number between two."""

    def read(raw: Any) -> int:  # noqa: ANN401 - what the page sent
        return min(max(int(raw), low), high)

    return Field("number", name, value, read=read, write=int, label=label, low=low, high=high)


def day(label: str, *, name: str) -> Field[date | None]:
    """Return a field for a day."""
    return Field("day", name, None, read=read_day, write=written_day, label=label)


def tick(label: str, value: bool, *, name: str) -> Field[bool]:  # noqa: FBT001 - the value of a tick
    """Return a box to tick, with its label."""
    return Field("tick", name, value, read=bool, write=bool, label=label)


def table(headers: Iterable[str], rows: Iterable[Iterable[str | Part]], caption: str = "", *, name: str = "") -> Part:
    """Return a table of texts, or of other parts."""
    lines = [
        Part("line", children=[words(cell) if isinstance(cell, str) else cell for cell in cells]) for cells in rows
    ]
    made = Part("table", "table", children=lines, heads=list(headers), caption=caption)
    if name:
        made.add_class(f"sudare-{name}")
    return made


def listed(names: Iterable[str], lang: Language) -> str:
    """Return names one after another."""
    return COMMA.pick(lang).join(names)


COMMA = Text("、", ", ")
