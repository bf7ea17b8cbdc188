"""Calls the command on a mutant and says everything that must not have come of it."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from leaks.canary import Search, search_for
from leaks.mutants import COUNT, ROWS
from leaks.planted_register import rows, shelf, text
from production.the_command import AROUND, FILES, leftovers
from production.without_a_kernel import quick_command
from sudare.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leaks.planted_register import Shelf

PARTS = max(8, COUNT // 50)
OUR_FAULTS = {"unexpected", "engine", "kernel-died"}
MAY_END_WITH = {0, 1, 2, 3}
_CODE = re.compile(r"^\[([a-z0-9-]+)\]", re.MULTILINE)


def share(part: int) -> range:
    """Return the numbers of the mutants of one part."""
    return range(part, COUNT, PARTS)


@dataclass
class Spoiled:
    """A shelf on which one mutant after another is tried, and what went wrong with any of them."""

    laid: Shelf
    search: Search
    capture: pytest.CaptureFixture[str]
    faults: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    ended: Counter[int] = field(default_factory=Counter)

    @classmethod
    def at(cls, folder: Path, capture: pytest.CaptureFixture[str]) -> Spoiled:
        """Lay out the planted register, of fewer rows."""
        laid = shelf(folder, content=text(rows(ROWS)).encode("cp932"))
        return cls(laid, search_for(laid.keys), capture)

    def check(self, name: str) -> int:
        """Check the mutant with the command, in this process."""
        with pytest.raises(SystemExit) as ended:
            main(["check", str(self.laid.spec), "--input", str(self.laid.file), "--lang", "en"])
        return self._ended(name, ended.value.code, *self.capture.readouterr())

    def run(self, name: str, patch: pytest.MonkeyPatch) -> int:
        """Run the mutant with the command, in this process, into an empty folder."""
        shutil.rmtree(self.laid.out, ignore_errors=True)
        exit_code = self._ended(name, quick_command(patch, *self.laid.arguments("en")), *self.capture.readouterr())
        self.faults += [f"{name}: {line}" for line in self.left(exit_code)]
        return exit_code

    def ended_with(self, name: str, exit_code: int, stdout: str, stderr: str) -> int:
        """Judge a call that was made elsewhere, and what it left."""
        self._ended(name, exit_code, stdout, stderr)
        self.faults += [f"{name}: {line}" for line in self.left(exit_code)]
        return exit_code

    def left(self, exit_code: int) -> Iterator[str]:
        """Say what stands in the output folder that should not."""
        out = self.laid.out
        yield from leftovers(out)
        there = {path.name for path in out.iterdir()} if out.exists() else set()
        expected = set(FILES) if exit_code == 0 else {"receipt.json"} & there
        if there - set(AROUND) != expected:
            yield f"the folder holds {sorted(there)} after {exit_code}"
        # What a mutant moved into a column that stays is the table's content now; beside the table it must not stand.
        for name in there - {"processed.csv"}:
            yield from self.search.in_bytes((out / name).read_bytes(), name)

    def _ended(self, name: str, exit_code: object, stdout: str, stderr: str) -> int:
        codes = set(_CODE.findall(stderr))
        self.told.update(codes)
        found = [*self.search.in_text(stdout, "stdout"), *self.search.in_text(stderr, "stderr")]
        if not isinstance(exit_code, int) or exit_code not in MAY_END_WITH:
            found.append(f"it ended with {exit_code}")
            exit_code = -1
        if "Traceback" in stdout + stderr:
            found.append("a traceback")
        found += [
            line for line in stderr.splitlines() if line.startswith("[") and set(_CODE.findall(line)) & OUR_FAULTS
        ]
        if exit_code and not codes and "Usage:" not in stderr:
            found.append("it says nothing of why")
        self.ended[exit_code] += 1
        self.faults += [f"{name}: {line}" for line in found]
        return exit_code
