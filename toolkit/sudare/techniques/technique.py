"""What a technique is. One technique is one file: parameters, rule, promise, help, example and code."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as part
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeAlias, get_args

from pydantic import Field, StringConstraints

from sudare.engines.predicates import Predicate
from sudare.errors import Problem, Refused, did_you_mean
from sudare.language import NOTHING, Text
from sudare.limits import SMALL_COUNT
from sudare.models import Model, Words, field
from sudare.tables.schema import TYPE_NAMES, Column, Schema, Type, same_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Change, Relation
    from sudare.keystore import Secret
    from sudare.tables.schema import Input
    from sudare.tables.value_list import ListRead
    from sudare.techniques.side_table import SideTable

Standard = Annotated[int, Field(ge=1, le=5)]
By = Annotated[str, StringConstraints(pattern=r"^\S+ \d{4}-\d{2}-\d{2}$")]
EVERY_TYPE: frozenset[Type] = frozenset(get_args(Type))
NUMBERS: frozenset[Type] = frozenset({"integer", "decimal"})
DATES: frozenset[Type] = frozenset({"date", "datetime"})

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """A small table before and after a step: shown on the reference page, run by a test, grown by the shelf suite.

    Values stand as in a file: None is missing, and after the step `*` is a hidden cell.
    """

    types: Mapping[str, Type]
    before: Sequence[tuple[str | None, ...]]
    step: Mapping[str, Any]
    after_names: Sequence[str]
    after: Sequence[tuple[str | None, ...]]
    units: Mapping[str, str] = part(default_factory=dict)  # of the columns, such as 歳
    files: Mapping[str, str] = part(default_factory=dict)  # beside the spec, as UTF-8 text: name, content


@dataclass(frozen=True)
class Context:
    """What a technique may ask for while it plans: the engine, the key of the spec, the spec's folder."""

    engine: Engine
    where: str  # the place of the step in the spec, such as steps[3]
    secret: Callable[[], Secret]  # raises Refused where the spec names no key or the store lacks it
    folder: Path | None = None  # where files named by the spec lie
    schema: Schema = part(default_factory=Schema)  # the columns as they stand, with units and kinds
    tables: Mapping[str, SideTable] = part(default_factory=dict)  # those the step takes in, by their file's name
    ids: frozenset[str] = frozenset()  # columns of pseudo-IDs made with the key

    def refuse(self, code: str, what: Text, now: Text = NOTHING) -> Refused:
        """Return the refusal of this step, to be raised."""
        return Refused(Problem(code, self.where, what, now))


class Technique(Model, ABC):
    """One decision of the processing design: a technique, its parameters, the standards it answers, and why."""

    law: ClassVar[str]  # an id that `sudare.law.cite` knows, such as table1/generalization
    label: ClassVar[Text]
    about: ClassVar[Text]  # what it protects, what it costs, what it does with missing values
    promise: ClassVar[Text]  # what holds of every table after the step; `holds` says it in code
    example: ClassVar[Example]
    accepts: ClassVar[frozenset[Type]] = EVERY_TYPE
    decides: ClassVar[bool] = True  # whether a column counts as decided by this step
    replaces: ClassVar[bool] = False  # whether no value of its columns can stay as it was; an identifier needs that
    needs_key: ClassVar[bool] = False  # whether the spec must name a key
    perturbs: ClassVar[bool] = False  # whether it makes values untrue, so that counts of equal ones mean less
    gives_ids: ClassVar[bool] = False  # whether its first column becomes pseudo-IDs, in which chance makes any text
    adds_rows: ClassVar[bool] = False  # whether it puts in rows that are about nobody; only such steps may follow it

    technique: str
    columns: tuple[Words, ...] = field(Text("列", "columns"), role="columns", min_length=1)
    standards: tuple[Standard, ...] = field(
        Text("基準", "standards"),
        Text("この決定が答える基準（1～5号）。", "The standards (items 1 to 5) that this decision answers."),
        default=(),
        max_length=5,
    )
    because: Words = field(
        Text("理由", "because"), Text("値そのものは書きません。", "Never repeat a value of the data.")
    )
    by: By | None = field(
        Text("決定者と日付", "by"), Text("例: 山田 2026-06-02", "such as 山田 2026-06-02"), default=None
    )
    disabled: bool = field(
        Text("無効", "disabled"),
        Text(
            "無効の手順は何もせず、何も決めません。記録には残ります。",
            "A disabled step does nothing and decides nothing; it stays in the record.",
        ),
        default=False,
    )

    @classmethod
    def id(cls) -> str:
        """The name of the technique in a spec."""
        return str(get_args(cls.model_fields["technique"].annotation)[0])

    def reads(self) -> tuple[str, ...]:
        """Return the columns the step looks at without deciding them, such as strata."""
        return ()

    def conditions(self) -> dict[str, Predicate]:
        """Return the conditions among the step's parameters, by the name of the field."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in given.items() if isinstance(value, Predicate)}

    def files(self) -> tuple[str, ...]:
        """Return the names of the files beside the spec whose values the step goes by; the receipt tells their hashes.

        Those of its conditions' lists; a step that reads others names them too.
        """
        return tuple(dict.fromkeys(name for part in self.conditions().values() for name in part.lists()))

    def with_lists(self, read: Mapping[str, ListRead]) -> Self:
        """Return the step with the values of its lists in it, to be planned; it never goes into a spec."""
        filled = {name: part.with_lists(read) for name, part in self.conditions().items() if part.lists()}
        return self.model_copy(update=filled) if filled else self

    def renames(self) -> dict[str, str]:
        """Return the columns that go on under another name: old name to new."""
        return {}

    def tables(self) -> Mapping[str, Input]:
        """Return the files beside the spec that the step takes in as tables, and how each is written.

        They are read before the first step, with the main file; `Context.tables` holds them. The identifiers declared
        in them are looked for in the output, and their hashes stand in the receipt.
        """
        return {}

    def brings(self) -> tuple[Column, ...]:
        """Return the columns that come into the table with the step. Each needs a decision of its own later on."""
        return ()

    def gives(self, column: Column) -> Column | None:
        """Return what becomes of one of the step's columns, or None where it goes."""
        return column

    def schema_after(self, schema: Schema) -> Schema:
        """Return the columns after the step. Only called when the step has no problems."""
        mine = {column.called for name in self.columns if (column := schema.get(name))}
        after = [self.gives(column) if column.called in mine else column for column in schema]
        return Schema(columns=(*(column for column in after if column is not None), *self.brings()))

    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Say, before any data is read, what keeps the step from running on these columns."""
        for name in (*self.columns, *self.reads()):
            if schema.get(name) is None:
                yield missing_column(name, schema, where)
        for name in self.columns:
            column = schema.get(name)
            if column is not None and column.type not in self.accepts:
                yield self._wrong_type(column, where)
        if len({same_name(name) for name in self.columns}) < len(self.columns):
            yield Problem(
                "repeated-column", where, Text("同じ列が二度書かれています。", "a column is named twice."), NOTHING
            )
        for column in self.brings():
            if schema.get(column.called) is not None:
                yield name_taken(column.called, where)

    def _wrong_type(self, column: Column, where: str) -> Problem:
        wanted = [TYPE_NAMES[kind] for kind in get_args(Type) if kind in self.accepts]
        names = Text("、".join(t.ja for t in wanted), ", ".join(t.en for t in wanted))
        return Problem(
            "wrong-type",
            where,
            Text(
                "「{label}」は{kind}の列「{name}」には使えません。",
                "{label} does not work on '{name}', which is {kind}.",
            ).fill(label=self.label, kind=TYPE_NAMES[column.type], name=column.called),
            Text("使える型: {names}。", "It works on: {names}.").fill(names=names),
        )

    @abstractmethod
    def plan(self, relation: Relation, context: Context) -> Change:
        """Return the step's change, as SQL expressions. May ask the engine for counts; reads no value into messages."""

    @abstractmethod
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Say whether the promise holds. Rows are matched by position; a deleted row is None, a hidden cell HIDDEN."""


class _Hidden:
    """The value of a hidden cell where rows are looked at in Python (in tests of promises)."""

    def __repr__(self) -> str:
        return "HIDDEN"


HIDDEN = _Hidden()


def missing_column(name: str, schema: Schema, where: str) -> Problem:
    """Return the problem of a step that names a column which is not there (any more)."""
    return Problem(
        "missing-column",
        where,
        Text("列「{name}」がここにはありません。", "there is no column '{name}' at this step.").fill(name=name),
        did_you_mean(name, schema.names),
    )


def name_taken(name: str, where: str) -> Problem:
    """Return the problem of a column that comes in under a name that another has, or had before it went."""
    return Problem(
        "name-taken",
        where,
        Text("列「{name}」はすでにあるか、前にありました。", "there is or was a column '{name}'.").fill(name=name),
        Text("as: で別の呼び名を付けてください。", "Give it another name with `as:`."),
    )


def told(count: int) -> str:
    """Write a count of people, rows or values so that a small one points at nobody.

    >>> told(9), told(10)
    ('<10', '10')
    """
    return str(count) if count >= SMALL_COUNT else f"<{SMALL_COUNT}"


def cells(
    before: Sequence[Row | None], after: Sequence[Row | None], old: str, new: str | None = None
) -> Iterator[tuple[Any, Any]]:
    """Walk over one column's cells before and after a step, of the rows that stayed; for `holds`."""
    was, now = same_name(old), same_name(new or old)
    for first, then in zip(before, after, strict=True):
        if first is not None and then is not None:
            yield first[was], then[now]


def emptiness_stays(old: Any, new: Any) -> bool:  # noqa: ANN401 - any cell
    """Say whether a missing cell is still missing, a hidden one still hidden, and no other became missing."""
    if old is HIDDEN:
        return new is HIDDEN
    return (old is None) == (new is None)
