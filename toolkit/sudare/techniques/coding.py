"""What top coding and bottom coding share: values from a threshold on become one label."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
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
from sudare.techniques.technique import HIDDEN, Technique, cells, emptiness_stays, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sudare.engines.relation import Field, Lookup, Relation
    from sudare.tables.schema import Column, Schema, Type
    from sudare.techniques.technique import Context, Row

ARROW: dict[Type, pa.DataType] = {"integer": pa.int64(), "decimal": pa.float64(), "date": pa.date32()}


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
        Text("まとめた組が層ごとに 0 人か、この人数以上であることを求めます。", "People per stratum: none, or at least this."),
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
                what = Text("しきい値が列「{name}」の型に合いません。", "a threshold does not fit the type of '{name}'.")
                yield Problem("wrong-type", where, what.fill(name=column.called))
            elif self.label_ is not None and typed(self._label(general, column.type, None), column.type) is not None:
                what = Text("札が列「{name}」の値と見分けられません。", "the label looks like a value of '{name}'.")
                yield Problem("bad-label", where, what.fill(name=column.called))

    def _label(self, limit: str, kind: Type, unit: str | None) -> str:
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
            declared = context.schema.get(column.name)
            work = _Work(self, relation, context, column, declared.unit if declared else None)
            small = work.small_groups() if self.minimum_group is not None else []
            if small and self.if_smaller == "stop":
                problems.append(_too_small(column.name, len(small), context))
            elif small:
                lookups.append(work.repaired(small))
            made[column.name] = work.cell(lookups[-1] if small and lookups else None)
        if problems:
            raise Refused(problems)
        return Change(cells=made, lookups=tuple(lookups))

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """No value from its threshold on is left; the others are as they were; groups are large enough."""
        there = [row for row, new in zip(before, after, strict=True) if row is not None and new is not None]
        return all(self._holds_for(name, there, list(cells(before, after, name))) for name in self.columns)

    def _holds_for(self, name: str, rows: Sequence[Row], pairs: Sequence[tuple[Any, Any]]) -> bool:
        groups: Counter[tuple[Any, ...]] = Counter()
        for row, (old, new) in zip(rows, pairs, strict=True):
            if old is None or old is HIDDEN:
                if not emptiness_stays(old, new):
                    return False
                continue
            if new is None:
                return False
            is_as_it_was = new == text_of(old)
            if is_as_it_was == self._beyond(old, row):
                # Moved thresholds gather more than the spec's own; nothing ever gathers less.
                if is_as_it_was or self.if_smaller != "merge":
                    return False
            if not is_as_it_was and new is not HIDDEN:
                groups[(*(row[stratum] for stratum in self.reads()), new)] += 1
        return all(count >= (self.minimum_group or 0) for count in groups.values())

    def _beyond(self, value: Any, row: Row) -> bool:  # noqa: ANN401 - any cell
        general, column, own = self.thresholds()
        stratum = None if column is None else row[column]
        chosen = [limit for key, limit in own.items() if stratum not in (None, HIDDEN) and read_as(key, stratum) == stratum]
        limit = read_as((*chosen, general)[0], value)
        return bool(value >= limit if self.largest else value <= limit)


class _Work:
    """The coding of one column: its thresholds as expressions, its groups, and what is done about small ones."""

    def __init__(self, step: Coding, relation: Relation, context: Context, column: Field, unit: str | None) -> None:
        self.step, self.relation, self.context, self.column, self.unit = step, relation, context, column, unit
        self.keys = [stratum.text for stratum in relation.named(step.reads())]
        self.names = [f"key{n}" for n in range(len(self.keys))]

    def _by_stratum(self, made: Any) -> sql.Term:  # noqa: ANN401 - a function from threshold to expression
        general, column, own = self.step.thresholds()
        if column is None:
            return made(general)
        stratum = self.relation.field(column)
        cases = [(sql.same(stratum.value, literal_of(key, stratum.type)), made(limit)) for key, limit in own.items()]
        return sql.first_true(cases, made(general))

    def _limit(self) -> sql.Term:
        return self._by_stratum(lambda limit: literal_of(limit, self.column.type))

    def _label(self) -> sql.Term:
        return self._by_stratum(
            lambda limit: sql.literal(self.step._label(limit, self.column.type, self.unit), "text")
        )
