"""The command and the public word tell the same, in both languages, and never a rare value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pytest

import sudare
from sudare.cli import main
from sudare.errors import UsageError
from sudare.reports.plain_table import places

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sudare.language import Text

RARE = "例田一子"


def called(*arguments: str | Path) -> int:
    """Call the command line in this process and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def register(
    path: Path, encoding: str = "utf-8", header: Sequence[str] = ("世帯主", "郵便番号", "年齢", "性別")
) -> Path:
    """Write a register of 200 records, one of them of a rare name and a great age."""
    lines = [",".join(header)]
    lines += [f"例田{'甲乙丙丁'[n % 4]},790-000{n % 4},{40 + n % 30},{'男女'[n % 2]}" for n in range(199)]
    lines.append(f"{RARE},790-0009,116,女")
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def test_json_is_the_profile_of_the_public_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = register(tmp_path / "t.csv")
    assert called("profile", path, "--json", "--lang", "en") == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert told == sudare.profile(path).to_dict("en")
    assert told["rows"] == 200
    assert [column["name"] for column in told["columns"]] == ["世帯主", "郵便番号", "年齢", "性別"]
    assert [column["type"] for column in told["columns"]] == ["text", "text", "integer", "text"]
    assert [column["distinct"] for column in told["columns"]] == [5, 5, 31, 2]
    assert told["columns"][1]["patterns"] == [{"pattern": "9{3}-9{4}", "count": 200}]
    assert {"kind": "one-to-one", "columns": ["世帯主", "郵便番号"]}.items() <= told["pairs"][0].items()
    assert all(word not in printed.out + printed.err for word in (RARE, "116", "790-0009"))


def test_the_text_is_a_table_aligned_for_wide_signs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = register(tmp_path / "t.csv")
    assert called("profile", path, "--lang", "ja") == 0
    printed = capsys.readouterr()
    title, _, heads, rule, *rows = printed.out.splitlines()
    assert title == "200 行 4 列"
    assert heads.split()[:3] == ["列", "型", "欠測"]
    start = places(heads[: heads.index("型")])
    assert rule.index("  ") + 2 == start
    for row, kind in zip(rows[:4], ("文字", "文字", "整数", "文字"), strict=True):
        assert places(row[: row.index(kind)]) == start
    assert "「世帯主」と「郵便番号」は一対一に対応します。" in rows
    assert all(word not in printed.out + printed.err for word in (RARE, "116"))
    assert "列を調べています" in printed.err


def test_a_cp932_file_is_read_without_being_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = register(tmp_path / "t.csv", "cp932")
    assert called("profile", path, "--json") == 0
    assert json.loads(capsys.readouterr().out)["columns"][0]["name"] == "世帯主"
    assert called("profile", path, "--json", "--encoding", "utf-8") == 3
    assert RARE not in "".join(capsys.readouterr())


def test_without_a_header_no_name_is_told_and_it_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = register(tmp_path / "t.csv", header=(RARE, "790-0009", "116", "女"))
    assert called("profile", path, "--lang", "en") == 0
    printed = capsys.readouterr()
    assert "[header-like-data] header_row: the header row looks like a row of data." in printed.err
    assert "列4" in printed.out
    assert all(word not in printed.out + printed.err for word in (RARE, "116", "790-0009"))
    assert called("profile", path, "--json", "--lang", "en") == 0
    told = json.loads(capsys.readouterr().out)
    assert [problem["code"] for problem in told["problems"]] == ["header-like-data"]


def test_the_header_can_stand_below_a_title_and_the_delimiter_be_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("住民の一覧\n年齢;性別\n" + "34;男\n" * 12, encoding="utf-8")
    assert called("profile", path, "--header-row", "2", "--delimiter", ";", "--json") == 0
    assert [column["name"] for column in json.loads(capsys.readouterr().out)["columns"]] == ["年齢", "性別"]


def test_a_sheet_of_a_workbook_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        pd.DataFrame({"年齢": [34] * 12}).to_excel(book, sheet_name="一", index=False)
        pd.DataFrame({"性別": ["男"] * 12}).to_excel(book, sheet_name="二", index=False)
    assert called("profile", path, "--sheet", "二", "--json") == 0
    assert [column["name"] for column in json.loads(capsys.readouterr().out)["columns"]] == ["性別"]
    assert called("profile", path, "--json") == 3
    assert called("profile", register(tmp_path / "t.csv"), "--sheet", "二") == 2


def test_wrong_calls_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("profile", tmp_path / "none.csv", "--lang", "en") == 1
    assert "[cannot-open] none.csv" in capsys.readouterr().err
    assert called("profile", register(tmp_path / "t.csv"), "--memory", "much") == 2
    with pytest.raises(UsageError):
        sudare.profile(34)  # type: ignore[arg-type] # the wrong call itself


def test_frames_and_arrow_tables_have_the_profile_of_their_file(tmp_path: Path) -> None:
    path = register(tmp_path / "t.csv")
    frame = pd.read_csv(path)
    of_file = sudare.profile(path).to_dict("en")
    assert sudare.profile(frame).to_dict("en") == of_file
    assert sudare.profile(pa.Table.from_pandas(frame, preserve_index=False)).to_dict("en") == of_file


def test_progress_tells_stages_and_shares(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []

    def tell(stage: Text, share: float) -> None:
        told.append((stage.en, share))

    sudare.profile(register(tmp_path / "t.csv"), progress=tell)
    assert told[0] == ("reading the table", 0.0)
    assert ("looking at the columns", 1.0) in told
    assert told[-1][0] == "comparing the columns"
    assert all(0 <= share <= 1 for _, share in told)
