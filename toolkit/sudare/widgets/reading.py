"""What comes onto the desk: a table that was read, with its design and what was found in it, or all its misfits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sudare.design.as_guessed import with_guessed
from sudare.design.design import Design
from sudare.design.edits import with_part
from sudare.design.opened import Opened
from sudare.design.rebuilding import with_data
from sudare.errors import Problem, Refused
from sudare.language import Text

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.findings import Finding
    from sudare.language import Language
    from sudare.specs import Spec
    from sudare.tables.schema import Input
    from sudare.tables.table import Given


@dataclass(frozen=True)
class Laid:
    """A table, its design, and what the detectors found."""

    opened: Opened
    design: Design
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Misfit:
    """A table that does not fit the design beside it, with every reason."""

    source: Given
    design: Design
    problems: tuple[Problem, ...]


def read(source: Given, beside: Path | None, lang: Language, **reading: Any) -> Laid | Misfit:  # noqa: ANN401 - see Opened.guessed
    """Read a table with the design that lies beside it, or draft one from what is found."""
    if beside is not None and beside.is_file():
        return read_with(source, Design.open(beside), lang, **reading)
    opened = Opened.guessed(source, **reading)
    looked = opened.looked_at(lang=lang)
    return Laid(opened, Design.new(looked.draft, beside), looked.findings)


def read_with(source: Given, design: Design, lang: Language, **reading: Any) -> Laid | Misfit:  # noqa: ANN401 - fields of Input
    """Read a table as a design declares it; `reading` is declared in it before, as a change that can be taken back."""
    if reading:
        design.change(_READING, lambda spec: with_part(spec, "input", with_data(spec.input, **reading)))
    try:
        opened = Opened.of_spec(source, design.spec)
    except Refused as refused:
        return Misfit(source, design, refused.problems)
    return Laid(opened, design, _found(opened, design.spec, lang))


def read_anew(opened: Opened, source: Given, spec: Spec, lang: Language) -> tuple[Opened, tuple[Finding, ...]]:
    """Look at a table once more, since its columns are declared otherwise now; read it again where that says other cells.

    Refused with every misfit.
    """
    same = cells_of(opened.declared) == cells_of(spec.input)
    now = replace(opened, declared=spec.input) if same else Opened.of_spec(source, spec)
    return now, _found(now, spec, lang)


def cells_of(declared: Input) -> Input:
    """Return what decides which cells are read and as what."""
    plain = {"kind": None, "unit": None, "special_care": False}
    return declared.model_copy(update={"columns": tuple(one.model_copy(update=plain) for one in declared.columns)})


def read_as_guessed(misfit: Misfit, lang: Language) -> Laid:
    """Read the table as it is, and go on with the design; that its columns are declared anew can be taken back."""
    design, declared = misfit.design, misfit.design.spec.input
    opened = Opened.guessed(
        misfit.source,
        sheet=declared.sheet,
        encoding=declared.encoding,
        delimiter=declared.delimiter,
        header_row=declared.header_row,
    )
    design.change(_GUESSED, lambda spec: with_guessed(spec, opened.declared))
    return Laid(opened, design, _found(opened, design.spec, lang))


def _found(opened: Opened, spec: Spec, lang: Language) -> tuple[Finding, ...]:
    person = spec.unit.person if spec.unit is not None else None
    return opened.looked_at(person=person, lang=lang).findings


_GUESSED = Text("列を推定どおりに宣言", "declare the columns as guessed")
_READING = Text("ファイルの読み方", "how the file is read")
