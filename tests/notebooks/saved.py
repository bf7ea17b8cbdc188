"""The saved notebooks of the checkout, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sudare.reports.notebooks import FOLDER, notebooks, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

NAMES = list(notebooks())


def saved(name: str) -> NotebookNode:
    """Return one saved notebook."""
    return read(FOLDER / name)


def outputs(notebook: NotebookNode) -> Iterator[Any]:
    """Return every output of a notebook."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from cell.outputs


def last_words(notebook: NotebookNode) -> str:
    """Return what the last cell that was run says as plain text."""
    [*_, last] = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return "\n".join(_plain(output) for output in last.outputs)


def _plain(output: Any) -> str:
    return str(output.text) if output.output_type == "stream" else str(output.data["text/plain"])
