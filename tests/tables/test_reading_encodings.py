from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest

from sudare.tables import encoding as encoding_module
from sudare.tables.encoding import encoding_of, scan
from sudare.tables.table import read
from tables.reading_files import codes, csv_bytes, declare, put, refused, rows_of

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ["氏名", "住所"]
ROWS = [["髙橋﨑子", "①丁目～2番"], ["ﾔﾏﾀﾞ", "東京都"]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932"])
@pytest.mark.parametrize("declared", [True, False])
def test_each_encoding_reads_back_the_same_text(tmp_path: Path, encoding: str, declared: bool) -> None:  # noqa: FBT001 - a case
    path = put(tmp_path, csv_bytes([HEADER, *ROWS], encoding))
    table = read(path, declare(*HEADER, **({"encoding": encoding} if declared else {})))
    assert rows_of(table) == [tuple(row) for row in ROWS]
    assert table.facts.encoding == encoding


def test_declared_utf8_accepts_a_byte_order_mark(tmp_path: Path) -> None:
    path = put(tmp_path, csv_bytes([HEADER, *ROWS], "utf-8-sig"))
    assert rows_of(read(path, declare(*HEADER, encoding="utf-8"))) == [tuple(row) for row in ROWS]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("氏名\n山田\n".encode("utf-16"), "encoding-utf16"),
        ("a\nb\n".encode("utf-16-le"), "encoding-nul"),
        (codecs.BOM_UTF32_BE + "氏名\n".encode("utf-32-be"), "encoding-utf16"),
        (b"a\nb\0c\n", "encoding-nul"),
        ("氏名\n山田\n".encode("iso-2022-jp"), "encoding-iso-2022-jp"),
        ("氏名\n渦\n".encode("euc_jp"), "encoding-ambiguous"),  # ｱｲ in half-width kana, or one kanji in EUC-JP
        ("氏名,住所\n花子,松山市一番町\n".encode("euc_jp") + "髙".encode()[:1], "encoding-unknown"),
        ("氏名\n山田花子\n".encode() + "佐藤\n".encode("cp932"), "encoding-mixed"),
        ("氏名\n佐藤\n".encode("cp932") + "ひらがな\n".encode(), "encoding-mixed"),
        ("氏名\n佐藤\n".encode("utf-8-sig") + b"\xff\n", "encoding-mixed"),
        (b"a\n\xa0b\n", "encoding-unknown"),  # Python's cp932 takes this byte, but no file in cp932 holds it
    ],
)
def test_what_is_not_surely_one_encoding_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = put(tmp_path, content)
    assert codes(refused(lambda: read(path), "山田", "佐藤", "花子", "0x")) == [code]


def test_a_file_that_is_only_euc_jp_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "氏名\n美香\n".encode("euc_jp"))
    assert codes(refused(lambda: read(path), "美香")) == ["encoding-euc-jp"]


def test_declaring_cp932_settles_the_half_width_kana(tmp_path: Path) -> None:
    path = put(tmp_path, "a\nｱｲ\n".encode("cp932"))
    assert codes(refused(lambda: read(path, declare("a")))) == ["encoding-ambiguous"]
    assert rows_of(read(path, declare("a", encoding="cp932"))) == [("ｱｲ",)]


@pytest.mark.parametrize(
    ("content", "declared", "line", "other"),
    [
        ("a\nb\n髙橋﨑\n".encode("cp932"), "utf-8", "3", "cp932"),
        ("a\r\nb\r\n鷗外と山田\r\n".encode(), "cp932", "", "utf-8"),
        ("a\rb\rc\r髙\r".encode("cp932"), "utf-8", "4", "cp932"),
    ],
)
def test_a_wrongly_declared_encoding_names_the_line_and_the_right_one(
    tmp_path: Path, content: bytes, declared: str, line: str, other: str
) -> None:
    error = refused(lambda: read(put(tmp_path, content), declare("a", encoding=declared)), "髙", "鷗", "山田")
    assert codes(error) == ["encoding-mismatch"]
    assert other in error.problems[0].message.en
    assert line in error.problems[0].message.en


def test_user_defined_characters_are_a_warning_that_names_the_column(tmp_path: Path) -> None:
    path = put(tmp_path, "氏名,住所,番号\n".encode("cp932") + b"\xf0\x40,x,\x31\nb,\x8a\xaa,2\n")
    table = read(path, declare("氏名", "住所", "番号"))
    assert rows_of(table)[0] == ("\ue000", "x", "1")
    (warning,) = table.facts.warnings
    assert warning.code == "gaiji"
    assert "氏名" in warning.message.ja
    assert "住所" not in warning.message.ja
    assert "\ue000" not in warning.message.ja


def test_a_character_cut_by_a_chunk_of_the_scan_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding_module, "_CHUNK", 5)
    for codec in ("utf-8", "cp932"):
        path = put(tmp_path, csv_bytes([HEADER, *ROWS], codec), f"{codec}.csv")
        found = scan(path)
        assert encoding_of(path, found) == codec
        assert found.lines == 3


def test_rare_kanji_in_cp932_are_not_taken_for_a_mixture(tmp_path: Path) -> None:
    # Level-2 kanji lead with the bytes that lead kana in UTF-8; ten thousand random ones hold the pattern by chance.
    kanji = [bytes([lead, trail]) for lead in range(0xE3, 0xEA) for trail in range(0x80, 0xC0)]
    words = [
        kanji[n * 7919 % len(kanji)] + "山".encode("cp932") + kanji[n * 104729 % len(kanji)] for n in range(10_000)
    ]
    path = put(tmp_path, "氏名\n".encode("cp932") + b"\n".join(words) + b"\n")
    assert read(path, declare("氏名")).facts.encoding == "cp932"
