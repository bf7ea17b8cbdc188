"""The five standards, and what a technique may cite."""

from __future__ import annotations

import functools
import re
from typing import Literal, TypeVar

from pydantic import model_validator

from sudare.errors import Problem, UsageError, did_you_mean
from sudare.language import Text
from sudare.law.reading import BothLanguages, toml
from sudare.models import Model, Words

_ID = re.compile(r"[a-z0-9/-]{1,40}")


class Standard(Model):
    """One of the five standards: what it asks for, and where it stands."""

    id: Literal["1", "2", "3", "4", "5"]
    section: Words
    page: int
    title: BothLanguages
    rule_2017: BothLanguages
    rule_current: BothLanguages
    explanation: BothLanguages


class Citation(Model):
    """What a technique rests on: a row of Table 1, another place of the guideline, or a rule of our own."""

    id: Words
    basis: Literal["table1", "guideline", "product"]
    section: Words | None = None
    page: int | None = None
    title: BothLanguages
    explanation: BothLanguages

    @property
    def source(self) -> Text:
        """Where to look it up.

        >>> cite("table1/deletion").source.en
        'guideline of March 2017, Table 1, p. 16'
        """
        if self.section is None:
            return Text("本ソフトウェアの決まり", "a rule of sudare")
        section = self.section.replace("別表", "Table ").replace("※", "note")
        return Text(
            f"ガイドライン（2017年3月）{self.section}（{self.page}頁）",
            f"guideline of March 2017, {section}, p. {self.page}",
        )

    @model_validator(mode="after")
    def _has_a_place_unless_it_is_ours(self) -> Citation:
        if (self.basis == "product") != (self.section is None) or (self.section is None) != (self.page is None):
            message = "a citation of the guideline has a section and a page, a rule of sudare has neither"
            raise ValueError(message)
        return self


@functools.cache
def standards() -> tuple[Standard, ...]:
    """Return the five standards, in order.

    >>> [standard.section for standard in standards()]
    ['3-2-1', '3-2-2', '3-2-3', '3-2-4', '3-2-5']
    """
    return tuple(Standard.model_validate(one) for one in toml("standards.toml")["standards"])


def standard(number: int | str) -> Standard:
    """Return one standard, 1 to 5. Raises `unknown-standard`.

    >>> standard(4).title.ja
    '特異な記述等'
    """
    found = next((one for one in standards() if one.id == str(number)), None)
    if found is None:
        what = Text("基準は 1 から 5 までです。", "the standards are 1 to 5.")
        raise UsageError(Problem("unknown-standard", "standards", what))
    return found


@functools.cache
def citations() -> tuple[Citation, ...]:
    """Return everything a technique may cite: the rows of Table 1, its note, and the notes besides."""
    return tuple(Citation.model_validate(one) for one in toml("table1.toml")["citations"])


def table1() -> tuple[Citation, ...]:
    """Return the seven rows of Table 1, in order, without its note.

    >>> len(table1())
    7
    """
    return tuple(one for one in citations() if one.basis == "table1" and one.id != "table1/other")


def cite(id: str) -> Citation:  # noqa: A002 - the word the files use
    """Return what a technique cites, such as `table1/deletion` or `note/keep`.

    Raises `unknown-citation`, with the near match.
    """
    return pick(id, {one.id: one for one in citations()}, "unknown-citation")


Noun = TypeVar("Noun")


def pick(id: str, known: dict[str, Noun], code: str) -> Noun:  # noqa: A002 - the word the files use
    """Return what has this id, or raise with the near match; a text that is no id of ours is not repeated."""
    if id in known:
        return known[id]
    what = Text("知らない名前です。", "there is no such id.")
    if _ID.fullmatch(id):
        what = Text("「{id}」はありません。", "there is no '{id}'.").fill(id=id)
    hint = did_you_mean(id, known)
    listed = Text("あるもの: {all}", "There are: {all}").fill(all=", ".join(known))
    raise UsageError(Problem(code, "law", what, hint if hint.en else listed))
