"""A signature binds everything above `approvals:`, holds after a copy, and breaks with any edit."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from pathlib import Path

import pytest

from sudare.specs import changed_spec, check_document, content_hash, parse_spec, read_spec, signed

sys.path.insert(0, str(Path(__file__).parent))
from example_spec import EXAMPLE

ON, UNTIL, LATER = dt.date(2026, 6, 20), dt.date(2026, 9, 30), dt.date(2026, 10, 1)
SIGNED = signed(parse_spec(EXAMPLE), "佐藤", on=ON, until=UNTIL).text


def codes(text: str, today: dt.date = ON) -> list[str]:
    return [problem.code for problem in check_document(parse_spec(text), today).problems]


def test_the_hash_is_that_of_everything_above_the_approvals() -> None:
    above = SIGNED[: SIGNED.index("approvals:")]
    assert above.rstrip() == EXAMPLE.rstrip()
    assert content_hash(SIGNED) == "sha256:" + hashlib.sha256(above.rstrip().encode() + b"\n").hexdigest()
    assert content_hash(SIGNED) == content_hash(EXAMPLE)
    assert f"of: {content_hash(EXAMPLE)}" in SIGNED


def test_a_signature_holds() -> None:
    assert codes(SIGNED) == []
    assert SIGNED.endswith(", until: 2026-09-30}\n")


def test_a_second_signature_leaves_the_first_one_whole() -> None:
    twice = signed(parse_spec(SIGNED), "山田", on=ON).text
    assert codes(twice) == []
    assert twice.startswith(SIGNED)
    assert len(parse_spec(twice).spec.approvals) == 2


def test_a_signature_holds_on_a_copy_through_windows(tmp_path: Path) -> None:
    path = tmp_path / "copy.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SIGNED.replace("\n", "\r\n").encode())
    assert check_document(read_spec(path), ON).problems == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("第3号", "第4号"),
        ("# 要配慮個人情報", "# 要配慮"),
        ("at_least: 5}", "at_least: 4}"),
        ("edges: [40, ", "edges: [40,  "),
        ("sudare: 1\n", "sudare: 1\n\n"),
        ("dictionary: true", "dictionary: false"),
        ("  - {measure", "  # 注\n  - {measure"),
    ],
)
def test_any_edit_above_breaks_it(old: str, new: str) -> None:
    assert SIGNED.count(old) == 1
    assert codes(SIGNED.replace(old, new)) == ["signature-broken"]


def test_an_edit_by_the_tools_breaks_it_too() -> None:
    document = parse_spec(SIGNED)
    assert codes(changed_spec(document, document.spec.model_copy(update={"title": "別"})).text) == ["signature-broken"]


def test_a_signature_ends_after_its_last_day() -> None:
    assert codes(SIGNED, UNTIL) == []
    assert codes(SIGNED, LATER) == ["signature-expired"]


def test_a_signature_of_a_stranger_does_not_count() -> None:
    assert codes(SIGNED.replace("{by: 佐藤", "{by: 鈴木")) == ["unknown-staff"]


def test_a_signature_on_a_day_that_does_not_exist_does_not_count() -> None:
    assert codes(SIGNED.replace("佐藤 2026-06-20", "佐藤 2026-06-31")) == ["bad-date"]


@pytest.mark.parametrize(
    "addition",
    [
        "regime: gov-2017\n",
        '"regime": gov-2017\n',
        "'regime': gov-2017\n",
        "? regime\n: gov-2017\n",
        "regime : gov-2017\n",
    ],
)
def test_nothing_can_be_slipped_in_behind_the_approvals(addition: str) -> None:
    text = SIGNED.replace(
        "regime: gov-current                     # gov-2017 is for lessons; private-current for companies\n", ""
    )
    signed_anew = text.replace(content_hash(SIGNED), content_hash(text))
    assert codes(signed_anew) == []
    assert codes(signed_anew + addition) == ["signature-place"]


def test_a_line_of_a_long_text_does_not_end_the_hash() -> None:
    long = 'title: "a\napprovals:\n  b"'
    forged = EXAMPLE.replace("title: 特定健康診査ファイル 令和8年度提案第3号", long)
    text = forged + f"approvals:\n  - {{by: 佐藤 2026-06-20, of: {content_hash(forged)}}}\n"
    assert "signature-place" in codes(text)
