"""The notebook that a run leaves: the one of the package, with outputs made from the receipt alone.

Nothing that the kernel printed, and no parameter, path or time that papermill wrote, is taken over: the executed
notebook stays in the run's private folder and goes with it.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import nbformat

from sudare.language import Text
from sudare.production.child import NOTEBOOK

if TYPE_CHECKING:
    from sudare.language import Language

_PARAMETERS = Text(
    "# 実行時の値（場所と鍵の保管先）は残しません。", "# The values of the run (places, key store) are not kept."
)


def cleaned(receipt: dict[str, Any], lang: Language) -> str:
    """Return the text of run.ipynb for a finished run."""
    text = (files("sudare.production") / NOTEBOOK).read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types
    notebook.metadata = {"language_info": {"name": "python"}}
    told = _told(receipt)
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1):
        cell.execution_count = number
        if cell.id == "parameters":
            cell.source = _PARAMETERS.pick(lang)
        if cell.id in told:
            shown = nbformat.v4.new_output("stream", name="stdout", text=told[cell.id])  # type: ignore[no-untyped-call]
            cell.outputs = [shown]
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook, indent=1)) + "\n"  # type: ignore[no-untyped-call]


def _told(receipt: dict[str, Any]) -> dict[str, str]:
    """Return what each stage shows: a part of the receipt, word for word."""
    parts = {
        "open": {name: receipt[name] for name in ("spec", "policy", "parameters", "keys", "versions")},
        "read": {"input": receipt["input"], "open": [problem["code"] for problem in receipt["open"]]},
        "process": {"steps": receipt["steps"]},
        "check": {"checks": receipt["checks"]},
        "write": {"output": receipt["output"]},
    }
    return {name: json.dumps(part, ensure_ascii=False, indent=1) + "\n" for name, part in parts.items()}
