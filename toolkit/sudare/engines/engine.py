"""Runs plans with DuckDB, inside this process, out of core. No key and no network ever enters it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import duckdb
import numpy as np
import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.lean import lean
from sudare.engines.relation import ROW, UNIT, Addition, Field, Lookup, Relation, changed
from sudare.errors import Cancelled, Problem, SudareError
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from sudare.engines.relation import Change
    from sudare.tables.schema import Schema

DIALECT = "duckdb"
BATCH = 122_880  # rows handed over at a time: DuckDB's own row group
DEEPEST = 16  # steps within one another; some hundreds could no longer be written as SQL
FEW = 10_000  # rows of an answer that is kept, should the same be asked again

# Said once per connection. Nothing may be fetched, no file read but through us, and nobody can undo this.
_SETTINGS = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET python_enable_replacements = false",
    "SET preserve_insertion_order = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class Engine:
    """One table at work. Use as a context manager; what it spilled to disk lies in `folder` only."""

    def __init__(self, folder: Path, *, threads: int | None = None, memory: str | None = None) -> None:
        """Open an engine that may spill into `folder`. `memory` is a size such as `2GB`."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        config: dict[str, Any] = {"temp_directory": str(folder)}
        if threads is not None:
            config["threads"] = threads
        if memory is not None:
            config["memory_limit"] = memory
        self._connection = duckdb.connect(":memory:", config=config)
        for setting in _SETTINGS:
            self._connection.execute(setting)
        self._made = 0
        self._tables: dict[str, int] = {}  # those there are, with the number of tables made until then
        self._answers: dict[str, list[pa.RecordBatch]] = {}  # short ones, by question
        self._lookups: set[str] = set()  # tables that hold each key once
        self._rows = 0  # numbers given to rows so far
        self.on_progress: Callable[[float], None] | None = None
        self.cancelled: Callable[[], bool] | None = None  # asked often; once it says yes, `Cancelled` is raised

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the engine; its spill files go with it."""
        self._connection.close()

    def load(self, batches: Iterable[pa.RecordBatch], schema: Schema, arrow: pa.Schema) -> Relation:
        """Take in a table once, row by row numbered. What the reader refuses is raised as it was."""
        ids = [f"c{n}" for n in range(len(arrow))]
        columns = (pa.field(name, given.type) for name, given in zip(ids, arrow, strict=True))
        numbered = pa.schema([pa.field(ROW, pa.int64()), *columns])
        table = self._new("base")
        self._keep(table, numbered, _numbered(batches, numbered), exp.alias_(sql.column(ROW), UNIT, quoted=True))
        self._rows = max(self._rows, self._count(table))
        fields = tuple(Field(c.called, c.type, i) for c, i in zip(schema, ids, strict=True))
        return self._whole(table, fields, len(fields))

    def name_units(self, relation: Relation, person: str) -> Relation:
        """Give every row the person it belongs to. Rows without one count as a single person together."""
        who = exp.Coalesce(this=relation.field(person).text, expressions=[exp.Literal.string("")])
        people = self._new("people")
        distinct = relation.select(exp.alias_(who, "who", quoted=True)).distinct()
        number = exp.alias_(sql.rank(sql.column("who")), UNIT, quoted=True)
        self._create(people, exp.select(sql.column("who"), number).from_(distinct.subquery("d")))
        columns = [sql.column(ROW, "t"), sql.column(UNIT, "p"), *(sql.column(f.id, "t") for f in relation.fields)]
        same = exp.EQ(this=who.copy(), expression=sql.column("who", "p"))
        joined = (
            exp.select(*columns)
            .from_(relation.query.subquery("t"))
            .join(exp.to_table(people).as_("p"), on=same, join_type="inner")
        )
        return self.settle(replace(relation, query=joined))

    def apply(self, relation: Relation, change: Change) -> Relation:
        """Make one step's change. New rows or columns and windows are worked out at once, the rest when asked."""
        after = changed(relation, change)
        windows = any(
            part.find(exp.Window) for cell in change.cells.values() for part in (cell.value, cell.hidden) if part
        )
        rows_change = change.keep is not None or change.add or change.append
        return self.settle(after) if windows or rows_change or _depth(after.query) > DEEPEST else after

    def settle(self, relation: Relation) -> Relation:
        """Work a relation out and keep it, so that later questions do not work it out again."""
        name = self._new("step")
        self._create(name, relation.query)
        return self._whole(name, relation.fields, relation.given)

    def lookup(
        self,
        relation: Relation,
        keys: Sequence[sql.Term],
        work_out: Callable[[list[tuple[Any, ...]]], Iterable[tuple[Any, ...]]],
        outputs: pa.Schema,
    ) -> Lookup:
        """Work something out in Python once per distinct combination of values, and keep it as a table to join.

        `work_out` takes a list of combinations and gives one tuple of outputs for each; rows where every key is
        missing are left out, so that their outputs are missing. What `work_out` refuses is raised as it was.
        """

        def of_batch(batch: pa.RecordBatch) -> list[pa.Array]:
            rows = list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
            results = list(zip(*work_out(rows), strict=True)) if rows else [() for _ in outputs]
            return [pa.array(values, field.type) for values, field in zip(results, outputs, strict=True)]

        return self.lookup_columns(relation, keys, of_batch, outputs)

    def lookup_columns(
        self,
        relation: Relation,
        keys: Sequence[sql.Term],
        work_out: Callable[[pa.RecordBatch], Sequence[pa.Array]],
        outputs: pa.Schema,
    ) -> Lookup:
        """Work something out as `lookup` does, on whole columns: `work_out` takes a batch of combinations."""
        named = [exp.alias_(key.copy(), f"key{n}", quoted=True) for n, key in enumerate(keys)]
        there = sql.any_of(sql.is_there(key.copy()) for key in keys)
        distinct = relation.select(*named).where(there).distinct()
        table = self._new("lookup")

        def filled() -> Iterator[pa.RecordBatch]:
            for batch in self.stream(distinct):
                names = [*batch.schema.names, *outputs.names]
                yield pa.record_batch([*batch.columns, *work_out(batch)], names=names)

        schema = pa.schema([*self._schema_of(distinct), *outputs])
        self._keep(table, schema, filled())
        return self._lookup(table, keys)

    def added(self, rows: pa.Table) -> Addition:
        """Keep rows for a step to put in: cells by internal name, masks beside them.

        They are numbered on from the last row of any table, whichever rows went since. Each is a unit of its own, apart
        from all others: its number is below zero.
        """
        numbers = pa.array(range(self._rows, self._rows + rows.num_rows), pa.int64())
        units = pa.array(range(-self._rows - 1, -self._rows - 1 - rows.num_rows, -1), pa.int64())
        table = self._new("added")
        whole = rows.append_column(ROW, numbers).append_column(UNIT, units)
        self._keep(table, whole.schema, whole.to_batches())
        self._rows += rows.num_rows
        return Addition(table, rows.num_rows)

    def mapping(self, keys: Sequence[sql.Term], rows: pa.Table) -> Lookup:
        """Keep a table made from a spec (its columns key0, key1 … and outputs) to be joined."""
        table = self._new("mapping")
        self._keep(table, rows.schema, rows.to_batches())
        return self._lookup(table, keys)

    def tabulate(self, query: exp.Select, keys: Sequence[sql.Term]) -> Lookup:
        """Keep the answer to a question (its columns key0, key1 … and outputs) to be joined."""
        table = self._new("table")
        self._create(table, query)
        return self._lookup(table, keys)

    def _lookup(self, table: str, keys: Sequence[sql.Term]) -> Lookup:
        self._lookups.add(table)
        return Lookup(table, tuple(keys))

    def _keep(self, table: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], *more: sql.Term) -> None:
        """Keep rows that come from outside as a table of the engine, with more columns worked out from them."""
        incoming = _Incoming(self._unless_cancelled(batches))
        self._tables[table] = self._made
        with self._guarded("take in"):
            self._connection.register("incoming", pa.RecordBatchReader.from_batches(schema, iter(incoming)))
            given = exp.select(exp.Star(), *more).from_("incoming")
            self._run(exp.Create(this=exp.to_table(table), kind="TABLE", expression=given).sql(DIALECT))
            self._connection.unregister("incoming")
        incoming.raise_its_own()

    @property
    def made(self) -> int:
        """How many tables were made so far, by which `forget` tells what came later."""
        return self._made

    def forget(self, since: int, needed: Iterable[Relation]) -> None:
        """Give the room back of every table made since then that none of these relations reads from."""
        read = {table.name for relation in needed for table in relation.query.find_all(exp.Table)}
        for name in [name for name, made in self._tables.items() if made > since and name not in read]:
            self._drop(name)

    def _drop(self, table: str) -> None:
        with self._guarded("forget"):
            self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        del self._tables[table]
        self._lookups.discard(table)

    def ask(self, query: exp.Select) -> list[dict[str, Any]]:
        """Run a question whose answer is small and return its rows."""
        with self._guarded("ask"):
            answer: list[dict[str, Any]] = [row for batch in self.stream(query) for row in batch.to_pylist()]
        return answer

    def stream(self, query: exp.Select, rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        """Run a question whose answer may be large and hand it over in batches."""
        with self._guarded("stream"):
            # A cursor of its own, so that the answer can be read while another statement runs.
            self._go_on()
            reader = self._connection.cursor().sql(self._written(query)).to_arrow_reader(rows)
            while True:
                self._go_on()
                try:
                    batch = reader.read_next_batch()
                except StopIteration:
                    return
                yield batch

    def stream_again(self, query: exp.Select) -> Iterator[pa.RecordBatch]:
        """Hand an answer over as `stream` does; a short one is kept, since tables never change."""
        asked = self._written(query)
        if asked not in self._answers:
            seen: list[pa.RecordBatch] = []
            rows = 0
            for batch in self.stream(query):
                rows += batch.num_rows
                seen = [*seen, batch] if rows <= FEW else []
                yield batch
            if rows <= FEW:
                self._answers[asked] = seen
        else:
            yield from self._answers[asked]

    def _schema_of(self, query: exp.Select) -> pa.Schema:
        return self._connection.cursor().sql(self._written(query.limit(0))).to_arrow_table().schema

    def _written(self, query: exp.Select) -> str:
        return lean(query, self._lookups).sql(DIALECT)

    def _new(self, kind: str) -> str:
        self._made += 1
        return f"{kind}{self._made}"

    def _count(self, table: str) -> int:
        [row] = self.ask(exp.select(exp.alias_(sql.row_count(), "rows")).from_(exp.to_table(table)))
        return int(row["rows"])

    def _create(self, name: str, query: exp.Select) -> None:
        self._tables[name] = self._made
        with self._guarded("create"):
            self._run(f"CREATE TABLE {name} AS {self._written(query)}")

    @staticmethod
    def _whole(table: str, fields: tuple[Field, ...], given: int) -> Relation:
        columns = [sql.column(ROW), sql.column(UNIT)]
        for field in fields:
            columns += [sql.column(field.id)] + ([sql.column(field.mask)] if field.masked else [])
        return Relation(exp.select(*columns).from_(exp.to_table(table)), fields, given)

    def _run(self, statement: str) -> None:
        """Run one statement, telling how far it is, and stopping it where that is asked for."""
        self._go_on()
        if self.on_progress is None and self.cancelled is None:
            self._connection.execute(statement)
            return
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done,), daemon=True)
        watcher.start()
        try:
            self._connection.execute(statement)
        finally:
            done.set()
            watcher.join()

    def _watch(self, done: threading.Event) -> None:
        while not done.wait(0.25):
            share = self._connection.query_progress()
            if self.on_progress is not None and share >= 0:
                self.on_progress(min(share / 100, 1.0))
            if self.cancelled is not None and self.cancelled():
                self._connection.interrupt()

    def _go_on(self) -> None:
        if self.cancelled is not None and self.cancelled():
            raise Cancelled

    def _unless_cancelled(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            self._go_on()
            yield batch

    @contextmanager
    def _guarded(self, doing: str) -> Iterator[None]:
        """Tell DuckDB's and Arrow's faults in our words: their own messages quote values."""
        try:
            yield
        except duckdb.InterruptException:
            raise Cancelled from None
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise _told(error, doing) from None


def _depth(query: exp.Select) -> int:
    """Count the queries within one another, each the table that the one around it asks."""
    depth, inner = 0, query
    while (origin := inner.args.get("from_")) is not None and isinstance(origin.this, exp.Subquery):
        depth, inner = depth + 1, origin.this.this
    return depth


class _Incoming:
    """Hands batches to the engine and remembers what their maker refused, which must come out as it was."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._batches = batches
        self._refused: SudareError | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Hand over the batches until there are no more, or until they are refused."""
        try:
            yield from self._batches
        except SudareError as refused:
            self._refused = refused

    def raise_its_own(self) -> None:
        """Raise what was refused, if anything was."""
        if self._refused is not None:
            raise self._refused


def _numbered(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Put the row's number before each row."""
    start = 0
    for batch in batches:
        rows = pa.array(np.arange(start, start + batch.num_rows))
        start += batch.num_rows
        yield pa.record_batch([rows, *batch.columns], schema=schema)


def _told(error: Exception, doing: str) -> SudareError:
    kind = type(error).__name__
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        if "max_temp_directory_size" in text or "No space left" in text:
            return disk_full()
        return SudareError(
            Problem(
                "out-of-memory",
                doing,
                Text("メモリが足りません。", "there is not enough memory."),
                Text(
                    "--memory を増やすか、他のプログラムを閉じてください。", "Raise --memory or close other programs."
                ),
            )
        )
    if isinstance(error, (duckdb.IOException, OSError)) and ("No space left" in text or "Could not write" in text):
        return disk_full()
    return SudareError(
        Problem(
            "engine",
            doing,
            Text("計算の途中で止まりました（{kind}）。", "the computation stopped ({kind}).").fill(kind=kind),
            Text("この記号を添えて報告してください。", "Please report this code."),
        )
    )


def disk_full() -> SudareError:
    """Return the error of a disk without room."""
    return SudareError(
        Problem(
            "disk-full",
            "",
            Text("ディスクの空きがなくなりました。", "the disk is full."),
            Text(
                "空きを増やしてからやり直してください。何も書き出していません。",
                "Free some space and run again. Nothing was written.",
            ),
        )
    )
