"""A Python of its own whose clock is wrong, in every process that it starts: as on a machine whose clock was set back.

A run's processes take no start-up file and no module from outside, on purpose. What is left is a virtual environment
of this very Python whose site folder gives those modules of sudare that ask for the time, and the module `time`, another clock.
"""

from __future__ import annotations

import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sudare
from production.the_command import environment
from production.the_command import sudare as command

if TYPE_CHECKING:
    import subprocess

DAY = 86_400
# Which modules ask for the time; a test says when there is another one.
ASKING = (
    "sudare.findings.detectors.birth_date",
    "sudare.keystore.store",
    "sudare.production.run",
    "sudare.specs.checking",
)
_CLOCK = '''\
import datetime, importlib.util, json, os, sys, time, types

SHIFT = float(os.environ["SHIFTED_CLOCK"])
real_time, real_ns = time.time, time.time_ns
time.time = lambda: real_time() + SHIFT
time.time_ns = lambda: real_ns() + int(SHIFT * 1_000_000_000)

class Date(datetime.date):
    @classmethod
    def today(cls):
        return datetime.date.fromtimestamp(time.time())

class Datetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(time.time(), tz)

SHIFTED = {datetime.date: Date, datetime.datetime: Datetime}
SHIFTED[datetime] = types.SimpleNamespace(**{**vars(datetime), "date": Date, "datetime": Datetime})

class Finder:
    """Lets the modules that ask for the time be imported as always, then gives them the wrong clock."""

    def find_spec(self, name, path=None, target=None):
        if name not in ASKING:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        sys.meta_path.insert(0, self)
        execute = spec.loader.exec_module
        def shifted(module):
            execute(module)
            for word in ("date", "datetime", "dt"):
                if hasattr(module, word):
                    setattr(module, word, SHIFTED[getattr(module, word)])
        spec.loader.exec_module = shifted
        return spec

sys.meta_path.insert(0, Finder())
with open(os.environ["SHIFTED_SEEN"], "a", encoding="utf-8") as seen:
    print(json.dumps([sys.orig_argv[2], SHIFT]), file=seen)
'''


@dataclass(frozen=True)
class ShiftedPython:
    """The environment: where its Python is, and where its processes note that they began."""

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    @property
    def seen(self) -> Path:
        """One line for each process: what it runs, and by how much its clock is off."""
        return self.folder / "seen.jsonl"

    def sudare(self, *arguments: str | Path, shift: int = 0) -> subprocess.CompletedProcess[str]:
        """Run the command with a clock that is some seconds off."""
        clock = {"SHIFTED_CLOCK": str(shift), "SHIFTED_SEEN": str(self.seen)}
        return command("-m", "sudare.cli", *arguments, env=environment(**clock), command=str(self.python))


def shifted_python(folder: Path) -> ShiftedPython:
    """Make the environment; it sees the packages of this one."""
    made = ShiftedPython(folder)
    venv.EnvBuilder(with_pip=False, symlinks=sys.platform != "win32").create(folder)
    site = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(folder), "platbase": str(folder)}))
    (site / "wrong_clock.py").write_text(f"ASKING = {ASKING!r}\n{_CLOCK}", encoding="utf-8")
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), str(Path(sudare.__file__).parents[1])}
    lines = ["import wrong_clock", *sorted(places)]
    (site / "0.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made
