"""The kinds of individual identification codes: each is looked for by a detector, or it is said why not."""

from __future__ import annotations

import re

import pytest

from findings.views import view_of
from sudare import law
from sudare.errors import UsageError
from sudare.findings import detect
from sudare.findings.detectors import detectors
from sudare.findings.one_column import OneColumn

BODY = ["dna", "face", "iris", "voice", "gait", "vein", "fingerprint"]
VECTOR = ["[" + ", ".join(f"{n / 7 + row:.4f}" for n in range(20)) + "]" for row in range(6)]
# Invented values of each kind; the My Numbers pass, and the licences are made up.
VALUES = {
    **dict.fromkeys(BODY, VECTOR),
    "dna": ["ACGT" * 10 + "A" * n for n in range(6)],
    "passport": [f"AB{1234560 + n}" for n in range(6)],
    "pension": [f"1234-{567890 + n}" for n in range(6)],
    "driving-licence": [str(300000000000 + n) for n in range(6)],
    "resident-record": [str(12345678900 + n) for n in range(6)],
    "my-number": ["123456789018", "1234 5678 9018", "123456789018"],
    "national-health-insurance": [f"記号{n}・{123 + n}" for n in range(6)],
    "elderly-insurance": [str(12345670 + n) for n in range(6)],
    "care-insurance": [str(1234567890 + n) for n in range(6)],
    "employees-insurance": [f"12345-{n}" for n in range(6)],
    "employment-insurance": [f"1234-567890-{n}" for n in range(6)],
    "residence-card": [f"AB1234567{n}CD" for n in range(6)],
    "special-resident": [f"AB1234567{n}CD" for n in range(6)],
}


def test_the_body_has_seven_kinds_and_the_numbers_follow() -> None:
    assert [one.id for one in law.code_kinds() if one.group == "body"] == BODY
    assert len({one.id for one in law.code_kinds()}) == len(law.code_kinds()) == 21


def test_a_detector_that_is_named_exists_and_answers_standard_2() -> None:
    by_kind = {one.kind: one for one in detectors()}
    for code in law.code_kinds():
        if code.detector is not None:
            assert by_kind[code.detector].standard == 2, code.id


def test_every_detector_of_codes_is_named() -> None:
    named = {one.detector for one in law.code_kinds()} - {None}
    assert named == {one.kind for one in detectors() if one.standard == 2}


def test_the_kinds_without_a_detector_say_why() -> None:
    without = {one.id: one.no_detector for one in law.code_kinds() if one.detector is None}
    assert set(without) == {"mutual-aid", "foreign-passport"}
    assert all(why is not None and why.ja for why in without.values())


def test_a_detector_knows_the_headers_of_its_kinds() -> None:
    by_kind = {one.kind: one for one in detectors()}
    for code in law.code_kinds():
        if code.detector is not None:
            detector = by_kind[code.detector]
            assert isinstance(detector, OneColumn)
            assert all(map(detector.is_named, code.headers)), code.id


@pytest.mark.parametrize("code", [one for one in law.code_kinds() if one.detector], ids=lambda code: code.id)
def test_a_column_of_a_kind_is_found_under_each_of_its_headers(code: law.CodeKind) -> None:
    for header in code.headers:
        with view_of({header: VALUES[code.id]}) as view:
            assert [one.kind for one in detect(view) if one.standard == 2] == [code.detector]


def test_a_number_that_nobody_compared_carries_its_mark() -> None:
    provisions = [one for code in law.code_kinds() for one in (code.article_2017, code.article_current)]
    assert {one.verified for one in provisions} == {True, False}
    for one in provisions:
        assert one.text.ja.endswith("（未確認）") is not one.verified
        assert one.text.en.endswith(" (unverified)") is not one.verified
        assert one.verified is (one.verified_at is not None)


def test_of_the_old_order_only_the_item_on_the_body_was_seen_in_the_guideline() -> None:
    seen = {code.id for code in law.code_kinds() if code.article_2017.verified}
    assert seen == set(BODY)
    assert {code.article_2017.article.ja for code in law.code_kinds() if code.id in seen} == {"政令3条1号"}


def test_check_digits_are_known_by_their_source() -> None:
    known = {one.id: one.check_digit for one in law.code_kinds() if one.check_source}
    assert known["my-number"] == "official"
    assert known["driving-licence"] == "unofficial"
    for one in law.code_kinds():
        assert (one.check_digit in {"official", "unofficial"}) is (one.check_source is not None)


def test_an_unknown_kind_names_the_near_match() -> None:
    with pytest.raises(UsageError) as refused:
        law.code_kind("pasport")
    assert refused.value.problems[0].code == "unknown-code-kind"
    assert re.search("Did you mean 'passport'", refused.value.problems[0].line("en"))
