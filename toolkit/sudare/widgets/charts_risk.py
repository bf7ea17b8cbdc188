"""How large the classes are, and the choices that a search found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.language import Text, preferred
from sudare.widgets.charts_look import (
    AFTER,
    BAR,
    RECORDS,
    SINGLED,
    TEXT,
    WIDTH,
    finished,
    in_order,
    inline,
    nothing_shown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.design.class_bands import Band
    from sudare.language import Language
    from sudare.optimizer.choices import Choice
    from sudare.widgets.charts_look import Drawn

_SIZE = Text("組の大きさ（同じ組合せの人数）", "class size (people of one combination)")
_SMALL = Text("下限{limit}に満たない組がある", "has classes below {limit}")
_ENOUGH = Text("下限以上", "at least the limit")
_BANDS = Text(
    "{n}区分。最も多いのは大きさ{label}の組で{count}件。",
    "{n} bands; most records, {count}, are in classes of {label}.",
)
_LOSS, _RISK = Text("情報損失", "loss"), Text("最も小さい組のリスク（1/人数）", "risk in the smallest class (1 / size)")
_PARETO = Text(
    "{n}案。右下ほど安全で、左上ほど元に近い。",
    "{n} designs: safer to the lower right, closer to the original to the upper left.",
)
_CHOSEN = Text("選んだ案", "chosen")
_FOUND = Text("見つかった案", "found")


def class_sizes(title: Text, bands: Sequence[Band], *, k_limit: int = 5, lang: Language | None = None) -> Drawn:
    """Draw how many records are in classes of which size; bands with classes below the limit are outlined."""
    import altair as alt

    chosen = lang or preferred()
    if not bands:
        return nothing_shown(title, lang)
    kinds = [_SMALL.fill(limit=k_limit).pick(chosen), _ENOUGH.pick(chosen)]
    rows = [
        {
            "label": band.label.pick(chosen),
            "count": band.records,
            "told": f"{band.records:,}",
            "kind": kinds[band.low >= k_limit],
        }
        for band in bands
    ]
    base = alt.Chart(inline(rows), width=WIDTH, height=180).encode(
        x=alt.X(
            "label:N",
            title=_SIZE.pick(chosen),
            sort=in_order(rows, "label"),
            axis=alt.Axis(labelAngle=0),
        ),
        y=alt.Y("count:Q", title=RECORDS.pick(chosen), axis=alt.Axis(tickCount=4, format=",d")),
    )
    scale = alt.Scale(domain=kinds, range=[AFTER, BAR])
    legend = alt.Legend(title=None, orient="top", symbolType="square", labelLimit=WIDTH)
    drawn = base.mark_bar(strokeWidth=2).encode(
        color=alt.Color("kind:N", scale=scale, legend=legend),
        stroke=alt.Stroke("kind:N", scale=scale, legend=legend),
        fillOpacity=alt.FillOpacity("kind:N", scale=alt.Scale(domain=kinds, range=[0.35, 1]), legend=legend),
    )
    most = max(bands, key=lambda band: band.records)
    about = _BANDS.fill(n=len(bands), label=most.label, count=f"{most.records:,}")
    return finished(alt.layer(drawn, base.mark_text(dy=-7).encode(text="told:N")), title, about, lang)


def pareto(title: Text, choices: Sequence[Choice], *, chosen: int | None = None, lang: Language | None = None) -> Drawn:
    """Draw the designs that a search found by loss and risk; `chosen` is the place of the one that was picked."""
    import altair as alt

    tongue = lang or preferred()
    rows = [
        {
            "loss": one.search.loss,
            "risk": one.highest,
            "name": f"k={one.smallest}",
            "kind": (_CHOSEN if n == chosen else _FOUND).pick(tongue),
        }
        for n, one in enumerate(choices)
        if one.highest is not None
    ]
    if not rows:
        return nothing_shown(title, lang)
    base = alt.Chart(inline(rows), width=WIDTH, height=240).encode(
        x=alt.X("loss:Q", title=_LOSS.pick(tongue), scale=alt.Scale(zero=False, padding=24)),
        y=alt.Y(
            "risk:Q", title=_RISK.pick(tongue), axis=alt.Axis(format="%"), scale=alt.Scale(type="symlog", constant=0.01)
        ),
    )
    kinds = [_FOUND.pick(tongue), _CHOSEN.pick(tongue)]
    legend = alt.Legend(title=None, orient="top")
    points = base.mark_point(filled=True, size=120, opacity=1).encode(
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[BAR, SINGLED]), legend=legend),
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"]), legend=legend),
        tooltip=["name:N", "loss:Q", alt.Tooltip("risk:Q", format=".1%")],
    )
    drawn = alt.layer(
        base.mark_line(color=TEXT, interpolate="step-after", strokeDash=[4, 3]),
        points,
        base.mark_text(align="left", dx=9, dy=-7).encode(text="name:N"),
    )
    return finished(drawn, title, _PARETO.fill(n=len(rows)), lang)
