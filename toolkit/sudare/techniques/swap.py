"""データ交換（スワップ）: let records drawn in secret exchange their values."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import ROW, Cell, Change
from sudare.errors import Problem
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.tables.schema import same_name
from sudare.techniques.secret_draws import STRATUM, WHO, rows_and_whom, words_of
from sudare.techniques.technique import DATES, HIDDEN, NUMBERS, Example, Technique

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sudare.engines.relation import Lookup, Relation
    from sudare.tables.schema import Schema
    from sudare.techniques.technique import Context, Row

    Numbers = NDArray[np.int64]

PURPOSE = "swap"
ALL_PERCENT = 100


class Swap(Technique):
    """Let records drawn in secret exchange their values (guideline 2017-03, table 1, p. 16: データ交換（スワップ）).

    `rank` is rank swapping (R. Moore, Controlled Data-Swapping Techniques, US Bureau of the Census, 1996): going up
    the ordered values, each record not yet exchanged gets a random partner at most a window of ranks further up.
    """

    law = "table1/swapping"
    label = Text("データ交換（スワップ）", "swap")
    about = Text(
        "くじで選んだ二つの記録の値を入れ替えます。列の分布は層ごとに変わらず、ある行の値がその人のものかどうかが分からなくなります。"
        "他の列との関係は弱まります（rate や window が大きいほど）。くじは鍵と行の中身で決まり、同じ鍵なら何度渡しても同じ組が入れ替わります。"
        "欠測や隠したセルを含む記録は加わらず、そのまま残ります。層に一人だけの記録は相手がいないので、隠すか残すかを決めます。"
        "等しい値どうしの交換は何も変えません。層の全員が同じ値なら守れません。",
        "Pairs of records drawn by lot exchange values. Within strata the distribution of the columns stays; whether a "
        "row's value is that person's own becomes unknown. Relations to other columns weaken, the more the larger "
        "`rate` or `window`. The lot follows from the key and from what rows hold: deliveries under one key exchange "
        "the same pairs. Records with a missing or hidden cell in the columns do not take part and stay. A record "
        "alone in its stratum has no partner: it is hidden or kept. Exchanging equal values changes nothing, and a "
        "stratum of equal values is not protected.",
    )
    promise = Text(
        "層ごとに、列の値（まとめて動く値の組）の分布は変わりません。一人だけの層は決めたとおりにします。",
        "Within each stratum the values, moving together, are the same ones as before; records alone are as decided.",
    )
    example = Example(
        types={"地区": "text", "性別": "text", "年齢": "integer", "判定": "text"},
        before=[
            ("松山市", "女", "41", "A"),
            ("松山市", "男", "52", "B"),
            ("松山市", "女", "47", "C"),
            ("松山市", "男", None, "A"),
            ("砥部町", "女", "66", "B"),
        ],
        step={
            "technique": "swap",
            "columns": ["年齢", "判定"],
            "strata": ["地区"],
            "method": "random",
            "rate": "0.9",
            "standards": [5],
            "because": "本人の値かどうかを分からなくする",
        },
        after_names=["地区", "性別", "年齢", "判定"],
        # With the key 00 01 02 … 1f, which no key store would make.
        after=[
            ("松山市", "女", "47", "C"),
            ("松山市", "男", "52", "B"),
            ("松山市", "女", "41", "A"),
            ("松山市", "男", None, "A"),
            ("砥部町", "女", "*", "*"),
        ],
    )
    needs_key = True
    perturbs = True

    technique: Literal["swap"] = field(Text("手法", "technique"))
    columns: tuple[Words, ...] = field(
        Text("列", "columns"),
        Text("一緒に動く列。rank では一列だけ。", "They move together; one column only with `rank`."),
        role="columns",
        min_length=1,
    )
    method: Literal["random", "rank"] = field(
        Text("方法", "method"),
        Text(
            "random 層の中の誰とでも、rank 値の順位が近い記録と（数値と日付）。",
            "random: with anyone in the stratum; rank: with a record of near rank (numbers and dates).",
        ),
    )
    rate: Decimal | None = field(
        Text("割合", "rate"),
        Text("random で交換に加わる記録の割合。例: 0.1", "Of records that take part in `random`, such as 0.1."),
        default=None,
        gt=0,
        le=1,
    )
    window: Decimal | None = field(
        Text("窓", "window"),
        Text(
            "rank で相手との順位の差の上限。層の記録数に対する百分率。例: 5",
            "The most ranks between partners in `rank`, in percent of the stratum's records, such as 5.",
        ),
        default=None,
        gt=0,
        le=ALL_PERCENT,
    )
    strata: tuple[Words, ...] = field(
        Text("層", "strata"),
        Text("この列の値の組が同じ記録どうしで交換します。", "Only records that agree on these columns exchange."),
        default=(),
        role="columns",
    )
    if_alone: Literal["suppress", "keep"] = field(
        Text("層に一人だけのとき", "if alone"),
        Text("suppress 隠す、keep そのまま残す（本人の値だと分かります）。", "Hide, or keep: it is known to be true."),
        default="suppress",
    )

    @model_validator(mode="after")
    def _each_method_has_its_own_measure(self) -> Self:
        wanted, other = ("rate", "window") if self.method == "random" else ("window", "rate")
        if getattr(self, wanted) is None or getattr(self, other) is not None:
            raise fault(
                "missing-key" if getattr(self, wanted) is None else "unused-key",
                Text(
                    "{method} には {wanted} が要り、{other} は使いません。",
                    "`{method}` needs `{wanted}` and has no `{other}`.",
                ).fill(method=self.method, wanted=wanted, other=other),
            )
        if self.method == "rank" and len(self.columns) > 1:
            raise fault("one-column", Text("rank は一列だけです。", "`rank` takes one column."))
        return self

    @override
    def reads(self) -> tuple[str, ...]:
        """The strata."""
        return self.strata

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: strata that are exchanged themselves, ranks of what has no order."""
        yield from super().problems(schema, where)
        mine = {same_name(name) for name in self.columns}
        for name in self.strata:
            if same_name(name) in mine:
                what = Text("列「{name}」は層にも交換にも使われています。", "'{name}' is both exchanged and a stratum.")
                yield Problem("column-in-strata", where, what.fill(name=name))
        column = schema.get(self.columns[0])
        if self.method == "rank" and column is not None and column.type not in NUMBERS | DATES:
            what = Text("列「{name}」には順位がありません。", "'{name}' has no ranks.").fill(name=column.called)
            yield Problem("wrong-type", where, what, Text("rank は数値と日付に使えます。", "Use numbers or dates."))

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Draw the pairs outside the engine, where the key is; the values themselves move inside it."""
        columns = relation.named(self.columns)
        records = self._records(relation, context)
        if records is None:
            return Change()
        moved = self._moved(relation, context, self._exchange(records))
        hidden = sql.certain(moved.value("alone")) if self.if_alone == "suppress" else None
        made = {
            column.name: Cell(sql.first_there(moved.value(f"new{n}"), column.value), column.type, hidden)
            for n, column in enumerate(columns)
        }
        return Change(cells=made, lookups=(moved,))

    def _records(self, relation: Relation, context: Context) -> _Records | None:
        """Return the records that take part, stratum by stratum: in secret order, or for `rank` in order of value."""
        columns = relation.named(self.columns)
        found = rows_and_whom(
            context,
            relation,
            context.secret().derive(PURPOSE, self.method, *(column.name for column in columns)),
            sql.all_of(sql.is_there(column.value) for column in columns),
            strata=relation.named(self.strata),
            values=columns[:1],
        )
        if found is None:
            return None
        strata = found.column(STRATUM).combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        words = words_of(found.column(WHO))
        value = found.column(columns[0].id).to_numpy() if self.method == "rank" else np.zeros(len(found), np.int8)
        order = np.lexsort((words[:, 1], words[:, 0], value, strata))
        starts = np.flatnonzero(np.r_[True, np.diff(strata[order]) != 0])
        sizes = np.diff(np.r_[starts, len(order)])
        return _Records(found.column(ROW).to_numpy()[order], words[order], starts, sizes)

    def _exchange(self, records: _Records) -> pa.Table:
        """Return the rows whose values go (key0), the rows they go to, and whether they are alone."""
        drawn = {"random": _random_partners, "rank": _near_partners}[self.method]
        partners = drawn(records, self.rate or self.window or Decimal(0))
        alone = np.repeat(records.sizes == 1, records.sizes)
        concerned = (partners != np.arange(len(partners))) | alone
        goes, to = records.rows[concerned], records.rows[partners][concerned]
        return pa.table({"key0": goes, "to": to, "alone": alone[concerned]})

    def _moved(self, relation: Relation, context: Context, exchange: pa.Table) -> Lookup:
        """Return, for each row that takes part, the values that come to it."""
        row = sql.column(ROW, "t")
        goes = context.engine.mapping([row], exchange)
        values = [
            exp.alias_(column.value, f"new{n}", quoted=True) for n, column in enumerate(relation.named(self.columns))
        ]
        query = relation.select(
            exp.alias_(goes.value("to"), "key0", quoted=True), goes.value("alone"), *values, lookups=[goes]
        ).where(sql.is_there(goes.value("to")))
        return context.engine.tabulate(query, [row])

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Within strata the values are a permutation, as few or as near as said; who does not take part is as before."""
        mine = [same_name(name) for name in self.columns]
        strata: dict[tuple[Any, ...], list[tuple[Any, Any]]] = defaultdict(list)
        for first, then in zip(before, after, strict=True):
            if first is None or then is None:
                return False
            old, new = (tuple(row[name] for name in mine) for row in (first, then))
            if None in old or HIDDEN in old:
                if old != new:
                    return False
            else:
                strata[tuple(first[same_name(name)] for name in self.strata)].append((old, new))
        return all(self._holds_in(pairs) for pairs in strata.values())

    def _holds_in(self, pairs: list[tuple[Any, Any]]) -> bool:
        if len(pairs) == 1 and self.if_alone == "suppress":
            return all(cell is HIDDEN for cell in pairs[0][1])
        count = Counter(old for old, _ in pairs)
        if count != Counter(new for _, new in pairs):
            return False
        if self.method == "random":
            most = int(float(self.rate or 0) * len(pairs) / 2) + 1
            return bool(sum(old != new for old, new in pairs) <= 2 * most)
        ends = np.cumsum([count[value] for value in sorted(count)])  # the last rank of each value
        last = dict(zip(sorted(count), ends.tolist(), strict=True))
        apart = (last[max(pair)] - count[max(pair)] + 1 - last[min(pair)] for pair in pairs)
        return bool(max(apart) <= _reach(len(pairs), self.window or Decimal(0)))


@dataclass(frozen=True)
class _Records:
    """The records that take part, in order: their rows and random words, and where each stratum starts."""

    rows: Numbers
    words: NDArray[np.uint64]  # four each: two that order the records, two to draw with
    starts: Numbers
    sizes: Numbers


def _random_partners(records: _Records, rate: Decimal) -> Numbers:
    """Pair, in each stratum, the first of the secret order: a share `rate` of them, rounded up or down by lot."""
    starts, sizes = records.starts, records.sizes
    lot = records.words[starts, 2] * 2.0**-64
    pairs = np.minimum(np.floor(float(rate) * sizes / 2 + lot).astype(np.int64), sizes // 2)
    here = np.arange(len(records.rows))
    place = here - np.repeat(starts, sizes)
    beside = np.where(place % 2 == 0, 1, -1)
    return here + np.where(place < np.repeat(2 * pairs, sizes), beside, 0)


def _near_partners(records: _Records, window: Decimal) -> Numbers:
    """Pair, going up the values of each stratum, each record still free with a free one within the window above it."""
    partners = np.arange(len(records.rows))
    for start, size in zip(records.starts.tolist(), records.sizes.tolist(), strict=True):
        tries = records.words[start : start + size, 2:].tolist()
        found = list(range(size))
        reach = _reach(size, window)
        for place in range(size):
            if found[place] == place:
                other = _free_above(found, place, min(reach, size - 1 - place), tries[place])
                found[place], found[other] = other, place
        partners[start : start + size] = np.array(found) + start
    return partners


def _reach(records: int, window: Decimal) -> int:
    return max(1, int(records * window / ALL_PERCENT))


def _free_above(found: list[int], place: int, reach: int, tries: list[int]) -> int:
    """Return a random free place above this one: two draws, then the next free one after the last draw; else itself."""
    if not reach:
        return place
    for word in tries:
        other = place + 1 + word % reach
        if found[other] == other:
            return other
    onward = (place + 1 + (tries[-1] + step) % reach for step in range(1, reach))
    return next((other for other in onward if found[other] == other), place)
