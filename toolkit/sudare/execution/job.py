"""Runs a spec's plan on one table, in the order of the design, and stops before anything unsafe could be written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.counting import cells_changed, people_of, rows_of
from sudare.engines.relation import ROW, UNIT, Change
from sudare.errors import Problem, Refused
from sudare.execution.gate import direct_identifiers, identification_codes, mark_taken
from sudare.execution.receipt import CheckDone, Receipt, StepDone
from sudare.execution.traces import known_texts, rare_value_in
from sudare.keystore import KeyName, order
from sudare.language import Text
from sudare.measures.measure import Scope
from sudare.models import private_keys
from sudare.profiles import Distribution, distribution, shown
from sudare.specs import check_document, content_hash
from sudare.tables.schema import Schema, same_name
from sudare.tables.table import open_table
from sudare.tables.text_values import ARROW_TYPES
from sudare.tables.writing import write
from sudare.techniques.technique import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation
    from sudare.keystore import KeyStore, Secret
    from sudare.specs import Document
    from sudare.techniques.technique import Technique

DATA_FILE = {"csv": "processed.csv", "parquet": "processed.parquet"}
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
        today: date | None = None,
        tell: Callable[[Text, float], None] | None = None,
    ) -> None:
        """Take the spec, the table, an engine to work in, and where the keys are."""
        self.document = document
        self.spec = document.spec
        self._source = source
        self._engine = engine
        self._store = store
        self._today = today
        self._tell = tell or (lambda _stage, _share: None)
        self._secret: Secret | None = None
        self._unperturbed: Relation | None = None  # the table without swaps and noise, once there were any
        self._from_key: set[str] = set()  # columns of pseudo-IDs, in which chance may make any text
        self.receipt = Receipt("refused", {"sha256": document.sha256}, {"sha256": None, "rows": None, "people": None})

    def read(self) -> None:
        """Check the spec, fetch the key, read the table and compare it with what is declared."""
        checked = check_document(self.document, self._today)
        self.receipt = replace(self.receipt, open=checked.open)
        _refuse(checked.problems)
        if self.spec.key is not None:
            secret = self._fetch_key()
            self.receipt = replace(self.receipt, keys=({"name": self.spec.key, "fingerprint": secret.fingerprint},))
        self._say(_READ, 0.0)
        reading = open_table(self._source, self.spec.input)
        self._original = self._engine.load(reading.batches(), reading.schema, reading.arrow_schema)
        facts = reading.facts
        unit = self.spec.unit
        people = None
        if unit is not None:
            self._original = self._engine.name_units(self._original, unit.person)
            people = people_of(self._engine, self._original, sql.column(UNIT))
        self._table = self._original
        self._rows = facts.rows
        self._input = {"sha256": facts.sha256, "rows": facts.rows, "people": people}
        self.receipt = replace(self.receipt, input=self._input, warnings=facts.warnings)
        self._reasons_hold_no_value()
        self._say(_READ, 1.0)

    def process(self) -> None:
        """Leave out what is out of scope, then make every step."""
        schema = self.spec.input.schema_
        if self.spec.out_of_scope is not None:
            gone = frozenset(same_name(name) for name in self.spec.out_of_scope.columns)
            self._table = self._engine.apply(self._table, Change(drop=gone))
            schema = Schema(columns=tuple(column for column in schema if column.called not in gone))
        done: list[StepDone] = []
        for n, step in enumerate(self.spec.steps):
            self._say(
                Text("手順 {n}：{label}", "step {n}: {label}").fill(n=n + 1, label=step.label), n / len(self.spec.steps)
            )
            done.append(self._make(step, n, schema))
            schema = step.schema_after(schema)
        self._table = self._engine.settle(self._table)
        if self._unperturbed is not None:
            self._unperturbed = self._engine.settle(self._unperturbed)
        self._schema = schema
        self.receipt = replace(self.receipt, steps=tuple(done))

    def check(self) -> None:
        """Look at the result again: codes, identifiers, and every check of the spec. Raises Refused with all faults."""
        self._say(_CHECKED, 0.0)
        skip = frozenset(self._from_key)
        direct = self._declared({"direct-identifier"})
        built_in = (
            ("identification-codes", identification_codes(self._engine, self._table, skip)),
            ("direct-identifiers", direct_identifiers(self._engine, self._original, direct, self._table, skip)),
            ("suppression-mark", mark_taken(self._engine, self._table, self.spec.output)),
        )
        problems: list[Problem] = []
        checks: list[CheckDone] = []
        for name, found in built_in:
            faults = list(found)
            problems += faults
            checks.append(CheckDone(name, not faults, None))
        for check, fault in self._spec_checks():
            checks.append(check)
            problems += [fault] if fault else []
        self.receipt = replace(self.receipt, checks=tuple(checks))
        _refuse(problems)
        self._say(_CHECKED, 1.0)

    def write(self, folder: Path) -> Outcome:
        """Write the processed file into a private folder and return what the run did."""
        self._say(_WRITTEN, 0.0)
        name = DATA_FILE[self.spec.output.format]
        query, schema, texts = self._released()
        written = write(self._engine.stream(query), schema, folder / name, self.spec.output, text_columns=texts)
        people = people_of(self._engine, self._table, sql.column(UNIT)) if self.spec.unit else None
        output = {"file": name, "sha256": written.sha256, "rows": written.rows, "people": people}
        self.receipt = replace(self.receipt, state="done", output=output)
        outcome = Outcome(self.receipt, self._schema, tuple(self._stories()))
        self._say(_WRITTEN, 1.0)
        return outcome

    def identifier_in(self, lines: Sequence[str]) -> bool:
        """Say whether an identifier of the source stands in any of the lines of a file that goes beside the data."""
        known = known_texts(self._engine, self._original, self._declared(IDENTIFYING), lines)
        return any(known.within(line) for line in lines)

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

    def _make(self, step: Technique, n: int, schema: Schema) -> StepDone:
        context = Context(
            engine=self._engine, where=f"steps[{n}]", secret=self._fetch_key, folder=self.document.folder, schema=schema
        )
        before = self._table
        if step.perturbs and self._unperturbed is None:
            self._unperturbed = before
        change = self._plan(step, context)
        cells = cells_changed(self._engine, before, change)
        self._table = self._engine.apply(before, change)
        self._follow_key(step)
        removed = 0
        if change.keep is not None:
            removed = rows_of(self._engine, before) - rows_of(self._engine, self._table)
        if change.drop:
            cells += len(change.drop) * rows_of(self._engine, self._table)
        return StepDone(str(n + 1), step.technique, removed, cells)

    def _plan(self, step: Technique, context: Context) -> Change:
        """Plan a step; after swaps or noise, on the unperturbed table too, which decides which rows stay."""
        if self._unperturbed is None or step.perturbs:
            return step.plan(self._table, context)
        judged = step.plan(self._unperturbed, context)
        self._unperturbed = self._engine.apply(self._unperturbed, judged)
        if judged.keep is None:
            return step.plan(self._table, context)
        left = self._unperturbed.select(
            exp.alias_(sql.column(ROW), "key0", quoted=True), exp.alias_(sql.column(ROW), "stays", quoted=True)
        )
        rows = self._engine.tabulate(left, [sql.column(ROW, "t")])
        return Change(keep=sql.is_there(rows.value("stays")), lookups=(rows,))

    def _follow_key(self, step: Technique) -> None:
        renames = {same_name(old): same_name(new) for old, new in step.renames().items()}
        self._from_key = {renames.get(name, name) for name in self._from_key}
        if step.gives_ids:
            first = same_name(step.columns[0])
            self._from_key.add(renames.get(first, first))

    def _declared(self, kinds: Iterable[str]) -> list[Field]:
        wanted = set(kinds)
        return [self._original.field(c.called) for c in self.spec.input.columns if c.kind in wanted]

    def _spec_checks(self) -> Iterator[tuple[CheckDone, Problem | None]]:
        released = Scope(self._engine, self._table, people=self.spec.unit is not None)
        # After swaps or noise a count of equal values says nothing: the table without them is judged.
        judged = replace(released, relation=self._unperturbed) if self._unperturbed is not None else released
        for n, check in enumerate(self.spec.checks):
            verdict = check.evaluate(judged)
            again = check.evaluate(released).value if judged is not released else None
            fault = None if verdict.ok else _failed(f"checks[{n}]", check.label, check.limit(), verdict.value)
            yield CheckDone(check.measure, verdict.ok, verdict.value, again), fault
        unit = self.spec.unit
        if unit is not None and unit.at_least is not None:
            people = people_of(self._engine, self._table, sql.column(UNIT))
            label, limit = Text("人数", "people"), Text("{n} 以上", "at least {n}").fill(n=unit.at_least)
            fault = None if people >= unit.at_least else _failed("unit.at_least", label, limit, shown(people))
            yield CheckDone("people", fault is None, people), fault

    def _reasons_hold_no_value(self) -> None:
        """Refuse reasons and titles that repeat a rare value of the data."""
        words = [*self.spec.input.schema_.names, *(column.unit or "" for column in self.spec.input.columns)]
        words += [word for step in self.spec.steps for word in _words(step)]
        words += [dismissal.finding for dismissal in self.spec.dismissed]
        written = [("title", self.spec.title)]
        written += [(f"steps[{n}].because", step.because) for n, step in enumerate(self.spec.steps)]
        written += [(f"dismissed[{n}].because", dismissal.because) for n, dismissal in enumerate(self.spec.dismissed)]
        if self.spec.out_of_scope is not None:
            written.append(("out_of_scope.because", self.spec.out_of_scope.because))
        # All at once first: a spec without such a fault, the usual one, costs one look at each column.
        if rare_value_in(self._engine, self._original, "\n".join(text for _, text in written), words) is None:
            return
        found = [(where, rare_value_in(self._engine, self._original, text, words)) for where, text in written]
        _refuse(_repeats(where, column) for where, column in found if column is not None)

    def _released(self) -> tuple[exp.Select, pa.Schema, frozenset[str]]:
        """Return the query of the file as it leaves, its Arrow schema, and the columns whose cells are text."""
        output = self.spec.output
        values: list[sql.Term] = []
        fields: list[pa.Field] = []
        for field in self._table.fields:
            if output.format == "csv":
                mark = exp.Literal.string(output.suppressed_as)
                value = sql.first_true([(field.hidden, mark)], field.text) if field.masked else field.text
                fields.append(pa.field(field.name, pa.string()))
            elif field.type == "text" and field.masked:
                value = sql.first_true([(field.hidden, exp.Literal.string(output.suppressed_as))], field.value)
                fields.append(pa.field(field.name, pa.string()))
            else:
                value = field.value
                fields.append(pa.field(field.name, ARROW_TYPES[field.type]))
            values.append(exp.alias_(value, field.name, quoted=True))
            if output.format == "parquet" and field.masked and field.type != "text":
                values.append(exp.alias_(field.hidden, f"{field.name}_suppressed", quoted=True))
                fields.append(pa.field(f"{field.name}_suppressed", pa.bool_()))
        texts = frozenset(field.name for field in self._table.fields if field.type == "text")
        return self._ordered(values), pa.schema(fields), texts

    def _ordered(self, values: list[sql.Term]) -> exp.Select:
        """Order the rows by the key; without a key by their content, so that the source's order is gone."""
        if not self.spec.output.shuffle:
            return self._table.select(*values).order_by(_last(sql.column(ROW)))
        if self.spec.key is None:
            content = [
                _last(part) for f in self._table.fields for part in ([f.text, f.hidden] if f.masked else [f.text])
            ]
            return self._table.select(*values).order_by(*content)
        rows = self._rows
        subkey = self._fetch_key().derive("row-order", str(self._input["sha256"]), content_hash(self.document.text))
        places = pa.table(
            {"key0": pa.array(range(rows), pa.int64()), "place": pa.array(order(subkey, rows), pa.uint64())}
        )
        lookup = self._engine.mapping([sql.column(ROW, "t")], places)
        joined = self._table.select(*values).join(exp.to_table(lookup.table), on=lookup.on(), join_type="inner")
        return joined.order_by(_last(lookup.value("place")), _last(sql.column(ROW, "t")))

    def _stories(self) -> Iterator[Story]:
        quiet = {c.called for c in self.spec.input.columns if c.kind in {*IDENTIFYING, "free-text"}}
        first = {field.id: field for field in self._original.fields}
        people = self.spec.unit is not None
        for field in self._table.fields:
            was = first[field.id]
            if was.name in quiet or field.name in self._from_key:
                yield Story(field.name, was.name, None, None)
                continue
            before = distribution(self._engine, self._original, was, people=people)
            yield Story(field.name, was.name, before, distribution(self._engine, self._table, field, people=people))

    def _say(self, stage: Text, share: float) -> None:
        self._tell(stage, share)
        self._engine.on_progress = lambda inner: self._tell(stage, inner)


def _last(value: sql.Term) -> exp.Ordered:
    return exp.Ordered(this=value, nulls_first=False)


def _words(step: Technique) -> list[str]:
    """Return the texts and numbers of a step's own parameters that its reason may repeat: none that is private."""
    told = step.model_dump(mode="json", by_alias=True, exclude={"because", "by", "technique", "standards"})
    return [str(part) for part in _leaves(told, private_keys(type(step)))]


def _leaves(node: Any, private: frozenset[str]) -> Iterator[Any]:  # noqa: ANN401 - plain data
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in private:
                yield from _leaves(value, private)
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(value, private)
    elif node is not None and not isinstance(node, bool):
        yield node


def _refuse(problems: Iterable[Problem]) -> None:
    if found := tuple(problems):
        raise Refused(found)


def _failed(where: str, label: Text, limit: Text, value: float | str | None) -> Problem:
    return Problem(
        "check-failed",
        where,
        Text("{label}が {value} で、下限（{limit}）に届きません。", "{label} is {value}; the limit is {limit}.").fill(
            label=label, value=value, limit=limit
        ),
        Text(
            "一般化を粗くするか、少数の組を除く手順を加えてください。",
            "Generalize more, or add a step that removes small classes.",
        ),
    )


def _repeats(where: str, column: str) -> Problem:
    return Problem(
        "value-in-reason",
        where,
        Text("列「{name}」の珍しい値が書かれています。", "it repeats a rare value of the column '{name}'.").fill(
            name=column
        ),
        Text("値を書かずに理由を書いてください。", "Give the reason without the value."),
    )
