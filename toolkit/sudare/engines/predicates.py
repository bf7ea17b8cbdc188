"""Conditions on rows, written as data: no query string is ever built from a spec."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from sudare.engines import sql
from sudare.errors import Problem, Refused, did_you_mean
from sudare.japan.eras import DateFault, parse_date, parse_datetime
from sudare.language import Text
from sudare.models import Model, Words, fault, field
from sudare.tables.beside import FileName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sudare.engines.relation import Relation
    from sudare.engines.sql import Scalar, Term
    from sudare.tables.schema import Column, Schema, Type
    from sudare.tables.value_list import ListRead


def as_written(value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever was given
    """Write a number, truth value or date from Python as it stands in a spec; leave anything else to pydantic."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value) if isinstance(value, (int, float, Decimal, date)) else value


Given = Annotated[str, BeforeValidator(as_written)]
"""One value in a spec, as text: only the column it is compared with says what it is."""

_LINES_TOLD = 5  # of the lines that do not fit; the rest is counted
_TESTS = ("equals", "in_", "at_least", "at_most", "between", "missing", "matches")


class ValueList(Model):
    """Values that stand in a file beside the spec, so that the spec holds none of them."""

    file: FileName = field(
        Text("一覧のファイル", "list"),
        Text(
            "仕様と同じ場所の CSV。見出しはなく、一行に一つ、最初の列を読みます。",
            "A CSV beside the spec, without a header row: one value a line, in the first column.",
        ),
        role="file",
    )


def _given_as(value: object) -> Literal["values", "file"]:
    return "file" if isinstance(value, (dict, ValueList)) else "values"


Values = Annotated[
    Annotated[tuple[Given, ...], Field(min_length=1), Tag("values")] | Annotated[ValueList, Tag("file")],
    Discriminator(_given_as),
]
"""Values to compare with, in the spec or in a file beside it."""


class Group(Model):
    """A condition on all rows that share a value, such as the members of one household."""

    by: Words = field(Text("まとめる列", "by"), Text("例: 世帯番号", "such as the household number"), role="column")
    where: Predicate = field(Text("数える行の条件", "where"), Text("", ""))
    count_at_least: int | None = field(Text("件数が以上", "count at least"), default=None, ge=1)
    count_at_most: int | None = field(Text("件数が以下", "count at most"), default=None, ge=0)

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.count_at_least is None and self.count_at_most is None:
            raise fault(
                "missing-key",
                Text("group には件数の条件が要ります。", "`group` needs a limit on the count."),
                Text(
                    "count_at_least: か count_at_most: を書いてください。",
                    "Write `count_at_least:` or `count_at_most:`.",
                ),
            )
        if any(part.group for part in self.where.parts()):
            raise fault(
                "nested-group", Text("group の中に group は書けません。", "a `group` cannot hold another `group`.")
            )
        return self


class Predicate(Model):
    """A condition that each row meets or not. A missing or hidden value meets no comparison."""

    all: tuple[Predicate, ...] | None = field(Text("すべて満たす", "all"), default=None, min_length=1)
    any: tuple[Predicate, ...] | None = field(Text("どれかを満たす", "any"), default=None, min_length=1)
    not_: Predicate | None = field(Text("満たさない", "not"), default=None, alias="not")
    group: Group | None = field(Text("まとまりの条件", "group"), default=None)
    column: Words | None = field(Text("列", "column"), default=None, role="column")
    equals: Given | None = field(Text("等しい", "equals"), default=None, private=True)
    in_: Values | None = field(
        Text("いずれか", "in"),
        Text(
            "区分の値、または {file: 仕様と同じ場所の一覧}。",
            "Values of a category, or {file: a list beside the spec}.",
        ),
        default=None,
        alias="in",
        private=True,
    )
    at_least: Given | None = field(Text("以上", "at least"), default=None, private=True)
    at_most: Given | None = field(Text("以下", "at most"), default=None, private=True)
    between: tuple[Given, Given] | None = field(
        Text("から…まで", "between"), Text("両端を含みます。", "Both ends included."), default=None, private=True
    )
    missing: bool | None = field(Text("欠測である", "missing"), default=None)
    matches: str | None = field(
        Text("書式に合う", "matches"),
        Text("正規表現（RE2）。全体が合うこと。", "A regular expression (RE2) for the whole text."),
        default=None,
        private=True,
    )

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        tests = [name for name in _TESTS if getattr(self, name) is not None]
        forms = [name for name in ("all", "any", "not_", "group", "column") if getattr(self, name) is not None]
        if len(forms) != 1 or len(tests) != (1 if forms == ["column"] else 0):
            raise fault(
                "bad-condition",
                Text("条件は一つずつ書きます。", "a condition says one thing."),
                Text(
                    "all、any、not、group のどれか、または column と比較を一つ書いてください。",
                    "Write one of `all`, `any`, `not`, `group`, or a `column` with one comparison.",
                ),
            )
        return self

    def parts(self) -> Iterator[Predicate]:
        """Walk over the condition and everything in it."""
        yield self
        for inner in (*(self.all or ()), *(self.any or ()), *((self.not_,) if self.not_ else ())):
            yield from inner.parts()
        if self.group is not None:
            yield from self.group.where.parts()

    def columns(self) -> tuple[str, ...]:
        """Return the columns the condition looks at."""
        named = [part.column for part in self.parts() if part.column]
        named += [part.group.by for part in self.parts() if part.group]
        return tuple(dict.fromkeys(named))

    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Say what does not fit the table: columns it lacks, values of another type. Values are not repeated."""
        for name in self.columns():
            if schema.get(name) is None:
                what = Text("条件の列「{name}」がありません。", "there is no column '{name}' for the condition.")
                yield Problem("missing-column", where, what.fill(name=name), did_you_mean(name, schema.names))
        yield from self.misfits(schema, where)

    def misfits(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Say which comparisons do not fit the type of their column. Columns that are not there are passed over."""
        for part in self.parts():
            column = schema.get(part.column) if part.column else None
            if column is not None:
                yield from _unfit(part, column, where)

    def given(self) -> tuple[str, ...]:
        """Return the values this comparison names, as written. They may be values of the data: never show them.

        Those of a list in a file are not among them: see `with_lists`.
        """
        single = [value for value in (self.equals, self.at_least, self.at_most) if value is not None]
        listed = self.in_ if isinstance(self.in_, tuple) else ()
        return (*single, *listed, *(self.between or ()))

    def compared_with(self) -> tuple[str, ...]:
        """Return the values a cell is compared with. Raises Refused where they are in a list that was not read."""
        if isinstance(self.in_, ValueList):
            what = Text("一覧「{name}」がまだ読まれていません。", "the list '{name}' was not read.")
            raise Refused(Problem("list-not-read", "", what.fill(name=self.in_.file)))
        return self.given()

    def lists(self) -> tuple[str, ...]:
        """Return the names of the files that hold values of the condition, each once."""
        return tuple(dict.fromkeys(part.in_.file for part in self.parts() if isinstance(part.in_, ValueList)))

    def with_lists(self, read: Mapping[str, ListRead]) -> Predicate:
        """Return the condition with the values of its lists in it, to be worked out; it never goes into a spec."""
        if not self.lists():
            return self
        parts: dict[str, Any] = {}
        if isinstance(self.in_, ValueList):
            parts["in_"] = read[self.in_.file].texts
        for name in ("all", "any"):
            if (inner := getattr(self, name)) is not None:
                parts[name] = tuple(part.with_lists(read) for part in inner)
        if self.not_ is not None:
            parts["not_"] = self.not_.with_lists(read)
        if self.group is not None:
            parts["group"] = self.group.model_copy(update={"where": self.group.where.with_lists(read)})
        return self.model_copy(update=parts)

    def list_misfits(self, read: Mapping[str, ListRead], schema: Schema, where: str) -> Iterator[Problem]:
        """Say which lines of the lists that were read do not fit the type of the column they are compared with."""
        for part in self.parts():
            column = schema.get(part.column) if part.column else None
            if column is None or not isinstance(part.in_, ValueList) or part.in_.file not in read:
                continue
            lines = [line for line, text in read[part.in_.file].values if typed(text, column.type) is None]
            if lines:
                yield _misfit_lines(part.in_.file, lines, column, where)

    def condition(self, relation: Relation) -> Term:
        """Return the condition on the rows of a relation: always true or false, never unknown."""
        if self.all is not None:
            return sql.all_of(part.condition(relation) for part in self.all)
        if self.any is not None:
            return sql.any_of(part.condition(relation) for part in self.any)
        if self.not_ is not None:
            return sql.not_(self.not_.condition(relation))
        if self.group is not None:
            return _grouped(self.group, relation)
        return self._compared(relation)

    def _compared(self, relation: Relation) -> Term:
        named = relation.field(self.column or "")
        value = named.value
        if self.missing is not None:
            return sql.is_missing(value) if self.missing else sql.is_there(value)
        if self.matches is not None:
            return sql.certain(sql.matches(value, self.matches))
        literals = [literal_of(text, named.type) for text in self.compared_with()]
        if self.at_least is not None:
            return sql.certain(sql.at_least(value, literals[0]))
        if self.at_most is not None:
            return sql.certain(sql.at_most(value, literals[0]))
        if self.between is not None:
            low, high = literals
            return sql.certain(sql.all_of([sql.at_least(value, low), sql.at_most(value, high)]))
        return sql.one_of(value, literals)


def literal_of(text: str, kind: Type) -> Term:
    """Write a value of a spec, which was found to fit before, as a literal of a type."""
    scalar = typed(text, kind)
    return sql.literal(text if scalar is None else scalar, kind)


def _unfit(part: Predicate, column: Column, where: str) -> Iterator[Problem]:
    if part.matches is not None and column.type != "text":
        what = Text("matches は文字の列「{name}」にだけ使えます。", "`matches` is for text columns, not '{name}'.")
        yield Problem("wrong-type", where, what.fill(name=column.called))
    if part.matches is not None and not _is_pattern(part.matches):
        what = Text("列「{name}」の正規表現が読めません。", "the regular expression for '{name}' cannot be read.")
        yield Problem("bad-pattern", where, what.fill(name=column.called))
    if any(typed(value, column.type) is None for value in part.given()):
        what = Text(
            "条件の値が列「{name}」の型に合いません。", "a value of the condition does not fit the type of '{name}'."
        )
        yield Problem("wrong-type", where, what.fill(name=column.called))


def _misfit_lines(file: str, lines: list[int], column: Column, where: str) -> Problem:
    what = Text(
        "一覧「{file}」の {lines} 行目が列「{name}」の型に合いません。",
        "the list '{file}' does not fit the type of '{name}' in line {lines}.",
    )
    now = Text(
        "{count} 行あります。見出しの行は書きません。", "There are {count} such lines. A list has no header row."
    ).fill(count=len(lines))
    first = Text(_told(lines, "、"), _told(lines, ", "))
    return Problem("list-misfit", where, what.fill(file=file, lines=first, name=column.called), now)


def _told(lines: list[int], by: str) -> str:
    return by.join(str(line) for line in lines[:_LINES_TOLD]) + ("…" if len(lines) > _LINES_TOLD else "")


def _is_pattern(pattern: str) -> bool:
    try:
        pc.match_substring_regex(pa.array([""]), pattern)  # the same RE2 as the engine's
    except pa.ArrowInvalid:
        return False
    return True


def _grouped(group: Group, relation: Relation) -> Term:
    by = relation.field(group.by).value
    total = sql.total_over(sql.one_where(group.where.condition(relation)), [by])
    limits = [sql.is_there(by.copy())]  # rows without a group form none
    if group.count_at_least is not None:
        limits.append(sql.at_least(total, sql.count(group.count_at_least)))
    if group.count_at_most is not None:
        limits.append(sql.at_most(total.copy(), sql.count(group.count_at_most)))
    return sql.certain(sql.all_of(limits))


def typed(text: str, kind: Type) -> Scalar | None:
    """Read a value of a spec as a type; None where it does not fit.

    >>> typed("昭和45年1月3日", "date")
    datetime.date(1970, 1, 3)
    """
    if kind == "text":
        return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if kind in {"date", "datetime"}:
        read = parse_date(text) if kind == "date" else parse_datetime(text)
        return None if isinstance(read, DateFault) else read
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or (kind == "integer" and number != number.to_integral_value()):
        return None
    return int(number) if kind == "integer" else number


Group.model_rebuild()
