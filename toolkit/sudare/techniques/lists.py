"""The files of values that a step goes by: read and compared with its columns before a run, and again within it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.errors import Problem, Refused, SudareError
from sudare.tables.beside import beside
from sudare.tables.value_list import read_list

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.tables.schema import Schema
    from sudare.tables.value_list import ListRead
    from sudare.techniques.technique import Technique


def with_values(step: Technique, schema: Schema, folder: Path | None, where: str) -> Technique:
    """Return a step with the values of its lists in it, to be planned.

    `schema` is the table as it stands at the step, `folder` the one of the spec. Raises `Refused` with every problem:
    files that are not there or cannot be read, lines that do not fit the type of their column, told by number.
    """
    read: dict[str, ListRead] = {}
    problems: list[Problem] = []
    lists = {name for condition in step.conditions().values() for name in condition.lists()}
    for name in step.files():
        try:
            if name in lists:
                read[name] = read_list(folder, name, where)
            else:
                beside(folder, name, where)
        except SudareError as error:
            problems += error.problems
    for field, condition in step.conditions().items():
        problems += condition.list_misfits(read, schema, f"{where}.{field}")
    if problems:
        raise Refused(problems)
    return step.with_lists(read)


def file_problems(step: Technique, schema: Schema, folder: Path | None, where: str) -> tuple[Problem, ...]:
    """Say what `with_values` would refuse."""
    try:
        with_values(step, schema, folder, where)
    except Refused as refused:
        return refused.problems
    return ()
