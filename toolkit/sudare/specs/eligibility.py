"""The record of whether a file may be processed: answers to the questionnaire of section 2-2, by whom and when.

It lies beside the spec as NAME.eligibility.yaml, and `file.eligibility` names it: by the whole file name, or by NAME.
Other words there, such as the number of a paper file, name no record and are not looked at.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, ValidationError, model_validator

from sudare.errors import Problem, Refused, SudareError, did_you_mean
from sudare.language import Text
from sudare.law import items, questions
from sudare.models import Model, Words, fault, field, problems_of
from sudare.specs.reading import Document, load_yaml, plain
from sudare.specs.writing import dump_record
from sudare.tables.beside import beside
from sudare.techniques.technique import By

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sudare.law import Question

SUFFIX = ".eligibility.yaml"
WHERE = "file.eligibility"
_ABSENT = "no-eligibility"


def _real_day(by: str) -> str:
    try:
        date.fromisoformat(by.rpartition(" ")[2])
    except ValueError:
        raise fault("bad-date", Text("実在しない日付です。", "there is no such day.")) from None
    return by


class Given(Model):
    """One answer: to which question, what was answered, why, by whom and when."""

    question: Words = field(Text("問い", "question"))
    answer: Words = field(Text("答え", "answer"))
    because: Words | None = field(Text("理由", "because"), default=None)
    by: Annotated[By, AfterValidator(_real_day)] = field(Text("決定者と日付", "by"))

    @model_validator(mode="after")
    def _is_in_the_questionnaire(self) -> Given:
        known = {one.id: [answer.id for answer in one.answers] for one in questions()}
        if self.question not in known:
            raise _unknown(Text("そのような問いはありません。", "there is no such question."), self.question, known)
        if self.answer not in known[self.question]:
            what = Text("この問いの答えではありません。", "the question has no such answer.")
            raise _unknown(what, self.answer, known[self.question])
        return self


class Eligibility(Model):
    """The answers that were given about one file. What is not answered is open."""

    sudare: int = field(Text("書式の版", "version of the format"), ge=1, le=1)
    title: Words | None = field(Text("題名", "title"), default=None)
    answers: tuple[Given, ...] = field(Text("答え", "answers"), default=())

    @model_validator(mode="after")
    def _answers_once(self) -> Eligibility:
        asked = [one.question for one in self.answers]
        if len(set(asked)) < len(asked):
            what = Text("同じ問いに二度答えています。", "one question is answered twice.")
            raise fault("answered-twice", what)
        return self

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions that still need an answer."""
        return tuple(one for item in items() for one in item.unanswered(self._by_question()))

    @property
    def excluding(self) -> tuple[Question, ...]:
        """The questions whose answers say that the file must not be processed."""
        return tuple(one for item in items() for one in item.excluding(self._by_question()))

    def _by_question(self) -> dict[str, str]:
        return {one.question: one.answer for one in self.answers}


def _unknown(what: Text, word: str, known: Iterable[str]) -> Exception:
    names = list(known)
    near = did_you_mean(word, names)
    return fault(
        "unknown-name",
        what,
        near if near.en else Text("あるもの: {all}", "There are: {all}").fill(all=", ".join(names)),
    )


def read_eligibility(path: Path | str) -> Eligibility:
    """Read a record by the rules of a spec: scalars as text, unknown keys refused, every fault at once.

    Raises `Refused` for a record that cannot be used, `SudareError` where the file cannot be opened.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        what = Text("対象の判断の記録を開けません（{kind}）。", "the record of eligibility cannot be opened ({kind}).")
        raise SudareError(Problem("cannot-open", WHERE, what.fill(kind=type(error).__name__))) from None
    try:
        return parse_eligibility(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        what = Text("対象の判断の記録が UTF-8 ではありません。", "the record of eligibility is not UTF-8.")
        raise Refused(Problem("eligibility-encoding", WHERE, what)) from None


def parse_eligibility(text: str) -> Eligibility:
    r"""Read a record from its text.

    >>> text = "sudare: 1\nanswers:\n  - {question: heavy-work, answer: yes, by: 山田 2026-06-01}\n"
    >>> [question.id for question in parse_eligibility(text).excluding]
    ['heavy-work']
    """
    try:
        return Eligibility.model_validate(plain(load_yaml(text)))
    except ValidationError as error:
        raise Refused(problems_of(error, Eligibility, WHERE)) from None
    except Refused as refused:
        raise Refused(
            Problem(one.code, f"{WHERE} {one.where}".strip(), one.what, one.now) for one in refused.problems
        ) from None


def dump_eligibility(record: Eligibility) -> str:
    r"""Write a record in the one style of a spec; reading it gives the same record.

    >>> record = parse_eligibility("sudare: 1\nanswers: [{question: no-export, answer: no, by: 山田 2026-06-01}]\n")
    >>> print(dump_eligibility(record), end="")
    sudare: 1
    answers:
      - {question: no-export, answer: "no", by: 山田 2026-06-01}
    """
    return dump_record(record)


def named_record(document: Document) -> str | None:
    """Return the name of the file that `file.eligibility` names beside the spec, or None where it names no record."""
    words = document.spec.file.eligibility if document.spec.file else None
    if words is None or words.endswith(SUFFIX):
        return words
    name = f"{words}{SUFFIX}"
    try:
        beside(document.folder, name, WHERE)
    except Refused:  # nothing there under these words: they name a file on paper
        return None
    return name


def excluded(document: Document) -> Iterator[Problem]:
    """Say why the file must not be processed, by the record beside the spec; and what is wrong with the record."""
    try:
        record = _record(document)
    except SudareError as error:
        yield from (one for one in error.problems if one.code != _ABSENT)
        return
    for question in record.excluding if record else ():
        what = Text(
            "「{question}」への答えから、このファイルは対象になりません。",
            "by the answer to '{question}' the file must not be processed.",
        )
        now = Text("加工を進めず、判断を見直してください。", "Do not go on; look at the decision again.")
        yield Problem("file-excluded", f"{WHERE}.{question.id}", what.fill(question=question.question), now)


def unanswered(document: Document) -> Iterator[Problem]:
    """Say what is open: a record that is named and not there, and each question without an answer."""
    try:
        record = _record(document)
    except SudareError as error:
        yield from (one for one in error.problems if one.code == _ABSENT)
        return
    for question in record.open if record else ():
        what = Text("答えがありません（未確認）: {question}", "no answer (not confirmed): {question}")
        yield Problem("unanswered", f"{WHERE}.{question.id}", what.fill(question=question.question))


def _record(document: Document) -> Eligibility | None:
    """Return the record that a spec names, None where it names none; one that is not there is refused as absent."""
    name = named_record(document)
    if name is None:
        return None
    if document.folder is None:  # a spec that was not read from a file has nothing beside it
        raise Refused(_absent())
    try:
        path = beside(document.folder, name, WHERE)
    except Refused as refused:
        raise Refused(_absent() if one.code == "no-file" else one for one in refused.problems) from None
    return read_eligibility(path)


def _absent() -> Problem:
    what = Text("対象の判断の記録がありません（未確認）。", "the record of eligibility is not there (not confirmed).")
    return Problem(_ABSENT, WHERE, what, Text("仕様と同じ場所に置いてください。", "Put it beside the spec."))
