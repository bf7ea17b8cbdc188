from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from leaks import canary
from leaks.mutants import COUNT, spec_mutant
from leaks.planted_register import SPEC
from leaks.spoiled_calls import PARTS, Spoiled, share
from production.the_command import environment, sudare

if TYPE_CHECKING:
    from pathlib import Path

# 2,000 mutants with SUDARE_MUTANTS=2000; a share of them, always the same ones, by default.


@pytest.mark.parametrize("part", range(PARTS))
def test_a_mutated_spec_is_refused_or_run_and_tells_no_value(
    part: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    record_property: Any,
) -> None:
    spoiled = Spoiled.at(tmp_path, capsys)
    for number in share(part):
        way, content = spec_mutant(number)
        name = f"spec mutant {number} ({way})"
        spoiled.laid.spec.write_bytes(content)
        # What a check lets pass is run; a run refuses what a check refuses, before it reads the table.
        if spoiled.check(name) == 0 or number % 10 == 0:
            spoiled.run(name, monkeypatch)
    record_property("ended", dict(spoiled.ended))
    record_property("told", dict(spoiled.told))
    assert spoiled.faults == []
    assert spoiled.ended[3] > 0  # some were spoiled beyond use


def test_the_mutants_are_spoiled_in_many_ways_and_always_the_same() -> None:
    made = [spec_mutant(number) for number in range(60)]
    assert made[:20] == [spec_mutant(number) for number in range(20)]
    assert len({content for _, content in made}) > 55
    assert len({way for way, _ in made}) > 25


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("sudare: 1", f"sudare: {'9' * 5_000}", "newer-version"),
        ("title: 見守り台帳", f"title: {canary.NAME}\n? {{a: [{canary.NOTE_2}]}}\n: c", "bad-yaml"),
        ("title: 見守り台帳", f'title: "{canary.NAME}\\ud83d"', "bad-yaml"),
    ],
)
def test_what_ended_unexpectedly_before_is_refused_in_words(
    old: str, new: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoiled = Spoiled.at(tmp_path, capsys)
    assert SPEC.startswith("sudare: 1\ntitle: 見守り台帳\n")
    spoiled.laid.spec.write_text(SPEC.replace(old, new, 1), encoding="utf-8", newline="\n")
    assert spoiled.check("a spec") == 3
    assert set(spoiled.told) == {code}
    assert spoiled.faults == []


@pytest.mark.slow
def test_the_real_command_on_mutated_specs_tells_no_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], record_property: Any
) -> None:
    spoiled = Spoiled.at(tmp_path, capsys)
    for number in range(0, COUNT, max(1, COUNT // 6)):
        way, content = spec_mutant(number)
        spoiled.laid.spec.write_bytes(content)
        finished = sudare(*spoiled.laid.arguments("en"), env=environment(**spoiled.laid.elsewhere()))
        spoiled.ended_with(f"spec mutant {number} ({way})", finished.returncode, finished.stdout, finished.stderr)
    record_property("ended", dict(spoiled.ended))
    assert spoiled.faults == []
