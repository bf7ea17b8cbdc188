"""How the command line tells results, progress and errors."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.errors import Problem
    from sudare.language import Language

REFUSED: Final = 3  # the exit code
DRAFTED = Text(
    "下書き: {path}（各手順を確かめ、理由と名前を書いてください）",
    "Draft: {path} (go through every step; write reasons and names)",
)


@dataclass
class Spoken:
    """What the command line chose about telling, known to what tells its errors."""

    lang: Language | None = None
    as_json: bool = False


class Printer:
    """Shows a run's progress on standard error, on one line where that is a screen."""

    def __init__(self, lang: Language) -> None:
        """Tell in this language."""
        self._lang = lang
        self._stage = ""
        self._screen = sys.stderr.isatty()
        self._lock = threading.Lock()

    def __call__(self, stage: Text, share: float) -> None:
        """Tell how far a stage is."""
        name = stage.pick(self._lang)
        with self._lock:
            if self._screen:
                click.echo(f"\r\033[K{name} {share:4.0%}", nl=False, err=True)
            elif name != self._stage:
                click.echo(name, err=True)
            self._stage = name

    def done(self) -> None:
        """End the line."""
        if self._screen and self._stage:
            click.echo(err=True)


def print_json(data: dict[str, Any]) -> None:
    """Print plain data."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def end_with(problems: Sequence[Problem], exit_code: int, spoken: Spoken) -> None:
    """Tell why a command could not be done, and end."""
    if spoken.as_json:
        print_json({"state": "error", "problems": [problem.to_dict(spoken.lang) for problem in problems]})
    for problem in problems:
        click.echo(problem.line(spoken.lang), err=True)
    sys.exit(exit_code)
