"""The report tells the safety assessment in shares, with what the regime says of matching, and without it says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reports.invented_run import RARE_JOB, Page, written
from sudare.law import regime, regimes
from sudare.reports.assessment import stage_notes

if TYPE_CHECKING:
    from pathlib import Path

KNOWS = {"who": ["知人"], "knows": ["年齢", "町", "職業", "氏名"]}
TITLE = "加工段階における安全性評価"


def page(folder: Path, **parts: Any) -> str:
    return Page(written(folder, **parts).report("ja")).text()


def test_what_the_assumed_reader_finds_out_is_told_in_shares(tmp_path: Path) -> None:
    found = written(tmp_path, assumed_reader=KNOWS)
    text = Page(found.report("ja")).text()
    assert TITLE in text
    # Told are the items that are still there, in the order of the columns; the name is not.
    assert "町、年齢、職業" in text
    assert "「=健診判定」" in text
    section = text[text.index(TITLE) : text.index("対象外の列")]
    assert "法121条1項" in section
    assert not [value for value in (RARE_JOB, "東町", "平野部", "会社員", "架空人物") if value in section]
    assert "Safety assessment in the processing stage" in Page(found.report("en")).text()
    assert found.outcome.receipt.assessment is not None


def test_a_share_of_few_is_a_dash(tmp_path: Path) -> None:
    report = written(tmp_path, assumed_reader=KNOWS).report("ja")
    linked = report[report.index("記録の突合") :].split("</tr>")[0]
    # A few are alone nearest; no share is of guessing a record.
    assert linked.count("—") == 2


@pytest.mark.parametrize("reader", [None, {"who": ["知人"]}, {"knows": ["氏名"]}])
def test_without_an_assumed_reader_nothing_is_said(tmp_path: Path, reader: Any) -> None:
    assert TITLE not in page(tmp_path, **({"assumed_reader": reader} if reader else {}))


def test_every_regime_says_what_it_says_of_matching() -> None:
    for one in regimes():
        notes = stage_notes(one)
        assert "提供の前に" in notes[0].ja
        assert "照合" in notes[-1].ja
        assert "{" not in "".join(note.ja + note.en for note in notes)
    assert "未確認" in stage_notes(regime("private-current"))[-1].ja
    assert "禁じる定めがありません" in stage_notes(regime("gov-2017"))[-1].ja


def test_the_regime_of_the_spec_decides(tmp_path: Path) -> None:
    text = page(tmp_path, assumed_reader=KNOWS, regime="private-current")
    assert TITLE in text
    assert "法121条1項" not in text
