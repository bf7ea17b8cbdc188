"""Whether a file may be processed at all: section 2-2 as a questionnaire, and what its answers add up to."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from sudare.law.guideline import pick
from sudare.law.reading import BothLanguages, toml
from sudare.law.statutes import Provision
from sudare.models import Model, Words


class Answer(Model):
    """One answer that can be given, and what follows from it for the file."""

    id: Words
    file: Literal["fits", "excluded", "parts"]
    means: BothLanguages


class Question(Model):
    """One question with its answers."""

    id: Words
    question: BothLanguages
    answers: tuple[Answer, ...]

    def answer(self, id: str) -> Answer:  # noqa: A002 - the word the files use
        """Return one answer. Raises `unknown-answer`, with the near match."""
        return pick(id, {one.id: one for one in self.answers}, "unknown-answer")


class Item(Model):
    """One condition of section 2-2 and its questions: each must fit, or one of them is enough."""

    id: Literal["1", "2", "without", "3"]
    needs: Literal["each", "one"]
    page: int
    title: BothLanguages
    law_2017: Provision
    questions: tuple[Question, ...]

    def unanswered(self, answers: Mapping[str, str]) -> tuple[Question, ...]:
        """Return the questions that still matter and have no answer."""
        given = self._given(answers)
        if self.needs == "one" and any(one.file != "excluded" for one in given.values()):
            return ()
        return tuple(one for one in self.questions if one.id not in given)

    def excluding(self, answers: Mapping[str, str]) -> tuple[Question, ...]:
        """Return the questions whose answers exclude the file, by this item alone."""
        given = self._given(answers)
        against = tuple(one for one in self.questions if one.id in given and given[one.id].file == "excluded")
        return against if self.needs == "each" or len(against) == len(self.questions) else ()

    def _given(self, answers: Mapping[str, str]) -> dict[str, Answer]:
        return {one.id: one.answer(answers[one.id]) for one in self.questions if one.id in answers}


class EligibilityExample(Model):
    """A numbered case of the guideline, as an answered questionnaire; what is not answered fits."""

    id: Words
    section: Words
    page: int
    title: BothLanguages
    story: BothLanguages
    given: Mapping[str, Words] = Field(alias="answers")

    @property
    def answers(self) -> dict[str, str]:
        """The case's own answers, and to every other question the one that fits, where one does by itself."""
        fitting = {one.id: answer.id for one in questions() for answer in one.answers[:1] if answer.file == "fits"}
        return {**fitting, **self.given}


@functools.cache
def items() -> tuple[Item, ...]:
    """Return the conditions of section 2-2, in order.

    >>> [(item.id, len(item.questions)) for item in items()]
    [('1', 2), ('2', 2), ('without', 1), ('3', 4)]
    """
    return tuple(Item.model_validate(one) for one in toml("eligibility.toml")["items"])


def questions() -> tuple[Question, ...]:
    """Return every question, in order."""
    return tuple(question for item in items() for question in item.questions)


def question(id: str) -> Question:  # noqa: A002 - the word the files use
    """Return one question. Raises `unknown-question`, with the near match.

    >>> [answer.id for answer in question("disclosure").answers]
    ['all', 'some', 'none']
    """
    return pick(id, {one.id: one for one in questions()}, "unknown-question")


@functools.cache
def eligibility_examples() -> tuple[EligibilityExample, ...]:
    """Return the four numbered cases of section 2-2, in the guideline's order."""
    return tuple(EligibilityExample.model_validate(one) for one in toml("eligibility.toml")["examples"])
