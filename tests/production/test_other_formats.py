"""Real runs on an Excel workbook and on a CSV packed by gzip, and what they write in these formats."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from typing import TYPE_CHECKING

import pytest
from python_calamine import load_workbook

from production.small_register import COLUMNS, HEADER, SPEC, desk, lines
from production.the_command import AROUND, leftovers, sudare
from production.without_a_kernel import quick_command
from tables.workbooks import workbook

if TYPE_CHECKING:
    from pathlib import Path

IN_EXCEL = SPEC.replace("  format: csv\n  encoding: cp932\n", "  format: excel\n  sheet: 利用者\n  header_row: 2\n")
EXCEL_OUT = "output: {format: excel}\nsteps:\n"
GZIP_OUT = "output: {compression: gzip}\nsteps:\n"


def rows() -> list[list[str]]:
    return [line.split(",") for line in [HEADER, *lines()]]


def of_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.slow
def test_a_workbook_goes_in_and_a_workbook_comes_out(tmp_path: Path) -> None:
    laid = desk(tmp_path, IN_EXCEL.replace("steps:\n", EXCEL_OUT, 1))
    book = workbook(laid.file.with_suffix(".xlsx"), [("利用者の一覧",), *rows()], name="利用者")
    arguments = [str(book) if argument == str(laid.file) else argument for argument in laid.arguments()]
    assert sudare("check", laid.spec, "--input", book).returncode == 0
    finished = sudare(*arguments)
    assert finished.returncode == 0, finished.stderr
    names = {path.name for path in laid.out.iterdir()} - set(AROUND)
    assert names == {"dictionary.csv", "processed.xlsx", "receipt.json", "report.html", "run.ipynb"}
    assert leftovers(laid.out) == []
    receipt = json.loads((laid.out / "receipt.json").read_text(encoding="utf-8"))
    content = (laid.out / "processed.xlsx").read_bytes()
    assert receipt["output"]["file"] == "processed.xlsx"
    assert receipt["output"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert receipt["input"]["sha256"] == hashlib.sha256(book.read_bytes()).hexdigest()
    opened = load_workbook(str(laid.out / "processed.xlsx"))
    header, *processed = opened.get_sheet_by_name("データ").to_python()
    assert header == COLUMNS
    assert len(processed) == receipt["output"]["rows"] == 120
    assert {type(row[0]) for row in processed} == {str}  # pseudo-IDs stay text


@pytest.mark.parametrize("out", ["", GZIP_OUT])
def test_a_packed_file_goes_in_and_the_same_rows_come_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    laid = desk(tmp_path, SPEC.replace("steps:\n", out, 1) if out else SPEC)
    laid.table(*lines())
    assert quick_command(monkeypatch, *map(str, laid.arguments())) == 0
    name = "processed.csv.gz" if out else "processed.csv"
    first = (laid.out / name).read_bytes()
    laid.file.write_bytes(gzip.compress(laid.file.read_bytes()))
    assert quick_command(monkeypatch, *map(str, laid.arguments())) == 0
    again = (laid.out / name).read_bytes()
    plain = [of_csv(gzip.decompress(content) if out else content) for content in (first, again)]
    assert plain[0][0] == COLUMNS
    assert len(plain[0]) == 121
    assert sorted(plain[0]) == sorted(plain[1])


def test_a_refusal_of_a_workbook_writes_no_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = desk(tmp_path, IN_EXCEL.replace("sheet: 利用者", "sheet: 会員"))
    workbook(laid.file, [("一覧",), *rows()], name="利用者")
    assert quick_command(monkeypatch, *map(str, laid.arguments())) == 3
    assert "[missing-sheet] input.sheet" in capsys.readouterr().err
    assert {path.name for path in laid.out.iterdir()} - set(AROUND) == {"receipt.json"}
