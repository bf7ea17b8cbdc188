"""The public verbs, called alike by notebook, command line and server: one function per arrow of the design."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sudare.errors import Problem, SudareError
from sudare.specs import Checked, check_document, read_spec
from sudare.tables.table import open_table

if TYPE_CHECKING:
    from pathlib import Path


def check(spec: Path | str, *, input: Path | str | None = None) -> Checked:  # noqa: A002 - the word of the command
    """Check a spec without running it, and with `input` also whether a file fits it. Never raises for a bad spec.

    Problems stop a run; open points do not. No problem repeats a value of the data.
    """
    problems: tuple[Problem, ...] = ()
    try:
        document = read_spec(spec)
    except SudareError as error:
        return Checked(error.problems)
    checked = check_document(document)
    if input is not None:
        try:
            for _ in open_table(input, document.spec.input).batches():
                pass
        except SudareError as error:
            problems = error.problems
    return dataclasses.replace(checked, problems=(*checked.problems, *problems))
