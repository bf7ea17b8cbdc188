"""What a result shows in a notebook is saved with the notebook: it holds no value and no header of the file."""

from __future__ import annotations

from pathlib import Path

from sudare import Finished, Problem, Refused, check, read, read_spec
from sudare.language import Text


def test_a_table_shows_its_size_and_neither_cells_nor_headers(tmp_path: Path) -> None:
    # Without a header row the first record is taken for one.
    (tmp_path / "t.csv").write_text("例田一子,116\n例田二郎,45\n例田三郎,46\n", encoding="utf-8")
    shown = read(tmp_path / "t.csv")
    for text in (repr(shown), shown._repr_html_()):
        assert not any(part in text for part in ("例田", "116", "45"))
    assert "<caption>2 rows, 2 columns</caption>" in shown._repr_html_() or "2 行 2 列" in shown._repr_html_()


def test_a_spec_shows_no_value_that_its_steps_name(tmp_path: Path) -> None:
    path = tmp_path / "s.sudare.yaml"
    path.write_text(
        "sudare: 1\ntitle: x\ninput:\n  columns:\n    - {name: 病名}\nsteps:\n"
        "  - {technique: map-values, columns: [病名], table: {珍しい病: その他}, because: 少数}\n"
        "  - {technique: suppress-cells, columns: [病名], where: {column: 病名, equals: 珍しい病}, because: 少数}\n",
        encoding="utf-8",
    )
    document = read_spec(path)
    assert "珍しい病" in document.text
    assert "珍しい病" not in repr(document) + repr(document.spec) + str(document.spec.steps)


def test_a_check_shows_its_problems_escaped(tmp_path: Path) -> None:
    (tmp_path / "s.sudare.yaml").write_text("sudare: 1\ntitle: x\nsteps: 3\n", encoding="utf-8")
    shown = check(tmp_path / "s.sudare.yaml")
    assert "<th>steps</th>" in shown._repr_html_()


def test_a_refused_run_shows_why() -> None:
    problem = Problem("x", "a<b", Text("だめ", "no"))
    shown = Finished(Refused.exit_code, {}, (problem,), Path())._repr_html_()
    assert "a&lt;b" in shown
