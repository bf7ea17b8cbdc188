"""How a column's numbers spread: cumulative shares and boxes, both read from bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sudare.design.quantiles import quantiles_of
from sudare.language import Text, preferred
from sudare.widgets.charts_bars import summary
from sudare.widgets.charts_look import BAR, BARS_NOTE, ROW, TEXT, WIDTH, finished, in_order, inline, nothing_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sudare.design.bars import Bins
    from sudare.language import Language
    from sudare.widgets.charts_look import Drawn

_SHARE = Text("ここまでの割合", "share up to here")
_READ = Text(
    "箱は四分位、ひげは5%と95%。棒から読んだもので、どの記録の値でもありません。",
    "The box is the quartiles, the whiskers 5 % and 95 %: read from bars, no record's value.",
)
_BOX = Text(
    "{name}: 中央値は約{median}、半数は約{lower}から約{upper}。",
    "{name}: median about {median}, half within about {lower} to {upper}.",
)


def cumulative(title: Text, shown: Bins, *, lang: Language | None = None) -> Drawn:
    """Draw the share of records up to each edge of the bars; it ends at the last edge that may be shown."""
    import altair as alt

    whole = sum(one.count for one in shown.bars)
    reached = 0
    rows: list[dict[str, Any]] = []
    for one in shown.bars:
        reached += one.count
        if one.high is not None:
            rows.append({"to": one.high, "share": reached / whole})
    if not rows:
        return nothing_shown(title, lang)
    drawn = (
        alt.Chart(inline(rows), width=WIDTH, height=180)
        .mark_line(color=BAR, strokeWidth=2.5, point=alt.OverlayMarkDef(color=BAR, filled=True, size=40))
        .encode(
            x=alt.X("to:Q", title=None, scale=alt.Scale(zero=False)),
            y=alt.Y(
                "share:Q",
                title=_SHARE.pick(lang or preferred()),
                axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0, 1]),
            ),
            tooltip=["to:Q", alt.Tooltip("share:Q", format=".1%")],
        )
    )
    return finished(drawn, title, summary(shown), lang, BARS_NOTE)


def box(title: Text, sides: Mapping[Text, Bins], *, lang: Language | None = None) -> Drawn:
    """Draw a box for each side, such as before and after: quartiles with whiskers at 5 % and 95 %, read from bars."""
    import altair as alt

    chosen = lang or preferred()
    found = {name: quantiles for name, bins in sides.items() if (quantiles := quantiles_of(bins)) is not None}
    if not found:
        return nothing_shown(title, lang)
    rows = [{"side": name.pick(chosen), **q._asdict()} for name, q in found.items()]
    base = alt.Chart(inline(rows), width=WIDTH, height=2 * ROW * len(rows)).encode(
        y=alt.Y("side:N", title=None, sort=in_order(rows, "side"))
    )
    scale = alt.Scale(zero=False)
    drawn = alt.layer(
        base.mark_rule(color=TEXT, strokeWidth=1.5).encode(x=alt.X("low:Q", title=None, scale=scale), x2="high:Q"),
        base.mark_bar(color=BAR, size=ROW).encode(x="lower:Q", x2="upper:Q"),
        base.mark_tick(color="white", thickness=3, size=ROW).encode(x="median:Q"),
    )
    about = Text("", "").join(
        *(
            _BOX.fill(name=name, **{part: f"{value:.4g}" for part, value in quantiles._asdict().items()})
            for name, quantiles in found.items()
        ),
    )
    return finished(drawn, title, about, lang, _READ)
