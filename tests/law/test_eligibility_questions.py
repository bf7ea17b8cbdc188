"""Section 2-2 as a questionnaire: what each answer means, and the four numbered cases."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_folder import shared
from sudare import law
from sudare.errors import UsageError

FITS = {
    "in-register": "yes", "state-or-crime": "no", "disclosure": "all", "not-disclosed": "no",
    "heavy-work": "no", "system-stop": "no", "no-export": "no", "too-little": "no",
}  # fmt: skip
SOME_ANSWERS = st.fixed_dictionaries(
    {}, optional={one.id: st.sampled_from([a.id for a in one.answers]) for one in law.questions()}
)


def excluding(answers: dict[str, str]) -> list[str]:
    return [one.id for item in law.items() for one in item.excluding(answers)]


def unanswered(answers: dict[str, str]) -> list[str]:
    return [one.id for item in law.items() for one in item.unanswered(answers)]


def test_the_items_are_those_of_the_definition() -> None:
    assert [(item.id, item.needs, len(item.questions)) for item in law.items()] == [
        ("1", "each", 2),
        ("2", "one", 2),
        ("without", "each", 1),
        ("3", "each", 4),
    ]
    ids = [one.id for one in law.questions()]
    assert len(set(ids)) == len(ids) == 9


def test_the_provisions_are_those_of_the_guideline() -> None:
    guideline = shared("reference", "guideline-2017-03.txt").read_text(encoding="utf-8")
    assert "2-2 行政機関非識別加工情報（法第2条第9項関係）" in guideline
    assert [item.law_2017.shown("ja") for item in law.items()] == [
        "法2条9項1号",
        "法2条9項2号イ・ロ",
        "法2条9項柱書",
        "法2条9項3号",
    ]


def test_a_file_that_fits_is_excluded_by_nothing_and_leaves_nothing_open() -> None:
    assert excluding(FITS) == []
    assert unanswered(FITS) == []


def test_without_answers_everything_is_open_and_nothing_excludes() -> None:
    assert excluding({}) == []
    assert unanswered({}) == [one.id for one in law.questions()]


@pytest.mark.parametrize(
    ("id_", "answer"),
    [
        ("in-register", "no"),
        ("state-or-crime", "yes"),
        ("heavy-work", "yes"),
        ("system-stop", "yes"),
        ("no-export", "yes"),
        ("too-little", "yes"),
    ],
)
def test_one_answer_is_enough_to_exclude(id_: str, answer: str) -> None:
    assert excluding(FITS | {id_: answer}) == [id_]


@pytest.mark.parametrize(
    ("disclosure", "third_parties", "is_excluded"),
    [
        ("all", "no", False),
        ("some", "no", False),
        ("none", "yes", False),  # (ro) alone is enough
        ("none", "no", True),
        ("some", "yes", False),
    ],
)
def test_of_the_two_ways_of_item_2_one_is_enough(disclosure: str, third_parties: str, is_excluded: bool) -> None:  # noqa: FBT001 - a parameter
    answers = FITS | {"disclosure": disclosure, "third-parties": third_parties}
    assert bool(excluding(answers)) is is_excluded


def test_a_way_of_item_2_that_fails_leaves_the_other_open() -> None:
    answers = FITS | {"disclosure": "none"}
    assert excluding(answers) == []
    assert unanswered(answers) == ["third-parties"]


def test_withheld_parts_exclude_nothing_but_are_left_out() -> None:
    assert excluding(FITS | {"not-disclosed": "yes"}) == []
    assert law.question("not-disclosed").answer("yes").file == "parts"


def test_the_first_answer_of_a_question_lets_the_file_fit() -> None:
    for one in law.questions():
        assert one.answers[0].file != "excluded", one.id
        assert len(one.answers) >= 2


@given(SOME_ANSWERS, st.data())
def test_another_answer_never_lifts_an_exclusion(answers: dict[str, str], data: st.DataObject) -> None:
    more = data.draw(SOME_ANSWERS)
    together = {**more, **answers}
    for item in law.items():
        if item.needs == "each":
            assert set(item.excluding(answers)) <= set(item.excluding(together))


def test_whatever_is_answered_a_complete_questionnaire_is_open_no_more() -> None:
    asked = law.questions()
    for chosen in itertools.product(*([answer.id for answer in one.answers] for one in asked)):
        assert unanswered({one.id: answer for one, answer in zip(asked, chosen, strict=True)}) == []


def test_the_guidelines_four_cases_are_here_and_exclude_the_file() -> None:
    guideline = shared("reference", "guideline-2017-03.txt").read_text(encoding="utf-8")
    listed = guideline[guideline.index("支障が生ずる事例】") :].partition("また、")[0]
    assert listed.count("\n事例 ") == len(law.eligibility_examples()) == 4
    assert {one.id: excluding(one.answers) for one in law.eligibility_examples()} == {
        "2-2-1": ["heavy-work"],
        "2-2-2": ["system-stop"],
        "2-2-3": ["no-export"],
        "2-2-4": ["too-little"],
    }
    assert all(unanswered(one.answers) == [] for one in law.eligibility_examples())


def test_an_unknown_question_or_answer_names_the_near_match() -> None:
    with pytest.raises(UsageError) as asked:
        law.question("heavy-wrok")
    assert "Did you mean 'heavy-work'?" in asked.value.problems[0].line("en")
    with pytest.raises(UsageError) as answered:
        law.question("disclosure").answer("al")
    assert answered.value.problems[0].code == "unknown-answer"


def test_any_numbered_example_is_had_by_its_id() -> None:
    assert isinstance(law.numbered("2-2-4"), law.EligibilityExample)
    assert isinstance(law.numbered("3-2-4-2"), law.Example)
