"""Texts that stand in Japanese and English side by side, where they are defined."""

from __future__ import annotations

import locale
import os
from typing import Literal, NamedTuple

Language = Literal["ja", "en"]


class Text(NamedTuple):
    """One text in both languages.

    >>> Text("簾", "blind").pick("en")
    'blind'
    """

    ja: str
    en: str

    def pick(self, lang: Language) -> str:
        """Return the text in one language."""
        return self.ja if lang == "ja" else self.en

    def fill(self, **words: object) -> Text:
        """Fill the placeholders of both languages; a `Text` among the words is filled in its own language.

        >>> Text("列「{name}」", "column '{name}'").fill(name="年齢").ja
        '列「年齢」'
        """
        both = [
            {key: word.pick(lang) if isinstance(word, Text) else word for key, word in words.items()}
            for lang in ("ja", "en")
        ]
        return Text(self.ja.format_map(both[0]), self.en.format_map(both[1]))

    def join(self, *others: Text, by: str = " ") -> Text:
        """Put several texts after one another, leaving out the empty ones."""
        texts = (self, *others)
        return Text(by.join(t.ja for t in texts if t.ja), by.join(t.en for t in texts if t.en))


NOTHING = Text("", "")


def preferred() -> Language:
    """Return the language to speak when nobody chose one: `SUDARE_LANG`, else the locale."""
    chosen = os.environ.get("SUDARE_LANG", "")
    if chosen in {"ja", "en"}:
        return "ja" if chosen == "ja" else "en"
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    named = next((name for name in names if name), locale.getlocale()[0] or "")
    return "ja" if named.lower().startswith(("ja", "japanese")) else "en"
