"""An old spec is brought up to date once, whole, with its comments; a present one is not touched.

Version 1 is the first, so that the old version here is an invented one: version 0 called the title `name`, a step's
reason `reason`, and knew no `type` but text.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sudare.errors import Refused, SudareError
from sudare.language import Text
from sudare.specs import content_hash, parse_spec, read_spec, signed
from sudare.specs.renewal import renew_file, renewed
from sudare.specs.upgrade import UPGRADES, Upgrade, renamed, upgraded

sys.path.insert(0, str(Path(__file__).parent))
from example_spec import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD = """\
# 例町の記録
sudare: 0 # 試験の版
# 題名は仮のもの
name: 旧い仕様 # 仮題
# 入力の形
input:
  columns:
    # 名前は消す
    - {name: 氏名, kind: direct-identifier} # 一列目
    - {name: 年齢, type: integer}
steps:
  # 最初の手順
  - technique: delete-column
    columns: [氏名]
    reason: 単独で識別 # 第1号
  - {technique: keep, columns: [年齢], reason: 単独では識別しない}
"""
NEW = """\
# 例町の記録
sudare: 1 # 試験の版
# 題名は仮のもの
title: 旧い仕様 # 仮題
# 入力の形
input:
  columns:
    # 名前は消す
    - {name: 氏名, kind: direct-identifier} # 一列目
    - {name: 年齢, type: integer}
steps:
  # 最初の手順
  - technique: delete-column
    columns: [氏名]
    because: 単独で識別 # 第1号
  - {technique: keep, columns: [年齢], because: 単独では識別しない}
"""
APPROVED = OLD + f"approvals:\n  - {{by: 佐藤 2026-06-20, of: {content_hash(OLD)}}}\n"


def _from_0(data: dict[str, Any]) -> None:
    renamed(data, "name", "title")
    for step in data.get("steps", []):
        renamed(step, "reason", "because")


@pytest.fixture
def version_0() -> Iterator[None]:
    UPGRADES[0] = Upgrade(Text("name は title に、reason は because になりました。", "`name` is now `title`."), _from_0)
    yield
    del UPGRADES[0]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "旧.sudare.yaml"
    path.write_text(APPROVED, encoding="utf-8", newline="\n")
    return path


@pytest.mark.usefixtures("version_0")
def test_an_old_spec_is_rewritten_with_every_comment_in_its_place(old: Path) -> None:
    done = renew_file(old)
    text = old.read_text(encoding="utf-8")
    assert text.startswith(NEW)
    assert text[len(NEW) :] == APPROVED[len(OLD) :]
    assert (done.changed, done.old) == (True, 0)
    assert read_spec(old).spec == done.document.spec
    assert [entry.name for entry in old.parent.iterdir()] == [old.name]


@pytest.mark.usefixtures("version_0")
def test_it_says_what_changed_and_that_the_approval_no_longer_holds(old: Path) -> None:
    done = renew_file(old)
    assert done.lines("ja") == [
        "書式の版 0 → 1",
        "版 0 から: name は title に、reason は because になりました。",
        "同じ内容です（違いは注釈と書き方だけ）。",
        "承認 佐藤 2026-06-20: 承認の後で文面が変わっており、有効ではありません",
    ]
    told = done.to_dict("en")
    assert {key: told[key] for key in ("changed", "from", "to", "upgrades")} == {
        "changed": True,
        "from": 0,
        "to": 1,
        "upgrades": ["`name` is now `title`."],
    }
    assert told["diff"]["approvals"] == [{"where": "approvals[0]", "by": "佐藤 2026-06-20", "holds": False}]
    assert "版 0 から" in done._repr_html_() or "from version 0" in done._repr_html_()


@pytest.mark.usefixtures("version_0")
def test_an_upgraded_spec_is_of_the_present_version(old: Path) -> None:
    renew_file(old)
    before = (old.read_bytes(), old.stat().st_mtime_ns)
    again = renew_file(old)
    assert not again.changed
    assert (old.read_bytes(), old.stat().st_mtime_ns) == before


@pytest.mark.usefixtures("version_0")
def test_the_line_ends_of_a_file_from_windows_stay(old: Path) -> None:
    old.write_bytes(b"\xef\xbb\xbf" + OLD.replace("\n", "\r\n").encode())
    renew_file(old)
    assert old.read_bytes() == NEW.replace("\n", "\r\n").encode()


@pytest.mark.usefixtures("version_0")
def test_out_leaves_the_old_file_and_never_writes_over_another(old: Path) -> None:
    out = old.with_name("新.sudare.yaml")
    renew_file(old, out)
    assert old.read_text(encoding="utf-8") == APPROVED
    assert out.read_text(encoding="utf-8").startswith(NEW)
    with pytest.raises(SudareError) as raised:
        renew_file(old, out)
    assert raised.value.problems[0].code == "cannot-write"


@pytest.mark.usefixtures("version_0")
def test_the_rights_of_the_file_stay(old: Path) -> None:
    old.chmod(0o644)
    before = old.stat().st_mode  # on Windows the one that every file has
    renew_file(old)
    assert old.stat().st_mode == before


@pytest.mark.usefixtures("version_0")
def test_an_old_spec_that_does_not_hold_is_refused_and_left(old: Path) -> None:
    old.write_text(OLD.replace("technique: keep", "technique: keeep"), encoding="utf-8", newline="\n")
    before = old.read_bytes()
    with pytest.raises(Refused) as raised:
        renew_file(old)
    assert raised.value.problems[0].code == "unknown-technique"
    assert old.read_bytes() == before
    assert [entry.name for entry in old.parent.iterdir()] == [old.name]


@pytest.mark.usefixtures("version_0")
def test_a_file_that_cannot_be_replaced_stays_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*_given: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(SudareError) as raised:
        renew_file(old)
    assert raised.value.problems[0].code == "cannot-write"
    assert old.read_text(encoding="utf-8") == APPROVED
    assert [entry.name for entry in old.parent.iterdir()] == [old.name]


@pytest.mark.usefixtures("version_0")
def test_reading_an_old_spec_changes_neither_its_data_nor_its_meaning() -> None:
    data: dict[str, Any] = {"sudare": "0", "name": "x", "steps": [{"reason": "y"}]}
    assert upgraded(data) == {"sudare": "1", "title": "x", "steps": [{"because": "y"}]}
    assert data == {"sudare": "0", "name": "x", "steps": [{"reason": "y"}]}
    assert parse_spec(OLD).spec == parse_spec(NEW).spec


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_present_spec_is_left_untouched_byte_for_byte(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "今.sudare.yaml"
    text = signed(parse_spec(EXAMPLE), "佐藤", on=dt.date(2026, 6, 20)).text
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", ends).encode() + b"\n\n")
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
    done = renew_file(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before
    assert done.lines("en") == ["It is of the present version (1) already; left as it is."]
    renew_file(path, tmp_path / "copy.yaml")
    assert (tmp_path / "copy.yaml").read_bytes() == before[0]


def test_a_version_nobody_knows_is_no_older_one() -> None:
    with pytest.raises(Refused) as raised:
        parse_spec(OLD)
    assert [problem.code for problem in raised.value.problems] == ["missing-version"]
    assert not renewed(parse_spec(EXAMPLE)).changed
