from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from sudare import Refused, detect
from sudare.design.opened import Opened
from sudare.specs import parse_spec
from sudare.tables.samples import DEFAULT, SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "年齢,性別\n34,男\n71,女\n壱,男\n"
SPEC = """
sudare: 1
title: x
input:
  columns:
    - {name: 年齢, type: integer}
    - {name: 性別, type: text}
"""


def test_a_table_about_which_nothing_is_declared_is_read_with_guessed_types(tmp_path: Path) -> None:
    path = tmp_path / "名 簿.csv"
    path.write_bytes(("年齢,性別\n" + "34,男\n" * 99 + "壱,男\n").encode("cp932"))
    opened = Opened.guessed(path)
    assert opened.name == "名 簿.csv"
    assert opened.facts.encoding == "cp932"
    assert opened.table.column("年齢").type == pa.int64()
    assert opened.misfits == {"年齢": 1}
    assert opened.table.column("年齢").null_count == 1


def test_a_table_is_read_as_a_spec_declares_it_or_refused_with_its_misfits(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT, encoding="utf-8-sig")
    spec = parse_spec(SPEC.lstrip()).spec
    with pytest.raises(Refused) as raised:
        Opened.of_spec(path, spec)
    assert "壱" not in str(raised.value)
    path.write_text(TEXT.replace("壱", "51"), encoding="utf-8-sig")
    assert Opened.of_spec(path, spec).table.column("年齢").to_pylist() == [34, 71, 51]


def test_the_sample_gives_the_findings_and_the_draft_that_detect_gives(tmp_path: Path) -> None:
    path = tmp_path / "input.csv"
    SAMPLES[DEFAULT].write(path)
    looked = Opened.guessed(path).looked_at(lang="ja")
    found = detect(path, draft=True, lang="ja")
    assert [one.id for one in looked.findings] == [one.id for one in found.findings]
    assert found.draft is not None
    assert looked.draft.text == found.draft.text
