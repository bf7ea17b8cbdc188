"""The guideline's numbered processing examples, each as a small invented table before and after."""

from __future__ import annotations

import copy
import functools
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from sudare.law.eligibility import EligibilityExample, eligibility_examples
from sudare.law.guideline import pick
from sudare.law.reading import BothLanguages, toml, toml_names
from sudare.models import Model, Words

if TYPE_CHECKING:
    from sudare.language import Language

PSEUDO_ID = "<pseudo-id>"  # stands in `after` for a cell that depends on a key


class Column(Model):
    """One column of an example, declared as in a spec."""

    name: Words
    type: Literal["text", "integer", "decimal", "boolean", "date", "datetime"]
    kind: Literal[
        "direct-identifier",
        "identification-code",
        "linking-code",
        "quasi-identifier",
        "sensitive",
        "free-text",
        "other",
    ]
    unit: Words | None = None


class Table(Model):
    """A small table; every cell is text as in a CSV file, and an empty text is a missing cell."""

    columns: tuple[Words, ...]
    rows: tuple[tuple[str, ...], ...]

    @model_validator(mode="after")
    def _is_even(self) -> Table:
        if any(len(row) != len(self.columns) for row in self.rows):
            message = "every row of an example has as many cells as there are columns"
            raise ValueError(message)
        return self


class Expected(Model):
    """A finding that the table before must give: its kind (a detector's), the standard, the columns."""

    kind: Words
    standard: Literal[1, 2, 3, 4, 5]
    columns: tuple[Words, ...]


class Example(Model):
    """A numbered example: what is found, why it matters, the steps, and the table before and after."""

    id: Words
    section: Words
    page: int
    standard: Literal[1, 2, 3, 4, 5]
    cites: tuple[Words, ...]
    title: BothLanguages
    found: BothLanguages
    why: BothLanguages
    watch: BothLanguages
    columns: tuple[Column, ...]
    before: Table
    expected: tuple[Expected, ...] = Field(default=(), alias="finding")
    recorded: tuple[dict[str, Any], ...] = Field(alias="steps")
    after: Table

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps as plain data, as they stand in a spec, the reasons in Japanese; a fresh copy each time."""
        return self.steps_in("ja")

    def steps_in(self, lang: Language) -> list[dict[str, Any]]:
        """Return the steps as plain data, as they stand in a spec, the reasons in one language; a fresh copy."""
        steps = copy.deepcopy(list(self.recorded))
        for step in steps:
            if isinstance(step["because"], dict):
                step["because"] = step["because"][lang]
        return steps


@functools.cache
def examples() -> tuple[Example, ...]:
    """Return the numbered examples, in the guideline's order.

    >>> examples()[0].id
    '3-2-1-1'
    """
    return tuple(Example.model_validate(toml("examples", name)) for name in toml_names("examples"))


def example(id: str) -> Example:  # noqa: A002 - the word the files use
    """Return one numbered example, such as `3-2-4-2`. Raises `unknown-example`, with the near match."""
    return pick(id, {one.id: one for one in examples()}, "unknown-example")


def numbered(id: str) -> EligibilityExample | Example:  # noqa: A002 - the word the files use
    """Return any numbered example, of eligibility or of processing. Raises `unknown-example`, with the near match.

    >>> numbered("2-2-3").title.en
    'a system that only shows a screen'
    """
    every: tuple[EligibilityExample | Example, ...] = (*eligibility_examples(), *examples())
    return pick(id, {one.id: one for one in every}, "unknown-example")
