"""Finds values of people that must not be there: in the processed table, in a reason, in a file beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import UNIT
from sudare.japan.widths import plain, plain_all
from sudare.profiles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation

SHORTEST = 4  # characters; shorter texts stand in too many innocent places
SHORTEST_NUMBER = 7  # digits, outside text cells; shorter numbers are counts, years and amounts as well
LONGEST = 64  # a longer value is looked for by its first 64 characters
_HASH = re.compile(r"[0-9a-f]{16,}")  # hashes and fingerprints, in which chance makes any number
_SHORT_WORD = re.compile(r"[A-Za-z]{1,7}")  # stands in longer words by chance: nage in management
_LATIN = re.compile(r"[0-9A-Za-z]")
_DIGITS = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_DAY = re.compile(r"(?=([0-9]{4}-[0-9]{2}-[0-9]{2}))")  # wherever one may start, since it counts within more digits
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
        self._add(plain(value))

    def add_all(self, values: Sequence[str], beginnings: set[str] | None = None) -> None:
        """Remember many; with `beginnings`, only those whose first four characters are among them."""
        for text in plain_all(values):
            if beginnings is None or text[:SHORTEST] in beginnings:
                self._add(text)

    def _add(self, text: str) -> None:
        text = text[:LONGEST]
        if len(text) >= SHORTEST:
            self.by_length.setdefault(len(text), set()).add(text)
            self.beginnings.add(text[:SHORTEST])

    def within(self, text: str, shortest_number: int = SHORTEST_NUMBER) -> bool:
        """Say whether any identifier stands anywhere in a text, spaces and widths aside.

        A number within a hash does not count, nor a number of fewer than seven digits (or `shortest_number`) within a
        longer one, nor a short word in Latin letters within a longer one.
        """
        folded = plain(text)
        return any(
            self._stands_at(text, folded, start, shortest_number)
            for start in range(len(folded) - SHORTEST + 1)
            if folded[start : start + SHORTEST] in self.beginnings
        )

    def _stands_at(self, text: str, folded: str, start: int, shortest_number: int) -> bool:
        for length, values in self.by_length.items():
            part, end = folded[start : start + length], start + length
            if part not in values:
                continue
            if _DIGITS.fullmatch(part) and not _is_number(folded, start, end, shortest_number):
                continue
            if not _SHORT_WORD.fullmatch(part) or _is_whole_word(text, folded, start, end):
                return True
        return False


def _is_number(text: str, start: int, end: int, shortest: int) -> bool:
    if end - start < SHORTEST_NUMBER and any(part.isdigit() for part in (text[start - 1 : start], text[end : end + 1])):
        return False
    return end - start >= shortest and not _in_hash(text, start, end)


def _in_hash(text: str, start: int, end: int) -> bool:
    return any(
        found.start() <= start and end <= found.end() and not _DIGITS.fullmatch(found.group())
        for found in _HASH.finditer(text)
    )


def _is_whole_word(text: str, folded: str, start: int, end: int) -> bool:
    words = [plain(word) for word in text.split()]
    cuts = {0, *accumulate(map(len, words))}
    if len(folded) not in cuts:
        return True  # folding moved the letters: better one alarm too many
    return all(
        place in cuts or not _LATIN.fullmatch(folded[outside]) for place, outside in ((start, start - 1), (end, end))
    )


def texts_of(engine: Engine, relation: Relation, column: Field) -> Iterator[str]:
    """Walk over the distinct texts of a column, missing ones left out."""
    for batch in _distinct(engine, relation, column):
        yield from batch


def _distinct(engine: Engine, relation: Relation, column: Field) -> Iterator[list[str]]:
    values = relation.select(column.value).where(sql.is_there(column.value)).distinct()
    # Written as text only then: numbers repeat, and writing them is slow.
    texts = exp.select(exp.alias_(column.text, "value")).from_(values.subquery("v")).distinct()
    for batch in engine.stream_again(values if column.type == "text" else texts):
        yield batch.column(0).to_pylist()


def known_texts(
    engine: Engine, relation: Relation, columns: Iterable[Field], within: Iterable[str] | None = None
) -> Known:
    """Gather the texts of identifying columns; with `within`, only those that could stand in one of these texts."""
    known = Known()
    beginnings = None if within is None else {part for text in within for part in _parts(plain(text))}
    for column in columns:
        for texts in _distinct(engine, relation, column):
            known.add_all(texts, beginnings)
    return known


def _parts(text: str) -> Iterator[str]:
    return (text[start : start + SHORTEST] for start in range(len(text) - SHORTEST + 1))


def left_in(engine: Engine, relation: Relation, known: Known, skip: frozenset[str]) -> tuple[str, ...]:
    """Return the columns of which some cell holds an identifier's text."""
    if not known.beginnings:
        return ()

    def holds(column: Field) -> bool:
        shortest = SHORTEST if column.type == "text" else SHORTEST_NUMBER
        return any(known.within(text, shortest) for text in texts_of(engine, relation, column))

    return tuple(column.name for column in relation.fields if column.name not in skip and holds(column))


def rare_value_in(engine: Engine, relation: Relation, text: str, allowed: Iterable[str]) -> str | None:
    """Return the first column of which a rare value stands in a text that people wrote, or None.

    A value is rare that fewer than ten people share. A text counts from two characters on, spaces aside; a number as
    a whole number in the text. `allowed` are texts that may stand there for another reason, such as thresholds, labels
    and column names of the spec: what lies within one of them does not count, nor do numbers of articles and fiscal
    years (第4条, 令和8年度).
    """
    words = [plain(word) for word in allowed if word]
    # In both forms: values stand in the data in half width or full width, and are looked for as they stand there.
    forms = [_Written.of(text, form, words) for form in (plain, _spaceless)]
    numbers = [exp.Literal.string(number) for number in sorted(forms[0].numbers())]
    days = [sql.literal(day, "date") for day in sorted(set().union(*(form.days() for form in forms)))]
    for column in relation.fields:
        value = column.text if column.type in {"integer", "decimal", "date"} else _bare(column.text)
        if column.type in {"integer", "decimal"}:
            stands = sql.one_of(value.copy(), numbers) if numbers else exp.false()
        elif column.type == "date":
            stands = sql.one_of(column.value, days) if days else exp.false()
        else:
            inside = [exp.Contains(this=exp.Literal.string(form.text), expression=value.copy()) for form in forms]
            stands = sql.all_of([sql.at_least(exp.Length(this=value.copy()), sql.count(2)), sql.any_of(inside)])
        rare = (
            relation.select(exp.alias_(value, "value"))
            .where(stands)
            .group_by(value.copy())
            .having(sql.less_than(sql.distinct_count(sql.column(UNIT)), sql.count(LIMIT)))
        )
        found = [str(row["value"]) for row in engine.ask(rare)]
        if found and (column.type in {"integer", "decimal"} or any(form.holds(one) for form in forms for one in found)):
            return column.name
    return None


@dataclass(frozen=True)
class _Written:
    """A text that people wrote, and the stretches of it that stand there for a reason of their own."""

    text: str
    excused: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str, form: Callable[[str], str], words: Iterable[str]) -> _Written:
        lines = "\n".join(form(line) for line in text.splitlines())
        patterns = [_CITED, *(_whole(word) for word in words)]
        return cls(lines, tuple(found.span() for pattern in patterns for found in pattern.finditer(lines)))

    def holds(self, value: str) -> bool:
        starts = (found.start() for found in re.finditer(f"(?={re.escape(value)})", self.text))
        return any(self._counts((start, start + len(value))) for start in starts)

    def numbers(self) -> set[str]:
        found = [match for match in _NUMBER.finditer(self.text) if self._counts(match.span())]
        return {form for match in found for form in (match.group(), _as_number(match.group()))}

    def days(self) -> set[str]:
        """Return what a date of the data could be written like."""
        return {match.group(1) for match in _DAY.finditer(self.text) if _is_day(match.group(1))}

    def _counts(self, span: tuple[int, int]) -> bool:
        return not any(start <= span[0] and span[1] <= end for start, end in self.excused)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _whole(word: str) -> re.Pattern[str]:
    """Find a word; a number at its ends must not go on."""
    before = r"(?<![0-9.])" if word[:1].isdecimal() else ""
    after = r"(?![0-9])" if word[-1:].isdecimal() else ""
    return re.compile(before + re.escape(word) + after)


def _bare(value: sql.Term) -> sql.Term:
    spaces = [exp.Literal.string(space) for space in _SPACES]
    bare = value.copy()
    for space in spaces:
        bare = exp.Replace(this=bare, expression=space.copy(), replacement=exp.Literal.string(""))
    # Few values hold a space, and looking for one is far cheaper than replacing none.
    spaced = sql.any_of(exp.Contains(this=value.copy(), expression=space) for space in spaces)
    return sql.first_true([(spaced, bare)], value)


def _spaceless(text: str) -> str:
    return "".join(text.split())


def _as_number(text: str) -> str:
    """Write a number as the engine does: no zeros before it or behind its places."""
    whole, _, places = text.partition(".")
    return (whole.lstrip("0") or "0") + (f".{places.rstrip('0')}" if places.rstrip("0") else "")
