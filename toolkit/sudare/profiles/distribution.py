"""The distribution of one column in bins that each hold enough records to be shown."""

from __future__ import annotations

import functools
import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import UNIT
from sudare.language import Text
from sudare.profiles.small_counts import LIMIT, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation

MOST = 20  # bars; more is no longer read
REACH = 100  # bins beyond the middle nine tenths; what lies further is in an open end in any case
_REST = Text("その他", "others")


@dataclass(frozen=True)
class Bar:
    """One bar: what it stands for, and how many records. Never fewer than the small-count limit."""

    label: Text
    count: int


@dataclass(frozen=True)
class Distribution:
    """The bars of one column, with how many cells are missing or hidden ("<10" where few)."""

    bars: tuple[Bar, ...]
    missing: int | str
    hidden: int | str


def distribution(
    engine: Engine, relation: Relation, field: Field, limit: int = LIMIT, *, people: bool = False
) -> Distribution:
    """Count a column's values, gathering what is rare until each bar holds at least `limit` records.

    Numbers and dates are counted in bins whose outer ends are open: no bin ends where fewer than `limit` records lie
    on either side, so that neither end tells an extreme value. Missing and hidden cells are counted beside the bars.
    Values that too few share appear nowhere. With `people`, a bar needs as many different people; its count is still
    of records. A record whose unit is missing is nobody's: it is counted, and shares nothing.
    """
    ask = _categories if field.type in {"text", "boolean"} else _bins
    bars, missing, hidden = ask(engine, relation, field, limit, people=people)
    return Distribution(tuple(bars), shown(missing, limit), shown(hidden, limit))


def _total(condition: sql.Term, rows: sql.Term | None = None) -> sql.Term:
    return exp.Sum(this=sql.first_true([(condition, rows or sql.count(1))], sql.count(0)))


def _categories(
    engine: Engine, relation: Relation, field: Field, limit: int, *, people: bool
) -> tuple[list[Bar], int, int]:
    # Counted once, and kept: the questions after that are asked of as many rows as there are values.
    asked = {"value": field.text, "masked": field.hidden, "size": sql.row_count(), "sharers": _sharers(people)}
    grouped = relation.select(*(exp.alias_(term, name) for name, term in asked.items()))
    counted = engine.tabulate(grouped.group_by(field.text, *([field.hidden] if field.masked else [])), ())
    value, masked, size, sharers = (exp.column(name) for name in asked)
    absent = sql.all_of([sql.is_missing(value), sql.not_(masked)])
    totals = {"there": sql.is_there(value), "missing": absent, "hidden": masked}
    [whole] = engine.ask(
        counted.select(*(exp.alias_(_total(condition, size), name) for name, condition in totals.items()))
    )
    common = (
        counted.select(value, size)
        .where(sql.all_of([sql.is_there(value), sql.at_least(sharers, sql.count(limit))]))
        .order_by("size DESC", '"value" NULLS LAST')
        .limit(MOST)
    )
    sizes = [(str(row["value"]), int(row["size"])) for row in engine.ask(common)]
    outside = functools.partial(_outside, engine, relation, field.text) if people else None
    bars = categories(sizes, int(whole["there"] or 0), limit, outside)
    return bars, int(whole["missing"] or 0), int(whole["hidden"] or 0)


def categories(
    common: Sequence[tuple[str, int]], there: int, limit: int, outside: Callable[[Sequence[Bar]], int] | None = None
) -> list[Bar]:
    """Return the bars of the commonest values, from the most frequent one, and one for all others.

    `there` is how many cells hold a value; `outside` says how many people share the values that get no bar, where
    people are counted and not records.
    """
    bars = [Bar(Text(value, value), size) for value, size in common]
    rest = there - sum(bar.count for bar in bars)
    while rest:
        sharing = rest if outside is None else outside(bars)
        if sharing >= limit or not bars:
            return [*bars, Bar(_REST, rest)] if sharing >= limit else []
        rest += bars.pop().count  # a rest of few would tell how many they are
    return bars


def _outside(engine: Engine, relation: Relation, value: sql.Term, bars: Sequence[Bar]) -> int:
    """Return how many people share the values that got no bar of their own."""
    others = sql.is_there(value.copy())
    if bars:
        named = [exp.Literal.string(bar.label.ja) for bar in bars]
        others = sql.all_of([others, sql.not_(sql.one_of(value.copy(), named))])
    [row] = engine.ask(relation.select(exp.alias_(_sharers(people=True), "sharers")).where(others))
    return int(row["sharers"])


def _sharers(people: bool) -> sql.Term:  # noqa: FBT001 - a word of the caller's, passed on
    return sql.distinct_count(sql.column(UNIT)) if people else sql.row_count()


def _bins(engine: Engine, relation: Relation, field: Field, limit: int, *, people: bool) -> tuple[list[Bar], int, int]:
    number = field.value if field.type in {"integer", "decimal"} else sql.year_of(field.value)
    real = sql.cast(number, "decimal")
    absent = sql.all_of([sql.is_missing(field.value), sql.not_(field.hidden)])
    totals = exp.alias_(_total(absent), "missing"), exp.alias_(_total(field.hidden), "hidden")
    [row] = engine.ask(relation.select(exp.alias_(_middle(real), "ends"), *totals))
    missing, hidden = int(row["missing"] or 0), int(row["hidden"] or 0)
    if not row["ends"] or row["ends"][0] is None:
        return [], missing, hidden
    low, high = map(float, row["ends"])
    step = nice_width(high / 12 - low / 12, whole=field.type != "decimal")
    reach = (finite(low - REACH * step), finite(high + REACH * step))
    bottom, top = (sql.literal(str(end), "decimal") for end in reach)
    near = sql.first_true([(sql.less_than(real, bottom), bottom), (sql.less_than(top, real.copy()), top)], real.copy())
    place = exp.Floor(this=exp.Div(this=exp.paren(near), expression=sql.literal(str(step), "decimal")))
    placed = relation.select(sql.column(UNIT), exp.alias_(place, "place")).where(sql.is_there(real.copy()))
    sizes = _by_place(engine, placed)
    sharers = sizes
    if people:
        # Each person counts where they first appear: in bins that are joined later, nobody counts twice.
        first = exp.select(exp.alias_(exp.Min(this=exp.column("place")), "place")).from_(placed.subquery("p"))
        sharers = _by_place(engine, first.where(sql.is_there(sql.column(UNIT))).group_by(sql.column(UNIT)))
    counts = [(place, size, sharers.get(place, 0)) for place, size in sorted(sizes.items())]
    return [bar_of(start, end, size, step) for start, end, size in gathered(counts, limit)], missing, hidden


def _middle(real: sql.Term) -> sql.Term:
    """Ask where the lowest and the highest twentieth of the values end."""
    order = exp.Order(expressions=[exp.Ordered(this=real, nulls_first=False)])
    shares = exp.Array(expressions=[exp.Literal.number(share) for share in (0.05, 0.95)])
    return exp.WithinGroup(this=exp.PercentileCont(this=shares), expression=order)


def _by_place(engine: Engine, placed: exp.Select) -> dict[int, int]:
    grouped = exp.select("place", exp.alias_(sql.row_count(), "size")).from_(placed.subquery("s")).group_by("place")
    return {int(row["place"]): int(row["size"]) for row in engine.ask(grouped)}


def nice_width(width: float, *, whole: bool) -> float:
    """Return the round width (1, 2 or 5 times a power of ten) at or above a width."""
    if width < sys.float_info.min:  # nothing, or too little to divide by
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= width * 0.999)
    return max(step, 1.0) if whole else step


def gathered(counts: Sequence[tuple[int, int, int]], limit: int) -> list[tuple[float, float, int]]:
    """Join neighbouring places until enough share each and few enough bars are left; the outer ends are open."""
    bins: list[tuple[float, float, int]] = []
    start: float = -math.inf
    held = sharing = 0
    for place, size, sharers in counts:
        held, sharing = held + size, sharing + sharers
        if sharing >= limit:
            bins.append((start, place + 1, held))
            start, held, sharing = place + 1, 0, 0
    if bins:
        first, _, size = bins.pop()
        bins.append((first, math.inf, size + held))
    while len(bins) > 2 * MOST:
        joined = [(a[0], b[1], a[2] + b[2]) for a, b in zip(bins[::2], bins[1::2], strict=False)]
        bins = joined + (bins[-1:] if len(bins) % 2 else [])
    return bins


def bar_of(start: float, end: float, size: int, step: float) -> Bar:
    """Return the bar of the places from `start` up to but not including `end`, in words; an infinite end is open."""
    low, high = _number(finite(start * step)), _number(finite(end * step))
    if math.isinf(start) and math.isinf(end):
        return Bar(Text("すべて", "all"), size)
    if math.isinf(start):
        return Bar(Text(f"{high}未満", f"below {high}"), size)
    if math.isinf(end):
        return Bar(Text(f"{low}以上", f"{low} or more"), size)
    return Bar(Text(f"{low}以上{high}未満", f"{low} to below {high}"), size)


def finite(value: float) -> float:
    """Hold a number back that would be larger than a double can be, as the last bins of huge values would."""
    return max(-sys.float_info.max, min(value, sys.float_info.max))


def _number(value: float) -> str:
    return f"{value:.15g}"
