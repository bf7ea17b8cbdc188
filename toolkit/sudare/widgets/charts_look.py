"""How every chart looks: readable on light and dark ground, Japanese fonts by name, told in words as well."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, TypeAlias

from sudare.language import NOTHING, Text, preferred
from sudare.profiles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import altair as alt

    from sudare.language import Language

    Drawn: TypeAlias = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.FacetChart

FONTS = "Yu Gothic UI, Meiryo, Noto Sans CJK JP, sans-serif"
# Each at least 3:1 against white and against the dark ground of Jupyter (#111111); the text 4:1 against both.
TEXT = "#767676"
BAR, AFTER, SINGLED = "#4c82bd", "#c8703a", "#b5508c"
LOW, HIGH = "#cfe0f0", "#0b3a66"  # of a scale of counts
WIDTH = 440
ROW = 24  # pixels of a row of bars
_WIDE = 84  # signs of a line of Latin letters; a Japanese sign counts double
LABELS = 260  # pixels that a label may be wide before it is cut off

BARS_NOTE = Text(
    f"どの棒も{LIMIT}件以上です。少ない値は隣かその他に合わせています。",
    f"Every bar holds {LIMIT} records or more; rarer values are joined to a neighbour or to 'others'.",
)
_AGAIN = Text("（ほか）", " (the rest)")
RECORDS = Text("件数", "records")


def inline(rows: Sequence[dict[str, Any]]) -> alt.InlineData:
    """Return rows of counts that may be shown as the data of a chart."""
    import altair as alt

    return alt.InlineData(values=list(rows))


def finished(chart: Drawn, title: Text, about: Text, lang: Language | None, note: Text = NOTHING) -> Drawn:
    """Give a chart its title, what it says in words, and the look of all charts; a note stands below the title."""
    chosen = lang or preferred()
    described = chart.properties(
        title={"text": title.pick(chosen), "anchor": "start", "subtitle": _lines(note.pick(chosen))},
        description=title.join(about, note).pick(chosen),
        background="transparent",
    )
    words = {"labelColor": TEXT, "titleColor": TEXT, "labelLimit": LABELS, "titleLimit": LABELS}
    looked: Drawn = (
        described.configure(font=FONTS, padding=8)
        .configure_title(color=TEXT, subtitleColor=TEXT, fontSize=14, fontWeight="bold", offset=12)
        .configure_axis(
            **words,
            labelFontSize=12,
            titleFontSize=12,
            gridOpacity=0.25,
            gridColor=TEXT,
            domainColor=TEXT,
            tickColor=TEXT,
        )
        .configure_legend(**words, labelFontSize=12, titleFontSize=12)
        .configure_header(labelColor=TEXT, titleColor=TEXT, labelFontSize=12)
        .configure_text(color=TEXT, fontSize=12)
        .configure_view(stroke=None)
    )
    return looked


def distinct(labels: Iterable[Text], lang: Language) -> list[str]:
    """Return labels in one language; one that stands twice, as 'others' may, is told apart.

    >>> distinct([Text("その他", "misc"), Text("その他", "others")], "ja")
    ['その他', 'その他（ほか）']
    """
    told: list[str] = []
    for label in labels:
        words = label.pick(lang)
        while words in told:
            words += _AGAIN.pick(lang)
        told.append(words)
    return told


def in_order(rows: Sequence[dict[str, Any]], name: str) -> list[str]:
    """Return the labels of rows in their order, each once, for an axis."""
    return list(dict.fromkeys(str(row[name]) for row in rows))


def _lines(note: str) -> list[str]:
    return textwrap.wrap(note, _WIDE if note.isascii() else _WIDE // 2)


def nothing_shown(title: Text, lang: Language | None) -> Drawn:
    """Return a chart that says that too few people share any value for one."""
    import altair as alt

    why = Text("図にできるだけの人数がどの値にもありません。", "No value is shared by enough people to be drawn.")
    words = (
        alt.Chart(inline([{"why": why.pick(lang or preferred())}]))
        .mark_text(align="left")
        .encode(text="why:N", x=alt.value(0))
    )
    return finished(words.properties(width=WIDTH, height=ROW), title, why, lang)
