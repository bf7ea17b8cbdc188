"""Finds values of people that must not be there: in the processed table, in a reason, in a file beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from sudare.engines import sql
from sudare.japan.widths import plain
from sudare.profiles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation

SHORTEST = 4  # characters; shorter texts stand in too many innocent places
LONGEST = 64  # a longer value is looked for by its first 64 characters


@dataclass
class Known:
    """The texts of identifiers, in the form in which texts are compared, ready to be looked for in other texts."""

    by_length: dict[int, set[str]] = field(default_factory=dict)
    beginnings: set[str] = field(default_factory=set)

    def add(self, value: str) -> None:
        """Remember one identifier, if it is long enough to be told from chance."""
        text = plain(value)[:LONGEST]
        if len(text) >= SHORTEST:
            self.by_length.setdefault(len(text), set()).add(text)
            self.beginnings.add(text[:SHORTEST])

    def within(self, text: str) -> bool:
        """Say whether any identifier stands anywhere in a text."""
        folded = plain(text)
        for start in range(len(folded) - SHORTEST + 1):
            if folded[start : start + SHORTEST] in self.beginnings and any(
                folded[start : start + length] in values
                for length, values in self.by_length.items()
                if start + length <= len(folded)
            ):
                return True
        return False


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

    A text value counts from two characters on, a number as a whole number in the text. `allowed` are texts that may
    hold such a value for another reason: thresholds, labels and column names of the spec.
    """
    for word in sorted(allowed, key=len, reverse=True):
        text = text.replace(plain(word), "\n") if word else text
    numbers = set(_numbers(text))
    for column in relation.fields:
        value = column.text
        if column.type in {"integer", "decimal"}:
            found = [sql.same(value.copy(), exp.Literal.string(number)) for number in sorted(numbers)]
            stands = sql.any_of(found)
        else:
            long_enough = sql.at_least(exp.Length(this=value.copy()), sql.count(2))
            stands = exp.and_(long_enough, exp.Contains(this=exp.Literal.string(text), expression=value.copy()))
        rare = (
            relation.select(exp.alias_(exp.Literal.number(1), "found"))
            .where(stands)
            .group_by(value.copy())
            .having(sql.less_than(exp.Count(this=exp.Star()), sql.count(LIMIT)))
            .limit(1)
        )
        if engine.ask(rare):
            return column.name
    return None


def _numbers(text: str) -> Iterator[str]:
    number = ""
    for character in text + " ":
        if character in "0123456789" or (character == "." and number):
            number += character
            continue
        if number.rstrip("."):
            yield number.rstrip(".")
        number = ""
