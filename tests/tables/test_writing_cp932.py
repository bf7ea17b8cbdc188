from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.errors import Refused
from sudare.tables.cp932 import TWINS
from sudare.tables.schema import Output
from sudare.tables.writing import ROWS_AT_ONCE, write

if TYPE_CHECKING:
    from pathlib import Path

REFUSE = Output(encoding="cp932")
REPLACE = Output(encoding="cp932", unwritable="replace")


def batch_of(**columns: list[str | None]) -> pa.RecordBatch:
    return pa.record_batch({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def _writable(character: str) -> bool:
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def test_exactly_the_look_alikes_that_would_change_unseen_are_declared() -> None:
    characters = [chr(n) for n in range(0x110000) if not 0xD800 <= n <= 0xDFFF]
    changed = {c: c.encode("cp932").decode("cp932") for c in characters if _writable(c)}
    unseen = {c: read for c, read in changed.items() if c != read}
    assert {**unseen, "\u2014": "\u2015"} == TWINS  # Python refuses U+2014, whose twin is as plain


@pytest.mark.parametrize(("character", "twin"), TWINS.items())
def test_a_look_alike_is_written_as_what_windows_reads_and_not_counted(
    tmp_path: Path, character: str, twin: str
) -> None:
    batch = batch_of(a=[f"9{character}17", None, "x"], b=[f"{character}", "1", "2"])
    facts = write([batch], batch.schema, tmp_path / "out.csv", REFUSE, text_columns=[])
    assert (tmp_path / "out.csv").read_bytes().decode("cp932") == f"a,b\r\n9{twin}17,{twin}\r\n,1\r\nx,2\r\n"
    assert facts.replaced == {}


def test_a_minus_that_becomes_a_wide_one_is_escaped(tmp_path: Path) -> None:
    batch = batch_of(a=["\u22121+1"], b=["1"])
    facts = write([batch], batch.schema, tmp_path / "out.csv", REFUSE, text_columns=["a"])
    assert (tmp_path / "out.csv").read_bytes().decode("cp932") == "a,b\r\n'－1+1,1\r\n"
    assert facts.escaped == {"a": 1}


def test_characters_of_windows_and_of_the_town_hall_are_written_as_they_are(tmp_path: Path) -> None:
    cells = ["髙﨑①～㈱㍻", "\ue000", "ｱｲｳ"]  # U+E000 is the first user-defined character (外字)
    batch = batch_of(a=cells, b=["1"] * 3)
    write([batch], batch.schema, tmp_path / "out.csv", REFUSE, text_columns=["a"])
    assert (tmp_path / "out.csv").read_bytes().decode("cp932") == "a,b\r\n髙﨑①～㈱㍻,1\r\n\ue000,1\r\nｱｲｳ,1\r\n"


def test_each_character_that_is_lacking_becomes_a_geta_and_its_cell_is_counted_once(tmp_path: Path) -> None:
    batch = batch_of(氏名=["𠮷𠮷野", "鷗外", "吉野", None], 備考=["㋿", "x", "]^-\\", "y"])
    facts = write([batch], batch.schema, tmp_path / "out.csv", REPLACE, text_columns=[])
    expected = "氏名,備考\r\n〓〓野,〓\r\n〓外,x\r\n吉野,]^-\\\r\n,y\r\n"
    assert (tmp_path / "out.csv").read_bytes().decode("cp932") == expected
    assert facts.replaced == {"氏名": 2, "備考": 1}
    assert facts.rows == 4


def test_a_formula_beside_a_lacking_character_is_escaped_and_counted_once(tmp_path: Path) -> None:
    # The invisible mark is lacking too: what the reader sees is 〓=1, which no spreadsheet runs.
    batch = batch_of(a=["=𠮷", "\ufeff=1", "=1"], b=["1", "2", "3"])
    facts = write([batch], batch.schema, tmp_path / "out.csv", REPLACE, text_columns=["a"])
    assert (tmp_path / "out.csv").read_bytes().decode("cp932") == "a,b\r\n'=〓,1\r\n〓=1,2\r\n'=1,3\r\n"
    assert facts.escaped == {"a": 2}
    assert facts.replaced == {"a": 2}


@given(cells=st.lists(st.text(max_size=4), min_size=1, max_size=5))
def test_any_text_can_be_written_with_geta(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    path = tmp_path_factory.mktemp("cp932") / "out.csv"
    batch = batch_of(a=cells, b=["1"] * len(cells))
    facts = write([batch], batch.schema, path, REPLACE, text_columns=[])
    lacking = sum(any(not _writable(c) and c not in TWINS for c in cell) for cell in cells)
    assert facts.replaced == ({"a": lacking} if lacking else {})
    assert path.read_bytes().decode("cp932").count("〓") == sum(
        c == "〓" or (not _writable(c) and c not in TWINS) for cell in cells for c in cell
    )


def test_every_column_that_cannot_be_written_is_named_at_once(tmp_path: Path) -> None:
    # The second column fails far behind the first: all batches are looked through before the refusal.
    first = batch_of(氏名=["𠮷野"] * 9, 町名=["茶"] * 9, 備考=["x"] * 9)
    last = batch_of(氏名=["吉野"] * ROWS_AT_ONCE, 町名=["茶"] * ROWS_AT_ONCE, 備考=["鷗"] * ROWS_AT_ONCE)
    with pytest.raises(Refused) as caught:
        write([first, last], first.schema, tmp_path / "out.csv", REFUSE, text_columns=["氏名"])
    told = [(problem.code, problem.where, problem.what.en) for problem in caught.value.problems]
    assert told == [
        ("unwritable", "氏名", "cells with a character that cp932 cannot write: <10 (the header counts as one)."),
        ("unwritable", "備考", "cells with a character that cp932 cannot write: 16384 (the header counts as one)."),
    ]
    assert caught.value.exit_code == 3
    assert "utf-8-sig" in caught.value.problems[0].now.ja
    assert "unwritable: replace" in caught.value.problems[0].now.ja


def test_a_count_of_ten_is_told_and_one_of_nine_is_not(tmp_path: Path) -> None:
    batch = batch_of(a=["𠮷"] * 10, b=["𠮷"] * 9 + ["x"])
    with pytest.raises(Refused) as caught:
        write([batch], batch.schema, tmp_path / "out.csv", REFUSE, text_columns=[])
    assert [problem.what.ja for problem in caught.value.problems] == [
        "cp932 で書けない文字のあるセルが 10 個あります（見出しを含む）。",
        "cp932 で書けない文字のあるセルが <10 個あります（見出しを含む）。",
    ]


def test_a_header_that_cannot_be_written_is_refused_or_replaced_like_a_cell(tmp_path: Path) -> None:
    batch = batch_of(鷗=["1"], b=["2"])
    with pytest.raises(Refused) as caught:
        write([batch], batch.schema, tmp_path / "a.csv", REFUSE, text_columns=[])
    assert [problem.where for problem in caught.value.problems] == ["鷗"]
    facts = write([batch], batch.schema, tmp_path / "b.csv", REPLACE, text_columns=[])
    assert (tmp_path / "b.csv").read_bytes().decode("cp932") == "〓,b\r\n1,2\r\n"
    assert facts.replaced == {"鷗": 1}


def test_a_refusal_leaves_no_file_and_tells_no_value(tmp_path: Path) -> None:
    batch = batch_of(氏名=["秘密の𠮷野"], b=["1"])
    with pytest.raises(Refused) as caught:
        write([batch], batch.schema, tmp_path / "out.csv", REFUSE, text_columns=["氏名"])
    told = "".join(traceback.format_exception(caught.value))
    assert "秘密" not in told
    assert "𠮷" not in told
    assert list(tmp_path.iterdir()) == []
