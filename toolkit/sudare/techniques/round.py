"""一般化（丸め）: round numbers to a multiple of a base."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Literal

from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import Cell, Change
from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.models import field
from sudare.techniques.technique import HIDDEN, NUMBERS, Example, Technique, cells, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.engines.relation import Field, Lookup, Relation
    from sudare.tables.schema import Schema
    from sudare.techniques.technique import Context, Row

Ties = Literal["half-up", "half-even", "down", "up"]
MODES: dict[str, str] = {
    "half-up": ROUND_HALF_UP,
    "half-even": ROUND_HALF_EVEN,
    "down": ROUND_FLOOR,
    "up": ROUND_CEILING,
}
LARGEST_BASE = 10**12


class Round(Technique):
    """Round numbers to a multiple of a base, 四捨五入 unless said otherwise (guideline 2017-03, table 1, p. 16)."""

    law = "table1/generalization"
    label = Text("一般化（丸め）", "round")
    about = Text(
        "数値を刻みの倍数に丸めます。細かい値で探すことができなくなり、平均のずれは多くても刻みの幅までです。"
        "結果は数値のままです。欠測は欠測のままです。",
        "Rounds numbers to multiples of a base: nobody can be looked up by the exact value, and a mean moves by less "
        "than the base. The result is still a number. Missing stays missing.",
    )
    promise = Text(
        "すべての値が刻みの倍数になり、刻みの幅以上は動きません。",
        "Every value is a multiple of the base and moved by less than the base.",
    )
    example = Example(
        types={"身長": "decimal"},
        before=[("162.5",), ("167.4",), ("-2.5",), (None,)],
        step={
            "technique": "round",
            "columns": ["身長"],
            "base": "5",
            "standards": [1],
            "because": "5cm刻みで足りる",
        },
        after_names=["身長"],
        after=[("165",), ("165",), ("-5",), (None,)],
        units={"身長": "cm"},
    )
    accepts = NUMBERS

    technique: Literal["round"] = field(Text("手法", "technique"))
    base: Decimal = field(
        Text("刻み", "base"),
        Text("例: 10、0.5。整数の列には整数。", "such as 10 or 0.5; whole for a column of whole numbers."),
        gt=0,
        le=LARGEST_BASE,
        decimal_places=sql.PLACES,
    )
    ties: Ties = field(
        Text("端数", "ties"),
        Text(
            "half-up 四捨五入（0から遠い方へ）、half-even 偶数へ、down 小さい方の倍数へ、up 大きい方の倍数へ。",
            "half-up: ties away from zero; half-even; down: always to the smaller multiple; up: to the larger.",
        ),
        default="half-up",
    )

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: a fraction as base of a column of whole numbers."""
        yield from super().problems(schema, where)
        for name in self.columns:
            column = schema.get(name)
            if column is not None and column.type == "integer" and self.base != self.base.to_integral_value():
                what = Text(
                    "整数の列「{name}」の刻みは整数にしてください。",
                    "the base for '{name}' must be a whole number.",
                )
                yield Problem("bad-base", where, what.fill(name=name))

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Round in exact decimals, once per distinct value: exact arithmetic is slow, and numbers repeat."""
        columns = relation.named(self.columns)
        self._refuse_too_large(relation, context, columns)
        lookups = {column: self._worked_out(relation, context, column) for column in columns}
        return Change(
            cells={column.name: Cell(found.value("rounded"), column.type) for column, found in lookups.items()},
            lookups=tuple(lookups.values()),
        )

    def _worked_out(self, relation: Relation, context: Context, column: Field) -> Lookup:
        distinct = relation.select(exp.alias_(column.value, "key0")).where(sql.is_there(column.value)).distinct()
        rounded = sql.rounded(sql.column("key0"), column.type, self.base, self.ties)
        query = exp.select(sql.column("key0"), exp.alias_(rounded, "rounded")).from_(distinct.subquery("d"))
        return context.engine.tabulate(query, [column.value])

    def _refuse_too_large(self, relation: Relation, context: Context, columns: Sequence[Field]) -> None:
        counts = [
            exp.alias_(exp.Sum(this=sql.one_where(_too_large(column))), f"n{n}") for n, column in enumerate(columns)
        ]
        [found] = context.engine.ask(relation.select(*counts))
        problems = [
            Problem(
                "too-large",
                context.where,
                Text(
                    "列「{name}」に、丸めるには大きすぎる値（10の18乗以上）が {rows} 行あります。",
                    "the column '{name}' holds numbers too large to round (from 10 to the 18th), in {rows} rows.",
                ).fill(name=column.name, rows=told(int(count))),
            )
            for column, count in zip(columns, found.values(), strict=True)
            if count
        ]
        if problems:
            raise Refused(problems)

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Every value is what decimal arithmetic says."""
        return all(
            new is old if old is None or old is HIDDEN else new == type(old)(self._rounded(Decimal(repr(old))))
            for name in self.columns
            for old, new in cells(before, after, name)
        )

    def _rounded(self, number: Decimal) -> Decimal:
        with localcontext(prec=60):
            read = number.quantize(Decimal(1).scaleb(-sql.PLACES), ROUND_HALF_UP)
            return (read / self.base).to_integral_value(MODES[self.ties]) * self.base


def _too_large(column: Field) -> sql.Term:
    upper, lower = (sql.literal(limit, column.type) for limit in (sql.ROUNDABLE, -sql.ROUNDABLE))
    return sql.any_of([sql.at_least(column.value, upper), sql.at_most(column.value, lower)])
