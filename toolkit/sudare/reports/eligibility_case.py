"""A numbered case of eligibility, worked through: the answered questionnaire, and what it says about the file."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from sudare.display import html_table
from sudare.language import Language, Text, preferred
from sudare.law import items, question, regime

if TYPE_CHECKING:
    from sudare.law import EligibilityExample, Question


@dataclass(frozen=True)
class EligibilityCase:
    """A numbered case of section 2-2 with the questions whose answers exclude the file."""

    example: EligibilityExample
    excluding: tuple[Question, ...]

    @property
    def as_expected(self) -> bool:
        """Whether the file is excluded: the guideline numbers these as cases of hindrance."""
        return bool(self.excluding)

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the keys of a case, null where there is no table, with the answers and what excludes the file."""
        lang, one = lang or preferred(), self.example
        return {
            "id": one.id,
            "title": one.title.pick(lang),
            "standard": None,
            "section": one.section,
            "page": one.page,
            "article": _article().pick(lang),
            "note": one.story.pick(lang),
            "before": None,
            "findings": [],
            "steps": [],
            "after": None,
            "answers": [
                {
                    "question": id_,
                    "text": question(id_).question.pick(lang),
                    "answer": answer,
                    "means": question(id_).answer(answer).means.pick(lang),
                }
                for id_, answer in one.answers.items()
            ],
            "excluded_by": [asked.id for asked in self.excluding],
            "as_expected": self.as_expected,
        }

    def lines(self, lang: Language | None = None) -> list[str]:
        """Return the case as lines for a screen."""
        lang, one = lang or preferred(), self.example
        asked = [f"- {asked.pick(lang)}\n  {answered.pick(lang)}" for asked, answered in self._answered()]
        return [
            f"{one.id}  {one.title.pick(lang)}",
            _source(one).pick(lang),
            "",
            one.story.pick(lang),
            "",
            *asked,
            "",
            self._verdict().pick(lang),
        ]

    def _answered(self) -> list[tuple[Text, Text]]:
        chosen = ((question(id_), answer) for id_, answer in self.example.answers.items())
        told = Text("{answer}。{means}", "{answer}. {means}")
        return [
            (one.question, told.fill(answer=ANSWERS.get(answer, answer), means=one.answer(answer).means))
            for one, answer in chosen
        ]

    def _verdict(self) -> Text:
        if not self.excluding:
            return Text("対象から外れる答えはありません。", "No answer excludes the file.")
        told = Text("対象になりません。理由となる問い: {questions}", "The file must not be processed, by: {questions}")
        both = (" ".join(asked.question.pick(lang) for asked in self.excluding) for lang in _LANGUAGES)
        return told.fill(questions=Text(*both))

    def _repr_html_(self) -> str:
        lang, one = preferred(), self.example
        head = f"<h4>{escape(f'{one.id}  {one.title.pick(lang)}')}</h4><p>{escape(one.story.pick(lang))}</p>"
        return head + html_table(_source(one), self._answered(), lang) + f"<p>{escape(self._verdict().pick(lang))}</p>"


_LANGUAGES: tuple[Language, Language] = ("ja", "en")
ANSWERS = {
    "yes": Text("はい", "yes"),
    "no": Text("いいえ", "no"),
    "all": Text("全部", "all"),
    "some": Text("一部", "some"),
    "none": Text("開示しない", "none"),
}


def decide(example: EligibilityExample) -> EligibilityCase:
    """Ask the questionnaire what follows from a case's answers.

    >>> from sudare.law import eligibility_examples
    >>> [one.id for one in decide(eligibility_examples()[2]).excluding]
    ['no-export']
    """
    answers = example.answers
    return EligibilityCase(example, tuple(asked for item in items() for asked in item.excluding(answers)))


def _article() -> Text:
    return regime("gov-current").article("definition").text


def _source(example: EligibilityExample) -> Text:
    return Text(
        "対象の判断（{article}）。ガイドライン（2017年3月）{section}、{page}頁",
        "eligibility ({article}). Guideline of March 2017, {section}, p. {page}",
    ).fill(article=_article(), section=example.section, page=example.page)
