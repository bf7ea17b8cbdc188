"""The desk on the planted register, in a kernel: whatever a notebook then saves, with the state of all widgets too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from leaks.canary import FINDING, NAME, OLD, search_for
from leaks.planted_register import Shelf, shelf
from production.the_command import environment

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
HELP = """
import ipywidgets
from sudare.widgets.desk import Desk
from sudare.widgets.sheet import Sheet

said = []  # what went to the page by message; never saved
plain_send = Sheet.tell
Sheet.tell = lambda sheet, **content: (said.append(repr(content)), plain_send(sheet, **content))

def within(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from within(child)

def parts(desk):
    for widget in within(desk.widget):
        if isinstance(widget, Sheet):
            widget.heard({"kind": "ask"})
            for part in widget.parts:
                yield from part.inside()

def the(desk, name):
    return next(part for part in parts(desk) if f"sudare-{name}" in part.classes)

def waited(desk):
    for _ in range(3):
        desk.busy.wait()
        desk.looking.wait()

def through(desk):
    waited(desk)
    for place in range(6):
        desk.go_to(place)
        list(parts(desk))
    desk.go_to(2)
    names = [one.called for one in desk.opened.declared.columns]
    for view in ("cut", "before-after", "cumulative", "box", "heat-map", "map"):
        the(desk, "view").value = view
        for name in names if view == "cut" else ["氏名", "生年月日", "年齢", "身長", "傷病", "緯度"]:
            the(desk, "column").value = name
            for widget in within(desk.widget):
                if "sudare-cut" in getattr(widget, "_dom_classes", ()):
                    widget.cut = 70.0
    waited(desk)
"""
DRAFTED = """
drafted = Desk("../../in/copy/table.csv", lang="en")
through(drafted)
drafted
"""
DESIGNED = """
desk = Desk("../../in/table.csv", "../../in/spec.yaml", lang="ja")
through(desk)
desk
"""
DECIDED = """
desk.go_to(1)
the(desk, "dismiss").click()  # refused: there is no reason
desk.go_to(3)
list(part for part in parts(desk) if "sudare-edit-step" in part.classes)[2].click()
the(desk, "technique").value = "bin"
for widget in within(desk.widget):
    if "sudare-form-widget" in getattr(widget, "_dom_classes", ()):
        widget.heard({"kind": "ask"})
        widget.heard({"kind": "set", "path": "columns", "raw": ["年齢"], "view": ""})
        widget.heard({"kind": "set", "path": "edges", "raw": ["PLANTED NAME", "PLANTED AGE"], "view": ""})
the(desk, "apply").click()  # refused: that is no number
desk.go_to(4)
the(desk, "known").value = ("年齢", "地区", "職業")
the(desk, "search").click()
waited(desk)
list(parts(desk))
desk.go_to(5)
the(desk, "run-input").value = "../../in/table.csv"
the(desk, "run-out").value = "../out"
the(desk, "run-keys").value = "../../in/keys"
the(desk, "run").click()
waited(desk)
list(parts(desk))
print("receipt.json" in "".join(said))
""".replace("PLANTED NAME", NAME).replace("PLANTED AGE", OLD)
REFUSED = """
misfit = Desk("../../in/bad/table.csv", "../../in/bad/spec.yaml", lang="en")
waited(misfit)
list(parts(misfit))
print(misfit.misfit is not None)
misfit
"""
SHOWN = (
    'print(FINDING in "".join(said))'  # the record shows the spec, with the value it names: the search would find it
)


def worked_through(laid: Shelf) -> Any:
    """Work through all pages in a kernel; return the notebook with the state of all widgets."""
    copy, bad = laid.file.parent / "copy", laid.file.parent / "bad"
    for folder in (copy, bad):
        folder.mkdir()
    (copy / "table.csv").write_bytes(laid.file.read_bytes())
    spoiled = laid.file.read_bytes().decode("cp932").replace(f",{OLD},", f",{NAME},", 1)
    (bad / "table.csv").write_bytes(spoiled.encode("cp932"))
    (bad / "spec.yaml").write_bytes(laid.spec.read_bytes())
    cells = [HELP, DRAFTED, DESIGNED, DECIDED, REFUSED]
    cells += [
        f"FINDING = {FINDING.encode('unicode_escape')!r}.decode('unicode_escape')",
        SHOWN,
    ]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    client = NotebookClient(
        made,
        timeout=500,
        kernel_name="python3",
        store_widget_state=True,
        resources={"metadata": {"path": str(laid.here)}},
    )
    client.execute(env=environment(**laid.elsewhere()))
    return made


def test_a_notebook_saved_with_all_widgets_holds_no_planted_value(tmp_path: Path, record_property: Any) -> None:
    laid = shelf(tmp_path)
    made = worked_through(laid)
    printed = [
        "".join(out.get("text", "") for out in cell.outputs if out.output_type == "stream") for cell in made.cells
    ]
    assert [one.strip() for one in printed if one.strip()] == ["True", "True", "True"]
    del made.cells[3:]  # the cells with planted values that this test itself wrote
    state = made.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert len(state) > 100
    html, _ = HTMLExporter().from_notebook_node(made)  # type: ignore[no-untyped-call]  # nbconvert has no types
    (laid.here / "desk.html").write_text(html, encoding="utf-8")
    manager = LargeFileManager(root_dir=str(laid.here))
    manager.save({"type": "notebook", "format": "json", "content": made}, "desk.ipynb")
    manager.create_checkpoint("desk.ipynb")
    assert (laid.here / ".ipynb_checkpoints" / "desk-checkpoint.ipynb").is_file()
    search = search_for(laid.keys)
    assert search.in_folder(laid.left) == []
    for name, one in state.items():
        assert search.in_text(json.dumps(one, ensure_ascii=False), name) == []
    record_property(
        "searched", f"{search.forms} forms in {search.looked} places, {search.size} bytes; {len(state)} widgets"
    )
