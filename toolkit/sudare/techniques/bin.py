"""一般化（階級）: replace numbers and dates by the range they lie in."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from typing_extensions import override

from sudare.engines import sql
from sudare.engines.by_hand import read_as, text_of
from sudare.engines.predicates import Given, literal_of, typed
from sudare.engines.relation import Cell, Change
from sudare.errors import Problem
from sudare.language import Text
from sudare.models import Words, field
from sudare.techniques.technique import DATES, HIDDEN, NUMBERS, Example, Technique, cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.engines.relation import Relation
    from sudare.tables.schema import Column, Schema, Type
    from sudare.techniques.technique import Context, Row


class Bin(Technique):
    """Replace numbers and dates by ranges, such as 年齢 by 40歳以上50歳未満 (guideline 2017-03, table 1, p. 16)."""

    law = "table1/generalization"
    label = Text("一般化（階級）", "bin into ranges")
    about = Text(
        "値を「以上・未満」の階級に置き換えます。同じ階級の人は見分けられなくなり、階級の中の違いは失われます。"
        "結果は文字です。欠測は欠測のままです。",
        "Replaces a value by the range it lies in, from one edge up to but not including the next. People in one range "
        "are alike; differences within it are lost. The result is text. Missing stays missing.",
    )
    promise = Text("階級の名前だけが残ります。", "Only the names of the ranges are left.")
    example = Example(
        types={"年齢": "integer"},
        before=[("39",), ("40",), ("49",), ("50",), ("116",), (None,)],
        step={
            "technique": "bin",
            "columns": ["年齢"],
            "edges": ["40", "50", "90"],
            "standards": [1, 4],
            "because": "年代で足りる",
        },
        after_names=["年齢"],
        after=[
            ("40歳未満",),
            ("40歳以上50歳未満",),
            ("40歳以上50歳未満",),
            ("50歳以上90歳未満",),
            ("90歳以上",),
            (None,),
        ],
        units={"年齢": "歳"},
    )
    accepts = NUMBERS | DATES
    replaces = True

    technique: Literal["bin"] = field(Text("手法", "technique"))
    edges: tuple[Given, ...] = field(
        Text("境目", "edges"),
        Text(
            "小さい順。境目の値は上の階級に入ります。", "Ascending. A value on an edge belongs to the range above it."
        ),
        min_length=1,
    )
    labels: tuple[Words, ...] = field(
        Text("間の階級の名前", "labels"),
        Text(
            "境目の数より一つ少なく。省くと境目と単位から作ります。",
            "One fewer than edges; made from them if left out.",
        ),
        default=(),
    )
    below: Words | None = field(
        Text("最初の境目より下の名前", "below"),
        Text("省くと「40歳未満」の形。", "Made from the first edge if left out."),
        default=None,
    )
    above: Words | None = field(
        Text("最後の境目から上の名前", "above"),
        Text("省くと「90歳以上」の形。", "Made from the last edge if left out."),
        default=None,
    )

    @override
    def gives(self, column: Column) -> Column:
        """Ranges are text; their unit stands in their names."""
        return column.model_copy(update={"type": "text", "unit": None})

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: edges of another type or order, too few or equal names."""
        yield from super().problems(schema, where)
        if self.labels and len(self.labels) != len(self.edges) - 1:
            what = Text("labels は edges より一つ少なくしてください。", "`labels` must be one fewer than `edges`.")
            yield Problem("bad-labels", where, what)
            return
        for name in self.columns:
            column = schema.get(name)
            if column is not None and column.type in self.accepts:
                yield from self._misfits(column, where)

    def _misfits(self, column: Column, where: str) -> Iterator[Problem]:
        edges: list[Any] = [typed(edge, column.type) for edge in self.edges]
        if any(edge is None for edge in edges):
            what = Text("edges が列「{name}」の型に合いません。", "`edges` do not fit the type of '{name}'.")
            yield Problem("wrong-type", where, what.fill(name=column.called))
        elif any(low >= high for low, high in pairwise(edges)):
            what = Text("edges は小さい順に書いてください。", "`edges` must ascend.")
            yield Problem("bad-edges", where, what)
        elif len(names := self._names(column.type, column.unit)) > len(set(names)):
            what = Text("階級の名前が重なっています。", "two ranges have the same name.")
            yield Problem("bad-labels", where, what)

    def _names(self, kind: Type, unit: str | None) -> list[str]:
        """Return the names of the ranges, from below the first edge to above the last."""
        on, under = ("以降", "より前") if kind in DATES else ("以上", "未満")
        edges = [f"{text_of(typed(edge, kind))}{unit or ''}" for edge in self.edges]
        inner = self.labels or [f"{low}{on}{high}{under}" for low, high in pairwise(edges)]
        return [self.below or f"{edges[0]}{under}", *inner, self.above or f"{edges[-1]}{on}"]

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Compare with one edge after another."""
        made = {}
        for column in relation.named(self.columns):
            declared = context.schema.get(column.name)
            names = self._names(column.type, declared.unit if declared else None)
            cases = [(sql.is_missing(column.value), sql.missing("text"))]
            for edge, name in zip(self.edges, names, strict=False):
                cases.append((sql.less_than(column.value, literal_of(edge, column.type)), sql.literal(name, "text")))
            made[column.name] = Cell(sql.first_true(cases, sql.literal(names[-1], "text")), "text")
        return Change(cells=made)

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Each value became the name of its range: as many names as ranges at most, and always the same."""
        for name in self.columns:
            names: dict[int, str] = {}
            for old, new in cells(before, after, name):
                if old is None or old is HIDDEN:
                    if new is not old:
                        return False
                    continue
                place = bisect_right([read_as(edge, old) for edge in self.edges], old)
                if names.setdefault(place, new) != new or not isinstance(new, str):
                    return False
            if len(set(names.values())) < len(names):
                return False
        return True
