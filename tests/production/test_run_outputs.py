from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import stat
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from production.small_register import COLUMNS, HEADER, lines
from production.the_command import AROUND, FILES, sudare
from sudare.keystore.permissions import check_private

if TYPE_CHECKING:
    from pathlib import Path

    from production.conftest import Done

pytestmark = pytest.mark.slow
RECEIPT_KEYS = ["state", "spec", "input", "output", "steps", "checks", "open", "keys", "versions"]
PROBLEM_KEYS = {"code", "where", "message"}
HASH = re.compile("[0-9a-f]{64}")


def receipt_of(done: Done) -> dict[str, Any]:
    receipt: dict[str, Any] = json.loads(done.files["receipt.json"])
    return receipt


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_run_leaves_the_documented_files_and_nothing_else(done: Done) -> None:
    assert sorted(path.name for path in done.desk.out.iterdir()) == sorted([*FILES, *AROUND])


def test_only_the_owner_may_read_what_a_run_leaves(done: Done) -> None:
    for path in done.desk.out.iterdir():
        check_private(path)
        assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_json_prints_the_receipt_as_it_lies_in_the_folder(done: Done) -> None:
    assert done.printed == receipt_of(done)


def test_the_receipt_has_the_documented_keys(done: Done) -> None:
    receipt = receipt_of(done)
    assert [key for key in receipt if key in RECEIPT_KEYS] == RECEIPT_KEYS
    assert set(receipt) - set(RECEIPT_KEYS) == {
        "policy",
        "tables",
        "lists",
        "parameters",
        "overridden",
        "problems",
        "warnings",
        "usefulness",
        "assessment",
    }
    assert receipt["state"] == "done"
    assert set(receipt["spec"]) == {"sha256"}
    assert set(receipt["input"]) == {"sha256", "rows", "people"}
    assert {"file", "sha256", "rows"} <= set(receipt["output"])
    assert all(set(step) == {"id", "technique", "rows", "cells"} for step in receipt["steps"])
    assert all(set(check) == {"measure", "ok", "value"} for check in receipt["checks"])
    assert all(set(point) == PROBLEM_KEYS for point in receipt["open"])
    assert all(set(key) == {"name", "fingerprint"} for key in receipt["keys"])


def test_the_receipt_tells_what_was_run_on_what(done: Done) -> None:
    receipt = receipt_of(done)
    assert receipt["spec"]["sha256"] == hashlib.sha256(done.desk.spec.read_bytes()).hexdigest()
    assert receipt["input"]["sha256"] == hashlib.sha256(done.desk.file.read_bytes()).hexdigest()
    assert receipt["output"]["sha256"] == hashlib.sha256(done.files["processed.csv"]).hexdigest()
    assert (receipt["input"]["rows"], receipt["input"]["people"]) == (120, 120)
    assert [step["technique"] for step in receipt["steps"]] == [
        "delete-column",
        "pseudonymize",
        "address-to-municipality",
        "date-precision",
        "bin",
        "top-code",
        "keep",
        "delete-small-classes",
    ]
    assert all(check["ok"] for check in receipt["checks"])
    assert receipt["keys"][0]["name"] == "library-a@2026"


def test_full_width_digits_and_era_dates_are_read(done: Done) -> None:
    header, *rows = rows_of(done.files["processed.csv"])
    assert header == COLUMNS
    assert len(rows) == 120
    columns = {name: {row[n] for row in rows} for n, name in enumerate(header)}
    assert columns["登録日"] == {"2020", "2021", "2022", "2023", "2024", "2025"}
    assert columns["年齢"] == {"30歳未満", "30歳以上50歳未満", "50歳以上"}
    assert columns["住所"] == {"愛媛県松山市", "香川県高松市", "徳島県徳島市"}
    assert "40以上" in columns["貸出冊数"]
    assert len(columns["仮ID"]) == 120


def test_nothing_that_was_to_go_is_in_the_processed_file(done: Done) -> None:
    """The six digits of a card number may turn up by chance inside an ID of sixteen: an ID is compared whole."""
    _, *rows = rows_of(done.files["processed.csv"])
    ids = {row[0] for row in rows}
    others = "\n".join(cell for row in rows for cell in row[1:])
    names = HEADER.split(",")
    for line in lines():
        cells = dict(zip(names, line.split(","), strict=True))
        for gone in ("カード番号", "氏名", "住所", "連絡先"):
            assert cells[gone] not in ids
            assert cells[gone] not in others


def test_the_rows_are_no_longer_in_the_order_of_the_source(done: Done) -> None:
    before = [line.split(",")[5] for line in lines()]
    _, *rows = rows_of(done.files["processed.csv"])
    assert [row[4] for row in rows] != before


def test_the_notebook_is_valid_and_was_executed_in_order(done: Done) -> None:
    notebook = nbformat.reads(done.files["run.ipynb"].decode(), as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert [cell.id for cell in code] == ["parameters", "open", "read", "process", "check", "write"]
    outputs = {cell.id: "".join(output.text for output in cell.outputs) for cell in code if cell.outputs}
    assert json.loads(outputs["write"])["output"] == receipt_of(done)["output"]


def test_the_notebook_holds_no_parameter_path_time_or_widget(done: Done) -> None:
    text = done.files["run.ipynb"].decode()
    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    for trace in ("widget", "start_time", "duration", "iopub", ".sudare-run-", "injected"):
        assert trace not in text
    for path in (done.desk.folder, done.desk.spec.name, done.desk.file.name, done.desk.out):
        assert str(path) not in text


def test_no_file_holds_a_path_or_the_key_store(done: Done) -> None:
    for name, content in done.files.items():
        assert str(done.desk.folder).encode() not in content, name
        assert done.desk.file.name.encode() not in content, name


def test_the_run_log_names_the_run_by_hashes_only(done: Done) -> None:
    [line] = (done.desk.out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()
    entry = json.loads(line)
    receipt = receipt_of(done)
    assert entry["state"] == "done"
    assert entry["why"] == []
    assert (entry["spec"], entry["input"], entry["output"]) == (
        receipt["spec"]["sha256"],
        receipt["input"]["sha256"],
        receipt["output"]["sha256"],
    )
    assert HASH.fullmatch(entry["before"])
    assert str(done.desk.folder) not in line


def test_the_report_needs_nothing_from_elsewhere(done: Done) -> None:
    report = done.files["report.html"].decode()
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:|//|file:)", report)
    assert "<script" not in report


def test_english_is_spoken_where_it_is_asked_for(done: Done, tmp_path: Path) -> None:
    arguments = done.desk.arguments(tmp_path / "out")
    finished = sudare(*arguments[:-1], "en")
    assert finished.returncode == 0
    assert finished.stdout.startswith("Done: ")
    assert "checking" in finished.stderr
    english = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in english
    assert '<html lang="ja"' in done.files["report.html"].decode()
    # the data is the same, whatever the language
    assert (tmp_path / "out" / "processed.csv").read_bytes() == done.files["processed.csv"]
