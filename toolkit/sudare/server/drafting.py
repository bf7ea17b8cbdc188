"""Starts a design beside a table: the draft of a spec, and the notebook in which the desk opens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sudare.language import Language, Text
from sudare.tables.new_file import NewFile
from sudare.verbs import detect

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".sudare.yaml"


@dataclass(frozen=True)
class Drafted:
    """Where the spec and the studio are, and whether the spec was made now."""

    spec: Path
    notebook: Path
    created: bool


def drafted(table: Path, lang: Language) -> Drafted:
    """Draft a spec from what is found in a table, and a notebook that opens the desk on it; neither is written over.

    Errors: as `sudare.detect`.
    """
    stem = table.name.partition(".")[0]
    spec, notebook = table.with_name(stem + SUFFIX), table.with_name(f"{stem}.sudare.ipynb")
    created = not spec.exists()
    if created:
        found = detect(table, draft=True, lang=lang)
        if found.draft is not None:
            with NewFile(spec) as new:
                new.write(found.draft.text.encode("utf-8"))
    if not notebook.exists():
        with NewFile(notebook) as new:
            new.write(_studio(table.name, spec.name, lang).encode("utf-8"))
    return Drafted(spec, notebook, created)


def _studio(table: str, spec: str, lang: Language) -> str:
    # JSON texts are Python texts, whatever stands in a file's name.
    call = f"sudare.desk({json.dumps(table, ensure_ascii=False)}, {json.dumps(spec, ensure_ascii=False)})"
    head = {"cell_type": "markdown", "id": "head", "metadata": {}, "source": _HEAD.fill(name=table).pick(lang)}
    code: dict[str, Any] = {"cell_type": "code", "id": "desk", "metadata": {}, "source": f"import sudare\n\n{call}"}
    cells = [head, {**code, "execution_count": None, "outputs": []}]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


_HEAD = Text(
    "# {name} の加工設計\n\n下のセルを実行すると、机（加工設計の画面）が開きます。",
    "# Processing design of {name}\n\nRun the cell below: the desk opens.",
)
