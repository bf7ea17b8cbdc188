"""Finds values of people that must not be there: in the processed table, in a reason, in a file beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import UNIT
from sudare.japan.widths import plain
from sudare.profiles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation

SHORTEST = 4  # characters; shorter texts stand in too many innocent places
SHORTEST_NUMBER = 7  # digits; shorter numbers are counts, years and amounts as well
LONGEST = 64  # a longer value is looked for by its first 64 characters
_HASH = re.compile(r"[0-9a-f]{16,}")  # hashes and fingerprints, in which chance makes any number
_DIGITS = re.compile(r"[0-9]+")
_SPACES = (" ", "\u3000", "\t")
# Numbers of articles, items and fiscal years, which reasons cite.
_CITED = re.compile(r"第?[0-9]+[条項号章節]|(?:令和|平成)[0-9]+年度")


@dataclass
class Known:
    """The texts of identifiers, in the form in which texts are compared, ready to be looked for in other texts."""

    by_length: dict[int, set[str]] = field(default_factory=dict)
    beginnings: set[str] = field(default_factory=set)

    def add(self, value: str) -> None:
        """Remember one identifier, if it is long enough to be told from chance."""
        text = plain(value)[:LONGEST]
        if len(text) >= (SHORTEST_NUMBER if _DIGITS.fullmatch(text) else SHORTEST):
            self.by_length.setdefault(len(text), set()).add(text)
            self.beginnings.add(text[:SHORTEST])

    def within(self, text: str) -> bool:
        """Say whether any identifier stands anywhere in a text; a number within a hash does not count."""
        folded = plain(text)
        return any(
            self._stands_at(folded, start)
            for start in range(len(folded) - SHORTEST + 1)
            if folded[start : start + SHORTEST] in self.beginnings
        )

    def _stands_at(self, folded: str, start: int) -> bool:
        for length, values in self.by_length.items():
            part = folded[start : start + length]
            if part in values and not (_DIGITS.fullmatch(part) and _in_hash(folded, start, start + length)):
                return True
        return False


def _in_hash(text: str, start: int, end: int) -> bool:
    return any(
        found.start() <= start and end <= found.end() and not _DIGITS.fullmatch(found.group())
        for found in _HASH.finditer(text)
    )


def texts_of(engine: Engine, relation: Relation, column: Field) -> Iterator[str]:
    """Walk over the distinct texts of a column, missing ones left out."""
    distinct = relation.select(exp.alias_(column.text, "value")).where(sql.is_there(column.text)).distinct()
    for batch in engine.stream(distinct):
        yield from batch.column(0).to_pylist()


def known_texts(engine: Engine, relation: Relation, columns: Iterable[Field]) -> Known:
    """Gather the texts of identifying columns."""
    known = Known()
    for column in columns:
        for text in texts_of(engine, relation, column):
            known.add(text)
    return known


def left_in(engine: Engine, relation: Relation, known: Known, skip: frozenset[str]) -> tuple[str, ...]:
    """Return the columns of which some cell holds an identifier's text."""
    if not known.beginnings:
        return ()
    return tuple(
        column.name
        for column in relation.fields
        if column.name not in skip and any(known.within(text) for text in texts_of(engine, relation, column))
    )


def rare_value_in(engine: Engine, relation: Relation, text: str, allowed: Iterable[str]) -> str | None:
    """Return the first column of which a rare value stands in a text that people wrote, or None.

    A value is rare that fewer than ten people share. A text counts from two characters on, spaces aside; a number as
    a whole number in the text. `allowed` are texts that may hold such a value for another reason: thresholds, labels
    and column names of the spec. Numbers of articles and fiscal years (第4条, 令和8年度) are no values.
    """
    words = sorted((plain(word) for word in allowed), key=len, reverse=True)
    folded = _without(_CITED.sub("\n", _by_line(text, plain)), words)
    written = _without(_CITED.sub("\n", _by_line(text, _spaceless)), words)
    numbers = [exp.Literal.string(number) for number in sorted({*_numbers(folded)})]
    for column in relation.fields:
        value = column.text
        if column.type in {"integer", "decimal"}:
            stands = sql.one_of(value.copy(), numbers) if numbers else exp.false()
        else:
            bare = _bare(value)
            either = [exp.Contains(this=exp.Literal.string(form), expression=bare.copy()) for form in {folded, written}]
            stands = sql.all_of([sql.at_least(exp.Length(this=bare.copy()), sql.count(2)), sql.any_of(either)])
        rare = (
            relation.select(exp.alias_(exp.Literal.number(1), "found"))
            .where(stands)
            .group_by(value.copy())
            .having(sql.less_than(sql.distinct_count(sql.column(UNIT)), sql.count(LIMIT)))
            .limit(1)
        )
        if engine.ask(rare):
            return column.name
    return None


def _bare(value: sql.Term) -> sql.Term:
    for space in _SPACES:
        value = exp.Replace(this=value, expression=exp.Literal.string(space), replacement=exp.Literal.string(""))
    return value


def _by_line(text: str, form: Callable[[str], str]) -> str:
    return "\n".join(form(line) for line in text.splitlines())


def _spaceless(text: str) -> str:
    return "".join(text.split())


def _without(text: str, words: Iterable[str]) -> str:
    """Take words out of a text; a number only where it stands whole, a single sign never (it is part of other words)."""
    for word in words:
        if len(word) > 1 or _DIGITS.fullmatch(word):
            before = r"(?<![0-9.])" if word[0].isdecimal() else ""
            after = r"(?![0-9])" if word[-1].isdecimal() else ""
            text = re.sub(before + re.escape(word) + after, "\n", text)
    return text


def _numbers(text: str) -> Iterator[str]:
    """Walk over the numbers of a text, written as the engine writes them."""
    for found in re.findall(r"[0-9]+(?:\.[0-9]+)?", text):
        whole, _, places = found.partition(".")
        yield (whole.lstrip("0") or "0") + ("." + places.rstrip("0") if places.rstrip("0") else "")
        yield found
