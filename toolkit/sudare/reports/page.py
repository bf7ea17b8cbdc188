"""What every generated page has: the mark of what made it, a heading in both languages, and links from the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sudare.language import Language, Text

COMMAND: Final = "python -m sudare.reports.reference"
MADE: Final = f"<!-- {COMMAND} -->\n"
SECTIONS: Final[tuple[tuple[Language, str], ...]] = (("ja", "日本語"), ("en", "English"))


def titled(label: Text, written: str) -> str:
    """Head a page with its name in both languages, and how it is written in code or in a spec."""
    return f"{MADE}# {label.ja} / {label.en}\n\n`{written}`"


def linked(path: str, label: Text) -> str:
    """Link to a page by the name it has in code.

    >>> from sudare.language import Text
    >>> linked("techniques/bin.md", Text("階級", "bins"))
    '[`bin`](techniques/bin.md) 階級'
    """
    return f"[`{path.rpartition('/')[2].removesuffix('.md')}`]({path}) {label.ja}"
