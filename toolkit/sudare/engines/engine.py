"""Runs plans with DuckDB, inside this process, out of core. No key and no network ever enters it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import duckdb
import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import ROW, UNIT, Field, Lookup, Relation, changed
from sudare.errors import Problem, SudareError
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from sudare.engines.relation import Change
    from sudare.tables.schema import Schema

DIALECT = "duckdb"
BATCH = 122_880  # rows handed over at a time: DuckDB's own row group

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
        self.on_progress: Callable[[float], None] | None = None

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
        fields = tuple(Field(c.called, c.type, i) for c, i in zip(schema, ids, strict=True))
        return self._whole(table, fields)

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
        return self.settle(Relation(joined, relation.fields))

    def apply(self, relation: Relation, change: Change) -> Relation:
        """Make one step's change. A change of rows or one with a window is worked out at once, the rest when asked."""
        after = changed(relation, change)
        windows = change.keep is not None or any(
            part.find(exp.Window) for cell in change.cells.values() for part in (cell.value, cell.hidden) if part
        )
        return self.settle(after) if windows else after

    def settle(self, relation: Relation) -> Relation:
        """Work a relation out and keep it, so that later questions do not work it out again."""
        name = self._new("step")
        self._create(name, relation.query)
        return self._whole(name, relation.fields)

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
        named = [exp.alias_(key.copy(), f"key{n}", quoted=True) for n, key in enumerate(keys)]
        there = sql.any_of(sql.is_there(key.copy()) for key in keys)
        distinct = relation.select(*named).where(there).distinct()
        table = self._new("lookup")

        def filled() -> Iterator[pa.RecordBatch]:
            for batch in self.stream(distinct):
                rows = list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
                results = list(zip(*work_out(rows), strict=True)) if rows else [() for _ in outputs]
                made = [pa.array(values, field.type) for values, field in zip(results, outputs, strict=True)]
                yield pa.record_batch([*batch.columns, *made], names=[*batch.schema.names, *outputs.names])

        schema = pa.schema([*self._schema_of(distinct), *outputs])
        self._keep(table, schema, filled())
        return Lookup(table, tuple(keys))

    def mapping(self, keys: Sequence[sql.Term], rows: pa.Table) -> Lookup:
        """Keep a table made from a spec (its columns key0, key1 … and outputs) to be joined."""
        table = self._new("mapping")
        self._keep(table, rows.schema, rows.to_batches())
        return Lookup(table, tuple(keys))

    def tabulate(self, query: exp.Select, keys: Sequence[sql.Term]) -> Lookup:
        """Keep the answer to a question (its columns key0, key1 … and outputs) to be joined."""
        table = self._new("table")
        self._create(table, query)
        return Lookup(table, tuple(keys))

    def _keep(self, table: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], *more: sql.Term) -> None:
        """Keep rows that come from outside as a table of the engine, with more columns worked out from them."""
        incoming = _Incoming(batches)
        with self._guarded("take in"):
            self._connection.register("incoming", pa.RecordBatchReader.from_batches(schema, iter(incoming)))
            given = exp.select(exp.Star(), *more).from_("incoming")
            self._run(exp.Create(this=exp.to_table(table), kind="TABLE", expression=given).sql(DIALECT))
            self._connection.unregister("incoming")
        incoming.raise_its_own()

    def ask(self, query: exp.Select) -> list[dict[str, Any]]:
        """Run a question whose answer is small and return its rows."""
        with self._guarded("ask"):
            answer: list[dict[str, Any]] = [row for batch in self.stream(query) for row in batch.to_pylist()]
        return answer

    def stream(self, query: exp.Select, rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        """Run a question whose answer may be large and hand it over in batches."""
        with self._guarded("stream"):
            # A cursor of its own, so that the answer can be read while another statement runs.
            reader = self._connection.cursor().sql(query.sql(DIALECT)).to_arrow_reader(rows)
            while True:
                try:
                    batch = reader.read_next_batch()
                except StopIteration:
                    return
                yield batch

    def _schema_of(self, query: exp.Select) -> pa.Schema:
        return self._connection.cursor().sql(query.copy().limit(0).sql(DIALECT)).to_arrow_table().schema

    def _new(self, kind: str) -> str:
        self._made += 1
        return f"{kind}{self._made}"

    def _create(self, name: str, query: exp.Select) -> None:
        with self._guarded("create"):
            made = exp.Create(this=exp.to_table(name), kind="TABLE", expression=query)
            self._run(made.sql(DIALECT))

    @staticmethod
    def _whole(table: str, fields: tuple[Field, ...]) -> Relation:
        columns = [sql.column(ROW), sql.column(UNIT)]
        for field in fields:
            columns += [sql.column(field.id)] + ([sql.column(field.mask)] if field.masked else [])
        return Relation(exp.select(*columns).from_(exp.to_table(table)), fields)

    def _run(self, statement: str) -> None:
        """Run one statement, telling how far it is."""
        if self.on_progress is None:
            self._connection.execute(statement)
            return
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done, self.on_progress), daemon=True)
        watcher.start()
        try:
            self._connection.execute(statement)
        finally:
            done.set()
            watcher.join()

    def _watch(self, done: threading.Event, tell: Callable[[float], None]) -> None:
        while not done.wait(0.25):
            share = self._connection.query_progress()
            if share >= 0:
                tell(min(share / 100, 1.0))

    @contextmanager
    def _guarded(self, doing: str) -> Iterator[None]:
        """Tell DuckDB's and Arrow's faults in our words: their own messages quote values."""
        try:
            yield
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise _told(error, doing) from None


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
        rows = pa.array(range(start, start + batch.num_rows), pa.int64())
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
