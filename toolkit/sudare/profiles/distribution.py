"""The distribution of one column in bins that each hold enough records to be shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from sudare.engines import sql
from sudare.language import Text
from sudare.profiles.small_counts import LIMIT, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation

MOST = 20  # bars; more is no longer read
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


def distribution(engine: Engine, relation: Relation, field: Field, limit: int = LIMIT) -> Distribution:
    """Count a column's values, gathering what is rare until each bar holds at least `limit` records.

    Numbers and dates are counted in bins whose outer ends are open, so that neither end tells the extreme value.
    Missing and hidden cells are counted beside the bars. Values that too few share appear nowhere.
    """
    absent = sql.is_missing(field.value)
    counts = relation.select(
        exp.alias_(_total(exp.and_(absent, sql.not_(field.hidden))), "missing"),
        exp.alias_(_total(field.hidden), "hidden"),
    )
    [row] = engine.ask(counts)
    bars = _categories(engine, relation, field, limit) if field.type in {"text", "boolean"} else _bins(
        engine, relation, field, limit
    )
    return Distribution(tuple(bars), shown(int(row["missing"] or 0), limit), shown(int(row["hidden"] or 0), limit))


def _total(condition: exp.Expression) -> exp.Expression:
    return exp.Sum(this=sql.one_where(condition))


def _categories(engine: Engine, relation: Relation, field: Field, limit: int) -> list[Bar]:
    value = field.text
    grouped = (
        relation.select(exp.alias_(value, "value"), exp.alias_(exp.Count(this=exp.Star()), "size"))
        .where(sql.is_there(value.copy()))
        .group_by(value.copy())
    )
    size = exp.column("size")
    [whole] = engine.ask(exp.select(exp.alias_(exp.Sum(this=size), "all")).from_(grouped.subquery("g")))
    common = (
        exp.select("*")
        .from_(grouped.copy().subquery("g"))
        .where(sql.at_least(size.copy(), sql.count(limit)))
        .order_by("size DESC", '"value" NULLS LAST')
        .limit(MOST)
    )
    rows = engine.ask(common)
    rest = int(whole["all"] or 0) - sum(int(row["size"]) for row in rows)
    while rows and 0 < rest < limit:  # a rest of few would tell how many they are
        rest += int(rows.pop()["size"])
    bars = [Bar(Text(str(row["value"]), str(row["value"])), int(row["size"])) for row in rows]
    return [*bars, Bar(_REST, rest)] if rest >= limit else bars


def _bins(engine: Engine, relation: Relation, field: Field, limit: int) -> list[Bar]:
    number = field.value if field.type in {"integer", "decimal"} else sql.year_of(field.value)
    real = exp.cast(number, "DOUBLE")
    quantiles = [
        exp.alias_(exp.PercentileCont(this=exp.Literal.number(share)), name) for share, name in ((0.05, "low"), (0.95, "high"))
    ]
    order = exp.Order(expressions=[exp.Ordered(this=real, nulls_first=False)])
    ask = [exp.alias_(exp.WithinGroup(this=q.this, expression=order.copy()), q.alias) for q in quantiles]
    [row] = engine.ask(relation.select(*ask))
    if row["low"] is None:
        return []
    step = _nice((float(row["high"]) - float(row["low"])) / 12, whole=field.type != "decimal")
    place = exp.cast(exp.Floor(this=exp.Div(this=real.copy(), expression=sql.literal(str(step), "decimal"))), "BIGINT")
    grouped = (
        relation.select(exp.alias_(place, "place"), exp.alias_(exp.Count(this=exp.Star()), "size"))
        .where(sql.is_there(real.copy()))
        .group_by(place.copy())
        .order_by('"place" NULLS LAST')
    )
    counts = [(int(r["place"]), int(r["size"])) for r in engine.ask(grouped)]
    return [_bar(start, end, size, step) for start, end, size in _gathered(counts, limit)]


def _nice(width: float, *, whole: bool) -> float:
    """Return the round width (1, 2 or 5 times a power of ten) at or above a width."""
    if width <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= width * 0.999)
    return max(step, 1.0) if whole else step


def _gathered(counts: Sequence[tuple[int, int]], limit: int) -> list[tuple[float, float, int]]:
    """Join neighbouring places until each holds `limit` and few enough bars are left; the outer ends are open."""
    bins: list[tuple[float, float, int]] = []
    start: float = -math.inf
    held = 0
    for place, size in counts:
        held += size
        if held >= limit:
            bins.append((start, place + 1, held))
            start, held = place + 1, 0
    if held and bins:
        first, _, size = bins.pop()
        bins.append((first, math.inf, size + held))
    elif bins:
        first, _, size = bins.pop()
        bins.append((first, math.inf, size))
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
    return f"{value:.10g}"
