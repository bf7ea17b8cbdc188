"""The report: one page that needs nothing else, tells everything decided, and no value of the data."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import pytest

from reports.invented_run import (
    IDENTIFIERS,
    RARE_JOB,
    RARE_NOTE,
    RARE_TOWN,
    STEPS,
    Page,
    Written,
    written,
)
from small_runs import declared, document, run, texts
from sudare.errors import Problem, SudareError
from sudare.language import Language, Text
from sudare.reports import write_report
from sudare.specs import parse_spec, signed

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = get_args(Language)
JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]")

both = pytest.mark.parametrize("lang", LANGUAGES)


@both
def test_every_tag_closes_as_it_opened(told: Written, lang: Language) -> None:
    page = Page(told.report(lang))
    assert page.faults == []
    assert dict(page.tags[0][1]) == {"lang": lang}


@both
def test_nothing_is_fetched_from_anywhere(told: Written, lang: Language) -> None:
    text = told.report(lang)
    page = Page(text)
    for reference in (
        "http:",
        "https:",
        "//",
        "src=",
        "href=",
        "url(",
        "@import",
        "<script",
        "<link",
        "<img",
        "<iframe",
    ):
        assert reference not in text, reference
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]
    policy = next(given["content"] for _, given in page.tags if given.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@both
def test_no_value_that_few_share_stands_in_it(told: Written, lang: Language) -> None:
    text = told.report(lang)
    assert not [value for value in (RARE_JOB, RARE_TOWN, RARE_NOTE, *IDENTIFIERS) if value in text]


def test_what_may_hold_values_is_told_by_its_size_alone(told: Written) -> None:
    text = Page(told.report("ja")).text()
    assert "（3件）" in text  # the table of map-values
    assert "条件に当てはまる行（条件の値は表示しません）。見る列: 職業" in text
    assert "東町" not in text.split("加工前後の分布")[0]  # a key of that table; its bar stands further down
    assert "東町" in text


@both
def test_every_reason_is_told_and_none_is_run_as_html(told: Written, lang: Language) -> None:
    text = told.report(lang)
    assert "単独で&lt;b&gt;識別&lt;/b&gt;できる" in text
    assert "<b>" not in text
    words = Page(text).text()
    reasons = [step["because"] for step in STEPS]
    reasons += ["提案の対象外", "符号の列はない", "珍しくない"]
    assert [reason for reason in reasons if reason not in words] == []


def test_every_step_is_told_once_in_full_with_who_and_when(told: Written) -> None:
    text = Page(told.report("ja")).text()
    assert [text.count(f"手順{n}　") for n in range(1, 8)] == [1] * 7
    assert "山田花子（加工担当）\n2026-06-02" in text
    assert "手順4「一般化（階級）」（年齢）もこの基準に答えます。詳しくは第1号。" in text


def test_the_five_standards_come_in_order_and_open_ones_are_never_called_decided(told: Written) -> None:
    page = Page(told.report("ja"))
    section = told.report("ja").split("五つの基準と決定")[1].split("手順ごとの結果")[0]
    parts = re.split("第[1-5]号　", section)[1:]
    assert re.findall("第([1-5])号　", section) == ["1", "2", "3", "4", "5"]
    # Step 3 cites standard 1 and nobody is named for it; nothing at all answers standard 5.
    assert ["● 決定済み" in part for part in parts] == [False, True, True, True, False]
    assert ["○ 未確認" in part for part in parts[:4]] == [True, False, False, False]
    assert "施行規則62条4号" in page.text()
    assert "第5号の基準に答える決定がまだありません。" in page.text()


def test_an_article_that_nobody_checked_carries_its_mark(tmp_path: Path) -> None:
    private = written(tmp_path, regime="private-current")
    assert "施行規則34条（未確認）" in Page(private.report("ja")).text()
    assert "Enforcement Rule art. 34 (unverified)" in Page(private.report("en")).text()


def test_the_numbers_of_the_run_stand_on_it_and_small_ones_do_not(told: Written) -> None:
    page = Page(told.report("en"))
    lines = page.text().splitlines()
    assert [told.outcome.receipt.steps[n].cells for n in (0, 2, 4)] == [60, 60, 2]
    cells = [words for tag, words in page.words if tag == "td"]
    start = cells.index("職業")
    assert cells[start : start + 4] == ["職業", "4", "0", "<10"]  # two cells were hidden: told as fewer than ten
    assert "smallest class k = 10" in lines
    assert {"Standard 1: identifying descriptions", "steps", "7"} <= set(lines)


def test_a_chart_is_a_table_with_counts_and_some_columns_say_why_they_have_none(told: Written) -> None:
    text = Page(told.report("ja")).text()
    charts = text.split("加工前後の分布")[1].split("読み込み時の警告")[0].splitlines()
    town = charts[charts.index("町") :][:13]
    # The one person of the rare town is gathered with the next group, so that the rest does not tell that it is one.
    assert town == [
        "町",
        "文字",
        "加工前",
        "棒",
        "件数",
        "東町",
        "30",
        "その他",
        "30",
        "加工後",
        "棒",
        "件数",
        "その他",
    ]
    assert charts[charts.index("管理番号") + 1] == "：仮IDの列は図にしません。"
    assert charts[charts.index("メモ") + 1] == "：自由記述の列は図にしません。"


def test_ranges_are_drawn_along_their_scale_and_not_by_size(told: Written) -> None:
    chart = Page(told.report("ja")).text().split("加工前後の分布")[1].split("年齢\n")[1]
    after = chart.split("加工後")[1].splitlines()
    assert [line for line in after if line.endswith(("未満", "以上"))][:4] == [
        "40歳未満",
        "40歳以上60歳未満",
        "60歳以上80歳未満",
        "80歳以上",
    ]


@both
def test_the_same_run_gives_the_same_bytes(told: Written, lang: Language) -> None:
    assert told.report(lang) == told.report(lang)


def test_a_report_in_english_is_in_english(tmp_path: Path) -> None:
    steps: list[dict[str, Any]] = [
        {"technique": "keep", "columns": ["job"], "standards": [1], "because": "asked for"},
        {"technique": "bin", "columns": ["age"], "edges": ["50"], "below": "young", "above": "old", "because": "few"},
        {
            "technique": "suppress-cells",
            "columns": ["job"],
            "where": {"column": "age", "equals": "old"},
            "because": "x",
        },
        {"technique": "delete-small-classes", "columns": ["age"], "below": "2", "because": "rule"},
    ]
    spec = document(
        [declared("job"), declared("age", "integer")],
        steps,
        title="A small table",
        checks=[{"measure": "k-anonymity", "columns": ["age"], "at_least": 2}],
        dismissed=[{"finding": "none", "standards": [2], "because": "no codes"}],
        regime="gov-2017",
    )
    table = texts(job=["clerk", "farmer"] * 30, age=[str(21 + n) for n in range(60)])
    ran = run(tmp_path, spec, table)
    path = tmp_path / "en.html"
    write_report(path, spec, ran.outcome, "en")
    text = path.read_text(encoding="utf-8")
    assert JAPANESE.findall(text) == []
    assert "For lessons on the guideline, never for a real file." in text


def test_every_heading_of_a_japanese_report_is_japanese(told: Written) -> None:
    page = Page(told.report("ja"))
    headings = [words for tag, words in page.words if tag in {"h1", "h2", "h3", "dt"}]
    assert [words for words in headings if not JAPANESE.search(words) and words != "="] == []


@both
def test_it_gives_no_verdict_on_the_law(told: Written, lang: Language) -> None:
    text = told.report(lang)
    assert "適法" not in text
    assert "complian" not in text
    assert {"ja": "法令に合うかどうかの判断は示しません。", "en": "It gives no verdict on whether the law is met."}[
        lang
    ] in text


def test_a_spec_without_an_approval_says_so(told: Written) -> None:
    assert "承認は記録されていません（未確認）。" in Page(told.report("ja")).text()


def test_a_signature_counts_for_the_content_it_was_given_to_and_no_other(told: Written) -> None:
    approved = signed(told.document, "山田", on=date(2026, 6, 20), until=date(2026, 9, 30))
    text = Page(replace(told, document=approved).report("ja")).text()
    assert "山田花子（加工担当）\n2026-06-20\n2026-09-30\n● 一致" in text
    assert "山田花子の承認は、この内容に対するものです。" in text
    changed = parse_spec(approved.text.replace("分かりやすい名前", "別の理由"))
    text = Page(replace(told, document=changed).report("ja")).text()
    assert "2026-09-30\n○ 一致しない" in text
    assert "この内容に対するものです。" not in text


def test_what_is_needed_to_repeat_the_run_stands_on_it(told: Written) -> None:
    text = Page(told.report("en")).text()
    receipt = told.outcome.receipt
    [key] = receipt.keys
    given = [receipt.input["sha256"], receipt.spec["sha256"], key["name"], key["fingerprint"]]
    given += [f"{name} {version}" for name, version in receipt.versions.items()]
    assert [one for one in given if one not in text] == []
    assert "Once the key is destroyed, nobody can." in text


def test_warnings_of_the_reading_are_passed_on(told: Written) -> None:
    gaiji = Problem("gaiji", "町", Text("外字があります。", "there are user-defined characters."))
    warned = replace(told.outcome, receipt=replace(told.outcome.receipt, warnings=(gaiji,)))
    assert "there are user-defined characters." in Page(replace(told, outcome=warned).report("en")).text()
    assert "読み込み時の警告\nなし" in Page(told.report("ja")).text()


def test_a_check_with_nothing_to_look_for_is_open(told: Written) -> None:
    spec = told.document.spec
    columns = tuple(column.model_copy(update={"kind": "other"}) for column in spec.input.columns)
    changed = spec.model_copy(update={"input": spec.input.model_copy(update={"columns": columns})})
    text = Page(replace(told, document=replace(told.document, spec=changed)).report("ja")).text()
    assert text.count("直接識別子と宣言された列がないため、何も探していません（未確認）。") == 2
    assert "何も探していません" not in told.report("ja")


def test_a_report_that_exists_is_never_written_over(told: Written, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"kept")
    with pytest.raises(SudareError) as raised:
        write_report(path, told.document, told.outcome, "ja")
    assert [problem.code for problem in raised.value.problems] == ["cannot-write"]
    assert path.read_bytes() == b"kept"


@both
def test_each_item_has_a_sheet_with_finding_decision_name_and_date(told: Written, lang: Language) -> None:
    text = Page(told.report(lang)).text()
    sheets = text.split("決定票" if lang == "ja" else ": decisions")[-5:]
    assert "氏名（直接識別子）" in sheets[0] if lang == "ja" else "氏名 (direct identifier)" in sheets[0]
    assert "山田花子" in sheets[0]
    assert "2026-06-02" in sheets[0]
    assert "符号の列はない" in sheets[1]  # nothing falls under it, and somebody said so
    assert "2026-06-04" in sheets[1]
    assert "追跡だけを残す" in sheets[2]
    assert "rare-category/判定" in sheets[3]
    assert "高齢は珍しい" in sheets[3]
    assert (
        "この号の決定は記録されていません" if lang == "ja" else "No decision is recorded under this item"
    ) in sheets[4]


def test_each_sheet_begins_a_page_of_its_own_in_print(told: Written) -> None:
    printed = told.report("ja").split("@media print")[1]
    assert re.search(r"\.sheet \{[^}]*break-before: page", printed)
    assert told.report("ja").count('<section class="sheet">') == 5
