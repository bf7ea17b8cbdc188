"""Bars of one column, before and after: rows of bars that are at once a table, and a histogram along the scale."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

from sudare.language import Text, preferred
from sudare.widgets.charts_look import (
    AFTER,
    BAR,
    BARS_NOTE,
    RECORDS,
    ROW,
    WIDTH,
    distinct,
    finished,
    in_order,
    inline,
    nothing_shown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.design.bars import Bin, Bins
    from sudare.language import Language
    from sudare.widgets.charts_look import Drawn


class Bar(Protocol):
    """A bar of anything: a label and a count that may be shown."""

    @property
    def label(self) -> Text:
        """What it stands for."""

    @property
    def count(self) -> int:
        """How many records."""


class Bars(Protocol):
    """The bars of a column: a `Distribution` of a run, or the `Bins` of a table under design."""

    @property
    def bars(self) -> Sequence[Bar]:
        """The bars, each of enough people."""

    @property
    def missing(self) -> int | str:
        """Missing cells, "<10" where few."""

    @property
    def hidden(self) -> int | str:
        """Hidden cells, "<10" where few."""


_MISSING, _HIDDEN = Text("（欠測）", "(missing)"), Text("（削除）", "(suppressed)")
_BEFORE, _AFTER = Text("加工前", "before"), Text("加工後", "after")
_HIGHEST = Text("{n}本の棒。最も多いのは{label}の{count}件。", "{n} bars; the highest is {label} with {count} records.")
_BOTH = Text("加工前: {before} 加工後: {after}", "Before: {before} After: {after}")
_NONE = Text("示せる棒がありません。", "no bar can be shown.")


def bars(title: Text, shown: Bars, *, lang: Language | None = None) -> Drawn:
    """Draw a column's bars one below the other, each with its count; missing and hidden cells last."""
    rows = list(_rows(shown, lang or preferred()))
    if not shown.bars:
        return nothing_shown(title, lang)
    return finished(_rows_of_bars(rows, BAR, lang), title, summary(shown), lang, BARS_NOTE)


def histogram(title: Text, shown: Bins, *, after: Bins | None = None, lang: Language | None = None) -> Drawn:
    """Draw the bars of numbers or years along their scale; `after` is an outline over them.

    Open bars are drawn as wide as the narrowest other one: how far the values reach is not told.
    """
    import altair as alt

    rows = list(placed(shown.bars, lang or preferred()))
    if not rows:
        return bars(title, shown, lang=lang)
    ends: dict[str, Any] = {"title": None, "scale": alt.Scale(zero=False, nice=False)}
    placing = {
        "x": alt.X("from:Q", **ends),
        "x2": "to:Q",
        "y": alt.Y("count:Q", title=RECORDS.pick(lang or preferred())),
        "y2": alt.Y2Datum(0),
        "tooltip": ["label:N", "count:Q"],
    }
    drawn: Drawn = alt.Chart(inline(rows)).mark_bar(color=BAR, stroke="white", strokeWidth=0.5).encode(**placing)
    about = summary(shown)
    if after is not None and (over := list(placed(after.bars, lang or preferred()))):
        outline = alt.Chart(inline(over)).mark_bar(fill=None, stroke=AFTER, strokeWidth=2, strokeDash=[4, 2])
        drawn = alt.layer(drawn, outline.encode(**placing))
        about = _BOTH.fill(before=summary(shown), after=summary(after))
    return finished(drawn.properties(width=WIDTH, height=180), title, about, lang, BARS_NOTE)


def before_after(title: Text, before: Bars, after: Bars, *, lang: Language | None = None) -> Drawn:
    """Draw a column before and after: in pairs where the bars stand for the same, else side by side."""
    import altair as alt

    chosen = lang or preferred()
    if not before.bars and not after.bars:
        return nothing_shown(title, lang)
    sides = ((_BEFORE, before, BAR), (_AFTER, after, AFTER))
    about = _BOTH.fill(before=summary(before), after=summary(after))
    if {bar.label for bar in before.bars} == {bar.label for bar in after.bars}:
        rows = [{**row, "side": name.pick(chosen)} for name, side, _ in sides for row in _rows(side, chosen)]
        return finished(_pairs_of_bars(rows, lang), title, about, lang, BARS_NOTE)
    panels = [
        _rows_of_bars(list(_rows(side, chosen)), colour, lang, width=WIDTH // 2).properties(title=name.pick(chosen))
        for name, side, colour in sides
    ]
    return finished(alt.hconcat(*panels), title, about, lang, BARS_NOTE)


def summary(shown: Bars) -> Text:
    """Say in words what the bars show."""
    if not shown.bars:
        return _NONE
    highest = max(shown.bars, key=lambda bar: bar.count)
    return _HIGHEST.fill(n=len(shown.bars), label=highest.label, count=f"{highest.count:,}")


def placed(bins: Sequence[Bin], lang: Language) -> Iterator[dict[str, Any]]:
    """Say where bars stand on the scale. Bars without any edge stand nowhere."""
    edges = sorted({edge for one in bins for edge in (one.low, one.high) if edge is not None})
    width = min((high - low for low, high in pairwise(edges)), default=1.0)
    for one in bins:
        start, end = one.low, one.high
        if start is None and end is None:
            continue
        place = {
            "from": end - width if start is None and end is not None else start,
            "to": start + width if end is None and start is not None else end,
        }
        yield {"label": one.label.pick(lang), "count": one.count, **place}


def _rows(shown: Bars, lang: Language) -> Iterator[dict[str, Any]]:
    counts: list[tuple[Text, int | str]] = [(bar.label, bar.count) for bar in shown.bars]
    counts += [(label, count) for label, count in ((_MISSING, shown.missing), (_HIDDEN, shown.hidden)) if count != 0]
    labels = distinct((label for label, _ in counts), lang)
    for label, (_, count) in zip(labels, counts, strict=True):
        number = isinstance(count, int)
        told = f"{count:,}" if isinstance(count, int) else count
        yield {"label": label, "count": count if number else 0, "told": told}


def _rows_of_bars(rows: list[dict[str, Any]], colour: str, lang: Language | None, width: int = WIDTH) -> Drawn:
    import altair as alt

    base = alt.Chart(inline(rows), height=ROW * len(rows), width=width).encode(
        y=alt.Y("label:N", title=None, sort=in_order(rows, "label")),
        x=alt.X("count:Q", title=RECORDS.pick(lang or preferred()), axis=alt.Axis(tickCount=4, format=",d")),
    )
    return alt.layer(base.mark_bar(color=colour), base.mark_text(align="left", dx=4, clip=False).encode(text="told:N"))


def _pairs_of_bars(rows: list[dict[str, Any]], lang: Language | None) -> Drawn:
    import altair as alt

    chosen = lang or preferred()
    sides = [_BEFORE.pick(chosen), _AFTER.pick(chosen)]
    labels = len({row["label"] for row in rows})
    base = alt.Chart(inline(rows), width=WIDTH, height=2 * ROW * labels).encode(
        y=alt.Y("label:N", title=None, sort=in_order(rows, "label")),
        yOffset=alt.YOffset("side:N", sort=sides),
        x=alt.X("count:Q", title=RECORDS.pick(chosen), axis=alt.Axis(tickCount=4, format=",d")),
    )
    legend = alt.Legend(title=None, orient="top", symbolType="square")
    scale = alt.Scale(domain=sides, range=[BAR, AFTER])
    hollow = alt.Scale(domain=sides, range=[1, 0.25])  # told apart without colour too
    drawn = base.mark_bar(strokeWidth=1.5).encode(
        color=alt.Color("side:N", scale=scale, legend=legend),
        stroke=alt.Stroke("side:N", scale=scale, legend=legend),
        fillOpacity=alt.FillOpacity("side:N", scale=hollow, legend=legend),
    )
    return alt.layer(drawn, base.mark_text(align="left", dx=4).encode(text="told:N"))
