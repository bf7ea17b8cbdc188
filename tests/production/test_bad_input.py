from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from production.small_register import HEADER, KEY, SPEC, Desk, desk, lines
from production.the_command import AROUND, leftovers, sudare
from production.without_a_kernel import quick_command
from sudare.cli import main
from sudare.keystore import KeyName, KeyStore
from sudare.production.commit import locked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OLD = {
    name: f"an earlier {name}".encode()
    for name in ("receipt.json", "report.html", "dictionary.csv", "run.ipynb", "processed.csv")
}
ROWS = lines()
KEPT_CONTACT = (
    SPEC.replace("{name: 連絡先, type: text, kind: direct-identifier}", "{name: 連絡先, type: text}")
    .replace("columns: [氏名, 連絡先]", "columns: [氏名]")
    .replace("columns: [性別], standards", "columns: [性別, 連絡先], standards")
)


def earlier(laid: Desk) -> None:
    """Put the files of an earlier run into the output folder."""
    laid.out.mkdir()
    for name, content in OLD.items():
        (laid.out / name).write_bytes(content)


def found(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.is_file() and path.name not in AROUND}


def table(*rows: str, header: str = HEADER, encoding: str = "cp932") -> Callable[[Desk], None]:
    return lambda laid: laid.table(*rows, header=header, encoding=encoding)


def raw(content: bytes) -> Callable[[Desk], None]:
    def change(laid: Desk) -> None:
        laid.file.write_bytes(content)

    return change


def without(column: int) -> Callable[[Desk], None]:
    cut = [",".join(cell for n, cell in enumerate(line.split(",")) if n != column) for line in [HEADER, *ROWS]]
    return table(*cut[1:], header=cut[0])


def with_cell(row: int, column: int, text: str) -> Callable[[Desk], None]:
    cells = ROWS[row].split(",")
    cells[column] = text
    return table(*ROWS[:row], ",".join(cells), *ROWS[row + 1 :])


def with_contact(contact: Callable[[int], str]) -> Callable[[Desk], None]:
    return table(*[",".join([*line.split(",")[:7], contact(n)]) for n, line in enumerate(ROWS, start=1)])


def my_number(n: int) -> str:
    """Make a number with a valid check digit (Ordinance No. 85 of 2014, article 5)."""
    digits = f"{n * 97531864207 % 10**11:011}"
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return f"{digits}{0 if rest <= 1 else 11 - rest}"


def spec(text: str, change: Callable[[Desk], object] = lambda _: None) -> tuple[str, Callable[[Desk], object]]:
    return text, change


def as_is(change: Callable[[Desk], object]) -> tuple[str, Callable[[Desk], object]]:
    return SPEC, change


CASES = {
    "an unknown key": (
        spec(SPEC.replace("edges:", "egdes:")),
        [("missing-key", "steps[4]"), ("unknown-key", "steps[4]")],
        "'edges'",
    ),
    "a missing column": (as_is(without(5)), [("missing-column", "input.columns[5]")], "'性別'"),
    "a renamed column": (
        as_is(table(*ROWS, header=HEADER.replace("性別", "性の別"))),
        [("missing-column", "input.columns[5]"), ("extra-column", "input.columns")],
        "out_of_scope",
    ),
    "a repeated column": (
        as_is(table(*[f"{line},1" for line in ROWS], header=f"{HEADER},年齢")),
        [("repeated-column", "input.columns[4]")],
        "nth:",
    ),
    "a day that does not exist": (
        as_is(with_cell(9, 3, "令和5年2月30日")),
        [("misfit", "input.columns[3]")],
        "rows 11",
    ),
    "utf-8 declared as cp932": (
        as_is(table(*ROWS, encoding="utf-8")),
        [("encoding-mismatch", "input.encoding")],
        "write `encoding: utf-8`",
    ),
    "cp932 declared as utf-8": (
        spec(SPEC.replace("encoding: cp932", "encoding: utf-8")),
        [("encoding-mismatch", "input.encoding")],
        "write `encoding: cp932`",
    ),
    "a missing key": (
        spec(SPEC.replace(KEY, "library-z@2026")),
        [("missing-key", "library-z@2026")],
        "sudare key new library-z@2026",
    ),
    "a destroyed key": (
        as_is(lambda laid: KeyStore(laid.keys).destroy(KeyName.parse(KEY))),
        [("destroyed-key", KEY)],
        "sudare key rotate",
    ),
    "an open key store": (as_is(lambda laid: laid.keys.chmod(0o755)), [("open-key-store", "keys")], "chmod 700"),
    "an undecided column": (
        spec(SPEC.replace("columns: [性別], standards", "columns: [登録日], standards")),
        [("undecided-column", "input.columns[5]")],
        "out_of_scope",
    ),
    "a technique on the wrong type": (
        spec(SPEC.replace("columns: [年齢], edges", "columns: [年齢, 性別], edges")),
        [("wrong-type", "steps[4]")],
        "integer",
    ),
    "a newer version": (spec(SPEC.replace("sudare: 1", "sudare: 2")), [("newer-version", "sudare")], "Update sudare"),
    "a failed check": (
        spec(SPEC.replace("at_least: 3}", "at_least: 60}")),
        [("check-failed", "checks[0]")],
        "Generalize more",
    ),
    "individual numbers left": (
        spec(KEPT_CONTACT, with_contact(my_number)),
        [("identification-code-left", "連絡先")],
        "delete-column",
    ),
    "names left in another column": (
        spec(KEPT_CONTACT, with_contact(lambda n: f"担当 {ROWS[n - 1].split(',')[1]} 様")),
        [("direct-identifier-left", "連絡先")],
        "Remove the column",
    ),
    "an empty file": (as_is(raw(b"")), [("no-header", "input.header_row")], "header_row:"),
    "a header and nothing below": (as_is(table()), [("check-failed", "unit.at_least")], "0"),
    "an Excel file": (as_is(raw(b"PK\x03\x04" + bytes(200))), [("not-a-table", "利用者.csv")], "CSV UTF-8"),
    "a spec that is no YAML": (spec(SPEC.replace("steps:", "steps: [")), [("bad-yaml", "line 18")], "indents"),
}


# One of each kind also goes through the real command: a spec, a header, a cell, a key, a check.
REAL = ["an unknown key", "a renamed column", "a day that does not exist", "a destroyed key", "a failed check"]


def laid_out(name: str, folder: Path) -> Desk:
    (text, change), _, _ = CASES[name]
    laid = desk(folder, text)
    change(laid)
    earlier(laid)
    return laid


def refused(name: str, laid: Desk, exit_code: int, stdout: str, stderr: str) -> None:
    """The run told why, once and in full, and left nothing new but the receipt."""
    _, expected, advice = CASES[name]
    assert exit_code == 3, stderr
    told = [line for line in stderr.splitlines() if line.startswith("[")]
    assert len(told) == len(expected)
    for line, (code, where) in zip(told, expected, strict=True):
        assert line.startswith(f"[{code}] {where}: ")
    assert advice in stderr
    assert "Traceback" not in stderr
    assert stdout == ""
    receipt = json.loads((laid.out / "receipt.json").read_text(encoding="utf-8"))
    assert receipt["state"] == "refused"
    assert receipt["output"] is None
    assert [(problem["code"], problem["where"]) for problem in receipt["problems"]] == expected
    assert {**found(laid.out), "receipt.json": b""} == {**OLD, "receipt.json": b""}  # the earlier results stay
    assert leftovers(laid.out) == []


@pytest.mark.parametrize("name", CASES)
def test_a_refused_run_tells_why_and_leaves_only_the_receipt(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    laid = laid_out(name, tmp_path)
    exit_code = quick_command(monkeypatch, *laid.arguments()[:-1], "en")
    refused(name, laid, exit_code, *capsys.readouterr())


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_the_real_command_tells_why_and_leaves_only_the_receipt(name: str, tmp_path: Path) -> None:
    laid = laid_out(name, tmp_path)
    finished = sudare(*laid.arguments()[:-1], "en")
    refused(name, laid, finished.returncode, finished.stdout, finished.stderr)


# --- wrong calls: nothing at all is written


def called(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda laid: laid.spec.unlink(), "SPEC"),
        (lambda laid: laid.file.unlink(), "--input"),
        (lambda laid: (laid.file.unlink(), laid.file.mkdir()), "--input"),
        (lambda laid: (laid.spec.unlink(), laid.spec.mkdir()), "SPEC"),
    ],
)
def test_a_file_that_is_not_there_is_a_wrong_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Desk], object], where: str
) -> None:
    laid = desk(tmp_path)
    change(laid)
    assert called(*laid.arguments()[:-1], "en") == 2
    assert capsys.readouterr().err.strip() == f"[no-such-file] {where}: there is no file at {where}. Check the path."
    assert not laid.out.exists()


# --- what cannot be done now: earlier results stay


def told_and_untouched(laid: Desk, capsys: pytest.CaptureFixture[str], code: str, advice: str) -> None:
    before = found(laid.out)
    assert called(*laid.arguments()[:-1], "en") == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"[{code}]")
    assert advice in line
    assert str(laid.folder) not in line
    assert found(laid.out) == before
    assert leftovers(laid.out) == []


def test_a_file_in_place_of_the_output_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid = desk(tmp_path)
    laid.out.write_bytes(b"not a folder")
    assert called(*laid.arguments()[:-1], "en") == 1
    assert capsys.readouterr().err.startswith("[cannot-write] ")
    assert laid.out.read_bytes() == b"not a folder"


def test_an_output_folder_that_another_run_holds_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid = desk(tmp_path)
    earlier(laid)
    with locked(laid.out):
        told_and_untouched(laid, capsys, "output-locked", "Wait for it")


def test_a_data_file_that_cannot_be_opened_is_told_before_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = desk(tmp_path)
    earlier(laid)
    (laid.out / "processed.csv").unlink()
    (laid.out / "processed.csv").mkdir()  # cannot be opened for writing, even by an administrator
    told_and_untouched(laid, capsys, "output-open", "Close it (in Excel, say)")
