"""What is known of one column: counts, shares and forms. A value that few records hold never leaves the engine."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

from sudare.engines import sql
from sudare.profiles.distribution import MOST, Bar, categories, distribution
from sudare.profiles.small_counts import LIMIT, shown, shown_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation
    from sudare.language import Language
    from sudare.tables.schema import Type

LISTED: Final = 10  # frequent values and forms


@dataclass(frozen=True)
class Held:
    """A value or a form, and how many records hold it: at least the small-count limit."""

    what: str
    count: int | str  # ">=10" where the exact number would tell how many hold the few others


@dataclass(frozen=True)
class Lengths:
    """How many characters the texts of a column have. What lies beyond the ends is held by fewer than the limit."""

    shortest: int
    longest: int
    mean: float

    def to_dict(self) -> dict[str, float]:
        """Return the stable keys."""
        return {"shortest": self.shortest, "longest": self.longest, "mean": self.mean}


@dataclass(frozen=True)
class ColumnFacts:
    """One column. Missing cells and misfits are counted, and are no values."""

    name: str = field(repr=False)
    type: Type
    missing: int | str
    misfits: int | str  # cells that are not of the guessed type; they are looked at as no value
    distinct: int  # different values, exactly
    unique_share: float  # values that occur once, of the cells that hold a value; 0 where none does
    entropy: float  # Shannon's, in bits
    evenness: float  # entropy by the most that so many values could have; 0 where there is but one
    frequent: tuple[Held, ...] = field(repr=False)
    bins: tuple[Bar, ...] = field(repr=False)
    lengths: Lengths | None  # of texts only
    patterns: tuple[Held, ...]  # of texts only; counted among the rows looked at

    def to_dict(self, lang: Language) -> dict[str, Any]:
        """Return the stable keys, labels of bins in a language."""
        return {
            "name": self.name,
            "type": self.type,
            "missing": self.missing,
            "misfits": self.misfits,
            "distinct": self.distinct,
            "unique_share": self.unique_share,
            "entropy": self.entropy,
            "evenness": self.evenness,
            "frequent": [{"value": one.what, "count": one.count} for one in self.frequent],
            "bins": [{"label": bar.label.pick(lang), "count": bar.count} for bar in self.bins],
            "lengths": None if self.lengths is None else self.lengths.to_dict(),
            "patterns": [{"pattern": one.what, "count": one.count} for one in self.patterns],
        }


def column_facts(
    engine: Engine,
    relation: Relation,
    rows: int,
    *,
    misfits: Mapping[str, int],
    patterns: Mapping[str, Counter[str]],
) -> Iterator[ColumnFacts]:
    """Walk over the facts of each column of a table that no step has hidden cells of.

    A column's values are counted once, in the engine; the lengths of all texts are counted in one pass more.
    `patterns` holds the forms of the texts in the rows looked at.
    """
    lengths = _lengths(engine, relation)
    for one in relation.fields:
        counted = _counted(engine, relation, one)
        present, distinct = int(counted["present"] or 0), int(counted["distinct"])
        common = [(str(held["v"]), -int(held["s"])) for held in counted["common"] or ()]
        entropy = math.log2(present) - float(counted["spread"]) / present if present else 0.0
        most = math.log2(distinct) if distinct > 1 else 0.0
        faulty = misfits.get(one.name, 0)
        texts = one.type in {"text", "boolean"}
        yield ColumnFacts(
            name=one.name,
            type=one.type,
            missing=shown(rows - present - faulty),
            misfits=shown(faulty),
            distinct=distinct,
            unique_share=round(int(counted["single"]) / present, 6) if present else 0.0,
            entropy=abs(round(entropy, 3)),
            evenness=min(1.0, abs(round(entropy / most, 3))) if most else 0.0,
            frequent=held_by_enough(common, present),
            bins=tuple(categories(common, present, LIMIT) if texts else distribution(engine, relation, one).bars),
            lengths=lengths.get(one.id),
            patterns=held_by_enough(*_ranked(patterns.get(one.name, {}))),
        )


def held_by_enough(sizes: Iterable[tuple[str, int]], whole: int) -> tuple[Held, ...]:
    """Return the first values that enough records hold, with their counts as they may be shown."""
    kept = [(what, size) for what, size in sizes if size >= LIMIT][:LISTED]
    counts = shown_of([size for _, size in kept], whole)
    return tuple(Held(what, count) for (what, _), count in zip(kept, counts, strict=True))


def _ranked(sizes: Mapping[str, int]) -> tuple[list[tuple[str, int]], int]:
    return sorted(sizes.items(), key=lambda item: (-item[1], item[0])), sum(sizes.values())


def _counted(engine: Engine, relation: Relation, one: Field) -> dict[str, Any]:
    """Count the values of a column: all in one question, since the values themselves may be as many as the rows."""
    inner = (
        relation.select(exp.alias_(one.value, "v"), exp.alias_(sql.row_count(), "n"))
        .where(sql.is_there(one.value))
        .group_by(one.value)
    )
    value, size = exp.column("v"), exp.column("n")
    # The least of these is the most frequent value; of values equally frequent, the text decides, always alike.
    entry = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier("s"), expression=exp.Neg(this=size)),
            exp.PropertyEQ(this=exp.to_identifier("v"), expression=sql.number_text(value, one.type)),
        ]
    )
    enough = exp.Where(this=sql.at_least(size.copy(), sql.count(LIMIT)))
    common = exp.Filter(this=exp.Min(this=entry, count=exp.Literal.number(MOST)), expression=enough)
    bits = exp.Log(this=exp.Literal.number(2), expression=sql.cast(size.copy(), "decimal"))
    asked = {
        "distinct": sql.row_count(),
        "present": exp.Sum(this=size.copy()),
        "single": exp.Coalesce(
            this=exp.Sum(this=sql.one_where(exp.EQ(this=size.copy(), expression=sql.count(1)))),
            expressions=[sql.count(0)],
        ),
        "spread": exp.Sum(this=sql.times(sql.cast(size.copy(), "decimal"), bits)),
        "common": common,
    }
    [row] = engine.ask(exp.select(*(exp.alias_(term, name) for name, term in asked.items())).from_(inner.subquery("g")))
    return row


def _lengths(engine: Engine, relation: Relation) -> dict[str, Lengths]:
    texts = [one for one in relation.fields if one.type == "text"]
    if not texts:
        return {}
    counts = (
        exp.alias_(exp.Anonymous(this="histogram", expressions=[exp.Length(this=one.value)]), one.id) for one in texts
    )
    [row] = engine.ask(relation.select(*counts))
    found = ((one.id, _gathered(row[one.id] or ())) for one in texts)
    return {name: lengths for name, lengths in found if lengths is not None}


def _gathered(sizes: Sequence[tuple[int, int]]) -> Lengths | None:
    """Return lengths whose ends hold enough records; None where all together are too few."""
    ordered = sorted((int(length), int(size)) for length, size in sizes)
    whole = sum(size for _, size in ordered)
    if whole < LIMIT:
        return None
    mean = sum(length * size for length, size in ordered) / whole
    return Lengths(_reached(ordered), _reached(ordered[::-1]), round(mean, 1))


def _reached(ordered: Iterable[tuple[int, int]]) -> int:
    """Return the first length up to which, from one end, enough records lie."""
    lengths = [length for length, size in ordered for _ in range(min(size, LIMIT))]
    return lengths[LIMIT - 1]
