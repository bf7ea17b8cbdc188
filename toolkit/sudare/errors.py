"""What can go wrong, in one tree.

::

    SudareError          exit 1   it could not be done (a locked file, a full disk)
    ├── Cancelled        exit 1   the person who asked for it stopped it; nothing is wrong
    ├── UsageError       exit 2   the command was called wrongly
    └── Refused          exit 3   it must not be done (misfit, failed check, missing decision, key or signature)

Every error says what happened, where, and what to do now, in both languages. None holds a value from the data:
places are named by column, row number, step and spec path. A technique's own messages stand in its own file.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sudare.language import NOTHING, Language, Text, preferred

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a stable code to search for, a place, what happened, and what to do now."""

    code: str
    where: str
    what: Text
    now: Text = NOTHING

    @property
    def message(self) -> Text:
        """What happened, followed by what to do now."""
        return self.what.join(self.now)

    def to_dict(self, lang: Language | None = None) -> dict[str, str]:
        """Return the stable keys `code`, `where` and `message`."""
        return {"code": self.code, "where": self.where, "message": self.message.pick(lang or preferred())}

    def line(self, lang: Language | None = None) -> str:
        """Return the problem as one line for a person."""
        place = f" {self.where}:" if self.where else ""
        return f"[{self.code}]{place} {self.message.pick(lang or preferred())}"


class SudareError(Exception):
    """Something could not be done. Holds one or more problems, all that were found."""

    exit_code = 1

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        """Take one problem or all of them."""
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(problem.line() for problem in self.problems))


class Cancelled(SudareError):  # noqa: N818 - no fault: somebody changed their mind
    """The work was stopped by the person who had asked for it. Nothing was written."""

    def __init__(self) -> None:
        """Say so, and no more."""
        super().__init__(Problem("cancelled", "", Text("中止しました。", "Cancelled.")))


class UsageError(SudareError):
    """The command or function was called wrongly."""

    exit_code = 2


class Refused(SudareError):  # noqa: N818 - a refusal is an outcome the user reads, not a fault
    """The work must not be done as asked. Nothing was written."""

    exit_code = 3


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` was probably meant to be, or None.

    >>> nearest("hieght", ["height", "weight"])
    'height'
    """
    found: Sequence[str] = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> Text:
    """Return the hint that names the near match, or nothing."""
    near = nearest(word, known)
    if near is None:
        return NOTHING
    return Text("「{near}」ではありませんか。", "Did you mean '{near}'?").fill(near=near)
