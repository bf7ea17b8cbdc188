"""局所的なセル削除: hide few single cells, until nobody's combination of the columns is shared by fewer than k."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

import numpy as np
import pyarrow as pa
from pydantic import model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import ROW, UNIT, Cell, Change
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.tables.schema import same_name
from sudare.techniques.hiding import ANY, MOST_KEYS, choose_cells, ranked
from sudare.techniques.strata import both_at_once, split
from sudare.techniques.technique import HIDDEN, Example, Technique, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from sudare.engines.relation import Field, Relation
    from sudare.errors import Problem
    from sudare.tables.schema import Schema
    from sudare.techniques.hiding import Codes, Truth
    from sudare.techniques.technique import Context, Row

    Shares: TypeAlias = Callable[[int, int, float], None]


class LocalSuppression(Technique):
    """Hide single cells until every combination of the columns is shared by k (guideline 2017-03, table 1, p. 16).

    `value`: a hidden cell is a value of its own, as the check k-anonymity counts it; a missing cell is another one,
    and may be hidden like any other. Every class then has k records and, where the spec names a person, k people.
    `wildcard`: a hidden or missing cell fits every value (alpha = 1 in sdcMicro), which costs fewer cells; every record
    then fits k records, itself among them, over all columns or over every `subsets` of them. The check k-anonymity
    does not count so, and people cannot be counted so: several records of one person are refused.

    Greedy: the rarest record first, the fewest cells that suffice. That is no proof of the fewest in all. Equal choices
    fall by content: by the columns, then the rest of the record. Up to 16 columns. Memory for each record: 4 bytes a
    column, and with `wildcard` about 50 more; time grows with rare records times different combinations (30,000 records
    of 8 columns, 8,377 cells: 3 s). Combinations by the hundred thousand want generalizing first.
    """

    law = "table1/deletion"
    label = Text("少数の組のセル削除", "local suppression")
    about = Text(
        "組合せが珍しい行で、いくつかのセルだけを隠し、どの組合せも k 人以上にします。行と、よくある値は残ります。"
        "value では、隠したセルは一つの値として数えます。欠測も一つの値で、必要なら隠します。"
        "wildcard では、隠したセルと欠測はどの値とも合うとみなします。消すセルは少なくて済みますが、"
        "検査の k-匿名性はこの数え方をしません。人ごとには数えられないので、一人に何行もある表では止まります。"
        "層を書くと、層の中だけで数えます。行が k に足りない層があれば止まります。"
        "組合せの種類が数万を超えるときは、先に一般化してください。",
        "Hides a few cells of the rows whose combination is rare, until k people share each. Rows and frequent values "
        "stay. With `value` a hidden cell counts as one value; a missing one counts as another and is hidden where need "
        "be. With `wildcard` hidden and missing cells fit every value: that takes fewer cells, but the check "
        "k-anonymity does not count so. People cannot be counted so either: where one has several rows, the run stops. "
        "With `within`, each stratum is counted by itself; one with fewer than k stops the run. Where there are tens of "
        "thousands of combinations, generalize first.",
    )
    promise = Text(
        "value ではどの組合せも k 件以上です。wildcard ではどの行も、欠測と隠したセルをどの値とも合うとみて、k 件以上と合います。"
        "ほかのセルは変わりません。",
        "With `value` every combination has k records; with `wildcard` every record fits k, a missing or hidden cell "
        "fitting every value. No other cell changes.",
    )
    example = Example(
        types={"地区": "text", "年代": "text", "職業": "text"},
        before=[
            ("北", "40代", "事務"),
            ("北", "40代", "事務"),
            ("北", "50代", "教諭"),
            ("北", "50代", "技師"),
            ("南", "40代", None),
            ("南", "40代", "事務"),
            ("南", "40代", None),
            ("南", "40代", "事務"),
        ],
        step={
            "technique": "local-suppression",
            "columns": ["地区", "年代", "職業"],
            "k": 2,
            "importance": ["地区", "年代"],
            "standards": [5],
            "because": "組合せが一人だけの行がある",
        },
        after_names=["地区", "年代", "職業"],
        after=[
            ("北", "40代", "事務"),
            ("北", "40代", "事務"),
            ("北", "50代", "*"),
            ("北", "50代", "*"),
            ("南", "40代", None),
            ("南", "40代", "事務"),
            ("南", "40代", None),
            ("南", "40代", "事務"),
        ],
    )

    technique: Literal["local-suppression"] = field(Text("手法", "technique"))
    k: int = field(
        Text("組の最少件数", "k"),
        Text("例: 5。組合せが同じ人の最少の数。", "such as 5: least people of the same combination."),
        ge=2,
    )
    missing: Literal["value", "wildcard"] = field(
        Text("隠したセルの数え方", "missing"),
        Text(
            "value 一つの値として数える（検査と同じ）。wildcard どの値とも合うとみなす。",
            "value: one value of its own, as checks count. wildcard: it fits every value.",
        ),
        default="value",
    )
    importance: tuple[Words, ...] = field(
        Text("残したい順", "importance"),
        Text(
            "残したい列から順に。書かない列は先に隠します。",
            "Columns from the one to keep on; those not named are hidden first.",
        ),
        default=(),
        role="columns",
    )
    subsets: int | None = field(
        Text("組み合わせる列の数", "subsets"),
        Text(
            "wildcard だけ。例: 3。どの 3 列についても k 件以上にします。",
            "For wildcard only, such as 3: k over any 3 of the columns.",
        ),
        default=None,
        ge=1,
    )
    within: tuple[Words, ...] = field(
        Text("層", "within"),
        Text("この列の組み合わせごとに数えます。", "Each combination of these columns is counted by itself."),
        default=(),
        role="columns",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(self.columns) > MOST_KEYS:
            raise fault("too-many-columns", Text("列は 16 個までです。", "16 columns at most."))
        if self.subsets is not None and (self.missing != "wildcard" or self.subsets > len(self.columns)):
            raise fault(
                "bad-subsets",
                Text(
                    "subsets は wildcard だけで使い、列の数までです。", "`subsets` is for wildcard, up to all columns."
                ),
                Text(
                    "value では、全部の列で k に届けば一部の列でも届きます。", "With value, k over all is k over any."
                ),
            )
        if not {same_name(name) for name in self.importance} <= {same_name(name) for name in self.columns}:
            raise fault(
                "not-among-columns",
                Text("importance の列は columns の列だけです。", "`importance` names columns of the step only."),
            )
        return self

    @override
    def reads(self) -> tuple[str, ...]:
        """The strata."""
        return self.within

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: a stratum whose cells are to be hidden."""
        yield from super().problems(schema, where)
        yield from both_at_once(self.within, self.columns, where)

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Read the rows as codes in the order of their content, choose cells in numpy, and join the choice back."""
        columns = relation.named(self.columns)
        records = self._read(relation, columns, context)
        parts = records.parts()
        self._refuse_too_few(records, parts, context)
        chosen = self._chosen(records, parts, _shares(context, len(records.rows)))
        some = np.flatnonzero(np.any(chosen, axis=0))
        hides = {f"hide{n}": pa.array(cells[some]) for n, cells in enumerate(chosen)}
        found = context.engine.mapping(
            [sql.column(ROW, "t")], pa.table({"key0": pa.array(records.rows[some]), **hides})
        )
        cells = {
            column.name: Cell(column.value, column.type, sql.certain(found.value(f"hide{n}")))
            for n, column in enumerate(columns)
        }
        return Change(cells=cells, lookups=(found,))

    def _read(self, relation: Relation, columns: list[Field], context: Context) -> _Records:
        """Read the codes of the columns and of the strata, row by row in the order of content."""
        codes = [_code(column, missing_fits=self.missing == "wildcard") for column in columns]
        strata = [_code(column, missing_fits=False) for column in relation.named(self.within)]
        named = [exp.alias_(term, f"a{n}", quoted=True) for n, term in enumerate([*codes, *strata])]
        others = [f for f in relation.fields if f not in columns]
        ids = [sql.column(UNIT, "t"), sql.column(ROW, "t")]
        # Of rows alike in the columns the rest of the record says which comes first.
        content = [part for f in (*columns, *others) for part in ([f.value, f.hidden] if f.masked else [f.value])]
        order = [exp.Ordered(this=term.copy(), desc=False, nulls_first=False) for term in (*content, *ids)]
        batches = list(context.engine.stream(relation.select(*ids, *named).order_by(*order)))
        read = [_numbers(batches, n) for n in range(2 + len(named))]
        keys = np.array(read[2 : 2 + len(codes)], np.int32).reshape(len(codes), -1)
        return _Records(read[1], read[0], keys, read[2 + len(codes) :])

    def _refuse_too_few(self, records: _Records, parts: list[NDArray[np.int64]], context: Context) -> None:
        if self.missing == "wildcard" and len(np.unique(records.people)) < len(records.people):
            raise context.refuse(
                "people-with-wildcard",
                Text(
                    "一人に何行もある表では、wildcard で人を数えられません。",
                    "with wildcard people cannot be counted, and somebody has several rows.",
                ),
                Text("value にするか、先に一人一行にしてください。", "Use value, or make it one row a person first."),
            )
        small = sum(len(np.unique(records.people[part])) < self.k for part in parts)
        if small:
            raise context.refuse(
                "too-few-rows",
                Text(
                    "人が k に足りないので、どう隠しても届かない層が {count} 個あります（層がなければ表の全体）。",
                    "{count} strata (without strata, the whole table) have fewer people than k: hiding cannot reach it.",
                ).fill(count=told(small)),
                Text("層を粗くするか、k を小さくしてください。", "Use coarser strata, or a smaller k."),
            )

    def _chosen(self, records: _Records, parts: list[NDArray[np.int64]], tell: Shares) -> list[Truth]:
        """Return for each column which records lose their cell."""
        chosen = [np.zeros(len(records.rows), np.bool_) for _ in records.keys]
        importance = [same_name(name) for name in self.importance]
        ranks = ranked([same_name(name) for name in self.columns], records.keys, importance)
        done = 0
        for part in parts:
            found = choose_cells(
                records.keys[:, part],
                self.k,
                ranks,
                missing=self.missing,
                helps_first=not importance,
                of_size=self.subsets,
                people=records.people[part] if self.missing == "value" else None,
                tell=partial(tell, done, len(part)),
            )
            done += len(part)
            for cells, more in zip(chosen, found, strict=True):
                cells[part] = more
        return chosen

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Only cells were hidden, and k records are alike, or fit, in each stratum."""
        names = [same_name(name) for name in self.columns]
        strata: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for old, new in zip(before, after, strict=True):
            if old is None or new is None or any(new[name] not in {old[name], HIDDEN} for name in names):
                return False
            if self.missing == "wildcard" and any(old[name] is None and new[name] is HIDDEN for name in names):
                return False
            strata[tuple(new[same_name(name)] for name in self.within)].append(tuple(new[name] for name in names))
        if self.missing == "value":
            return all(count >= self.k for rows in strata.values() for count in Counter(rows).values())
        sets = list(combinations(range(len(names)), self.subsets or len(names)))
        return all(_fewest(rows, chosen) >= self.k for rows in strata.values() for chosen in sets)


@dataclass(frozen=True)
class _Records:
    """The rows of the table in the order of their content."""

    rows: NDArray[np.int64]
    people: NDArray[np.int64]
    keys: Codes  # a line for each column
    strata: list[NDArray[np.int64]]  # a code per stratum column

    def parts(self) -> list[NDArray[np.int64]]:
        """Return the records of each stratum, in the order of content."""
        return split(self.strata, len(self.rows))


def _shares(context: Context, records: int) -> Shares:
    """Return what is told how far a part of the records is, and tells the engine's listener about every percent."""
    shown = 0.0

    def tell(before: int, here: int, share: float) -> None:
        nonlocal shown
        now = (before + here * share) / records
        if context.engine.on_progress is not None and now >= shown + 0.01:
            shown = now
            context.engine.on_progress(min(now, 1.0))

    return tell


def _code(column: Field, *, missing_fits: bool) -> sql.Term:
    """Number the values of a column from 0 in their order, a missing one last; `ANY` where hidden, or missing if said."""
    nothing = [(column.hidden, sql.count(ANY))] if column.masked else []
    nothing += [(sql.is_missing(column.value), sql.count(ANY))] if missing_fits else []
    return sql.cast(sql.first_true(nothing, sql.minus(sql.rank(column.value), sql.count(1))), "integer")


def _numbers(batches: Sequence[pa.RecordBatch], place: int) -> NDArray[np.int64]:
    found = [batch.column(place).to_numpy(zero_copy_only=False) for batch in batches]
    return np.concatenate(found).astype(np.int64, copy=False) if found else np.zeros(0, np.int64)


def _fewest(rows: Sequence[tuple[Any, ...]], chosen: Sequence[int]) -> int:
    """Return how many rows the rarest one fits on some columns, a missing or hidden cell fitting every value."""
    different = Counter(tuple(None if row[n] is HIDDEN else row[n] for n in chosen) for row in rows)
    return min(
        sum(
            count
            for other, count in different.items()
            if all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))
        )
        for one in different
    )
