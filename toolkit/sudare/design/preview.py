"""What a design would do to a table, worked out in process while it is made: nothing is written, no key is needed."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sudare.design.sampling import part_of
from sudare.display import html_table, problem_row
from sudare.engines.engine import Engine
from sudare.execution.rehearsal import KNOWN_ROW, Rehearsal, Rehearsed
from sudare.language import Language, Text, preferred
from sudare.profiles import shown
from sudare.tables.table import open_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from sudare.profiles import Distribution
    from sudare.specs import Document
    from sudare.specs.policy import PolicyFile
    from sudare.tables.schema import Input
    from sudare.tables.table import Given

_CLEAR = Text("この設計で実行できます。", "The design can be run.")
_STOPPED = Text("このままでは実行が止まります。", "A run would stop.")
_SAMPLED = Text("（一部の人で試算）", " (worked out on some of the people)")
_K = Text("最小の組（k）", "smallest class (k)")
_BELOW = Text("k 未満の人数", "people below k")
_UNIQUES = Text("一人だけの組の人数", "people alone in a class")
_GONE = Text("除かれる行", "rows that go")
_HIDDEN = Text("隠すセル", "cells hidden")
_ROWS = Text("行数", "rows")
_FROM_TO = Text("{old} → {new}", "{old} → {new}")


@dataclass(frozen=True)
class Preview(Rehearsed):
    """What a design would do: columns before and after, k and people below it, what each step did, what would stop it.

    `sampled` where an evenly spread part of the people was looked at: k is then lower than in the whole table. Nothing
    in it is a rare value; counts below ten are told as "<10".
    """

    @property
    def sampled(self) -> bool:
        """Whether a part of the table was looked at."""
        return self.rows != self.of_rows

    @property
    def ok(self) -> bool:
        """Whether a run would go through, as far as could be seen."""
        return not self.problems

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return plain data with stable keys; distributions as lists of label and count."""
        chosen = lang or preferred()
        return {
            "ok": self.ok,
            "sampled": self.sampled,
            "rows": self.rows,
            "of_rows": self.of_rows,
            "people": self.people,
            "rows_gone": self.rows_gone,
            "cells_hidden": self.cells_hidden,
            "before": self.before.to_dict() if self.before is not None else None,
            "after": self.after.to_dict() if self.after is not None else None,
            "steps": [
                {
                    "place": one.place,
                    "label": one.label.pick(chosen),
                    "rows": one.rows,
                    "cells": one.cells,
                    "hidden": one.hidden,
                    "added": one.added,
                    "left_out": [problem.to_dict(chosen) for problem in one.left_out],
                }
                for one in self.steps
            ],
            "columns": [
                {
                    "name": one.name,
                    "was": one.was,
                    "before": _bars(one.before, chosen),
                    "after": _bars(one.after, chosen),
                }
                for one in self.columns
            ],
            "usefulness": self.usefulness.to_dict(),
            "problems": [problem.to_dict(chosen) for problem in self.problems],
            "told_back": [problem.to_dict(chosen) for problem in self.told_back],
            "open": [problem.to_dict(chosen) for problem in self.open],
        }

    def figures(self) -> tuple[tuple[Text, Text], ...]:
        """Return the figures of safety, before and after, in words: what a small table beside the design shows."""
        found = [(_ROWS, _said(self.of_rows)), (_GONE, _said(self.rows_gone)), (_HIDDEN, _said(self.cells_hidden))]
        for label, key in ((_K, "k"), (_BELOW, "below"), (_UNIQUES, "uniques")):
            old, new = (None if side is None else getattr(side, key) for side in (self.before, self.after))
            found.append((label, _FROM_TO.fill(old=_said(old), new=_said(new))))
        return tuple(found)

    def _repr_html_(self) -> str:
        title = (_CLEAR if self.ok else _STOPPED).join(_SAMPLED if self.sampled else Text("", ""), by="")
        told = [problem_row(problem) for problem in (*self.problems, *self.told_back)]
        return html_table(title, [*self.figures(), *told])


def preview(  # noqa: PLR0913 - each by name
    document: Document,
    source: Given,
    *,
    columns: Sequence[str] = (),
    limit: int | None = None,
    rows: int | None = None,
    policy: PolicyFile | None = None,
    today: date | None = None,
    threads: int | None = None,
    memory: str | None = None,
    tell: Callable[[Text, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Preview:
    r"""Try a design on a table, finished or not, and say what it does and what would stop a run.

    `source` is a path, a pandas frame or an Arrow table, in memory also under the names that steps use. The steps that
    fit are made in order; those that do not are left out, with the reason. Pseudo-IDs and draws are made with a key
    that is thrown away. Classes are counted over `columns`; left out, over those of the check of k, else those that the
    assumed reader knows. With `rows`, an evenly spread part of the people is looked at. `tell` hears how far it is, and
    `cancelled` is asked between steps and during them; once it says yes, `Cancelled` is raised. Raises Refused where
    the table does not fit the declared columns.

    >>> from sudare.specs import parse_spec
    >>> spec = parse_spec("sudare: 1\ntitle: 表\ninput:\n  columns:\n    - {name: 判定}\n")
    >>> found = preview(spec, pa.table({"判定": ["A"] * 10 + ["B"] * 20}), columns=["判定"])
    >>> found.after.k, [bar.count for bar in found.columns[0].after.bars], found.problems[0].code
    (10, [20, 10], 'undecided-column')
    """
    if rows is not None and not isinstance(source, pa.Table):
        reading = open_table(source, document.spec.input)
        source = pa.Table.from_batches(reading.batches(), reading.arrow_schema)
    part = None
    if isinstance(source, pa.Table):
        document = _as_called(document, source)
        unit = document.spec.unit
        part = part_of(source, document.spec.input, unit.person if unit else None, rows) if rows is not None else None
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Engine(Path(folder) / "spill", threads=threads, memory=memory) as engine,
    ):
        engine.cancelled = cancelled
        looked_at, in_part = (source, False) if part is None else (part.table, True)
        job = Rehearsal(document, looked_at, engine=engine, in_part=in_part, policy=policy, today=today, tell=tell)
        seen = Preview(**vars(job.rehearse(columns, limit)))
    if part is None:
        return seen
    people = None if part.people is None else shown(part.people)
    return replace(seen, of_rows=shown(part.of_rows), people=people, known=_of_the_whole(seen.known, part.rows))


def _of_the_whole(known: pa.Table | None, rows: pa.Array) -> pa.Table | None:
    """Number the rows of a part as they stand in the whole table."""
    if known is None:
        return None
    place = known.schema.get_field_index(KNOWN_ROW)
    return known.set_column(place, KNOWN_ROW, rows.take(known.column(KNOWN_ROW)))


def _as_called(document: Document, table: pa.Table) -> Document:
    """Declare a table in memory by the names that steps use, where it bears these."""
    declared = document.spec.input
    called = [column.called for column in declared.columns]
    if called == [column.name for column in declared.columns] or set(table.schema.names) != set(called):
        return document
    return replace(document, spec=document.spec.model_copy(update={"input": _renamed(declared)}))


def _renamed(declared: Input) -> Input:
    columns = [column.model_copy(update={"name": column.called, "nth": 1, "as_": None}) for column in declared.columns]
    return declared.model_copy(update={"columns": tuple(columns)})


def _bars(told: Distribution | None, lang: Language) -> dict[str, Any] | None:
    if told is None:
        return None
    bars = [{"label": bar.label.pick(lang), "count": bar.count} for bar in told.bars]
    return {"bars": bars, "missing": told.missing, "hidden": told.hidden}


def _said(value: float | str | None) -> Text:
    return Text("―", "-") if value is None else Text(str(value), str(value))
