"""レコード削除（一人の行数の制限）: leave at most so many records of each person."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import model_validator
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.by_hand import text_of
from sudare.engines.relation import ROW, Change
from sudare.errors import Problem
from sudare.language import NOTHING, Text
from sudare.models import Words, fault, field
from sudare.tables.schema import same_name
from sudare.techniques.secret_draws import WHO, rows_and_whom, words_of
from sudare.techniques.technique import DATES, HIDDEN, NUMBERS, Example, Technique

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sudare.engines.relation import Relation
    from sudare.tables.schema import Schema
    from sudare.techniques.technique import Context, Row

PURPOSE = "limit-records"


class LimitRecordsPerPerson(Technique):
    """Leave at most `at_most` records of each person (guideline 2017-03, 3-2-5 p. 14-15, and table 1, p. 16)."""

    law = "table1/deletion"
    label = Text("一人の行数の制限", "limit records per person")
    about = Text(
        "一人の行を決めた数までにし、残りを除きます。行が積み重なって行動の習慣が分かることと、行の多さで目立つことを防ぎます。"
        "残す行は、くじ（random）か、order_by の列で早い行（first）・遅い行（last）です。くじと同順位は鍵と行の中身で決まり、行の並びによりません。"
        "同じ鍵なら、at_most を増やして渡しても前に渡した行に加わるだけです。件数は行の多い人ほど減ります。"
        "人が欠測や隠れた行は、まとめて一人とみなします。order_by が欠測の行は最後に選ばれます。",
        "Leaves so many records of each person and removes the rest, so that habits do not pile up and nobody stands out "
        "by the number of rows. Which stay: drawn by lot (random), or the earliest or latest by the column `order_by`. The "
        "lot, and ties, follow from the key and from what rows hold, not from their order; under one key a larger "
        "`at_most` only adds rows. Counts fall most for people with many rows. Rows without a person count as one "
        "person. Rows in which `order_by` is missing are chosen last.",
    )
    promise = Text(
        "どの人の行も at_most 以下です。それ以下だった人の行は減らず、多かった人はちょうど at_most になります。",
        "Nobody has more than `at_most` records. Who had no more keeps all, and who had more keeps exactly as many.",
    )
    example = Example(
        types={"利用者": "text", "利用日": "date", "施設": "text"},
        before=[
            ("A", "2026-04-01", "図書館"),
            ("A", "2026-04-03", "図書館"),
            ("A", "2026-04-08", "体育館"),
            ("B", "2026-04-02", "体育館"),
            ("A", None, "図書館"),
            (None, "2026-04-05", "図書館"),
        ],
        step={
            "technique": "limit-records-per-person",
            "person": "利用者",
            "at_most": 2,
            "keep": "last",
            "order_by": "利用日",
            "standards": [5],
            "because": "通う曜日と時間が積み重なると本人が分かる",
        },
        after_names=["利用者", "利用日", "施設"],
        after=[
            ("A", "2026-04-03", "図書館"),
            ("A", "2026-04-08", "体育館"),
            ("B", "2026-04-02", "体育館"),
            (None, "2026-04-05", "図書館"),
        ],
    )
    decides = False
    needs_key = True

    technique: Literal["limit-records-per-person"] = field(Text("手法", "technique"))
    columns: tuple[Words, ...] = field(
        Text("列", "columns"),
        Text("書きません。行がまるごとなくなります。", "Not written: whole rows go."),
        role="columns",
        default=(),
        max_length=0,
    )
    person: Words = field(
        Text("人を表す列", "person"),
        Text("この列を消す手順より前に置いてください。", "Put the step before the one that removes it."),
        role="column",
    )
    at_most: int = field(Text("一人の上限", "at most"), Text("例: 10", "Such as 10."), ge=1)
    keep: Literal["random", "first", "last"] = field(
        Text("残す行", "keep"),
        Text("random くじ、first order_by の小さい行、last 大きい行。", "By lot, or by the column `order_by`."),
        default="random",
    )
    order_by: Words | None = field(
        Text("順番の列", "order by"),
        Text("first と last で書く、日付・日時・数の列。", "For `first` and `last`: dates, moments or numbers."),
        default=None,
        role="column",
    )

    @model_validator(mode="after")
    def _an_order_is_named_where_one_is_needed(self) -> Self:
        if (self.keep == "random") != (self.order_by is None):
            raise fault(
                "missing-key" if self.order_by is None else "unused-key",
                Text(
                    "order_by は first と last に要り、random では使いません。",
                    "`first` and `last` need `order_by`, and `random` has none.",
                ),
            )
        return self

    @override
    def reads(self) -> tuple[str, ...]:
        """The columns that tell whose a row is, and its place."""
        return (self.person,) if self.order_by is None else (self.person, self.order_by)

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: an order by what has none, or by the person."""
        yield from super().problems(schema, where)
        column = schema.get(self.order_by) if self.order_by is not None else None
        if column is None:
            return
        if column.type not in NUMBERS | DATES:
            what = Text("列「{name}」には順番がありません。", "'{name}' has no order.").fill(name=column.called)
            yield Problem("wrong-type", where, what, Text("数値と日付に使えます。", "Use numbers or dates."))
        if same_name(self.person) == column.called:
            what = Text("列「{name}」は二つの役に使えません。", "'{name}' cannot serve twice.")
            yield Problem("repeated-column", where, what.fill(name=column.called), NOTHING)

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Put all rows into one order outside the engine, where the key is; it numbers each person's rows by that."""
        subkey = context.secret().derive(PURPOSE)
        order = [] if self.order_by is None else [relation.field(self.order_by)]
        found = rows_and_whom(context, relation, subkey, sql.all_of([]), values=order)
        if found is None:
            return Change()
        words = words_of(found.column(WHO))
        keys = [words[:, 1], words[:, 0], *(self._places(found.column(field.id)) for field in order)]
        in_order = np.lexsort(keys)
        table = pa.table({"key0": found.column(ROW).take(pa.array(in_order)), "place": np.arange(len(in_order))})
        places = context.engine.mapping([sql.column(ROW, "t")], table)
        person = relation.field(self.person).text
        nth = sql.place_in([person], places.value("place"), largest_first=False)
        return Change(keep=sql.at_most(nth, sql.count(self.at_most)), lookups=(places,))

    def _places(self, column: pa.ChunkedArray) -> NDArray[np.int64]:
        """Return the rank of each value among those of the column, in the order wanted; missing ones come last."""
        whole = column.combine_chunks()
        ranks = pc.rank(whole, sort_keys="ascending", tiebreaker="dense")
        known = whole.is_valid().to_numpy(zero_copy_only=False)
        place = ranks.to_numpy().astype(np.int64)
        if self.keep == "last":
            place = -place
        return np.where(known, place, len(place) + 1)

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Of each person as many rows stay as may, those first in the order, and no row changes."""
        of: dict[str | None, list[tuple[Row, Row | None]]] = defaultdict(list)
        for old, new in zip(before, after, strict=True):
            if old is not None:
                of[_person(old[same_name(self.person)])].append((old, new))
        return all(self._holds_of(rows) for rows in of.values())

    def _holds_of(self, rows: list[tuple[Row, Row | None]]) -> bool:
        kept = [old for old, new in rows if new is not None]
        if len(kept) != min(len(rows), self.at_most) or any(new != old for old, new in rows if new is not None):
            return False
        gone = [old for old, new in rows if new is None]
        if self.order_by is None or not gone:
            return True
        name = same_name(self.order_by)
        staying, going = ([row[name] for row in some if _is_there(row[name])] for some in (kept, gone))
        if not going or not staying:
            return not going  # a row without a place stays only after all others
        if len(staying) < len(kept):
            return False
        return bool(max(staying) <= min(going) if self.keep == "first" else min(staying) >= max(going))


def _is_there(cell: Any) -> bool:  # noqa: ANN401 - any cell
    return cell is not None and cell is not HIDDEN


def _person(cell: Any) -> str | None:  # noqa: ANN401 - any cell
    return text_of(cell) if _is_there(cell) else None
