"""Three regimes: their words, their articles, and a mark on what nobody checked."""

from __future__ import annotations

import csv
import re

import pytest

from shared_folder import shared
from sudare import law
from sudare.errors import UsageError

NOT_IN_THE_GLOSSARY = {"個人情報", "個人情報データベース等", "匿名加工情報取扱事業者"}

UNVERIFIED_TODAY = {
    "definition": "法60条3項（未確認）",
    "security-rule": "施行規則65条（未確認）",
    "contract": "法115条（未確認）",
    "fee": "法119条（未確認）",
    "staff": "法122条（未確認）",
    "complaints": "法128条（未確認）",
}


def test_there_are_three_regimes_and_the_first_is_for_lessons() -> None:
    assert [one.id for one in law.regimes()] == ["gov-2017", "gov-current", "private-current"]
    assert [one.lessons_only for one in law.regimes()] == [True, False, False]
    assert [one.output.ja for one in law.regimes()] == [
        "行政機関非識別加工情報",
        "行政機関等匿名加工情報",
        "匿名加工情報",
    ]


def test_every_unverified_article_carries_its_mark_and_no_other_does() -> None:
    articles = [article for regime in law.regimes() for article in regime.articles]
    assert {article.verified for article in articles} == {True, False}
    for article in articles:
        assert article.shown("ja").endswith("（未確認）") is not article.verified
        assert article.shown("en").endswith(" (unverified)") is not article.verified
        assert article.shown("ja").startswith(article.article.ja)
        assert article.verified is (article.verified_at is not None)


def test_today_these_articles_are_unverified() -> None:
    regime = law.regime("gov-current")
    marked = {article.subject: article.shown("ja") for article in regime.articles if not article.verified}
    assert marked == UNVERIFIED_TODAY


@pytest.mark.parametrize(
    ("regime", "subject", "ja", "en"),
    [
        ("gov-2017", "processing-standard-rule", "規則11条1号～5号", "Rule art. 11, items 1 to 5"),
        ("gov-2017", "solicitation", "法44条の4（未確認）", "Act art. 44-4 (unverified)"),
        ("gov-current", "processing-standard-act", "法116条1項", "Act art. 116(1)"),
        ("gov-current", "no-matching", "法121条1項", "Act art. 121(1)"),
        ("gov-current", "fee", "法119条（未確認）", "Act art. 119 (unverified)"),
        (
            "private-current",
            "processing-standard-rule",
            "施行規則34条（未確認）",
            "Enforcement Rule art. 34 (unverified)",
        ),
    ],
)
def test_an_article_is_shown_as_it_may_be_printed(regime: str, subject: str, ja: str, en: str) -> None:
    article = law.regime(regime).article(subject)
    assert (article.shown("ja"), article.shown("en")) == (ja, en)
    assert article.text == (ja, en)


def test_the_articles_verified_in_the_guideline_stand_in_it() -> None:
    guideline = re.sub(r"\s", "", shared("reference", "guideline-2017-03.txt").read_text(encoding="utf-8"))
    for article in law.regime("gov-2017").articles:
        number = re.match(r"(法|規則)(\d+条(?:の\d+)?)", article.article.ja)
        assert number is not None
        assert (f"第{number[2]}" in guideline) is article.verified, article.subject


def test_subjects_are_unique_within_a_regime() -> None:
    for regime in law.regimes():
        subjects = [article.subject for article in regime.articles]
        assert len(set(subjects)) == len(subjects)


def test_the_words_of_2017_appear_in_no_other_regime() -> None:
    for regime in law.regimes():
        spoken = regime.model_dump_json()
        old = "非識別" in spoken or "de-identified" in spoken
        assert old is (regime.id == "gov-2017")


def test_the_words_are_those_of_the_glossary() -> None:
    with shared("reference", "glossary.csv").open(encoding="utf-8", newline="") as file:
        glossary = {ja: row["term_en"] for row in csv.DictReader(file) for ja in row["term_ja"].split("／")}
    for regime in law.regimes():
        for term in (regime.output, *regime.terms.values()):
            assert term.ja in NOT_IN_THE_GLOSSARY or glossary[term.ja] == term.en


def test_every_regime_has_the_words_the_screens_need() -> None:
    needed = {"output", "input", "file", "recipient", "security-measures", "processing-standard", "method-information"}
    for regime in law.regimes():
        assert needed <= set(regime.terms), regime.id


def test_what_a_regime_lacks_is_said_with_the_near_match() -> None:
    with pytest.raises(UsageError) as refused:
        law.regime("gov-curent")
    assert refused.value.problems[0].code == "unknown-regime"
    assert "Did you mean 'gov-current'?" in refused.value.problems[0].line("en")
    with pytest.raises(UsageError) as article:
        law.regime("private-current").article("solicitation")
    assert article.value.problems[0].code == "unknown-article"
    with pytest.raises(UsageError) as term:
        law.regime("private-current").term("proposal")
    assert term.value.problems[0].code == "unknown-term"
