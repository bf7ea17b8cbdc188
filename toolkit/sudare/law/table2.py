"""Table 2 as a checklist: measures against leaks, what sudare does about each, and what is left to the organisation."""

from __future__ import annotations

import functools
from typing import Literal

from sudare.law.guideline import pick
from sudare.law.reading import BothLanguages, toml
from sudare.models import Model, Words


class Security(Model):
    """One measure of Table 2, or of the text around it."""

    id: Words
    requirement: Words
    row: Literal["1", "2", "3", "text"]
    page: int
    part: Literal["does", "helps", "none"]
    title: BothLanguages
    by_sudare: BothLanguages
    by_organisation: BothLanguages


@functools.cache
def table2() -> tuple[Security, ...]:
    """Return the measures in the order of the table, then the two of the text.

    >>> [len([one for one in table2() if one.row == row]) for row in ("1", "2", "3", "text")]
    [1, 4, 8, 2]
    """
    return tuple(Security.model_validate(one) for one in toml("table2.toml")["measures"])


def security(id: str) -> Security:  # noqa: A002 - the word the files use
    """Return one measure, such as `access-control`. Raises `unknown-measure`, with the near match."""
    return pick(id, {one.id: one for one in table2()}, "unknown-measure")
