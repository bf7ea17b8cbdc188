"""Every numbered example of the guideline, run as a real spec, gives the table that stands beside it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from small_runs import KEY, document, key_store, run, texts
from sudare import law
from sudare.specs.coverage import decided_columns
from sudare.techniques import techniques

if TYPE_CHECKING:
    from pathlib import Path

    from small_runs import Ran


def spec_parts(example: law.Example) -> dict[str, Any]:
    """Return the example as a spec: its columns and steps, `keep` for what nobody decided, a key where one is needed."""
    columns = [column.to_dict() for column in example.columns]
    steps = example.steps
    decided = decided_columns(document(columns, steps).spec)
    if rest := [column.name for column in example.columns if column.name not in decided]:
        steps.append({"technique": "keep", "columns": rest, "because": "残りの列"})
    needs_key = any(techniques()[step["technique"]].needs_key for step in steps)
    return {
        "title": example.title.ja,
        "columns": columns,
        "steps": steps,
        **({"key": KEY} if needs_key else {}),
        "output": {"shuffle": False, "because": "仮IDを元の行と比べるため"},
    }


def ran(folder: Path, example: law.Example) -> Ran:
    cells = zip(*example.before.rows, strict=True)
    table = texts(
        **{name: [cell or None for cell in column] for name, column in zip(example.before.columns, cells, strict=True)}
    )
    return run(folder, document(**spec_parts(example)), table, store=key_store(folder))


def masked(rows: list[tuple[str, ...]], header: list[str], example: law.Example) -> Counter[tuple[str, ...]]:
    """Count the rows, with the mark of the example in place of each pseudo-ID."""
    first = dict(zip(example.after.columns, example.after.rows[0], strict=True))
    ids = {n for n, name in enumerate(header) if first[name] == law.PSEUDO_ID}
    return Counter(
        tuple(law.PSEUDO_ID if n in ids and len(cell) == 16 else cell for n, cell in enumerate(row)) for row in rows
    )


@pytest.mark.parametrize("example", law.examples(), ids=lambda example: example.id)
def test_an_example_gives_its_table(tmp_path: Path, example: law.Example) -> None:
    result = ran(tmp_path, example)
    assert result.header == list(example.after.columns)
    assert masked(result.rows, result.header, example) == Counter(example.after.rows)


def test_the_nine_examples_are_run() -> None:
    assert [example.id for example in law.examples()] == [
        "3-2-1-1", "3-2-1-2", "3-2-3-1", "3-2-3-2", "3-2-4-1", "3-2-4-2", "3-2-5-1", "3-2-5-2",
        "3-2-5-3",
    ]  # fmt: skip


def test_equal_numbers_have_equal_pseudo_ids_and_different_ones_different_ids(tmp_path: Path) -> None:
    example = law.example("3-2-3-2")
    result = ran(tmp_path, example)
    before = [row[example.before.columns.index("委託管理番号")] for row in example.before.rows]
    ids = [row[result.header.index("仮ID")] for row in result.rows]
    assert len(set(zip(before, ids, strict=True))) == len(set(before)) == len(set(ids)) == 5
    assert all(len(one) == 16 for one in ids)
    assert not set(before) & set(ids)
