from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sudare.techniques.technique import HIDDEN
from sudare.techniques.truncate_code import TruncateCode
from techniques_at_work import run_step


def step(**more: Any) -> dict[str, Any]:
    return {"technique": "truncate-code", "columns": ["code"], "keep": 3, **more}


def postal(**more: Any) -> dict[str, Any]:
    return step(form="postal", shorter="suppress", **more)


def cut(given: dict[str, Any], *codes: str | None) -> list[Any]:
    outcome = run_step(given, {"code": "text"}, [(code,) for code in codes])
    assert outcome.codes == []
    return [row[0] for row in outcome.rows]


@pytest.mark.parametrize(
    "written", ["1600022", "160-0022", "〒160-0022", "１６０－００２２", "〒 160 0022", "160−0022"]
)
def test_a_postal_code_is_read_however_it_is_written(written: str) -> None:
    assert cut(postal(), written) == ["160"]


@pytest.mark.parametrize(
    "written", ["600000", "060000", "16000221", "160-022", "1600-022", "160", "A60-0022", "なし", ""]
)
def test_what_is_no_postal_code_is_hidden_and_never_guessed_at(written: str) -> None:
    assert cut(postal(), written) == [HIDDEN]


def test_leading_zeros_survive() -> None:
    assert cut(postal(), "0600000", "060-0000") == ["060", "060"]


def test_the_fill_stands_for_the_rest_whatever_its_length() -> None:
    assert cut(step(fill="**"), "ABC", "ABCD", "ABCDEFG") == ["ABC**", "ABC**", "ABC**"]


def test_characters_are_counted_in_half_width_and_a_plain_hyphen_counts() -> None:
    assert cut(step(), "ＡＢ－１", "AB-1", "A B C D", "漢字𠮷野") == ["AB-", "AB-", "ABC", "漢字𠮷"]


def test_missing_stays_missing() -> None:
    assert cut(step(), None, "ABCD") == [None, "ABC"]


def test_hidden_cells_stay_hidden() -> None:
    outcome = run_step(
        step(), {"code": "text"}, [("XYZ1",), ("ABCD",)], hide={"code": {"column": "code", "equals": "XYZ1"}}
    )
    assert outcome.rows == [(HIDDEN,), ("ABC",)]


@pytest.mark.parametrize(("shorter", "left"), [("keep", ["AB", "", "ABC**"]), ("suppress", [HIDDEN, HIDDEN, "ABC**"])])
def test_short_codes_are_kept_or_hidden(shorter: str, left: list[Any]) -> None:
    assert cut(step(shorter=shorter, fill="**"), "AB", " ", "ABCD") == left


def test_short_codes_stop_the_run_and_are_only_counted() -> None:
    outcome = run_step(step(), {"code": "text"}, [("Q7",), ("Q8",), ("ABCD",), (None,)])
    assert outcome.codes == ["short-code"]
    assert "<10" in outcome.refused[0].what.en
    assert not any("Q7" in text for text in (outcome.refused[0].line("ja"), outcome.refused[0].line("en")))


def test_two_columns_are_cut_alike() -> None:
    outcome = run_step(step(columns=["a", "b"]), {"a": "text", "b": "text"}, [("ABCD", "1234")])
    assert outcome.rows == [("ABC", "123")]


@pytest.mark.parametrize("kind", ["integer", "decimal", "date"])
def test_a_code_is_text(kind: Any) -> None:
    assert run_step(step(), {"code": kind}, []).codes == ["wrong-type"]


@pytest.mark.parametrize(
    "more",
    [
        {"keep": 0},
        {"keep": 65},
        {"fill": " "},
        {"shorter": "guess"},
        {"form": "postal", "keep": 7},  # nothing would be cut
        {"form": "postal", "shorter": "keep"},  # there is no shorter postal code
    ],
)
def test_half_measures_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TruncateCode.model_validate({**step(**more), "because": "x"})


@pytest.mark.parametrize(
    ("more", "old", "new", "kept"),
    [
        ({}, "ABCD", "ABC", True),
        ({}, "ABCD", "ABCD", False),
        ({}, "ABCD", "AB", False),
        ({}, "ABCD", "BCD", False),
        ({}, "ABCD", None, False),
        ({}, None, "ABC", False),
        ({}, "AB", HIDDEN, False),  # nobody said to hide
        ({"shorter": "keep"}, "AB", "AB", True),
        ({"fill": "*"}, "ABCD", "ABC", False),
        ({"form": "postal"}, "160-0022", "160", True),
        ({"form": "postal"}, "160-0022", "16-", False),
    ],
)
def test_the_promise_can_be_broken(more: dict[str, Any], old: Any, new: Any, kept: bool) -> None:  # noqa: FBT001 - a table
    technique = TruncateCode.model_validate({**step(**more), "because": "x"})
    assert technique.holds([{"code": old}], [{"code": new}]) is kept
