"""The distribution of one column in bins that each hold enough records to be shown."""

from __future__ import annotations

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
    from collections.abc import Sequence

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation

MOST = 20  # bars; more is no longer read
_REACH = 100  # bins beyond the middle nine tenths; what lies further is in an open end in any case
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
    of records.
    """
    absent = sql.is_missing(field.value)
    counts = relation.select(
        exp.alias_(_total(exp.and_(absent, sql.not_(field.hidden))), "missing"),
        exp.alias_(_total(field.hidden), "hidden"),
    )
    [row] = engine.ask(counts)
    bars = (
        _categories(engine, relation, field, limit, people=people)
        if field.type in {"text", "boolean"}
        else _bins(engine, relation, field, limit, people=people)
    )
    return Distribution(tuple(bars), shown(int(row["missing"] or 0), limit), shown(int(row["hidden"] or 0), limit))


def _total(condition: sql.Term) -> sql.Term:
    return exp.Sum(this=sql.one_where(condition))


def _categories(engine: Engine, relation: Relation, field: Field, limit: int, *, people: bool) -> list[Bar]:
    value = field.text
    grouped = (
        relation.select(
            exp.alias_(value, "value"), exp.alias_(sql.row_count(), "size"), exp.alias_(_sharers(people), "sharers")
        )
        .where(sql.is_there(value.copy()))
        .group_by(value.copy())
    )
    size, sharers = exp.column("size"), exp.column("sharers")
    [whole] = engine.ask(exp.select(exp.alias_(exp.Sum(this=size), "all")).from_(grouped.subquery("g")))
    common = (
        exp.select("*")
        .from_(grouped.copy().subquery("g"))
        .where(sql.at_least(sharers, sql.count(limit)))
        .order_by("size DESC", '"value" NULLS LAST')
        .limit(MOST)
    )
    rows = engine.ask(common)
    bars = [Bar(Text(str(row["value"]), str(row["value"])), int(row["size"])) for row in rows]
    rest = int(whole["all"] or 0) - sum(bar.count for bar in bars)
    if not rest:
        return bars
    named = [exp.Literal.string(bar.label.ja) for bar in bars]
    while bars and _outside(engine, relation, value, named, people=people) < limit:
        rest += bars.pop().count  # a rest of few would tell how many they are
        named.pop()
    return [*bars, Bar(_REST, rest)] if _outside(engine, relation, value, named, people=people) >= limit else []


def _outside(engine: Engine, relation: Relation, value: sql.Term, named: Sequence[sql.Term], *, people: bool) -> int:
    """Return how many share the values that got no bar of their own."""
    others = sql.is_there(value.copy())
    if named:
        others = sql.all_of([others, sql.not_(sql.one_of(value.copy(), [name.copy() for name in named]))])
    [row] = engine.ask(relation.select(exp.alias_(_sharers(people), "sharers")).where(others))
    return int(row["sharers"])


def _sharers(people: bool) -> sql.Term:  # noqa: FBT001 - a word of the caller's, passed on
    return sql.distinct_count(sql.column(UNIT)) if people else sql.row_count()


def _bins(engine: Engine, relation: Relation, field: Field, limit: int, *, people: bool) -> list[Bar]:
    number = field.value if field.type in {"integer", "decimal"} else sql.year_of(field.value)
    real = sql.cast(number, "decimal")
    ends = _middle(engine, relation, real)
    if ends is None:
        return []
    low, high = ends
    step = _nice((high - low) / 12, whole=field.type != "decimal")
    bottom, top = (sql.literal(str(end), "decimal") for end in (low - _REACH * step, high + _REACH * step))
    near = sql.first_true([(sql.less_than(real, bottom), bottom), (sql.less_than(top, real.copy()), top)], real.copy())
    place = exp.Floor(this=exp.Div(this=exp.paren(near), expression=sql.literal(str(step), "decimal")))
    placed = relation.select(sql.column(UNIT), exp.alias_(place, "place")).where(sql.is_there(real.copy()))
    sizes = _by_place(engine, placed)
    sharers = sizes
    if people:
        # Each person counts where they first appear: in bins that are joined later, nobody counts twice.
        first = exp.select(exp.alias_(exp.Min(this=exp.column("place")), "place")).from_(placed.subquery("p"))
        sharers = _by_place(engine, first.group_by(sql.column(UNIT)))
    counts = [(place, size, sharers.get(place, 0)) for place, size in sorted(sizes.items())]
    return [_bar(start, end, size, step) for start, end, size in _gathered(counts, limit)]


def _middle(engine: Engine, relation: Relation, real: sql.Term) -> tuple[float, float] | None:
    """Return where the lowest and highest twentieth of the values end, or None where there is no value."""
    order = exp.Order(expressions=[exp.Ordered(this=real, nulls_first=False)])
    ask = [
        exp.alias_(
            exp.WithinGroup(this=exp.PercentileCont(this=exp.Literal.number(share)), expression=order.copy()), name
        )
        for share, name in ((0.05, "low"), (0.95, "high"))
    ]
    [row] = engine.ask(relation.select(*ask))
    return None if row["low"] is None else (float(row["low"]), float(row["high"]))


def _by_place(engine: Engine, placed: exp.Select) -> dict[int, int]:
    grouped = exp.select("place", exp.alias_(sql.row_count(), "size")).from_(placed.subquery("s")).group_by("place")
    return {int(row["place"]): int(row["size"]) for row in engine.ask(grouped)}


def _nice(width: float, *, whole: bool) -> float:
    """Return the round width (1, 2 or 5 times a power of ten) at or above a width."""
    if width < sys.float_info.min:  # nothing, or too little to divide by
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= width * 0.999)
    return max(step, 1.0) if whole else step


def _gathered(counts: Sequence[tuple[int, int, int]], limit: int) -> list[tuple[float, float, int]]:
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


def _bar(start: float, end: float, size: int, step: float) -> Bar:
    low, high = _number(start * step), _number(end * step)
    if math.isinf(start) and math.isinf(end):
        return Bar(Text("すべて", "all"), size)
    if math.isinf(start):
        return Bar(Text(f"{high}未満", f"below {high}"), size)
    if math.isinf(end):
        return Bar(Text(f"{low}以上", f"{low} or more"), size)
    return Bar(Text(f"{low}以上{high}未満", f"{low} to below {high}"), size)


def _number(value: float) -> str:
    return f"{value:.15g}"
