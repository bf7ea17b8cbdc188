"""What a lesson counts for its chart, and the chart: bars of which the unusual ones are marked by colour and in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sudare.japan.check_digits import is_my_number
from sudare.language import Text
from sudare.widgets.charts_look import BAR, ROW, SINGLED, WIDTH, finished, inline
from sudare.widgets.lessons.shown import Say, Shown
from sudare.widgets.renderer import shown_chart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sudare.language import Language
    from sudare.law.lessons import Chart, Plan
    from sudare.widgets.charts_look import Drawn

_RANGE = Text("{low}以上{high}未満", "{low} to below {high}")
_MARK = Text("◆ここに注目", "◆ look here")
_RECORDS = Text("行の数", "records")
_ROOM_FOR_WORDS = 1.45  # of the axis, beside the longest bar


@dataclass(frozen=True)
class Counted:
    """One bar: what it stands for, how many, and whether it is what the lesson is about."""

    label: str
    count: int
    marked: bool


def counted(plan: Plan, lang: Language) -> tuple[Counted, ...]:
    """Count an example's invented table as its lesson asks; single values are shown, since nobody is behind them.

    >>> from sudare.law.lessons import lesson_plan
    >>> [bar.count for bar in counted(lesson_plan("3-2-4-1"), "en")]
    [10, 2, 1]
    """
    before = plan.example.before
    rows = [dict(zip(before.columns, row, strict=True)) for row in before.rows]
    return tuple(_KINDS[plan.chart.kind](plan, rows, lang))


def _numbers(plan: Plan, rows: Sequence[dict[str, str]], lang: Language) -> Iterator[Counted]:
    chart, width = plan.chart, plan.chart.width
    starts = Counter(int(Decimal(row[str(chart.column)]) // width) * width for row in rows if row[str(chart.column)])
    for low in range(min(starts), max(starts) + width, width):
        label = _RANGE.fill(low=low, high=low + width).pick(lang)
        yield Counted(label, starts[low], starts[low] > 0 and _is_marked(chart, low))


def _sizes(plan: Plan, rows: Sequence[dict[str, str]], _lang: Language) -> Iterator[Counted]:
    sizes = Counter(key for row in rows if (key := _key(plan, row)))
    yield from (Counted(value, n, _is_marked(plan.chart, n)) for value, n in sizes.most_common())


def _alone(plan: Plan, rows: Sequence[dict[str, str]], _lang: Language) -> Iterator[Counted]:
    for name in plan.example.before.columns:
        sizes = Counter(row[name] for row in rows if row[name])
        yield Counted(name, sum(n == 1 for n in sizes.values()), name in plan.focus)


def _check_digits(plan: Plan, rows: Sequence[dict[str, str]], _lang: Language) -> Iterator[Counted]:
    for name in plan.example.before.columns:
        yield Counted(name, sum(is_my_number(row[name]) for row in rows), name in plan.focus)


def _is_marked(chart: Chart, number: int) -> bool:
    if chart.mark_from is not None:
        return number >= chart.mark_from
    return chart.mark_below is not None and number < chart.mark_below


_KINDS: dict[str, Callable[[Plan, Sequence[dict[str, str]], Language], Iterator[Counted]]] = {
    "numbers": _numbers,
    "values": _sizes,
    "alone": _alone,
    "check-digits": _check_digits,
    "groups": _sizes,
    "places": _sizes,
}


def unusual(plan: Plan) -> list[int]:
    """Return the places of the records that the lesson is about: those in marked bars; all where columns are counted.

    >>> from sudare.law.lessons import lesson_plan
    >>> unusual(lesson_plan("3-2-4-2"))
    [0]
    """
    before, chart = plan.example.before, plan.chart
    rows = [dict(zip(before.columns, row, strict=True)) for row in before.rows]
    if chart.kind in {"alone", "check-digits"}:
        return list(range(len(rows)))
    keys = [_key(plan, row) for row in rows]
    sizes = Counter(keys)
    if chart.kind == "numbers":
        return [n for n, key in enumerate(keys) if key and _is_marked(chart, int(Decimal(key)))]
    return [n for n, key in enumerate(keys) if key and _is_marked(chart, sizes[key])]


def _key(plan: Plan, row: dict[str, str]) -> str:
    """Return what a record is counted under, nothing where it is not counted."""
    chart, where = plan.chart, plan.chart.where
    if chart.kind == "places":
        cells = [row[name] for name in plan.focus]
        return " ".join(cells) if all(cells) else ""
    if where is not None and row[where["column"]] != where["equals"]:
        return ""
    return row[str(chart.column)]


def picture(bars: Sequence[Counted], title: Text, lang: Language, *, axis: Text = _RECORDS) -> Shown:
    """Show the bars as a chart, with what they say in words; a mark is told in words as well as by colour."""
    words = "; ".join(f"{bar.label}: {bar.count:,}{' ◆' if bar.marked else ''}" for bar in bars)
    chart = finished(_drawn(bars, lang, axis), title, Text(words, words), lang)
    shown = shown_chart(chart)
    more = {kind: form for kind, form in shown._repr_mimebundle_().items() if kind != "text/plain"}
    return Shown((Say(shown.words),), more=more)


def _drawn(bars: Sequence[Counted], lang: Language, axis: Text) -> Drawn:
    import altair as alt

    rows = [
        {"label": bar.label, "n": bar.count, "told": _told(bar, lang), "marked": bar.marked, "place": place}
        for place, bar in enumerate(bars)
    ]
    most = max((bar.count for bar in bars), default=1)
    base = alt.Chart(inline(rows)).encode(y=alt.Y("label:N", sort=alt.EncodingSortField("place"), title=None))
    along = alt.X(
        "n:Q",
        title=axis.pick(lang),
        axis=alt.Axis(tickMinStep=1, format=",d"),
        scale=alt.Scale(domain=[0, most * _ROOM_FOR_WORDS], nice=False),
    )
    drawn = base.mark_bar().encode(x=along, color=alt.condition("datum.marked", alt.value(SINGLED), alt.value(BAR)))
    told = base.mark_text(align="left", dx=4).encode(x="n:Q", text="told:N")
    chart: Drawn = (drawn + told).properties(width=WIDTH, height={"step": ROW})
    return chart


def _told(bar: Counted, lang: Language) -> str:
    return f"{bar.count:,} {_MARK.pick(lang)}" if bar.marked else f"{bar.count:,}"
