"""Starts a design beside a table: the draft of a spec, and the notebook in which the desk opens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sudare.design.beside import spec_beside
from sudare.language import Language, Text
from sudare.law import regime as known_regime
from sudare.server.drafter import drafted_text
from sudare.tables.new_file import NewFile

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Drafted:
    """Where the spec and the studio are, whether the spec was made now, and the cell of the studio that opens the desk."""

    spec: Path
    notebook: Path
    created: bool
    cell: str


def drafted(table: Path, lang: Language, regime: str | None = None) -> Drafted:
    """Draft a spec from what is found in a table, and a notebook that opens the desk on it; neither is written over.

    Without a `regime`, the draft is under that of specs that name none. Errors: as `sudare.detect`, `unknown-regime`.
    """
    chosen = known_regime(regime).id if regime is not None else None
    spec = spec_beside(table)
    notebook = spec.with_suffix(".ipynb")
    created = not spec.exists()
    if created:
        text = drafted_text(table, lang, chosen)
        with NewFile(spec) as new:
            new.write(text.encode("utf-8"))
    cell = _cell(table.name, spec.name, lang)
    if not notebook.exists():
        with NewFile(notebook) as new:
            new.write(_studio(table.name, cell, lang).encode("utf-8"))
    return Drafted(spec, notebook, created, cell)


def _cell(*said: str) -> str:
    # JSON texts are Python texts, whatever stands in a file's name.
    table, spec, lang = (json.dumps(one, ensure_ascii=False) for one in said)
    return f"import sudare\n\nsudare.desk({table}, {spec}, lang={lang})"


def _studio(table: str, cell: str, lang: Language) -> str:
    head = {"cell_type": "markdown", "id": "head", "metadata": {}, "source": _HEAD.fill(name=table).pick(lang)}
    hidden = {"jupyter": {"source_hidden": True}}  # nobody needs to see code
    code: dict[str, Any] = {"cell_type": "code", "id": "desk", "metadata": hidden, "source": cell}
    cells = [head, {**code, "execution_count": None, "outputs": []}]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


_HEAD = Text(
    "# {name} の加工設計\n\n下に机（加工設計の画面）が開きます。出ていないときは、下のセルを選んで Shift+Enter を押してください。",
    "# Processing design of {name}\n\nThe desk opens below. Where it does not, choose the cell below and press Shift+Enter.",
)
