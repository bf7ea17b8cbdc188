"""マイクロアグリゲーション: put people alike into groups of k, and one value that stands for each group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import ROW, UNIT, Cell, Change
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.tables.schema import same_name
from sudare.techniques.grouping import Groups, mdav, optimal, standardized
from sudare.techniques.strata import both_at_once, split
from sudare.techniques.technique import HIDDEN, NUMBERS, Example, Technique, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from sudare.engines.relation import Field, Relation
    from sudare.errors import Problem
    from sudare.tables.schema import Schema
    from sudare.techniques.technique import Context, Row

    Places: TypeAlias = NDArray[np.int64]
    Shares: TypeAlias = Callable[[int], None]

THERE, MISSING, GONE = 0, 1, 2  # what a cell is: there, missing in the file, hidden by a step before


class Microaggregate(Technique):
    """Put k records alike into a group and give all of them one value (guideline 2017-03, table 1, p. 16).

    Groups are formed within each combination of the strata, and among records that miss the same cells; in each of
    these, on z-scores (standard deviation n-1). `optimal` has the least squared error there can be in one column
    (Hansen, Mukherjee 2003); `mdav` is the usual heuristic for several (Domingo-Ferrer, Torra 2005). Who is in which
    group follows from content alone: equally near records are taken in the order of these columns, then the others.

    A group counts people where the spec names a person: k records of fewer than k people are no group.
    """

    law = "table1/microaggregation"
    label = Text("マイクロアグリゲーション", "microaggregate")
    about = Text(
        "似た値のレコードを k 件以上の組に分け、組の全員を一つの代表値にします。一人ずつの値は消え、全体の傾向は残ります。"
        "層を書くと、層の中だけで組にします。人を単位とするときは、組に k 人以上いることも求めます。"
        "欠測は欠測のままで、同じ列が欠測（または削除済み）のレコードどうしで組を作ります。全部の列が欠測のレコードは変わりません。"
        "組の人数が足りないレコードは、止めるか、この手法の列をすべて隠します。"
        "medoid は実在する一人の値の組を代表にします。外れ値が多い列は、先にトップコーディングをしてください。",
        "Puts records with similar values into groups of at least k and gives all of a group one value: each person's "
        "own value goes, the overall picture stays. With strata, groups stay within them. Where the spec names a "
        "person, a group needs k people too. Missing stays missing: records that miss the same cells (or had them "
        "hidden before) form groups of their own, and a record that misses all of them stays as it is. Records that "
        "are too few for a group stop the run or are hidden in all columns of the step. A medoid is one real record's "
        "combination. Where a column has far outliers, top-code it first.",
    )
    promise = Text(
        "層ごとに、出てくる値の組合せはどれも k 件以上あります。",
        "Within a stratum, every combination of released values occurs at least k times.",
    )
    example = Example(
        types={"地区": "text", "身長": "decimal", "体重": "integer"},
        before=[
            ("北", "150.5", "44"),
            ("北", "171.5", "68"),
            ("北", "151.5", "47"),
            ("北", "169.5", "71"),
            ("南", "160", "52"),
            ("南", "158", None),
            ("南", "164", "58"),
            ("南", None, None),
        ],
        step={
            "technique": "microaggregate",
            "columns": ["身長", "体重"],
            "k": 2,
            "strata": ["地区"],
            "if_smaller": "suppress",
            "standards": [5],
            "because": "身長と体重の組は一人ずつ違う",
        },
        after_names=["地区", "身長", "体重"],
        after=[
            ("北", "151", "46"),
            ("北", "170.5", "70"),
            ("北", "151", "46"),
            ("北", "170.5", "70"),
            ("南", "162", "55"),
            ("南", "*", "*"),
            ("南", "162", "55"),
            ("南", None, None),
        ],
    )
    accepts = NUMBERS

    technique: Literal["microaggregate"] = field(Text("手法", "technique"))
    k: int = field(
        Text("組の最少件数", "k"),
        Text("例: 5。一つの組に入るレコード（と人）の最少の数。", "such as 5: least records (and people) of a group."),
        ge=2,
    )
    method: Literal["mdav", "optimal"] = field(
        Text("分け方", "method"),
        Text(
            "mdav 一つ以上の列。optimal 一つの列だけ、誤差が最小の分け方。",
            "mdav: one or more columns. optimal: exactly one column, with the least error there can be.",
        ),
        default="mdav",
    )
    representative: Literal["mean", "median", "mode", "medoid"] = field(
        Text("代表値", "representative"),
        Text(
            "mean 平均、median 中央値（整数の列では四捨五入）、mode 最頻値（同数なら真ん中）、medoid 組の真ん中の一件。",
            "mean; median (both rounded half away from zero in whole-number columns); mode: the most frequent value "
            "(of several, the middle one); medoid: the record in the middle of the group.",
        ),
        default="mean",
    )
    strata: tuple[Words, ...] = field(
        Text("層", "strata"),
        Text(
            "組を中で作る層になる列。組み合わせで一つの層です。",
            "Groups stay within each combination of these columns.",
        ),
        default=(),
        role="columns",
    )
    if_smaller: Literal["stop", "suppress"] = field(
        Text("組の数に足りないとき", "if smaller"),
        Text(
            "層や欠測の形が同じレコード、または組の人が k に足りないとき。stop 止まる、suppress この手法の列をすべて隠す。",
            "When a stratum, the records that miss the same cells, or a group's people are fewer than k. stop; "
            "suppress: hide all columns of the step.",
        ),
        default="stop",
    )

    @model_validator(mode="after")
    def _optimal_is_for_one_column(self) -> Self:
        if self.method == "optimal" and len(self.columns) != 1:
            raise fault(
                "one-column",
                Text("optimal は一つの列だけに使えます。", "`optimal` works on exactly one column."),
                Text("method: mdav にするか、列ごとに分けてください。", "Write `method: mdav`, or a step per column."),
            )
        return self

    @override
    def reads(self) -> tuple[str, ...]:
        """The strata."""
        return self.strata

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: a stratum that is itself to be aggregated."""
        yield from super().problems(schema, where)
        yield from both_at_once(self.strata, self.columns, where)

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Read the records in the order of their content, group them in numpy, and join the new values back."""
        columns = relation.named(self.columns)
        records = _read(relation, columns, relation.named(self.strata), context)
        labels, points = self._grouped(records, _shares(context, len(records.rows)))
        groups = Groups(labels)
        people = groups.sizes if not len(labels) else groups.different(records.people)
        small = np.minimum(groups.sizes, people) < self.k
        if self.if_smaller == "stop" and small.any():
            raise context.refuse(*_too_few(int(small.sum()), int(groups.sizes[small].sum())))
        gone = small[labels]
        new = self._values(groups, records, points)
        arrays = {
            "key0": pa.array(records.rows),
            "gone": pa.array(gone),
            **{f"new{n}": pa.array(column, mask=gone | (records.states[n] != THERE)) for n, column in enumerate(new)},
        }
        found = context.engine.mapping([sql.column(ROW, "t")], pa.table(arrays))
        hidden = sql.certain(found.value("gone")) if self.if_smaller == "suppress" else None
        cells = {
            column.name: Cell(found.value(f"new{n}"), column.type, hidden.copy() if hidden is not None else None)
            for n, column in enumerate(columns)
        }
        return Change(cells=cells, lookups=(found,))

    def _grouped(self, records: _Records, tell: Shares) -> tuple[Places, NDArray[np.float64]]:
        """Return the group of each record, and the z-scores it was grouped by (0 where a cell is missing)."""
        labels = np.zeros(len(records.rows), np.int64)
        points = np.zeros((len(records.values), len(labels)))
        made = 0
        for part in records.parts():
            there = [n for n, state in enumerate(records.states) if state[part[0]] == THERE]
            scores = standardized(np.stack([records.values[n][part].astype(np.float64) for n in there]))
            labels[part] = made + self._divided(scores, tell)
            for n, score in zip(there, scores, strict=True):
                points[n, part] = score
            made = int(labels[part].max()) + 1
        return labels, points

    def _divided(self, scores: NDArray[np.float64], tell: Shares) -> Places:
        return optimal(scores[0], self.k, tell) if self.method == "optimal" else mdav(scores, self.k, tell)

    def _values(self, groups: Groups, records: _Records, points: NDArray[np.float64]) -> list[NDArray[Any]]:
        """Return the new values of each column, record by record."""
        if self.representative == "medoid":
            chosen = groups.medoid(points)
            return [column[chosen][groups.labels] for column in records.values]
        stands = {"mean": groups.mean, "median": groups.median, "mode": groups.mode}[self.representative]
        return [stands(column)[groups.labels] for column in records.values]

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Every combination is shared by k records of its stratum; what was missing or hidden before still is."""
        names = [same_name(name) for name in self.columns]
        ranges = {name: _range([row[name] for row in before if row is not None]) for name in names}
        classes: Counter[tuple[str, ...]] = Counter()
        for old, new in zip(before, after, strict=True):
            if old is None or new is None:
                return False
            now = [new[name] for name in names]
            if self.if_smaller == "suppress" and all(value is HIDDEN for value in now):
                continue
            if not all(_is_replaced_well(old[name], new[name], ranges[name]) for name in names):
                return False
            if any(value is not None and value is not HIDDEN for value in now):
                classes[tuple(repr(new[name]) for name in (*names, *map(same_name, self.strata)))] += 1
        return all(count >= self.k for count in classes.values())


@dataclass(frozen=True)
class _Records:
    """The records that have a value in any of the columns, in the order of their content."""

    rows: Places
    people: Places
    strata: list[Places]  # a code per stratum column
    values: list[NDArray[Any]]  # int64 or float64 per column; 0 where there is none
    states: list[Places]  # per column: there, missing or hidden

    def parts(self) -> list[Places]:
        """Return the records of each stratum that miss the same cells; in each, the order of content."""
        return split([*self.strata, *self.states], len(self.rows))

    def where(self, some: NDArray[np.bool_]) -> _Records:
        """Return some of the records."""
        return replace(
            self,
            rows=self.rows[some],
            people=self.people[some],
            strata=[codes[some] for codes in self.strata],
            values=[values[some] for values in self.values],
            states=[states[some] for states in self.states],
        )


def _read(relation: Relation, columns: list[Field], strata: list[Field], context: Context) -> _Records:
    """Read the columns, the strata as codes, and who the records belong to."""
    codes = [part for f in strata for part in ([sql.rank(f.value), _state(f)] if f.masked else [sql.rank(f.value)])]
    asked = [*codes, *(f.value for f in columns), *(_state(f) for f in columns)]
    named = [exp.alias_(term.copy(), f"a{n}", quoted=True) for n, term in enumerate(asked)]
    others = [f for f in relation.fields if f not in columns]
    ids = [sql.column(UNIT, "t"), sql.column(ROW, "t")]
    # Equal values are told apart by the rest of the record: only records equal in everything are interchangeable.
    by = [*(f.value for f in (*columns, *others)), *(f.hidden for f in (*columns, *others) if f.masked), *ids]
    ordered = [exp.Ordered(this=term.copy(), desc=False, nulls_first=False) for term in by]
    query = relation.select(*ids, *named).order_by(*ordered)
    batches = list(context.engine.stream(query))
    if not batches:
        empty = np.zeros(0, np.int64)
        none = [np.zeros(0, np.float64 if f.type == "decimal" else np.int64) for f in columns]
        return _Records(empty, empty, [], none, [empty for _ in columns])
    people, rows, *read = [column.combine_chunks() for column in pa.Table.from_batches(batches).columns]
    first, last = len(codes), len(codes) + len(columns)
    _refuse_infinite(read[first:last], columns, context)
    values = [pc.fill_null(column, 0).to_numpy() for column in read[first:last]]
    states = [column.to_numpy() for column in read[last:]]
    records = _Records(rows.to_numpy(), people.to_numpy(), [code.to_numpy() for code in read[:first]], values, states)
    return records.where(np.any([state == THERE for state in states], axis=0))


def _state(column: Field) -> sql.Term:
    """Say whether a cell is there, missing or hidden."""
    cases = [(column.hidden, sql.count(GONE)), (sql.is_missing(column.value), sql.count(MISSING))]
    return sql.cast(sql.first_true(cases[0 if column.masked else 1 :], sql.count(THERE)), "integer")


def _refuse_infinite(read: list[pa.Array], columns: list[Field], context: Context) -> None:
    for column, values in zip(columns, read, strict=True):
        count = pc.sum(pc.invert(pc.is_finite(values))).as_py()
        if count:
            raise context.refuse(
                "not-finite",
                Text(
                    "列「{name}」に、無限大など数でない値が {rows} 行あります。",
                    "the column '{name}' holds infinite values or what is no number, in {rows} rows.",
                ).fill(name=column.name, rows=told(count)),
                Text("先に隠すか直してください。", "Hide or mend them first."),
            )


def _shares(context: Context, records: int) -> Shares:
    """Return what is told how many more records were grouped, and tells the engine's listener about every percent."""
    done = shown = 0

    def tell(more: int) -> None:
        nonlocal done, shown
        done += more
        if context.engine.on_progress is not None and (done - shown) * 100 >= records:
            shown = done
            context.engine.on_progress(min(done / records, 1.0))

    return tell


def _too_few(groups: int, records: int) -> tuple[str, Text, Text]:
    return (
        "small-group",
        Text(
            "k に足りない組が {groups} 組（{records} 件）あります。層か、同じ列が欠測しているレコードか、組の人が足りません。",
            "{groups} groups ({records} records) have fewer than k: too few in a stratum, too few that miss the same "
            "cells, or too few people in a group.",
        ).fill(groups=told(groups), records=told(records)),
        Text(
            "層を粗くするか、k を小さくするか、if_smaller: suppress を書いてください。",
            "Use coarser strata or a smaller k, or write `if_smaller: suppress`.",
        ),
    )


def _range(cells: Sequence[Any]) -> tuple[Any, Any]:
    values = [cell for cell in cells if cell is not None and cell is not HIDDEN]
    return min(values, default=0), max(values, default=0)


def _is_replaced_well(old: Any, new: Any, within: tuple[Any, Any]) -> bool:  # noqa: ANN401 - any cell
    """Say whether an empty cell stayed what it was, and a value became one of its type among the others."""
    if old is None or old is HIDDEN:
        return new is old
    return type(new) is type(old) and bool(within[0] <= new <= within[1])
