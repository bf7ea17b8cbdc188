"""The notebooks as they are saved: never older than the law data, run, bilingual, and with nothing of a machine in them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from notebooks.saved import NAMES, last_words, outputs, saved
from sudare.law import examples, table1
from sudare.reports.notebooks import COMMAND, FOLDER, notebooks, read, stale

if TYPE_CHECKING:
    from pathlib import Path

every = pytest.mark.parametrize("name", NAMES)
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
# What a run would leave of the machine it ran on, or of the moment.
TRACES = [
    r"/(home|root|tmp|work|usr|private|Users|var)/",
    r"\b[A-Za-z]:\\\\[A-Za-z]",
    r"\b20\d\d-\d\d-\d\dT\d\d:\d\d",
    r"\b(127\.0\.0\.1|localhost)\b",
    r"0x[0-9a-f]{6,}",
    r"model_id",
    r"IPY_MODEL",
    r"Traceback|ename",
    r"https?://(?!vega\.github\.io/schema/|www\.w3\.org/)",
]


def test_no_notebook_is_older_than_what_it_is_made_from() -> None:
    assert stale() == [], f"notebooks are stale; run: {COMMAND}"


def test_every_numbered_example_and_every_row_of_table_1_has_a_notebook() -> None:
    assert {f"examples/{one.id}.ipynb" for one in examples()} < set(NAMES)
    assert {"examples/2-2.ipynb", "examples/3-2-2.ipynb", "studio.ipynb", "production.ipynb"} < set(NAMES)
    rows = [row.id.removeprefix("table1/") for row in table1()]
    assert [name for name in NAMES if name.startswith("table1/")] == [
        f"table1/{place}-{row}.ipynb" for place, row in enumerate(rows, start=1)
    ]


@every
def test_a_notebook_was_run_from_the_top_and_shows_what_came_of_it(name: str) -> None:
    code = [cell for cell in saved(name).cells if cell.cell_type == "code"]
    assert code
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert list(outputs(saved(name)))


@every
def test_nothing_of_a_machine_a_moment_or_a_kernel_is_kept(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    found = [trace for trace in TRACES if re.search(trace, text)]
    assert found == []
    notebook = saved(name)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert all(cell.metadata == {} for cell in notebook.cells)
    assert all(output.output_type in {"execute_result", "stream"} for output in outputs(notebook))
    assert all(output.name == "stdout" for output in outputs(notebook) if output.output_type == "stream")


@every
def test_headings_are_japanese_with_english_beneath_and_cells_are_short(name: str) -> None:
    for cell in saved(name).cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 8
            continue
        heading, beneath = cell.source.splitlines()[:2]
        assert heading.startswith("#")
        assert JAPANESE.search(heading)
        assert re.fullmatch(r"\*[^*]+\*", beneath)
        assert not re.search("[ぁ-ん]", beneath)


@every
def test_the_last_words_are_the_decision(name: str) -> None:
    notebook = saved(name)
    told = last_words(notebook) + notebook.cells[-1].source
    assert "決定" in told or "決めること" in told


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("examples/3-2")])
def test_an_example_goes_from_the_table_to_the_recorded_step_and_its_re_execution(name: str) -> None:
    text = json.dumps([cell.get("outputs", []) for cell in saved(name).cells], ensure_ascii=False)
    for part in ("架空", "◆", "どう決めますか", "加工前", "加工後", "steps:", "同じ結果", "決定: "):
        assert part in text, part


def test_the_real_table_is_shown_in_classes_of_at_least_ten_and_no_record_of_it() -> None:
    walk = saved("covid_testing.ipynb")
    [chart] = [one.data for one in outputs(walk) if "image/svg+xml" in one.data]
    spec = chart["application/vnd.vegalite.v6+json"]
    counts = [row["n"] for data in spec["datasets"].values() for row in data] if "datasets" in spec else None
    counts = counts or [row["n"] for row in spec["data"]["values"]]
    assert min(counts) >= 10
    assert sum(counts) > 10_000
    assert not re.search(r"negative|positive|inpatient|westerosi|lannister", str(walk), re.IGNORECASE)


def test_a_changed_an_unrun_a_missing_and_a_foreign_notebook_are_stale(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    assert stale(tmp_path) == []
    first, second, third = NAMES[1:4]
    (tmp_path / first).write_text(
        (FOLDER / first).read_text(encoding="utf-8").replace("問い", "とい"), encoding="utf-8"
    )
    unrun = json.loads((FOLDER / second).read_text(encoding="utf-8"))
    for cell in unrun["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    (tmp_path / second).write_text(json.dumps(unrun), encoding="utf-8")
    (tmp_path / third).unlink()
    (tmp_path / "mine.ipynb").write_bytes((FOLDER / first).read_bytes())
    assert stale(tmp_path) == sorted([first, second, third, "mine.ipynb"])


def test_the_overview_lists_every_other_notebook_in_order() -> None:
    links = re.findall(r"^- \[[^\]]+\]\(([^)]+)\)", saved(NAMES[0]).cells[-2].source, flags=re.MULTILINE)
    assert links == NAMES[1:]


def test_a_notebook_that_was_read_back_is_the_one_that_was_made() -> None:
    made = notebooks()
    name = "examples/3-2-4-2.ipynb"
    assert [cell.source for cell in read(FOLDER / name).cells] == [cell.source for cell in made[name].cells]
