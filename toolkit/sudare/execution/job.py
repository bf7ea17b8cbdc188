"""Runs a spec's plan on one table, in the order of the design, and stops before anything unsafe could be written."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.counting import cells_changed, people_of, rows_of
from sudare.engines.relation import ROW, UNIT, Change
from sudare.errors import Problem, Refused
from sudare.execution.assessment import assessment
from sudare.execution.gate import direct_identifiers, identification_codes, mark_taken
from sudare.execution.limits import failed, measured
from sudare.execution.reasons import rare_values_written
from sudare.execution.receipt import CheckDone, Receipt, StepDone
from sudare.execution.release import released
from sudare.execution.traces import known_texts
from sudare.execution.usefulness import usefulness
from sudare.findings import View
from sudare.findings.after import left_over, told_back
from sudare.keystore import KeyName, order
from sudare.language import Text
from sudare.measures.measure import Scope
from sudare.profiles import Distribution, distribution, shown
from sudare.specs import check_document, content_hash
from sudare.specs.coverage import declared_columns
from sudare.tables.beside import beside
from sudare.tables.encoding import scan
from sudare.tables.excel_writing import beyond_a_sheet
from sudare.tables.opening import changed, stamp
from sudare.tables.schema import Schema, same_name
from sudare.tables.table import open_table
from sudare.tables.writing import write
from sudare.techniques.hierarchy import hierarchy_rows
from sudare.techniques.lists import with_values
from sudare.techniques.side_table import take_in
from sudare.techniques.technique import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation
    from sudare.execution.assessment import Assessment
    from sudare.execution.usefulness import Usefulness
    from sudare.keystore import KeyStore, Secret
    from sudare.measures import Measure
    from sudare.specs import Document
    from sudare.specs.policy import PolicyFile
    from sudare.tables.encoding import Scan
    from sudare.tables.reading import Facts
    from sudare.tables.schema import Input
    from sudare.techniques.side_table import SideTable
    from sudare.techniques.technique import Technique

DATA_FILE = {
    "csv": "processed.csv",
    "excel": "processed.xlsx",
    "gzip": "processed.csv.gz",
    "parquet": "processed.parquet",
}
IDENTIFYING = frozenset({"direct-identifier", "identification-code", "linking-code"})
_READ = Text("読み込み", "reading")
_CHECKED = Text("検査", "checking")
_WRITTEN = Text("書き出し", "writing")


@dataclass(frozen=True)
class Story:
    """One column of the output: what it was called before, and its distribution before and after, where shown."""

    name: str
    was: str
    before: Distribution | None
    after: Distribution | None


@dataclass(frozen=True)
class Outcome:
    """What a finished run leaves beside the processed file: the receipt, and what a report needs."""

    receipt: Receipt
    schema: Schema
    stories: tuple[Story, ...]


class Job:
    """One run of one spec on one table. The four stages are called in order; each raises Refused or returns."""

    def __init__(  # noqa: PLR0913 - what a run depends on, each by name
        self,
        document: Document,
        source: Any,  # noqa: ANN401 - a path, an Arrow table or a pandas frame
        *,
        engine: Engine,
        store: KeyStore | None = None,
        policy: PolicyFile | None = None,
        today: date | None = None,
        tell: Callable[[Text, float], None] | None = None,
    ) -> None:
        """Take the spec, the table, an engine to work in, where the keys are, and the organisation's policy."""
        self.document = document
        self.spec = document.spec
        self._source = source
        self._engine = engine
        self._store = store
        self._policy = policy
        self._today = today
        self._tell = tell or (lambda _stage, _share: None)
        self._secret: Secret | None = None
        self._unperturbed: Relation | None = None  # the table without swaps, noise and dummies, once there were any
        self._added = 0  # rows put in that are about nobody
        self._altered: set[str] = set()  # by internal name: columns that a step removed or put other cells into
        self._from_key: set[str] = set()  # columns of pseudo-IDs, in which chance may make any text
        self._side: dict[tuple[str, Input], SideTable] = {}  # tables beside the spec, each read once
        self._first: dict[str, tuple[Field, Relation]] = {}  # by internal name: each column as it came in
        self._hierarchies: dict[str, list[tuple[str, ...]]] = {}  # beside the spec, that checks go by
        self._lists: dict[str, tuple[Path, Scan]] = {}  # files of values beside the spec, as they were when read
        self.receipt = Receipt(
            "refused",
            {"sha256": document.sha256},
            {"sha256": None, "rows": None, "people": None},
            policy=policy.to_dict() if policy is not None else None,
            parameters=dict.fromkeys(document.parameters),
            overridden=document.overridden,
        )

    def read(self) -> None:
        """Check the spec, fetch the key, read the table and compare it with what is declared."""
        checked = check_document(self.document, self._today, self._policy)
        self.receipt = replace(self.receipt, open=checked.open)
        self._stop(checked.problems)
        if self.spec.key is not None:
            secret = self._fetch_key()
            self.receipt = replace(self.receipt, keys=({"name": self.spec.key, "fingerprint": secret.fingerprint},))
        self._say(_READ, 0.0)
        self._start = self._engine.made
        self._original, facts = self._take_in()
        unit = self.spec.unit
        people = None
        if unit is not None:
            self._original = self._engine.name_units(self._original, unit.person)
            people = people_of(self._engine, self._original, sql.column(UNIT))
        self._table = self._original
        self._first = {field.id: (field, self._original) for field in self._original.fields}
        self._rows = facts.rows
        self._input = {"sha256": facts.sha256, "rows": facts.rows, "people": people}
        sides = [table.facts for table in self._side.values()]
        tables = tuple(
            {"file": table.file, "sha256": table.facts.sha256, "rows": table.facts.rows}
            for table in self._side.values()
        )
        warnings = tuple(warning for read in (facts, *sides) for warning in read.warnings)
        self.receipt = replace(self.receipt, input=self._input, tables=tables, warnings=warnings)
        self._reasons_hold_no_value(self._original)
        for relation, columns in self._declared_beside(IDENTIFYING):
            self._reasons_hold_no_value(replace(relation, fields=tuple(columns)))
        self._give_room()
        self._say(_READ, 1.0)

    def _give_room(self) -> None:
        """Let the engine drop what no later question reads: lookups and tables of steps that others replaced."""
        needed = [self._original, self._table, *(relation for _, relation in self._first.values())]
        needed += [table.relation for table in self._side.values()]
        needed += [self._unperturbed] if self._unperturbed is not None else []
        self._engine.forget(self._start, needed)

    def _take_in(self) -> tuple[Relation, Facts]:
        """Read the table and those beside the spec; all that does not fit in any of them is told at once."""
        problems: list[Problem] = []
        with _gathered(problems):
            reading = open_table(self._source, self.spec.input)
            relation = self._engine.load(reading.batches(), reading.schema, reading.arrow_schema)
        misfit = bool(problems)
        entries: list[tuple[str, Technique | Measure]] = [(f"steps[{n}]", step) for n, step in self.spec.active]
        entries += [(f"checks[{n}]", check) for n, check in enumerate(self.spec.checks)]
        for where, entry in entries:
            for file, declared in entry.tables().items():
                if (file, declared) not in self._side:
                    with _gathered(problems):
                        self._side[file, declared] = take_in(self._engine, self.document.folder, file, declared, where)
        for n, check in enumerate(self.spec.checks):
            for name in check.files():
                with _gathered(problems):
                    path = beside(self.document.folder, name, f"checks[{n}]")
                    self._lists.setdefault(name, (path, scan(path)))
                    self._hierarchies[name] = hierarchy_rows(path, f"checks[{n}]")
        if misfit:
            raise Refused(problems)
        self._stop(problems)
        return relation, reading.facts

    def process(self) -> None:
        """Leave out what is out of scope, then make every step."""
        schema = self.spec.input.schema_
        if self.spec.out_of_scope is not None:
            gone = frozenset(same_name(name) for name in self.spec.out_of_scope.columns)
            self._table = self._engine.apply(self._table, Change(drop=gone))
            schema = Schema(columns=tuple(column for column in schema if column.called not in gone))
        done: list[StepDone] = []
        for n, step in self.spec.active:
            self._say(
                Text("手順 {n}：{label}", "step {n}: {label}").fill(n=n + 1, label=step.label), n / len(self.spec.steps)
            )
            if (one := self._made(step, n, schema)) is not None:
                done.append(one)
                self._give_room()
                schema = step.schema_after(schema)
        self._table = self._engine.settle(self._table)
        if self._unperturbed is not None:
            self._unperturbed = self._engine.settle(self._unperturbed)
        self._give_room()
        self._schema = schema
        self._stop(changed(path) for path, found in self._lists.values() if stamp(path) != found.stamp)
        self.receipt = replace(self.receipt, steps=tuple(done), lists=self._lists_used())

    def check(self) -> None:
        """Look at the result again: codes, identifiers, and every check of the spec. Raises Refused with all faults."""
        self._say(_CHECKED, 0.0)
        skip = frozenset(self._from_key)
        codes = list(identification_codes(self._engine, self._table, skip))
        named = skip | {problem.where for problem in codes}  # one column is refused once
        built_in = (
            ("identification-codes", codes),
            ("direct-identifiers", self._direct_identifiers(skip)),
            ("suppression-mark", mark_taken(self._engine, self._table, self.spec.output)),
            ("findings-left", left_over(self._view(named), skip=named, dismissed=self._dismissed())),
        )
        problems: list[Problem] = []
        checks: list[CheckDone] = []
        for name, found in built_in:
            faults = list(found)
            problems += faults
            checks.append(CheckDone(name, not faults, None))
        for check, against in self._spec_checks():
            checks.append(check)
            problems += against
        self.receipt = replace(self.receipt, checks=tuple(checks))
        self._stop(problems)
        self.receipt = replace(self.receipt, open=(*self.receipt.open, *self._told_back(skip)))
        self._say(_CHECKED, 1.0)

    def write(self, folder: Path) -> Outcome:
        """Write the processed file into a private folder and return what the run did."""
        self._say(_WRITTEN, 0.0)
        how = self.spec.output
        name = DATA_FILE[how.compression or how.format]
        if how.format == "excel":
            self._stop(beyond_a_sheet(rows_of(self._engine, self._table), len(self._table.fields)))
        leaving = released(self._table, how)
        batches = self._engine.stream(self._ordered(list(leaving.values)))
        written = write(batches, leaving.schema, folder / name, how, text_columns=leaving.texts, hidden=leaving.flags)
        people = people_of(self._engine, self._judged(), sql.column(UNIT)) if self.spec.unit else None
        output = {"file": name, "sha256": written.sha256, "rows": written.rows, "people": people}
        output |= {"added": self._added} if self._added else {}
        # Only now: while it could still be refused, a value could be the reason.
        self.receipt = replace(self.receipt, state="done", output=output, parameters=self.document.parameters)
        self.receipt = replace(self.receipt, usefulness=self._usefulness(), assessment=self._assessment())
        outcome = Outcome(self.receipt, self._schema, tuple(self._stories()))
        self._say(_WRITTEN, 1.0)
        return outcome

    def identifier_in(self, lines: Sequence[str]) -> bool:
        """Say whether an identifier of the source stands in any of the lines of a file that goes beside the data."""
        found = (known_texts(self._engine, *source, lines) for source in self._declared(IDENTIFYING))
        return any(known.within(line) for known in found for line in lines)

    def _view(self, without: frozenset[str] = frozenset()) -> View:
        """The processed table as detectors look at it, some columns left out."""
        fields = tuple(field for field in self._table.fields if field.name not in without)
        schema = Schema(columns=tuple(column for column in self._schema if column.called not in without))
        return View(self._engine, replace(self._table, fields=fields), schema)

    def _dismissed(self) -> frozenset[str]:
        return frozenset(dismissal.finding for dismissal in self.spec.dismissed)

    def _told_back(self, skip: frozenset[str]) -> Iterator[Problem]:
        """Name columns of the output from which a value that a step removed or coarsened can still be told."""
        final = {field.id: field.name for field in self._table.fields}
        pairs = {field.name: final.get(field.id) for field in self._original.fields if field.id in self._altered}
        before = View(self._engine, self._original, self.spec.input.schema_)
        for told in told_back(before, self._view(), pairs, skip):
            if f"restorable/{told.by}" not in self._dismissed():
                yield told.problem()

    def _direct_identifiers(self, skip: frozenset[str]) -> Iterable[Problem]:
        found = [
            problem
            for relation, columns in self._declared({"direct-identifier"})
            for problem in direct_identifiers(self._engine, relation, columns, self._table, skip)
        ]
        return dict.fromkeys(found)  # a cell may hold an identifier of several tables

    def _fetch_key(self) -> Secret:
        if self._secret is None:
            if self.spec.key is not None and self._store is None:
                what = Text("鍵の保管先が渡されていません。", "no key store was given.")
                raise Refused(
                    Problem("no-key-store", "key", what, Text("store= に渡してください。", "Pass it as `store=`."))
                )
            if self.spec.key is None or self._store is None:
                raise Refused(
                    Problem(
                        "no-key-named",
                        "key",
                        Text("鍵が指定されていません。", "no key is named."),
                        Text("key: 名前@期間 を書いてください。", "Write `key: NAME@PERIOD`."),
                    )
                )
            self._secret = self._store.get(KeyName.parse(self.spec.key))
        return self._secret

    def _stop(self, problems: Iterable[Problem]) -> None:
        """Refuse the run where there is any problem."""
        if found := tuple(problems):
            raise Refused(found)

    def _made(self, given: Technique, n: int, schema: Schema) -> StepDone | None:
        """Make one step and say what it did, or None where it was left out, which a run never does."""
        return self._make(given, n, schema)

    def _make(self, given: Technique, n: int, schema: Schema) -> StepDone:
        for name in given.files():
            path = beside(self.document.folder, name, f"steps[{n}]")
            self._lists.setdefault(name, (path, scan(path)))
        step = with_values(given, schema, self.document.folder, f"steps[{n}]")
        context = Context(
            engine=self._engine,
            where=f"steps[{n}]",
            secret=self._fetch_key,
            folder=self.document.folder,
            schema=schema,
            tables={file: self._side[file, declared] for file, declared in step.tables().items()},
            ids=frozenset(self._from_key),
        )
        before = self._table
        change, judged = self._plan(step, context)
        self._unperturbed = before if step.perturbs and judged is None else judged
        self._altered |= {before.field(name).id for name in (*change.cells, *change.drop)}
        cells = cells_changed(self._engine, before, change)
        self._table = self._engine.apply(before, change)
        self._follow_key(step)
        if change.add:
            cells += self._came_in(change.add)
        removed = 0
        if change.keep is not None:
            removed = rows_of(self._engine, before) - rows_of(self._engine, self._table)
        if change.drop:
            cells += len(change.drop) * rows_of(self._engine, self._table)
        added = change.append.rows if change.append is not None else 0
        self._added += added
        return StepDone(str(n + 1), step.technique, removed, cells, added)

    def _plan(self, step: Technique, context: Context) -> tuple[Change, Relation | None]:
        """Plan a step; after swaps or noise, on the unperturbed table too, which decides which rows stay.

        Return the change of the released table, and the unperturbed one after the step, where there is one.
        """
        if self._unperturbed is None or step.perturbs:
            return step.plan(self._table, context), self._unperturbed
        judged = step.plan(self._unperturbed, context)
        unperturbed = self._engine.apply(self._unperturbed, judged)
        if judged.keep is None:
            return step.plan(self._table, context), unperturbed
        change = step.plan(self._table, context) if judged.add else Change()
        left = unperturbed.select(
            exp.alias_(sql.column(ROW), "key0", quoted=True), exp.alias_(sql.column(ROW), "stays", quoted=True)
        )
        rows = self._engine.tabulate(left, [sql.column(ROW, "t")])
        return replace(change, keep=sql.is_there(rows.value("stays")), lookups=(*change.lookups, rows)), unperturbed

    def _lists_used(self) -> tuple[dict[str, Any], ...]:
        return tuple(
            {"file": name, "sha256": found.sha256, "lines": found.lines} for name, (_, found) in self._lists.items()
        )

    def _follow_key(self, step: Technique) -> None:
        renames = {same_name(old): same_name(new) for old, new in step.renames().items()}
        self._from_key = {renames.get(name, name) for name in self._from_key}
        if step.gives_ids:
            first = same_name(step.columns[0])
            self._from_key.add(renames.get(first, first))

    def _came_in(self, names: Iterable[str]) -> int:
        """Remember new columns as they came in, and return how many cells they have."""
        released, judged = self._table.named(names), self._judged()
        fields = tuple(judged.named(names))
        self._first |= {mine.id: (field, judged) for mine, field in zip(released, fields, strict=True)}
        # Of the rows that are there now: what few people share is rare whatever the table it came from says.
        self._reasons_hold_no_value(replace(judged, fields=fields))
        return len(fields) * rows_of(self._engine, self._table)

    def _declared(self, kinds: Iterable[str]) -> list[tuple[Relation, list[Field]]]:
        """Return the columns that are declared as of some kinds, of each table that was read."""
        return [
            (self._original, _of_kinds(self._original, self.spec.input.schema_, kinds)),
            *self._declared_beside(kinds),
        ]

    def _declared_beside(self, kinds: Iterable[str]) -> list[tuple[Relation, list[Field]]]:
        sides = self._side.values()
        return [(table.relation, _of_kinds(table.relation, table.schema, kinds)) for table in sides]

    def _spec_checks(self) -> Iterator[tuple[CheckDone, Sequence[Problem]]]:
        released = Scope(self._engine, self._table, people=self.spec.unit is not None)
        # After swaps or noise a count of equal values says nothing, and dummies are nobody: judged without them.
        judged = replace(released, relation=self._judged()) if self._unperturbed is not None else released
        for n, check in self._asked():
            where = f"checks[{n}]"
            tables = {file: self._side[file, declared].relation for file, declared in check.tables().items()}
            files: dict[str, Any] = {"where": where, "hierarchies": self._hierarchies, "tables": tables}
            verdict, faults = measured(check, replace(judged, **files))
            # On the file as released it says something more, and stops nothing.
            again = measured(check, replace(released, **files))[0].value if judged is not released else None
            yield CheckDone(check.measure, verdict.ok, verdict.value, again), faults
        unit = self.spec.unit
        if unit is not None and unit.at_least is not None:
            people = people_of(self._engine, judged.relation, sql.column(UNIT))
            label, limit = Text("人数", "people"), Text("{n} 以上", "at least {n}").fill(n=unit.at_least)
            enough = people >= unit.at_least
            faults = [] if enough else [failed("unit.at_least", label, limit, shown(people))]
            yield CheckDone("people", enough, people), faults

    def _asked(self) -> Iterable[tuple[int, Measure]]:
        """Return the checks of the spec with their places."""
        return enumerate(self.spec.checks)

    def _judged(self) -> Relation:
        """Return the table by which safety is judged, and people are counted."""
        return self._unperturbed if self._unperturbed is not None else self._table

    def _reasons_hold_no_value(self, relation: Relation) -> None:
        """Refuse reasons and titles that repeat a rare value of a table."""
        self._stop(rare_values_written(self._engine, self.document, relation))

    def _ordered(self, values: list[sql.Term]) -> exp.Select:
        """Order the rows by the key; without a key by their content, so that the source's order is gone."""
        if not self.spec.output.shuffle:
            return self._table.select(*values).order_by(_last(sql.column(ROW)))
        if self.spec.key is None:
            content = [
                _last(part) for f in self._table.fields for part in ([f.text, f.hidden] if f.masked else [f.text])
            ]
            return self._table.select(*values).order_by(*content)
        rows = self._rows if not self._added else self._last_row() + 1
        tables, lists = self._side.values(), self._lists.values()
        beside_it = [*(table.facts.sha256 for table in tables), *(found.sha256 for _, found in lists)]
        read = (str(self._input["sha256"]), *beside_it)
        # What was set for this run makes it another one: its rows must not line up with those of the defaults.
        put_in = [part for name in self.document.overridden for part in (name, self.document.parameters[name])]
        subkey = self._fetch_key().derive("row-order", *read, content_hash(self.document.text), *put_in)
        places = pa.table(
            {"key0": pa.array(range(rows), pa.int64()), "place": pa.array(order(subkey, rows), pa.uint64())}
        )
        lookup = self._engine.mapping([sql.column(ROW, "t")], places)
        joined = self._table.select(*values).join(exp.to_table(lookup.table), on=lookup.on(), join_type="inner")
        return joined.order_by(_last(lookup.value("place")), _last(sql.column(ROW, "t")))

    def _last_row(self) -> int:
        [row] = self._engine.ask(self._table.select(exp.alias_(exp.Max(this=sql.column(ROW)), "last")))
        return int(row["last"])

    def _usefulness(self) -> Usefulness:
        """Compare what was in the source and is still there with what it was, columns that are never told left out."""
        return usefulness(self._engine, self._original, self._table, self._still_there(), rows=self._rows)

    def _assessment(self) -> Assessment | None:
        """Attack the output as the assumed reader could, where columns that they know are still there."""
        reader = self.spec.assumed_reader
        knows = {same_name(name) for name in reader.knows} if reader is not None else set()
        columns = [column for column in self.spec.input.columns if column.kind == "sensitive" or column.special_care]
        wanted = {column.called for column in columns}
        pairs = self._still_there()
        known = [pair for pair in pairs if knows & {field.name for field in pair}]
        guessed = [pair for pair in pairs if pair[0].name in wanted and pair not in known]
        return assessment(self._engine, self._original, self._table, known=known, guessed=guessed, rows=self._rows)

    def _still_there(self) -> list[tuple[Field, Field]]:
        quiet = self._quiet()
        pairs = [(*self._first[field.id], field) for field in self._table.fields if field.name not in self._from_key]
        return [(was, now) for was, table, now in pairs if table is self._original and was.name not in quiet]

    def _quiet(self) -> set[str]:
        return {c.called for _, c in declared_columns(self.spec) if c.kind in {*IDENTIFYING, "free-text"}}

    def _stories(self) -> Iterator[Story]:
        quiet = self._quiet()
        released = self._with_units_of_the_true()
        people = self.spec.unit is not None or self._added > 0
        for field in self._table.fields:
            was, table = self._first[field.id]
            if was.name in quiet or field.name in self._from_key:
                yield Story(field.name, was.name, None, None)
                continue
            before = distribution(self._engine, table, was, people=people)
            yield Story(field.name, was.name, before, distribution(self._engine, released, field, people=people))

    def _with_units_of_the_true(self) -> Relation:
        """Return the table as released, in which dummies belong to nobody: they count, but make no bar wide enough."""
        if not self._added:
            return self._table
        unit = sql.column(UNIT, "t")
        whose = sql.first_true([(sql.at_least(unit, sql.count(0)), unit.copy())], sql.missing("integer"))
        columns = [part for f in self._table.fields for part in ([f.value, f.hidden] if f.masked else [f.value])]
        query = self._table.select(sql.column(ROW, "t"), exp.alias_(whose, UNIT, quoted=True), *columns)
        return replace(self._table, query=query)

    def _say(self, stage: Text, share: float) -> None:
        self._tell(stage, share)
        self._engine.on_progress = lambda inner: self._tell(stage, inner)


@contextmanager
def _gathered(problems: list[Problem]) -> Iterator[None]:
    """Keep what is refused for later, to be told with the rest."""
    try:
        yield
    except Refused as refused:
        problems += refused.problems


def _of_kinds(relation: Relation, schema: Schema, kinds: Iterable[str]) -> list[Field]:
    wanted = set(kinds)
    return [relation.field(column.called) for column in schema if column.kind in wanted]


def _last(value: sql.Term) -> exp.Ordered:
    return exp.Ordered(this=value, nulls_first=False)
