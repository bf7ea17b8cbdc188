"""A design goes on with a table that does not fit what it declares: its columns are declared as they are guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.design.rebuilding import rebuilt, with_data

if TYPE_CHECKING:
    from sudare.specs import Spec
    from sudare.tables.schema import Input


def with_guessed(spec: Spec, guessed: Input) -> Spec:
    """Return the spec with the columns of a table as they were guessed: `with_guessed(spec, opened.declared)`.

    What people said of a column of the same header stays: its name in the steps, kind, unit, and special care. Steps
    about columns that the table lacks stay too, and are told as problems.
    """
    said = {(one.name, one.nth): one for one in spec.input.columns}
    columns = []
    for one in guessed.columns:
        old = said.get((one.name, one.nth))
        kept = {"kind": old.kind, "unit": old.unit, "as": old.as_} if old is not None else {}
        care = {"special_care": True} if old is not None and old.special_care else {}
        columns.append(with_data(one, **kept, **care))
    return rebuilt(spec, input=with_data(guessed, columns=columns))
