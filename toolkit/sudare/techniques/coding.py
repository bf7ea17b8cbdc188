"""What top coding and bottom coding share: values from a threshold on become one label."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self

import pyarrow as pa
from pydantic import model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.by_hand import read_as, text_of
from sudare.engines.predicates import literal_of, typed
from sudare.engines.relation import UNIT, Cell, Change
from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.tables.schema import same_name
from sudare.tables.text_values import ARROW_TYPES
from sudare.techniques.technique import HIDDEN, Technique, cells, emptiness_stays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sudare.engines.relation import Field, Lookup, Relation
    from sudare.tables.schema import Column, Schema, Type
    from sudare.techniques.technique import Context, Row


class Thresholds(NamedTuple):
    """Where coding starts, as the spec writes it: in general, and in strata of a column."""

    general: str
    column: str | None
    own: Mapping[str, str]


class Coding(Technique):
    """Gather the values from a threshold on under one label. A number that became a label is text from there on."""

    largest: ClassVar[bool]  # whether it is the largest values that are gathered
    placeholder: ClassVar[str]  # what stands for the threshold in a label
    words: ClassVar[tuple[str, str]]  # what follows the threshold in a label of our own: of a number, of a date

    accepts = frozenset({"integer", "decimal", "date"})

    label_: Words | None = field(
        Text("札", "label"),
        Text(
            "まとめた値に付ける名前。省くとしきい値と単位から作ります。{at_least} か {at_most} はしきい値になります。",
            "The name of the gathered values; made from threshold and unit if left out. {at_least} or {at_most} in it "
            "becomes the threshold.",
        ),
        default=None,
        alias="label",
    )
    minimum_group: int | None = field(
        Text("まとめた組の最少人数", "minimum group"),
        Text(
            "まとめた組が層ごとに 0 人か、この人数以上であることを求めます。",
            "People per stratum: none, or at least this.",
        ),
        default=None,
        ge=2,
    )
    strata: tuple[Words, ...] = field(
        Text("層", "strata"),
        Text("人数を数える層になる列。組み合わせで一つの層です。", "Columns whose combinations are the strata."),
        default=(),
        role="columns",
    )
    if_smaller: Literal["stop", "merge", "suppress"] = field(
        Text("最少人数に足りないとき", "if smaller"),
        Text(
            "stop 止まる、merge その層のしきい値を次の値へ動かして足す（層ごと足りなければ隠す）、suppress その組を隠す。",
            "stop; merge: move that stratum's threshold to the next values until enough people are in (hide if the "
            "stratum has too few); suppress: hide the group.",
        ),
        default="stop",
    )

    @abstractmethod
    def thresholds(self) -> Thresholds:
        """Return where coding starts."""

    @model_validator(mode="after")
    def _group_and_minimum_go_together(self) -> Self:
        if self.minimum_group is None and (self.strata or self.if_smaller != "stop"):
            raise fault(
                "missing-key",
                Text(
                    "strata と if_smaller には minimum_group が要ります。",
                    "`strata` and `if_smaller` need `minimum_group`.",
                ),
            )
        if self.if_smaller == "merge" and self.label_ is not None and self.placeholder not in self.label_:
            raise fault(
                "untrue-label",
                Text(
                    "merge はしきい値を動かすので、label に {placeholder} が要ります。",
                    "`merge` moves the threshold: the label needs {placeholder}.",
                ).fill(placeholder=self.placeholder),
                Text("label を省くこともできます。", "Or leave the label out."),
            )
        return self

    @override
    def reads(self) -> tuple[str, ...]:
        """The strata and the column of the thresholds."""
        own = self.thresholds().column
        return tuple(dict.fromkeys((*self.strata, *((own,) if own else ()))))

    @override
    def gives(self, column: Column) -> Column:
        """Labels are text, and so are the numbers beside them."""
        return column.model_copy(update={"type": "text", "unit": None})

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: thresholds and strata of another type, a label that reads like a value."""
        yield from super().problems(schema, where)
        general, own_column, own = self.thresholds()
        stratum = schema.get(own_column) if own_column else None
        if stratum is not None and any(typed(value, stratum.type) is None for value in own):
            what = Text("しきい値の層が列「{name}」の型に合いません。", "a stratum does not fit the type of '{name}'.")
            yield Problem("wrong-type", where, what.fill(name=stratum.called))
        for name in self.columns:
            column = schema.get(name)
            if column is None or column.type not in self.accepts:
                continue
            if any(typed(limit, column.type) is None for limit in (general, *own.values())):
                what = Text(
                    "しきい値が列「{name}」の型に合いません。", "a threshold does not fit the type of '{name}'."
                )
                yield Problem("wrong-type", where, what.fill(name=column.called))
            elif self.label_ is not None and typed(self.label_of(general, column.type, None), column.type) is not None:
                what = Text("札が列「{name}」の値と見分けられません。", "the label looks like a value of '{name}'.")
                yield Problem("bad-label", where, what.fill(name=column.called))

    @override
    def _wrong_type(self, column: Column, where: str) -> Problem:
        problem = super()._wrong_type(column, where)
        if column.type != "text":
            return problem
        both = Text("両端をまとめるには bin を使ってください。", "To gather both ends, use `bin`.")
        return replace(problem, now=problem.now.join(both))

    def label_of(self, limit: str, kind: Type, unit: str | None) -> str:
        """Return the label of a threshold: the spec's, filled, or one of our own such as 90歳以上."""
        threshold = text_of(typed(limit, kind))
        if self.label_ is not None:
            return self.label_.replace(self.placeholder, threshold)
        return f"{threshold}{unit or ''}{self.words[kind == 'date']}"

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Compare each value with the threshold of its row; look at the size of the groups first."""
        made: dict[str, Cell] = {}
        lookups: list[Lookup] = []
        problems: list[Problem] = []
        for column in relation.named(self.columns):
            coded = self._coded(relation, column, context)
            small = [] if self.minimum_group is None else context.engine.ask(coded.small_groups(self.minimum_group))
            if not small:
                made[column.name] = coded.cell()
            elif self.if_smaller == "stop":
                problems.append(_too_small(column.name, len(small), context))
            else:
                repairs = context.engine.mapping(coded.strata, self._repairs(coded, small, context))
                lookups.append(repairs)
                made[column.name] = coded.cell(repairs)
        if problems:
            raise Refused(problems)
        return Change(cells=made, lookups=tuple(lookups))

    def _coded(self, relation: Relation, column: Field, context: Context) -> Coded:
        declared = context.schema.get(column.name)
        unit = declared.unit if declared else None
        general, own_column, own = self.thresholds()

        def in_each_stratum(made: Callable[[str], sql.Term]) -> sql.Term:
            if own_column is None:
                return made(general)
            stratum = relation.field(own_column)
            cases = [
                (sql.same(stratum.value, literal_of(key, stratum.type)), made(limit)) for key, limit in own.items()
            ]
            return sql.first_true(cases, made(general))

        return Coded(
            relation,
            column,
            tuple(stratum.text for stratum in relation.named(self.reads())),
            in_each_stratum(lambda limit: literal_of(limit, column.type)),
            in_each_stratum(lambda limit: sql.literal(self.label_of(limit, column.type, unit), "text")),
            unit,
            largest=self.largest,
        )

    def _repairs(self, coded: Coded, small: Sequence[Mapping[str, Any]], context: Context) -> pa.Table:
        """Return what is done in each stratum whose group is too small: another threshold, or none and all is hidden."""
        moved: dict[tuple[Any, ...], Any] = {}
        if self.if_smaller == "merge" and self.minimum_group is not None:
            found = context.engine.ask(coded.thresholds_for(self.minimum_group))
            moved = {_key(row): row["furthest"] for row in found}
        rows = []
        for row in small:
            limit = moved.get(_key(row))
            label = None if limit is None else self.label_of(text_of(limit), coded.column.type, coded.unit)
            rows.append((*_key(row), limit, label, limit is None))
        names = [*(pa.field(f"key{n}", pa.string()) for n in range(len(coded.strata)))]
        outputs = [("limit", ARROW_TYPES[coded.column.type]), ("label", pa.string()), ("gone", pa.bool_())]
        schema = pa.schema([*names, *(pa.field(*output) for output in outputs)])
        columns = zip(zip(*rows, strict=True), schema, strict=True)
        return pa.table([pa.array(values, field.type) for values, field in columns], schema=schema)

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """No value from its threshold on is left; the others are as they were; groups are large enough."""
        there = [row for row, new in zip(before, after, strict=True) if row is not None and new is not None]
        return all(self._holds_in(there, list(cells(before, after, name))) for name in self.columns)

    def _holds_in(self, rows: Sequence[Row], pairs: Sequence[tuple[Any, Any]]) -> bool:
        groups: Counter[tuple[Any, ...]] = Counter()
        for row, (old, new) in zip(rows, pairs, strict=True):
            if not emptiness_stays(old, new):
                return False
            if old is None or old is HIDDEN or self._is_untouched(old, new, row):
                continue
            if not self._is_gathered(old, new, row):
                return False
            if new is not HIDDEN:
                strata = (row[same_name(stratum)] for stratum in self.reads())
                groups[(*(None if stratum is HIDDEN else stratum for stratum in strata), new)] += 1
        return all(count >= (self.minimum_group or 0) for count in groups.values())

    def _is_untouched(self, old: Any, new: Any, row: Row) -> bool:  # noqa: ANN401 - any cell
        return new == text_of(old) and not self._is_beyond(old, row)

    def _is_gathered(self, old: Any, new: Any, row: Row) -> bool:  # noqa: ANN401 - any cell
        # A threshold that was moved gathers more than the spec's own; nothing ever gathers less.
        may_be = self._is_beyond(old, row) or self.if_smaller == "merge"
        return may_be and new != text_of(old)

    def _is_beyond(self, value: Any, row: Row) -> bool:  # noqa: ANN401 - any cell
        general, column, own = self.thresholds()
        stratum = None if column is None else row[same_name(column)]
        there = stratum is not None and stratum is not HIDDEN
        chosen = [limit for key, limit in own.items() if there and read_as(key, stratum) == stratum]
        limit = read_as((*chosen, general)[0], value)
        return bool(value >= limit if self.largest else value <= limit)


@dataclass(frozen=True)
class Coded:
    """One column to be coded: its rows, its strata as texts, and the threshold and label of each row."""

    relation: Relation
    column: Field
    strata: tuple[sql.Term, ...]
    limit: sql.Term
    label: sql.Term
    unit: str | None
    largest: bool

    def cell(self, repairs: Lookup | None = None) -> Cell:
        """Return the coded cell; `repairs` holds other thresholds and labels, or hides, where groups were small."""
        value = self.column.value
        limit, label, hidden = self.limit, self.label, None
        if repairs is not None:
            limit = sql.first_there(repairs.value("limit"), limit)
            label = sql.first_there(repairs.value("label"), label)
            hidden = sql.all_of([self._beyond(limit), sql.certain(repairs.value("gone"))])
        as_it_was = sql.number_text(value, self.column.type)
        return Cell(sql.first_true([(self._beyond(limit), label)], as_it_was), "text", hidden)

    def small_groups(self, minimum: int) -> exp.Select:
        """Ask for the strata in which the group has someone in it, but fewer people than the minimum."""
        person = sql.first_true([(self._beyond(self.limit), sql.column(UNIT, "t"))], sql.missing("integer"))
        people = sql.distinct_count(person)
        query = self.relation.select(*self._named(), exp.alias_(people, "people"))
        query = query.group_by(*(part.copy() for part in self.strata)) if self.strata else query
        return query.having(sql.all_of([sql.at_least(people, sql.count(1)), sql.less_than(people, sql.count(minimum))]))

    def thresholds_for(self, minimum: int) -> exp.Select:
        """Ask, per stratum with enough people, for the threshold that gathers at least the minimum of them.

        That is the value of the person in this place when people are ordered by their own furthest value.
        """
        furthest = sql.furthest(self.column.value, largest=self.largest)
        person = sql.column(UNIT, "t")
        people = (
            self.relation.select(*self._named(), person, exp.alias_(furthest, "furthest"))
            .where(sql.is_there(self.column.value))
            .group_by(*(part.copy() for part in self.strata), person)
        )
        names = [sql.column(f"key{n}") for n in range(len(self.strata))]
        place = sql.place_in(names, sql.column("furthest"), largest_first=self.largest)
        placed = exp.select(*names, sql.column("furthest"), exp.alias_(place, "place")).from_(people.subquery("p"))
        is_it = exp.EQ(this=sql.column("place"), expression=sql.count(minimum))
        return exp.select(*names, sql.column("furthest")).from_(placed.subquery("q")).where(is_it)

    def _beyond(self, limit: sql.Term) -> sql.Term:
        compare = sql.at_least if self.largest else sql.at_most
        return sql.certain(compare(self.column.value, limit))

    def _named(self) -> list[sql.Term]:
        return [exp.alias_(part.copy(), f"key{n}", quoted=True) for n, part in enumerate(self.strata)]


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(value for name, value in row.items() if name.startswith("key"))


def _too_small(name: str, strata: int, context: Context) -> Problem:
    return Problem(
        "small-group",
        context.where,
        Text(
            "列「{name}」でまとめた組が、{n} 層で最少人数に足りません。",
            "the gathered group of '{name}' has fewer people than the minimum in {n} strata.",
        ).fill(name=name, n=strata),
        Text(
            "しきい値を変えるか、if_smaller: merge か suppress を書いてください。",
            "Change the threshold, or write `if_smaller: merge` or `suppress`.",
        ),
    )
