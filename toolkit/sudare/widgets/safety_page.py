"""Page 5: how safe and how useful the design is; what a search proposes; the alternatives side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sudare.design.adopting import with_search
from sudare.design.ladders import ladders
from sudare.language import Text
from sudare.optimizer import Choice, Goals, Task, choices
from sudare.widgets.page import Page
from sudare.widgets.parts import button, heading, listed, number, row, several, table, words
from sudare.widgets.renderer import shown_chart
from sudare.widgets.seen import attack, class_sizes, compared, few, told, usefulness
from sudare.widgets.sheet import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ipywidgets as widgets

    from sudare.widgets.desk import Desk
    from sudare.widgets.part import Part

_MOST_COLUMNS = 8  # a lattice of more has too many nodes to be finished while somebody waits
_SECONDS = 5.0
_SUPPRESS = (0.0, 0.01, 0.02, 0.05)


class SafetyPage(Page):
    """Safety and usefulness."""

    title: ClassVar[Text] = Text("安全性と有用性", "Safety and usefulness")
    about: ClassVar[Text] = Text(
        "加工後の表で同じ組合せの人が何人いるか、どの列が効いているか、どれだけ使えるかを見ます。",
        "How many people share a combination after processing, which columns matter, and how useful the table still is.",
    )

    def __init__(self, desk: Desk) -> None:
        """Begin with nothing searched and nothing compared."""
        super().__init__(desk)
        self._seen = Place(desk.told, "safety")
        self._found = Place(desk.told, "found")
        self._compared = Place(desk.told)

    def draw(self) -> Sequence[Part | widgets.Widget]:
        """Return what the preview says, the search, and the alternatives."""
        if self.desk.design is None:
            return ()
        self._draw_seen()
        self._found.put()
        self._compared.put()
        compare = button(self.say(_COMPARE), lambda: compared(self.desk, into=self._compared), name="compare-branches")
        return (
            self._seen,
            heading(self.say(_SEARCH), 4, self.say(_SEARCH_ABOUT)),
            self._searching(),
            self._found,
            heading(self.say(_ALTERNATIVES), 4),
            row(compare),
            self._compared,
        )

    def saw(self) -> None:
        """Show the newest preview."""
        if not self.stale:
            self._draw_seen()

    def _draw_seen(self) -> None:
        seen, lang = self.desk.seen, self.desk.lang
        if seen is None:
            self._seen.put(words(self.say(_NOT_YET)))
            return
        self._seen.put(
            told(seen, lang),
            few(seen, lang),
            *class_sizes(seen, lang),
            attack(self.desk.risk, lang),
            heading(self.say(_USEFUL), 4),
            usefulness(seen, lang),
        )

    # -- the search

    def _known(self) -> list[str]:
        """Return the columns that somebody may know: those of the checks, else those of the assumed reader."""
        spec = self.design.spec
        names = [name for check in spec.checks for name in check.columns]
        names = names or list(spec.assumed_reader.knows if spec.assumed_reader else ())
        there = {one.called for one in self.opened.declared.columns}
        return [name for name in dict.fromkeys(names) if name in there]

    def _searching(self) -> Part:
        names = [one.called for one in self.opened.declared.columns]
        known = self._known()
        options = [(name, name) for name in dict.fromkeys([*known, *names])]  # those that are ticked come first
        which = several(self.say(_KNOWN), options, known[:_MOST_COLUMNS], name="known")
        k = number("k", 5, 2, 1000, name="k")
        act = button(self.say(_GO), lambda: self._search(which.value, k.value), style="primary", name="search")
        return row(which, k, act)

    def _search(self, names: Sequence[str], k: int) -> None:
        opened, lang = self.opened, self.desk.lang
        addresses = {one for f in self.desk.findings if f.kind == "address" for one in f.columns}

        def work(_tell: Callable[[Text, float], None], _cancelled: Callable[[], bool]) -> tuple[Choice, ...]:
            made = ladders(opened.table, opened.declared.schema_, names, addresses=addresses)
            task = Task(made, tuple(names), Goals(k))
            ks = sorted({k, 2 * k, 4 * k})
            return choices(opened.table, task, ks=ks, suppress=_SUPPRESS, seconds=_SECONDS, lang=lang)

        with self.desk.told():
            self.desk.busy.run(work, self._choose, label=_SEARCH)

    def _choose(self, found: Sequence[Choice]) -> None:
        from sudare.widgets.charts import pareto

        rows = [self._row(n, one) for n, one in enumerate(found)]
        heads = [self.say(head) for head in (_NUMBER, _SMALLEST, _RISK, _LOSS, _GONE, _LEVELS)]
        pick = [self._picking(n, one) for n, one in enumerate(found)]
        chart = shown_chart(pareto(_PARETO, found, lang=self.desk.lang))
        self._found.put(chart.widget(), table(heads, rows), row(*pick))

    def _picking(self, place: int, one: Choice) -> Part:
        return button(self.say(_TAKE.fill(n=place + 1)), lambda: self._take(one), name="take-choice")

    def _row(self, place: int, one: Choice) -> list[str]:
        share = one.search.suppressed / one.search.records if one.search.records else 0.0
        levels = [f"{name} {level}" for name, level in one.search.levels.items()]
        risk = "―" if one.highest is None else f"{one.highest:.1%}"
        return [
            str(place + 1),
            str(one.smallest or "―"),
            risk,
            f"{one.search.loss:.3f}",
            f"{share:.1%}",
            listed(levels, self.desk.lang),
        ]

    def _take(self, one: Choice) -> None:
        stamp = self.desk.stamp()
        self.desk.change(_TOOK, lambda spec: with_search(spec, one.search, by=stamp))


_NOT_YET = Text("計算しています…", "Working it out…")
_USEFUL = Text("列ごとの有用性", "Usefulness of each column")
_SEARCH = Text("損失の少ない一般化を探す", "Search for the least loss")
_SEARCH_ABOUT = Text(
    "知られうる列を選ぶと、目標の k に届く案のうち、ほかの案より危険でも損でもないものだけを示します。",
    "Choose the columns somebody may know: shown are the designs that reach k and that no other one beats in both ways.",
)
_KNOWN = Text("知られうる列", "Columns somebody may know")
_GO = Text("探す", "Search")
_NUMBER, _SMALLEST = Text("案", "no."), Text("最小の組", "smallest class")
_RISK, _LOSS = Text("最大の危険", "highest risk"), Text("情報損失", "loss")
_GONE, _LEVELS = Text("除く行", "records removed"), Text("段", "levels")
_TAKE = Text("案{n}を採る", "Take no. {n}")
_PARETO = Text("危険と情報損失", "risk and loss")
_TOOK = Text("探した案を採る", "take a design that was found")
_ALTERNATIVES = Text("案の比較", "Alternatives compared")
_COMPARE = Text("案を並べて比べる", "Compare the alternatives")
