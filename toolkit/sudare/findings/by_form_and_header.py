"""Codes that their form alone does not tell from others: the header must say what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from sudare.findings.one_column import OneColumn
from sudare.findings.usual_steps import delete
from sudare.japan.widths import plain

if TYPE_CHECKING:
    import re

    from sudare.findings.finding import Suggestion
    from sudare.findings.view import ColumnView


class IdentificationCode(OneColumn):
    """A kind of individual identification code, known by a form of its cells (widths and spaces aside)."""

    standard = 2
    level = "must"
    form: ClassVar[re.Pattern[str]]  # a child that has none is none yet
    alone: ClassVar[float | None] = None
    beside = 0.5

    @override
    def has_form(self, text: str) -> bool:
        return self.form.fullmatch(plain(text)) is not None

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        return (delete(column.name, standard=2),)
