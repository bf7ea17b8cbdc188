"""The three legal regimes: names, words and article numbers, each with a mark where nobody checked it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Literal

from pydantic import model_validator

from sudare.language import Language, Text
from sudare.law.guideline import pick, standard
from sudare.law.reading import BothLanguages, toml
from sudare.models import Model, Words

UNVERIFIED = Text("（未確認）", " (unverified)")


class Provision(Model):
    """One number of a provision, and whether and where it was checked."""

    article: BothLanguages
    verified: bool
    verified_at: Words | None = None

    @property
    def text(self) -> Text:
        """The number as it may be printed: with a mark where it was not checked."""
        return self.article if self.verified else self.article.join(UNVERIFIED, by="")

    def shown(self, lang: Language) -> str:
        """Return the number as it may be printed, in one language.

        >>> regime("gov-current").article("contract").shown("ja")
        '法115条（未確認）'
        """
        return self.text.pick(lang)

    @model_validator(mode="after")
    def _says_where_it_was_checked(self) -> Provision:
        if self.verified != (self.verified_at is not None):
            message = "an article is verified exactly where it says where it was checked"
            raise ValueError(message)
        return self


class Article(Provision):
    """The provision on one subject under a regime."""

    subject: Words
    title: BothLanguages
    note: BothLanguages | None = None


class Regime(Model):
    """A legal regime: it changes words and article numbers, never the algorithms."""

    id: Literal["gov-2017", "gov-current", "private-current"]
    title: BothLanguages
    output: BothLanguages
    lessons_only: bool
    note: BothLanguages
    terms: Mapping[str, BothLanguages]
    articles: tuple[Article, ...]

    def article(self, subject: str) -> Article:
        """Return the article on a subject. Raises `unknown-article`, with the near match."""
        return pick(subject, {one.subject: one for one in self.articles}, "unknown-article")

    def term(self, id: str) -> Text:  # noqa: A002 - the word the files use
        """Return the regime's own word. Raises `unknown-term`, with the near match.

        >>> regime("gov-2017").term("security-measures").ja
        '安全確保の措置'
        """
        return pick(id, dict(self.terms), "unknown-term")


@functools.cache
def regimes() -> tuple[Regime, ...]:
    """Return the three regimes.

    >>> [one.id for one in regimes()]
    ['gov-2017', 'gov-current', 'private-current']
    """
    return tuple(Regime.model_validate(one) for one in toml("regimes.toml")["regimes"])


def regime(id: str) -> Regime:  # noqa: A002 - the word the files use
    """Return one regime. Raises `unknown-regime`, with the near match."""
    return pick(id, {one.id: one for one in regimes()}, "unknown-regime")


def item_of(regime: Regime, number: int) -> Text:
    """Return the item of the rule that a standard stands in, with a mark where nobody checked the number.

    >>> item_of(regimes()[1], 4).ja
    '施行規則62条4号'
    """
    rule = regime.article("processing-standard-rule")
    if regime.id == "private-current":  # no item numbers are recorded for this rule: the article alone is printed
        return rule.text
    about = standard(number)
    item = about.rule_2017 if regime.id == "gov-2017" else about.rule_current
    return item if rule.verified else item.join(UNVERIFIED, by="")
