"""Two columns together, and places: cells and squares of a few people are not shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sudare.language import NOTHING, Text, preferred
from sudare.profiles import LIMIT
from sudare.widgets.charts_look import (
    HIGH,
    LOW,
    RECORDS,
    TEXT,
    WIDTH,
    distinct,
    finished,
    in_order,
    inline,
    nothing_shown,
)

if TYPE_CHECKING:
    from sudare.design.squares import Squares
    from sudare.design.two_way import TwoWay
    from sudare.language import Language
    from sudare.widgets.charts_look import Drawn

_HIDDEN_SIGN = "×"
_CELL, _WIDE_CELL, _NARROWEST = 34, 68, 120  # pixels
_HIDDEN_FILL = "#a6a6a6"
_HIDDEN_CELLS = Text(
    f"×: {LIMIT}人未満か、引き算でそれが分かる所。{{n}}か所を隠しました。",
    f"×: fewer than {LIMIT} people, or cells from which that could be worked out; {{n}} are hidden.",
)
_CELLS = Text("{rows}行{columns}列の件数。", "Counts in {rows} rows and {columns} columns.")
_SQUARES = Text(
    "{n}区画。ほかに{hidden}区画は少人数なので示しません。",
    "{n} squares; {hidden} more hold too few people to be shown.",
)


def heat_map(title: Text, shown: TwoWay, *, lang: Language | None = None) -> Drawn:
    """Draw the counts of two columns' bars as cells; what is hidden is marked, not left white."""
    import altair as alt

    chosen = lang or preferred()
    if not shown.counts:
        return nothing_shown(title, lang)
    cells = [
        {
            "row": row,
            "column": column,
            "count": shown.counts[n][m],
            "told": _HIDDEN_SIGN if (count := shown.counts[n][m]) is None else f"{count:,}",
        }
        for n, row in enumerate(distinct(shown.rows, chosen))
        for m, column in enumerate(distinct(shown.columns, chosen))
    ]
    most = max((count for line in shown.counts for count in line if count is not None), default=1)
    hidden = [cell for cell in cells if cell["count"] is None]
    scale = alt.Scale(domain=[0, most], range=[LOW, HIGH])
    legend = alt.Legend(title=RECORDS.pick(chosen), format=",d")
    size: dict[str, Any] = {
        "height": _CELL * len(shown.rows),
        "width": max(_WIDE_CELL * len(shown.columns), _NARROWEST),
    }
    base = alt.Chart(inline(cells), **size).encode(
        y=alt.Y("row:N", title=None, sort=in_order(cells, "row")),
        x=alt.X("column:N", title=None, sort=in_order(cells, "column"), axis=alt.Axis(labelAngle=-30)),
    )
    edge: dict[str, Any] = {"stroke": "white", "strokeWidth": 1}
    dark = f"isValid(datum.count) && datum.count > {most / 2}"
    drawn = alt.layer(
        base.mark_rect(**edge).encode(color=alt.Color("count:Q", scale=scale, legend=legend)),
        base.transform_filter("!isValid(datum.count)").mark_rect(fill=_HIDDEN_FILL, **edge),
        base.mark_text(fontSize=11).encode(
            text="told:N", color=alt.condition(dark, alt.value("white"), alt.value("black"))
        ),
    )
    about = _CELLS.fill(rows=len(shown.rows), columns=len(shown.columns))
    note = _HIDDEN_CELLS.fill(n=len(hidden)) if hidden else NOTHING
    return finished(drawn, title, about, lang, note)


def grid_map(title: Text, shown: Squares, *, lang: Language | None = None) -> Drawn:
    """Draw grid squares where they lie, by their counts; squares of a few people are left out, and counted."""
    import altair as alt

    chosen = lang or preferred()
    if not shown.shown:
        return nothing_shown(title, lang)
    rows = [
        {"code": s.code, "s": s.south, "w": s.west, "n": s.north, "e": s.east, "count": s.count} for s in shown.shown
    ]
    south, north = min(one.south for one in shown.shown), max(one.north for one in shown.shown)
    west, east = min(one.west for one in shown.shown), max(one.east for one in shown.shown)
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    height = WIDTH * (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    degrees = alt.Axis(format=".2f", grid=False, labelExpr="datum.label + '°'")
    placing = {
        "x": alt.X("w:Q", title=None, axis=degrees, scale=alt.Scale(domain=[west, east], nice=False, zero=False)),
        "x2": "e:Q",
        "y": alt.Y("s:Q", title=None, axis=degrees, scale=alt.Scale(domain=[south, north], nice=False, zero=False)),
        "y2": "n:Q",
    }
    counts = alt.Scale(range=[LOW, HIGH], domain=[0, max(one.count for one in shown.shown)])
    legend = alt.Legend(title=RECORDS.pick(chosen), format=",d")
    drawn = (
        alt.Chart(inline(rows), width=WIDTH, height=min(max(height, 120), 2 * WIDTH))
        .mark_rect(stroke=TEXT, strokeWidth=0.5)
        .encode(**placing, color=alt.Color("count:Q", scale=counts, legend=legend), tooltip=["code:N", "count:Q"])
    )
    return finished(drawn, title, NOTHING, lang, _SQUARES.fill(n=len(rows), hidden=shown.hidden))
