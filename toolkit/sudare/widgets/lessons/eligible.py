"""Section 2-2 as a lesson: the questionnaire, the four hindrances that the guideline numbers, and one's own answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.language import Text
from sudare.law import eligibility_examples, items, questions, regime
from sudare.reports.eligibility_case import ANSWERS, decide
from sudare.widgets.lessons.shown import Block, Grid, Live, Say, Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.language import Language
    from sudare.law import Answer, Question

_SOURCE = Text(
    "対象の判断（{article}）。ガイドライン（2017年3月）2-2、4～6頁。問いの言葉は本ソフトウェアのものです。",
    "Eligibility ({article}); guideline of March 2017, 2-2, pp. 4-6. The questions are in the words of sudare.",
)
_QUESTIONS = Text("問いと、答えから言えること", "the questions, and what follows from each answer")
_HEAD = (
    Text("条件", "condition"),
    Text("問い", "question"),
    Text("答え", "answer"),
    Text("言えること", "what follows"),
)
_CASES = Text("支障がある場合の四つの事例（架空）", "the four cases of hindrance (invented)")
_CASE_HEAD = (
    Text("番号", "no."),
    Text("事例", "case"),
    Text("対象になるか", "eligible"),
    Text("理由の問い", "by the question"),
)
_FIRST = Text(
    "手書きの台帳の例で答えを入れてあります。選び直すと判断が変わります。",
    "Answered as for a register kept by hand; choose other answers and the decision follows.",
)
_YES = Text("対象になる", "may be processed")
_NO = Text("対象にならない", "must not be processed")
_DECISION = Text("決定: このファイルは{verdict}。", "Decision: the file {verdict}.")
_BECAUSE = Text("理由となる問い: {questions}", "By the question: {questions}")
_PARTS = Text("はじめに除く部分: {means}", "Left out first: {means}")
_OPEN = Text("まだ答えていない問い: {n}", "questions without an answer: {n}")
_PERSON = Text(
    "判断するのは人です。答えた人・日付・理由を、仕様と同じ場所の「名前.eligibility.yaml」に残します。",
    "A person decides. Who answered, when and why is recorded beside the spec in NAME.eligibility.yaml.",
)


class EligibilityLesson:
    """Whether a file may be processed at all; each method shows one cell."""

    def __init__(self, lang: Language) -> None:
        """Start with the answers of the guideline's first case."""
        self.lang = lang
        self.answers = dict(eligibility_examples()[0].answers)
        self._live = Live()

    def questions(self) -> Shown:
        """Show every question with what follows from each answer."""
        rows = [
            (self._say(item.title), self._say(asked.question), self._answer(one.id), self._say(one.means))
            for item in items()
            for asked in item.questions
            for one in asked.answers
        ]
        source = _SOURCE.fill(article=regime("gov-current").article("definition").text)
        return Shown((Say(self._say(source)), Grid(self._say(_QUESTIONS), self._heads(_HEAD), rows)))

    def cases(self) -> Shown:
        """Show the four numbered cases and what the questionnaire says about each."""
        rows = []
        for example in eligibility_examples():
            found = decide(example)
            told = f"{self._say(example.title)}: {self._say(example.story)}"
            by = " ".join(self._say(asked.question) for asked in found.excluding)
            rows.append((example.id, told, self._say(_NO if found.excluding else _YES), by))
        return Shown((Grid(self._say(_CASES), self._heads(_CASE_HEAD), rows),))

    def choose(self) -> Shown:
        """Let the learner answer every question; the decision below follows."""
        import ipywidgets as widgets

        lists: list[widgets.Widget] = []
        for asked in questions():
            list_ = widgets.Dropdown(
                options=[(self._answer(one.id), one.id) for one in asked.answers],
                value=self.answers.get(asked.id),
                layout=widgets.Layout(width="12em"),
            )
            list_.add_class("sudare-choice")
            list_.observe(lambda change, id_=asked.id: self._take(id_, change["new"]), names="value")
            words = widgets.Label(self._say(asked.question), layout=widgets.Layout(width="auto"))
            list_.tooltip = self._say(asked.question)
            lists.append(widgets.VBox([words, list_]))
        return Shown((Say(self._say(_FIRST)), self._answered()), widgets.VBox(lists))

    def decision(self) -> Shown:
        """Say the decision in words."""
        return self._live.show(self._decision)

    def _take(self, question: str, answer: str) -> None:
        self.answers[question] = answer
        self._live.renew()

    def _answered(self) -> Block:
        rows = [(self._say(one.question), self._answer(self.answers.get(one.id, ""))) for one in questions()]
        return Grid("", self._heads(_HEAD[1:3]), rows)

    def _decision(self) -> tuple[Block, ...]:
        excluding = [asked for item in items() for asked in item.excluding(self.answers)]
        unanswered = [asked for item in items() for asked in item.unanswered(self.answers)]
        verdict = Say(self._say(_DECISION.fill(verdict=_NO if excluding else _YES)), "note")
        told: list[Block] = [verdict]
        if excluding:
            told.append(Say(self._say(_BECAUSE.fill(questions=_both(excluding)))))
        if unanswered:
            told.append(Say(self._say(_OPEN.fill(n=len(unanswered)))))
        parts = [one.means for one in self._chosen() if one.file == "parts"]
        told += [Say(self._say(_PARTS.fill(means=means))) for means in parts]
        return (*told, Say(self._say(_PERSON)))

    def _chosen(self) -> list[Answer]:
        return [one.answer(self.answers[one.id]) for one in questions() if self.answers.get(one.id)]

    def _answer(self, id: str) -> str:  # noqa: A002 - the word the files use
        return self._say(ANSWERS[id]) if id in ANSWERS else ""

    def _heads(self, texts: Sequence[Text]) -> list[str]:
        return [self._say(text) for text in texts]

    def _say(self, text: Text) -> str:
        return text.pick(self.lang)


def _both(asked: Sequence[Question]) -> Text:
    return Text("".join(one.question.ja for one in asked), " ".join(one.question.en for one in asked))
