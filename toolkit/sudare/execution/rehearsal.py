"""The stages of a run without its end: nothing is written, nothing stops it, and what would stop a run is listed."""

from __future__ import annotations

import functools
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import ROW
from sudare.errors import Problem, Refused
from sudare.execution.job import Job
from sudare.execution.safety import Safety, safety
from sudare.keystore import KeyName, Secret
from sudare.profiles import distribution, shown
from sudare.profiles.small_counts import shown_total
from sudare.specs.coverage import scoped_out
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation
    from sudare.execution.receipt import StepDone
    from sudare.execution.usefulness import Usefulness
    from sudare.language import Text
    from sudare.measures import Measure
    from sudare.profiles import Distribution
    from sudare.specs import Document
    from sudare.specs.policy import PolicyFile
    from sudare.tables.schema import Schema
    from sudare.techniques.technique import Technique

KNOWN_ROW = "row"
_HIDDEN = "\x00hidden"  # a text that no cell of a file holds
USUAL_K = 5  # where no check names a limit; also the one of a draft


@dataclass(frozen=True)
class StepSeen:
    """What one step did: rows that went, cells changed or removed, cells hidden, rows put in; or why it was left out.

    Counts below ten are told as "<10".
    """

    place: int  # in the spec, counted from 0
    label: Text
    rows: int | str
    cells: int | str
    hidden: int | str
    added: int | str
    left_out: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ColumnSeen:
    """One column before and after: None where it came in later or is gone, and where it is never told."""

    name: str | None
    was: str
    before: Distribution | None
    after: Distribution | None


@dataclass(frozen=True)
class Rehearsed:
    """What a rehearsal found. Nothing in it is a rare value; small counts are told as "<10".

    A total that would tell the small count of one step by subtraction is told as at least the others' (">=12").
    """

    rows: int | str  # looked at
    of_rows: int | str  # of the whole table
    people: int | str | None  # of the whole table, where the spec names a person
    rows_gone: int | str
    cells_hidden: int | str
    steps: tuple[StepSeen, ...]
    columns: tuple[ColumnSeen, ...]
    before: Safety | None
    after: Safety | None
    usefulness: Usefulness
    problems: tuple[Problem, ...]  # what would stop a run
    told_back: tuple[Problem, ...]  # hidden values that another column tells, each with the fix
    open: tuple[Problem, ...]  # what is left open, and stops nothing
    # For measuring in this process only, never to be shown: by source row, what the columns somebody may know became.
    known: pa.Table | None = field(default=None, repr=False, compare=False)


@functools.cache
def _passing_key() -> Secret:
    """Return a key for this process alone. One for all, so that two previews differ by what was changed only."""
    return Secret(KeyName("preview", "once"), secrets.token_bytes(32))


class Rehearsal(Job):
    """One spec tried on one table. A step that cannot be made is left out; no key is needed, and none is kept.

    With `in_part` the table is a part of a larger one.
    """

    def __init__(  # noqa: PLR0913 - what it depends on, each by name
        self,
        document: Document,
        source: Any,  # noqa: ANN401 - a path, an Arrow table or a pandas frame
        *,
        engine: Engine,
        in_part: bool = False,
        policy: PolicyFile | None = None,
        today: date | None = None,
        tell: Callable[[Text, float], None] | None = None,
    ) -> None:
        """Take the spec, the table, and an engine to work in."""
        super().__init__(document, source, engine=engine, policy=policy, today=today, tell=tell)
        unit = self.spec.unit
        if unit is not None and self.spec.input.schema_.get(unit.person) is None:  # told as a fault of the spec
            self.spec = self.spec.model_copy(update={"unit": None})
        self._in_part = in_part
        self._faults: list[Problem] = []
        self._seen: list[StepSeen] = []
        self._hidden = 0  # cells hidden by the steps so far
        self._hidden_by: list[int] = []  # by each step

    def rehearse(self, columns: Sequence[str] = (), limit: int | None = None) -> Rehearsed:
        """Go through all stages but the writing. Raises Refused only where the table does not fit what is declared.

        Classes are counted over `columns`; left out, over those of the first check of k, else those the assumed reader
        knows. `limit` is the size below which a class is small; left out, the one of that check, else 5.
        """
        self.read()
        self.process()
        self.check()
        named, fewest = self._asked_about(columns, limit)
        people = self._input["people"]
        gone = [done.rows for done in self.receipt.steps]
        restorable = tuple(problem for problem in self.receipt.open if problem.code == "restorable")
        return Rehearsed(
            rows=shown(self._rows),
            of_rows=shown(self._rows),
            people=shown(people) if isinstance(people, int) else None,
            rows_gone=shown_total(sum(gone), gone),
            cells_hidden=shown_total(self._hidden, self._hidden_by),
            steps=tuple(self._seen),
            columns=tuple(self._before_and_after()),
            before=self._safety_before(named, fewest),
            after=self._safety_after(named, fewest),
            usefulness=self._usefulness(),
            problems=tuple(dict.fromkeys(self._faults)),
            told_back=restorable,
            open=tuple(problem for problem in self.receipt.open if problem not in restorable),
            known=self._known_after(named),
        )

    # -- where a run would stop

    def _stop(self, problems: Iterable[Problem]) -> None:
        self._faults += problems

    def _made(self, given: Technique, n: int, schema: Schema) -> StepDone | None:
        why: tuple[Problem, ...] = tuple(given.problems(schema, f"steps[{n}]"))
        # A table beside the spec that could not be read was told with the others that do not fit.
        why = why or tuple(self._faults_at(n) if given.tables().items() - self._side.keys() else ())
        done = None
        if not why:
            try:
                done = self._make(given, n, schema)
            except Refused as refused:
                why = refused.problems
        if done is None:
            self._faults += why
            self._seen.append(StepSeen(n, given.label, 0, 0, 0, 0, why))
            return None
        # Many small questions follow: a table is cheaper to ask than a query of many steps is to copy and write.
        if done.rows or done.cells or done.added:
            self._table = self._engine.settle(self._table)
        before, self._hidden = self._hidden, self._hidden_now()
        hidden = max(0, self._hidden - before)
        self._hidden_by.append(hidden)
        rows, cells, hid, added = map(shown, (done.rows, done.cells, hidden, done.added))
        self._seen.append(StepSeen(n, given.label, rows, cells, hid, added))
        return done

    def _faults_at(self, n: int) -> Iterator[Problem]:
        return (problem for problem in self._faults if problem.where.startswith(f"steps[{n}]"))

    def _asked(self) -> Iterable[tuple[int, Measure]]:
        """Leave out checks of columns that are not there (any more) or of files that could not be read."""
        names = frozenset(self._table.names)
        for n, check in super()._asked():
            there = all(same_name(name) in names for name in check.reads())
            if (
                there
                and self._hierarchies.keys() >= {*check.files()}
                and self._side.keys() >= {*check.tables().items()}
            ):
                yield n, check

    def _fetch_key(self) -> Secret:
        return _passing_key()

    def _reasons_hold_no_value(self, relation: Relation) -> None:
        """Look at whole tables only: what is rare in a part may be common in the whole."""
        if not self._in_part:
            super()._reasons_hold_no_value(relation)

    # -- what is told

    def _asked_about(self, columns: Sequence[str], limit: int | None) -> tuple[tuple[str, ...], int]:
        checks = [check for check in self.spec.checks if check.measure == "k-anonymity"]
        reader = self.spec.assumed_reader
        knows = reader.knows if reader is not None else ()
        named = columns or (checks[0].columns if checks else knows)
        asked = int(checks[0].to_dict()["at_least"]) if checks else USUAL_K
        return tuple(dict.fromkeys(map(same_name, named))), asked if limit is None else limit

    def _safety_after(self, names: Sequence[str], limit: int) -> Safety | None:
        judged = self._judged()
        there = [name for name in names if name in judged.names]
        return safety(self._engine, judged, there, limit) if there else None

    def _safety_before(self, names: Sequence[str], limit: int) -> Safety | None:
        """Ask the same of the source, where the columns may have been called otherwise."""
        first = {field.name: self._first[field.id] for field in self._table.fields}
        was = {name: field.name for name, (field, table) in first.items() if table is self._original}
        there = [was.get(name, name) for name in names if was.get(name, name) in self._original.names]
        return safety(self._engine, self._original, there, limit) if there else None

    def _known_after(self, names: Sequence[str]) -> pa.Table | None:
        """Return the table by which safety is judged: source rows as `row`, and the columns asked about as texts."""
        judged = self._judged()
        there = [judged.field(name) for name in names if name in judged.names]
        if not there:
            return None
        row = exp.alias_(sql.column(ROW), KNOWN_ROW, quoted=True)
        texts = [exp.alias_(_text_or_hidden(one), one.name, quoted=True) for one in there]
        batches = list(self._engine.stream(judged.select(row, *texts)))
        return pa.Table.from_batches(batches) if batches else None

    def _before_and_after(self) -> Iterator[ColumnSeen]:
        for story in self._stories():
            yield ColumnSeen(story.name, story.was, story.before, story.after)
        left = {field.id for field in self._table.fields}
        silent = self._quiet() | scoped_out(self.spec)
        people = self.spec.unit is not None
        for one in self._original.fields:
            if one.id not in left and one.name not in scoped_out(self.spec):
                told = None if one.name in silent else distribution(self._engine, self._original, one, people=people)
                yield ColumnSeen(None, one.name, told, None)

    def _hidden_now(self) -> int:
        masks = [sql.first_true([(f.hidden, sql.count(1))], sql.count(0)) for f in self._table.fields if f.masked]
        if not masks:
            return 0
        sums = [exp.alias_(exp.Sum(this=mask), f"n{n}", quoted=True) for n, mask in enumerate(masks)]
        [row] = self._engine.ask(self._table.select(*sums))
        return sum(int(count or 0) for count in row.values())


def _text_or_hidden(field: Field) -> sql.Term:
    """Return a field as text, in which a hidden cell is told from a missing one."""
    return sql.first_true([(field.hidden, exp.Literal.string(_HIDDEN))], field.text) if field.masked else field.text
