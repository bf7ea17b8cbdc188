"""Page 3: how the values of a column lie; the cut is dragged on the chart, and what it does follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sudare.design import edits
from sudare.findings.header import says
from sudare.language import Text
from sudare.law import thresholds
from sudare.widgets import charts
from sudare.widgets.cut_chart import CutChart
from sudare.widgets.page import Page
from sudare.widgets.parts import button, choice, row, words
from sudare.widgets.renderer import shown_chart
from sudare.widgets.sheet import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ipywidgets as widgets

    from sudare.design.cut_effect import Side
    from sudare.design.levels import At
    from sudare.law import Threshold
    from sudare.widgets.desk import Desk
    from sudare.widgets.part import Part

_VIEWS = {
    "cut": Text("分布と切る位置", "distribution and cut"),
    "before-after": Text("加工の前と後", "before and after"),
    "cumulative": Text("累積", "cumulative"),
    "box": Text("箱ひげ", "box"),
    "heat-map": Text("二列の組合せ", "two columns"),
    "map": Text("地図（格子）", "map (grid squares)"),
}


class DistributionPage(Page):
    """One column at a time."""

    title: ClassVar[Text] = Text("分布", "Distribution")
    about: ClassVar[Text] = Text(
        "棒は10人以上を表します。切る位置を動かすと、その先の人数・層ごとの最少・k が変わります。",
        "Each bar stands for ten people or more. Drag the cut: the count beyond it, the smallest group and k follow.",
    )

    def __init__(self, desk: Desk) -> None:
        """Begin with no column chosen."""
        super().__init__(desk)
        self._column: str | None = None
        self._view = "cut"
        self._side: Side = "above"
        self._at: dict[tuple[str, Side], At | None] = {}  # where each column was cut last
        self._chart = Place(desk.told, "chart")

    def draw(self) -> Sequence[Part | widgets.Widget]:
        """Return the choice of a column and its chart."""
        if self.desk.design is None or self.desk.opened is None:
            return ()
        names = [one.called for one in self.opened.declared.columns]
        if self._column not in names:
            self._column = self._first(names)
        which = choice(
            self.say(_COLUMN),
            [(name, name) for name in names],
            self._column,
            name="column",
            changed=lambda new: self._look(column=new),
        )
        views = [(self.say(text), key) for key, text in _VIEWS.items()]
        view = choice(self.say(_VIEW), views, self._view, name="view", changed=lambda new: self._look(view=new))
        self._draw_chart()
        return (row(which, view), self._chart)

    def _first(self, names: Sequence[str]) -> str:
        """Return the column that most needs a look: one with an unusual value."""
        unusual = [name for one in self.desk.findings if one.standard in {4, 5} for name in one.columns]
        return next((name for name in unusual if name in names and self.desk.live.levels(name).ordered), names[0])

    def saw(self) -> None:
        """Draw what is after the processing anew."""
        if not self.stale and self._view in {"before-after", "cut"}:
            self._draw_chart()

    def _look(self, *, column: str | None = None, view: str | None = None) -> None:
        self._column, self._view = column or self._column, view or self._view
        self._draw_chart()

    def _draw_chart(self) -> None:
        with self.desk.told():
            self._chart.put(*self._charted(self._column or ""))

    def _charted(self, name: str) -> Sequence[Part | widgets.Widget]:
        live, lang = self.desk.live, self.desk.lang
        if self._view == "cut" and live.levels(name).ordered:
            return self._cut(name)
        if self._view == "heat-map":
            return self._crossed(name)
        if self._view == "before-after":
            return self._before_after(name)
        title = Text(name, name)
        made = {
            "cut": lambda: charts.histogram(title, live.bins(name), lang=lang),
            "cumulative": lambda: charts.cumulative(title, live.bins(name), lang=lang),
            "box": lambda: charts.box(title, {Text("", ""): live.bins(name)}, lang=lang),
            "map": lambda: charts.grid_map(title, live.squares(name), lang=lang),
        }[self._view]()
        return (shown_chart(made).widget(),)

    def _before_after(self, name: str) -> Sequence[Part | widgets.Widget]:
        seen = self.desk.seen
        story = None if seen is None else next((one for one in seen.columns if one.was == name), None)
        if story is None or story.before is None:
            return (words(self.say(_NOT_YET if seen is None else _NOT_TOLD)),)
        if story.after is None:
            return (words(self.say(_GONE)),)
        made = charts.before_after(Text(name, name), story.before, story.after, lang=self.desk.lang)
        return (shown_chart(made).widget(),)

    # -- the cut

    def _cut(self, name: str) -> Sequence[Part | widgets.Widget]:
        outside = self._outside(name)
        live = self.desk.live_beside(name)
        known = [one for one in self._known() if one in live.schema.names]
        chart = CutChart(
            live,
            name,
            known,
            strata=[one for one in known if one != name],
            side=self._side,
            at=self._at.get((name, self._side)),
            threshold=outside if self._side == "above" else None,
            lang=self.desk.lang,
        )
        chart.widget.add_class("sudare-cut")
        options = [(self.say(text), key) for key, text in _SIDES.items()]
        sides = choice(self.say(_SIDE), options, self._side, name="side", changed=self._turn)
        code = button(self.say(_CODE[self._side]), lambda: self._code(name, chart), style="primary", name="code")
        code.disabled = chart.at is None

        def moved(_effect: object) -> None:
            self._at[name, self._side] = chart.at
            if code.disabled is not (chart.at is None):
                code.disabled = chart.at is None

        chart.on_cut(moved)
        usual = [] if outside is None or self._side == "below" else [self._usual(chart, outside)]
        return (row(sides), chart.widget, row(*usual, code))

    def _usual(self, chart: CutChart, outside: Threshold) -> Part:
        def take() -> None:
            chart.at = int(outside.cut) if outside.cut == int(outside.cut) else float(outside.cut)

        return button(self.say(_USUAL.fill(cut=outside.cut, unit=outside.unit)), take, name="usual-cut")

    def _turn(self, side: Side) -> None:
        self._side = side
        self._draw_chart()

    def _code(self, name: str, chart: CutChart) -> None:
        technique, limit = _TECHNIQUES[self._side]
        stamp = self.desk.stamp()
        step = {
            "technique": technique,
            "columns": [name],
            limit: str(chart.at),
            "standards": [4] if self._outside(name) is not None and self._side == "above" else [5],
            "because": _BECAUSE.pick(self.desk.lang),
            **({"by": stamp} if stamp else {}),
        }
        self.desk.change(_CUT.fill(name=name), lambda spec: edits.with_deciding_step(spec, step), group=f"cut {name}")

    def _outside(self, name: str) -> Threshold | None:
        """Return what outside figures say of a column, by its header."""
        return next((one for one in thresholds() if says(name, one.words, one.but)), None)

    def _known(self) -> list[str]:
        spec = self.design.spec
        names = [name for check in spec.checks for name in check.columns]
        names = names or list(spec.assumed_reader.knows if spec.assumed_reader else ())
        there = {one.called for one in self.opened.declared.columns}
        return [name for name in dict.fromkeys(names) if name in there]

    # -- two columns

    def _crossed(self, name: str) -> Sequence[Part | widgets.Widget]:
        live, lang = self.desk.live, self.desk.lang

        def title(second: str) -> Text:
            return Text(f"{name} × {second}", f"{name} × {second}")

        names = [one.called for one in self.opened.declared.columns if one.called != name]
        if not names:
            return ()
        place = Place(self.desk.told)

        def draw(second: str) -> None:
            with self.desk.told():
                drawn = charts.heat_map(title(second), live.cross(name, second), lang=lang)
                place.put(shown_chart(drawn).widget())

        other = choice(self.say(_OTHER), [(one, one) for one in names], names[0], name="other", changed=draw)
        draw(names[0])
        return (row(other), place)


_COLUMN = Text("列", "Column")
_VIEW = Text("見方", "View")
_NOT_YET = Text("計算しています…", "Working it out…")
_NOT_TOLD = Text("識別する列は図にしません。", "A column that identifies people is not drawn.")
_GONE = Text("この列は加工後にはありません。", "The column is gone after the processing.")
_OTHER = Text("もう一つの列", "the other column")
_SIDE = Text("切る側", "Side")
_SIDES: dict[Side, Text] = {
    "above": Text("大きい方を切る", "cut the large values"),
    "below": Text("小さい方を切る", "cut the small values"),
}
_CODE: dict[Side, Text] = {
    "above": Text("この位置でトップコーディング", "Top-code here"),
    "below": Text("この位置でボトムコーディング", "Bottom-code here"),
}
_TECHNIQUES: dict[Side, tuple[str, str]] = {"above": ("top-code", "at_least"), "below": ("bottom-code", "at_most")}
_USUAL = Text("外の資料による位置（{cut}{unit}）", "Where outside figures would cut ({cut})")
_BECAUSE = Text("切る位置は分布を見て決めた", "the cut was chosen on the distribution")
_CUT = Text("「{name}」を切る", "cut {name}")
