from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_folder import shared
from sudare.errors import Refused
from sudare.techniques.hierarchy import hierarchy_rows, write_hierarchy

if TYPE_CHECKING:
    from pathlib import Path

cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)


@settings(
    max_examples=50,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data(), st.sampled_from([";", ",", "\t", "|"]))
def test_what_is_written_is_read_back(tmp_path: Path, data: st.DataObject, delimiter: str) -> None:
    width = data.draw(st.integers(2, 4))
    leaves = data.draw(st.lists(cells, min_size=1, max_size=8, unique=True))
    # A delimiter tried earlier that stands in every row as often would be taken for the real one.
    rows = [(leaf, *data.draw(st.tuples(*[cells] * (width - 1)))) for leaf in leaves]
    rows = [tuple(cell.translate(dict.fromkeys(map(ord, ";,|\ufeff"), "_")) for cell in row) for row in rows]
    if len({row[0] for row in rows}) < len(rows):
        return
    path = tmp_path / "h.csv"
    write_hierarchy(path, rows, delimiter)
    assert hierarchy_rows(path) == rows


@pytest.mark.parametrize(
    ("name", "rows", "width"),
    [("education", 16, 4), ("native-country", 41, 3), ("age", 100, 5), ("sex", 2, 2)],
)
def test_hierarchies_of_arx_are_read(name: str, rows: int, width: int) -> None:
    read = hierarchy_rows(shared("data", "adult", f"adult_hierarchy_{name}.csv"))
    assert (len(read), {len(row) for row in read}) == (rows, {width})
    assert {row[-1] for row in read} == {"*"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_files_of_excel_are_read(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "h.csv"
    path.write_bytes(end.join(["松山市,愛媛県,*", '"高松,市",香川県,*', ""]).encode(encoding))
    assert hierarchy_rows(path) == [("松山市", "愛媛県", "*"), ("高松,市", "香川県", "*")]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("秘密;X\n甲;Y;*\n", None),
        ("秘密\n甲\n", None),
        ("", None),
        ("秘密;X\n秘密;Y\n", "2"),
        ("秘密;X\n甲;\n", "2"),
        ('"秘密;X\n', None),
    ],
)
def test_a_file_that_is_no_hierarchy_is_refused_by_row_and_not_by_value(
    tmp_path: Path, text: str, row: str | None
) -> None:
    path = tmp_path / "h.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(Refused) as raised:
        hierarchy_rows(path, "steps[2]")
    problem = raised.value.problems[0]
    assert (problem.code, problem.where) == ("bad-hierarchy", "steps[2]")
    assert "秘密" not in problem.line("ja") + problem.line("en")
    assert row is None or row in problem.what.en


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    path.write_bytes(b"\x81\x00;X\n")
    with pytest.raises(Refused):
        hierarchy_rows(path)


def test_rows_of_different_length_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        write_hierarchy(tmp_path / "h.csv", [("a", "*"), ("b",)])
    assert not (tmp_path / "h.csv").exists()
