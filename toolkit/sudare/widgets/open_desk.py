"""`sudare.desk(table)`: opens the desk, and says what to install where its parts are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.widgets.lesson import needs_lab

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.language import Language
    from sudare.tables.table import Given
    from sudare.widgets.desk import Desk


def desk(source: Given | None = None, spec: Path | str | None = None, *, lang: Language | None = None) -> Desk:
    """Open the desk on a table: a path, a pandas frame or an Arrow table; without one it asks for a file.

    The design goes on where `spec` leaves off; left out, that is the file of the same name beside the table
    (`input.csv`, `input.sudare.yaml`), and where there is none a draft is made from what is found. Nothing is written
    until it is saved. Errors are told on the desk, but for `no-lab` where the extra `lab` is not installed.

    >>> import pyarrow as pa
    >>> desk(pa.table({"判定": ["A", "B"] * 20}), lang="en").design.spec.input.schema_.names
    ('判定',)
    """
    needs_lab("ipywidgets", "anywidget", "altair", "vl_convert")
    from sudare.widgets.desk import Desk

    return Desk(source, spec, lang=lang)
