from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from production.small_register import SPEC, desk, lines
from production.the_command import FILES, contents, sudare
from sudare.production import verify

if TYPE_CHECKING:
    from pathlib import Path

    from production.conftest import Done

pytestmark = pytest.mark.slow


def rows_of(out: Path) -> list[dict[str, str]]:
    text = (out / "processed.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_run_over_an_earlier_one_gives_the_same_bytes_and_a_second_line(done: Done, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        finished = sudare(*done.desk.arguments(out))
        assert finished.returncode == 0, finished.stderr
        assert contents(out) == done.files
    assert len((out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert list(verify(out)) == []


def test_two_recipients_get_ids_and_an_order_that_share_nothing(done: Done, tmp_path: Path) -> None:
    other = desk(tmp_path / "b", SPEC.replace("library-a@2026", "library-b@2026"))
    other.new_key("library-b@2026")
    finished = sudare(*other.arguments())
    assert finished.returncode == 0, finished.stderr
    first, second = rows_of(done.desk.out), rows_of(other.out)
    ids = [{row["仮ID"] for row in rows} for rows in (first, second)]
    assert [len(found) for found in ids] == [120, 120]
    assert ids[0] & ids[1] == set()
    for rows in (first, second):
        for row in rows:
            del row["仮ID"]
    key = lambda row: tuple(row.values())  # noqa: E731 - one word for both sides
    assert sorted(first, key=key) == sorted(second, key=key)
    # Of 120 shuffled rows about one stays in place; equal rows stand in place by chance more often.
    in_place = sum(a == b for a, b in zip(first, second, strict=True))
    assert in_place < 25


def test_the_next_years_file_goes_through_the_same_spec_and_keeps_the_ids(done: Done, tmp_path: Path) -> None:
    later = desk(tmp_path / "next")
    later.table(*lines(rows=150, first=61))  # 60 cards of last year, 90 new ones
    arguments = later.arguments()
    arguments[arguments.index("--key-store") + 1] = str(done.desk.keys)
    finished = sudare(*arguments)
    assert finished.returncode == 0, finished.stderr
    assert set(contents(later.out)) == set(FILES)
    receipt = json.loads((later.out / "receipt.json").read_text(encoding="utf-8"))
    assert receipt["input"]["rows"] == 150
    assert receipt["spec"]["sha256"] == done.printed["spec"]["sha256"]
    ids = [{row["仮ID"] for row in rows_of(out)} for out in (done.desk.out, later.out)]
    assert len(ids[0] & ids[1]) == 60
