from __future__ import annotations

import io
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sudare
from leaks import canary
from leaks.canary import Search, search_for
from leaks.mutants import Dice, short_spec
from leaks.planted_register import (
    CHECKUP,
    COLUMNS,
    GROUPS,
    HIERARCHY,
    NAMES,
    PLANTED_AT,
    SECOND,
    SPEC,
    Shelf,
    rows,
    shelf,
    text,
)
from production.the_command import environment, leftovers
from production.the_command import sudare as command
from production.without_a_kernel import quick_command
from sudare.engines.engine import Engine
from sudare.errors import SudareError
from sudare.execution.job import Job
from sudare.keystore import KeyStore
from sudare.specs import read_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CP932, UTF8 = "encoding: cp932", "encoding: utf-8"


@dataclass(frozen=True)
class Malformed:
    """A spec and a table of which one does not fit, a planted value standing where the fault is."""

    code: str
    spec: str = SPEC
    content: bytes | None = None
    second: str | None = None  # the table that is joined
    groups: str | None = None  # the hierarchy of schools

    def laid(self, folder: Path) -> Shelf:
        """Lay it out."""
        made = shelf(folder, self.spec, self.content)
        for name, other in ((SECOND, self.second), (HIERARCHY, self.groups)):
            if other is not None:
                made.spec.with_name(name).write_text(other, encoding="utf-8", newline="\n")
        return made


def cells(*changes: tuple[str, str]) -> bytes:
    """Return the table with other cells in the first planted row."""
    table = rows()
    for name, value in changes:
        table[PLANTED_AT][NAMES[name]] = value
    return text(table).encode("cp932")


def line(change: Callable[[str], str]) -> bytes:
    """Return the table with the text of the first planted row changed."""
    whole = text(rows()).splitlines(keepends=True)
    whole[PLANTED_AT + 1] = change(whole[PLANTED_AT + 1])
    return "".join(whole).encode("cp932")


def planted_first() -> list[list[str]]:
    table = rows()
    return [table[PLANTED_AT], *table[:PLANTED_AT], *table[PLANTED_AT + 1 :]]


def instead(old: str, new: str) -> str:
    assert old in SPEC
    return SPEC.replace(old, new)


def parquet() -> bytes:
    written = io.BytesIO()
    columns = {name: [row[n] for row in rows()] for n, name in enumerate(COLUMNS)}
    pq.write_table(pa.table(columns), written)
    return written.getvalue()


def no_bytes_of_cp932() -> bytes:
    return cells().replace(canary.NOTE.encode("cp932"), canary.NOTE.encode("cp932") + b"\x81\xff\xfd")


def few_steps(old: str, new: str) -> str:
    """Return the spec with hardly any step: a refused reason is looked for in each of them, which takes its time."""
    spec = short_spec(Dice("few"), steps=1)
    assert old in spec
    return spec.replace(old, new)


def keep_notes() -> str:
    """Return the spec that keeps the notes, to the end."""
    kept = instead("電話, メール, 備考]", "電話, メール]").replace("columns: [職業]", "columns: [職業, 備考]")
    return kept.replace("職業, 所見]", "職業, 所見, 備考]")


CASES = {
    "a name where a whole number belongs": Malformed("misfit", content=cells(("年齢", canary.NAME))),
    "an address where a number belongs": Malformed("misfit", content=cells(("身長", canary.MAIL))),
    "a note where a day belongs": Malformed("misfit", content=cells(("生年月日", canary.NOTE))),
    "a day that does not exist": Malformed("misfit", content=cells(("生年月日", "明治39年13月23日"))),
    "too many digits": Malformed("misfit", content=cells(("身長", f"{canary.NUMBER}.{canary.NUMBER_2}"))),
    "no header": Malformed("missing-column", content=text(planted_first()[1:], planted_first()[0]).encode("cp932")),
    "the header is looked for too far down": Malformed(
        "missing-column",
        instead("encoding: cp932", "encoding: cp932\n  header_row: 2"),
        text(planted_first()).encode("cp932"),
    ),
    "a quote that is not closed": Malformed("unclosed-quote", content=line(lambda row: '"' + row)),
    "a comma in an address": Malformed("misfit", content=line(lambda row: row.replace("番地", "番地,"))),
    "a row cut short": Malformed("misfit", content=line(lambda row: ",".join(row.split(",")[:6]) + "\r\n")),
    "cp932 declared as utf-8": Malformed("encoding-mismatch", instead(CP932, UTF8)),
    "utf-8 declared as cp932": Malformed("encoding-mismatch", content=text(rows()).encode("utf-8")),
    "bytes that are no text": Malformed("encoding-mismatch", content=no_bytes_of_cp932()),
    "a Parquet file": Malformed("wrong-format", content=parquet()),
    "a value missing from a table": Malformed("unseen-value", instead(f", {canary.MAPPED}: その他", "")),
    "a place that is none": Malformed("unresolved-address", instead("unresolved: suppress", "unresolved: stop")),
    "a rare value in a reason": Malformed(
        "value-in-reason", few_steps("because: 対象外", f"because: {canary.NOWHERE}は読めない")
    ),
    "a name in the title": Malformed("value-in-reason", few_steps("見守り台帳", f"{canary.NAME}ほかの台帳")),
    "a value as a key of the spec": Malformed("unknown-key", instead("to: year,", f"to: year, {canary.NAME}: 1,")),
    "a value as a technique": Malformed(
        "unknown-technique", instead("technique: top-code", f"technique: {canary.MAPPED}")
    ),
    "a value as a choice": Malformed("bad-value", instead("to: year", f"to: {canary.NOTE_2}")),
    "a value as a threshold": Malformed("wrong-type", instead("at_least: 80,", f"at_least: {canary.NOWHERE},")),
    "a value under a table without its group": Malformed(
        "bad-value", instead(f"{canary.MAPPED}: その他", f"{canary.MAPPED}: [a]")
    ),
    "a value twice in a table": Malformed(
        "bad-yaml", instead(f"{canary.MAPPED}: その他", f"{canary.MAPPED}: その他, {canary.MAPPED}: その他")
    ),
    "broken YAML beside a value": Malformed(
        "bad-yaml", instead(f"equals: {canary.HIDDEN}", f"equals: [{canary.HIDDEN}")
    ),
    "a comparison with two values": Malformed(
        "bad-condition", instead(f"equals: {canary.HIDDEN}", f"equals: {canary.HIDDEN}, at_least: {canary.HIDDEN}")
    ),
    "names left in notes": Malformed("direct-identifier-left", keep_notes(), cells(("備考", f"{canary.NAME}の長女"))),
    "the mark for hidden cells is a value": Malformed("mark-taken", SPEC + "output: {suppressed_as: 一般}\n"),
    "a sign that cp932 lacks": Malformed(
        "unwritable",
        instead(CP932, UTF8) + "output: {encoding: cp932}\n",
        text(rows()).replace("会社員", "会社員\U00020bb7").encode(),
    ),
    "a time where none belongs": Malformed("misfit", content=cells(("訪問日時", f"{canary.VISITED} {canary.NAME}"))),
    "a place where a latitude belongs": Malformed("misfit", content=cells(("緯度", canary.NOWHERE))),
    "a point outside Japan": Malformed("outside-japan", content=cells(("緯度", canary.EAST), ("経度", canary.NORTH))),
    "a postal code that is none": Malformed(
        "short-code", instead("keep: 3,", "keep: 3, shorter: stop,"), cells(("郵便番号", canary.FAX[-5:]))
    ),
    "a school without a group": Malformed("unseen-value", groups=GROUPS.replace(canary.SCHOOL, "私立学舎")),
    "a school in two groups": Malformed("bad-hierarchy", groups=f"{GROUPS}{canary.SCHOOL};市立;公立\n"),
    "a hierarchy cut short": Malformed("bad-hierarchy", groups=f"{GROUPS}{canary.NAME}\n"),
    "an employer without a group": Malformed("unseen-value", instead(f", {canary.EMPLOYER}]", "]")),
    "an employer in two groups": Malformed(
        "repeated-value", instead("公共: [役場]", f"公共: [役場, {canary.EMPLOYER}]")
    ),
    "a key twice in the second table": Malformed("repeated-key", second=f"{CHECKUP}{canary.CODE},{canary.NOBODY},良\n"),
    "a second table without its header": Malformed(
        "missing-column", second="".join(reversed(CHECKUP.splitlines(keepends=True)))
    ),
    "an open quote in the second table": Malformed(
        "unclosed-quote", second=CHECKUP.replace(canary.DOCTOR, f'"{canary.DOCTOR}')
    ),
    "a row of the second table too long": Malformed(
        "misfit", second=CHECKUP.replace(canary.FINDING, f"{canary.FINDING},{canary.NOBODY}")
    ),
    "records without a partner": Malformed("unmatched-rows", instead("unmatched: keep", "unmatched: refuse")),
    "a condition that is no number": Malformed(
        "wrong-type", instead(f"{{column: 職業, in: [{canary.DELETED}", f"{{column: 年齢, in: [{canary.DELETED}")
    ),
    "a rare finding of the second table in a reason": Malformed(
        "value-in-reason", instead("氏名は要らない", f"{canary.FINDING}の人の氏名")
    ),
    "a card number in the title": Malformed("value-in-reason", few_steps("見守り台帳", f"台帳 {canary.CARD}")),
    "a class that is too small": Malformed(
        "too-many-deleted", instead("below: 2, at_most: 20%", "below: 2, at_most: 1%")
    ),
    "a failed check": Malformed("check-failed", instead("at_least: 3}", "at_least: 90}")),
}

# These go through the real command too: one for each stage that can refuse.
REAL = [
    "no header",
    "a name where a whole number belongs",
    "bytes that are no text",
    "a value missing from a table",
    "a rare value in a reason",
    "broken YAML beside a value",
    "names left in notes",
    "a sign that cp932 lacks",
]


def told_by(error: BaseException) -> Iterator[str]:
    """Yield everything that a person or a log may see of an error."""
    yield str(error)
    yield repr(error)
    yield repr(error.args)
    yield "".join(traceback.format_exception(error))
    for problem in getattr(error, "problems", ()):
        yield repr(problem)
        yield problem.line("ja") + problem.line("en")
        yield str(problem.to_dict("ja")) + str(problem.to_dict("en"))


def nothing_told(search: Search, error: BaseException) -> None:
    assert [found for part in told_by(error) for found in search.in_text(part, "an error")] == []
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__


def job_of(laid: Shelf) -> Iterator[str]:
    """Run the stages in this process, telling which was reached."""
    document = read_spec(laid.spec)
    engine = Engine(laid.folder / "spill")
    job = Job(document, laid.file, engine=engine, store=KeyStore(laid.keys))
    for stage in (job.read, job.process, job.check, lambda: job.write(laid.out)):
        stage()
        yield job.receipt.to_json("ja") + repr(job.receipt)


def test_there_are_at_least_forty_malformed_inputs() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("name", CASES)
def test_no_error_of_a_malformed_input_repeats_a_value(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    laid = case.laid(tmp_path)
    laid.out.mkdir()
    search = search_for(laid.keys)
    receipts: list[str] = []
    with pytest.raises(SudareError) as raised:
        receipts.extend(job_of(laid))
    assert case.code in {problem.code for problem in raised.value.problems}
    nothing_told(search, raised.value)
    assert search.in_text("".join(receipts), "a receipt") == []
    checked = sudare.check(laid.spec, input=laid.file)
    assert search.in_text(str(checked.to_dict("ja")) + str(checked.to_dict("en")), "a check") == []
    assert search.in_text("".join(problem.line("ja") for problem in checked.problems), "a check") == []


def nothing_left(case: Malformed, laid: Shelf, exit_code: int, stdout: str, stderr: str) -> None:
    """The command refused, and neither what it printed nor what it left holds a planted value."""
    assert exit_code == 3, stderr
    assert f"[{case.code}]" in stderr
    search = search_for(laid.keys)
    assert search.in_text(stdout, "stdout") == []
    assert search.in_text(stderr, "stderr") == []
    assert search.in_folder(laid.left) == []
    assert leftovers(laid.out) == []
    assert {path.name for path in laid.out.iterdir()} == {"receipt.json", "run-log.jsonl", ".sudare.lock"}


@pytest.mark.parametrize("name", CASES)
def test_no_command_on_a_malformed_input_leaves_or_prints_a_value(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    laid = CASES[name].laid(tmp_path)
    exit_code = quick_command(monkeypatch, *laid.arguments("en"))
    nothing_left(CASES[name], laid, exit_code, *capsys.readouterr())


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_no_real_run_on_a_malformed_input_leaves_or_prints_a_value(name: str, tmp_path: Path) -> None:
    laid = CASES[name].laid(tmp_path)
    finished = command(*laid.arguments("en"), env=environment(**laid.elsewhere()))
    nothing_left(CASES[name], laid, finished.returncode, finished.stdout, finished.stderr)


@pytest.mark.parametrize("stage", ["read", "process", "check", "write"])
def test_a_fault_of_a_library_that_quotes_a_value_is_reduced_to_its_kind_and_place(
    stage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError(canary.NAME) from KeyError(canary.CODE)

    laid = shelf(tmp_path)
    monkeypatch.setattr(Job, stage, fails)
    exit_code = quick_command(monkeypatch, *laid.arguments("en"))
    stdout, stderr = capsys.readouterr()
    assert exit_code == 1
    assert "an unexpected error (ValueError)" in stderr
    search = search_for(laid.keys)
    assert search.in_text(stdout + stderr, "what was printed") == []
    assert search.in_folder(laid.left) == []
    assert "processed.csv" not in {path.name for path in laid.out.iterdir()}
