"""ノイズ（誤差）付加: add secret random numbers of a named distribution to numbers."""

from __future__ import annotations

import math
from decimal import Decimal
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

import pyarrow as pa
from pydantic import model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import ROW, Cell, Change
from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.tables.schema import same_name
from sudare.tables.text_values import ARROW_TYPES
from sudare.techniques.secret_draws import WHO, even_numbers, rows_and_whom
from sudare.techniques.technique import HIDDEN, NUMBERS, Example, Technique, cells, emptiness_stays, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sudare.engines.relation import Field, Relation
    from sudare.tables.schema import Schema
    from sudare.techniques.technique import Context, Row

PURPOSE = "noise"
Distribution: TypeAlias = Literal["normal", "laplace", "uniform", "multiplicative"]
TOO_LARGE = 10**15  # from here on a double no longer holds tenths
LARGEST_SCALE = 10**12

# How far a draw can lie from 0, in scales: its number between 0 and 1 is at least 2^-53.
REACH: dict[Distribution, float] = {"normal": 8.21, "laplace": 36.05, "uniform": 1.0, "multiplicative": 8.21}


class AddNoise(Technique):
    """Add random numbers drawn in secret to numbers (guideline 2017-03, table 1, p. 16: ノイズ（誤差）付加).

    Variance of what is added: `scale`² (normal), 2 `scale`² (laplace), `scale`² / 3 (uniform), (value x `scale`)²
    (multiplicative); writing with steps of h adds about h² / 12, and clipping takes some away.
    """

    law = "table1/noise"
    label = Text("ノイズ（誤差）付加", "add noise")
    about = Text(
        "数値に、決めた分布の誤差を足します。一人ずつの値は正しくなくなり、大勢の平均はあまり変わりません（平均0の誤差です）。"
        "誤差は鍵と、その人（person の列）または行の中身から決まるので、同じ鍵で何度渡しても同じ値になり、平均しても元に戻せません。"
        "鍵を替えて何度も渡せば平均できてしまいます。person を書かない行は、中身が少しでも変わると別の誤差になります。"
        "person を書くと、その人のどの行にも同じ誤差が付き、行の間の差は正しいままです。"
        "分散は normal が尺度の2乗、laplace が2乗の2倍、uniform が2乗の3分の1、multiplicative が（値×尺度）の2乗で、"
        "書き方の刻み h ごとに h の2乗の12分の1が加わります。極端な値は誤差を足しても目立つので、先にトップコーディングをしてください。"
        "欠測は欠測、隠したセルは隠したままです。",
        "Adds an error of a chosen distribution to numbers: each value is off, the mean over many hardly moves (errors "
        "have mean 0). The error follows from the key and from the person (the column `person`) or else from what the "
        "row holds, so that deliveries under one key are equal and nothing can be averaged; under many keys it can. "
        "Without `person`, a row that changes at all gets another error; with it, all rows of a person get the same "
        "one, and differences between them stay exact. Variances: normal scale², laplace 2 scale², uniform scale²/3, "
        "multiplicative (value x scale)², and h²/12 for writing in steps of h. Extreme values stay extreme: top-code "
        "them first. Missing stays missing, hidden stays hidden.",
    )
    promise = Text(
        "どの値も、決めた桁と範囲の中にあり、分布の届く幅より遠くへは動きません。整数は整数のままです。",
        "Every value has the chosen decimals, lies within the limits, and moved no further than its distribution reaches. "
        "Whole numbers stay whole.",
    )
    example = Example(
        types={"受診者": "text", "体重": "decimal"},
        before=[("山田", "61.2"), ("山田", "61.8"), ("佐藤", "48.0"), ("鈴木", "0.3"), ("高橋", None)],
        step={
            "technique": "add-noise",
            "columns": ["体重"],
            "person": "受診者",
            "distribution": "normal",
            "scale": "2",
            "decimals": 1,
            "at_least": "0",
            "standards": [5],
            "because": "正確な体重を知る人に探させない",
        },
        after_names=["受診者", "体重"],
        # With the key 00 01 02 … 1f, which no key store would make.
        after=[("山田", "59.3"), ("山田", "59.9"), ("佐藤", "48.7"), ("鈴木", "0.7"), ("高橋", None)],
    )
    accepts = NUMBERS
    needs_key = True
    perturbs = True

    technique: Literal["add-noise"] = field(Text("手法", "technique"))
    distribution: Distribution = field(
        Text("分布", "distribution"),
        Text(
            "normal 正規、laplace ラプラス、uniform 一様、multiplicative 値に比例する正規（0 は 0 のまま）。",
            "normal, laplace, uniform; multiplicative: normal, in proportion to the value (0 stays 0).",
        ),
    )
    scale: Decimal = field(
        Text("尺度", "scale"),
        Text(
            "normal は標準偏差、laplace は b（標準偏差は b の 1.41 倍）、uniform は半分の幅、"
            "multiplicative は値に対する標準偏差の割合（例: 0.1、1 まで）。",
            "normal: standard deviation; laplace: b (the standard deviation is 1.41 b); uniform: half the width; "
            "multiplicative: standard deviation as a share of the value, such as 0.1, at most 1.",
        ),
        gt=0,
        le=LARGEST_SCALE,
    )
    decimals: int | None = field(
        Text("小数の桁数", "decimals"),
        Text("小数の列には必ず書きます。整数の列は整数のままです。", "Needed for decimals; whole numbers stay whole."),
        default=None,
        ge=0,
        le=sql.PLACES,
    )
    at_least: Decimal | None = field(
        Text("下限", "at least"),
        Text("これより小さくなった値はこの値にします。例: 0", "Smaller results become this, such as 0."),
        default=None,
        ge=-TOO_LARGE,
        le=TOO_LARGE,
    )
    at_most: Decimal | None = field(
        Text("上限", "at most"),
        Text("これより大きくなった値はこの値にします。", "Larger results become this."),
        default=None,
        ge=-TOO_LARGE,
        le=TOO_LARGE,
    )
    person: Words | None = field(
        Text("人を表す列", "person"),
        Text(
            "同じ人のどの行にも、どの提供でも、同じ誤差を付けます。この列を消す手順より前に置いてください。",
            "All rows of a person get the same error, in every delivery. Put the step before the one that removes it.",
        ),
        default=None,
        role="column",
    )

    @model_validator(mode="after")
    def _limits_and_scale_make_sense(self) -> Self:
        if self.at_least is not None and self.at_most is not None and self.at_least >= self.at_most:
            raise fault("bad-limits", Text("下限が上限以上です。", "`at_least` is not below `at_most`."))
        if self.distribution == "multiplicative" and self.scale > 1:
            raise fault(
                "bad-scale",
                Text(
                    "multiplicative の尺度は 1 までです（例: 0.1）。",
                    "the scale of `multiplicative` is at most 1, such as 0.1.",
                ),
            )
        return self

    @override
    def reads(self) -> tuple[str, ...]:
        """The column that says whom a row is about."""
        return () if self.person is None else (self.person,)

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: decimals without `decimals`, limits that have more of them, noise on the person."""
        yield from super().problems(schema, where)
        if self.person is not None and same_name(self.person) in {same_name(name) for name in self.columns}:
            what = Text("人を表す列にノイズは付けられません。", "the column of `person` cannot have noise added.")
            yield Problem("person-column", where, what)
        for name in self.columns:
            column = schema.get(name)
            if column is None or column.type not in NUMBERS:
                continue
            if column.type == "decimal" and self.decimals is None:
                yield Problem(
                    "missing-decimals",
                    where,
                    Text("列「{name}」は小数です。", "'{name}' holds decimals.").fill(name=name),
                    Text("decimals: で桁数を書いてください。", "Write how many with `decimals:`."),
                )
            elif any(limit != round(limit, self._places(column.type)) for limit in self._limits()):
                what = Text(
                    "下限か上限が、列「{name}」の桁数より細かく書かれています。",
                    "a limit has more decimals than the results in '{name}'.",
                )
                yield Problem("bad-limits", where, what.fill(name=name))

    def _limits(self) -> list[Decimal]:
        return [limit for limit in (self.at_least, self.at_most) if limit is not None]

    def _places(self, kind: str) -> int:
        return 0 if kind == "integer" else self.decimals or 0

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Draw outside the engine, where the key is, and join the results back by row."""
        columns = relation.named(self.columns)
        _refuse_too_large(relation, context, columns)
        secret = context.secret()
        rows = rows_and_whom(
            context,
            relation,
            secret.derive(PURPOSE, WHO),
            sql.any_of(sql.is_there(column.value) for column in columns),
            person=None if self.person is None else relation.field(self.person),
            values=columns,
        )
        if rows is None:
            return Change()
        # The scale is part of the purpose: from x + n and x + 2n anyone could work out x.
        how = (self.distribution, f"{self.scale.normalize():f}")
        news = [self._noisy(column, rows, secret.derive(PURPOSE, column.name, *how)) for column in columns]
        named = [f"new{n}" for n in range(len(columns))]
        found = context.engine.mapping([sql.column(ROW, "t")], pa.table([rows.column(ROW), *news], ["key0", *named]))
        made = {column.name: Cell(found.value(new), column.type) for column, new in zip(columns, named, strict=True)}
        return Change(cells=made, lookups=(found,))

    def _noisy(self, column: Field, rows: pa.Table, subkey: bytes) -> pa.ChunkedArray:
        change = self._changer(column.type)
        chunks = []
        for batch in rows.select([WHO, column.id]).to_batches():
            who, olds = (part.to_pylist() for part in batch.columns)
            draws = zip(olds, even_numbers(subkey, who), strict=True)
            news = [None if old is None else change(old, even) for old, even in draws]
            chunks.append(pa.array(news, ARROW_TYPES[column.type]))
        return pa.chunked_array(chunks, ARROW_TYPES[column.type])

    def _changer(self, kind: str) -> Callable[[Any, float], Any]:
        """Return what makes a number of the old number and an even random one, for columns of whole numbers or of decimals."""
        drawn, places = self._drawn(), self._places(kind)
        of_kind = int if kind == "integer" else float
        lowest = -math.inf if self.at_least is None else of_kind(self.at_least)
        highest = math.inf if self.at_most is None else of_kind(self.at_most)
        relative = self.distribution == "multiplicative"

        def changed(value: Any, even: float) -> Any:  # noqa: ANN401 - int or float, as the column
            change = drawn(even) * (value if relative else 1)
            # Python rounds a double by its exact value; adding 0 turns -0.0 into 0.0.
            new = value + round(change) if kind == "integer" else round(value + change, places) + 0.0
            return min(max(new, lowest), highest)

        return changed

    def _drawn(self) -> Callable[[float], float]:
        """Return the inverse of the distribution function: from an even number to a draw."""
        scale = float(self.scale)
        if self.distribution == "uniform":
            return lambda even: (2 * even - 1) * scale
        if self.distribution == "laplace":
            return lambda even: math.copysign(math.log1p(-2 * abs(even - 0.5)), even - 0.5) * scale
        inverse = NormalDist().inv_cdf
        return lambda even: inverse(even) * scale

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Results lie on the grid, within the limits, and within reach of what they were."""
        return all(self._holds_of(old, new) for name in self.columns for old, new in cells(before, after, name))

    def _holds_of(self, old: Any, new: Any) -> bool:  # noqa: ANN401 - any cell
        if old is None or old is HIDDEN:
            return emptiness_stays(old, new)
        if type(new) is not type(old):
            return False
        limits = [type(old)(limit) for limit in self._limits()]
        if new in limits:
            return True
        within = (self.at_least is None or new > self.at_least) and (self.at_most is None or new < self.at_most)
        places = self._places("integer" if isinstance(old, int) else "decimal")
        unit = abs(old) if self.distribution == "multiplicative" else 1
        reach = REACH[self.distribution] * float(self.scale) * unit + 0.5 * 10.0**-places
        return (
            within and bool(new == round(new, places)) and bool(abs(new - old) <= reach * (1 + 1e-9) + abs(old) * 1e-15)
        )


def _refuse_too_large(relation: Relation, context: Context, columns: Sequence[Field]) -> None:
    totals = [exp.alias_(exp.Sum(this=sql.one_where(_too_large(column))), f"n{n}") for n, column in enumerate(columns)]
    [found] = context.engine.ask(relation.select(*totals))
    what = Text(
        "列「{name}」に、大きすぎる値（10の15乗以上）が {rows} 行あります。",
        "the column '{name}' holds numbers that are too large (from 10 to the 15th), in {rows} rows.",
    )
    problems = [
        Problem("too-large", context.where, what.fill(name=column.name, rows=told(int(count))))
        for column, count in zip(columns, found.values(), strict=True)
        if count
    ]
    if problems:
        raise Refused(problems)


def _too_large(column: Field) -> sql.Term:
    upper, lower = (sql.literal(limit, column.type) for limit in (TOO_LARGE, -TOO_LARGE))
    return sql.any_of([sql.at_least(column.value, upper), sql.at_most(column.value, lower)])
