"""Errors speak both languages, keep their codes, and end a command with the right number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.errors import Problem, Refused, SudareError, UsageError, did_you_mean, nearest
from sudare.language import NOTHING, Text, preferred

PROBLEM = Problem(
    "bad-date", "steps[1]", Text("実在しない日付です。", "there is no such day."), Text("直してください。", "Mend it.")
)
BARE = Problem("full", "", Text("満杯です。", "it is full."))


def test_a_problem_is_told_in_either_language() -> None:
    assert PROBLEM.line("ja") == "[bad-date] steps[1]: 実在しない日付です。 直してください。"
    assert PROBLEM.line("en") == "[bad-date] steps[1]: there is no such day. Mend it."
    assert BARE.line("en") == "[full] it is full."
    assert PROBLEM.to_dict("en") == {
        "code": "bad-date",
        "where": "steps[1]",
        "message": "there is no such day. Mend it.",
    }
    assert list(BARE.to_dict("ja").values()) == ["full", "", "満杯です。"]


@pytest.mark.parametrize(("kind", "exit_code"), [(SudareError, 1), (UsageError, 2), (Refused, 3)])
def test_each_kind_of_error_has_its_exit_code(kind: type[SudareError], exit_code: int) -> None:
    error = kind([PROBLEM, BARE])
    assert error.exit_code == exit_code
    assert error.problems == (PROBLEM, BARE)
    assert kind(PROBLEM).problems == (PROBLEM,)
    assert issubclass(kind, SudareError)


def test_an_error_holds_all_its_problems_one_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDARE_LANG", "en")
    assert str(Refused([PROBLEM, BARE])) == "[bad-date] steps[1]: there is no such day. Mend it.\n[full] it is full."
    monkeypatch.setenv("SUDARE_LANG", "ja")
    assert str(Refused(iter([BARE]))) == "[full] 満杯です。"


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("hieght", ["height", "weight"], "height"),
        ("年令", ["年齢", "住所"], None),
        ("x", [], None),
        ("判定２", ["判定2"], "判定2"),
    ],
)
def test_the_near_match_is_named_or_nothing(word: str, known: list[str], near: str | None) -> None:
    assert nearest(word, known) == near
    hint = did_you_mean(word, known)
    assert hint == NOTHING if near is None else hint.en == f"Did you mean '{near}'?"


def test_placeholders_are_filled_in_each_language() -> None:
    told = Text("{kind}が{n}件", "{n} of {kind}").fill(kind=Text("住所", "addresses"), n=3)
    assert told == ("住所が3件", "3 of addresses")
    assert Text("{{そのまま}}", "{{as is}}").fill() == ("{そのまま}", "{as is}")


@given(st.text())
def test_a_filled_word_is_not_read_as_a_placeholder(word: str) -> None:
    assert Text("「{word}」", "'{word}'").fill(word=word) == (f"「{word}」", f"'{word}'")


def test_empty_texts_leave_no_gap() -> None:
    one = Text("一", "one")
    assert one.join(NOTHING, Text("二", "two")) == ("一 二", "one two")
    assert one.join(NOTHING) == one
    assert NOTHING.join(one, by="、") == one


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"SUDARE_LANG": "en", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"SUDARE_LANG": "ja", "LANG": "en_US.UTF-8"}, "ja"),
        ({"SUDARE_LANG": "fr", "LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"LC_MESSAGES": "Japanese_Japan.932"}, "ja"),
    ],
)
def test_the_language_is_the_chosen_one_else_that_of_the_system(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
) -> None:
    for name in ("SUDARE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert preferred() == language


def test_where_nothing_is_set_there_is_still_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUDARE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert preferred() in {"ja", "en"}
