"""`--set NAME=VALUE` reaches the run through papermill, is recorded, and is refused before anything where it is wrong."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import nbformat
import pytest
from click.testing import CliRunner

from production.small_register import KEY, SPEC, desk
from production.the_command import AROUND, FILES, contents, leftovers, sudare
from sudare.cli import main
from sudare.cli import sudare as group
from sudare.errors import UsageError
from sudare.production import run, verify
from sudare.verbs import check

if TYPE_CHECKING:
    from pathlib import Path

    from production.small_register import Desk

PLANTED = "架空の値"  # given where it must not be repeated
# What a shell, papermill or Python could stumble over.
HARD = "a\"b'c\\n{spec} ${上限} $(x) %PATH% 「値」\t\\"
LEAVE_OUT = """\
steps:
  - technique: delete-records
    where: {column: カード番号, in: {file: "${一覧}"}}
    because: 備考は「${備考}」
"""
SET = (
    SPEC.replace("at_least: 40, label: 40以上", 'at_least: "${上限}", label: "${上限}以上"')
    .replace("input:\n", "parameters:\n  上限: 40\n  一覧: 除く人.csv\n  備考: x\ninput:\n")
    .replace("steps:\n", LEAVE_OUT)
)


@pytest.fixture
def laid(tmp_path: Path) -> Desk:
    made = desk(tmp_path, SET)
    (tmp_path / "除く人.csv").write_text("000001\n000002\n", encoding="utf-8")
    (tmp_path / "除く人2.csv").write_bytes("000003\r\n".encode("utf-8-sig"))
    return made


@pytest.mark.slow
def test_a_value_set_on_the_command_line_is_used_recorded_and_kept_out_of_the_log(laid: Desk) -> None:
    before = laid.spec.read_bytes()
    settings = ["--set", "上限=45", "--set", "一覧=除く人2.csv", "--set", f"備考={HARD.replace('${上限}', '')}"]
    finished = sudare(*laid.arguments(), *settings, "--json")
    assert finished.returncode == 0, finished.stderr
    receipt = json.loads(finished.stdout)
    assert receipt["parameters"] == {"上限": "45", "一覧": "除く人2.csv", "備考": HARD.replace("${上限}", "")}
    assert receipt["overridden"] == ["上限", "一覧", "備考"]
    assert [one["file"] for one in receipt["lists"]] == ["除く人2.csv"]
    assert receipt["output"]["rows"] == 119
    text = (laid.out / "processed.csv").read_bytes().decode("utf-8-sig")
    books = {row["貸出冊数"] for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert "45以上" in books
    assert {"40", "44"} <= books
    page = (laid.out / "report.html").read_text(encoding="utf-8")
    assert "上限 = 45" in page
    assert "（この実行で指定。" in page
    assert '"上限": "45"' in "".join(
        output.text
        for cell in nbformat.reads((laid.out / "run.ipynb").read_text(encoding="utf-8"), as_version=4).cells  # type: ignore[no-untyped-call]
        for output in cell.get("outputs", [])
    )
    [line] = (laid.out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["parameters"] == ["上限", "一覧", "備考"]
    assert "除く人2" not in line
    assert list(verify(laid.out)) == []
    assert sorted(contents(laid.out)) == sorted(FILES)
    assert laid.spec.read_bytes() == before


@pytest.mark.slow
def test_a_value_that_is_one_of_the_data_is_refused_and_left_nowhere(laid: Desk) -> None:
    name = "雲野辺　あけみ"
    finished = sudare(*laid.arguments(), "--set", f"備考=担当は{name}")
    assert finished.returncode == 3, finished.stderr
    assert "[value-in-parameter] parameters.備考:" in finished.stderr
    assert name not in finished.stderr + finished.stdout
    assert sorted(contents(laid.out)) == ["receipt.json"]
    receipt = json.loads(contents(laid.out)["receipt.json"])
    assert receipt["parameters"] == {"上限": None, "一覧": None, "備考": None}
    for around in AROUND:
        assert name not in (laid.out / around).read_bytes().decode()


@pytest.mark.parametrize(
    ("setting", "code"),
    [(PLANTED, "bad-setting"), (f"上眼={PLANTED}", "unknown-parameter"), (f"={PLANTED}", "unknown-parameter")],
)
@pytest.mark.parametrize("verb", ["run", "check"])
def test_a_setting_that_is_wrong_stops_before_anything_is_run(laid: Desk, verb: str, setting: str, code: str) -> None:
    arguments = laid.arguments() if verb == "run" else ["check", str(laid.spec), "--lang", "ja"]
    with pytest.raises(UsageError) as raised:
        CliRunner().invoke(group, [*arguments, "--set", setting], catch_exceptions=False)
    assert [problem.code for problem in raised.value.problems] == [code]
    assert PLANTED not in str(raised.value)
    assert not laid.out.exists()


def test_the_command_ends_with_2_and_tells_the_near_match(laid: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*laid.arguments(), "--set", f"上眼={PLANTED}"])
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert "上限" in told.err
    assert PLANTED not in told.err + told.out
    assert not laid.out.exists()
    assert leftovers(laid.folder) == []


def test_the_verb_check_takes_values_too(laid: Desk) -> None:
    assert check(laid.spec).problems == ()
    assert [p.code for p in check(laid.spec, set={"一覧": "なし.csv"}).problems] == ["no-file"]
    assert [(p.code, p.where) for p in check(laid.spec, set={"上限": "多い"}).problems] == [("wrong-type", "steps[6]")]
    with pytest.raises(UsageError):
        check(laid.spec, set={"上眼": "1"})
    with pytest.raises(UsageError):
        run(laid.spec, laid.file, laid.out, set={"上眼": "1"})
    assert not laid.out.exists()
    assert KEY in laid.spec.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_spec_that_cannot_be_read_is_refused_with_a_receipt_whatever_is_set(laid: Desk) -> None:
    laid.spec.write_text("sudare: 1\n: [", encoding="utf-8")
    finished = sudare(*laid.arguments(), "--set", "上限=1")
    assert finished.returncode == 3
    assert json.loads(contents(laid.out)["receipt.json"])["parameters"] == {}
