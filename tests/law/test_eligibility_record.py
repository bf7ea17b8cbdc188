"""The record of eligibility beside a spec: written and read by a spec's rules, and asked by every check and run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_runs import document, refused, run, step, texts
from sudare import check, law
from sudare.errors import SudareError
from sudare.specs import check_document, read_spec
from sudare.specs.eligibility import Eligibility, dump_eligibility, parse_eligibility, read_eligibility

if TYPE_CHECKING:
    from pathlib import Path

BY = "山田 2026-06-02"
FITS = {
    "in-register": "yes", "state-or-crime": "no", "disclosure": "all", "not-disclosed": "no",
    "heavy-work": "no", "system-stop": "no", "no-export": "no", "too-little": "no",
}  # fmt: skip


def record(answers: dict[str, str]) -> str:
    lines = [f"  - {{question: {id_}, answer: {answer}, by: {BY}}}\n" for id_, answer in answers.items()]
    return "sudare: 1\ntitle: 健診\nanswers:\n" + "".join(lines)


def spec_beside(folder: Path, answers: dict[str, str] | None, named: str = "健診.eligibility.yaml") -> Path:
    """A spec that names a record, and the record where there are answers."""
    if answers is not None:
        (folder / "健診.eligibility.yaml").write_text(record(answers), encoding="utf-8")
    path = folder / "健診.sudare.yaml"
    path.write_text(
        f"sudare: 1\ntitle: 健診\nfile: {{eligibility: {named}}}\ninput:\n  columns:\n    - {{name: 区分, type: text}}\n"
        "steps:\n  - {technique: keep, columns: [区分], because: 広い区分}\n",
        encoding="utf-8",
    )
    return path


def points(path: Path) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in check(path).open if one.where.startswith("file.eligibility")]


def test_a_complete_record_that_fits_leaves_nothing_open(tmp_path: Path) -> None:
    checked = check(spec_beside(tmp_path, FITS))
    assert checked.ok
    assert points(spec_beside(tmp_path, FITS)) == []


def test_a_record_that_is_named_and_not_there_is_open_and_stops_nothing(tmp_path: Path) -> None:
    path = spec_beside(tmp_path, None)
    assert check(path).ok
    assert points(path) == [("no-eligibility", "file.eligibility")]


def test_each_question_without_an_answer_is_open(tmp_path: Path) -> None:
    answers = {id_: answer for id_, answer in FITS.items() if id_ not in {"heavy-work", "not-disclosed"}}
    path = spec_beside(tmp_path, answers)
    assert check(path).ok
    assert points(path) == [
        ("unanswered", "file.eligibility.not-disclosed"),
        ("unanswered", "file.eligibility.heavy-work"),
    ]


def test_an_answer_that_excludes_the_file_is_a_problem(tmp_path: Path) -> None:
    checked = check(spec_beside(tmp_path, FITS | {"no-export": "yes"}))
    assert not checked.ok
    [problem] = checked.problems
    assert (problem.code, problem.where) == ("file-excluded", "file.eligibility.no-export")
    assert problem.message.ja == (
        "「システムの作りのために、電子データとして取り出せないものですか。」への答えから、このファイルは対象になりません。"
        " 加工を進めず、判断を見直してください。"
    )
    assert problem.message.en == (
        "by the answer to 'Is the system built so that nothing can be taken out electronically?' the file must not be "
        "processed. Do not go on; look at the decision again."
    )


def test_an_excluded_file_is_not_run(tmp_path: Path) -> None:
    spec = read_spec(spec_beside(tmp_path, FITS | {"heavy-work": "yes"}))
    found = refused(lambda: run(tmp_path, spec, texts(区分=["甲", "乙"])))
    assert found == {"file-excluded": ["file.eligibility.heavy-work"]}


def test_the_name_without_its_ending_names_the_record_that_is_there(tmp_path: Path) -> None:
    path = spec_beside(tmp_path, FITS | {"too-little": "yes"}, named="健診")
    assert [one.code for one in check(path).problems] == ["file-excluded"]


@pytest.mark.parametrize("words", ["適格判断-2026-03", "../健診", "書庫の" * 100, "CON"])
def test_other_words_name_a_paper_file_and_are_not_looked_for(tmp_path: Path, words: str) -> None:
    path = spec_beside(tmp_path, FITS | {"too-little": "yes"}, named=words)
    assert check(path).ok
    assert points(path) == []


def test_a_record_outside_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "外.eligibility.yaml").write_text(record(FITS), encoding="utf-8")
    inner = tmp_path / "中"
    inner.mkdir()
    checked = check(spec_beside(inner, None, named="../外.eligibility.yaml"))
    assert [(one.code, one.where) for one in checked.problems] == [("outside-folder", "file.eligibility")]


def test_a_spec_that_was_not_read_from_a_file_has_no_record_beside_it() -> None:
    columns, steps = [{"name": "区分", "type": "text"}], [step("keep", "区分")]
    checked = check_document(document(columns, steps, file={"eligibility": "x.eligibility.yaml"}))
    assert checked.ok
    assert ("no-eligibility", "file.eligibility") in [(one.code, one.where) for one in checked.open]


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("sudare: 1\nanswer: []\n", "unknown-key", "file.eligibility"),
        ("sudare: 2\n", "bad-value", "file.eligibility.sudare"),
        ("sudare: 1\nanswers: [\n", "bad-yaml", "file.eligibility line 3"),
        ("sudare: 1\nanswers: [{question: heavy-wrok, answer: yes, by: 山田 2026-06-02}]\n", "unknown-name", "file.eligibility.answers[0]"),
        ("sudare: 1\nanswers: [{question: heavy-work, answer: maybe, by: 山田 2026-06-02}]\n", "unknown-name", "file.eligibility.answers[0]"),
        ("sudare: 1\nanswers: [{question: heavy-work, answer: no}]\n", "missing-key", "file.eligibility.answers[0]"),
        ("sudare: 1\nanswers: [{question: heavy-work, answer: no, by: 山田 2026-02-30}]\n", "bad-date", "file.eligibility.answers[0].by"),
        (record({"no-export": "no"}) + f"  - {{question: no-export, answer: yes, by: {BY}}}\n", "answered-twice", "file.eligibility"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_used_says_why(text: str, code: str, where: str) -> None:
    assert refused(lambda: parse_eligibility(text)) == {code: [where]}


def test_a_faulty_record_stops_the_check_and_the_near_match_is_named(tmp_path: Path) -> None:
    path = spec_beside(tmp_path, {"heavy-wrok": "yes"})
    [problem] = check(path).problems
    assert problem.code == "unknown-name"
    assert "Did you mean 'heavy-work'?" in problem.line("en")


def test_a_record_that_is_no_utf_8_or_cannot_be_opened_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.eligibility.yaml"
    path.write_bytes("sudare: 1\ntitle: 健診\n".encode("cp932"))
    assert refused(lambda: read_eligibility(path)) == {"eligibility-encoding": ["file.eligibility"]}
    with pytest.raises(SudareError) as missing:
        read_eligibility(tmp_path / "none.eligibility.yaml")
    assert missing.value.problems[0].code == "cannot-open"


def test_a_record_is_written_in_one_style() -> None:
    text = (
        "sudare: 1\ntitle: 健診\nanswers:\n"
        '  - {question: in-register, answer: "yes", because: 健-012, by: 山田 2026-06-02}\n'
        "  - {question: disclosure, answer: some, by: 佐藤 2026-06-03}\n"
    )
    assert dump_eligibility(parse_eligibility(text)) == text


ANSWERS = st.lists(
    st.sampled_from([(one.id, answer.id) for one in law.questions() for answer in one.answers]),
    unique_by=lambda pair: pair[0],
)


@given(ANSWERS)
def test_what_was_written_is_read_again(answers: list[tuple[str, str]]) -> None:
    given_ = [{"question": id_, "answer": answer, "by": BY} for id_, answer in answers]
    made = Eligibility.model_validate({"sudare": 1, "answers": given_})
    assert parse_eligibility(dump_eligibility(made)) == made
