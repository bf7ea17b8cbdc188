"""The words of the screens: every row of the glossary is a word of some regime, or of all."""

from __future__ import annotations

import csv

import pytest

from shared_folder import shared
from sudare import law
from sudare.errors import UsageError


def rows() -> list[dict[str, str]]:
    with shared("reference", "glossary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_of_the_glossary_can_be_said() -> None:
    regimes = law.regimes()
    said = {(term.ja, term.en) for one in regimes for term in (one.output, *one.terms.values())}
    said |= {(term.ja, term.en) for term in law.shared_terms().values()}
    missing = [
        row["term_ja"] for row in rows() for ja in row["term_ja"].split("／") if (ja, row["term_en"]) not in said
    ]
    assert missing == []


def test_the_shared_words_are_rows_of_the_glossary_and_nothing_else() -> None:
    glossary = {row["term_ja"]: row["term_en"] for row in rows()}
    assert {term.ja: term.en for term in law.shared_terms().values()}.items() <= glossary.items()


def test_no_word_stands_in_both_places() -> None:
    own = {term.ja for one in law.regimes() for term in (one.output, *one.terms.values())}
    assert not own & {term.ja for term in law.shared_terms().values()}
    assert not {id_ for one in law.regimes() for id_ in one.terms} & set(law.shared_terms())


def test_the_regimes_own_word_comes_first() -> None:
    assert law.term("security-measures", law.regime("gov-2017")).ja == "安全確保の措置"
    assert law.term("security-measures", law.regime("gov-current")).ja == "安全管理措置"
    assert law.term("pseudo-id", law.regime("gov-current")) == ("仮ID", "pseudo-ID")


def test_an_unknown_word_names_the_near_match() -> None:
    with pytest.raises(UsageError) as refused:
        law.term("pseudoid", law.regime("gov-current"))
    assert refused.value.problems[0].code == "unknown-term"
    assert "Did you mean 'pseudo-id'?" in refused.value.problems[0].line("en")
