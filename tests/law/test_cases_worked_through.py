"""`sudare case`: every numbered example, worked through live, told in either language and as plain data."""

from __future__ import annotations

import dataclasses
import json
from functools import cache

import pytest
from click.testing import CliRunner

import sudare
from sudare import law
from sudare.cli import main
from sudare.cli import sudare as command
from sudare.errors import UsageError
from sudare.reports.case import Case, work_through
from sudare.reports.eligibility_case import EligibilityCase, decide
from sudare.reports.plain_table import places, plain_table

PROCESSING = [one.id for one in law.examples()]
ELIGIBILITY = [one.id for one in law.eligibility_examples()]
KEYS = [
    "id", "title", "standard", "section", "page", "article", "note", "before", "findings", "why", "steps", "after",
    "watch", "as_expected",
]  # fmt: skip

worked = cache(sudare.case)


def ran(*arguments: str) -> str:
    done = CliRunner().invoke(command, ["case", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("id_", [*ELIGIBILITY, *PROCESSING])
def test_every_example_comes_out_as_the_guideline_has_it(id_: str) -> None:
    assert worked(id_).as_expected


def test_without_an_id_all_thirteen_are_listed() -> None:
    listed = sudare.case().to_dict("ja")["cases"]
    assert [one["id"] for one in listed] == [*ELIGIBILITY, *PROCESSING]
    assert len(listed) == 13
    assert listed[0] == {
        "id": "2-2-1",
        "section": "2-2",
        "standard": None,
        "article": "法60条3項（未確認）",
        "title": "手書きの台帳",
    }
    assert [one["standard"] for one in listed[4:]] == [1, 1, 3, 3, 4, 4, 5, 5, 5]


def test_plain_data_has_the_stable_keys() -> None:
    told = json.loads(ran("3-2-4-2", "--json", "--lang", "ja"))
    assert list(told) == KEYS
    assert told["id"] == "3-2-4-2"
    assert told["standard"] == 4
    assert told["before"] == {
        "columns": ["居住地", "年齢", "性別", "要介護度"],
        "rows": [list(row) for row in law.example("3-2-4-2").before.rows],
    }
    assert [one["id"] for one in told["findings"]] == ["unusual-in-society/年齢"]
    assert [one["technique"] for one in told["steps"]] == ["top-code", "keep"]
    assert [row[1] for row in told["after"]["rows"]][:5] == ["90歳以上", "90歳以上", "90歳以上", "90歳以上", "89"]
    assert told["as_expected"] is True


def test_a_case_of_eligibility_has_no_table() -> None:
    told = json.loads(ran("2-2-3", "--json", "--lang", "en"))
    assert {key: told[key] for key in ("standard", "before", "findings", "steps", "after")} == {
        "standard": None,
        "before": None,
        "findings": [],
        "steps": [],
        "after": None,
    }
    assert told["excluded_by"] == ["no-export"]
    assert told["answers"][6]["answer"] == "yes"


@pytest.mark.parametrize("id_", ["3-2-3-2", "3-2-4-1", "2-2-1"])
def test_a_case_is_told_in_either_language(id_: str) -> None:
    japanese, english = ran(id_, "--lang", "ja"), ran(id_, "--lang", "en")
    assert law.numbered(id_).title.ja in japanese
    assert law.numbered(id_).title.en in english
    assert "架空" in japanese
    assert "invented" in english


def test_an_unverified_article_is_never_printed_without_its_mark() -> None:
    for id_ in ELIGIBILITY:
        assert "法60条3項（未確認）" in ran(id_, "--lang", "ja")
        assert "Act art. 60(3) (unverified)" in ran(id_, "--lang", "en")
    assert ran("--lang", "ja").count("法60条3項（未確認）") == 4


def test_every_step_is_told_with_its_reason() -> None:
    told = ran("3-2-4-2", "--lang", "en")
    assert (
        "1. top coding: 年齢\n   at_least: 90\n   label: 90歳以上\n   because: a very great age is rare in society"
        in told
    )
    assert "2. keep: 居住地, 性別, 要介護度" in told


def test_a_long_table_is_cut_on_the_screen_and_whole_as_data() -> None:
    told = ran("3-2-5-2", "--lang", "en")
    assert told.count("(80 more rows)") == 2
    assert len(json.loads(ran("3-2-5-2", "--json"))["after"]["rows"]) == 100


def test_pseudo_ids_are_the_keys_and_other_each_time() -> None:
    first, second = (work_through(law.example("3-2-3-2")) for _ in range(2))
    assert first.as_expected
    assert second.as_expected
    assert not {row[0] for row in first.rows} & {row[0] for row in second.rows}


def test_a_case_that_comes_out_otherwise_says_so() -> None:
    case = worked("3-2-4-2")
    assert isinstance(case, Case)
    without = dataclasses.replace(case, findings=())
    other = dataclasses.replace(case, rows=case.rows[1:])
    renamed = dataclasses.replace(case, columns=(*case.columns[:-1], "別の名"))
    for one in (without, other, renamed):
        assert not one.as_expected
        assert one.lines("en")[-1] == "Findings or table differ from those of the example."
    fits = dataclasses.replace(decide(law.eligibility_examples()[0]), excluding=())
    assert not fits.as_expected


def test_an_unknown_id_is_a_usage_error_with_the_near_match(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError) as refused:
        sudare.case("3-2-5-4")
    assert refused.value.problems[0].code == "unknown-example"
    with pytest.raises(SystemExit) as left:
        main(["case", "nope", "--lang", "en"])
    assert left.value.code == 2
    assert "2-2-1, 2-2-2" in capsys.readouterr().err


def test_a_notebook_shows_a_case_with_everything_escaped() -> None:
    shown = worked("3-2-4-2")._repr_html_()
    assert "<td>90歳以上</td>" in shown
    assert shown.count("<table>") == 2
    assert "<caption>" in sudare.case()._repr_html_()
    assert "<table>" in worked("2-2-1")._repr_html_()
    example = law.example("3-2-4-2")
    spoiled = dataclasses.replace(work_through(example), columns=("<b>", *example.after.columns[1:]))
    assert "<b>" not in spoiled._repr_html_()


def test_columns_line_up_where_wide_signs_take_two_places() -> None:
    assert plain_table(["居住地", "age", "ﾖｺ"], [["松山市", "90歳以上", "x"], ["", "1", "が"]]) == [
        "居住地  age       ﾖｺ",
        "------  --------  --",
        "松山市  90歳以上  x",
        "        1         が",
    ]
    assert places("か\u3099") == 2  # a voiced mark of its own takes no place


def test_a_result_is_one_of_the_nouns() -> None:
    assert isinstance(worked("2-2-1"), EligibilityCase)
    assert isinstance(worked("3-2-1-1"), Case)
