"""How a result shows itself in a notebook: a small table in the reader's language, everything escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from sudare.language import Text, preferred

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sudare.errors import Problem
    from sudare.language import Language


def html_table(title: Text, rows: Iterable[tuple[Text, Text]], lang: Language | None = None) -> str:
    """Return a titled two-column table as HTML.

    >>> html_table(Text("点検", "check"), [(Text("<a>", "<a>"), Text("1", "1"))], "en")
    '<table><caption>check</caption><tr><th>&lt;a&gt;</th><td>1</td></tr></table>'
    """
    chosen = lang or preferred()
    lines = (f"<tr><th>{escape(a.pick(chosen))}</th><td>{escape(b.pick(chosen))}</td></tr>" for a, b in rows)
    return f"<table><caption>{escape(title.pick(chosen))}</caption>{''.join(lines)}</table>"


def html_grid(title: Text, columns: Iterable[str], rows: Iterable[Iterable[str]], lang: Language | None = None) -> str:
    """Return a titled table with a header as HTML. For lists of ours and invented examples, never for the user's data.

    >>> html_grid(Text("例", "example"), ["a"], [["<1>"]], "en")
    '<table><caption>example</caption><tr><th>a</th></tr><tr><td>&lt;1&gt;</td></tr></table>'
    """
    header = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><caption>{escape(title.pick(lang or preferred()))}</caption><tr>{header}</tr>{body}</table>"


def problem_row(problem: Problem) -> tuple[Text, Text]:
    """Return a problem as a row: its place, and what it says."""
    return Text(problem.where, problem.where), problem.message
