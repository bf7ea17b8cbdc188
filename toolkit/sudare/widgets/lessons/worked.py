"""A numbered example of processing as a lesson: from the table and its unusual value to the recorded decision."""

from __future__ import annotations

import functools
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa

from sudare.errors import SudareError
from sudare.language import Text
from sudare.law import item_of, regime, standard
from sudare.law.lessons import lesson_plan
from sudare.reports.case import INVENTED, as_spec, replay, work_through
from sudare.specs import dump_spec, parse_spec
from sudare.verbs import risk
from sudare.widgets.lessons.bars import counted, picture, unusual
from sudare.widgets.lessons.shown import Block, Code, Grid, Live, Say, Shown, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sudare.errors import Problem
    from sudare.language import Language
    from sudare.law import Example
    from sudare.law.lessons import Option

_SOURCE = Text(
    "{title}（{article}）。ガイドライン（2017年3月）{section}、{page}頁をもとにした架空の表です。",
    "{title} ({article}); after the guideline of March 2017, {section}, p. {page}; an invented table.",
)
_BEFORE = Text("加工前の表（架空）", "the table before (invented)")
_AFTER = Text("加工後の表", "the table after")
_FOUND = Text("見つかったこと: {found}", "What is found: {found}")
_WAYS = Text("どう決めますか", "how do you decide?")
_WAY = Text("選択肢", "option")
_FOLLOWS = Text("こうなります", "what follows")
_CHOSEN = Text("選んでいるもの: {title}。{means}", "Chosen: {title}. {means}")
_SAFETY = Text("安全性の前と後", "safety before and after")
_SIDES = (Text("", ""), Text("加工前", "before"), Text("加工後", "after"))
_ROWS = Text("行の数", "records")
_K = Text("k：準識別子の組で最も少ない行の数（{columns}）", "k: the fewest records that share {columns}")
_UNIQUES = Text("一行だけの組", "records alone with theirs")
_FOCUS = Text("注目する行と同じ値の行の数（{columns}）", "records like those in question, by {columns}")
_GONE = Text("行がない", "no record left")
_NONE = Text("列がない", "no column left")
_COMMA = Text("、", ", ")
_REFUSED = Text("実行は止まり、何も書き出されません。{line}", "The run is refused, and nothing is written. {line}")
_RECORD = Text("仕様に残る手順（YAML）", "the steps as the spec records them (YAML)")
_SAME = Text(
    "記録した仕様を読み直し、もう一度実行しました。{n} 行とも同じ結果です。",
    "The recorded spec was read again and run again: the same result in all {n} records.",
)
_DIFFERENT = Text("もう一度実行した結果が違います。", "The second run gave another result.")
_KEYED = Text(
    "仮IDは鍵で決まります。ここでは毎回新しい鍵を作って捨てるので、表では番号で示します。",
    "Pseudo-IDs follow from the key. A new one is made and thrown away each time, so they are shown as numbers here.",
)
_DECISION = Text("決定: {title}。", "Decision: {title}.")
_BECAUSE = Text("理由: {because}。", "Because: {because}.")
_FIGURES = Text("結果: 行 {rows}、k {k}、一行だけの組 {uniques}。", "Result: records {rows}, k {k}, alone {uniques}.")
_AS_EXAMPLE = Text("ガイドラインの事例と同じ決め方です。", "This is the way of the guideline's example.")
_OTHERWISE = Text("はじめに示した決め方とは違います。{means}", "This is not the way that was shown first. {means}")
_MUST_CHANGE = Text(
    "この決め方のままでは提供できません。別の決め方を選びます。", "This way nothing may be provided: choose another."
)
_WATCH = Text("注意: {watch}", "Mind: {watch}")
_PSEUDO = Text("仮ID-{n}", "pseudo-ID-{n}")


class Processed:
    """What one way to decide makes of the table, or why it was refused."""

    def __init__(self, example: Example) -> None:
        """Make the steps; a refusal is kept."""
        self.example = example
        self.document = as_spec(example)
        self.problems: tuple[Problem, ...] = ()
        self.columns: tuple[str, ...] = ()
        self.rows: tuple[tuple[str, ...], ...] = ()
        try:
            self.columns, self.rows = replay(self.document, example.before)
        except SudareError as error:
            self.problems = error.problems

    @property
    def steps_text(self) -> str:
        """The steps as they stand in the spec."""
        return "steps:\n" + self.document.text.partition("\nsteps:\n")[2].partition("\noutput:")[0] + "\n"

    @property
    def keyed(self) -> tuple[str, ...]:
        """The columns of pseudo-IDs, as they are called after."""
        return tuple(
            step.renames().get(name, name)
            for step in self.document.spec.steps
            if step.gives_ids
            for name in step.columns
        )

    def read_again(self) -> tuple[tuple[str, ...], ...]:
        """Read the spec from its text again, run it again, and return the rows with pseudo-IDs as numbers."""
        columns, rows = replay(parse_spec(dump_spec(self.document.spec)), self.example.before)
        return numbered(columns, rows, self.keyed, "ja")


def numbered(
    columns: Sequence[str], rows: Sequence[tuple[str, ...]], keyed: Sequence[str], lang: Language
) -> tuple[tuple[str, ...], ...]:
    """Return rows in which each pseudo-ID is told by a number, in the order of appearance: keys differ every time.

    >>> numbered(["ID", "a"], [("9f", "x"), ("", "y"), ("07", "x"), ("9f", "z")], ["ID"], "en")[2:]
    (('pseudo-ID-2', 'x'), ('pseudo-ID-1', 'z'))
    """
    places = {place for place, name in enumerate(columns) if name in keyed}
    known: dict[str, int] = {}
    for row in rows:
        for place in places:
            if row[place]:
                known.setdefault(row[place], len(known) + 1)
    return tuple(
        tuple(
            _PSEUDO.fill(n=known[cell]).pick(lang) if place in places and cell else cell
            for place, cell in enumerate(row)
        )
        for row in rows
    )


class WorkedLesson:
    """One numbered example: each method shows one cell of it; what is chosen is followed by the cells below."""

    def __init__(self, id: str, lang: Language) -> None:  # noqa: A002 - the word the files use
        """Take the example's id and the language."""
        self.plan = lesson_plan(id)
        self.example = self.plan.example
        self.lang = lang
        self.way = self.plan.ways()[0]
        self._live = Live()

    def data(self) -> Shown:
        """Show the table, where the example comes from, and what is found in it."""
        one = self.example
        source = _SOURCE.fill(
            title=standard(one.standard).title,
            article=item_of(regime("gov-current"), one.standard),
            section=one.section,
            page=one.page,
        )
        table = rows_of(self._say(_BEFORE), one.before.columns, one.before.rows, self.lang)
        return Shown((Say(self._say(source)), Say(self._say(INVENTED)), *table))

    def chart(self) -> Shown:
        """Show the chart on which the unusual value stands out."""
        return picture(counted(self.plan, self.lang), self.plan.chart.title, self.lang)

    def found(self) -> Shown:
        """Show what the detectors find in the table, and what the guideline's example says about it."""
        findings = work_through(self.example).to_dict(self.lang)["findings"]
        told = [Say(f"{', '.join(one['columns'])}: {one['message']}") for one in findings if self._asked(one)]
        return Shown((Say(self._say(_FOUND.fill(found=self.example.found)), "note"), *told))

    def choose(self) -> Shown:
        """Let the learner choose between the ways to decide; each says what follows from it."""
        import ipywidgets as widgets

        ways = self.plan.ways()
        buttons = widgets.RadioButtons(
            options=[(self._say(way.title), place) for place, way in enumerate(ways)],
            value=ways.index(self.way),
            description=self._say(_WAYS),
            style={"description_width": "initial"},
            layout=widgets.Layout(width="auto", max_width="100%"),
        )
        buttons.add_class("sudare-choice")
        buttons.observe(lambda change: self._take(ways[change["new"]]), names="value")
        follows = self._live.show(lambda: (self._follows(),))
        every = Grid(
            self._say(_WAYS),
            [self._say(_WAY), self._say(_FOLLOWS)],
            [(self._say(way.title), self._say(way.means)) for way in ways],
        )
        assert follows.widget is not None  # noqa: S101 - for the type: what is live has a widget
        return Shown((every, self._follows()), widgets.VBox([buttons, follows.widget]))

    def safety(self) -> Shown:
        """Show how few people share what is left, before and after."""
        return self._live.show(self._safety)

    def step(self) -> Shown:
        """Show the steps as the spec records them."""
        return self._live.show(lambda: (Say(self._say(_RECORD)), Code(self._made().steps_text)))

    def again(self) -> Shown:
        """Read the recorded spec again, run it again, and show the table after."""
        return self._live.show(self._again)

    def decision(self) -> Shown:
        """Say the decision in words."""
        return self._live.show(self._decision)

    def take(self, id: str) -> None:  # noqa: A002 - the word the files use
        """Choose a way by its id, as the buttons do; for a notebook that shows another way."""
        self._take(next(way for way in self.plan.ways() if way.id == id))

    def _take(self, way: Option) -> None:
        self.way = way
        self._live.renew()

    def _follows(self) -> Block:
        return Say(self._say(_CHOSEN.fill(title=self.way.title, means=self.way.means)), "note")

    def _made(self) -> Processed:
        return _processed(self.example.id, self.way.id)

    def _safety(self) -> tuple[Block, ...]:
        made = self._made()
        if made.problems:
            return (self._refusal(made),)
        before, after = self._figures(made)
        rows = [(self._say(name), before[n], after[n]) for n, name in enumerate(self._measured())]
        return (Grid(self._say(_SAFETY), [self._say(side) for side in _SIDES], rows),)

    def _measured(self) -> list[Text]:
        qi, focus = (Text(_COMMA.ja.join(names), _COMMA.en.join(names)) for names in (self._qi(), self.plan.focus))
        return [_ROWS, _K.fill(columns=qi), _UNIQUES, _FOCUS.fill(columns=focus)]

    def _figures(self, made: Processed) -> tuple[list[str], list[str]]:
        one = self.example
        renamed = {old: new for step in made.document.spec.steps for old, new in step.renames().items()}
        return (
            self._of(one.before.columns, one.before.rows, {}),
            self._of(made.columns, made.rows, renamed),
        )

    def _of(self, columns: Sequence[str], rows: Sequence[Sequence[str]], renamed: Mapping[str, str]) -> list[str]:
        known = [name for old in self._qi() if (name := renamed.get(old, old)) in columns]
        table = pa.table({name: [row[n] or None for row in rows] for n, name in enumerate(columns)})
        found = risk(table, known) if known else None
        none = self._say(_NONE)
        focus = [columns.index(name) for old in self.plan.focus if (name := renamed.get(old, old)) in columns]
        return [
            f"{len(rows):,}",
            none if found is None else f"{found.k:,}",
            none if found is None else f"{found.uniques:,}",
            self._like_the_unusual(rows, focus) if focus else none,
        ]

    def _like_the_unusual(self, rows: Sequence[Sequence[str]], focus: Sequence[int]) -> str:
        """Count the records that look like the unusual ones; records keep their order, and go only where they are deleted."""
        if len(rows) < len(self.example.before.rows):
            return self._say(_GONE)
        cells = [tuple(row[place] for place in focus) for row in rows]
        groups = Counter(cells)
        return f"{min(groups[cells[place]] for place in unusual(self.plan)):,}"

    def _qi(self) -> list[str]:
        return [column.name for column in self.example.columns if column.kind == "quasi-identifier"]

    def _again(self) -> tuple[Block, ...]:
        made = self._made()
        if made.problems:
            return (self._refusal(made),)
        same = made.read_again() == numbered(made.columns, made.rows, made.keyed, "ja")
        told = self._say(_SAME.fill(n=len(made.rows)) if same else _DIFFERENT)
        keyed: list[Block] = [Say(self._say(_KEYED))] if made.keyed else []
        rows = numbered(made.columns, made.rows, made.keyed, self.lang)
        return (Say(told, "" if same else "alert"), *keyed, *rows_of(self._say(_AFTER), made.columns, rows, self.lang))

    def _decision(self) -> tuple[Block, ...]:
        made, said = self._made(), Say(self._say(_DECISION.fill(title=self.way.title)), "note")
        if made.problems:
            return (said, self._refusal(made), Say(self._say(_MUST_CHANGE)))
        reasons = dict.fromkeys(step["because"] for step in made.example.steps_in(self.lang))
        because = _BECAUSE.fill(because=_COMMA.pick(self.lang).join(reasons))
        before, after = self._figures(made)
        rows, k, uniques, _ = (f"{old} → {new}" for old, new in zip(before, after, strict=True))
        return (
            said,
            Say(self._say(because)),
            Say(self._say(_FIGURES.fill(rows=rows, k=k, uniques=uniques))),
            *self._beside_the_guideline(),
            Say(self._say(_WATCH.fill(watch=self.example.watch))),
        )

    def _beside_the_guideline(self) -> tuple[Block, ...]:
        if self.way.id != self.plan.ways()[0].id:
            return (Say(self._say(_OTHERWISE.fill(means=self.way.means))),)
        return (Say(self._say(_AS_EXAMPLE)),) if self.plan.numbered else ()

    def _refusal(self, made: Processed) -> Block:
        line = " ".join(problem.line(self.lang) for problem in made.problems)
        return Say(self._say(_REFUSED.fill(line=line)), "alert")

    def _asked(self, finding: dict[str, object]) -> bool:
        return any(
            (one.kind, list(one.columns)) == (finding["kind"], finding["columns"]) for one in self.example.expected
        )

    def _say(self, text: Text) -> str:
        return text.pick(self.lang)


@functools.lru_cache(maxsize=64)
def _processed(example: str, way: str) -> Processed:
    """Work one way through once: several cells ask for it."""
    plan = lesson_plan(example)
    return Processed(plan.decided(next(one for one in plan.ways() if one.id == way)))
