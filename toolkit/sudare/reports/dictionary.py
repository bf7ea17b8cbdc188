"""The data dictionary that goes with the processed file: one row for each of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from sudare.language import Text
from sudare.reports.decisions import history
from sudare.specs.coverage import about, declared_columns
from sudare.tables.csv_text import lines
from sudare.tables.new_file import NewFile
from sudare.tables.schema import TYPE_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.execution.job import Outcome, Story
    from sudare.specs import Document, Spec
    from sudare.tables.schema import Column
    from sudare.techniques.technique import Technique

_BOM = b"\xef\xbb\xbf"
_HEADER = (
    Text("列名", "name"),
    Text("型", "type"),
    Text("単位", "unit"),
    Text("加工", "processing"),
    Text("根拠", "standards"),
    Text("欠測の書き方", "missing"),
    Text("削除の印", "suppressed as"),
    Text("欠測数", "missing count"),
    Text("削除数", "suppressed count"),
    Text("元の列名", "source column"),
)
_EMPTY_CELL = Text("空欄", "empty cell")
_NULL = Text("null", "null")
_NOT_COUNTED = Text("数えていません", "not counted")
_FLAG = Text("「{name}」が削除されたか", "whether '{name}' was suppressed")


def write_dictionary(path: Path, document: Document, outcome: Outcome) -> None:
    r"""Write what every column of the processed file is, and how it came about, to a new CSV file.

    UTF-8 with BOM and CR LF, for Excel. No value of the data stands in it; counts below the small-count limit are
    written as "<10". Cells that a spreadsheet would run get a leading apostrophe, as in the processed file.

    Raises:
        SudareError: `cannot-write` or `disk-full`; a file that exists is never written over.

    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> import pyarrow as pa
    >>> from sudare.engines.engine import Engine
    >>> from sudare.execution.job import Job
    >>> from sudare.specs import parse_spec
    >>> step = "{technique: keep, columns: [age], because: asked for}"
    >>> document = parse_spec(f"sudare: 1\ntitle: t\ninput: {{columns: [{{name: age}}]}}\nsteps: [{step}]\n")
    >>> with TemporaryDirectory() as folder, Engine(Path(folder, "spill")) as engine:
    ...     job = Job(document, pa.table({"age": ["45"]}), engine=engine)
    ...     job.read(), job.process(), job.check()
    ...     write_dictionary(Path(folder, "d.csv"), document, job.write(Path(folder)))
    ...     Path(folder, "d.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    (None, None, None)
    'age,文字 / text,,そのまま残す,,空欄 / empty cell,,0,0,'
    """
    rows = [tuple(_both(title) for title in _HEADER), *_rows(document.spec, outcome)]
    columns = [pa.array(cells, pa.large_string()) for cells in zip(*rows, strict=True)]
    with NewFile(path) as file:
        file.write(_BOM)
        file.write(lines(columns, [True] * len(columns)).content)


def _rows(spec: Spec, outcome: Outcome) -> list[tuple[str, ...]]:
    stories = {story.name: story for story in outcome.stories}
    steps = history(spec)
    rows: list[tuple[str, ...]] = []
    for column in outcome.schema:
        story = stories.get(column.called)
        rows.append(_row(spec, column, story, steps.get(column.called, ())))
        if spec.output.format == "parquet" and column.type != "text" and _may_be_hidden(story):
            flag = f"{column.called}_suppressed"
            rows.append((flag, _both(TYPE_NAMES["boolean"]), "", _both(_FLAG.fill(name=column.called)), *[""] * 6))
    return rows


def _row(spec: Spec, column: Column, story: Story | None, steps: tuple[Technique, ...]) -> tuple[str, ...]:
    after = story.after if story else None
    parquet = spec.output.format == "parquet"
    mark = "" if not _may_be_hidden(story) else spec.output.suppressed_as
    if mark and parquet and column.type != "text":
        mark = f"{column.called}_suppressed = true"
    return (
        column.called,
        _both(TYPE_NAMES[column.type]),
        column.unit or "",
        "、".join(step.label.ja for step in steps),
        _standards(spec, {column.called, story.was if story else column.called}, steps),
        _both(_NULL if parquet else _EMPTY_CELL),
        mark,
        str(after.missing) if after else _both(_NOT_COUNTED),
        str(after.hidden) if after else _both(_NOT_COUNTED),
        _source(spec, column, story),
    )


def _may_be_hidden(story: Story | None) -> bool:
    return story is None or story.after is None or story.after.hidden != 0


def _standards(spec: Spec, names: set[str], steps: tuple[Technique, ...]) -> str:
    numbers = {number for step in steps for number in step.standards}
    numbers |= {number for one in spec.dismissed if about(one) in names for number in one.standards}
    return "・".join(f"第{number}号" for number in sorted(numbers))


def _source(spec: Spec, column: Column, story: Story | None) -> str:
    """Return the header in the source file, where the column has another name now."""
    was = story.was if story else column.called
    declared = next((one for _, one in declared_columns(spec) if one.called == was), None)
    if declared is None or declared.name == column.called:
        return ""
    return declared.name if declared.nth == 1 else f"{declared.name}（{declared.nth}）"


def _both(text: Text) -> str:
    return text.ja if text.ja == text.en else f"{text.ja} / {text.en}"
