"""Page 2: what was found, by standard, each to be answered by a step or dismissed with a reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sudare.design import edits
from sudare.findings.answers import unanswered
from sudare.findings.found import LEVELS
from sudare.language import Text
from sudare.law import item_of, regime, standard
from sudare.reports.words import parameters
from sudare.specs.coverage import coverage, first_names
from sudare.techniques import techniques
from sudare.widgets.page import Page
from sudare.widgets.parts import button, column, folded, listed, row, text_field, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.errors import Problem
    from sudare.findings import Finding
    from sudare.specs import Spec
    from sudare.specs.coverage import Coverage
    from sudare.widgets.part import Part


class ColumnsPage(Page):
    """The five standards in the guideline's order."""

    title: ClassVar[Text] = Text("所見", "Findings")
    about: ClassVar[Text] = Text(
        "基準の順に所見を確かめ、一つずつ手順を選ぶか、理由を書いて対応不要とします。",
        "Go through the findings by standard; answer each with a step, or dismiss it with a reason.",
    )

    def draw(self) -> Sequence[Part]:
        """Return one section for each standard."""
        if self.desk.design is None:
            return ()
        spec = self.design.spec
        covered = coverage(spec)
        first = next((one.standard for one in covered if self._open_points(spec, one)), None)
        sections = [
            folded(
                self._head(spec, one), *self._standard(spec, one), is_open=one.standard == first, key=str(one.standard)
            )
            for one in covered
        ]
        return (self._progress(spec, covered), column(*sections, name="standards"))

    def _mine(self, number: int) -> list[Finding]:
        return [one for one in self.desk.findings if one.standard == number]

    def _open_points(self, spec: Spec, one: Coverage) -> int:
        return len(list(unanswered(spec, self._mine(one.standard)))) + len(one.open)

    def _progress(self, spec: Spec, covered: Sequence[Coverage]) -> Part:
        marks = [
            f"{'✓' if not self._open_points(spec, one) else '○'} {self.say(_NTH.fill(n=one.standard))}"
            for one in covered
        ]
        done = sum(not self._open_points(spec, one) for one in covered)
        return words(self.say(_DONE.fill(done=done, marks="　".join(marks))), "sudare-progress")

    def _head(self, spec: Spec, one: Coverage) -> str:
        left = self._open_points(spec, one)
        name = standard(str(one.standard)).title
        state = _LEFT.fill(n=left) if left else _DECIDED
        return f"{self.say(_NTH.fill(n=one.standard))} {self.say(name)} — {self.say(state)}"

    def _standard(self, spec: Spec, one: Coverage) -> list[Part]:
        article = item_of(regime(spec.regime), one.standard)
        about = _ABOUT.fill(article=article, why=standard(one.standard).explanation)
        top = words(self.say(about).strip(), "sudare-about")
        cards = [self._card(spec, finding) for finding in self._mine(one.standard)]
        points = [words(f"○ {line}", "sudare-open") for line in self._told_once(one.open)]
        none = [] if cards or not one.open else [self._nothing(one.standard)]
        return [top, *cards, *points, *none]

    def _told_once(self, points: Sequence[Problem]) -> list[str]:
        """Return what is open; what is open alike in many steps is one line that names them."""
        places: dict[str, list[str]] = {}
        for point in points:
            step = re.match(r"steps\[(\d+)\]", point.where)
            places.setdefault(self.say(point.message), []).extend([str(int(step[1]) + 1)] if step else [])
        return [
            line + (self.say(_IN_STEPS.fill(n=listed(numbers, self.desk.lang))) if numbers else "")
            for line, numbers in places.items()
        ]

    def _card(self, spec: Spec, finding: Finding) -> Part:
        is_open = bool(list(unanswered(spec, [finding])))
        state = self.say(_OPEN if is_open else _ANSWERED)
        names = listed(finding.columns, self.desk.lang)
        level = self.say(LEVELS[finding.level])
        decided = self._decided(spec, finding)
        head = words(f"{'○' if is_open else '✓'} {names} — {level} — {state}", "sudare-card-head")
        told = words(self.say(finding.message), "sudare-evidence")
        steps = [self._suggestion(finding, n) for n in range(len(finding.suggestions))]
        because = text_field(
            self.say(_BECAUSE), says=f"{self.say(_BECAUSE)}: {names}", name="dismiss-because", wide=True
        )
        dismiss = button(
            self.say(_DISMISS),
            lambda: self._dismiss(finding, because.value),
            says=f"{self.say(_DISMISS)}: {names}",
            name="dismiss",
        )
        dismissed = {one.finding for one in spec.dismissed}
        back = button(self.say(_UNDISMISS), lambda: self._undismiss(finding), name="undismiss")
        last = row(back) if finding.id in dismissed else row(because, dismiss)
        card = column(head, told, *decided, row(*steps), last, name="card", key=finding.id)
        card.add_class("sudare-is-open" if is_open else "sudare-is-answered")
        return card

    def _decided(self, spec: Spec, finding: Finding) -> list[Part]:
        """Return the steps that decide the finding's columns now."""
        told = []
        for n, (step, names) in enumerate(zip(spec.steps, first_names(spec), strict=True)):
            if step.decides and not step.disabled and set(names) & set(finding.columns):
                now = _NOW.fill(n=n + 1, name=step.label, columns=listed(names, self.desk.lang))
                told.append(words(self.say(now), "sudare-now"))
        return told

    def _suggestion(self, finding: Finding, place: int) -> Part:
        suggestion = finding.suggestions[place]
        kind = techniques()[str(suggestion.step["technique"])]
        made = kind.model_validate({**suggestion.step, "because": "-"})
        chosen = [one for one in parameters(made) if not one.value.en.endswith(_BY_DEFAULT)]
        how = [f"{self.say(one.title)}: {self.say(one.value)}" for one in chosen]
        name = Text(*[f"{kind.label.pick(lang)}{f'（{how[0]}）' if how else ''}" for lang in ("ja", "en")])
        text = self.say(_TAKE.fill(name=name))
        return button(
            text,
            lambda: self._take(finding, place),
            help=self.say(suggestion.when),
            says=f"{text}: {listed(finding.columns, self.desk.lang)}",
            name="take",
        )

    def _take(self, finding: Finding, place: int) -> None:
        label = _TOOK.fill(columns="、".join(finding.columns))
        stamp, lang = self.desk.stamp(), self.desk.lang
        self.desk.change(label, lambda spec: edits.with_answer(spec, finding, place, by=stamp, lang=lang))

    def _dismiss(self, finding: Finding, because: str) -> None:
        label = _DISMISSED.fill(columns="、".join(finding.columns))
        stamp = self.desk.stamp()
        self.desk.change(
            label,
            lambda spec: edits.dismissed(spec, finding.id, [finding.standard], because, by=stamp),
        )

    def _undismiss(self, finding: Finding) -> None:
        self.desk.change(_UNDISMISS, lambda spec: edits.undismissed(spec, finding.id))

    def _nothing(self, number: int) -> Part:
        because = text_field(self.say(_BECAUSE), self.say(_NOTHING_BECAUSE), wide=True)

        def nothing() -> None:
            stamp = self.desk.stamp()
            self.desk.change(_NOTHING, lambda spec: edits.dismissed(spec, "none", [number], because.value, by=stamp))

        return row(because, button(self.say(_NOTHING), nothing, name="nothing"))


_ABOUT = Text("{article}。{why}", "{article}. {why}")
_NTH = Text("第{n}号", "Standard {n}")
_DONE = Text("五つの基準のうち {done} つが決定済み　{marks}", "{done} of five standards decided　{marks}")
_LEFT = Text("未確認 {n} 件", "{n} open")
_DECIDED = Text("決定済み ✓", "decided ✓")
_OPEN = Text("未確認", "open")
_ANSWERED = Text("対応済み", "answered")
_NOW = Text("今の決定: 手順{n} {name} — {columns}", "decided now by step {n}: {name} — {columns}")
_TAKE = Text("「{name}」にする", "Use: {name}")
_TOOK = Text("「{columns}」の所見に手順で答える", "answer the finding on {columns}")
_IN_STEPS = Text("（手順 {n}）", " (steps {n})")
_BY_DEFAULT = "(default)"  # ends what nobody chose
_BECAUSE = Text("理由", "because")
_DISMISS = Text("対応不要とする", "Dismiss")
_DISMISSED = Text("「{columns}」の所見を対応不要とする", "dismiss the finding on {columns}")
_UNDISMISS = Text("対応不要を取り消す", "Take the dismissal back")
_NOTHING = Text("この基準に当たるものなし、とする", "Nothing falls under this standard")
_NOTHING_BECAUSE = Text("所見なし", "nothing was found")
