"""Standards and citations: complete, unique, in both languages, in our own words."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from shared_folder import shared
from sudare import law
from sudare.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

RUN = 25  # characters in a row that would be the guideline's sentence and not ours
TOMLS = [
    *(f"{name}.toml" for name in ("standards", "table1", "table2", "codes", "eligibility", "glossary", "regimes")),
    *(f"examples/{one.id}.toml" for one in law.examples()),
    "besides/3-2-2.toml",
    "lessons.toml",
]


def texts(value: Any) -> Iterator[dict[str, str]]:
    """Every pair of Japanese and English in a file."""
    if isinstance(value, dict):
        if "ja" in value or "en" in value:
            yield value
            return
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def content(name: str) -> dict[str, Any]:
    return tomllib.loads(files("sudare.law").joinpath(*name.split("/")).read_text(encoding="utf-8"))


def test_there_are_five_standards_in_order() -> None:
    assert [one.id for one in law.standards()] == ["1", "2", "3", "4", "5"]
    assert [one.section for one in law.standards()] == ["3-2-1", "3-2-2", "3-2-3", "3-2-4", "3-2-5"]
    assert [one.rule_2017.ja for one in law.standards()] == [f"規則11条{n}号" for n in range(1, 6)]
    assert [one.rule_current.ja for one in law.standards()] == [f"施行規則62条{n}号" for n in range(1, 6)]


def test_the_pages_are_those_of_the_guidelines_table_of_contents() -> None:
    guideline = shared("reference", "guideline-2017-03.txt").read_text(encoding="utf-8")
    found = dict(re.findall(r"^\| (3-2-\d) \| .* \| (\d+) \|$", guideline, flags=re.MULTILINE))
    assert {one.section: str(one.page) for one in law.standards()} == found


@pytest.mark.parametrize("number", [1, "1", 5])
def test_a_standard_is_found_by_its_number(number: int | str) -> None:
    assert law.standard(number).id == str(number)


@pytest.mark.parametrize("number", [0, 6, "x"])
def test_there_is_no_sixth_standard(number: int | str) -> None:
    with pytest.raises(UsageError) as refused:
        law.standard(number)
    assert refused.value.problems[0].code == "unknown-standard"


def test_table_1_has_seven_rows_with_the_guidelines_names() -> None:
    assert [(one.id, one.title.ja) for one in law.table1()] == [
        ("table1/deletion", "項目削除／レコード削除／セル削除"),
        ("table1/generalization", "一般化"),
        ("table1/top-bottom-coding", "トップ（ボトム）コーディング"),
        ("table1/microaggregation", "マイクロアグリゲーション"),
        ("table1/swapping", "データ交換（スワップ）"),
        ("table1/noise", "ノイズ（誤差）付加"),
        ("table1/synthetic-records", "疑似データ生成"),
    ]
    assert {one.page for one in law.table1()} == {16}


def test_the_names_of_table_1_stand_in_the_guideline() -> None:
    guideline = shared("reference", "guideline-2017-03.txt").read_text(encoding="utf-8")
    assert all(f"| {one.title.ja} |" in guideline for one in law.table1())


@pytest.mark.parametrize("name", ["table1/other", "note/pseudonym", "note/keep", "note/rename", "note/order"])
def test_what_is_no_row_of_the_table_can_be_cited_too(name: str) -> None:
    assert law.cite(name).id == name


def test_only_a_rule_of_our_own_has_no_page() -> None:
    for one in law.citations():
        assert (one.basis == "product") == (one.page is None), one.id
        assert one.page is None or 1 <= one.page <= 19, one.id
    assert law.cite("note/rename").source.en == "a rule of sudare"
    assert law.cite("note/pseudonym").source.ja == "ガイドライン（2017年3月）3-2-1 ※（11頁）"
    assert law.cite("note/pseudonym").source.en == "guideline of March 2017, 3-2-1 note, p. 11"


def test_ids_are_unique() -> None:
    for ids in (
        [one.id for one in law.citations()],
        [one.id for one in law.examples()],
        [one.id for one in law.regimes()],
    ):
        assert len(set(ids)) == len(ids)


def test_an_unknown_citation_names_the_near_match() -> None:
    with pytest.raises(UsageError) as refused:
        law.cite("table1/deletoin")
    assert refused.value.problems[0].code == "unknown-citation"
    assert "Did you mean 'table1/deletion'?" in refused.value.problems[0].line("en")


def test_a_citation_like_nothing_lists_what_there_is() -> None:
    with pytest.raises(UsageError) as refused:
        law.cite("山田花子 090-0000-0000")
    line = refused.value.problems[0].line("en")
    assert "note/keep" in line
    assert "山田" not in line


@pytest.mark.parametrize("name", TOMLS)
def test_every_text_stands_in_both_languages(name: str) -> None:
    pairs = list(texts(content(name)))
    assert pairs
    for pair in pairs:
        assert set(pair) == {"ja", "en"}
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", pair["ja"]), pair
        assert re.search(r"[a-z]", pair["en"]), pair
        assert not re.search(r"[ぁ-ん]", pair["en"]), pair


@pytest.mark.parametrize("name", [*TOMLS, "README.md"])
def test_no_file_repeats_a_sentence_of_the_guideline(name: str) -> None:
    guideline = squeezed(shared("reference", "guideline-2017-03.txt").read_text(encoding="utf-8"))
    ours = squeezed(files("sudare.law").joinpath(*name.split("/")).read_text(encoding="utf-8"))
    copied = [ours[n : n + RUN] for n in range(len(ours) - RUN + 1) if ours[n : n + RUN] in guideline]
    assert copied == []


def squeezed(text: str) -> str:
    return re.sub(r"[\s\\]+", "", text)


@pytest.mark.parametrize("name", TOMLS)
def test_no_file_passes_a_verdict(name: str) -> None:
    text = files("sudare.law").joinpath(*name.split("/")).read_text(encoding="utf-8")
    assert not re.search("適法|compliant", text)
