"""What a cell of a lesson shows: paragraphs, tables and code as HTML and as plain text, with a widget where one is live.

A saved notebook keeps the HTML and the text only. They hold what the widget says, so that a notebook that nobody runs
can be read, and a comparison of outputs, which leaves widgets out, compares every decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ipywidgets as widgets

    from sudare.language import Language

MOST_ROWS = 20
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_MORE = Text("（ほか {n} 行）", "({n} more rows)")
_CELL = "text-align:left;padding:0.2em 0.8em;border-bottom:1px solid var(--jp-border-color2,#bbb)"
_NOTE = "border-left:0.3em solid var(--jp-brand-color1,#1565c0);padding:0.4em 0.8em;margin:0.6em 0"
_ALERT = "border:2px solid var(--jp-error-color1,#b71c1c);padding:0.4em 0.8em;margin:0.6em 0"
_CODE = (
    "background:var(--jp-layout-color2,#eee);color:var(--jp-content-font-color1,#111);"
    "padding:0.6em 0.8em;overflow-x:auto;white-space:pre;line-height:1.4;"
    "font-family:var(--jp-code-font-family,monospace)"
)


class Block(Protocol):
    """A part of what is shown."""

    def html(self) -> str:
        """Return the part as HTML, escaped."""

    def text(self) -> str:
        """Return the part as plain text."""


@dataclass(frozen=True)
class Say:
    """A paragraph; `style` is "note" for what is to be remembered and "alert" for what was refused."""

    words: str
    style: str = ""

    def html(self) -> str:
        """Return the paragraph."""
        kind = {"note": f' style="{_NOTE}"', "alert": f' role="alert" style="{_ALERT}"'}.get(self.style, "")
        return f"<p{kind}>{escape(self.words)}</p>"

    def text(self) -> str:
        """Return the words."""
        return self.words


@dataclass(frozen=True)
class Grid:
    """A table with a title and a header. For invented cells and for figures, never for a user's records."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def html(self) -> str:
        """Return the table; each column has a header cell."""
        head = "".join(f'<th scope="col" style="{_CELL}">{escape(name)}</th>' for name in self.columns)
        rows = ("".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in row) for row in self.rows)
        body = "".join(f"<tr>{cells}</tr>" for cells in rows)
        caption = f'<caption style="text-align:left;font-weight:bold">{escape(self.title)}</caption>'
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def text(self) -> str:
        """Return the table with bars between its cells."""
        return "\n".join([self.title, " | ".join(self.columns), *(" | ".join(row) for row in self.rows)])


@dataclass(frozen=True)
class Code:
    """Text that stands as it is, such as a step of a spec."""

    words: str

    def html(self) -> str:
        """Return the text in a frame of its own, which scrolls where it is too wide."""
        return f'<pre style="{_CODE}" tabindex="0">{escape(self.words)}</pre>'

    def text(self) -> str:
        """Return the text."""
        return self.words


@dataclass(frozen=True)
class Shown:
    """What one cell shows."""

    blocks: tuple[Block, ...]
    widget: widgets.Widget | None = None
    more: dict[str, Any] = field(default_factory=dict)  # by MIME type, such as a chart's picture

    def html(self) -> str:
        """Return the blocks as HTML."""
        return "".join(block.html() for block in self.blocks)

    def __repr__(self) -> str:
        return "\n".join(block.text() for block in self.blocks)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude  # every form is cheap and is given
        bundle: dict[str, Any] = {"text/plain": repr(self), **self.more}
        if not self.more:
            bundle["text/html"] = self.html()
        if self.widget is not None:
            view = self.widget._repr_mimebundle_() or {}
            bundle[WIDGET_VIEW] = view[WIDGET_VIEW]
        return bundle


def rows_of(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], lang: Language) -> list[Block]:
    """Return an invented table: its first rows, and how many more there are."""
    more = len(rows) - MOST_ROWS
    left: list[Block] = [Say(_MORE.fill(n=more).pick(lang))] if more > 0 else []
    return [Grid(title, columns, rows[:MOST_ROWS]), *left]


class Live:
    """Blocks that are told anew whenever something was chosen: cells below a choice follow it."""

    def __init__(self) -> None:
        """Start with nothing shown."""
        self._shown: list[tuple[widgets.HTML, Callable[[], tuple[Block, ...]]]] = []

    def show(self, tell: Callable[[], tuple[Block, ...]]) -> Shown:
        """Show what `tell` says now, and what it says after each choice."""
        import ipywidgets

        now = Shown(tell())
        place = ipywidgets.HTML(_spaced(now), layout=ipywidgets.Layout(width="auto", max_width="100%"))
        self._shown.append((place, tell))
        return Shown(now.blocks, place)

    def renew(self) -> None:
        """Tell everything anew."""
        for place, tell in self._shown:
            place.value = _spaced(Shown(tell()))


def _spaced(shown: Shown) -> str:
    """Return the HTML with lines as far apart as elsewhere on the page; a widget would stretch them to its height."""
    return f'<div style="line-height:1.5">{shown.html()}</div>'
