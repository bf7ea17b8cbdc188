"""The search for the least loss on a table about which nothing is declared but its quasi-identifiers."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sudare.engines.by_hand import text_of
from sudare.errors import Problem, Refused, UsageError
from sudare.language import Language, Text, preferred
from sudare.measures.kernel import encode
from sudare.optimizer.found import Search
from sudare.optimizer.goals import furthest
from sudare.optimizer.hierarchy import Hierarchy, find_hierarchies
from sudare.optimizer.lattice import Combinations, Ladder
from sudare.optimizer.least_loss import Lattice, least_loss
from sudare.optimizer.steps import Design
from sudare.tables.schema import same_name
from sudare.tables.table import describe_input, read
from sudare.techniques.technique import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from sudare.measures.kernel.encoding import Column, Whole
    from sudare.optimizer.goals import Goals
    from sudare.optimizer.least_loss import Progress
    from sudare.tables.schema import Input
    from sudare.tables.table import Given, Table

_OUT = Text("探索の対象外（下書き）", "not part of the search (draft)")


@dataclass(frozen=True)
class Task:
    """What is searched for. `hierarchies` is a folder of ARX's files, or a hierarchy for each quasi-identifier."""

    hierarchies: Path | str | Mapping[str, Hierarchy]
    qi: Sequence[str]
    goals: Goals
    sensitive: str | None = None
    suppress: float = 0.0
    weights: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        wrong = next((what for holds, what in self._faults() if holds), None)
        if wrong is not None:
            raise UsageError(Problem("bad-search", "search", wrong))

    def _faults(self) -> Iterator[tuple[bool, Text]]:
        names = [same_name(name) for name in self.qi]
        weights = self.weights or {}
        about_values = self.goals.l is not None or self.goals.t is not None
        yield not names, Text("準識別子がありません。", "no quasi-identifier is given.")
        yield len(set(names)) < len(names), Text("同じ準識別子が二度あります。", "a quasi-identifier is given twice.")
        yield (
            about_values != (self.sensitive is not None),
            Text("sensitive は l か t と一緒に使います。", "a sensitive column goes with l or t."),
        )
        yield (
            self.sensitive is not None and same_name(self.sensitive) in names,
            Text("sensitive は準識別子に入れません。", "the sensitive column is no quasi-identifier."),
        )
        yield not 0 <= self.suppress <= 1, Text("suppress は 0 から 1 です。", "suppress is from 0 to 1.")
        yield (
            not {same_name(name) for name in weights} <= set(names),
            Text("重みは準識別子に付けます。", "weights are of quasi-identifiers."),
        )
        given = [weights.get(name, 1.0) for name in self.qi]
        yield (
            not all(0 <= weight < float("inf") for weight in given) or not sum(given),
            Text("重みは 0 以上で、一つは正の数です。", "weights are 0 or more, and one is more than 0."),
        )


def search(  # noqa: PLR0913 - what a search depends on, each by name
    source: Given,
    task: Task,
    *,
    declared: Input | None = None,
    seconds: float | None = None,
    tell: Callable[[Progress], None] | None = None,
    lang: Language | None = None,
) -> Search:
    """Find how far each quasi-identifier is generalized, and which records go, with the least loss.

    A missing cell is a value of its own on every level that tells anything. Values of hierarchies that the data lacks
    count in the loss. Raises `Refused`: `missing-column`, `no-hierarchy`, `unlisted-value` where the data has values
    that its hierarchy lacks (told by count), `wrong-type`, `out-of-reach` where no levels keep the goals, `out-of-time`
    where none were found in time; and what reading the file raises.
    """
    return Prepared.of(source, task, declared=declared, lang=lang).found(task.goals, seconds=seconds, tell=tell)


@dataclass(frozen=True)
class Prepared:
    """A table that was read and encoded for a task, to be searched for one goal after another."""

    task: Task
    about: Input
    table: Table = field(repr=False)
    hierarchies: Mapping[str, Hierarchy] = field(repr=False)
    leaf: Sequence[Whole] = field(repr=False)  # per quasi-identifier: the leaf of each row
    values: Column | None = field(repr=False)  # the sensitive column
    combinations: Combinations = field(repr=False)
    lang: Language = "ja"

    @classmethod
    def of(cls, source: Given, task: Task, *, declared: Input | None = None, lang: Language | None = None) -> Prepared:
        """Read a table. Errors: as `search`, but for those of the search itself."""
        hierarchies = _hierarchies(task)
        about = _typed(describe_input(source) if declared is None else declared, hierarchies, task)
        table = read(source, about)
        ladders, leaf = _encoded(table, hierarchies)
        values = None if task.sensitive is None else encode("", table.data.column(same_name(task.sensitive)))
        combinations = Combinations.of(ladders, leaf, sensitive=values)
        return cls(task, about, table, hierarchies, leaf, values, combinations, lang or preferred())

    def lattice(self, goals: Goals) -> Lattice:
        """Return the lattice, to be searched."""
        limit = int(self._suppress * self.table.data.num_rows)
        weights = [(self.task.weights or {}).get(name, 1.0) for name in self.task.qi]
        return Lattice(self.combinations, goals, limit, weights)

    def found(
        self, goals: Goals, *, seconds: float | None = None, tell: Callable[[Progress], None] | None = None
    ) -> Search:
        """Search for goals. Raises `Refused`: `out-of-reach`, `out-of-time`."""
        result = least_loss(self.lattice(goals), seconds=seconds, tell=tell)
        best = result.best
        if best is None:
            raise Refused(OUT_OF_REACH if result.optimal else _OUT_OF_TIME)
        released = self.combinations.only(~goals.missed(self.combinations, best.levels)[1])
        far = 0.0 if goals.t is None else furthest(released, best.levels)
        design = Design(self.hierarchies, goals, self.task.sensitive, self._suppress, self.lang)
        return Search(
            levels=dict(zip(self.hierarchies, best.levels, strict=True)),
            loss=best.loss,
            suppressed=best.suppressed,
            classes=best.classes,
            optimal=result.optimal,
            nodes=result.nodes,
            checked=result.checked,
            bound=result.bound,
            records=self.table.data.num_rows,
            steps=tuple(design.steps(best.levels)),
            hierarchies=design.files(best.levels),
            parts=_parts(self.table, self.about, self.task, self.lang) | {"checks": design.checks(best.levels, far)},
        )

    @property
    def _suppress(self) -> Decimal:
        return Decimal(str(self.task.suppress))


def _hierarchies(task: Task) -> dict[str, Hierarchy]:
    """Return the hierarchies in the order of the quasi-identifiers, by the names that steps use."""
    if isinstance(task.hierarchies, (str, Path)):
        found = find_hierarchies(Path(task.hierarchies), task.qi)
        return {same_name(name): found[name] for name in task.qi}
    given = {same_name(name): one for name, one in task.hierarchies.items()}
    lacking = [name for name in task.qi if same_name(name) not in given]
    if lacking:
        what = Text("列「{name}」の階層がありません。", "there is no hierarchy for the column '{name}'.")
        raise Refused(Problem("no-hierarchy", "hierarchies", what.fill(name=name)) for name in lacking)
    return {same_name(name): given[same_name(name)] for name in task.qi}


def _typed(about: Input, hierarchies: Mapping[str, Hierarchy], task: Task) -> Input:
    """Declare the quasi-identifiers as the steps of their hierarchies need them."""
    there = {column.called: column for column in about.columns}
    asked = [*hierarchies, *([] if task.sensitive is None else [same_name(task.sensitive)])]
    lacking = [name for name in asked if name not in there]
    if lacking:
        what = Text("列「{name}」が表にありません。", "there is no column '{name}' in the table.")
        raise Refused(Problem("missing-column", "search", what.fill(name=name)) for name in lacking)
    problems = []
    columns = []
    for column in about.columns:
        hierarchy = hierarchies.get(column.called)
        if hierarchy is None:
            kind = "sensitive" if task.sensitive and column.called == same_name(task.sensitive) else column.kind
            columns.append(column.model_copy(update={"kind": kind}))
            continue
        kinds = {hierarchy.type} if hierarchy.type != "text" else {"text", "integer", "boolean"}
        if column.type not in kinds | {"text"}:
            problems.append(_wrong_type(column.called))
        new = hierarchy.type if column.type == "text" else column.type
        columns.append(column.model_copy(update={"type": new, "kind": "quasi-identifier"}))
    if problems:
        raise Refused(problems)
    return about.model_copy(update={"columns": tuple(columns)})


def _encoded(table: Table, hierarchies: Mapping[str, Hierarchy]) -> tuple[list[Ladder], list[Whole]]:
    """Return the levels of each column and the leaf of each record; refuse values that no row begins with."""
    problems: list[Problem] = []
    leaves: list[Whole] = []
    for name, hierarchy in hierarchies.items():
        codes, unlisted, rows = _leaves(table.data.column(name), hierarchy)
        leaves.append(codes)
        if unlisted:
            problems.append(_unlisted(name, unlisted, rows))
    if problems:
        raise Refused(problems)
    return [Ladder.of(name, hierarchy) for name, hierarchy in hierarchies.items()], leaves


def _leaves(cells: pa.ChunkedArray, hierarchy: Hierarchy) -> tuple[Whole, int, int]:
    """Return the leaf of each cell, how many values are not listed, and in how many rows they stand."""
    coded = cells.unify_dictionaries().combine_chunks() if cells.num_chunks else cells.combine_chunks()
    coded = coded.dictionary_encode()
    missing, unknown = len(hierarchy.rows), -1
    number = {value: n for n, value in enumerate(hierarchy.leaves)}
    of_code = [number.get(text_of(value), unknown) for value in coded.dictionary.to_pylist()]
    indices = coded.indices.fill_null(len(of_code)).to_numpy(zero_copy_only=False)
    found = np.array([*of_code, missing], np.int64)[indices]
    unlisted = found == unknown
    return found, len(np.unique(indices[unlisted])), int(unlisted.sum())


def _parts(table: Table, about: Input, task: Task, lang: Language) -> dict[str, Any]:
    """Return what a spec says besides its steps."""
    data = about.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    columns = [
        {"name": column.name, **column.model_dump(mode="json", by_alias=True, exclude_defaults=True)}
        for column in about.columns
    ]
    asked = {*map(same_name, task.qi), *([] if task.sensitive is None else [same_name(task.sensitive)])}
    out = [column.called for column in about.columns if column.called not in asked]
    title = Text("損失が最小の一般化（下書き）", "generalization of least loss (draft)")
    parts: dict[str, Any] = {
        "sudare": 1,
        "title": title.pick(lang),
        "designed_on": {"sha256": table.facts.sha256, "rows": table.facts.rows},
        "input": {"format": about.format} | data | {"columns": columns},
    }
    return parts | ({"out_of_scope": {"columns": out, "because": _OUT.pick(lang)}} if out else {})


def _unlisted(name: str, values: int, rows: int) -> Problem:
    what = Text(
        "列「{name}」に、階層にない値が {values} 種類、{rows} 行あります。",
        "the column '{name}' holds {values} values that its hierarchy lacks, in {rows} rows.",
    )
    now = Text("階層に加えるか、値を直してください。", "Add them to the hierarchy, or correct the values.")
    return Problem("unlisted-value", name, what.fill(name=name, values=told(values), rows=told(rows)), now)


def _wrong_type(name: str) -> Problem:
    what = Text("列「{name}」の型は、その階層に使えません。", "the type of '{name}' does not go with its hierarchy.")
    now = Text(
        "日付や数の階層を作るか、列を文字にしてください。", "Make a hierarchy of ranges or dates, or text of it."
    )
    return Problem("wrong-type", name, what.fill(name=name), now)


OUT_OF_REACH = Problem(
    "out-of-reach",
    "search",
    Text("どの段でも目標に届きません。", "no levels keep the goals."),
    Text(
        "目標を下げるか、除いてよい割合を増やすか、階層に「*」の段を加えてください。",
        "Lower the goals, allow more records to go, or add a level `*` to the hierarchies.",
    ),
)
_OUT_OF_TIME = Problem(
    "out-of-time",
    "search",
    Text("時間内に目標に届く段が見つかりません。", "no levels that keep the goals were found in time."),
    Text("時間を増やしてください。", "Give it more time."),
)
