from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from leaks.mutants import COUNT, ROWS, table_mutant
from leaks.planted_register import rows, text
from leaks.spoiled_calls import PARTS, Spoiled, share
from production.the_command import environment, sudare
from small_runs import declared, document, run, step, texts

if TYPE_CHECKING:
    from pathlib import Path

# 2,000 mutants with SUDARE_MUTANTS=2000; a share of them, always the same ones, by default.


@pytest.mark.parametrize("part", range(PARTS))
def test_a_mutated_table_is_refused_or_run_and_tells_no_value(
    part: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    record_property: Any,
) -> None:
    spoiled = Spoiled.at(tmp_path, capsys)
    for number in share(part):
        way, content, spec = table_mutant(number)
        name = f"table mutant {number} ({way})"
        spoiled.laid.file.write_bytes(content)
        spoiled.laid.spec.write_text(spec, encoding="utf-8", newline="\n")
        checked, ran = spoiled.check(name), spoiled.run(name, monkeypatch)
        if checked and not ran:
            spoiled.faults.append(f"{name}: a check refused what a run let pass")
    record_property("ended", dict(spoiled.ended))
    record_property("told", dict(spoiled.told))
    assert spoiled.faults == []
    assert spoiled.ended[3] > 0  # some were spoiled beyond use


def test_the_mutants_are_spoiled_in_many_ways_and_always_the_same() -> None:
    made = [table_mutant(number) for number in range(100)]
    assert made == [table_mutant(number) for number in range(100)]
    assert len({way for way, _, _ in made}) > 40
    whole = text(rows(ROWS)).encode("cp932")
    assert sum(content != whole for _, content, _ in made) > 95


def test_the_largest_numbers_there_are_come_through(tmp_path: Path) -> None:
    spec = document([declared("値", "decimal")], [step("keep", "値")])
    ran = run(tmp_path, spec, texts(値=["1e308", "-1e308", "9e307"] * 12))
    assert len(ran.rows) == 36


@pytest.mark.slow
def test_the_real_command_on_mutated_tables_tells_no_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], record_property: Any
) -> None:
    spoiled = Spoiled.at(tmp_path, capsys)
    for number in range(0, COUNT, max(1, COUNT // 6)):
        way, content, spec = table_mutant(number)
        shutil.rmtree(spoiled.laid.out, ignore_errors=True)
        spoiled.laid.file.write_bytes(content)
        spoiled.laid.spec.write_text(spec, encoding="utf-8", newline="\n")
        finished = sudare(*spoiled.laid.arguments("en"), env=environment(**spoiled.laid.elsewhere()))
        spoiled.ended_with(f"table mutant {number} ({way})", finished.returncode, finished.stdout, finished.stderr)
    record_property("ended", dict(spoiled.ended))
    assert spoiled.faults == []
